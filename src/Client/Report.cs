using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Client;

/// <summary>A received report (IEC 61850-7-2 §17.2.3.2).</summary>
public sealed record Report
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
    /// <summary>Entry id in hex.</summary>
    public string? EntryId { get; init; }
    /// <summary>Configuration revision.</summary>
    public ulong? ConfigurationRevision { get; init; }
    /// <summary>Number of the segment.</summary>
    public uint? SubSequenceNumber { get; init; }
    /// <summary>Whether more segments follow.</summary>
    public bool MoreSegmentsFollow { get; init; }
    /// <summary>The included members.</summary>
    public required IReadOnlyList<ReportedMember> Members { get; init; }

    /// <summary>Reads a report; null where it is none.</summary>
    public static Report? From(InformationReport information)
    {
        ArgumentNullException.ThrowIfNull(information);
        if (information.Variables is not VariableAccess.Named { Name: { Scope: NameScope.Vmd, Item: "RPT" } } || information.Results.Count < 3 || information.Results.Any(r => r.Failure is not null))
        {
            return null;
        }

        var at = 0;
        DataValue Next() => at < information.Results.Count ? information.Results[at++].Value : default;
        var id = Next().AsText();
        var fields = (OptionalFields)Next().AsBits();
        DataValue? If(OptionalFields field) => (fields & field) != OptionalFields.None ? Next() : null;
        var report = new Report
        {
            ReportId = id,
            Fields = fields,
            SequenceNumber = (uint?)If(OptionalFields.SequenceNumber)?.AsUnsigned(),
            TimeOfEntry = If(OptionalFields.ReportTimeStamp) is { } time ? EntryTime.FromOctets(time.AsTimeOctets()).ToDateTimeOffset() : null,
            DataSet = If(OptionalFields.DataSetName)?.AsText(),
            BufferOverflow = If(OptionalFields.BufferOverflow)?.AsBoolean(),
            EntryId = If(OptionalFields.EntryId) is { } entry ? Convert.ToHexString(entry.AsOctets()) : null,
            ConfigurationRevision = If(OptionalFields.ConfigurationRevision)?.AsUnsigned(),
            SubSequenceNumber = (uint?)If(OptionalFields.Segmentation)?.AsUnsigned(),
            MoreSegmentsFollow = If(OptionalFields.Segmentation)?.AsBoolean() ?? false,
            Members = [],
        };
        var inclusion = Next();
        var indexes = Enumerable.Range(0, inclusion.BitCount).Where(inclusion.Bit).ToList();
        var references = (fields & OptionalFields.DataReference) != OptionalFields.None ? indexes.Select(_ => Next().AsText()).ToList() : null;
        var values = indexes.Select(_ => Next()).ToList();
        var reasons = (fields & OptionalFields.ReasonForInclusion) != OptionalFields.None ? indexes.Select(_ => (TriggerConditions)Next().AsBits()).ToList() : null;
        return report with { Members = [.. indexes.Select((index, i) => new ReportedMember(index, references?[i], values[i], reasons?[i]))] };
    }
}

/// <summary>A member of a report.</summary>
/// <param name="Index">Index in the data set.</param>
/// <param name="Reference">Its reference, where asked for.</param>
/// <param name="Value">Its value.</param>
/// <param name="Reason">Why it is included, where asked for.</param>
public sealed record ReportedMember(int Index, string? Reference, DataValue Value, TriggerConditions? Reason);

/// <summary>How an operation with enhanced security ended, or why a control was refused.</summary>
/// <param name="Reference">Reference of the control, e.g. <c>PV1LD0/DWMX1$CO$WMaxSptPct$Oper</c>.</param>
/// <param name="AddCause">The cause; null for a positive termination.</param>
/// <param name="IsTermination">Whether it is a command termination; else a LastApplError before a negative answer.</param>
public sealed record ControlNotice(string Reference, int? AddCause, bool IsTermination)
{
    /// <summary>Reads a notice; null where the report is none.</summary>
    public static ControlNotice? From(InformationReport information)
    {
        ArgumentNullException.ThrowIfNull(information);
        if (information.Variables is not VariableAccess.List { Items: var items } || items.Count is < 1 or > 2)
        {
            return null;
        }

        if (items[0].Name is not { Scope: NameScope.Vmd, Item: "LastApplError" })
        {
            return items[0].Name.Item.EndsWith("$Oper", StringComparison.Ordinal) ? new(items[0].Name.ToString(), null, true) : null;
        }

        var error = information.Results.Count > 0 ? information.Results[0].Value.Items : [];
        return error.Count == 5 ? new(error[0].AsText(), (int)error[4].AsInteger(), items.Count == 2) : null;
    }
}
