using DerAgent.Devices;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary>Checks SCL files one after the other; a station file's servers one after the other.</summary>
internal sealed class FileCheck(InspectionOptions options, IReadOnlyList<string> profileFolders, bool plan, bool all)
{
    /// <summary>Servers of a station file that are told in full; of the others one line.</summary>
    private const int MaxServers = 20;

    private readonly List<string> _served = [];
    private int _servers;

    public async Task<int> RunAsync(IReadOnlyList<string> paths, CheckOutput output, bool strict)
    {
        var library = await LoadProfilesAsync();
        var inspections = new List<SclInspection>();
        foreach (var path in paths)
        {
            _served.Clear();
            _servers = 0;
            var inspection = SclInspector.Inspect(path, options, server => Bindings(path, server, library, output == CheckOutput.Text));
            inspections.Add(inspection);
            if (output == CheckOutput.Text)
            {
                Write(inspection, library.Findings.Count(static f => f.IsError));
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

    /// <summary>Mends a file into another one, and says what it did.</summary>
    public async Task<int> FixAsync(string path, string to, bool strict)
    {
        var library = await LoadProfilesAsync();
        byte[] octets;
        try
        {
            octets = await File.ReadAllBytesAsync(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{path} cannot be read: {e.Message}");
            return ExitCodes.Configuration;
        }

        var mended = SclFix.Run(octets, path, to, (stream, name) => SclInspector.Inspect(stream, name, options, server => Bindings(name, server, library, isTold: false)), TimeProvider.System.GetUtcNow(), out var fault);
        if (mended is null)
        {
            await Console.Error.WriteLineAsync($"{path} cannot be mended: {fault}.");
            return ExitCodes.Configuration;
        }

        if (NewFile.Put(to, mended.Octets.Span) is { } failure)
        {
            await Console.Error.WriteLineAsync(failure);
            return ExitCodes.Failure;
        }

        Console.Write(mended.Diff);
        foreach (var line in mended.Mended.Select(f => $"mended: {f}").Concat(mended.Added.Select(f => $"new: {f}")).Concat(mended.Remarks))
        {
            Console.WriteLine(line);
        }

        var left = mended.After.Findings.Count;
        Console.WriteLine($"{(mended.Diff.Length == 0 ? $"Nothing in {path} can be mended for certain; {to} is the same" : $"{to} is written, {mended.Mended.Count} findings are mended")}; {left} {(left == 1 ? "is" : "are")} left: der-agent check {to}");
        return ExitCode([mended.After], strict, library.Findings.Any(f => f.IsError));
    }

    private async Task<ProfileLibrary> LoadProfilesAsync()
    {
        var library = ProfileLibrary.Load(ProfileLibrary.Shipped.Concat(profileFolders), "--profiles");
        foreach (var finding in library.Findings)
        {
            await Console.Error.WriteLineAsync(finding.ToString());
        }

        return library;
    }

    /// <summary>Of several servers, of which none is chosen, one must do.</summary>
    private static int ExitCode(List<SclInspection> inspections, bool strict, bool brokenProfiles) =>
        brokenProfiles || inspections.Exists(i => !i.WouldStart) ? ExitCodes.Configuration
        : strict && inspections.Exists(i => i.Findings.Any(f => f.Severity == SclSeverity.Warning)) ? ExitCodes.Failure
        : ExitCodes.Success;

    private IEnumerable<SclFinding> Bindings(string path, ServerInspection server, ProfileLibrary library, bool isTold)
    {
        // The site only plans and checks; nothing is opened before it runs, so there is nothing to await when it goes.
        var site = new Site([server.Model], library.Profiles, DeviceOverride.None, TimeProvider.System);
        if (isTold)
        {
            _served.AddRange(ServedReport.Lines(server, site, plan).Take(++_servers <= MaxServers ? int.MaxValue : 1));
        }

        return site.Findings.Where(f => !library.Explains(f)).Select(f => SiteFindings.At(path, server.Load, f)).Concat(DataSetSizes.Find(path, server.Model, server.Load)).Concat(StatisticsFindings.Find(path, server.Model, server.Load));
    }

    private void Write(SclInspection inspection, int profileErrors)
    {
        foreach (var line in FindingLines.Of(inspection.Findings, all).Concat(_served).Concat(Servers(inspection)))
        {
            Console.WriteLine(line);
        }

        string Count(SclSeverity severity, string what) => Counted.Of(inspection.Findings.Count(f => f.Severity == severity), what);
        var edition = inspection.Edition.Length == 0 ? "" : $" (edition {inspection.Edition}{(inspection.Schema is null ? "" : ", schema " + inspection.Schema)})";
        Console.WriteLine($"{inspection.File}{edition}: {Count(SclSeverity.Error, "error")}, {Count(SclSeverity.Warning, "warning")}, {Count(SclSeverity.Info, "note")}; {(profileErrors > 0 ? $"but {Counted.Of(profileErrors, "error")} in device profiles above: the agent would not start." : Verdict(inspection))}");
    }

    private static string Verdict(SclInspection inspection) =>
        inspection is { HasFileErrors: false, Servers.Count: > 1 } ? $"the agent would start with {inspection.Servers.Count(s => s.WouldStart)} of its {inspection.Servers.Count} servers; choose one with --ied and --ap."
        : inspection.WouldStart ? "the agent would start with it." : "the agent would not start with it.";

    /// <summary>Several servers, and none chosen: which of them would do.</summary>
    private static IEnumerable<string> Servers(SclInspection inspection)
    {
        if (inspection.Servers.Count < 2)
        {
            yield break;
        }

        var rows = inspection.Servers.Select(s => (string[])[s.Inventory.Ied ?? "", s.Inventory.AccessPoint ?? "", $"{s.Errors}", $"{s.Warnings}", s.WouldStart ? "yes" : "no"]).Prepend(["IED", "access point", "errors", "warnings", "would start"]).ToList();
        var widths = Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length)).ToList();
        foreach (var row in rows)
        {
            yield return "  " + string.Join("  ", row.Select((cell, c) => c is 2 or 3 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd();
        }
    }
}
