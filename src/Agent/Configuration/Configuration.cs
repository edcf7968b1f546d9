using DerAgent.Acsi;
using DerAgent.Devices;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Storage;

namespace DerAgent.Agent;

/// <summary>The three files put together, and everything that is wrong with them.</summary>
internal sealed partial class Configuration
{
    private readonly List<ConfigurationFinding> _findings = [];
    private readonly Dictionary<string, ServedServer> _servers = new(StringComparer.Ordinal);
    private readonly string? _scl;
    private JsonPlaces _places = JsonPlaces.None;
    private ProfileLibrary _library = new();

    private Configuration(string path, string? scl) => (Path, _scl) = (System.IO.Path.GetFullPath(path), scl);

    /// <summary>Path of agent.json.</summary>
    public string Path { get; }

    /// <summary>What agent.json says; null where it cannot be read.</summary>
    public AgentOptions? Options { get; private set; }

    /// <summary>The servers that the connections lead to, each once; empty where the SCL file cannot be served.</summary>
    public IReadOnlyList<ServedServer> Servers => [.. _servers.Values.Distinct()];

    /// <summary>The configuration that cannot be used, and in whose place this is: the last one that ran. Null: it is what its files say.</summary>
    public Configuration? Instead { get; set; }

    /// <summary>Device profiles by name.</summary>
    public IReadOnlyDictionary<string, DeviceProfile> Profiles => _library.Profiles;

    /// <summary>The connections.</summary>
    public IReadOnlyList<ConnectionSetup> Connections { get; private set; } = [];

    /// <summary>The files it is made of: agent.json, the SCL file, profiles, trust anchors and secrets.</summary>
    public IReadOnlyList<string> Files => Options is not { } options ? [Path] :
    [
        Path,
        Resolve(options.Scl),
        SetScl,
        .. options.Profiles.Select(Resolve).SelectMany(ProfileLibrary.Files),
        .. options.Connections.SelectMany(c => new[] { c.Ca, c.PasswordFile }).OfType<string>().Concat(DeviceTls.Files(options)).Select(Resolve),
    ];

    /// <summary>A short name for all that it says: agent.json, the SCL file in use, profiles and trust anchors as they were read; never passwords and keys. Empty: nobody can say.</summary>
    public string Revision { get; set; } = "";

    /// <summary>The name that its files have now: another one, other files.</summary>
    public string RevisionOnDisk() => Options is not { } options ? "" : Agent.SiteFingerprint.Revision(
        [Path, SclFile, .. ProfileLibrary.Shipped.Concat(options.Profiles.Select(Resolve)).SelectMany(ProfileLibrary.Files), .. options.Connections.Select(c => c.Ca).OfType<string>().Select(Resolve)]);

    /// <summary>How its files were when they were read.</summary>
    public string FilesState { get; private set; } = "";

    /// <summary>What needs mending.</summary>
    public IReadOnlyList<ConfigurationFinding> Findings => _findings;

    /// <summary>Whether the agent can run.</summary>
    public bool IsUsable => _servers.Count > 0 && _findings.All(f => !f.IsError);

    /// <summary>Told apart by it: sites that differ in anything. Two of the same are the same to the hardware.</summary>
    public string SiteFingerprint { get; private set; } = "";

    /// <summary>The SCL file that is used: what a client has set takes the place of the installed one.</summary>
    public string SclFile => _scl ?? (File.Exists(SetScl) ? SetScl : Resolve(Options!.Scl));

    /// <summary>Whether the SCL file is one that a client has set.</summary>
    public bool IsSetByClient => SclFile == SetScl;

    /// <summary>Name in the file store of the SCL file that clients set.</summary>
    public string SetSclName => $"{FileRights.Configuration}/{System.IO.Path.GetFileName(Options!.Scl)}";

    private string SetScl => System.IO.Path.Combine(FolderStore.RootOf(DataFolder), SetSclName.Replace('/', System.IO.Path.DirectorySeparatorChar));

    /// <summary>
    /// Loads everything agent.json names, as at start. Nothing is connected. Where a client has set an SCL file that cannot be used (any more), the installed one is: an
    /// agent that can be reached can be mended.
    /// </summary>
    public static Configuration LoadAtStart(string path)
    {
        var configuration = Load(path);
        if (configuration is { IsUsable: false, Options: not null, IsSetByClient: true } && Load(path, configuration.Resolve(configuration.Options.Scl)) is { IsUsable: true } installed)
        {
            installed.Add(false, configuration.SclFile, $"This file, set by a client, is not used, for it cannot be: {configuration.Findings.First(f => f.IsError)} Delete it, or set a better one.");
            return installed;
        }

        return configuration;
    }

    /// <summary>Loads everything agent.json names. Nothing is connected.</summary>
    /// <param name="path">Path of agent.json.</param>
    /// <param name="scl">The SCL file instead of the one in use.</param>
    public static Configuration Load(string path, string? scl = null)
    {
        var configuration = new Configuration(path, scl);
        var before = Hosting.ConfigurationWatcher.StateOf([configuration.Path]);
        configuration.Guard("The configuration", () =>
        {
            configuration.FilesState = before;
            if (configuration.TakeOptions() is { } options)
            {
                configuration.FilesState = Hosting.ConfigurationWatcher.StateOf(configuration.Files);
                configuration.FilesState = configuration.FilesState.StartsWith(before, StringComparison.Ordinal) ? configuration.FilesState : "";
                configuration.CheckData();
                var fingerprint = configuration.FingerprintOf(options);
                configuration.Storage = StorageSetup.Read(options.Storage, configuration.AddWrong);
                configuration.CheckLog(options.Log);
                configuration.Clock = TimeSetup.Read(options.Time, configuration.AddWrong);
                configuration.LoadServers(options);
                configuration.LoadProfiles(options);
                configuration.Disturbances = DisturbanceSetup.Read(options.Disturbance, [.. configuration.Servers.Select(s => s.Model)], configuration.AddWrong);

                // Of files that change while they are read nobody knows what was read.
                configuration.SiteFingerprint = configuration.FingerprintOf(options) == fingerprint ? fingerprint : Agent.SiteFingerprint.Unlike;
                configuration.Connections = [.. options.Connections.Select((c, i) => configuration.Connect(c, i)).OfType<ConnectionSetup>()];
                configuration.CheckNames(options);
                configuration.Revision = configuration.RevisionOnDisk();
                if (scl is null && configuration.IsSetByClient)
                {
                    configuration.Add(false, configuration.SclFile, $"This file, set by a client, takes the place of {configuration.Resolve(options.Scl)}. To go back: der-agent client files delete {configuration.SetSclName}, or delete it here.");
                }
            }
        });
        return configuration;
    }

    /// <summary>Reads agent.json alone, for those who want to know no more than where things are.</summary>
    public static Configuration LoadOptions(string path)
    {
        var configuration = new Configuration(path, null);
        configuration.Guard("The configuration", () => configuration.TakeOptions());
        return configuration;
    }

    private AgentOptions? TakeOptions() => Options = ReadOptions() is { } options && CheckPaths(options) ? options : null;

    /// <summary>Whatever files hold, reading them ends in findings: a running agent goes on with the configuration it has.</summary>
    private void Guard(string what, Action read)
    {
#pragma warning disable CA1031 // a defect of the readers must not end an agent that runs
        try
        {
            read();
        }
        catch (Exception e)
        {
            Add(true, Path, $"{what} cannot be read, by a defect of the agent ({e.GetType().Name}: {e.Message}); please report it with your files.");
        }
#pragma warning restore CA1031
    }

    /// <summary>Paths that no system takes are told before anything is opened.</summary>
    private bool CheckPaths(AgentOptions options)
    {
        var bad = PathsOf(options).Where(p => p.Path.Length == 0 || p.Path.Contains('\0', StringComparison.Ordinal)).ToList();
        foreach (var (key, wrong) in bad)
        {
            Add(true, At(key), $"\"{wrong.Replace('\0', '?')}\" is no path of a file or folder.");
        }

        return bad.Count == 0;
    }

    /// <summary>Whether what may not be lost can be kept. No file is wrong where it cannot: what is to be mounted there may come a moment later.</summary>
    public bool CanKeep { get; private set; } = true;

    /// <summary>Whether the agent would start with it now.</summary>
    public bool WouldStart => IsUsable && CanKeep;

    private void CheckData()
    {
        if (DataPath.Fault(DataFolder) is { } fault)
        {
            CanKeep = false;
            Add(false, At("data"), $"\"data\" is {DataFolder}, and {fault}. The agent must keep there what may not be lost.");
        }
    }

    private void CheckLog(LogSettings? log)
    {
        if (log is not null && Logs.LogSetup.LevelOf(log.Level) is null)
        {
            Add(true, At("log.level"), $"log.level \"{log.Level}\" is none; write debug, information, warning or error.");
        }

        if (log is { Format: not ("text" or "json") })
        {
            Add(true, At("log.format"), $"log.format \"{log.Format}\" is none; write text, or json.");
        }

        if (log?.File is { } file && DataPath.Fault(System.IO.Path.GetDirectoryName(Resolve(file))!) is { } fault)
        {
            Add(false, At("log.file"), $"log.file is {Resolve(file)}, and its folder: {fault}.");
        }
    }

    /// <summary>Every path that agent.json names, and where.</summary>
    private static IEnumerable<(string Key, string Path)> PathsOf(AgentOptions options) =>
        new[] { ("scl", options.Scl), ("data", options.Data), ("log.file", options.Log?.File ?? "-") }
            .Concat(options.Profiles.Select((p, i) => ($"profiles[{i}]", p)))
            .Concat(options.Connections.SelectMany((c, i) => new[] { ($"connections[{i}].ca", c.Ca), ($"connections[{i}].passwordFile", c.PasswordFile) }).Where(p => p.Item2 is not null).Select(p => (p.Item1, p.Item2!)))
            .Concat(DeviceTls.Files(options).Select(f => ("devices", f)));

    /// <summary>The site of the servers; findings of its bindings are added.</summary>
    public Site? BuildSite(TimeProvider time)
    {
        if (_servers.Count == 0 || Options is null)
        {
            return null;
        }

        Site? site = null;
        Guard("Devices and bindings", () =>
        {
            site = new Site([.. Servers.Select(v => v.Model)], Profiles, DeviceOverrides.Read(Options, Resolve, AddWrong), time, file => file.Contains('\0', StringComparison.Ordinal) ? null : SecretFile.ReadNumber(Resolve(file)));
            foreach (var finding in site.Findings.Where(f => !_library.Explains(f)))
            {
                if (finding.Kind == SiteFindingKind.Override)
                {
                    Add(finding.IsError, At($"devices.{finding.Reference}.url"), $"{finding.Text} {finding.Remedy}".TrimEnd());
                    continue;
                }

                var load = Servers.Select(v => v.Load).FirstOrDefault(l => finding.Leaf is not null && l.Places.ContainsKey(finding.Leaf)) ?? Servers[0].Load;
                Add(SiteFindings.At(SclFile, load, finding));
            }
        });
        return site;
    }

    private AgentOptions? ReadOptions()
    {
        try
        {
            var options = AgentFile.Read(Path, BoundedFile.Read(Path), out _places, out var finding);
            _findings.AddRange(finding is null ? [] : [finding]);
            return options;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Add(true, Path, $"The file cannot be read: {e.Message}");
            return null;
        }
    }

    private string FingerprintOf(AgentOptions options) => Agent.SiteFingerprint.Of(
        ProfileLibrary.Shipped.Concat(options.Profiles.Select(Resolve)).SelectMany(ProfileLibrary.Files).Prepend(SclFile).Concat(DeviceTls.Files(options).Select(Resolve)),
        DeviceOverrides.Lines(options).Concat(options.Connections.Select(c => $"{options.Ied}/{c.AccessPoint}")));

    private void LoadServers(AgentOptions options)
    {
        foreach (var accessPoint in options.Connections.Select(c => c.AccessPoint).DefaultIfEmpty(null).Distinct(StringComparer.Ordinal))
        {
            var load = SclLoader.Load(SclFile, new() { Ied = options.Ied, AccessPoint = accessPoint, JidFault = SclJids.Fault });
            foreach (var finding in load.Findings.Where(f => f.Severity != SclSeverity.Info))
            {
                // Who is not there was chosen in agent.json.
                if (finding.Code == SclCodes.NoServer && (options.Ied ?? accessPoint) is not null)
                {
                    var chosen = options.Connections.ToList().FindIndex(c => c.AccessPoint == accessPoint);
                    Add(true, At(accessPoint is null ? "ied" : $"connections[{chosen}].accessPoint"), $"{finding.Text.Replace("the file", SclFile, StringComparison.Ordinal)} {finding.Remedy}");
                    continue;
                }

                Add(finding);
            }

            if (load.Model is { } model)
            {
                foreach (var finding in DataSetSizes.Find(SclFile, model, load).Concat(StatisticsFindings.Find(SclFile, model, load)))
                {
                    Add(finding);
                }

                _servers[accessPoint ?? ""] = _servers.Values.FirstOrDefault(v => v.AccessPoint == load.ServerAccessPoint) ?? new(load.ServerAccessPoint, load);
                CheckAddress(options, accessPoint, model);
            }
        }
    }

    private void LoadProfiles(AgentOptions options)
    {
        var library = ProfileLibrary.Load(ProfileLibrary.Shipped.Concat(options.Profiles.Select(Resolve)), Path);
        foreach (var finding in library.Findings)
        {
            // A folder that is not there was named in agent.json.
            var index = options.Profiles.ToList().FindIndex(f => finding.Place == Path && finding.Text.Contains(Resolve(f), StringComparison.Ordinal));
            _findings.Add(index < 0 ? finding : finding with { Place = At($"profiles[{index}]") });
        }

        _library = library;
    }

    /// <summary>How much it keeps, and how soon.</summary>
    public StorageSetup Storage { get; private set; } = new(new(), new());

    /// <summary>Who tells the time.</summary>
    public Clock.ClockSetup Clock { get; private set; } = Agent.Clock.ClockSetup.System;

    /// <summary>What is recorded of disturbances, by the model; none: nothing.</summary>
    public IReadOnlyDictionary<IedModel, DisturbanceOptions> Disturbances { get; private set; } = new Dictionary<IedModel, DisturbanceOptions>();

    /// <summary>Limits and defaults of its servers.</summary>
    /// <param name="storage">How much is kept: that of the start.</param>
    public AcsiOptions Server(StorageSetup storage) => new() { LogAge = storage.LogAge, PersistSubstitution = Options?.PersistSubstitution == true };

    /// <summary>Where the agent keeps what must outlive it.</summary>
    public string DataFolder => Resolve(Options!.Data);

    /// <summary>A path of agent.json; relative ones begin beside it.</summary>
    public string Resolve(string path) => System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(Path)!);

    private void Add(SclFinding finding)
    {
        var text = $"{finding.Code}: {(finding.Reference.Length > 0 ? finding.Reference + ": " : "")}{finding.Text} {finding.Remedy}".TrimEnd();
        var told = new ConfigurationFinding(finding.Severity == SclSeverity.Error, $"{finding.File}:{finding.Line}:{finding.Column}", text);
        if (!_findings.Contains(told))
        {
            _findings.Add(told);
        }
    }

    /// <summary>Something is wrong with what agent.json says; the sentence begins with the part that says it, if with any.</summary>
    private void AddWrong(string text) => Add(true, At(_places.Subject(text)), text);

    /// <summary>A place in agent.json.</summary>
    /// <param name="key">Path of the part.</param>
    private string At(string key)
    {
        var (line, column) = _places.Of(key);
        return $"{Path}:{line}:{column}";
    }

    private void Add(bool isError, string place, string text) => _findings.Add(new(isError, place, text));
}
