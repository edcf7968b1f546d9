using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>How the state of a report control block goes from one value to the next (IEC 61850-7-2 §17.2.2, §17.2.5).</summary>
public sealed class ReportRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly AssociationKey Peer = new("dso", "control@dso.example/1", "1");
    private static readonly DataSet Set = TestIedDataSet();

    private static readonly ReportState Busy = new()
    {
        IsEnabled = true, SequenceNumber = 7, DataSet = Set, IntegrityPeriod = TimeSpan.FromSeconds(5), TriggerOptions = TriggerConditions.Integrity, Owner = Peer, ReservedFor = Peer.BarePeer,
        ReservationTime = 60, SentThrough = 40, IsResynchronized = true, HasOverflow = true, LastInterrogation = 41, EntryId = 40, TimeOfEntry = new(1, 2), IntegrityDue = Now, EntryDue = Now,
        Pending = new(Now, 1, [], TriggerConditions.None), Waiting = [new(5, new(Now, 1, [], TriggerConditions.None), 0)], WaitingCount = 1,
    };

    [Fact]
    public void An_unbuffered_block_that_is_enabled_begins_afresh() => Assert.Equal(
        new(Busy with { IsEnabled = true, SequenceNumber = 0, Pending = null, EntryDue = null, Waiting = [], WaitingCount = 0, IntegrityDue = Now.AddSeconds(5) }),
        ReportRules.Enable(Busy with { IsEnabled = false }, isBuffered: false, Now));

    [Theory] // after EntryID was written sending goes on from there, else from the oldest
    [InlineData(true, 40)]
    [InlineData(false, 0)]
    public void A_buffered_block_that_is_enabled_sends_what_it_has(bool resynchronized, long from) => Assert.Equal(
        new(Busy with { SequenceNumber = 0, IsResynchronized = false, SentThrough = from, DeliveredThrough = from }),
        ReportRules.Enable(Busy with { IsEnabled = false, IsResynchronized = resynchronized }, isBuffered: true, Now));

    [Fact]
    public void A_buffered_block_that_is_disabled_goes_on_buffering() =>
        Assert.Equal(Busy with { IsEnabled = false, IsResynchronized = false }, ReportRules.Disable(Busy, isBuffered: true));

    [Fact]
    public void An_unbuffered_block_that_is_disabled_forgets_what_it_had() => Assert.Equal(
        Busy with { IsEnabled = false, IsResynchronized = false, Pending = null, EntryDue = null, IntegrityDue = null, Waiting = [], WaitingCount = 0 },
        ReportRules.Disable(Busy, isBuffered: false));

    [Fact] // BufOvfl stands in the report of the entry behind the gap, once for each gap
    public void What_is_lost_is_told_where_it_is_missing()
    {
        var start = Busy with { HasOverflow = false };
        var behind = ReportRules.LostBehind(start, 50);
        Assert.Equal((false, true), (ReportRules.TellsOverflow(behind, 50), ReportRules.TellsOverflow(behind, 51)));
        Assert.Equal(50, ReportRules.Sent(behind, isBuffered: true, 50).LostAfter);
        Assert.False(ReportRules.TellsOverflow(ReportRules.Sent(behind, isBuffered: true, 51), 52));
        Assert.Equal(behind, ReportRules.LostBehind(behind, 50));

        // A second gap before the first one is told: two reports tell.
        var twice = ReportRules.Sent(ReportRules.LostBehind(behind, 60), isBuffered: true, 51);
        Assert.Equal((false, true), (ReportRules.TellsOverflow(twice, 60), ReportRules.TellsOverflow(twice, 61)));
        Assert.True(ReportRules.TellsOverflow(ReportRules.Lost(start), 1));
    }

    [Fact] // what waits is counted in entries and octets, and nothing is left of it when all have gone
    public void What_waits_is_counted_in_and_out()
    {
        var start = Busy with { Waiting = [], WaitingCount = 0, WaitingOctets = 0 };
        var entry = new ReportEntry(Now, 1, [new(0, DataValue.VisibleString("0123456789"), TriggerConditions.Integrity)], TriggerConditions.None);
        var one = ReportRules.Waits(start, new(5, entry, 3));
        Assert.Equal((1, entry.Octets), (one.WaitingCount, one.WaitingOctets));
        var two = ReportRules.Waits(one, new(6, entry with { Members = [] }, 4));
        Assert.Equal(2, two.WaitingCount);
        Assert.InRange(two.WaitingOctets, entry.Octets + 1, (2 * entry.Octets) - 20);
        Assert.Equal(6, ReportRules.WaitsNoMore(two).Waiting.Peek().Id);
        var none = ReportRules.WaitsNoMore(ReportRules.WaitsNoMore(two));
        Assert.Equal((0, 0, true), (none.WaitingCount, none.WaitingOctets, none.Waiting.IsEmpty));
    }

    [Fact] // the period counts from now, whatever was due before
    public void The_integrity_period_counts_from_now() =>
        Assert.Equal(Now.AddSeconds(5), ReportRules.StartIntegrity(Busy with { IntegrityDue = Now.AddSeconds(1) }, isBuffered: false, Now).IntegrityDue);

    [Theory] // one after the other, and none is made up for
    [InlineData(0, 5)]
    [InlineData(-2, 3)]
    [InlineData(-5, 5)]
    [InlineData(-600, 5)]
    public void The_next_integrity_report_comes_a_period_later(int due, int next) =>
        Assert.Equal(Now.AddSeconds(next), ReportRules.NextIntegrity(Busy with { IntegrityDue = Now.AddSeconds(due) }, Now).IntegrityDue);

    [Theory]
    [InlineData(TriggerConditions.DataChange, 5)]
    [InlineData(TriggerConditions.Integrity, 0)]
    public void Without_period_or_trigger_option_none_is_due(TriggerConditions options, int seconds)
    {
        var state = Busy with { TriggerOptions = options, IntegrityPeriod = TimeSpan.FromSeconds(seconds) };
        Assert.Null(ReportRules.StartIntegrity(state, isBuffered: true, Now).IntegrityDue);
        Assert.Null(ReportRules.NextIntegrity(state, Now).IntegrityDue);
    }

    [Fact]
    public void A_first_write_reserves_for_the_implicit_time_and_another_keeps_what_was_set()
    {
        Assert.Equal(90, ReportRules.Reserve(Busy with { ReservationTime = 0 }, Peer, TimeSpan.FromSeconds(90)).ReservationTime);
        Assert.Equal(Busy, ReportRules.Reserve(Busy with { Owner = null, ReservedFor = "", ReservationEnds = Now }, Peer, TimeSpan.FromSeconds(90)));
    }

    [Theory] // ResvTms: the peer has that long to come back; -1 is the engineer's
    [InlineData(true, 60L, "control@dso.example", 60)]
    [InlineData(true, -1L, "", null)]
    [InlineData(false, 0L, "", null)]
    public void The_end_of_the_association_starts_the_end_of_the_reservation(bool hasTime, long time, string reservedFor, int? ends)
    {
        var released = ReportRules.Release(Busy with { ReservationTime = time }, isBuffered: hasTime, hasTime, Now);
        Assert.Equal((false, null, reservedFor, ends is { } s ? Now.AddSeconds(s) : null, time), (released.IsEnabled, released.Owner, released.ReservedFor, released.ReservationEnds, released.ReservationTime));
    }

    [Fact]
    public void A_purge_forgets_everything_of_the_buffer_and_nothing_else() => Assert.Equal(
        new(
            Busy with { Pending = null, EntryDue = null, SentThrough = 0, DeliveredThrough = 0, IsResynchronized = false, HasOverflow = false, LastInterrogation = 0, EntryId = 0, TimeOfEntry = default },
            ReportEffect.Purge),
        ReportRules.Purge(Busy));

    [Theory] // SqNum: 16 bits buffered, 8 bits unbuffered
    [InlineData(true, 0xFFFFu, 0u)]
    [InlineData(true, 255u, 256u)]
    [InlineData(false, 255u, 0u)]
    public void A_report_that_leaves_counts_and_tells_a_loss_once(bool buffered, uint number, uint next) =>
        Assert.Equal(Busy with { SequenceNumber = next, HasOverflow = false }, ReportRules.Sent(Busy with { SequenceNumber = number }, buffered, 42));

    private static DataSet TestIedDataSet() => new(TestIed.PvInverter().Model.LogicalDevices[0].LogicalNodes[0], "PV1LD0/LLN0$X", []);
}
