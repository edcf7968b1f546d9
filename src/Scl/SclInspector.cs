using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>What to look at in an SCL file, and against what.</summary>
public sealed record InspectionOptions
{
    /// <summary>IED to look at; null: all with a server.</summary>
    public string? Ied { get; init; }
    /// <summary>Access point to look at; null: all with a server.</summary>
    public string? AccessPoint { get; init; }
    /// <summary>Folder with the XML schemas, or null.</summary>
    public string? SchemaFolder { get; init; }
    /// <summary>Folder with NSD files, or null.</summary>
    public string? NsdFolder { get; init; }
    /// <summary>What is wrong with a JID, or null: SCL knows nothing of XMPP. Null: JIDs are not judged.</summary>
    public Func<string, string?>? JidFault { get; init; }
}

/// <summary>One server of an inspected file.</summary>
/// <param name="Inventory">What the file declares for it.</param>
/// <param name="Load">What would be served, as the agent would get it but for the findings, which stand in the inspection.</param>
public sealed record ServerInspection(ServerInventory Inventory, SclLoad Load)
{
    /// <summary>What would be served.</summary>
    public IedModel Model => Load.Model!;
}

/// <summary>Everything there is to say about a file.</summary>
/// <param name="File">Its name.</param>
/// <param name="Edition">Edition of IEC 61850-6, e.g. 2007B4; empty where it could not be read.</param>
/// <param name="Findings">Findings by place.</param>
/// <param name="Servers">Its servers in the order of the file.</param>
public sealed record SclInspection(string File, string Edition, IReadOnlyList<SclFinding> Findings, IReadOnlyList<InspectedServer> Servers)
{
    /// <summary>Whether any finding is an error.</summary>
    public bool HasErrors => Findings.Any(f => f.Severity == SclSeverity.Error);

    /// <summary>Folder of the schema it was held against; null: none.</summary>
    public string? Schema { get; init; }

    /// <summary>Whether an error concerns the whole file, or what it was held against.</summary>
    public bool HasFileErrors { get; init; }

    /// <summary>Whether the agent would start with one of its servers.</summary>
    public bool WouldStart => !HasFileErrors && Servers.Any(s => s.WouldStart);
}

/// <summary>What was found of one server.</summary>
/// <param name="Inventory">What the file declares for it.</param>
/// <param name="Errors">Errors that concern it, those in types it shares with others included.</param>
/// <param name="Warnings">Warnings likewise.</param>
public sealed record InspectedServer(ServerInventory Inventory, int Errors, int Warnings)
{
    /// <summary>Whether the agent would start with it.</summary>
    public bool WouldStart => Errors == 0;
}

/// <summary>Looks at a whole SCL file: every server in it, one after the other, so that a station file needs no more memory than its largest IED and its templates.</summary>
public static class SclInspector
{
    /// <summary>Inspects a file. Nothing in it makes this throw.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What to look at.</param>
    /// <param name="onServer">Called with each server while its model is there; may add findings.</param>
    public static SclInspection Inspect(string path, InspectionOptions? options = null, Func<ServerInspection, IEnumerable<SclFinding>>? onServer = null)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Inspect(stream, path, options, onServer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path, "", [SclLoader.Unreadable(path, e)], []) { HasFileErrors = true };
        }
    }

    /// <summary>Inspects a stream that can be read more than once; <paramref name="name"/> stands for the file in findings.</summary>
    public static SclInspection Inspect(Stream stream, string name, InspectionOptions? options = null, Func<ServerInspection, IEnumerable<SclFinding>>? onServer = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new();
        var findings = new SclFindings(name);
        if (SclDocument.Read(stream, options.Ied, findings) is not { } document)
        {
            return new(name, "", findings.Sorted(), []) { HasFileErrors = true };
        }

        var edition = SclEdition.Of(document.Root);
        if (!edition.IsKnown)
        {
            findings.Warning(SclCodes.Edition, document.Root, "", $"The edition \"{edition.Name}\" is unknown; the file is read all the same.", "Correct version, revision and release of SCL.");
        }

        string? schema = null;
        if (options.SchemaFolder is { } folder)
        {
            stream.Position = 0;
            schema = SchemaCheck.Run(stream, folder, edition, findings);
        }

        var inspection = new Inspection(document, options, findings, onServer);
        var servers = inspection.Run(stream);
        return new(name, edition.Name, findings.Sorted(), servers) { HasFileErrors = inspection.HasFileErrors, Schema = schema };
    }

    /// <summary>Every leaf a file declares, as <c>reference fc bType [= value]</c>, sorted; the IED may be chosen.</summary>
    public static IReadOnlyList<string> Flat(string path, string? ied, string? accessPoint, out IReadOnlyList<SclFinding> findings)
    {
        var list = new SclFindings(path);
        var lines = new List<(string Key, string Line)>();
        using var stream = File.OpenRead(path);
        if (SclDocument.Read(stream, ied, list) is { } document)
        {
            var types = new TypeTemplates(document.Templates, list);
            Inspection.EachServer(document, stream, new() { Ied = ied, AccessPoint = accessPoint }, list, c => InventoryReader.Leaves(c.Ied, c.Server, types, (reference, leaf) =>
            {
                var key = $"{reference} {leaf.Fc ?? "None"} {leaf.BasicType ?? "None"}";
                lines.Add((key, leaf.Value is null ? key : $"{key} = {leaf.Value}"));
            }));
        }

        findings = list.Sorted();
        return [.. lines.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => l.Line)];
    }

    private sealed class Inspection(SclDocument document, InspectionOptions options, SclFindings findings, Func<ServerInspection, IEnumerable<SclFinding>>? onServer)
    {
        private readonly List<InspectedServer> _servers = [];
        private readonly TypeTemplates _types = new(document.Templates, findings);

        public bool HasFileErrors { get; private set; }

        public IReadOnlyList<InspectedServer> Run(Stream stream)
        {
            ElementCheck.RunShared(document.Root, findings);
            var library = options.NsdFolder is { } folder ? NsdLibrary.Load(folder, findings) : null;
            var nsd = library is null ? null : new NsdCheck(library, _types, document.Root, findings);
            if (document.Outline.All(i => !i.HasServer))
            {
                ServerChoice.ChooseIed(document, new() { Ied = options.Ied }, findings);
            }

            foreach (var ied in document.Outline.Where(i => options.Ied is null && string.IsNullOrEmpty(i.Name) && !i.HasServer))
            {
                findings.Add(SclCodes.MissingAttribute, SclSeverity.Warning, ied.Line, ied.Column, "", "The IED has no name.", "Give it one.");
            }

            HasFileErrors = findings.TakeScope().Errors > 0;
            EachServer(document, stream, options, findings, choice => Inspect(choice, nsd));
            if (_servers.Count == 0 && !findings.HasErrors)
            {
                findings.Error(SclCodes.NoServer, document.Root, "", $"There is no server named {options.Ied}/{options.AccessPoint} in the file.", "Look at its names with der-agent check FILE.");
            }

            new CommunicationCheck(document, options.Ied, options.JidFault, findings).Run();
            nsd?.Summarize();
            document.ForeignAddresses.Tell(findings);
            _types.Check(onlyUsed: options.Ied is not null);
            HasFileErrors |= findings.TakeScope().Errors > 0;
            return _servers;
        }

        /// <summary>Calls <paramref name="take"/> with every server asked for; IEDs that were not kept are read again.</summary>
        public static void EachServer(SclDocument document, Stream stream, InspectionOptions options, SclFindings findings, Action<ServerChoice> take)
        {
            void Ied(SclElement ied)
            {
                ElementCheck.Run(ied, findings);
                foreach (var choice in ServerChoice.Servers(ied, findings).Where(c => options.AccessPoint is null || c.AccessPoint["name"] == options.AccessPoint))
                {
                    take(choice);
                }
            }

            var kept = document.Ieds.ToList();
            if (options.Ied is not null || document.Outline.Count == kept.Count)
            {
                kept.ForEach(Ied);
                return;
            }

            SclDocument.ReadIeds(stream, null, findings, Ied);
        }

        private void Inspect(ServerChoice choice, NsdCheck? nsd)
        {
            if (string.IsNullOrEmpty(choice.Ied["name"]))
            {
                findings.Error(SclCodes.MissingAttribute, choice.Ied, "", "The IED has no name.", "Give it one.");
            }

            var inventory = InventoryReader.Read(choice.Ied, choice.AccessPoint, choice.Server, _types, findings);
            var load = SclLoader.Build(document, _types, choice, findings);
            nsd?.Check(choice.Ied, choice.Server);
            foreach (var finding in onServer?.Invoke(new(inventory, load)) ?? [])
            {
                findings.Add(finding.Code, finding.Severity, finding.Line, finding.Column, finding.Reference, finding.Text, finding.Remedy);
            }

            var (errors, warnings) = findings.TakeScope();
            _servers.Add(new(inventory, errors, warnings));
        }
    }
}
