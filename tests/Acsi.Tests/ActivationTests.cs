using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>TimeActivatedOperate (IEC 61850-7-2 §20.5.5): accepted now, executed at its time or not at all, over a restart too, and ended once.</summary>
public sealed class ActivationTests
{
    private const string Limit = "DWMX1$CO$WMaxSptPct";
    private const string Mode = "LLN0$CO$Mod";
    private readonly MemoryStore _store = new();
    private readonly TestIed _ied;

    public ActivationTests() => _ied = new TestIed(ActivationScl.Text(), null, _store);

    [Fact] // sTm: at activation an Oper report with its operTm, when the process shows it a termination with operTm 0
    public void A_command_for_later_is_accepted_now_told_at_its_time_and_terminated()
    {
        var peer = _ied.Associate();
        Assert.Null(Operate(peer, 60));
        var due = Timestamp.From(_ied.Time.GetUtcNow().AddSeconds(60)).ToValue();
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Operate(peer, 0));
        _ied.Reports(peer);
        _ied.Advance(59.99);
        Assert.Empty(_ied.Commands);
        Assert.Empty(_ied.Reports(peer));
        _ied.Advance(0.01);
        Assert.Equal(due, Assert.Single(_ied.Reports(peer)).Results[0].Value.Items[1]);
        _ied.HardwareObeys();
        var end = Assert.Single(_ied.Reports(peer));
        Assert.Equal(new ControlNotice($"PV1LD0/{Limit}$Oper", null, true), ControlNotice.From(end));
        Assert.Equal(Timestamp.Zero.ToValue(), end.Results[0].Value.Items[1]);
        Assert.Equal(["TimeActivatedOperate", "TimeActivatedOperate", "CommandTermination"], TestRecords.Of(_store).Select(r => r.Service.ToString()));
        Assert.Single(TestRecords.Of(_store), r => r.IsOutcome);
    }

    [Fact]
    public void It_outlives_its_association()
    {
        var peer = _ied.Associate();
        Assert.Null(Operate(peer, 60));
        _ied.Server.Abort(peer, AssociationEndCause.PeerGone, "gone");
        _ied.Advance(60.1);
        Assert.Single(_ied.Commands);
        _ied.HardwareObeys();
        Assert.Equal(ServiceName.InternalChange, Assert.Single(TestRecords.Of(_store), r => r.IsOutcome).Service);
    }

    [Fact] // tests are made again at the time
    public void It_is_not_executed_when_its_time_finds_the_mode_changed_or_is_past()
    {
        var peer = _ied.Associate();
        Assert.Equal(DataAccessError.ObjectValueInvalid, Operate(peer, -10));
        Assert.Equal((int)AddCause.InconsistentParameters, ControlNotice.From(Assert.Single(_ied.Reports(peer)))!.AddCause);
        Assert.Null(Operate(peer, 60));
        Assert.Null(_ied.Write(peer, Mode + "$Oper", _ied.Command(DataValue.Integer(2))));
        _ied.Advance(61);
        Assert.Empty(_ied.Commands);
        Assert.Equal((int)AddCause.BlockedByMode, ControlNotice.From(_ied.Reports(peer)[^1])!.AddCause);
        Assert.Equal(AddCause.BlockedByMode, Assert.Single(TestRecords.Of(_store), r => r is { IsOutcome: true, Reference: "PV1LD0/DWMX1.WMaxSptPct" }).Cause);
    }

    [Fact] // sTm: cancelled until then, by its client under whatever association, by nobody else
    public void It_is_cancelled_by_its_client_and_ends_with_that()
    {
        var peer = _ied.Associate();
        Assert.Null(Operate(peer, 60));
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Cancel(_ied, _ied.Associate("other@dso.example/1")));
        Assert.Null(Cancel(_ied, peer));
        Assert.Equal(new ControlNotice($"PV1LD0/{Limit}$Oper", (int)AddCause.AbortionByCancel, true), ControlNotice.From(Assert.Single(_ied.Reports(peer))));
        _ied.Advance(61);
        Assert.Empty(_ied.Commands);
        Assert.Equal(AddCause.AbortionByCancel, Assert.Single(TestRecords.Of(_store), r => r.IsOutcome).Cause);
        Assert.DoesNotContain(_store.Load().Keys, k => k.StartsWith(StoredKeys.Control, StringComparison.Ordinal));
    }

    [Fact]
    public void Over_a_restart_it_waits_and_is_executed()
    {
        Assert.Null(Operate(_ied.Associate(), 60));
        var after = Restart(30);
        after.Advance(29.9);
        Assert.Empty(after.Commands);
        after.Advance(0.2);
        Assert.Equal(50, Assert.Single(after.Commands).Targets[0].Value.AsDouble());
        after.HardwareObeys();
        Assert.Single(TestRecords.Of(_store), r => r is { IsOutcome: true, Cause: AddCause.None });
    }

    [Fact]
    public void After_a_restart_its_client_cancels_it_and_no_other()
    {
        Assert.Null(Operate(_ied.Associate(), 60));
        var after = Restart(30);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Cancel(after, after.Associate("other@dso.example/1")));
        Assert.Null(Cancel(after, after.Associate(id: "9")));
        after.Advance(40);
        Assert.Empty(after.Commands);
        Assert.Single(TestRecords.Of(_store), r => r is { IsOutcome: true, Cause: AddCause.AbortionByCancel });
    }

    [Theory] // an outage: up to a minute late it is executed, later not
    [InlineData(119, AddCause.None)]
    [InlineData(121, AddCause.TimeLimitOver)]
    public void What_an_outage_made_late_is_executed_only_within_a_minute(int seconds, AddCause cause)
    {
        Assert.Null(Operate(_ied.Associate(), 60));
        var after = Restart(seconds);
        after.Advance(0);
        Assert.Equal(cause == AddCause.None ? 1 : 0, after.Commands.Count);
        if (after.Commands.Count > 0)
        {
            after.HardwareObeys();
        }

        Assert.Equal(cause, Assert.Single(TestRecords.Of(_store), r => r.IsOutcome).Cause);
        _ = Restart(200);
        Assert.Single(TestRecords.Of(_store), r => r.IsOutcome);
    }

    [Fact] // cut between its time and its end: it was written, perhaps, and is not written again
    public void A_cut_while_it_is_executed_ends_it()
    {
        Assert.Null(Operate(_ied.Associate(), 60));
        _ied.Advance(61);
        Assert.Single(_ied.Commands);
        var after = Restart(0);
        after.Advance(100);
        Assert.Empty(after.Commands);
        Assert.Equal(AddCause.Unknown, Assert.Single(TestRecords.Of(_store), r => r.IsOutcome).Cause);
    }

    [Fact] // stored by the first versions under another key
    public void What_earlier_versions_stored_waits_on_or_ends_once()
    {
        Assert.Null(Operate(_ied.Associate(), 60));
        var node = _ied.Model.Node("PV1LD0", Limit + "$Oper")!;
        var waiting = DataValueBinary.ToArray(output =>
        {
            output.Write("control@dso.example");
            DataValueBinary.Write(output, Later(60));
        });
        var command = DataValueBinary.ToArray(output =>
        {
            output.Write((byte)CommandSource.Operate);
            output.Write("control@dso.example");
            output.Write(0L);
            output.Write7BitEncodedInt(1);
            output.Write(node.Child("ctlVal")!.Leaves().First().Reference);
            DataValueBinary.Write(output, DataValue.Float32(50));
        });
        var old = new MemoryStore();
        Commit(old, new StateChange(StateChangeKind.Put, $"waiting/PV1LD0/{Limit}", Value: waiting), new StateChange(StateChangeKind.Put, "command/7", Value: command));
        var after = new TestIed(ActivationScl.Text(), null, old, time: new(_ied.Time.GetUtcNow()));
        Assert.Equal([$"control/PV1LD0/{Limit}"], old.Load().Keys.Where(k => k.StartsWith("co", StringComparison.Ordinal) || k.StartsWith("waiting", StringComparison.Ordinal)));
        Assert.Equal((AddCause.Unknown, 50), (Assert.Single(TestRecords.Of(old), r => r.IsOutcome).Cause, TestRecords.Of(old)[0].Value.AsDouble()));
        after.Advance(61);
        Assert.NotEqual(7, Assert.Single(after.Commands).Id);
    }

    [Theory] // whatever stands in the file: told once, and the server starts
    [InlineData("control/PV1LD0/DWMX1$CO$WMaxSptPct")]
    [InlineData("control/PV1LD0/DWMX1$CO$Gone")]
    [InlineData("control/nonsense")]
    [InlineData("command/x")]
    public void Damaged_records_of_commands_are_told_once(string key)
    {
        var store = new MemoryStore();
        Commit(store, new StateChange(StateChangeKind.Put, key, Value: [3, 255, 255, 1]));
        var after = new TestIed(ActivationScl.Text(), null, store);
        Assert.Single(after.Left.OfType<AcsiEffect.Log>(), l => l.IsWarning && l.Text.Contains("damaged", StringComparison.Ordinal));
        Assert.Empty(store.Load());
        Assert.DoesNotContain(new TestIed(ActivationScl.Text(), null, store).Left.OfType<AcsiEffect.Log>(), l => l.IsWarning);
        Assert.Single(TestRecords.Of(store));
    }

    private static void Commit(MemoryStore store, params StateChange[] changes) => Assert.True(store.CommitAsync(changes, CancellationToken.None).AsTask().IsCompletedSuccessfully);

    private TestIed Restart(double seconds) => new(ActivationScl.Text(), null, _store, time: new(_ied.Time.GetUtcNow().AddSeconds(seconds)));

    private DataAccessError? Operate(Association peer, int seconds) => _ied.Write(peer, Limit + "$Oper", Later(seconds));

    private DataAccessError? Cancel(TestIed ied, Association peer) => ied.Write(peer, Limit + "$Cancel", DataValue.Structure([.. Later(60).Items.SkipLast(1)]));

    private DataValue Later(int seconds)
    {
        var members = _ied.Command(DataValue.Structure(DataValue.Float32(50))).Items;
        return DataValue.Structure([members[0], Timestamp.From(_ied.Time.GetUtcNow().AddSeconds(seconds)).ToValue(), .. members.Skip(1)]);
    }
}
