using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Agent.Conformance;

/// <summary>The protocol implementation conformance statement (IEC 61850-7-2 annex A): which models and services are there, of a model as it is served.</summary>
internal static class PicsStatement
{
    /// <summary>The page.</summary>
    public static string Write(IedModel model)
    {
        var page = new Markdown().Heading(1, $"PICS of {model.Name}").Text(ConformanceStatement.Origin)
            .Heading(2, "Basic conformance")
            .Table(["", "client", "server", "remark"],
            [
                ["TWO-PARTY-APPLICATION-ASSOCIATION", "–", "Y", "over XMPP; all connections are outbound TLS"],
                ["MULTICAST-APPLICATION-ASSOCIATION", "–", "N", "XMPP carries no multicast"],
                ["SCSM: IEC TR 61850-80-3 / IEC 61850-8-2 (MMS in XER over XMPP)", "–", "Y", string.Join(", ", MmsDialect.All.Select(d => d.Name))],
                ["SCSM: IEC 61850-8-1, 9-2", "–", "N", ""],
                ["GSE (GOOSE, GSSE)", "–", "N", ""],
                ["SAMPLED VALUES", "–", "N", ""],
            ])
            .Heading(2, "Models");
        page.Table(["model", "server", "remark"], Models(model));
        page.Heading(2, "Services").Table(
            ["group", "service", "server", "carried by"],
            ServiceConformance.Rows.Select(r => (IReadOnlyList<string>)[r.Group, r.Name, IsServed(r, model), string.Join(", ", r.Mms)]));
        return page.Heading(2, "MMS").Text("Services that are advertised (servicesSupportedCalled) with their bits:")
            .Table(
                ["bit", "service"],
                ServiceTable.Rows.Select(r => r.Service).Concat([MmsService.InformationReport, MmsService.Conclude, MmsService.Cancel]).Order().Select(s => (IReadOnlyList<string>)[$"{(int)s}", s.ToString()]))
            .ToString();
    }

    /// <summary>Whether a service is served with this model: Y, or why not.</summary>
    public static string IsServed(ServiceConformance row, IedModel model) =>
        row.Mms.Any(m => ServiceTable.Rows.All(r => r.Service != m) && m is not (MmsService.InformationReport or MmsService.Conclude or MmsService.Cancel)) ? "N"
        : row.Applies(model) ? "Y"
        : "N (the SCL file has nothing to serve with it)";

    private static IEnumerable<IReadOnlyList<string>> Models(IedModel model)
    {
        var nodes = ServiceConformance.Nodes(model).ToList();
        yield return ["Logical device", "Y", string.Join(", ", model.LogicalDevices.Select(d => d.Name))];
        yield return ["Logical node", "Y", $"{nodes.Count}"];
        yield return ["Data", "Y", $"{nodes.Sum(n => n.DataObjects.Count)} data objects, {Markdown.Number(model.Slots.Count)} attributes"];
        yield return Counted("Data set", nodes.Sum(n => n.DataSets.Count), model.Capabilities.DynamicDataSets > 0 ? $"clients may create {model.Capabilities.DynamicDataSets} more, of {model.Capabilities.DynamicDataSetMembers} members" : "clients create none");
        yield return Counted("Substitution", model.Slots.Count(s => s is { Fc: FunctionalConstraint.SV, Name: "subEna" }), "objects that can be substituted");
        yield return Counted("Setting group control", nodes.Count(n => n.SettingControl is not null), string.Join(", ", nodes.Where(n => n.SettingControl is not null).Select(n => $"{n.SettingControl!.NumberOfGroups} groups in {n.Reference}")));
        yield return Counted("Buffered report control", nodes.Sum(n => n.ReportControls.Count(r => r.Buffered)), "sequence-number, report-time-stamp, reason-for-inclusion, data-set-name, data-reference, buffer-overflow, entryID, conf-rev, BufTm, IntgPd, GI, segmentation");
        yield return Counted("Unbuffered report control", nodes.Sum(n => n.ReportControls.Count(r => !r.Buffered)), "sequence-number, report-time-stamp, reason-for-inclusion, data-set-name, data-reference, conf-rev, BufTm, IntgPd, GI, segmentation");
        yield return Counted("Log control", nodes.Sum(n => n.LogControls.Count), "IntgPd");
        yield return Counted("Log", nodes.Sum(n => n.Logs.Count), string.Join(", ", nodes.SelectMany(n => n.Logs.Select(l => $"{n.Reference}${l}"))));
        yield return Counted("Control", ServiceConformance.Controls(model).Count(c => c.ControlModel > 0), string.Join("; ", ServiceConformance.Controls(model).GroupBy(c => c.ControlModel).OrderBy(g => g.Key).Select(g => $"{Named(g.Key)}: {g.Count()}")));
        yield return Declared("GOOSE control block (GoCB)", nodes.SelectMany(n => n.StreamControls).Count(s => s.Fc == FunctionalConstraint.GO));
        yield return Declared("Sampled-value control block (MSVCB, USVCB)", nodes.SelectMany(n => n.StreamControls).Count(s => s.Fc is FunctionalConstraint.MS or FunctionalConstraint.US));
        yield return ["Time", "Y", "SNTP client, or the system's own synchronisation"];
        yield return ["File transfer", "Y", "LD/<LDName>/, COMTRADE/, CONFIG/; logs as CSV"];
    }

    private static string[] Counted(string name, int count, string remark) => [name, count > 0 ? "Y" : "N", count > 0 ? $"{count}; {remark}".TrimEnd(' ', ';') : ""];

    /// <summary>They are read as the file has them. Nothing is ever sent.</summary>
    private static string[] Declared(string name, int count) => [name, "N", count > 0 ? $"{count} in the SCL file; read as the file has them, can not be enabled, nothing is sent" : "none in the SCL file"];

    private static string Named(long controlModel) => controlModel switch
    {
        0 => "status-only",
        1 => "direct-with-normal-security",
        2 => "sbo-with-normal-security",
        3 => "direct-with-enhanced-security",
        4 => "sbo-with-enhanced-security",
        _ => $"ctlModel {controlModel}",
    };
}
