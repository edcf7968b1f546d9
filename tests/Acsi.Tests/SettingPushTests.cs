using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Setting groups whose values stand in devices (acsi-semantics §4): one after the other with read-back, and back again where one fails.</summary>
public sealed class SettingPushTests
{
    private const string Sgcb = "LLN0$SP$SGCB";
    private static readonly IedModel Model = TestIed.Load(SettingScl.Text(isBound: true));
    private readonly MemoryStore _store = new();
    private readonly TestIed _ied;
    private readonly Association _peer;

    public SettingPushTests()
    {
        _ied = Ied();
        _peer = _ied.Associate();
    }

    [Fact] // SelectActiveSG is answered after the last read-back, and nothing shows before
    public void Values_go_one_after_the_other_and_show_together()
    {
        Assert.Null(Ask("ActSG", DataValue.Unsigned(2)));
        for (var s = 1; s <= SettingScl.Count; s++)
        {
            Assert.Equal((1u, SettingScl.Value(1, 1)), (Active(_ied), Shown(_ied, 1)));
            Assert.Null(_ied.LateAnswer(_peer));
            Assert.Equal((s, SettingScl.Value(2, s)), Next(_ied));

            // What the device reads back meanwhile is the new value, and shows with the others.
            _ied.Measure(SettingScl.Item("SG", s), DataValue.Integer(SettingScl.Value(2, s)));
            Assert.Equal(SettingScl.Value(1, s), Shown(_ied, s));
            _ied.HardwareObeys();
        }

        Assert.Null(Answer());
        Assert.Equal((2u, SettingScl.Value(2, 1)), (Active(_ied), Shown(_ied, 1)));
        Assert.Empty(_ied.Commands);
        Assert.DoesNotContain(_store.Load().Keys, k => k.StartsWith(StoredKeys.Push, StringComparison.Ordinal));
    }

    [Fact] // a slave that refuses the third of five: it was not written, and the two before it are put back in reverse
    public void What_the_device_refuses_puts_back_those_before_it()
    {
        Assert.Null(Ask("ActSG", DataValue.Unsigned(2)));
        _ied.HardwareObeys();
        _ied.HardwareObeys();
        End(_ied, AddCause.BlockedByProcess);
        Assert.Equal((2, SettingScl.Value(1, 2)), Next(_ied));
        Assert.Null(_ied.LateAnswer(_peer));
        _ied.HardwareObeys();
        Assert.Equal((1, SettingScl.Value(1, 1)), Next(_ied));
        _ied.HardwareObeys();
        Assert.Equal(DataAccessError.ObjectAccessDenied, Answer());
        Assert.Equal((1u, SettingScl.Value(1, 1)), (Active(_ied), Shown(_ied, 1)));
        Assert.Empty(_ied.Left.OfType<AcsiEffect.SettingDoubt>());
        Assert.Equal("PV1LD0/LLN0.SGCB = 2: SelectActiveSG of control@dso.example refused with AccessViolation", TestRecords.Of(_store)[^1].ToString());

        // And once more, when the device can.
        Assert.Null(Ask("ActSG", DataValue.Unsigned(2)));
        Obey(_ied, SettingScl.Count);
        Assert.Null(Answer());
    }

    [Theory] // what may have been written is put back as well
    [InlineData(AddCause.AbortionByCommunicationLoss)]
    [InlineData(AddCause.AbortionDueToDeviation)]
    [InlineData(AddCause.TimeLimitOver)]
    public void What_is_lost_on_its_way_is_put_back_too(AddCause cause)
    {
        Assert.Null(Ask("ActSG", DataValue.Unsigned(3)));
        _ied.HardwareObeys();
        End(_ied, cause);
        Assert.Equal([(2, SettingScl.Value(1, 2)), (1, SettingScl.Value(1, 1))], [Obeyed(_ied), Obeyed(_ied)]);
        Assert.Equal(DataAccessError.HardwareFault, Answer());
    }

    [Fact] // at most 10 s a value; what is withdrawn is never written afterwards
    public void A_value_that_takes_too_long_is_withdrawn()
    {
        Assert.Null(Ask("ActSG", DataValue.Unsigned(2)));
        _ied.HardwareObeys();
        var late = _ied.Commands.Dequeue();
        _ied.Advance(9.9);
        Assert.Empty(_ied.Withdrawn);
        _ied.Advance(0.2);
        Assert.Equal([late.Id], _ied.Withdrawn);
        Obey(_ied, 2);
        Assert.Equal(DataAccessError.HardwareFault, Answer());
        _ied.Server.CommandCompleted(late.Id, CommandOutcome.Success);
        _ied.Drain();
        Assert.Equal((1u, 0), (Active(_ied), _ied.Commands.Count));
    }

    [Fact] // 60 s in all: each value in its time, all of them too late
    public void What_takes_too_long_in_all_is_put_back_and_answered()
    {
        Assert.Null(Ask("ActSG", DataValue.Unsigned(2)));
        for (var s = 1; s <= SettingScl.Count; s++)
        {
            _ied.Advance(9);
            Obey(_ied, 1);
        }

        Assert.Null(Answer());

        Assert.Null(Ask("ActSG", DataValue.Unsigned(3)));
        for (var s = 1; s < SettingScl.Count; s++)
        {
            _ied.Advance(9.9);
            Obey(_ied, 1);
        }

        _ied.Advance(9.9);
        End(_ied, AddCause.AbortionByCommunicationLoss);

        // Putting back takes its time too; the client is answered after a minute, and the group is not to be switched before it is done.
        _ied.Advance(9.9);
        Obey(_ied, 1);
        Assert.Null(_ied.LateAnswer(_peer));
        _ied.Advance(0.7);
        Assert.Equal(DataAccessError.HardwareFault, Answer());
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Write(_peer, Sgcb + "$ActSG", DataValue.Unsigned(1)));
        Obey(_ied, 4);
        Assert.Equal(2u, Active(_ied));
        Assert.Null(Ask("ActSG", DataValue.Unsigned(1)));
    }

    [Fact] // a cut between the second and the third: taken back before ActSG is served
    public void After_a_power_cut_under_way_the_old_values_are_put_back()
    {
        Assert.Null(Ask("ActSG", DataValue.Unsigned(2)));
        Obey(_ied, 2);
        var after = Ied(_ied.Time.GetUtcNow());
        var peer = after.Associate();
        Assert.Equal(DataAccessError.TemporarilyUnavailable, after.Read(peer, Sgcb + "$ActSG").Failure);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, after.Read(peer, Sgcb).Failure);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, after.Write(peer, Sgcb + "$ActSG", DataValue.Unsigned(2)));
        Assert.Equal([5, 4, 3, 2, 1], Enumerable.Range(0, 5).Select(_ => Obeyed(after)).Select(o => o.Setting));
        Assert.Equal(1u, Active(after));
        Assert.Equal(SettingScl.Value(1, 1), Shown(after, 1));
        Assert.DoesNotContain(_store.Load().Keys, k => k.StartsWith(StoredKeys.Push, StringComparison.Ordinal));
        Assert.Empty(Ied(after.Time.GetUtcNow()).Commands);
    }

    [Fact] // the record is there before the first register is written
    public void Nothing_is_written_before_it_can_be_put_back()
    {
        var store = new LateStore { IsPrompt = true };
        var ied = new TestIed(Model, null, store);
        var peer = ied.Associate();
        store.IsPrompt = false;
        Assert.Null(ied.Ask(peer, TestIed.Writing(Sgcb + "$ActSG", DataValue.Unsigned(2))));
        Assert.Empty(ied.Commands);
        store.Succeed();
        ied.Drain();
        Assert.Contains(StoredKeys.Push + "PV1LD0", store.Load().Keys);
        Obey(ied, SettingScl.Count);

        // And it is not told before it is stored.
        Assert.Null(ied.LateAnswer(peer));
        store.Succeed();
        ied.Drain();
        Assert.IsType<ConfirmedResponse>(ied.LateAnswer(peer));
    }

    [Fact] // a failed roll-back: an alarm, and no value where nobody knows it, until the device was read
    public void What_cannot_be_put_back_is_not_known()
    {
        Assert.Null(Ask("ActSG", DataValue.Unsigned(2)));
        _ied.HardwareObeys();
        End(_ied, AddCause.BlockedByProcess);
        End(_ied, AddCause.AbortionByCommunicationLoss);
        Assert.Equal(DataAccessError.ObjectAccessDenied, Answer());
        Assert.NotNull(Assert.Single(_ied.Left.OfType<AcsiEffect.SettingDoubt>()).Doubt);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Read(_peer, SettingScl.Item("SG", 1)).Failure);
        Assert.Equal(SettingScl.Value(1, 2), Shown(_ied, 2));

        _ied.Measure(SettingScl.Item("SG", 1), DataValue.Integer(SettingScl.Value(2, 1)));
        Assert.Null(_ied.Left.OfType<AcsiEffect.SettingDoubt>().Last().Doubt);
        Assert.Equal((1u, SettingScl.Value(2, 1)), (Active(_ied), Shown(_ied, 1)));
    }

    [Fact] // the truth of a bound setting is the device: a difference is told and stored
    public void What_somebody_set_at_the_device_belongs_to_the_active_group()
    {
        _ied.Measure(SettingScl.Item("SG", 3), DataValue.Integer(777));
        Assert.Equal(777, Shown(_ied, 3));
        Assert.Contains(_ied.Left.OfType<AcsiEffect.Log>(), l => l.Text.Contains("the device has 777, group 1 said 103", StringComparison.Ordinal));
        var after = Ied(_ied.Time.GetUtcNow());
        Assert.Equal(777, Shown(after, 3));
        var peer = after.Associate();
        Assert.Null(after.Write(peer, Sgcb + "$EditSG", DataValue.Unsigned(1)));
        Assert.Equal(777, after.Read(peer, SettingScl.Item("SE", 3)).Value.AsInteger());
    }

    [Fact] // ConfirmEditSGValues of the active group: what changed goes to the device first; where it fails, it is edited on
    public void Confirmed_values_of_the_active_group_go_to_the_device()
    {
        Assert.Null(_ied.Write(_peer, Sgcb + "$EditSG", DataValue.Unsigned(1)));
        Assert.Null(_ied.Write(_peer, SettingScl.Item("SE", 2), DataValue.Integer(22)));
        Assert.Null(_ied.Write(_peer, SettingScl.Item("SE", 4), DataValue.Integer(44)));
        Assert.Null(Ask("CnfEdit", DataValue.Boolean(true)));
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Write(_peer, SettingScl.Item("SE", 2), DataValue.Integer(23)));
        Assert.Equal((2, 22L), Obeyed(_ied));
        End(_ied, AddCause.BlockedByProcess);
        Assert.Equal((2, SettingScl.Value(1, 2)), Obeyed(_ied));
        Assert.Equal(DataAccessError.ObjectAccessDenied, Answer());
        Assert.Equal((1u, SettingScl.Value(1, 2)), (_ied.Read(_peer, Sgcb + "$EditSG").Value.AsUnsigned(), Shown(_ied, 2)));

        Assert.Null(_ied.Write(_peer, SettingScl.Item("SE", 4), DataValue.Integer(SettingScl.Value(1, 4))));
        Assert.Null(Ask("CnfEdit", DataValue.Boolean(true)));
        Assert.Equal((2, 22L), Obeyed(_ied));
        Assert.Null(Answer());
        Assert.Equal((0u, 22L), (_ied.Read(_peer, Sgcb + "$EditSG").Value.AsUnsigned(), Shown(_ied, 2)));
    }

    [Fact] // who asked is gone: the switch belongs to the device and goes on
    public void A_switch_outlives_its_association()
    {
        Assert.Null(Ask("ActSG", DataValue.Unsigned(2)));
        _ied.HardwareObeys();
        _ied.Server.Abort(_peer, AssociationEndCause.PeerGone, "gone");
        _ied.Drain();
        Obey(_ied, 4);
        Assert.Equal(2u, Active(_ied));
    }

    private TestIed Ied(DateTimeOffset? at = null) => new(Model, null, _store, null, at is { } time ? new(time) : null);

    private MmsPdu? Ask(string attribute, DataValue value) => _ied.Ask(_peer, TestIed.Writing($"{Sgcb}${attribute}", value));

    private DataAccessError? Answer() => Assert.Single(Assert.IsType<WriteResponse>(Assert.IsType<ConfirmedResponse>(_ied.LateAnswer(_peer)).Service).Results);

    private static uint Active(TestIed ied) => (uint)ied.Server.Values[Model.Node("PV1LD0", Sgcb + "$ActSG")!.FirstSlot].AsUnsigned();

    private static long Shown(TestIed ied, int setting) => ied.Server.Values[Model.Node("PV1LD0", SettingScl.Item("SG", setting))!.FirstSlot].AsInteger();

    /// <summary>The value that waits for the hardware, and of which setting it is.</summary>
    private static (int Setting, long Value) Next(TestIed ied)
    {
        var target = Assert.Single(Assert.Single(ied.Commands).Targets);
        return (int.Parse(target.Leaf.ShortAddress!["inv1/P".Length..]), target.Value.AsInteger());
    }

    private static (int Setting, long Value) Obeyed(TestIed ied)
    {
        var next = Next(ied);
        ied.HardwareObeys();
        return next;
    }

    private static void Obey(TestIed ied, int count)
    {
        for (; count > 0; count--)
        {
            ied.HardwareObeys();
        }
    }

    private static void End(TestIed ied, AddCause cause)
    {
        ied.Server.CommandCompleted(ied.Commands.Dequeue().Id, new(cause, "no"));
        ied.Drain();
    }
}
