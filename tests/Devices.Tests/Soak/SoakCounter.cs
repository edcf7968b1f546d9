namespace DerAgent.Devices.Tests.Soak;

/// <summary>The energy a device has given, what its register makes of it over restarts and exchanges, and what may be shown of it.</summary>
internal sealed class SoakCounter
{
    private const double Exactness = 3;
    private double _energy;
    private double _start;
    private double _began;
    private TimeSpan _at;
    private double? _first;
    private double _shown;
    private (TimeSpan Quiet, double Lag)? _lag;

    /// <summary>What stands in the register, in Wh.</summary>
    public uint Register => (uint)(_start + _energy - _began);

    /// <summary>What it has given since it was looked at first and is not shown.</summary>
    private double Lag => _energy - (_shown - (_first ?? 0));

    /// <summary>It gave so much until now.</summary>
    public void Pass(double watts, TimeSpan now)
    {
        _energy += Math.Max(0, watts > short.MaxValue ? 0 : watts) * Math.Max(0, (now - _at).TotalHours);
        _at = now;
    }

    /// <summary>It counts from nothing again.</summary>
    public void Reset() => (_start, _began) = (0, _energy);

    /// <summary>It is another one, which has counted before.</summary>
    public void Exchange(double start) => (_start, _began) = (start, _energy);

    /// <summary>What cannot be of what is shown; null: it can.</summary>
    public string? Shown(double number)
    {
        _first ??= number - _energy;
        var before = _shown;
        _shown = number;
        return number < before ? $"TotWh falls from {before} to {number}" : Lag < -Exactness ? $"TotWh is {number}, {-Lag:0} Wh more than it ever gave" : null;
    }

    /// <summary>Whether it does not go on with what the device counts; null: it does.</summary>
    /// <param name="quiet">Since when nothing has befallen the device.</param>
    public string? Stuck(TimeSpan quiet)
    {
        if (_lag is not { } known || known.Quiet != quiet)
        {
            _lag = (quiet, Lag);
            return null;
        }

        // What is shown is as old as its poll.
        return Math.Abs(Lag - known.Lag) > Exactness + 90 ? $"TotWh lags by {Lag:0} Wh and did by {known.Lag:0} Wh" : null;
    }
}
