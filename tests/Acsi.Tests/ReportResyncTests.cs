using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Going on where one was: EntryID of buffered blocks, and what the first report says (IEC 61850-7-2 §17.2.2.15).</summary>
public sealed class ReportResyncTests
{
    private const string Brcb = "LLN0$BR$brcbStatus01";
    private readonly TestIed _ied = TestIed.PvInverter();

    [Fact] // Br: resynchronisation by EntryID
    public void Reporting_resumes_after_the_entry_that_was_written()
    {
        Switch(true);
        Switch(false);
        Switch(true);
        var peer = _ied.Associate();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        var ids = _ied.Reports(peer).Select(r => Client(r).EntryId!).ToList();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(false));
        Set(peer, Brcb, "EntryID", DataValue.Octets(ids[0]!.Value.ToArray()));
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Assert.Equal(ids.Skip(1), _ied.Reports(peer).Select(r => Client(r).EntryId!));
    }

    [Theory] // BufOvfl in the first report unless the client goes on after an entry that it knows; also where OptFlds leaves it out it is used up
    [InlineData("none", true)]
    [InlineData("zero", true)]
    [InlineData("known", false)]
    public void The_first_report_says_whether_something_may_be_missing(string resynchronized, bool tells)
    {
        Switch(true);
        var peer = _ied.Associate();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        var first = Client(Assert.Single(_ied.Reports(peer)));
        Assert.True(first.BufferOverflow);
        Set(peer, Brcb, "RptEna", DataValue.Boolean(false));
        Switch(false);
        Switch(true);
        if (resynchronized != "none")
        {
            Set(peer, Brcb, "EntryID", resynchronized == "zero" ? DataValue.Octets(new byte[8]) : DataValue.Octets(first.EntryId!.Value.ToArray()));
        }

        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        var reports = _ied.Reports(peer).Select(Client).ToList();
        Assert.Equal(tells ? 3 : 2, reports.Count);
        Assert.Equal(tells, reports[0].BufferOverflow);
        Assert.All(reports.Skip(1), r => Assert.False(r.BufferOverflow));
    }

    [Fact] // IEC 61850 tissue 190: EntryID and TimeofEntry of a disabled block are those of the newest entry, of an enabled one of the last one sent
    public void EntryID_is_read_as_the_block_is()
    {
        var peer = _ied.Associate();
        Assert.Equal((0L, default(EntryTime).ToValue()), Present());
        Switch(true);
        _ied.Advance(3);
        Switch(false);
        var at = EntryTime.From(_ied.Time.GetUtcNow()).ToValue();
        var newest = Present();
        Assert.Equal((((MemoryStore)_ied.Store).Newest("PV1LD0/" + Brcb), at), newest);
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        var ids = _ied.Reports(peer).Select(r => Client(r).EntryId!.Value.ToArray()).ToList();
        Assert.Equal(newest, Present());
        Set(peer, Brcb, "RptEna", DataValue.Boolean(false));
        Switch(true);
        Assert.True(Present().Id > newest.Id);
        Set(peer, Brcb, "EntryID", DataValue.Octets(ids[0]));
        Assert.Equal(EntryIds.FromValue(DataValue.Octets(ids[0])), Present().Id);
        Set(peer, Brcb, "EntryID", DataValue.Octets(new byte[8]));
        Set(peer, Brcb, "PurgeBuf", DataValue.Boolean(true));
        Assert.Equal((0L, default(EntryTime).ToValue()), Present());

        (long Id, DataValue Time) Present()
        {
            // Of the whole block as of its attributes.
            var whole = _ied.Read(peer, Brcb).Value;
            Assert.Equal(_ied.Read(peer, Brcb + "$EntryID").Value, whole.Items[11]);
            return (EntryIds.FromValue(whole.Items[11])!.Value, whole.Items[12]);
        }
    }

    [Fact] // a new general interrogation takes the place of every older one
    public void One_general_interrogation_is_kept()
    {
        var peer = _ied.Associate();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Set(peer, Brcb, "GI", DataValue.Boolean(true));
        Set(peer, Brcb, "GI", DataValue.Boolean(true));
        Assert.Equal(2, _ied.Reports(peer).Count);
        Set(peer, Brcb, "RptEna", DataValue.Boolean(false));
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Assert.Single(_ied.Reports(peer));
    }

    [Fact] // also where the older one is from before a restart
    public void A_general_interrogation_of_before_a_restart_is_taken_out_by_the_next_one()
    {
        var peer = _ied.Associate();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Set(peer, Brcb, "GI", DataValue.Boolean(true));
        var after = TestIed.PvInverter(store: _ied.Store, time: new(_ied.Time.GetUtcNow()));
        var again = after.Associate();
        Assert.Null(after.Write(again, Brcb + "$RptEna", DataValue.Boolean(true)));
        Assert.Single(after.Reports(again));
        Assert.Null(after.Write(again, Brcb + "$GI", DataValue.Boolean(true)));
        Assert.Single(after.Reports(again));
        Assert.Null(after.Write(again, Brcb + "$RptEna", DataValue.Boolean(false)));
        Assert.Null(after.Write(again, Brcb + "$RptEna", DataValue.Boolean(true)));
        Assert.Single(after.Reports(again));
    }

    [Fact] // an entry whose segments did not all go to the line when the association was lost is sent once more, from its first one; a whole one is not
    public void Who_has_an_entry_in_part_gets_it_anew()
    {
        var peer = _ied.Associate();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Switch(true);
        var whole = Client(Assert.Single(_ied.Reports(peer))).EntryId!.Value.ToArray();
        _ied.LineIsFree = false;
        Switch(false);
        Switch(true);
        var part = _ied.Reports(peer).Select(r => Client(r).EntryId!.Value.ToArray()).ToList();
        _ied.Server.Abort(peer, AssociationEndCause.StreamLost, "lost");
        _ied.Drain();

        Assert.Equal(part, After("a", part[0]));
        Assert.Equal(part, After("b", whole));

        // Somebody else who has it whole does not get it twice.
        var next = _ied.Associate(id: "c");
        Set(next, Brcb, "ResvTms", DataValue.Integer(0));
        _ied.Server.Abort(next, AssociationEndCause.Released, "gone");
        Assert.Equal(part.Skip(1), After("d", part[0], "other@dso.example/1"));

        List<byte[]> After(string id, byte[] entry, string who = "control@dso.example/1")
        {
            _ied.LineIsFree = false;
            var again = _ied.Associate(who, id: id);
            Set(again, Brcb, "EntryID", DataValue.Octets(entry));
            Set(again, Brcb, "RptEna", DataValue.Boolean(true));
            var ids = _ied.Reports(again).Select(r => Client(r).EntryId!.Value.ToArray()).ToList();
            _ied.Server.Abort(again, AssociationEndCause.StreamLost, "lost");
            _ied.Drain();
            return ids;
        }
    }

    [Fact] // BrN: an unknown entry
    public void An_unknown_entry_is_refused_and_sending_starts_from_the_oldest_with_overflow_told()
    {
        Switch(true);
        var peer = _ied.Associate();
        Assert.Equal(DataAccessError.ObjectValueInvalid, _ied.Write(peer, Brcb + "$EntryID", DataValue.Octets([9, 9, 9, 9, 9, 9, 9, 9])));
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Assert.True(Client(Assert.Single(_ied.Reports(peer))).BufferOverflow);
    }

    private void Switch(bool on) => _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(on ? 1UL : 2UL, 2));

    private void Set(Association peer, string block, string attribute, DataValue value) => Assert.Null(_ied.Write(peer, $"{block}${attribute}", value));

    private static Report Client(InformationReport report) => ReportFormat.Read(report)!;
}
