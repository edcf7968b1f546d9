using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DerAgent.Devices;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Security;
using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>Something about the configuration that needs mending.</summary>
/// <param name="IsError">Whether the agent cannot run like that.</param>
/// <param name="Place">File and place in it.</param>
/// <param name="Text">One sentence, with the remedy.</param>
public sealed record ConfigurationFinding(bool IsError, string Place, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {(IsError ? "error" : "warning")}: {Text}";
}

/// <summary>A connection ready to be opened.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Xmpp">How to reach the server.</param>
/// <param name="Access">Who may do what.</param>
public sealed record ConnectionSetup(string Name, XmppOptions Xmpp, AccessList Access);

/// <summary>The three files put together, and everything that is wrong with them.</summary>
public sealed class Configuration
{
    private readonly List<ConfigurationFinding> _findings = [];

    private Configuration(string path) => Path = System.IO.Path.GetFullPath(path);

    /// <summary>Path of agent.json.</summary>
    public string Path { get; }

    /// <summary>What agent.json says; null where it cannot be read.</summary>
    public AgentOptions? Options { get; private set; }

    /// <summary>The model; null where the SCL file cannot be served.</summary>
    public IedModel? Model { get; private set; }

    /// <summary>Device profiles by name.</summary>
    public IReadOnlyDictionary<string, DeviceProfile> Profiles { get; private set; } = new Dictionary<string, DeviceProfile>(StringComparer.Ordinal);

    /// <summary>The connections.</summary>
    public IReadOnlyList<ConnectionSetup> Connections { get; private set; } = [];

    /// <summary>What needs mending.</summary>
    public IReadOnlyList<ConfigurationFinding> Findings => _findings;

    /// <summary>Whether the agent can run.</summary>
    public bool IsUsable => Model is not null && _findings.All(f => !f.IsError);

    /// <summary>Loads everything agent.json names. Nothing is connected.</summary>
    public static Configuration Load(string path)
    {
        var configuration = new Configuration(path);
        if (configuration.ReadOptions() is { } options)
        {
            configuration.Options = options;
            configuration.LoadModel(options);
            configuration.LoadProfiles(options);
            configuration.Connections = [.. options.Connections.Select((c, i) => configuration.Connect(c, i)).OfType<ConnectionSetup>()];
            configuration.CheckNames(options);
        }

        return configuration;
    }

    /// <summary>The site of the model; findings of its bindings are added.</summary>
    public Site? BuildSite(TimeProvider time)
    {
        if (Model is null || Options is null)
        {
            return null;
        }

        var site = new Site(Model, Profiles, Options.Devices.ToDictionary(d => d.Key, d => d.Value.Url, StringComparer.Ordinal), time);
        foreach (var finding in site.Findings)
        {
            Add(finding.IsError, $"{Options.Scl} ({finding.Reference})", finding.Text);
        }

        return site;
    }

    private AgentOptions? ReadOptions()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path), AgentJson.Default.AgentOptions);
        }
        catch (JsonException e)
        {
            Add(true, $"{Path}:{(e.LineNumber ?? 0) + 1}:{(e.BytePositionInLine ?? 0) + 1}", $"{Explain(e)} See docs/agent.schema.json.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Add(true, Path, $"The file cannot be read: {e.Message}");
        }

        return null;
    }

    private static string Explain(JsonException e)
    {
        var text = e.Message;
        var end = text.IndexOf(" Path:", StringComparison.Ordinal);
        return $"{e.Path}: {(end > 0 ? text[..end] : text)}";
    }

    private void LoadModel(AgentOptions options)
    {
        var accessPoints = options.Connections.Select(c => c.AccessPoint).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (accessPoints.Count > 1)
        {
            Add(true, Path, $"The connections name several access points ({string.Join(", ", accessPoints)}); this version serves one.");
            return;
        }

        var load = SclLoader.Load(Resolve(options.Scl), new() { Ied = options.Ied, AccessPoint = accessPoints.FirstOrDefault() });
        Model = load.Model;
        foreach (var finding in load.Findings)
        {
            Add(finding.Severity == SclSeverity.Error, $"{finding.File}:{finding.Line}:{finding.Column}", $"{finding.Code}: {(finding.Reference.Length > 0 ? finding.Reference + ": " : "")}{finding.Text} {finding.Remedy}");
        }
    }

    private void LoadProfiles(AgentOptions options)
    {
        var profiles = new Dictionary<string, DeviceProfile>(StringComparer.Ordinal);
        var folders = new List<string> { System.IO.Path.Combine(AppContext.BaseDirectory, "device-profiles") }.Where(Directory.Exists).Concat(options.Profiles.Select(Resolve));
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                Add(true, Path, $"The profile folder {folder} does not exist.");
                continue;
            }

            foreach (var file in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
            {
                var load = ProfileReader.Load(file);
                foreach (var finding in load.Findings)
                {
                    Add(true, $"{finding.File}:{finding.Line}:{finding.Column}", finding.Text);
                }

                if (load.Profile is { } profile)
                {
                    profiles[profile.Name] = profile;
                }
            }
        }

        Profiles = profiles;
    }

    private ConnectionSetup? Connect(ConnectionOptions options, int index)
    {
        var place = $"{Path} (connections[{index}], {options.Name})";
        var before = _findings.Count(f => f.IsError);
        if (!Jid.TryParse(options.Jid, out var jid) || jid!.Local is null)
        {
            Add(true, place, $"\"{options.Jid}\" is no JID of an account; write account@domain/IEC.");
        }

        foreach (var entry in options.Access)
        {
            CheckAccess(entry, place);
        }

        var servers = new List<XmppEndpoint>();
        foreach (var server in options.Servers)
        {
            try
            {
                servers.Add(XmppEndpoint.Parse(server));
            }
            catch (FormatException e)
            {
                Add(true, place, e.Message);
            }
        }

        var anchors = options.Ca is null ? [] : LoadAnchors(Resolve(options.Ca), place);
        var password = LoadSecret(Resolve(options.PasswordFile), place);
        if (_findings.Count(f => f.IsError) > before)
        {
            return null;
        }

        var xmpp = new XmppOptions
        {
            Jid = jid!.Resource is null ? jid.WithResource("IEC") : jid,
            Password = password!,
            Servers = servers,
            TrustAnchors = anchors,
        };
        return new(options.Name, xmpp, new AccessList(options.Access.Select(a => new AccessEntry(a.Jid, a.Roles, a.Area))));
    }

    private void CheckAccess(AccessOptions entry, string place)
    {
        if (!Jid.TryParse(entry.Jid, out var peer) || !peer!.IsBare)
        {
            Add(true, place, $"access: \"{entry.Jid}\" is no bare JID; write account@domain.");
        }

        foreach (var role in entry.Roles.Where(r => !AccessList.KnownRoles.Contains(r, StringComparer.Ordinal)))
        {
            Add(true, place, $"access: the role \"{role}\" of {entry.Jid} is unknown; known are {string.Join(", ", AccessList.KnownRoles)}.");
        }
    }

    private void CheckNames(AgentOptions options)
    {
        foreach (var name in options.Connections.GroupBy(c => c.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            Add(true, Path, $"Two connections are named \"{name.Key}\".");
        }

        if (options.Connections.Count == 0)
        {
            Add(true, Path, "There is no connection; nobody could reach the agent.");
        }
    }

    private X509Certificate2Collection LoadAnchors(string file, string place)
    {
        var anchors = new X509Certificate2Collection();
        try
        {
            anchors.ImportFromPemFile(file);
            if (anchors.Count == 0)
            {
                Add(true, place, $"{file} holds no certificate (PEM).");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Add(true, place, $"The trust anchors in {file} cannot be read: {e.Message}");
        }

        return anchors;
    }

    private string? LoadSecret(string file, string place)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != UnixFileMode.None)
            {
                Add(true, place, $"{file} can be read by others; run: chmod 600 {file}");
            }

            var secret = File.ReadAllText(file).TrimEnd('\r', '\n');
            if (secret.Length == 0)
            {
                Add(true, place, $"{file} is empty; it must hold the password.");
            }

            return secret;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Add(true, place, $"The password file cannot be read: {e.Message}");
            return null;
        }
    }

    private string Resolve(string path) => System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(Path)!);

    private void Add(bool isError, string place, string text) => _findings.Add(new(isError, place, text));
}
