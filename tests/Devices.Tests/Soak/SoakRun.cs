using DerAgent.Modbus;
using DerAgent.Tests;

namespace DerAgent.Devices.Tests.Soak;

/// <summary>Twelve devices on four lines and a plant of three on a fifth, what happens to them, and what must be true all the time.</summary>
internal sealed class SoakRun(int seed, PollPeriods polls, VirtualTime time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    /// <summary>What a device that falls silent takes from its neighbours until that is known.</summary>
    private static readonly TimeSpan Neighbour = TimeSpan.FromSeconds(6);
    private readonly Random _random = new(seed);
    private readonly SoakAgenda _agenda = new(time);
    private readonly VolatileDeviceMemory _memory = new();
    private readonly Dictionary<string, SoakDevice> _named = new(StringComparer.Ordinal);
    private readonly List<SoakSlave> _slaves = [];
    private readonly List<string> _faults = [];
    private SoakPlant _plant = null!;
    private SiteLines _lines = null!;
    private TimeSpan _restarted;
    private TimeSpan _setAt;

    public VirtualTime Time => time;

    public List<SoakDevice> Devices { get; } = [];

    /// <summary>Takes what happens to one device, where somebody wants to see it: its name, and a sentence.</summary>
    public (string Device, Action<string> Tell)? Trace { get; init; }

    /// <summary>What was not as it must be.</summary>
    public IReadOnlyList<string> Failures => _faults;

    /// <summary>How often each thing happened.</summary>
    public Dictionary<string, int> Happened { get; } = new(StringComparer.Ordinal);

    /// <summary>What waits on the agent's lines.</summary>
    public int Waiting => _lines.Waiting;

    /// <summary>Commands that took hold.</summary>
    public int Commands { get; private set; }

    /// <summary>Starts the agent.</summary>
    public async Task StartAsync()
    {
        SoakKind[][] kinds = [[SoakKind.Volatile, SoakKind.Flash, SoakKind.SetPoint], [SoakKind.Volatile, SoakKind.Flash, SoakKind.Meter], [SoakKind.Volatile, SoakKind.SetPoint, SoakKind.Meter], [SoakKind.Flash, SoakKind.SetPoint, SoakKind.Meter]];
        foreach (var line in kinds)
        {
            var slave = new SoakSlave(Time, _random);
            _slaves.Add(slave);
            foreach (var kind in line)
            {
                Add(kind, slave, isMember: false);
            }
        }

        var members = new SoakSlave(Time, _random);
        _slaves.Add(members);
        for (var i = 0; i < 3; i++)
        {
            Add(SoakKind.Volatile, members, isMember: true);
        }

        _plant = new([.. Devices.Where(d => d.IsMember)]);
        await OpenAsync();
        Quiet(TimeSpan.FromSeconds(10));
        At(Look, LookAsync);
        At(TimeSpan.FromSeconds(60), CommandPlantAsync);
        foreach (var device in Devices.Where(d => d.Controlled is not null))
        {
            At(TimeSpan.FromSeconds(_random.Next(30, 900)), () => CommandAsync(device));
        }
    }

    private void Add(SoakKind kind, SoakSlave line, bool isMember)
    {
        var device = new SoakDevice($"d{Devices.Count}", kind, line, (byte)(line.Units.Count + 1), polls, isMember);
        Devices.Add(device);
        _named[device.Name] = device;
        device.Unit.Written = (address, value) => Note(device.Name, $"{address} = {value} is written");
    }

    /// <summary>A day: each thing happens as often, whenever it can; the last ten minutes are quiet.</summary>
    public async Task DayAsync(int times)
    {
        var begin = Time.Now;
        var length = TimeSpan.FromDays(1) - TimeSpan.FromMinutes(75);
        var things = SoakFault.All.Select<SoakFault, Func<Task>>(f => () => HappenAsync(f)).Concat([RestartAsync, ClockAsync, PartnerAsync]).SelectMany(t => Enumerable.Repeat(t, times)).ToArray();
        _random.Shuffle(things);
        for (var i = 0; i < things.Length; i++)
        {
            At(begin + TimeSpan.FromSeconds(60) + (length * i / things.Length) - Time.Now, things[i]);
        }

        await _agenda.RunUntilAsync(begin + TimeSpan.FromDays(1));
    }

    public ValueTask StopAsync() => _lines.DisposeAsync();

    private void At(TimeSpan after, Func<Task> what) => _agenda.At(after, what);

    private async Task OpenAsync()
    {
        _lines = new SiteLines(Time, _memory);
        var slaves = Devices.ToDictionary(d => d.Name, d => d.Line, StringComparer.Ordinal);
        var placements = Devices.Select(d => new DevicePlacement(d.Setup, DeviceUrl.Parse($"modbus-tcp://10.0.0.{_slaves.IndexOf(d.Line) + 1}:502?unit={d.Line.Units.First(u => u.Value == d.Unit).Key}", out _)!)).ToList();
        await _lines.UseAsync(
            placements,
            [_plant.Setup],
            (url, _) => new ModbusBus(new ModbusTcpMaster(new() { Host = url.Place, AnswersInline = true }, Time, _slaves[url.Place[^1] - '1'].OpenAsync), Time),
            null,
            new(Take, state => Told(state.Name, state.Text)));
    }

    private void Take(string name, IReadOnlyList<Reading> readings)
    {
        if (_named.TryGetValue(name, out var device) && device.Take(readings, Time.Now) is { } wrong)
        {
            Fail(name, $"after {device.LastFault}: {wrong}");
        }
    }

    private void Note(string name, string text)
    {
        if (Trace is { } trace && (trace.Device == name || name.Length == 0))
        {
            trace.Tell($"{Time.Now} {text}");
        }
    }

    private void Told(string name, string text)
    {
        Note(name, text);
        if (text.Contains("defect", StringComparison.Ordinal) || text.Contains("another controller", StringComparison.Ordinal))
        {
            Fail(name, text);
        }
    }

    private void Fail(string name, string text)
    {
        if (_faults.Count < 20)
        {
            _faults.Add($"seed {seed}, {Time.Now}: {name}: {text}");
        }
    }

    private void Quiet(TimeSpan from)
    {
        foreach (var device in Devices)
        {
            Unquiet(device, from);
        }
    }

    private void Unquiet(SoakDevice device, TimeSpan until) => device.QuietFrom = device.QuietFrom > Time.Now + until ? device.QuietFrom : Time.Now + until;

    private bool IsQuiet(SoakDevice device) => Time.Now > device.QuietFrom && !device.IsBusy;

    /// <summary>Whether all is as it must be.</summary>
    private Task LookAsync()
    {
        foreach (var device in Devices)
        {
            var made = device.Unit.Polls - device.PollsSeen;
            device.PollsSeen = device.Unit.Polls;
            if (!IsQuiet(device) || Time.Now - device.QuietFrom < Look)
            {
                continue;
            }

            if (device.Wrong(Time.Now, Devices.Where(d => d.Line == device.Line).All(d => Time.Now > d.QuietFrom) ? TimeSpan.Zero : Neighbour) is { } wrong)
            {
                Fail(device.Name, $"{device.Kind}, quiet since {device.QuietFrom} after {device.LastFault}, beside {string.Join(", ", Devices.Where(d => d.Line == device.Line && d != device).Select(d => $"{d.Kind} {d.LastFault} {d.Unit.Ailment}"))}: {wrong}");
            }

            // Beside a device that falls silent polls may be late.
            if (Devices.Where(d => d.Line == device.Line).All(d => Time.Now - d.QuietFrom >= Look))
            {
                device.PollsDone += made;
                device.PollsDue += Look / device.Polls.Fast;
            }
        }

        // It may take as long as a member's own time-out, twice, until everybody has his share again.
        if (_plant.Members.All(m => IsQuiet(m) && Time.Now - m.QuietFrom > TimeSpan.FromSeconds(150)) && _plant.Wrong(Time.Now) is { } off)
        {
            Fail("plant", $"quiet since {_plant.Members.Max(m => m.QuietFrom)} after {string.Join(", ", _plant.Members.Select(m => m.LastFault))}: {off}");
        }

        At(Look, LookAsync);
        return Task.CompletedTask;
    }

    private Task CommandPlantAsync()
    {
        At(TimeSpan.FromSeconds(_random.Next(600, 1600)), CommandPlantAsync);
        if (!_plant.IsBusy)
        {
            double value = _random.Next(8) == 0 ? 100 : _random.Next(5, 95);
            Note("plant", $"{value} is commanded");
            _ = EndPlantAsync(value, _lines.WriteAsync("plant", "WMaxLimPct", "client", _ => value, () => _plant.Taken(value), CancellationToken.None), _plant.Members.All(IsQuiet));
        }

        return Task.CompletedTask;
    }

    private async Task EndPlantAsync(double value, Task<Model.CommandOutcome> command, bool isQuiet)
    {
        _plant.IsBusy = true;
        var began = Time.Now;
        var outcome = await command;
        _plant.Ended(outcome.Succeeded, Time.Now);
        Note("plant", $"{value} has ended: {outcome.Failure} {outcome.Description}");
        Count(outcome.Succeeded ? "plant commanded" : "plant command failed");
        if (!outcome.Succeeded && isQuiet && outcome.Failure != Model.AddCause.Unknown && _plant.Members.All(m => m.QuietFrom <= began))
        {
            Fail("plant", $"{value} % although all is well: {outcome.Failure} {outcome.Description}");
        }
    }

    private Task CommandAsync(SoakDevice device)
    {
        At(TimeSpan.FromSeconds(_random.Next(600, 1600)), () => CommandAsync(device));
        if (IsQuiet(device))
        {
            Command(device, CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    private void Command(SoakDevice device, CancellationToken cancel)
    {
        var lets = _random.Next(8) == 0 && device.Wanted is not null;
        if (lets && device.Kind == SoakKind.SetPoint)
        {
            _lines.LetGo(device.Name, device.Controlled!, "client", isTold: true);
            device.Wanted = null;
            Unquiet(device, TimeSpan.FromSeconds(5));
            return;
        }

        double value = lets ? 100 : device.Kind == SoakKind.SetPoint ? _random.Next(-4000, 4000) : _random.Next(10, 75);
        device.IsBusy = true;
        Note(device.Name, $"{value} is commanded");
        _ = EndAsync(device, value, _lines.WriteAsync(device.Name, device.Controlled!, "client", _ => value, Accepted, cancel));
        void Accepted()
        {
            Note(device.Name, $"{value} is taken");
            (device.Wanted, device.IsOpen) = (lets ? null : value, false);
            Commands++;
        }
    }

    private async Task EndAsync(SoakDevice device, double value, Task<Model.CommandOutcome> command)
    {
        try
        {
            // Out of budget, out of reach, and an agent that ends are reasons to fail; nothing else is.
            if (await command is { Succeeded: false } failed && !failed.Description.Contains("memory bears", StringComparison.Ordinal) && failed.Failure is not (Model.AddCause.AbortionByCommunicationLoss or Model.AddCause.Unknown))
            {
                Fail(device.Name, $"{device.Controlled} = {value}: {failed.Failure} {failed.Description}");
            }
        }
        catch (OperationCanceledException)
        {
            // Its partner is gone.
        }

        (device.IsBusy, device.CommandedAt) = (false, Time.Now);
        Unquiet(device, TimeSpan.FromSeconds(15));
    }

    /// <summary>A fault befalls a device that is well, as soon as there is one.</summary>
    private Task HappenAsync(SoakFault fault)
    {
        var able = Devices.Where(d => IsQuiet(d) && fault.Suits(d, Time.Now) && (!fault.IsOfLine || Devices.Where(o => o.Line == d.Line).All(IsQuiet))).ToList();
        if (able.Count == 0)
        {
            At(TimeSpan.FromSeconds(_random.Next(20, 60)), () => HappenAsync(fault));
            return Task.CompletedTask;
        }

        var device = able[_random.Next(able.Count)];
        Count(fault.Name);

        // Who is asked more rarely learns of it later.
        var lasts = TimeSpan.FromSeconds(fault.Lasts) + (3 * (device.Polls.Fast - TimeSpan.FromSeconds(1)));
        var bound = TimeSpan.FromSeconds(fault.Bound) + (2 * device.Polls.Fast) + (2 * (device.Polls.Normal - TimeSpan.FromSeconds(5)));
        var befallen = fault.IsOfLine ? Devices.Where(d => d.Line == device.Line).ToList() : [device];
        foreach (var one in befallen)
        {
            one.LastFault = fault.Name;
            Unquiet(one, lasts + bound);
        }

        fault.Begin(device);
        Note(device.Name, $"{fault.Name} begins, {device.Wanted} is in force");
        if (fault.Name == "night")
        {
            At(TimeSpan.FromSeconds(120), () =>
            {
                device.Unit.Ailment = Ailment.Silent;
                return Task.CompletedTask;
            });
        }

        if (fault.Name == "foreign writer")
        {
            device.ForeignAt = Time.Now;
        }

        At(lasts, () =>
        {
            if (Time.Now - _restarted > lasts && fault.Missed(device) is { } wrong)
            {
                Fail(device.Name, $"{fault.Name}: {wrong}");
            }

            fault.End(device);
            Note(device.Name, $"{fault.Name} is over");
            foreach (var one in befallen)
            {
                Unquiet(one, bound);
            }

            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private void Count(string what) => Happened[what] = Happened.GetValueOrDefault(what) + 1;

    /// <summary>The agent ends, in the middle of whatever it does, and starts again from what was kept.</summary>
    private async Task RestartAsync()
    {
        Count("agent restarted");
        Note("", "the agent ends");
        var busy = Devices.Where(d => d.IsBusy).ToList();
        await _lines.DisposeAsync();
        foreach (var device in busy)
        {
            // Whatever stands there is in force, or what was before.
            device.IsOpen = !device.IsInForce;
        }

        _restarted = Time.Now;
        Time.RunUntil(Time.Now + TimeSpan.FromSeconds(_random.Next(1, 8)));
        await OpenAsync();
        Quiet(TimeSpan.FromSeconds(20) + (2 * polls.Fast));
    }

    /// <summary>The wall clock is set, and set right again half an hour later.</summary>
    private Task ClockAsync()
    {
        if (Time.Offset != TimeSpan.Zero && Time.Now - _setAt < TimeSpan.FromMinutes(10))
        {
            At(TimeSpan.FromSeconds(60), ClockAsync);
            return Task.CompletedTask;
        }

        Count("clock");
        _setAt = Time.Now;
        Time.Offset = TimeSpan.FromHours(_random.Next(-1, 2)) is var offset && offset == Time.Offset ? TimeSpan.FromHours(1) - offset : offset;
        return Task.CompletedTask;
    }

    /// <summary>A partner is gone in the middle of a command: it is withdrawn, and what was in force stays.</summary>
    private async Task PartnerAsync()
    {
        var able = Devices.FindAll(d => IsQuiet(d) && d.Wanted is not null);
        if (able.Count == 0)
        {
            At(TimeSpan.FromSeconds(30), PartnerAsync);
            return;
        }

        var device = able[_random.Next(able.Count)];
        Count("partner gone");
        using var gone = new CancellationTokenSource();
        Command(device, gone.Token);
        Time.RunUntil(Time.Now + TimeSpan.FromMilliseconds(_random.Next(0, 200)));
        Note(device.Name, "its partner is gone");
        await gone.CancelAsync();
        Unquiet(device, TimeSpan.FromSeconds(20));
    }
}
