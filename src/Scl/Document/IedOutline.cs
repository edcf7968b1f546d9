namespace DerAgent.Scl;

/// <summary>An access point by name, and whether it holds a server or lends one.</summary>
/// <param name="Name">Its name; null where the file gives none.</param>
/// <param name="HasServer">Whether it holds a <c>Server</c>.</param>
/// <param name="ServerAt">Access point whose server it offers as well (IEC 61850-6 §9.3.2).</param>
/// <param name="Line">Line.</param>
/// <param name="Column">Column.</param>
internal sealed record AccessPointOutline(string? Name, bool HasServer, string? ServerAt, int Line, int Column);

/// <summary>An IED by name, with its access points and the names of its logical nodes.</summary>
/// <param name="Name">Its name; null where the file gives none.</param>
/// <param name="Line">Line.</param>
/// <param name="Column">Column.</param>
/// <param name="AccessPoints">Its access points.</param>
/// <param name="Nodes">Its logical nodes as inst and name, <c>LD0/MMXU1</c>; those of a client without server have no inst.</param>
internal sealed record IedOutline(string? Name, int Line, int Column, IReadOnlyList<AccessPointOutline> AccessPoints, IReadOnlySet<string> Nodes)
{
    /// <summary>Whether any access point holds a server.</summary>
    public bool HasServer => AccessPoints.Any(a => a.HasServer);

    public static IedOutline Of(SclElement ied) =>
        new(ied["name"], ied.Line, ied.Column, [.. ied.All("AccessPoint").Select(a => new AccessPointOutline(a["name"], a.First("Server") is not null, a.First("ServerAt")?["apName"], a.Line, a.Column))], NodesOf(ied));

    private static HashSet<string> NodesOf(SclElement ied) => ied.All("AccessPoint")
        .SelectMany(a => a.All("LN").Select(n => (Inst: "", Node: n)).Concat(a.All("Server").SelectMany(SclNames.AllLogicalNodes).Select(n => (Inst: n.Ld.Get("inst"), Node: n.Ln))))
        .Select(n => $"{n.Inst}/{SclNames.LogicalNode(n.Node)}").ToHashSet(StringComparer.Ordinal);

    /// <summary>Reads the outline only; the reader stands behind the IED then.</summary>
    public static IedOutline Read(SclXml xml)
    {
        var reader = xml.Reader;
        var (name, line, column) = (reader.GetAttribute("name"), xml.Line, xml.Column);
        var accessPoints = new List<AccessPointOutline>();
        var nodes = new HashSet<string>(StringComparer.Ordinal);
        SclElementReader.Children(xml, () =>
        {
            if (reader.LocalName == "AccessPoint")
            {
                accessPoints.Add(ReadAccessPoint(xml, nodes));
            }
            else
            {
                reader.Skip();
            }
        });
        return new(name, line, column, accessPoints, nodes);
    }

    private static AccessPointOutline ReadAccessPoint(SclXml xml, HashSet<string> nodes)
    {
        var reader = xml.Reader;
        var outline = new AccessPointOutline(reader.GetAttribute("name"), false, null, xml.Line, xml.Column);
        SclElementReader.Children(xml, () =>
        {
            switch (reader.LocalName)
            {
                case "Server":
                    outline = outline with { HasServer = true };
                    ReadServer(xml, nodes);
                    break;
                case "ServerAt":
                    outline = outline with { ServerAt = reader.GetAttribute("apName") };
                    reader.Skip();
                    break;
                case "LN":
                    nodes.Add(xml.Pooled($"/{NodeName(xml)}"));
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        });
        return outline;
    }

    private static void ReadServer(SclXml xml, HashSet<string> nodes) => SclElementReader.Children(xml, () =>
    {
        if (xml.Reader.LocalName != "LDevice")
        {
            xml.Reader.Skip();
            return;
        }

        var inst = xml.Reader.GetAttribute("inst");
        SclElementReader.Children(xml, () =>
        {
            if (xml.Reader.LocalName is "LN0" or "LN")
            {
                nodes.Add(xml.Pooled($"{inst}/{NodeName(xml)}"));
            }

            xml.Reader.Skip();
        });
    });

    /// <summary>Made as that of an element (<see cref="SclNames.LogicalNode"/>).</summary>
    private static string NodeName(SclXml xml) => $"{xml.Reader.GetAttribute("prefix")}{xml.Reader.GetAttribute("lnClass")}{(xml.Reader.LocalName == "LN" ? xml.Reader.GetAttribute("inst") : "")}";
}
