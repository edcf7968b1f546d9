using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Setting groups (IEC 61850-7-2 §16): which is active, and how one is edited. What stands in devices is in <see cref="SettingPushTests"/>.</summary>
public sealed class SettingGroupTests
{
    private const string Sgcb = "LLN0$SP$SGCB";
    private static readonly IedModel Model = TestIed.Load(SettingScl.Text());
    private readonly MemoryStore _store = new();
    private readonly TestIed _ied;

    public SettingGroupTests()
    {
        _ied = new(Model, null, _store);
        Peer = _ied.Associate();
    }

    private Association Peer { get; }

    [Fact] // sSg1, sSg2: GetSGCBValues, SelectActiveSG; all values in one batch, then LActTm and ActSG
    public void Another_group_becomes_active_as_a_whole()
    {
        Assert.Equal("{3, 1, 0, false, 1970-01-01T00:00:00.000Z, 0}", _ied.Read(Peer, Sgcb).Value.ToString());
        Assert.Null(_ied.Write(Peer, "LLN0$BR$brcbActive01$RptEna", DataValue.Boolean(true)));
        _ied.Advance(5);
        Assert.Null(Select(2));
        Assert.Equal($"{{3, 2, 0, false, {Timestamp.From(_ied.Time.GetUtcNow())}, 0}}", _ied.Read(Peer, Sgcb).Value.ToString());
        Assert.Equal(Values(2), Shown("SG"));
        var report = ReportFormat.Read(Assert.Single(_ied.Reports(Peer)))!;
        Assert.Equal([0, 1], report.Members.Select(m => m.Index));
    }

    [Fact] // IEC 61850-7-2 §16.3.2: the active one again is no change
    public void The_active_group_again_changes_nothing()
    {
        Assert.Null(Select(2));
        var before = _ied.Read(Peer, Sgcb);
        _ied.Advance(60);
        Assert.Null(Select(2));
        Assert.Equal(before, _ied.Read(Peer, Sgcb));
    }

    [Theory] // sSgN1: what SelectActiveSG and the others refuse; nothing has changed
    [InlineData("ActSG", 0, 11)]
    [InlineData("ActSG", 4, 11)]
    [InlineData("ActSG", 300, 11)]
    [InlineData("ActSG", true, 7)]
    [InlineData("EditSG", 4, 11)]
    [InlineData("EditSG", true, 7)]
    [InlineData("CnfEdit", true, 2)]
    [InlineData("CnfEdit", false, 11)]
    [InlineData("CnfEdit", 1, 7)]
    [InlineData("NumOfSG", 2, 3)]
    [InlineData("ResvTms", 5, 3)]
    [InlineData("LActTm", 0, 3)]
    public void What_cannot_be_set_is_refused(string attribute, object value, int failure)
    {
        var before = Snapshot();
        Assert.Equal((DataAccessError)failure, _ied.Write(Peer, $"{Sgcb}${attribute}", value is bool flag ? DataValue.Boolean(flag) : DataValue.Unsigned((ulong)(int)value)));
        Assert.Equal(before, Snapshot());
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(Peer, Sgcb, _ied.Read(Peer, Sgcb).Value));
    }

    [Fact] // sSg3, sSg4: SelectEditSG, GetEditSGValue, SetEditSGValue, ConfirmEditSGValues
    public void A_group_is_edited_and_confirmed()
    {
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Read(Peer, SettingScl.Item("SE", 1)).Failure);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Read(Peer, "GAPC1$SE").Failure);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Edit(1, 7));
        Assert.Null(SelectEdit(3));
        Assert.Equal("{3, 1, 3, false, 1970-01-01T00:00:00.000Z, 60}", _ied.Read(Peer, Sgcb).Value.ToString());
        Assert.Equal(Values(3), Shown("SE"));
        Assert.Null(Edit(1, 7));
        Assert.Null(Edit(5, 9));
        Assert.Equal([7, .. Values(3)[1..4], 9], Shown("SE"));
        Assert.Equal(Values(1), Shown("SG"));

        // Nothing of it counts before it is confirmed.
        Assert.Empty(_store.Load());
        Assert.Null(Confirm());
        Assert.Equal("{3, 1, 0, false, 1970-01-01T00:00:00.000Z, 0}", _ied.Read(Peer, Sgcb).Value.ToString());
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Read(Peer, SettingScl.Item("SE", 1)).Failure);
        Assert.Equal(Values(1), Shown("SG"));
        Assert.Null(Select(3));
        Assert.Equal([7, .. Values(3)[1..4], 9], Shown("SG"));
    }

    [Fact] // IEC 61850-7-2 §16.3.5: the active group takes its edited values over at once
    public void Edited_values_of_the_active_group_are_active_when_they_are_confirmed()
    {
        Assert.Null(SelectEdit(1));
        Assert.Null(Edit(2, 55));
        Assert.Equal(Values(1), Shown("SG"));
        Assert.Null(Confirm());
        Assert.Equal(55, Shown("SG")[1]);
        Assert.Equal(Timestamp.Zero.ToValue(), _ied.Read(Peer, Sgcb + "$LActTm").Value);
    }

    [Fact] // sSgN2: others may read what is edited, and change nothing; they may switch
    public void A_group_that_is_edited_is_its_editors()
    {
        var other = _ied.Associate("other@dso.example/1");
        Assert.Null(SelectEdit(2));
        Assert.Null(Edit(1, 7));
        Assert.Equal(7, _ied.Read(other, SettingScl.Item("SE", 1)).Value.AsInteger());
        foreach (var (item, value) in new[] { (SettingScl.Item("SE", 1), DataValue.Integer(8)), (Sgcb + "$EditSG", DataValue.Unsigned(2)), (Sgcb + "$EditSG", DataValue.Unsigned(0)), (Sgcb + "$CnfEdit", DataValue.Boolean(true)) })
        {
            Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Write(other, item, value));
        }

        Assert.Null(_ied.Write(other, Sgcb + "$ActSG", DataValue.Unsigned(3)));
        Assert.Equal(7, Shown("SE")[0]);
        Assert.Null(Confirm());
        Assert.Null(_ied.Write(other, Sgcb + "$EditSG", DataValue.Unsigned(2)));
        Assert.Equal(7, _ied.Read(other, SettingScl.Item("SE", 1)).Value.AsInteger());
    }

    [Fact] // SelectEditSG again by its editor: the values as they were, and all the time again
    public void Selecting_again_begins_anew()
    {
        Assert.Null(SelectEdit(2));
        Assert.Null(Edit(1, 7));
        _ied.Advance(59);
        Assert.Null(SelectEdit(2));
        Assert.Equal(Values(2), Shown("SE"));
        _ied.Advance(59);
        Assert.Null(SelectEdit(3));
        Assert.Equal(Values(3), Shown("SE"));
        _ied.Advance(59.9);
        Assert.Null(Edit(1, 8));
        _ied.Advance(0.1);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Edit(1, 9));
        Assert.Equal(0u, _ied.Read(Peer, Sgcb + "$EditSG").Value.AsUnsigned());
    }

    [Theory] // sSgN3: what was not confirmed is discarded: the time is over, the association ends, the editor gives up
    [InlineData("time")]
    [InlineData("loss")]
    [InlineData("zero")]
    public void What_is_not_confirmed_is_discarded(string end)
    {
        var ied = new TestIed(SettingScl.Text(reservation: 7), null, _store);
        var editor = ied.Associate("editor@dso.example/1");
        Assert.Null(ied.Write(editor, Sgcb + "$EditSG", DataValue.Unsigned(2)));
        Assert.Equal(7u, ied.Read(editor, Sgcb + "$ResvTms").Value.AsUnsigned());
        Assert.Null(ied.Write(editor, SettingScl.Item("SE", 1), DataValue.Integer(7)));
        switch (end)
        {
            case "time":
                ied.Advance(7);
                break;
            case "loss":
                ied.Server.Abort(editor, AssociationEndCause.PeerGone, "gone");
                break;
            default:
                Assert.Null(ied.Write(editor, Sgcb + "$EditSG", DataValue.Unsigned(0)));
                break;
        }

        var other = ied.Associate("other@dso.example/1");
        Assert.Equal(DataAccessError.TemporarilyUnavailable, ied.Read(other, SettingScl.Item("SE", 1)).Failure);
        Assert.Null(ied.Write(other, Sgcb + "$EditSG", DataValue.Unsigned(2)));
        Assert.Equal(SettingScl.Value(2, 1), ied.Read(other, SettingScl.Item("SE", 1)).Value.AsInteger());
        Assert.DoesNotContain(_store.Load().Keys, k => k.StartsWith(StoredKeys.Group, StringComparison.Ordinal));
    }

    [Theory] // sSgN4: SetEditSGValue of what does not fit
    [InlineData(-1L, 11)]
    [InlineData(1001L, 11)]
    [InlineData(long.MaxValue, 11)]
    [InlineData(null, 7)]
    public void A_value_that_does_not_fit_its_setting_is_refused(long? value, int failure)
    {
        Assert.Null(SelectEdit(2));
        Assert.Equal((DataAccessError)failure, _ied.Write(Peer, SettingScl.Item("SE", 1), value is { } number ? DataValue.Integer(number) : DataValue.Boolean(true)));
        Assert.Equal(Values(2), Shown("SE"));
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(Peer, SettingScl.Item("SG", 1), DataValue.Integer(1)));
    }

    [Fact] // who may not edit, learns what may be learnt and changes nothing
    public void Without_the_right_nothing_is_selected_or_edited()
    {
        var reader = _ied.Associate("view@dso.example/1", Right.View | Right.Read);
        Assert.Null(SelectEdit(2));
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Read(reader, SettingScl.Item("SE", 1)).Failure);
        Assert.Equal(SettingScl.Value(1, 1), _ied.Read(reader, SettingScl.Item("SG", 1)).Value.AsInteger());
        foreach (var attribute in new[] { "ActSG", "EditSG" })
        {
            Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(reader, $"{Sgcb}${attribute}", DataValue.Unsigned(3)));
        }

        Assert.Equal(2u, _ied.Read(reader, Sgcb + "$EditSG").Value.AsUnsigned());
    }

    [Fact] // which group is active since when, and what was confirmed, outlives a power cut; an edit does not
    public void Groups_are_there_again_after_a_restart()
    {
        Assert.Null(SelectEdit(3));
        Assert.Null(Edit(4, 444));
        Assert.Null(Confirm());
        _ied.Advance(3);
        Assert.Null(Select(3));
        var at = _ied.Time.GetUtcNow();
        Assert.Null(SelectEdit(1));
        Assert.Null(Edit(1, 11));

        var after = new TestIed(Model, null, _store, null, new(at.AddDays(1)));
        var peer = after.Associate();
        Assert.Equal($"{{3, 3, 0, false, {Timestamp.From(at)}, 0}}", after.Read(peer, Sgcb).Value.ToString());
        Assert.Equal(444, after.Read(peer, SettingScl.Item("SG", 4)).Value.AsInteger());
        Assert.Null(after.Write(peer, Sgcb + "$ActSG", DataValue.Unsigned(1)));
        Assert.Equal(SettingScl.Value(1, 1), after.Read(peer, SettingScl.Item("SG", 1)).Value.AsInteger());

        // Of a file with fewer groups and other settings what fits is used, the rest is told.
        var other = new TestIed(SettingScl.Text().Replace("numOfSGs=\"3\"", "numOfSGs=\"2\"", StringComparison.Ordinal), null, _store);
        Assert.Equal(1u, other.Read(other.Associate(), Sgcb + "$ActSG").Value.AsUnsigned());
        Assert.Contains(other.Left.OfType<AcsiEffect.Log>(), l => l.Text.StartsWith("group/PV1LD0/3", StringComparison.Ordinal));
    }

    [Fact] // durable before acknowledged
    public void While_the_store_takes_nothing_no_group_is_selected_or_confirmed()
    {
        var store = new LateStore { IsPrompt = true };
        var ied = new TestIed(Model, null, store);
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, Sgcb + "$EditSG", DataValue.Unsigned(2)));
        Assert.Null(ied.Write(peer, SettingScl.Item("SE", 1), DataValue.Integer(7)));
        store.IsPrompt = false;
        Assert.Null(ied.Ask(peer, TestIed.Writing(Sgcb + "$CnfEdit", DataValue.Boolean(true))));
        store.FailForLong(ied);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Assert.IsType<WriteResponse>(Assert.IsType<ConfirmedResponse>(ied.LateAnswer(peer)).Service).Results[0]);

        // It is edited as before, and nothing was confirmed.
        Assert.Equal(7, ied.Read(peer, SettingScl.Item("SE", 1)).Value.AsInteger());
        Assert.Equal(DataAccessError.TemporarilyUnavailable, ied.Write(peer, Sgcb + "$ActSG", DataValue.Unsigned(2)));
        Assert.Equal(1u, ied.Read(peer, Sgcb + "$ActSG").Value.AsUnsigned());
        store.Recover(ied);
        Assert.Null(ied.Write(peer, Sgcb + "$CnfEdit", DataValue.Boolean(true)));
        Assert.Null(ied.Write(peer, Sgcb + "$ActSG", DataValue.Unsigned(2)));
        Assert.Equal(7, ied.Read(peer, SettingScl.Item("SG", 1)).Value.AsInteger());
    }

    [Fact] // a source inside the device, such as a schedule
    public void A_local_switch_is_the_same_switch()
    {
        Assert.Null(_ied.Server.SelectActiveSettingGroup("PV1LD0", 2));
        _ied.Drain();
        Assert.Equal(Values(2), Shown("SG"));
        Assert.Equal(DataAccessError.ObjectValueInvalid, _ied.Server.SelectActiveSettingGroup("PV1LD0", 4));
        Assert.Equal(DataAccessError.ObjectNonExistent, _ied.Server.SelectActiveSettingGroup("PV1LD9", 1));
        var record = Assert.Single(TestRecords.Of(_store));
        Assert.Equal((ServiceName.SelectActiveSG, "", ServiceStatus.NoError), (record.Service, record.Client, record.Status));
    }

    private static long[] Values(int group) => [.. Enumerable.Range(1, SettingScl.Count).Select(s => SettingScl.Value(group, s))];

    private long[] Shown(string fc) => [.. Enumerable.Range(1, SettingScl.Count).Select(s => _ied.Read(Peer, SettingScl.Item(fc, s)).Value.AsInteger())];

    private DataAccessError? Select(uint group) => _ied.Write(Peer, Sgcb + "$ActSG", DataValue.Unsigned(group));

    private DataAccessError? SelectEdit(uint group) => _ied.Write(Peer, Sgcb + "$EditSG", DataValue.Unsigned(group));

    private DataAccessError? Edit(int setting, long value) => _ied.Write(Peer, SettingScl.Item("SE", setting), DataValue.Integer(value));

    private DataAccessError? Confirm() => _ied.Write(Peer, Sgcb + "$CnfEdit", DataValue.Boolean(true));

    private DataValue[] Snapshot() => [.. Model.Slots.Select(s => _ied.Server.Values[s.FirstSlot])];
}
