using System.Text.Json;
using System.Text.Json.Serialization;

namespace DerAgent.Agent;

/// <summary>The third file, <c>agent.json</c>: who we are to whom. Paths are relative to the file.</summary>
/// <remarks>What may be left out has a setter: the generated reader gives every init-only member a value, and would put null over the default.</remarks>
internal sealed record AgentOptions
{
    /// <summary>Schema of the file, for editors.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; set; }
    /// <summary>SCL file.</summary>
    public required string Scl { get; init; }
    /// <summary>IED to serve; needed only where the file has several.</summary>
    public string? Ied { get; set; }
    /// <summary>Folder for what must survive a restart: what clients set and are still to be told, and where the servers were that let the agent in.</summary>
    public string Data { get; set; } = "/var/lib/der-agent";
    /// <summary>How much is kept there, and how soon.</summary>
    public StorageSettings Storage { get; set; } = new();
    /// <summary>Who tells the time; null: the system keeps its clock.</summary>
    public TimeSettings? Time { get; set; }
    /// <summary>What is recorded of disturbances; null: nothing.</summary>
    public DisturbanceSettings? Disturbance { get; set; }
    /// <summary>Where the log goes; null: standard output.</summary>
    public LogSettings? Log { get; set; }
    /// <summary>Whether substitutes (FC SV) outlive a restart.</summary>
    public bool PersistSubstitution { get; set; }
    /// <summary>Folders with device profiles; later ones win.</summary>
    public IReadOnlyList<string> Profiles { get; set; } = [];
    /// <summary>Connections to XMPP servers.</summary>
    public required IReadOnlyList<ConnectionOptions> Connections { get; init; }
    /// <summary>What the SCL file says of devices, said otherwise for this site.</summary>
    public IReadOnlyDictionary<string, DeviceOptions> Devices { get; set; } = new Dictionary<string, DeviceOptions>(StringComparer.Ordinal);
}

/// <summary>How much the agent keeps, and how soon.</summary>
internal sealed record StorageSettings
{
    /// <summary>Size of the file, e.g. <c>64MB</c>: the oldest entries go before it grows beyond.</summary>
    public string Size { get; set; } = "64MB";
    /// <summary>Time between commits where reports alone wait, e.g. <c>50ms</c>.</summary>
    public string CommitInterval { get; set; } = "50ms";
    /// <summary>How long what nobody waits for is gathered, e.g. <c>2s</c>: a power cut may take it.</summary>
    public string LazyInterval { get; set; } = "2s";
    /// <summary>How long entries of logs are kept, e.g. <c>365d</c>; <c>0d</c>: as long as there is room.</summary>
    public string LogAge { get; set; } = "365d";
    /// <summary>Octets of all files of the file store, e.g. <c>32MB</c>.</summary>
    public string Files { get; set; } = "32MB";
    /// <summary>Whether what is acknowledged is on the medium: <c>full</c>, or <c>normal</c> where the supply is buffered.</summary>
    public string Durability { get; set; } = "full";
}

/// <summary>Who tells the time (SNTP, RFC 4330).</summary>
internal sealed record TimeSettings
{
    /// <summary>Servers as host or host:port.</summary>
    public IReadOnlyList<string> Servers { get; set; } = [];
    /// <summary>How often they are asked, e.g. <c>64s</c>.</summary>
    public string Poll { get; set; } = "64s";
    /// <summary>Offsets from which on there is a warning, and an alarm.</summary>
    public IReadOnlyList<string> Alarms { get; set; } = ["1s", "2s"];
}

/// <summary>What is recorded of disturbances as COMTRADE files.</summary>
internal sealed record DisturbanceSettings
{
    /// <summary>What is recorded of the time before, e.g. <c>10s</c>.</summary>
    public string Before { get; set; } = "10s";
    /// <summary>What is recorded of the time after, e.g. <c>20s</c>.</summary>
    public string After { get; set; } = "20s";
    /// <summary>Attributes that are recorded; empty: the polled ones.</summary>
    public IReadOnlyList<string> Channels { get; set; } = [];
    /// <summary>What begins a record, e.g. <c>PV1LD0/MMXU1.Hz.mag.f > 51.5</c>; empty: trips, alarms and bad health.</summary>
    public IReadOnlyList<string> Triggers { get; set; } = [];
    /// <summary>Records that are kept.</summary>
    public int Keep { get; set; } = 20;
}

/// <summary>Where the log goes.</summary>
internal sealed record LogSettings
{
    /// <summary>A file, which becomes five of 10 MB; null: standard output.</summary>
    public string? File { get; set; }
    /// <summary>The least level that is written: debug, information, warning or error.</summary>
    public string Level { get; set; } = "information";
    /// <summary>Lines for people, <c>text</c>, or for programs, <c>json</c>.</summary>
    public string Format { get; set; } = "text";
}

/// <summary>How the agent reaches one partner's XMPP server.</summary>
internal sealed record ConnectionOptions
{
    /// <summary>Name in logs.</summary>
    public required string Name { get; init; }
    /// <summary>Account of this agent, e.g. <c>pv1@dso.example/IEC</c>.</summary>
    public required string Jid { get; init; }
    /// <summary>Access point served over it; needed only where the IED has several.</summary>
    public string? AccessPoint { get; set; }
    /// <summary>Servers as host:port; empty: SRV records of the JID's domain.</summary>
    public IReadOnlyList<string> Servers { get; set; } = [];
    /// <summary>File with the trust anchors (PEM); null: those of the system.</summary>
    public string? Ca { get; set; }
    /// <summary>File with the password, readable by the agent only.</summary>
    public required string PasswordFile { get; init; }
    /// <summary>Who may do what.</summary>
    public required IReadOnlyList<AccessOptions> Access { get; init; }
}

/// <summary>One peer of a connection.</summary>
internal sealed record AccessOptions
{
    /// <summary>Bare JID.</summary>
    public required string Jid { get; init; }
    /// <summary>Roles: MONITOR, OPERATOR, DSO_OPERATOR, ENGINEER, ...</summary>
    public required IReadOnlyList<string> Roles { get; init; }
    /// <summary>Logical nodes it may see, e.g. <c>PV1LD0/MMXU*</c>; empty: all.</summary>
    public IReadOnlyList<string> Area { get; set; } = [];
}

/// <summary>A device of this site.</summary>
internal sealed record DeviceOptions
{
    /// <summary>Where it is; null: as the SCL file says.</summary>
    public string? Url { get; set; }
    /// <summary>How often it is read; null: as its profile says.</summary>
    public PollOptions? Polls { get; set; }
    /// <summary>How its connection is secured, where its URL is modbus-tls; null: by whom the system trusts.</summary>
    public TlsOptions? Tls { get; set; }
}

/// <summary>How a connection to a device is secured (Modbus/TCP Security).</summary>
internal sealed record TlsOptions
{
    /// <summary>File with whom the device's certificate must come from (PEM); null: whom the system trusts.</summary>
    public string? Ca { get; set; }
    /// <summary>File with our certificate (PEM).</summary>
    public string? Certificate { get; set; }
    /// <summary>File with its key (PEM), nobody else's to read.</summary>
    public string? Key { get; set; }
    /// <summary>The name in the device's certificate; null: the host of the URL.</summary>
    public string? Name { get; set; }
}

/// <summary>How often the poll classes of a device are read, e.g. <c>2s</c>; null: as its profile says.</summary>
internal sealed record PollOptions
{
    /// <summary>Of fast points.</summary>
    public string? Fast { get; set; }
    /// <summary>Of normal points.</summary>
    public string? Normal { get; set; }
    /// <summary>Of slow points.</summary>
    public string? Slow { get; set; }
}

/// <summary>Reads and writes JSON without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    MaxDepth = 32,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AgentOptions))]
internal sealed partial class AgentJson : JsonSerializerContext;
