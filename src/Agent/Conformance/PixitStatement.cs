using DerAgent.Acsi;
using DerAgent.Agent.Clock;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Agent.Conformance;

/// <summary>The protocol implementation extra information for testing (IEC 61850-10): limits, times, and each place where the standards leave a choice.</summary>
internal static class PixitStatement
{
    /// <summary>The page.</summary>
    public static string Write(Configuration configuration, IedModel model)
    {
        var options = ServedIed.Within(configuration.Server(configuration.Storage), model);
        var page = new Markdown().Heading(1, $"PIXIT of {model.Name}").Text(ConformanceStatement.Origin);
        foreach (var (topic, rows) in Topics(configuration, model, options))
        {
            page.Heading(2, topic).Table(["", "value"], rows.Select(r => (IReadOnlyList<string>)[r.What, r.Value]));
        }

        return page.Heading(2, "Where the standards leave a choice").Table(["", "chosen"], Choices(options).Select(c => (IReadOnlyList<string>)[c.What, c.Value])).ToString();
    }

    private static IEnumerable<(string Topic, (string What, string Value)[] Rows)> Topics(Configuration configuration, IedModel model, AcsiOptions options)
    {
        yield return ("Identity",
        [
            ("vendor, model, revision (Identify)", $"{model.Identity.Manufacturer}, {model.Identity.Type}, {model.Identity.ConfigVersion}"),
            ("access point, logical devices", $"{model.AccessPoint}: {string.Join(", ", model.LogicalDevices.Select(d => d.Name))}"),
        ]);
        yield return ("Associations",
        [
            ("connections", string.Join("; ", configuration.Connections.Where(c => c.Server.Model == model).Select(c => $"{c.Name}: {c.Xmpp.Jid}, {c.Access.Jids.Count} partners"))),
            ("dialects", string.Join(", ", MmsDialect.All.Select(d => $"{d.Name} ({d.Namespace})"))),
            ("associations in all", options.MaxAssociations is { } most ? $"{most} (SCL file), a quarter kept for those who may command" : "as many as the connections have"),
            ("associations of a connection", $"{options.MaxAssociationsPerConnection}, of which {options.ReservedPerConnection} are kept for those who may command"),
            ("associations of a partner (bare JID)", $"{options.MaxAssociationsPerPeer}"),
            ("PDU size (octets of XML)", $"{Markdown.Number(options.MinPduSize)} to {Markdown.Number(options.MaxPduSize)}"),
            ("outstanding requests", $"{options.MaxOutstanding}"),
            ("nesting of data", $"5 to {options.MaxNesting}"),
            ("silence that ends an association", Markdown.Time(options.IdleTimeout)),
        ]);
        yield return ("Data sets and reports",
        [
            ("data sets that clients may create", $"{model.Capabilities.DynamicDataSets} in logical nodes, of {model.Capabilities.DynamicDataSetMembers} members; {options.MaxDataSetsPerAssociation} of an association at most"),
            ("attributes of report control blocks that clients may set", $"DatSet {model.Capabilities.ReportDataSet}, RptID {model.Capabilities.ReportId}, OptFlds {model.Capabilities.ReportOptionalFields}, BufTm {model.Capabilities.ReportBufferTime}, TrgOps {model.Capabilities.ReportTriggerOptions}, IntgPd {model.Capabilities.ReportIntegrityPeriod}"),
            ("shortest integrity period", Markdown.Time(options.MinIntegrityPeriod)),
            ("reservation that nobody set a time for", Markdown.Time(options.ImplicitReservation)),
            ("octets that buffers and logs share", Markdown.Number(configuration.Storage.Store.MaxOctets)),
            ("entries kept while an unbuffered block's association stands still", $"{options.UnbufferedQueue}"),
        ]);
        yield return ("Logs",
        [
            ("logs", string.Join(", ", ServiceConformance.Nodes(model).SelectMany(n => n.Logs.Select(l => $"{n.Reference}${l}")).DefaultIfEmpty("none"))),
            ("age of entries", options.LogAge == TimeSpan.Zero ? "as long as there is room" : Markdown.Time(options.LogAge)),
            ("attributes of log control blocks that clients may set", $"LogEna {model.Capabilities.LogEnable}, DatSet {model.Capabilities.LogDataSet}, TrgOps {model.Capabilities.LogTriggerOptions}, IntgPd {model.Capabilities.LogIntegrityPeriod}"),
        ]);
        yield return ("Setting groups", [.. ServiceConformance.Nodes(model).Where(n => n.SettingControl is not null)
            .Select(n => (n.Reference, $"{n.SettingControl!.NumberOfGroups} groups, {n.SettingControl.ActiveGroup} active, reserved for {n.SettingControl.ReservationTime} s")).DefaultIfEmpty(("none", ""))]);
        yield return ("Control",
        [
            ("selection without sboTimeout", Markdown.Time(options.SelectTimeout)),
            ("hardware without operTimeout, and for a parameter", Markdown.Time(options.ParameterTimeout)),
            .. ServiceConformance.Controls(model).Where(c => c.ControlModel > 0).Select(c => (c.DataObject.Reference, $"ctlModel {c.ControlModel}{Timeout(c.DataObject, "sboTimeout")}{Timeout(c.DataObject, "operTimeout")}")),
        ]);
        yield return ("Files",
        [
            ("octets of all files", Markdown.Number(configuration.Storage.Files.MaxOctets)),
            ("files in all", Markdown.Number(configuration.Storage.Files.MaxFiles)),
            ("names", $"relative, printable ASCII, {FileNames.MaxLength} octets, folders of {FileNames.MaxFolderLength}, {FileNames.MaxDepth} in each other; none that is a device, or ends with a dot or a space, on any system"),
            ("files that an association has open", $"{options.MaxOpenFiles}, closed after {Markdown.Time(options.OpenFileIdle)} without a request"),
            ("a source that does not answer (SetFile)", $"is given up after {Markdown.Time(options.FileSourcePatience)}; a whole file after {Markdown.Time(options.FileTransferLimit)}"),
            ("disturbance records", configuration.Disturbances.GetValueOrDefault(model) is { Triggers.Count: > 0 } d ? $"{d.Channels.Count} channels, {Markdown.Time(d.Before)} before and {Markdown.Time(d.After)} after {string.Join(", ", d.Triggers.Take(10))}{(d.Triggers.Count > 10 ? ", …" : "")}; {d.Keep} are kept" : "off"),
            ("the SCL file that clients set", configuration.SetSclName),
        ]);
        yield return ("Time",
        [
            ("servers (SNTP)", configuration.Clock.Servers.Count == 0 ? "none: the system keeps its clock" : string.Join(", ", configuration.Clock.Servers)),
            ("asked", configuration.Clock.Servers.Count == 0 ? "–" : $"each {Markdown.Time(configuration.Clock.Interval)}"),
            ("offset made up for at once, from", Markdown.Time(DisciplinedTime.Step)),
            ("a clock that nobody confirms is called synchronised for", Markdown.Time(ClockState.Holdover)),
            ("warning, alarm", $"{Markdown.Time(configuration.Clock.Alarms.Warning)}, {Markdown.Time(configuration.Clock.Alarms.Alarm)}"),
        ]);
        yield return ("Store",
        [
            ("durability", configuration.Storage.Store.IsSynchronous ? "full: what is acknowledged survives a power cut" : "normal: the last moments may be lost with the power"),
            ("substitutes outlive a restart", options.PersistSubstitution ? "yes" : "no"),
            ("entries of logs, and of blocks that nobody enabled, are gathered for", Markdown.Time(configuration.Storage.Commits.LazyInterval)),
        ]);
    }

    private static string Timeout(DataObject data, string name) =>
        data.Attribute(name) is { IsLeaf: true, InitialValue: { Kind: not DataKind.None } value } ? $", {name} {Markdown.Time(TimeSpan.FromMilliseconds(value.AsUnsigned()))}" : "";

    private static IEnumerable<(string What, string Value)> Choices(AcsiOptions options)
    {
        yield return ("an Initiate of the same full JID under the same id", "the new association takes the place of the old one; its client has started anew");
        yield return ("while the stream is down and may be resumed", "associations stand still, reports queue in their blocks, nothing is sent twice");
        yield return ("a write of several variables", "one result each, in order; a structure with a member that is refused changes nothing");
        yield return ("a string, or octets, longer than the attribute", "object-value-invalid");
        yield return ("integer for unsigned, and the reverse", "accepted where the range fits; an enumeration outside of its ordinals: object-value-invalid");
        yield return ("a write that feeds hardware", $"is answered when the device took it and it was read back, within {Markdown.Time(options.ParameterTimeout)}; else hardware-fault, and the old value stays");
        yield return ("a switch of setting groups into devices", "values in the order of the file, each read back; on a failure those before go back in reverse; ActSG changes after the last; 60 s in all, then it is answered negatively. A power cut in between is taken back; what cannot be put back is an alarm, and reads as not known");
        yield return ("RptID that is empty", "reads as the reference of the block");
        yield return ("reservation of a buffered block without ResvTms (implicit reservation)", $"a write of any attribute, or RptEna, reserves it for its writer (ResvTms reads {options.ImplicitReservation.TotalSeconds:0}); it is free {Markdown.Time(options.ImplicitReservation)} after the association ended, for the same account at once");
        yield return ("Resv of an unbuffered block", "is true while the association of who reserved it lives");
        yield return ("LastApplError for normal security", "is sent before the negative answer, as for enhanced security");
        yield return ("orCat 0 (not-supported)", "is accepted, and ranks as remote-control in every hierarchy and priority check; origin shows it as it came");
        yield return ("Cancel of an object that is not selected", "is answered positively, and changes nothing");
        yield return ("Test in Operate, with Beh test", "reaches no hardware, everything else happens; with Beh on it is refused (AddCause 8)");
        yield return ("a value out of minVal..maxVal, or not on stepSize", "AddCause 26, object-value-invalid");
        yield return ("entries of logs and of blocks that nobody enabled (lazyInterval)", "are gathered before they are committed: a power cut may take what came in that time, and nothing that was told");
        yield return ("a query by an entry that is unknown", "goes on with what is later than its time");
        yield return ("what may not be viewed", "answers as a name that nobody has");
        yield return ("an answer that is larger than the PDU", "confirmed-ErrorPDU service/pdu-size");
        yield return ("GOOSE and sampled-value control blocks", "are read as the file has them; enabling them is refused");
        yield return ("a file number (frsmID) that is unknown", "file/file-non-existent");
        yield return ("one server alone tells the time", "it is believed, unless it contradicts a clock that was right within the last hour");
    }
}
