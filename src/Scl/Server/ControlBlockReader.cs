using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Reads the report, log and setting-group control blocks of a logical node (IEC 61850-6 §9.3.8, §9.3.9, §9.3.12).</summary>
/// <param name="findings">Where findings go.</param>
/// <param name="logicalDevice">Name of the logical device.</param>
/// <param name="nameOf">Name of the logical device of an inst, or null.</param>
/// <param name="clients">Whom a ClientLN means.</param>
internal sealed class ControlBlockReader(SclFindings findings, string logicalDevice, Func<string, string?> nameOf, ReportClients clients)
{
    /// <summary>The report blocks, instances numbered; of two of one name and kind the first one counts.</summary>
    public IReadOnlyList<ReportControlDefinition> Reports(SclElement ln)
    {
        var names = new HashSet<(bool IsBuffered, string Name)>();
        var reports = new List<ReportControlDefinition>();
        foreach (var block in ln.All("ReportControl"))
        {
            foreach (var report in Report(block))
            {
                if (names.Add((report.Buffered, report.Name)))
                {
                    reports.Add(report);
                    continue;
                }

                findings.Warning(SclCodes.DuplicateName, block, Reference(block), $"Another report control block has the name \"{report.Name}\" already, which an instance of this one gets; the other one is served.", "Rename one of them: instances are numbered 01, 02 and so on behind the name.");
            }
        }

        return reports;
    }

    public IReadOnlyList<LogControlDefinition> Logs(SclElement ln) => [.. ln.All("LogControl").Select(Log)];

    public static SettingControlDefinition? Settings(SclElement ln) => ln.First("SettingControl") is not { } block ? null : new SettingControlDefinition
    {
        NumberOfGroups = SclAttributes.NumberOfGroups.Of(block),
        ActiveGroup = SclAttributes.ActiveGroup.Of(block),
        ReservationTime = SclAttributes.ReservationTime.Of(block),
    };

    private IEnumerable<ReportControlDefinition> Report(SclElement block)
    {
        var enabled = block.First("RptEnabled");
        var count = SclAttributes.Instances.Of(enabled);
        var indexed = SclAttributes.Indexed.Of(block);
        if (enabled is { Text: var text } && text.Trim().Length > 0)
        {
            findings.Warning(SclCodes.BadAttribute, enabled, Reference(block), $"RptEnabled holds the text \"{text.Trim()}\", which means nothing; {count} is taken.", "Write the number of instances as max=\"…\".");
        }

        var definition = new ReportControlDefinition
        {
            Name = block.Get("name"),
            Buffered = SclAttributes.Buffered.Of(block),
            ReportId = block.Get("rptID"),
            DataSet = block["datSet"] is { Length: > 0 } dataSet ? dataSet : null,
            ConfigurationRevision = SclAttributes.ConfigurationRevision.Of(block),
            BufferTime = SclAttributes.BufferTime.Of(block),
            IntegrityPeriod = SclAttributes.IntegrityPeriod.Of(block),
            TriggerOptions = TriggerOptions(block.First("TrgOps")),
            OptionalFields = Fields(block.First("OptFields")),
        };
        if (!indexed)
        {
            yield return definition with { Clients = Clients(block, enabled, null) };
            yield break;
        }

        for (var i = 1; i <= count; i++)
        {
            yield return definition with { Name = $"{definition.Name}{i:00}", Clients = Clients(block, enabled, i - 1) };
        }
    }

    /// <summary>The JIDs of the clients an instance is assigned to: the n-th ClientLN owns the n-th instance (IEC 61850-6 §9.3.8).</summary>
    private IReadOnlyList<string> Clients(SclElement block, SclElement? enabled, int? index)
    {
        var assigned = enabled?.All("ClientLN").ToList() ?? [];
        return index is not { } i ? [.. assigned.SelectMany(c => Jids(block, c))] : i < assigned.Count ? Jids(block, assigned[i]) : [];
    }

    private IReadOnlyList<string> Jids(SclElement block, SclElement client)
    {
        var jids = clients.JidsOf(client);
        var why = clients.Fault(client) ?? (jids.Count == 0 ? $"{client.Get("iedName")}, whose JID is not in the file" : null);
        if (why is not null)
        {
            findings.Warning(
                SclCodes.UnknownClient, client, Reference(block), $"The block is assigned to {why}; {(jids.Count == 0 ? "it is served as one that is assigned to nobody" : "it is served to that JID")}.",
                jids.Count == 0 ? "Give the client's access point a ConnectedAP with its JID, or take the ClientLN out." : "Correct the ClientLN.");
        }

        return jids;
    }

    private LogControlDefinition Log(SclElement block) => new()
    {
        Name = block.Get("name"),
        DataSet = block["datSet"] is { Length: > 0 } dataSet ? dataSet : null,
        LogReference = $"{(block["ldInst"] is { Length: > 0 } inst ? nameOf(inst) ?? logicalDevice : logicalDevice)}/{SclNames.LogicalNodeOfLog(block)}${SclNames.Log(block["logName"])}",
        Enabled = SclAttributes.LogEnabled.Of(block),
        IntegrityPeriod = SclAttributes.IntegrityPeriod.Of(block),
        TriggerOptions = TriggerOptions(block.First("TrgOps")),
    };

    private static TriggerConditions TriggerOptions(SclElement? options)
    {
        TriggerConditions Option(SclFlag option, TriggerConditions flag) => option.Of(options) ? flag : TriggerConditions.None;
        return Option(SclAttributes.DataChange, TriggerConditions.DataChange)
            | Option(SclAttributes.QualityChange, TriggerConditions.QualityChange)
            | Option(SclAttributes.DataUpdate, TriggerConditions.DataUpdate)
            | Option(SclAttributes.Integrity, TriggerConditions.Integrity)
            | Option(SclAttributes.GeneralInterrogation, TriggerConditions.GeneralInterrogation);
    }

    private static OptionalFields Fields(SclElement? fields)
    {
        OptionalFields Field(SclFlag field, OptionalFields flag) => field.Of(fields) ? flag : OptionalFields.None;
        return Field(SclAttributes.SequenceNumber, OptionalFields.SequenceNumber)
            | Field(SclAttributes.TimeStamp, OptionalFields.ReportTimeStamp)
            | Field(SclAttributes.ReasonCode, OptionalFields.ReasonForInclusion)
            | Field(SclAttributes.DataSetName, OptionalFields.DataSetName)
            | Field(SclAttributes.DataReference, OptionalFields.DataReference)
            | Field(SclAttributes.BufferOverflow, OptionalFields.BufferOverflow)
            | Field(SclAttributes.EntryId, OptionalFields.EntryId)
            | Field(SclAttributes.ConfigurationReference, OptionalFields.ConfigurationRevision);
    }

    private string Reference(SclElement block) => $"{logicalDevice}/{block.Get("name")}";
}
