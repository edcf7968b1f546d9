namespace DerAgent.Scl;

/// <summary>An access point by name, and whether it holds a server or lends one.</summary>
/// <param name="Name">Its name; null where the file gives none.</param>
/// <param name="HasServer">Whether it holds a <c>Server</c>.</param>
/// <param name="ServerAt">Access point whose server it offers as well (IEC 61850-6 §9.3.2).</param>
/// <param name="Line">Line.</param>
/// <param name="Column">Column.</param>
internal sealed record AccessPointOutline(string? Name, bool HasServer, string? ServerAt, int Line, int Column);

/// <summary>An IED by name, with its access points.</summary>
internal sealed record IedOutline(string? Name, int Line, int Column, IReadOnlyList<AccessPointOutline> AccessPoints)
{
    /// <summary>Whether any access point holds a server.</summary>
    public bool HasServer => AccessPoints.Any(a => a.HasServer);

    public static IedOutline Of(SclElement ied) =>
        new(ied["name"], ied.Line, ied.Column, [.. ied.All("AccessPoint").Select(a => new AccessPointOutline(a["name"], a.First("Server") is not null, a.First("ServerAt")?["apName"], a.Line, a.Column))]);

    /// <summary>Reads the outline only; the reader stands behind the IED then.</summary>
    public static IedOutline Read(SclXml xml)
    {
        var reader = xml.Reader;
        var (name, line, column) = (reader.GetAttribute("name"), xml.Line, xml.Column);
        var accessPoints = new List<AccessPointOutline>();
        SclElementReader.Children(xml, () =>
        {
            if (reader.LocalName == "AccessPoint")
            {
                accessPoints.Add(ReadAccessPoint(xml));
            }
            else
            {
                reader.Skip();
            }
        });
        return new(name, line, column, accessPoints);
    }

    private static AccessPointOutline ReadAccessPoint(SclXml xml)
    {
        var reader = xml.Reader;
        var outline = new AccessPointOutline(reader.GetAttribute("name"), false, null, xml.Line, xml.Column);
        SclElementReader.Children(xml, () =>
        {
            outline = reader.LocalName switch
            {
                "Server" => outline with { HasServer = true },
                "ServerAt" => outline with { ServerAt = reader.GetAttribute("apName") },
                _ => outline,
            };
            reader.Skip();
        });
        return outline;
    }
}
