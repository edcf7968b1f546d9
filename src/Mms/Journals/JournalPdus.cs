using DerAgent.Model;

namespace DerAgent.Mms;

/// <summary>ReadJournal (ISO 9506-2 §16.2): QueryLogByTime, QueryLogAfter.</summary>
/// <param name="Journal">The log.</param>
/// <param name="StartingTime">First time wanted.</param>
/// <param name="StartingEntry">First entry wanted.</param>
/// <param name="EndingTime">Last time wanted.</param>
/// <param name="NumberOfEntries">How many are wanted.</param>
/// <param name="StartAfter">The entry after which to start.</param>
internal sealed record ReadJournalRequest(
    ObjectName Journal,
    EntryTime? StartingTime = null,
    OctetString? StartingEntry = null,
    EntryTime? EndingTime = null,
    int? NumberOfEntries = null,
    EntryToStartAfter? StartAfter = null) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.ReadJournal;
}

/// <summary>Names an entry by time and id.</summary>
/// <param name="Time">Its time.</param>
/// <param name="Entry">Its id.</param>
internal sealed record EntryToStartAfter(EntryTime Time, OctetString Entry);

/// <summary>Entries of a log.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="MoreFollows">Whether there are more.</param>
internal sealed record ReadJournalResponse(ValueList<JournalEntry> Entries, bool MoreFollows) : ServiceResponse;

/// <summary>One entry of a log.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Variables">What it holds.</param>
internal sealed record JournalEntry(OctetString Id, EntryTime Time, ValueList<JournalVariable> Variables);

/// <summary>A value in a log.</summary>
/// <param name="Tag">Its reference, or <c>ReasonCode</c>.</param>
/// <param name="Value">The value.</param>
internal sealed record JournalVariable(string Tag, DataValue Value);

/// <summary>InitializeJournal (ISO 9506-2 §16.4): clears a log.</summary>
/// <param name="Journal">The log.</param>
/// <param name="LimitingTime">Up to this time.</param>
/// <param name="LimitingEntry">Up to this entry.</param>
internal sealed record InitializeJournalRequest(ObjectName Journal, EntryTime? LimitingTime = null, OctetString? LimitingEntry = null) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.InitializeJournal;
}

/// <summary>How many entries went.</summary>
/// <param name="Deleted">The number.</param>
internal sealed record InitializeJournalResponse(uint Deleted) : ServiceResponse;
