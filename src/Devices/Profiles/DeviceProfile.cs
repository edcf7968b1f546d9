namespace DerAgent.Devices;

/// <summary>How a kind of hardware talks on its line: Modbus, and what of it every line has.</summary>
internal sealed record ModbusTraits
{
    /// <summary>TCP port where the URL gives none.</summary>
    public int Port { get; init; } = 502;
    /// <summary>Speed of a serial line in bit/s where the URL gives none.</summary>
    public int Baud { get; init; } = 9600;
    /// <summary>Parity of a serial line: none, even, odd.</summary>
    public string Parity { get; init; } = "none";
    /// <summary>Stop bits of a serial line.</summary>
    public int StopBits { get; init; } = 1;
    /// <summary>Data bits of a serial line.</summary>
    public int DataBits { get; init; } = 8;
    /// <summary>Unit id where the URL gives none.</summary>
    public byte Unit { get; init; } = 1;
    /// <summary>Word order of numbers of several registers.</summary>
    public WordOrder Order { get; init; }
    /// <summary>Most registers of one read.</summary>
    public int MaxRead { get; init; } = 125;
    /// <summary>Most registers of one write.</summary>
    public int MaxWrite { get; init; } = 123;
    /// <summary>Most unneeded registers in a row that are read to save an exchange.</summary>
    public int MaxGap { get; init; } = 16;
    /// <summary>Pause between answer and next question.</summary>
    public TimeSpan Gap { get; init; }
    /// <summary>Pause after connecting.</summary>
    public TimeSpan ConnectDelay { get; init; }
    /// <summary>Pause before a question to another unit than the last one.</summary>
    public TimeSpan UnitChangeDelay { get; init; }
    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);
    /// <summary>Function code of writes of one register: 6 or 16.</summary>
    public int WriteFunction { get; init; } = 16;
    /// <summary>Whether it serves one master at a time.</summary>
    public bool IsSingleClient { get; init; }
    /// <summary>Whether the transaction ids of its answers mean nothing.</summary>
    public bool IgnoresTransactionId { get; init; }
    /// <summary>Addresses that no exchange crosses: none ends behind and begins before one.</summary>
    public IReadOnlyList<int> Borders { get; init; } = [];
    /// <summary>First and last addresses that are never read unasked.</summary>
    public IReadOnlyList<(int First, int Last)> Forbidden { get; init; } = [];
}

/// <summary>What a site says of the periods of a device; null: as its profile says.</summary>
/// <param name="Fast">Of fast points.</param>
/// <param name="Normal">Of normal points.</param>
/// <param name="Slow">Of slow points.</param>
internal sealed record PollOverride(TimeSpan? Fast, TimeSpan? Normal, TimeSpan? Slow)
{
    /// <summary>The periods with those of the site.</summary>
    public PollPeriods Over(PollPeriods polls) => new() { Fast = Fast ?? polls.Fast, Normal = Normal ?? polls.Normal, Slow = Slow ?? polls.Slow };
}

/// <summary>How often the poll classes are read.</summary>
internal sealed record PollPeriods
{
    /// <summary>The shortest period there is.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);

    /// <summary>Of fast points.</summary>
    public TimeSpan Fast { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Of normal points.</summary>
    public TimeSpan Normal { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Of slow points.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The period of a class; null: once.</summary>
    public TimeSpan? Of(PollClass poll) => poll switch
    {
        PollClass.Fast => Fast,
        PollClass.Normal => Normal,
        PollClass.Slow => Slow,
        _ => null,
    };
}

/// <summary>A setting of the device that must stand before control works. It is read, never written.</summary>
/// <param name="Point">The point.</param>
/// <param name="Is">What it must read, in the point's unit; the raw value of a literal.</param>
/// <param name="Hint">What to switch on, for people.</param>
internal sealed record ProfileNeed(string Point, double Is, string Hint);

/// <summary>What an exception on a write means.</summary>
internal enum WriteExceptionMeaning
{
    /// <summary>Ask again.</summary>
    Busy,
    /// <summary>The device does not do it.</summary>
    Refused,
    /// <summary>The value does not suit.</summary>
    OutOfRange,
    /// <summary>A setting of the device does not allow it.</summary>
    NotPermitted,
}

/// <summary>A kind of hardware within the kind: laid over the profile where a condition holds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Point">Point that tells; null: the site says so.</param>
/// <param name="Values">What the point then reads.</param>
internal sealed record ProfileVariant(string Name, string? Point, IReadOnlyList<double> Values);

/// <summary>While a point reads one of these values, what is read in the same exchange is no reading.</summary>
/// <param name="Point">The point.</param>
/// <param name="Values">Its values, in its unit; the raw ones of literals.</param>
internal sealed record NoneWhen(string Point, IReadOnlyList<double> Values);

/// <summary>A kind of hardware (see <c>docs/devices.md</c>).</summary>
internal sealed record DeviceProfile
{
    /// <summary>Its points where devices have them, shared by all devices of this profile.</summary>
    public PlacedPoints Placed { get; } = new();

    /// <summary>Name in the SCL file.</summary>
    public required string Name { get; init; }
    /// <summary>Maker.</summary>
    public string Maker { get; init; } = "";
    /// <summary>Models it is for.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];
    /// <summary>What it was held against, and how.</summary>
    public string Verified { get; init; } = "";
    /// <summary>How it talks Modbus; of a line protocol of its own, how its line is.</summary>
    public ModbusTraits Modbus { get; init; } = new();
    /// <summary>Its line protocol; null: it speaks Modbus.</summary>
    public SerialTraits? Serial { get; init; }
    /// <summary>Whether a line speaks what the device does.</summary>
    public bool IsSpokenOn(DeviceUrl url) => url.IsModbus == Serial is null;
    /// <summary>How often the poll classes are read.</summary>
    public PollPeriods Polls { get; init; } = new();
    /// <summary>What the site says of them, whatever is laid over the profile; null: nothing.</summary>
    public PollOverride? SitePolls { get; init; }
    /// <summary>What must be set before control works.</summary>
    public IReadOnlyList<ProfileNeed> Needs { get; init; } = [];
    /// <summary>What exceptions on writes mean, where this device means something else by them.</summary>
    public IReadOnlyDictionary<int, WriteExceptionMeaning> WriteExceptions { get; init; } = new Dictionary<int, WriteExceptionMeaning>();
    /// <summary>What to switch on where it refuses a write, for people; empty: nothing is known.</summary>
    public string RefusedHint { get; init; } = "";
    /// <summary>Whether the first question after idle may go unanswered.</summary>
    public bool IsWoken { get; init; }
    /// <summary>Whether silence by night is no alarm.</summary>
    public bool IsSilentByNight { get; init; }
    /// <summary>When readings are none.</summary>
    public IReadOnlyList<NoneWhen> NoneWhen { get; init; } = [];
    /// <summary>What may be laid over it.</summary>
    public IReadOnlyList<ProfileVariant> Variants { get; init; } = [];
    /// <summary>The variants that are laid over it.</summary>
    public IReadOnlyList<string> Applied { get; init; } = [];
    /// <summary>Base registers to look for SunSpec models at; empty: no SunSpec device.</summary>
    public IReadOnlyList<int> SunSpecBases { get; init; } = [];
    /// <summary>Points by name.</summary>
    public required IReadOnlyDictionary<string, PointDefinition> Points { get; init; }
    /// <summary>Names of the points that the profile gives itself; the others come with SunSpec models.</summary>
    public IReadOnlyList<string> Own { get; init; } = [];
    /// <summary>Names of the points that others need: what scales them, what their writing reads and writes, what must be set.</summary>
    public IReadOnlySet<string> Helpers => Points.Values.SelectMany(PointReferences.Of).Concat(Needs.Select(n => n.Point)).Concat(NoneWhen.Select(n => n.Point)).Concat(Variants.Select(v => v.Point).OfType<string>()).ToHashSet(StringComparer.Ordinal);
    /// <summary>The text it was read from, so that variants can be laid over it.</summary>
    public ProfileText Text { get; init; } = new("", "");
}

/// <summary>The text of a profile.</summary>
/// <param name="File">Its file.</param>
/// <param name="Content">YAML.</param>
internal sealed record ProfileText(string File, string Content);
