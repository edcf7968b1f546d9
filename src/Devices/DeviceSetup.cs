namespace DerAgent.Devices;

/// <summary>What a line is to do for a device: which it is, and what of it is read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Profile">Its profile.</param>
/// <param name="Wanted">The points that are read.</param>
internal sealed record DeviceSetup(string Name, DeviceProfile Profile, IReadOnlySet<string> Wanted)
{
    /// <summary>What points go back to when nobody commands them any more, where the site says so.</summary>
    public IReadOnlyDictionary<string, double> Release { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Who commands its points, by point; null: nobody knows, and anybody may.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>>? Sources { get; init; }

    /// <summary>Whether somebody commands a point.</summary>
    public bool MayCommand(string point, string source) => Sources is null || (Sources.TryGetValue(point, out var all) && all.Contains(source));
}

/// <summary>A device with the place where it is: while nothing of that changes it goes on as it is, whatever else does.</summary>
/// <param name="Setup">What is to be done for it.</param>
/// <param name="Url">Where it is.</param>
internal sealed record DevicePlacement(DeviceSetup Setup, DeviceUrl Url)
{
    private const int TimeoutsOfATurn = 4;

    /// <summary>Its name.</summary>
    public string Name => Setup.Name;

    /// <summary>Its profile.</summary>
    public DeviceProfile Profile => Setup.Profile;

    /// <summary>Tells it from what is not the same.</summary>
    public string Fingerprint => string.Join(
        '\n',
        Url,
        string.Join(' ', Profile.Applied),
        Profile.Polls,
        string.Join(' ', Setup.Wanted.Order(StringComparer.Ordinal)),
        string.Join(' ', Setup.Release.OrderBy(r => r.Key, StringComparer.Ordinal)),
        string.Join(' ', (Setup.Sources ?? new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal)).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}<{string.Join(',', s.Value.Order(StringComparer.Ordinal))}")),
        Profile.Text.Content);

    /// <summary>Longer than any one question takes it, with all tries and a connection made anew.</summary>
    public TimeSpan LongestTurn => (Profile.Modbus.Timeout * TimeoutsOfATurn) + Profile.Modbus.ConnectDelay;

    /// <summary>What its exchanges cost the line.</summary>
    public LineCost Cost => Url.IsSerial ? LineCost.Serial(Profile.Modbus with { Baud = Url.Baud!.Value }) : LineCost.Tcp(Profile.Modbus);

    /// <summary>Whether its line has no transaction ids to tell answers apart.</summary>
    public bool HasNoIds => Url.HasNoIds || Profile.Modbus.IgnoresTransactionId;

    /// <summary>What the line as a whole is opened with.</summary>
    public (TimeSpan ConnectDelay, bool IgnoresTransactionId, string Settings) Opening => (Profile.Modbus.ConnectDelay, Profile.Modbus.IgnoresTransactionId, $"{Url.Settings} {Url.Tls}");
}
