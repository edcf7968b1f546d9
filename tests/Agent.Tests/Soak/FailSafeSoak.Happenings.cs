using DerAgent.Devices.Tests.Soak;

namespace DerAgent.Agent.Tests.Soak;

/// <content>What happens to the agent, its server, its disk, its clock and its devices.</content>
internal sealed partial class FailSafeSoak
{
    /// <summary>The agent ends or is killed in the middle of whatever it does, and starts again from what was kept.</summary>
    private async Task RestartAsync()
    {
        var isKilled = _random.Next(2) == 0;
        Count(isKilled ? "agent killed" : "agent restarted");
        Note($"the agent ends, killed: {isKilled}");
        await _site.EndAsync(isKilled);
        _isLineDown = true;
        foreach (var partner in _partners)
        {
            // Who was there until the end is missing since the start.
            Lost(partner, Silence);
        }

        var ended = Time.Now;
        Time.RunUntil(ended + Seconds(1, 40));
        _isLineDown = false;
        await StartAgentAsync(ended);
    }

    /// <summary>The wall clock is set, and set right again later.</summary>
    private Task ClockAsync()
    {
        if (Time.Offset != TimeSpan.Zero && Time.Now - _setAt < TimeSpan.FromMinutes(10))
        {
            _agenda.At(TimeSpan.FromSeconds(60), ClockAsync);
            return Task.CompletedTask;
        }

        Count("clock");
        _setAt = Time.Now;
        Time.Offset = TimeSpan.FromMinutes(_random.Next(-90, 90)) - (Time.Offset / 2);
        Note($"the clock is off by {Time.Offset}");
        return Task.CompletedTask;
    }

    /// <summary>The XMPP server is out of reach for a while: nobody is there.</summary>
    private Task LineAsync()
    {
        if (_isLineDown)
        {
            _agenda.At(TimeSpan.FromSeconds(60), LineAsync);
            return Task.CompletedTask;
        }

        Count("XMPP server gone");
        Note("the XMPP server is gone");
        var link = _site.Link;
        _isLineDown = true;
        link.Disconnect(mayResume: false);
        foreach (var partner in _partners)
        {
            Lost(partner, TimeSpan.Zero);
        }

        _agenda.At(Seconds(5, 900), () =>
        {
            if (_site.Link != link)
            {
                return;
            }

            Note("the XMPP server is back");
            _isLineDown = false;
            link.Connect();
            foreach (var partner in _partners)
            {
                _agenda.At(Seconds(1, 300), () => Comes(partner));
            }
        });
        return Task.CompletedTask;
    }

    /// <summary>The disk is full for a while.</summary>
    private Task DiskAsync()
    {
        if (_site.IsFull)
        {
            _agenda.At(TimeSpan.FromSeconds(60), DiskAsync);
            return Task.CompletedTask;
        }

        Count("disk full");
        Note("the disk is full");
        _site.IsFull = true;
        var lasts = Seconds(20, 400);
        Unquiet(lasts + TimeSpan.FromSeconds(30));
        _agenda.At(lasts, () =>
        {
            Note("the disk has room");
            _site.IsFull = false;
        });
        return Task.CompletedTask;
    }

    /// <summary>A fault befalls a device that is well, as soon as there is one.</summary>
    private Task HappenAsync(SoakFault fault)
    {
        var able = _limits.SelectMany(l => l.Devices).Where(d => Time.Now > d.QuietFrom && fault.Suits(d, Time.Now)).ToList();
        if (able.Count == 0)
        {
            _agenda.At(Seconds(20, 60), () => HappenAsync(fault));
            return Task.CompletedTask;
        }

        var device = able[_random.Next(able.Count)];
        Count(fault.Name);
        Note($"{device.Name}: {fault.Name} begins");
        if (fault.Name == "exchanged")
        {
            _limits.Find(l => l.Devices.Contains(device))!.Exchanged();
        }

        var befallen = fault.IsOfLine ? _limits.SelectMany(l => l.Devices).Where(d => d.Line == device.Line).ToList() : [device];
        var (lasts, bound) = (TimeSpan.FromSeconds(fault.Lasts) + (3 * _polls.Fast), TimeSpan.FromSeconds(fault.Bound) + (4 * _polls.Fast) + (2 * (_polls.Normal - TimeSpan.FromSeconds(5))));
        foreach (var one in befallen)
        {
            one.LastFault = fault.Name;
            one.QuietFrom = Later(one.QuietFrom, Time.Now + lasts + bound);
        }

        fault.Begin(device);
        _agenda.At(lasts, () =>
        {
            fault.End(device);
            Note($"{device.Name}: {fault.Name} is over");
            foreach (var one in befallen)
            {
                one.QuietFrom = Later(one.QuietFrom, Time.Now + bound);
            }
        });
        return Task.CompletedTask;
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
