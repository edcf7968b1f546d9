namespace DerAgent.Scl;

/// <summary>The IED and access point to serve.</summary>
internal sealed record ServerChoice(SclElement Ied, SclElement AccessPoint, SclElement Server)
{
    public static ServerChoice? Choose(SclDocument document, SclOptions options, SclFindings findings)
    {
        var all = document.Ieds
            .SelectMany(ied => ied.All("AccessPoint").Select(ap => (Ied: ied, AccessPoint: ap, Server: ap.First("Server"))))
            .Where(c => c.Server is not null)
            .Select(c => new ServerChoice(c.Ied, c.AccessPoint, c.Server!))
            .ToList();
        foreach (var choice in all)
        {
            RequireName(choice.Ied, "IED", findings);
            RequireName(choice.AccessPoint, "AccessPoint", findings);
        }

        var fit = all
            .Where(c => options.Ied is null || c.Ied["name"] == options.Ied)
            .Where(c => options.AccessPoint is null || c.AccessPoint["name"] == options.AccessPoint)
            .ToList();
        if (fit.Count == 1)
        {
            return fit[0];
        }

        var offered = string.Join(", ", all.Select(c => $"{c.Ied["name"]}/{c.AccessPoint["name"]}"));
        if (fit.Count == 0)
        {
            var wanted = options.Ied is null && options.AccessPoint is null ? "" : $" named {options.Ied}{(options.AccessPoint is null ? "" : "/" + options.AccessPoint)}";
            findings.Error(SclCodes.NoServer, document.Root, "", $"There is no server in the file{wanted}.", offered.Length > 0 ? $"It has {offered}." : "Choose a file with an IED that has an AccessPoint with a Server.");
            return null;
        }

        findings.Error(SclCodes.SeveralServers, document.Root, "", $"The file has several servers: {offered}.", "Choose one: \"ied\" and \"accessPoint\" in agent.json, or --ied and --ap.");
        return null;
    }

    private static void RequireName(SclElement element, string what, SclFindings findings)
    {
        if (string.IsNullOrEmpty(element["name"]))
        {
            findings.Error(SclCodes.MissingAttribute, element, "", $"The {what} has no name.", "Give it one.");
        }
    }
}
