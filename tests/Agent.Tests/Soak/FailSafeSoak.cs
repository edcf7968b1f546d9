using DerAgent.Devices;
using DerAgent.Devices.Tests.Soak;
using DerAgent.Mms;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests.Soak;

/// <summary>Two partners who command six limits, come and go; devices, a disk, a clock and a process that fail meanwhile; and what must be in force all the time.</summary>
internal sealed partial class FailSafeSoak
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>After three pings at most, the first after five minutes.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(400);
    private readonly Random _random;
    private readonly int _seed;
    private readonly SoakAgenda _agenda;
    private readonly PollPeriods _polls;
    private readonly SoakSite _site;
    private readonly SoakPartner[] _partners;
    private readonly List<SoakSlave> _lines = [];
    private readonly List<SoakLimit> _limits = [];
    private readonly List<string> _faults = [];
    private TimeSpan _quietFrom;
    private bool _isLineDown;
    private bool _isEvening;
    private TimeSpan _setAt;

    public FailSafeSoak(int seed)
    {
        (_seed, _random) = (seed, new(seed));
        _agenda = new(Time);
        _polls = new() { Fast = TimeSpan.FromSeconds(5), Normal = TimeSpan.FromSeconds(30) };
        _partners = [new("control@dso.example", Time), new("trade@vpp.example", Time)];
        for (var i = 0; i < 3; i++)
        {
            _lines.Add(new(Time, _random));
        }

        Add(SoakKind.Volatile, 0, 0, new("after=\"120s\" value=\"60\"", 120, 60));
        Add(SoakKind.Flash, 0, 0, new("after=\"300s\" value=\"keep\"", 300, null));
        Add(SoakKind.Volatile, 0, 1, new("after=\"60s\" value=\"40\" ramp=\"10/min\" back=\"stay\"", 60, 40) { Ramp = 10.0 / 60, Stays = true });
        Add(SoakKind.Volatile, 1, 1, new("after=\"600s\" value=\"release\"", 600, 100) { Reversion = 3600 });
        Add(SoakKind.Flash, 1, 0, new("after=\"120s\" value=\"30\" start=\"device\"", 120, 30) { Start = "device" });
        Add(SoakKind.Volatile, 1, 1, new("after=\"180s\" value=\"50\" start=\"value\"", 180, 50) { Start = "value", Reversion = 900 });
        Add(SoakKind.Volatile, 2, 0, new("after=\"180s\" value=\"50\" ramp=\"20/min\"", 180, 50) { Ramp = 20.0 / 60 }, 3);
        _site = new(Time, _polls, _lines, _limits);
    }

    /// <summary>What does not happen here: of whom a register is then is not the partner's.</summary>
    public static IReadOnlyList<string> Left { get; } = ["night", "foreign writer"];

    public VirtualTime Time { get; } = new(new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Takes what happens, where somebody wants to see it.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>What was not as it must be.</summary>
    public IReadOnlyList<string> Failures => _faults;

    /// <summary>How often each thing happened.</summary>
    public SortedDictionary<string, int> Happened { get; } = new(StringComparer.Ordinal);

    /// <summary>Starts the agent; the partners come.</summary>
    public async Task StartAsync()
    {
        await StartAgentAsync(Time.Now);
        _agenda.At(Look, Looks);
        foreach (var limit in _limits)
        {
            _agenda.At(Seconds(30, 600), () => Commands(limit));
        }

        foreach (var partner in _partners)
        {
            _agenda.At(Seconds(600, 3000), () => Goes(partner));
        }
    }

    /// <summary>A day: each thing happens as often, whenever it can; at its end everybody is there, commands, and is obeyed.</summary>
    public async Task DayAsync(int times)
    {
        var begin = Time.Now;
        var length = TimeSpan.FromDays(1) - TimeSpan.FromMinutes(75);
        Func<Task>[] things = [.. SoakFault.All.Where(f => !Left.Contains(f.Name)).Select<SoakFault, Func<Task>>(f => () => HappenAsync(f)), RestartAsync, RestartAsync, ClockAsync, LineAsync, DiskAsync];
        things = [.. things.SelectMany(t => Enumerable.Repeat(t, times))];
        _random.Shuffle(things);
        for (var i = 0; i < things.Length; i++)
        {
            _agenda.At(begin + TimeSpan.FromSeconds(60) + (length * i / things.Length) - Time.Now, things[i]);
        }

        await _agenda.RunUntilAsync(begin + TimeSpan.FromDays(1) - TimeSpan.FromMinutes(15));
        await EndDayAsync();
        await _agenda.RunUntilAsync(begin + TimeSpan.FromDays(1));
    }

    /// <summary>Never stuck: who is there and commands is obeyed, whatever there was.</summary>
    private async Task EndDayAsync()
    {
        _isEvening = true;
        foreach (var partner in _partners)
        {
            Comes(partner);
        }

        await _agenda.RunUntilAsync(Time.Now + TimeSpan.FromSeconds(120));
        foreach (var limit in _limits.Where(l => !l.IsBusy))
        {
            Command(limit, limit.Owner.Session is null ? _partners.First(p => p.Session is not null) : limit.Owner, 45);
        }

        await _agenda.RunUntilAsync(Time.Now + TimeSpan.FromSeconds(100));
        foreach (var limit in _limits.Where(l => l.IsBusy || l.IsOpen || l.InForce is < 44 or > 45))
        {
            Fail($"{limit.InForce} at the end of the day: {limit}");
        }

        _isEvening = false;
    }

    /// <summary>The agent ends for good.</summary>
    public ValueTask StopAsync() => _site.DisposeAsync();

    private TimeSpan Seconds(int from, int to) => TimeSpan.FromSeconds(_random.Next(from, to));

    private void Add(SoakKind kind, int line, int owner, SoakRule rule, int count = 1)
    {
        var devices = Enumerable.Range(0, count).Select(i => new SoakDevice($"d{_limits.Count}{(char)('a' + i)}", kind, _lines[line], (byte)(_lines[line].Units.Count + 1), _polls, isMember: count > 1)).ToList();
        _limits.Add(new($"l{_limits.Count}", rule, devices, _partners[owner]));
        foreach (var device in devices)
        {
            device.Unit.Written = (address, value) => Note($"{device.Name}: {address} = {value} is written");
        }
    }

    private void Note(string text) => Trace?.Invoke($"{Time.Now} {text}");

    private void Count(string what) => Happened[what] = Happened.GetValueOrDefault(what) + 1;

    private void Fail(string text)
    {
        if (_faults.Count < 20)
        {
            _faults.Add($"seed {_seed}, {Time.Now}: {text}");
        }
    }

    private void Unquiet(TimeSpan until) => _quietFrom = _quietFrom > Time.Now + until ? _quietFrom : Time.Now + until;

    private bool IsQuiet(SoakLimit limit) => Time.Now > _quietFrom && limit.Devices.All(d => Time.Now > d.QuietFrom);

    /// <summary>Whether all is as it must be.</summary>
    private void Looks()
    {
        _agenda.At(Look, Looks);
        foreach (var limit in _limits)
        {
            limit.Pass(Time.Now);
            if (Time.Now - _quietFrom > limit.Bound && limit.Devices.All(d => Time.Now - d.QuietFrom > limit.Bound))
            {
                Count("looks");
                if (limit.Wrong(Time.Now) is { } wrong)
                {
                    Fail($"{wrong}; last {limit.Devices[0].LastFault} until {limit.Devices[0].QuietFrom}, quiet from {_quietFrom}");
                }
            }
        }

        foreach (var line in _site.Log.Lines)
        {
            Note(line);
            if (line.Contains("defect", StringComparison.Ordinal))
            {
                Fail(line);
            }
        }

        _site.Log.Lines.Clear();
        if (_limits.TrueForAll(l => !l.IsBusy))
        {
            _site.Link.Sent.Clear();
        }
    }

    private void Commands(SoakLimit limit)
    {
        _agenda.At(Seconds(500, 1500), () => Commands(limit));
        if (limit.IsBusy || !IsQuiet(limit) || _isLineDown || _isEvening)
        {
            return;
        }

        // Who is not there is stood in for now and then.
        var partner = limit.Owner.Session is null && _random.Next(3) == 0 ? _partners.First(p => p != limit.Owner) : limit.Owner;
        if (partner.Session is null)
        {
            return;
        }

        Command(limit, partner, partner == limit.Owner && _random.Next(6) == 0 ? 100 : _random.Next(10, 75));
    }

    private void Command(SoakLimit limit, SoakPartner partner, int value)
    {
        var (session, began) = (partner.Session!, Time.Now);
        Note($"{limit.Name}: {value} is commanded by {session}");
        limit.IsBusy = true;
        var id = partner.Operate(_site.Link, $"PV1LD{_limits.IndexOf(limit)}", value);
        _agenda.At(TimeSpan.FromMilliseconds(200), () => Follows(limit, partner, session, id, value, began));
    }

    /// <summary>A command goes on until it has ended, or its partner or the agent has.</summary>
    private void Follows(SoakLimit limit, SoakPartner partner, string session, string id, int value, TimeSpan began)
    {
        if (partner.Session != session)
        {
            Count("commands left");
            (limit.IsBusy, limit.IsOpen) = (false, true);
            return;
        }

        var answer = _site.Link.Answer(id) is ConfirmedResponse { Service: WriteResponse { Results: [var only] } } ? (only, true) : (null, false);
        var end = partner.HasEnded(_site.Link, $"PV1LD{_limits.IndexOf(limit)}");
        if (answer is (not null, _) || end == false || Time.Now - began > TimeSpan.FromSeconds(100))
        {
            Count("commands that failed");
            Note($"{limit.Name}: {value} fails: {answer} {end}");
            if (limit.Devices.All(d => d.QuietFrom <= began) && _quietFrom <= began && limit.Devices[0].Kind != SoakKind.Flash)
            {
                Fail($"{value} % although all is well: {answer} {end}: {limit}");
            }

            (limit.IsBusy, limit.IsOpen) = (false, true);
        }
        else if (answer.Item2 && end == true)
        {
            Count("commands");
            Note($"{limit.Name}: {value} is in force");
            limit.IsBusy = false;
            limit.Taken(partner, value, began, Time.Now);
        }
        else
        {
            _agenda.At(TimeSpan.FromMilliseconds(500), () => Follows(limit, partner, session, id, value, began));
        }
    }

    private void Comes(SoakPartner partner)
    {
        if (_isLineDown)
        {
            _agenda.At(Seconds(5, 30), () => Comes(partner));
        }
        else if (partner.Session is null)
        {
            if (partner.Come(_site.Link) is { } wrong)
            {
                Fail($"{partner.Account}: {wrong}");
            }

            Note($"{partner.Session} is there");
            _limits.ForEach(l => l.Back(partner, Time.Now));
        }
    }

    private void Goes(SoakPartner partner)
    {
        _agenda.At(Seconds(900, 3600), () => Goes(partner));
        if (partner.Session is not { } session || _isLineDown || _isEvening)
        {
            return;
        }

        var isSilent = _random.Next(2) == 0;
        Count(isSilent ? "partner silent" : "partner gone");
        Note($"{session} is {(isSilent ? "silent" : "gone")}");
        if (isSilent)
        {
            _site.Link.Silent.Add(session);
        }
        else
        {
            _site.Link.Receive(session, "presence", "unavailable", "p", "");
        }

        Lost(partner, isSilent ? Silence : TimeSpan.Zero);
        _agenda.At(_random.Next(3) == 0 ? Seconds(10, 200) : Seconds(200, 2400), () => Comes(partner));
    }

    private void Lost(SoakPartner partner, TimeSpan unknown)
    {
        partner.Go();
        _limits.ForEach(l => l.Gone(partner, Time.Now, Time.Now + unknown));
    }

    private async Task StartAgentAsync(TimeSpan ended)
    {
        await _site.StartAsync();
        Unquiet(TimeSpan.FromSeconds(20));
        _limits.ForEach(l => l.Started(Time.Now, ended));
        foreach (var partner in _partners)
        {
            _agenda.At(_random.Next(4) == 0 ? Seconds(100, 1500) : Seconds(3, 20), () => Comes(partner));
        }
    }
}
