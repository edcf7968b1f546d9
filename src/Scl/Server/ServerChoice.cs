namespace DerAgent.Scl;

/// <summary>The IED and access point to serve, and the server behind it.</summary>
/// <param name="Ied">The IED.</param>
/// <param name="AccessPoint">The access point: its name, address and capabilities.</param>
/// <param name="Server">Its server, or the one of the access point its <c>ServerAt</c> names.</param>
internal sealed record ServerChoice(SclElement Ied, SclElement AccessPoint, SclElement Server)
{
    /// <summary>Name of the access point that holds the server.</summary>
    public string ServerAccessPoint => Ied.All("AccessPoint").FirstOrDefault(a => a.Children.Contains(Server))?["name"] ?? "";

    /// <summary>The name of the IED that is meant; null after a finding says why there is none.</summary>
    public static string? ChooseIed(SclDocument document, SclOptions options, SclFindings findings)
    {
        var candidates = document.Outline.Where(i => i.HasServer).ToList();
        var fit = candidates.Where(i => options.Ied is null || i.Name == options.Ied).ToList();
        if (fit.Count == 0)
        {
            NoServer(document, options, findings);
            return null;
        }

        if (fit.Count > 1)
        {
            findings.Error(SclCodes.SeveralServers, document.Root, "", $"The file has several servers: {Offered(document)}.", "Choose one: \"ied\" in agent.json, or --ied.");
            return null;
        }

        if (!string.IsNullOrEmpty(fit[0].Name))
        {
            return fit[0].Name;
        }

        findings.Add(SclCodes.MissingAttribute, SclSeverity.Error, fit[0].Line, fit[0].Column, "", "The IED has no name.", "Give it one.");
        return null;
    }

    /// <summary>The access point of an IED that is meant; null after a finding says why there is none.</summary>
    public static ServerChoice? Choose(SclDocument document, SclElement ied, SclOptions options, SclFindings findings)
    {
        var all = Servers(ied, findings).ToList();
        if (options.AccessPoint is { } wanted)
        {
            if (all.Find(c => c.AccessPoint["name"] == wanted) is { } found)
            {
                return found;
            }

            if (ied.All("AccessPoint").FirstOrDefault(a => a["name"] == wanted)?.First("ServerAt") is { } at)
            {
                return Lent(ied, at, all, findings);
            }

            NoServer(document, options, findings);
            return null;
        }

        if (all.Count == 1)
        {
            return all[0];
        }

        findings.Error(SclCodes.SeveralServers, ied, "", $"The IED has several servers: {Offered(document)}.", "Choose one: \"accessPoint\" of each connection in agent.json, or --ap.");
        return null;
    }

    /// <summary>The access points of an IED that hold a server.</summary>
    public static IEnumerable<ServerChoice> Servers(SclElement ied, SclFindings findings)
    {
        foreach (var accessPoint in ied.All("AccessPoint"))
        {
            if (accessPoint.First("Server") is not { } server)
            {
                continue;
            }

            if (string.IsNullOrEmpty(accessPoint["name"]))
            {
                findings.Error(SclCodes.MissingAttribute, accessPoint, ied.Get("name"), "The AccessPoint has no name.", "Give it one.");
            }

            yield return new(ied, accessPoint, server);
        }
    }

    private static ServerChoice? Lent(SclElement ied, SclElement at, List<ServerChoice> all, SclFindings findings)
    {
        if (all.Find(c => c.AccessPoint["name"] == at["apName"]) is { } lender)
        {
            return lender with { AccessPoint = ied.All("AccessPoint").First(a => a.Children.Contains(at)) };
        }

        findings.Error(SclCodes.NoServer, at, ied.Get("name"), $"ServerAt names the access point \"{at["apName"]}\", which has no server.", "Name an access point of this IED that has a Server.");
        return null;
    }

    private static void NoServer(SclDocument document, SclOptions options, SclFindings findings)
    {
        var offered = Offered(document);
        var wanted = options.Ied is null && options.AccessPoint is null ? "" : $" named {options.Ied}{(options.AccessPoint is null ? "" : "/" + options.AccessPoint)}";
        findings.Error(SclCodes.NoServer, document.Root, "", $"There is no server in the file{wanted}.", offered.Length > 0 ? $"It has {offered}." : "Choose a file with an IED that has an AccessPoint with a Server.");
    }

    private static string Offered(SclDocument document) =>
        string.Join(", ", document.Outline.SelectMany(i => i.AccessPoints.Where(a => a.HasServer || a.ServerAt is not null).Select(a => $"{i.Name}/{a.Name}")));
}
