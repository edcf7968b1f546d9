using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Mapping;

/// <summary>A report (IEC 61850-7-2 §17.2.3.2), or one segment of it: what a server sends and a client receives.</summary>
internal sealed record Report
{
    /// <summary>Report id.</summary>
    public required string ReportId { get; init; }
    /// <summary>Which optional fields it has.</summary>
    public OptionalFields Fields { get; init; }
    /// <summary>Sequence number.</summary>
    public uint? SequenceNumber { get; init; }
    /// <summary>Time of entry.</summary>
    public DateTimeOffset? TimeOfEntry { get; init; }
    /// <summary>Data set.</summary>
    public string? DataSet { get; init; }
    /// <summary>Whether entries before were lost.</summary>
    public bool? BufferOverflow { get; init; }
    /// <summary>Entry id, 8 octets.</summary>
    public OctetString? EntryId { get; init; }
    /// <summary>Configuration revision.</summary>
    public ulong? ConfigurationRevision { get; init; }
    /// <summary>Number of the segment.</summary>
    public uint? SubSequenceNumber { get; init; }
    /// <summary>Whether more segments follow.</summary>
    public bool MoreSegmentsFollow { get; init; }
    /// <summary>Members of the data set.</summary>
    public int MemberCount { get; init; }
    /// <summary>The included members, by rising index.</summary>
    public required IReadOnlyList<ReportMember> Members { get; init; }
    /// <summary>References of all members of the data set, where the server sends them; null on reports received.</summary>
    public IReadOnlyList<string>? References { get; init; }

    /// <summary>Whether the optional field is there.</summary>
    public bool Has(OptionalFields field) => (Fields & field) != OptionalFields.None;
}

/// <summary>An included member of a report.</summary>
/// <param name="Index">Index in the data set.</param>
/// <param name="Value">Its value at the trigger.</param>
/// <param name="Reason">Why it is included; None where a received report does not say.</param>
/// <param name="Reference">Its reference, where a received report says it.</param>
internal readonly record struct ReportMember(int Index, DataValue Value, TriggerConditions Reason, string? Reference = null);
