using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Reads the control blocks of a logical node (IEC 61850-6 §9.3.8 to §9.3.12).</summary>
/// <param name="findings">Where findings go.</param>
/// <param name="logicalDevice">Name of the logical device.</param>
/// <param name="nameOf">Name of the logical device of an inst, or null.</param>
/// <param name="jidsOf">JIDs of a ClientLN.</param>
internal sealed class ControlBlockReader(SclFindings findings, string logicalDevice, Func<string, string?> nameOf, Func<SclElement, IReadOnlyList<string>> jidsOf)
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

    public SettingControlDefinition? Settings(SclElement ln) => ln.First("SettingControl") is not { } block ? null : new SettingControlDefinition
    {
        NumberOfGroups = block.Number("numOfSGs", 1, findings),
        ActiveGroup = block.Number("actSG", 1, findings),
        ReservationTime = block.Number("resvTms", 60, findings),
    };

    public IReadOnlyList<StreamControlDefinition> Streams(SclElement ln) =>
    [
        .. ln.All("GSEControl").Where(g => g.Get("type", "GOOSE") == "GOOSE").Select(g => Stream(g, FunctionalConstraint.GO, g.Get("appID"))),
        .. ln.All("SampledValueControl").Select(s => Stream(s, s.Flag("multicast", true) ? FunctionalConstraint.MS : FunctionalConstraint.US, s.Get("smvID"))),
    ];

    private IEnumerable<ReportControlDefinition> Report(SclElement block)
    {
        var enabled = block.First("RptEnabled");
        var count = enabled?.Number("max", 1, findings) ?? 1;
        var indexed = block.Flag("indexed", true);
        if (enabled is { Text: var text } && text.Trim().Length > 0)
        {
            findings.Warning(SclCodes.BadAttribute, enabled, Reference(block), $"RptEnabled holds the text \"{text.Trim()}\", which means nothing; {count} is taken.", "Write the number of instances as max=\"…\".");
        }

        if (count is 0 or > 99)
        {
            findings.Warning(SclCodes.BadAttribute, enabled ?? block, Reference(block), $"RptEnabled max=\"{count}\" is not 1 to 99; one instance is served.", "Correct max.");
            count = 1;
        }

        var definition = new ReportControlDefinition
        {
            Name = block.Get("name"),
            Buffered = block.Flag("buffered"),
            ReportId = block.Get("rptID"),
            DataSet = block["datSet"] is { Length: > 0 } dataSet ? dataSet : null,
            ConfigurationRevision = block.Number("confRev", 0, findings),
            BufferTime = block.Number("bufTime", 0, findings),
            IntegrityPeriod = block.Number("intgPd", 0, findings),
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
        var clients = enabled?.All("ClientLN").ToList() ?? [];
        return index is not { } i ? [.. clients.SelectMany(c => Jids(block, c))] : i < clients.Count ? Jids(block, clients[i]) : [];
    }

    private IReadOnlyList<string> Jids(SclElement block, SclElement client)
    {
        var jids = jidsOf(client);
        if (jids.Count == 0)
        {
            findings.Warning(
                SclCodes.UnknownClient, client, Reference(block), $"The block is assigned to {client.Get("iedName")}, whose JID is not in the file; it is served as one that is assigned to nobody.",
                "Give the client's access point a ConnectedAP with its JID, or take the ClientLN out.");
        }

        return jids;
    }

    private LogControlDefinition Log(SclElement block) => new()
    {
        Name = block.Get("name"),
        DataSet = block["datSet"] is { Length: > 0 } dataSet ? dataSet : null,
        LogReference = $"{(block["ldInst"] is { Length: > 0 } inst ? nameOf(inst) ?? logicalDevice : logicalDevice)}/{SclNames.LogicalNodeOfLog(block)}${block.Get("logName", "GeneralLog")}",
        Enabled = block.Flag("logEna", true),
        IntegrityPeriod = block.Number("intgPd", 0, findings),
        TriggerOptions = TriggerOptions(block.First("TrgOps")),
    };

    private StreamControlDefinition Stream(SclElement block, FunctionalConstraint fc, string id) => new()
    {
        Name = block.Get("name"),
        Fc = fc,
        Id = id,
        DataSet = block["datSet"] is { Length: > 0 } dataSet ? dataSet : null,
        ConfigurationRevision = block.Number("confRev", 0, findings),
    };

    private static TriggerConditions TriggerOptions(SclElement? options)
    {
        // Defaults of the schema: everything off but gi, which is on (IEC 61850-6 §9.3.8).
        TriggerConditions Option(string name, TriggerConditions flag, bool otherwise = false) => (options?.Flag(name, otherwise) ?? otherwise) ? flag : TriggerConditions.None;
        return Option("dchg", TriggerConditions.DataChange)
            | Option("qchg", TriggerConditions.QualityChange)
            | Option("dupd", TriggerConditions.DataUpdate)
            | Option("period", TriggerConditions.Integrity)
            | Option("gi", TriggerConditions.GeneralInterrogation, true);
    }

    private static OptionalFields Fields(SclElement? fields)
    {
        OptionalFields Field(string name, OptionalFields flag, bool otherwise = false) => (fields?.Flag(name, otherwise) ?? otherwise) ? flag : OptionalFields.None;
        return Field("seqNum", OptionalFields.SequenceNumber)
            | Field("timeStamp", OptionalFields.ReportTimeStamp)
            | Field("reasonCode", OptionalFields.ReasonForInclusion)
            | Field("dataSet", OptionalFields.DataSetName)
            | Field("dataRef", OptionalFields.DataReference)
            | Field("bufOvfl", OptionalFields.BufferOverflow, true)
            | Field("entryID", OptionalFields.EntryId)
            | Field("configRef", OptionalFields.ConfigurationRevision);
    }

    private string Reference(SclElement block) => $"{logicalDevice}/{block.Get("name")}";
}
