using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>How the state of a report control block changes (IEC 61850-7-2 §17.2.2, §17.2.5): from one value to the next, and nothing else happens.</summary>
internal static class ReportRules
{
    /// <summary>RptEna becomes true.</summary>
    public static ReportChange Enable(in ReportState state, bool isBuffered, DateTimeOffset now)
    {
        var next = state with { IsEnabled = true, SequenceNumber = 0 };
        var from = state.IsResynchronized ? state.SentThrough : 0;

        // Who goes on after no entry that it knows may have missed some (IEC 61850-7-2 §17.2.2.15).
        return isBuffered
            ? new(next with { SentThrough = from, DeliveredThrough = from, IsResynchronized = false, HasOverflow = state.HasOverflow || from == 0 })
            : new(StartIntegrity(next with { Waiting = [], WaitingCount = 0, WaitingOctets = 0, Pending = null, EntryDue = null }, isBuffered, now));
    }

    /// <summary>RptEna becomes false. An unbuffered block forgets what it had; a buffered one goes on buffering.</summary>
    public static ReportState Disable(in ReportState state, bool isBuffered)
    {
        var next = state with { IsEnabled = false, IsResynchronized = false };
        return isBuffered ? next : next with { Pending = null, EntryDue = null, IntegrityDue = null, Waiting = [], WaitingCount = 0, WaitingOctets = 0 };
    }

    /// <summary>The integrity period counts from now.</summary>
    public static ReportState StartIntegrity(in ReportState state, bool isBuffered, DateTimeOffset now) =>
        state with { IntegrityDue = state.DataSet is not null && (isBuffered || state.IsEnabled) && HasIntegrity(state) ? now + state.IntegrityPeriod : null };

    /// <summary>An integrity report was made: the next one comes a period later. Those that an outage left out are not made up for.</summary>
    public static ReportState NextIntegrity(in ReportState state, DateTimeOffset now) =>
        state with { IntegrityDue = !HasIntegrity(state) ? null : state.IntegrityDue + state.IntegrityPeriod is { } next && next > now ? next : now + state.IntegrityPeriod };

    /// <summary>The block is the peer's, until it frees it or its association ends.</summary>
    public static ReportState Reserve(in ReportState state, AssociationKey peer, TimeSpan implicitTime) => state with
    {
        Owner = peer,
        ReservedFor = peer.BarePeer,
        ReservationEnds = null,
        ReservationTime = state.ReservationTime == 0 ? (long)implicitTime.TotalSeconds : state.ReservationTime,
    };

    /// <summary>The block is nobody's.</summary>
    public static ReportState Free(in ReportState state) => state with { Owner = null, ReservedFor = "", ReservationEnds = null, ReservationTime = Math.Min(state.ReservationTime, 0) };

    /// <summary>The association of the owner has ended: a buffered block stays reserved for its peer for ResvTms, an unbuffered one is free.</summary>
    /// <param name="state">The state.</param>
    /// <param name="isBuffered">Whether the block is buffered.</param>
    /// <param name="hasTime">Whether it has ResvTms.</param>
    /// <param name="now">The time.</param>
    public static ReportState Release(in ReportState state, bool isBuffered, bool hasTime, DateTimeOffset now)
    {
        var next = Disable(state, isBuffered) with { Owner = null };
        return !hasTime ? Free(next)
            : state.ReservationTime == -1 ? next with { ReservedFor = "" }
            : next with { ReservationEnds = now + TimeSpan.FromSeconds(state.ReservationTime) };
    }

    /// <summary>The block has another data set, or none: clients see that by ConfRev (IEC 61850-7-2 §17.2.2.7).</summary>
    public static ReportState WithDataSet(in ReportState state, string reference, DataSet? set) =>
        state with { DataSetReference = reference, DataSet = set, ConfigurationRevision = state.ConfigurationRevision == uint.MaxValue ? 1 : state.ConfigurationRevision + 1 };

    /// <summary>The buffer is empty, and nothing of it is remembered.</summary>
    public static ReportChange Purge(in ReportState state) => new(
        state with { Pending = null, EntryDue = null, SentThrough = 0, DeliveredThrough = 0, IsResynchronized = false, HasOverflow = false, LostAfter = null, LastInterrogation = 0, EntryId = 0, TimeOfEntry = default },
        ReportEffect.Purge);

    /// <summary>Whether the report of an entry tells that entries before it were lost.</summary>
    public static bool TellsOverflow(in ReportState state, long id) => state.HasOverflow || id > state.LostAfter;

    /// <summary>The report of an entry is given to the connection.</summary>
    public static ReportState Sent(in ReportState state, bool isBuffered, long id) =>
        state with { HasOverflow = false, LostAfter = id > state.LostAfter ? null : state.LostAfter, SequenceNumber = (state.SequenceNumber + 1) & (isBuffered ? 0xFFFFu : 0xFFu) };

    /// <summary>The octets of a report of a buffered block went to the line.</summary>
    public static ReportState Delivered(in ReportState state, long id, EntryTime time) =>
        state with { DeliveredThrough = Math.Max(state.DeliveredThrough, id), EntryId = id, TimeOfEntry = time };

    /// <summary>The connection took a report not: sending goes on with it, as if it had never been tried.</summary>
    public static ReportState TakenBack(in ReportState state, in ReportInFlight report) => report.Id > state.SentThrough
        ? state
        : state with { SentThrough = report.Id - 1, SequenceNumber = report.SequenceNumber, HasOverflow = state.HasOverflow || report.HadOverflow };

    /// <summary>The association of its client ended while a report was on its way: the client may have some of its segments.</summary>
    public static ReportState Abandoned(in ReportState state, long id, string peer) => state with { HalfSent = id, HalfSentTo = peer };

    /// <summary>A client goes on after an entry it names; with the entry itself, where it has it in part only (IEC 61850-7-2 §17.2.2.15).</summary>
    public static ReportState Resynchronize(in ReportState state, long id, string peer) => state with
    {
        SentThrough = id > 0 && id == state.HalfSent && peer == state.HalfSentTo ? id - 1 : id,
        IsResynchronized = true,
        EntryId = id,
        HasOverflow = state.HasOverflow && id == 0,
    };

    /// <summary>An unbuffered entry waits, behind the others.</summary>
    public static ReportState Waits(in ReportState state, in WaitingEntry entry) =>
        state with { Waiting = state.Waiting.Enqueue(entry), WaitingCount = state.WaitingCount + 1, WaitingOctets = state.WaitingOctets + entry.Entry.Octets };

    /// <summary>The oldest unbuffered entry leaves, one way or the other.</summary>
    public static ReportState WaitsNoMore(in ReportState state) =>
        state with { Waiting = state.Waiting.Dequeue(out var entry), WaitingCount = state.WaitingCount - 1, WaitingOctets = state.WaitingOctets - entry.Entry.Octets };

    /// <summary>Entries are lost: the next report tells.</summary>
    public static ReportState Lost(in ReportState state) => state with { HasOverflow = true };

    /// <summary>Entries after one are lost: the report of the next one tells. What was lost before and is not told yet, is told by the next report.</summary>
    public static ReportState LostBehind(in ReportState state, long after) => state with { HasOverflow = state.HasOverflow || after > state.LostAfter, LostAfter = after };

    /// <summary>The oldest entries made room, up to one; what was delivered is not lost.</summary>
    public static ReportState Evicted(in ReportState state, long through) => through > state.DeliveredThrough ? Lost(state) : state;

    /// <summary>Whether something that must outlive a power cut differs: what clients write, and whose the block is where that outlives its association.</summary>
    public static bool DiffersDurably(in ReportState one, in ReportState other, bool keepsReservation) =>
        one.ReportId != other.ReportId
        || one.DataSetReference != other.DataSetReference
        || one.ConfigurationRevision != other.ConfigurationRevision
        || one.OptionalFields != other.OptionalFields
        || one.TriggerOptions != other.TriggerOptions
        || one.BufferTime != other.BufferTime
        || one.IntegrityPeriod != other.IntegrityPeriod
        || one.LastInterrogation != other.LastInterrogation
        || (keepsReservation && (one.ReservationTime != other.ReservationTime || one.ReservedFor != other.ReservedFor));

    private static bool HasIntegrity(in ReportState state) => (state.TriggerOptions & TriggerConditions.Integrity) != TriggerConditions.None && state.IntegrityPeriod > TimeSpan.Zero;
}
