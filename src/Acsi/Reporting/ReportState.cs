using System.Collections.Immutable;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>State of a report control block: a value (IEC 61850-7-2 §17.2.2, §17.2.5). Its attributes show it, and are never read back.</summary>
internal readonly record struct ReportState
{
    public ReportState()
    {
    }

    public string ReportId { get; init; } = "";

    public bool IsEnabled { get; init; }

    /// <summary>DatSet: <c>LD/LN$name</c>, or empty.</summary>
    public string DataSetReference { get; init; } = "";

    /// <summary>The data set of that name; null where there is none.</summary>
    public DataSet? DataSet { get; init; }

    public uint ConfigurationRevision { get; init; }

    public OptionalFields OptionalFields { get; init; }

    public TriggerConditions TriggerOptions { get; init; }

    public TimeSpan BufferTime { get; init; }

    public TimeSpan IntegrityPeriod { get; init; }

    public uint SequenceNumber { get; init; }

    /// <summary>EntryID and TimeofEntry: the entry sent last, or the one to go on after.</summary>
    public long EntryId { get; init; }

    public EntryTime TimeOfEntry { get; init; }

    /// <summary>ResvTms in seconds; -1: reserved by configuration.</summary>
    public long ReservationTime { get; init; }

    /// <summary>Bare JID the block is reserved for, or empty.</summary>
    public string ReservedFor { get; init; } = "";

    /// <summary>Association that enabled or reserved the block.</summary>
    public AssociationKey? Owner { get; init; }

    /// <summary>When a reservation without association ends.</summary>
    public DateTimeOffset? ReservationEnds { get; init; }

    /// <summary>When the entry in the making is complete (BufTm).</summary>
    public DateTimeOffset? EntryDue { get; init; }

    /// <summary>When the next integrity report is due.</summary>
    public DateTimeOffset? IntegrityDue { get; init; }

    /// <summary>Last entry given to the connection, or after which sending goes on.</summary>
    public long SentThrough { get; init; }

    /// <summary>Last entry whose octets went to the line: what goes after it, is lost.</summary>
    public long DeliveredThrough { get; init; }

    /// <summary>Where the enabling stands among the entry ids: no report of the block comes before it.</summary>
    public long EnabledAt { get; init; }

    /// <summary>Whether EntryID was written since the block was disabled.</summary>
    public bool IsResynchronized { get; init; }

    /// <summary>Whether the next report tells that entries were lost.</summary>
    public bool HasOverflow { get; init; }

    /// <summary>The entry after which others were lost: the report of the first one that comes after it tells. Null where none was.</summary>
    public long? LostAfter { get; init; }

    /// <summary>Id of the last general-interrogation entry in the buffer.</summary>
    public long LastInterrogation { get; init; }

    /// <summary>An entry that went to the line in part, or not at all, when the association of its client ended; 0 where there is none.</summary>
    public long HalfSent { get; init; }

    /// <summary>Bare JID of that client.</summary>
    public string HalfSentTo { get; init; } = "";

    /// <summary>The entry in the making: the members triggered so far.</summary>
    public ReportEntry? Pending { get; init; }

    /// <summary>Unbuffered entries that wait: for the connection, or for a commit.</summary>
    public ImmutableQueue<WaitingEntry> Waiting { get; init; } = [];

    public int WaitingCount { get; init; }

    /// <summary>Octets of what waits.</summary>
    public int WaitingOctets { get; init; }

    /// <summary>When something of the block is due next.</summary>
    /// <summary>The same after the clock was set: what is due stays as far away as it was.</summary>
    public ReportState Shift(TimeSpan by) => this with { EntryDue = EntryDue + by, IntegrityDue = IntegrityDue + by, ReservationEnds = ReservationEnds + by };

    public DateTimeOffset? Due => DueQueue.Earliest(EntryDue, IntegrityDue, ReservationEnds);
}

/// <summary>An unbuffered entry that waits.</summary>
/// <param name="Id">Its place among all entries; it is on no wire.</param>
/// <param name="Entry">The entry.</param>
/// <param name="WaitsFor">The step that must be committed before it may leave.</param>
internal readonly record struct WaitingEntry(long Id, ReportEntry Entry, long WaitsFor);

/// <summary>What a change of a block brings with it.</summary>
[Flags]
internal enum ReportEffect
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>All entries leave the buffer.</summary>
    Purge = 1,
    /// <summary>A general interrogation is made.</summary>
    Interrogate = 2,
}

/// <summary>What a rule says: the next state, what comes with it, and why the write is refused, if it is.</summary>
internal readonly record struct ReportChange(ReportState Next, ReportEffect Effects = ReportEffect.None, DataAccessError? Failure = null);
