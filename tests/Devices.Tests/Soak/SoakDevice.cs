namespace DerAgent.Devices.Tests.Soak;

/// <summary>What kind of device it is.</summary>
internal enum SoakKind
{
    /// <summary>An inverter whose limit stands in working memory, and is gone when nobody repeats it; silent by night.</summary>
    Volatile,
    /// <summary>An inverter whose limit is kept, behind a switch.</summary>
    Flash,
    /// <summary>A battery with a set point in one exchange with its switch.</summary>
    SetPoint,
    /// <summary>A meter.</summary>
    Meter,
}

/// <summary>A device of the soak: its unit, what the agent last said of it, and what must be true of both.</summary>
internal sealed class SoakDevice
{
    private const int Limit = 510;
    private const int Full = 8000;
    private const int Rated = 10_000;
    private const int Counter = 520;
    private int _serialNumber;
    private SoakCounter _counter = new();
    private readonly List<(string Point, double Says, PollClass Poll)> _constants = [];
    private readonly Dictionary<string, (Reading Reading, TimeSpan At)> _last = new(StringComparer.Ordinal);

    public SoakDevice(string name, SoakKind kind, SoakSlave line, byte unit, PollPeriods polls, bool isMember = false)
    {
        (Name, Kind, Line, Polls, IsMember) = (name, kind, line, polls, isMember);
        Unit = line.Add(unit, new SoakUnit(unit) { Counted = 200, Passes = Pass, Latency = TimeSpan.FromMilliseconds(4 + (3 * unit)) });
        Profile = ProfileReader.Load(new StringReader(Text(kind, polls)), "soak.yaml") is { Profile: { } profile } load && !load.Findings.Any(f => f.IsError) ? profile : throw new InvalidOperationException();
        foreach (var point in Profile.Points.Values.Where(p => p.Name is ['F' or 'D' or 'N' or 'S', >= '0' and <= '9', ..]))
        {
            var (first, second) = (Unit.Content(point.Address), Unit.Content(point.Address + 1));
            _constants.Add((point.Name, point.Length == 1 ? point.Type == PointType.Int16 ? (short)first : first : point.Order == WordOrder.LowFirst ? first + (65_536.0 * second) : (65_536.0 * first) + second, point.Poll));
        }

        Exchange();
    }

    public string Name { get; }

    public SoakKind Kind { get; }

    public SoakSlave Line { get; }

    public SoakUnit Unit { get; }

    public PollPeriods Polls { get; }

    /// <summary>Who is asked more rarely must be patient.</summary>
    private TimeSpan OwnTimeOut => Polls.Fast > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(120) : TimeSpan.FromSeconds(60);

    public DeviceProfile Profile { get; }

    /// <summary>Whether it is part of the plant, which alone commands it.</summary>
    public bool IsMember { get; }

    /// <summary>What it may give as its registers stand, in W.</summary>
    public double MayGive => Rated * Unit[Limit] / 100.0;

    /// <summary>The point that is commanded; null for a meter, and for a part of the plant.</summary>
    public string? Controlled => IsMember ? null : Kind switch { SoakKind.Meter => null, SoakKind.SetPoint => "WSpt", _ => "WMaxLimPct" };

    /// <summary>What is in force; null: nothing.</summary>
    public double? Wanted { get; set; }

    /// <summary>Whether nobody can say what is in force.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether a command is under way.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Before that moment anything may be.</summary>
    public TimeSpan QuietFrom { get; set; }

    /// <summary>When a command last ended.</summary>
    public TimeSpan CommandedAt { get; set; } = TimeSpan.FromDays(-1);

    /// <summary>When another controller last wrote.</summary>
    public TimeSpan ForeignAt { get; set; } = TimeSpan.FromDays(-1);

    /// <summary>Whether the sun shines.</summary>
    public bool IsDay { get; set; } = true;

    /// <summary>Polls that were due in quiet times.</summary>
    public double PollsDue { get; set; }

    /// <summary>Polls that were made in quiet times.</summary>
    public long PollsDone { get; set; }

    /// <summary>Polls when it was last looked at.</summary>
    public long PollsSeen { get; set; }

    /// <summary>What befell it last.</summary>
    public string LastFault { get; set; } = "nothing";

    /// <summary>The health the agent last told.</summary>
    public int Health => _last.TryGetValue("@health", out var health) ? (int)health.Reading.Value.Number : 0;

    public DeviceSetup Setup => new(Name, Profile, new HashSet<string>([.. Profile.Points.Values.Where(p => p.IsReadable).Select(p => p.Name)], StringComparer.Ordinal));

    /// <summary>The agent says something.</summary>
    /// <returns>What cannot be; null: all can.</returns>
    public string? Take(IReadOnlyList<Reading> readings, TimeSpan now)
    {
        string? wrong = null;
        foreach (var reading in readings)
        {
            _last[reading.Point] = (reading, now);
            if (reading is { Point: "TotWh", Quality.IsGood: true, Value.IsNone: false })
            {
                wrong ??= _counter.Shown(reading.Value.Number);
            }
        }

        return wrong;
    }

    /// <summary>It is another one.</summary>
    public void Exchange()
    {
        _serialNumber++;
        (Unit[100], Unit[101], Unit[102], Unit[103]) = (0x534E, (ushort)(0x3030 + (_serialNumber / 100 % 10)), (ushort)(0x3030 + (_serialNumber / 10 % 10)), (ushort)(0x3030 + (_serialNumber % 10)));
        _counter.Exchange(_serialNumber * 7919 % 100_000);
        Lose(isAnother: true);
    }

    /// <summary>It has started: nothing is in force that stood in working memory; of another one nothing at all.</summary>
    public void Lose(bool isAnother)
    {
        (Unit[501], Unit[502]) = (Rated, (ushort)OwnTimeOut.TotalSeconds);
        if (!isAnother && Kind != SoakKind.Meter)
        {
            // It counts from nothing again.
            _counter.Reset();
        }

        if (isAnother || Kind != SoakKind.Flash)
        {
            Unit[Limit] = Kind switch { SoakKind.Flash => 1000, SoakKind.Volatile => 100, _ => 0 };
            (Unit[509], Unit[511]) = (0, 0x55);
        }
    }

    /// <summary>Somebody else writes.</summary>
    public void WriteForeign() => Unit[Limit] = Kind == SoakKind.Flash ? (ushort)950 : (ushort)95;

    /// <summary>What is not as it must be in quiet times; null: all is.</summary>
    /// <param name="now">Now.</param>
    /// <param name="slack">By how much its polls may be late.</param>
    public string? Wrong(TimeSpan now, TimeSpan slack)
    {
        foreach (var (point, says, poll) in _constants)
        {
            if (!_last.TryGetValue(point, out var last) || !last.Reading.Quality.IsGood || last.Reading.Value.Number != says)
            {
                return $"{point} is {last.Reading.Value.Number} {last.Reading.Quality} and not {says}";
            }

            if (Polls.Of(poll) is { } period && now - last.At > period + slack + TimeSpan.FromSeconds(1.5))
            {
                return $"{point} is {(now - last.At).TotalSeconds:0.0} s old";
            }
        }

        if (_counter.Stuck(QuietFrom) is { } stuck)
        {
            return stuck;
        }

        return Health != 1 ? $"its health is {Health}" : IsOpen || Controlled is null ? null : IsInForce ? null : $"{Controlled} stands at {Unit[Limit]} ({Unit[509]}, {Unit[511]}) and {Wanted?.ToString() ?? "nothing"} is in force";
    }

    /// <summary>Whether the fast values are good.</summary>
    public bool IsGood => _last.TryGetValue("F1", out var last) && last.Reading.Quality.IsGood;

    /// <summary>Whether what is in force stands in the registers.</summary>
    public bool IsInForce => Kind switch
    {
        SoakKind.Volatile => Unit[Limit] == (Wanted ?? 100),
        SoakKind.Flash => Wanted is { } limit ? Unit[511] == 0xAA && Unit[Limit] == (int)Math.Round(limit * 10) : Unit[511] == 0x55,
        _ => Wanted is { } power ? Unit[509] == 1 && (short)Unit[Limit] == power : Unit[509] == 0,
    };

    /// <summary>What the sun and the device's own time-out make of the registers.</summary>
    private void Pass(TimeSpan now)
    {
        if (Kind is SoakKind.Volatile or SoakKind.SetPoint && now - Unit.WrittenAt(Limit) > OwnTimeOut)
        {
            Unit[Limit] = Kind == SoakKind.Volatile ? (ushort)100 : (ushort)0;
            Unit[509] = 0;
        }

        var power = Kind switch
        {
            SoakKind.Volatile => Math.Min(Full, Rated * Unit[Limit] / 100),
            SoakKind.Flash => Math.Min(Full, Unit[511] == 0xAA ? Rated * Unit[Limit] / 1000 : Rated),
            SoakKind.SetPoint => Unit[509] == 1 ? (short)Unit[Limit] : 0,
            _ => 4711,
        };
        _counter.Pass(Unit[500], now);
        (Unit[Counter], Unit[Counter + 1]) = ((ushort)(_counter.Register >> 16), (ushort)_counter.Register);
        Unit[500] = (ushort)(IsDay || Kind != SoakKind.Volatile ? power : 0);
    }

    /// <summary>Its profile as it stands in a file.</summary>
    public static string Text(SoakKind kind, PollPeriods polls) => $$"""
        profile: soak-{{kind.ToString().ToLowerInvariant()}}
        modbus: {timeout-ms: 1000, max-gap: 4, max-read: 100, borders: [307]}
        polls: {fast: {{polls.Fast.TotalSeconds:0}}s, normal: {{polls.Normal.TotalSeconds:0}}s, slow: {{polls.Slow.TotalSeconds:0}}s}
        {{(kind == SoakKind.Volatile ? "night: expected" : "")}}
        points:
          SN: {holding: 100, type: string, length: 4, poll: once}
          F1: {holding: 200, poll: fast, group: f}
          F2: {holding: 201, type: int16, poll: fast, group: f}
          F3: {holding: 202, poll: fast, group: f}
          D1: {holding: 204, type: uint32, poll: fast, group: f}
          D2: {holding: 206, type: uint32, order: low-first, poll: fast, group: f}
          TotWh: {holding: 520, type: uint32, unit: Wh, poll: normal}
          N1: {input: 300}
          N2: {input: 302, type: int16}
          N3: {input: 305, type: uint32}
          N4: {input: 307}
          N5: {holding: 320}
          S1: {input: 400, type: uint32, order: low-first, poll: slow}
          S2: {input: 403, poll: slow}
          S3: {input: 450, type: int16, poll: slow}
        {{kind switch
        {
            SoakKind.Volatile => """
              W: {holding: 500, unit: W, none: max, poll: fast}
              WMax: {holding: 501, unit: W, poll: slow}
              Tms: {holding: 502, unit: s, poll: slow}
              WMaxLimPct: {holding: 510, unit: "%", range: [0, 100], access: write, volatile: true, refresh: {from: Tms, factor: 0.5}, release: {value: 100}, effect: {point: W, of: WMax, tolerance: 3, within: 30s}}
            """,
            SoakKind.Flash => """
              W: {holding: 500, unit: W, none: max, poll: fast}
              WMax: {holding: 501, unit: W, poll: slow}
              Switch: {holding: 511}
              WMaxLimPct: {holding: 510, scale: 0.1, unit: "%", range: [0, 100], access: write, budget: 96/day, min-interval: 5s, steps: [{write: {WMaxLimPct: value}}, {write: {Switch: 0xAA}}], release: {steps: [{write: {Switch: 0x55}}]}, effect: {point: W, of: WMax, tolerance: 3, within: 30s}}
            """,
            SoakKind.SetPoint => """
              W: {holding: 500, type: int16, unit: W, none: max, poll: fast}
              Ena: {holding: 509}
              WSpt: {holding: 510, type: int16, unit: W, range: [-5000, 5000], access: write, volatile: true, refresh: 20s, steps: [{write: {Ena: 1, WSpt: value}}], release: {steps: [{write: {Ena: 0}}]}, effect: {point: W, tolerance: 100, within: 30s, kind: set-point}}
            """,
            _ => "  W: {holding: 500, poll: fast}",
        }}}
        """;
}
