using DerAgent.Devices;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary>Checks SCL files one after the other; a station file's servers one after the other.</summary>
internal sealed class FileCheck(InspectionOptions options, IReadOnlyList<string> profileFolders, bool plan)
{
    /// <summary>Servers of a station file that are told in full; of the others one line.</summary>
    private const int MaxServers = 20;

    private readonly List<string> _served = [];
    private int _servers;

    public async Task<int> RunAsync(IReadOnlyList<string> paths, CheckOutput output, bool strict)
    {
        var library = ProfileLibrary.Load(ProfileLibrary.Shipped.Concat(profileFolders), "--profiles");
        foreach (var finding in library.Findings)
        {
            await Console.Error.WriteLineAsync(finding.ToString());
        }

        var inspections = new List<SclInspection>();
        foreach (var path in paths)
        {
            _served.Clear();
            _servers = 0;
            var inspection = SclInspector.Inspect(path, options, server => Bindings(path, server, library, output == CheckOutput.Text));
            inspections.Add(inspection);
            if (output == CheckOutput.Text)
            {
                Write(inspection);
            }
        }

        switch (output)
        {
            case CheckOutput.Json:
                CheckJson.Write(inspections);
                break;
            case CheckOutput.Sarif:
                CheckSarif.Write(inspections);
                break;
        }

        return ExitCode(inspections, strict, library.Findings.Any(f => f.IsError));
    }

    private static int ExitCode(List<SclInspection> inspections, bool strict, bool brokenProfiles) =>
        brokenProfiles || inspections.Exists(i => i.HasErrors) ? ExitCodes.Configuration
        : strict && inspections.Exists(i => i.Findings.Any(f => f.Severity == SclSeverity.Warning)) ? ExitCodes.Failure
        : ExitCodes.Success;

    private IEnumerable<SclFinding> Bindings(string path, ServerInspection server, ProfileLibrary library, bool isTold)
    {
        // The site only plans and checks; nothing is opened before it runs, so there is nothing to await when it goes.
        var site = new Site([server.Model], library.Profiles, new Dictionary<string, string>(StringComparer.Ordinal), TimeProvider.System);
        if (isTold)
        {
            _served.AddRange(ServedReport.Lines(server, site, plan).Take(++_servers <= MaxServers ? int.MaxValue : 1));
        }

        return site.Findings.Select(f => SiteFindings.At(path, server.Load, f));
    }

    private void Write(SclInspection inspection)
    {
        foreach (var finding in inspection.Findings)
        {
            Console.WriteLine(finding);
        }

        _served.ForEach(Console.WriteLine);
        int Count(SclSeverity severity) => inspection.Findings.Count(f => f.Severity == severity);
        var edition = inspection.Edition.Length == 0 ? "" : $" (edition {inspection.Edition})";
        Console.WriteLine($"{inspection.File}{edition}: {Count(SclSeverity.Error)} errors, {Count(SclSeverity.Warning)} warnings, {Count(SclSeverity.Info)} notes; {(inspection.HasErrors ? "the agent would not start with it." : "the agent would start with it.")}");
    }
}
