using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>The line pulls: a block hands over its next entry when the connection has room (architecture).</summary>
public sealed class ReportPullTests
{
    private const string Brcb = "LLN0$BR$brcbStatus01";
    private const string Urcb = "LLN0$RP$urcbMeas01";
    private readonly TestIed _ied = TestIed.PvInverter(new AcsiOptions { UnbufferedQueue = 5 }, new Storage.MemoryStore(capacity: 20_000));
    private readonly Association _peer;

    public ReportPullTests() => _peer = _ied.Associate();

    [Fact] // enabling a block with 10 000 waiting entries costs no more memory than one with ten
    public void A_block_with_ten_thousand_entries_hands_over_no_more_than_one_with_ten()
    {
        for (var i = 0; i < 10_000; i++)
        {
            _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits((ulong)(i % 2) + 1, 2));
        }

        _ied.LineIsFree = false;
        Assert.Null(_ied.Write(_peer, Brcb + "$RptEna", DataValue.Boolean(true)));
        Assert.Equal(4, _peer.InFlight.Count);
        Assert.Equal([0u, 1, 2, 3], Sent().Select(r => r.Report.SequenceNumber!.Value));
        _ied.Server.ReportSent(_peer, Sent()[0].Ticket);
        _ied.Drain();
        Assert.Equal(4, _peer.InFlight.Count);
        Assert.Equal(5, Sent().Count);

        // What is read as sent last is what went to the line last.
        Assert.Equal(EntryIds.ToValue(Sent()[0].Ticket), _ied.Read(_peer, Brcb + "$EntryID").Value);
        for (var i = 1; i < Sent().Count; i++)
        {
            _ied.Server.ReportSent(_peer, Sent()[i].Ticket);
            _ied.Drain();
        }

        Assert.Equal(10_000, Sent().Count);
        Assert.Equal(Sent().Select(s => s.Ticket).Order(), Sent().Select(s => s.Ticket));
    }

    [Fact] // no block starves another
    public void Blocks_of_one_association_take_turns()
    {
        for (var i = 0; i < 20; i++)
        {
            _ied.Measure(("CSWI1$ST$Pos$stVal", DataValue.Bits((ulong)(i % 2) + 1, 2)), ("MMXU1$MX$TotW$mag$f", DataValue.Float32(i)));
        }

        _ied.LineIsFree = false;
        Assert.Null(_ied.Write(_peer, Brcb + "$RptEna", DataValue.Boolean(true)));
        Assert.Null(_ied.Write(_peer, "LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true)));
        for (var i = 0; i < 16; i++)
        {
            _ied.Server.ReportSent(_peer, Sent()[i].Ticket);
            _ied.Drain();
        }

        Assert.Equal(["brcbMeas", "brcbStatus"], Sent().Skip(8).Take(4).Select(s => s.Report.ReportId).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact] // what a connection cannot take is never dropped: a buffered block waits, with its overflow and its number
    public void A_buffered_report_that_is_not_taken_comes_again_as_it_was()
    {
        _ied.LineIsFree = false;
        _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(1, 2));
        Assert.Equal(DataAccessError.ObjectValueInvalid, _ied.Write(_peer, Brcb + "$EntryID", DataValue.Octets([9, 9, 9, 9, 9, 9, 9, 9])));
        Assert.Null(_ied.Write(_peer, Brcb + "$RptEna", DataValue.Boolean(true)));
        var first = Assert.Single(Sent());
        Assert.True(first.Report.BufferOverflow);
        _ied.Server.ReportNotTaken(_peer, first.Ticket);
        _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(2, 2));
        Assert.Single(Sent());
        _ied.Server.HasRoom(_peer);
        _ied.Drain();
        Assert.Equal([(0u, true), (1u, false)], Sent().Skip(1).Select(s => (s.Report.SequenceNumber!.Value, s.Report.BufferOverflow!.Value)));
        Assert.Equal(first.Ticket, Sent()[1].Ticket);
    }

    [Fact] // an unbuffered one counts its losses
    public void Unbuffered_reports_wait_for_room_as_long_as_there_is_any_and_the_oldest_are_lost()
    {
        _ied.LineIsFree = false;
        Assert.Null(_ied.Write(_peer, Urcb + "$RptEna", DataValue.Boolean(true)));
        for (var i = 1; i <= 12; i++)
        {
            _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(i));
        }

        Assert.Equal(4, Sent().Count);
        Assert.Equal([1L, 2], _ied.Left.OfType<AcsiEffect.Log>().Select(l => long.Parse(l.Text.Split('(')[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)));
        _ied.LineIsFree = true;
        _ied.Drain();
        Assert.Equal([1, 2, 3, 4, 8, 9, 10, 11, 12], Sent().Select(s => (int)s.Report.Members[0].Value.Items[0].Items[0].AsDouble()));
    }

    [Fact] // failures stay where they happen
    public void A_buffer_that_cannot_be_read_keeps_back_its_own_reports_and_nobody_elses()
    {
        var store = new LateStore { IsPrompt = true };
        var ied = TestIed.PvInverter(store: store);
        var peer = ied.Associate();
        ied.Measure(("CSWI1$ST$Pos$stVal", DataValue.Bits(1, 2)), ("MMXU1$MX$TotW$mag$f", DataValue.Float32(1)));
        store.Unreadable = "PV1LD0/" + Brcb;
        Assert.Null(ied.Write(peer, Brcb + "$RptEna", DataValue.Boolean(true)));
        Assert.Null(ied.Write(peer, "LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true)));
        ied.Advance(0.6); // BufTm
        Assert.Single(ied.Reports(peer));
        Assert.NotEmpty(ied.Left.OfType<AcsiEffect.Defect>());
        Assert.NotNull(ied.Ask(peer, new IdentifyRequest()));
        store.Unreadable = "";
        ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(2, 2));
        Assert.Equal(2, ied.Reports(peer).Count);
    }

    [Fact] // bounds are in octets: a great data set and a client that reads nothing
    public void What_waits_of_an_unbuffered_block_is_bounded_in_octets()
    {
        var ied = TestIed.PvInverter(new AcsiOptions { UnbufferedQueue = 1_000, MaxUnsent = 2_000 });
        var peer = ied.Associate();
        ied.LineIsFree = false;
        Assert.Null(ied.Write(peer, Urcb + "$RptEna", DataValue.Boolean(true)));
        for (var i = 0; i < 100; i++)
        {
            ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(i));
        }

        ied.Server.Suspend(peer, true);
        ied.LineIsFree = true;
        ied.Server.Suspend(peer, false);
        ied.Left.Clear();
        ied.Drain();
        var waited = ied.Left.OfType<AcsiEffect.SendReport>().ToList();
        Assert.InRange(waited.Count, 2, 10);
        Assert.Equal(99, waited[^1].Report.Members[0].Value.Items[0].Items[0].AsDouble());
    }

    [Fact] // XEP-0198: what waited in the connection is written by the resumed line, and counts as sent then, not before
    public void A_resumed_stream_has_room_for_what_waited_when_that_is_written()
    {
        _ied.LineIsFree = false;
        Assert.Null(_ied.Write(_peer, Brcb + "$RptEna", DataValue.Boolean(true)));
        for (var i = 0; i < 10; i++)
        {
            _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits((ulong)(i % 2) + 1, 2));
        }

        var given = Sent().Count;
        _ied.Server.Suspend(_peer, true);
        _ied.Drain();
        _ied.Server.Suspend(_peer, false);
        _ied.Drain();
        Assert.Equal(given, Sent().Count);
        _ied.LineIsFree = true;
        _ied.Drain();
        Assert.Equal(Enumerable.Range(0, 10), Sent().Select(s => (int)s.Report.SequenceNumber!));
    }

    private List<AcsiEffect.SendReport> Sent() => [.. _ied.Left.OfType<AcsiEffect.SendReport>()];
}
