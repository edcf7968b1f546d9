using DerAgent.Devices;

namespace DerAgent.Agent;

/// <summary>The device profiles of some folders: those shipped with the program, then the user's own, which win.</summary>
internal sealed class ProfileLibrary
{
    private readonly Dictionary<string, DeviceProfile> _profiles = new(StringComparer.Ordinal);
    private readonly List<ConfigurationFinding> _findings = [];
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);

    /// <summary>Profiles by name.</summary>
    public IReadOnlyDictionary<string, DeviceProfile> Profiles => _profiles;

    /// <summary>What is wrong with folders and profiles.</summary>
    public IReadOnlyList<ConfigurationFinding> Findings => _findings;

    /// <summary>Folders that come with the program: beside it, and where packages put them.</summary>
    public static IReadOnlyList<string> Shipped { get; } =
        [.. new[] { Path.Combine(AppContext.BaseDirectory, "device-profiles"), "/usr/share/der-agent/device-profiles" }.Where(Directory.Exists)];

    /// <summary>Reads every <c>*.yaml</c> and <c>*.yml</c> of the folders; <paramref name="place"/> stands for whoever names them.</summary>
    public static ProfileLibrary Load(IEnumerable<string> folders, string place)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var library = new ProfileLibrary();
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                library._findings.Add(new(true, place, $"The profile folder {folder} does not exist."));
                continue;
            }

            // A later folder wins; within one folder a name stands for one file.
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in Files(folder))
            {
                library.Add(file, ProfileReader.Load(file), names);
            }
        }

        return library;
    }

    /// <summary>The profiles of a folder, in the order they are read; none where it does not exist.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(f => System.IO.Path.GetExtension(f) is ".yaml" or ".yml").Order(StringComparer.Ordinal) : [];

    /// <summary>Whether a finding says of a profile that it is not there, when something is wrong with it and that was said: once is enough.</summary>
    public bool Explains(SiteFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Kind == SiteFindingKind.Profile && _broken.Contains(finding.Profile);
    }

    private void Add(string file, ProfileLoad load, Dictionary<string, string> names)
    {
        foreach (var finding in load.Findings)
        {
            _findings.Add(new(finding.IsError, $"{finding.File}:{finding.Line}:{finding.Column}", finding.Text));
        }

        if (load.Profile is not { } profile)
        {
            _broken.Add(load.Name.Length > 0 ? load.Name : System.IO.Path.GetFileNameWithoutExtension(file));
            return;
        }

        if (!names.TryAdd(profile.Name, file))
        {
            _findings.Add(new(true, $"{file}:1:1", $"{names[profile.Name]} is named \"{profile.Name}\", too; give one of them another name, or take it away."));
            return;
        }

        _profiles[profile.Name] = profile;
    }
}
