using DerAgent.Devices.Tests.Soak;

namespace DerAgent.Agent.Tests.Soak;

/// <summary>What is to become of a limit whose partner is gone.</summary>
/// <param name="Text">As it stands in the SCL file; null: nothing.</param>
/// <param name="After">How long he must be gone, in s.</param>
/// <param name="Value">What comes into force then, in %; null: what he commanded stays.</param>
internal sealed record SoakRule(string? Text, double After, double? Value)
{
    /// <summary>How fast, in % a second; 0: at once.</summary>
    public double Ramp { get; init; }

    /// <summary>Whether it stays when he is back.</summary>
    public bool Stays { get; init; }

    /// <summary>What counts after a start.</summary>
    public string Start { get; init; } = "last";

    /// <summary>How long a command lasts, in s; 0: for ever.</summary>
    public double Reversion { get; init; }
}

/// <summary>A plain account of what must be in force on a limit, within what nobody outside can know: when exactly the agent learned of something.</summary>
internal sealed class SoakLimit(string name, SoakRule rule, IReadOnlyList<SoakDevice> devices, SoakPartner owner)
{
    private const double Full = 100;
    private double? _commanded;
    private TimeSpan _operated;
    private (TimeSpan Earliest, TimeSpan Latest)? _gone;
    private (double Low, double High)? _other;
    private TimeSpan _changed;

    public string Name => name;

    public SoakRule Rule => rule;

    public IReadOnlyList<SoakDevice> Devices => devices;

    /// <summary>Whose command is in force, or was last.</summary>
    public SoakPartner Owner { get; private set; } = owner;

    /// <summary>Whether a command is under way.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether nobody can say what is in force: a command ended nobody knows how.</summary>
    public bool IsOpen { get; set; }

    /// <summary>What it may take until what must be is.</summary>
    public TimeSpan Bound => devices.Count > 1 ? TimeSpan.FromSeconds(150) : TimeSpan.FromSeconds(30);

    /// <summary>What the registers let pass, in % of the rating.</summary>
    public double InForce => devices.Average(d => d.Kind == SoakKind.Flash ? d.Unit[511] == 0xAA ? d.Unit[510] / 10.0 : Full : d.Unit[510]);

    /// <summary>How it stands, for people.</summary>
    public override string ToString() => $"{name} ({rule.Text}, RvrtTms {rule.Reversion}): {_commanded} by {Owner.Account} at {_operated}, gone {_gone}, else {_other}, changed at {_changed}";

    /// <summary>A command took hold.</summary>
    public void Taken(SoakPartner partner, double value, TimeSpan operated, TimeSpan now)
    {
        (Owner, _commanded, _operated, _gone, _other) = (partner, value >= Full ? null : value, operated, null, null);
        (IsOpen, _changed) = (false, now);
    }

    /// <summary>A partner is gone.</summary>
    /// <param name="partner">The partner.</param>
    /// <param name="now">Now.</param>
    /// <param name="known">The latest moment when the agent knows.</param>
    public void Gone(SoakPartner partner, TimeSpan now, TimeSpan known)
    {
        if (partner == Owner && _commanded is not null)
        {
            _gone ??= (now, known);
        }
    }

    /// <summary>A partner is back.</summary>
    public void Back(SoakPartner partner, TimeSpan now)
    {
        if (partner != Owner || _gone is null)
        {
            return;
        }

        var after = TimeSpan.FromSeconds(rule.After);
        if (rule.Stays && now - _gone.Value.Earliest >= after)
        {
            // Where it may not have begun at all nobody outside knows whose value it is.
            _other = Due(now);
            IsOpen |= now - _gone.Value.Latest - Bound < after;
        }

        (_gone, _changed) = (null, now);
    }

    /// <summary>A device is another one: what was left to it is gone with the one before.</summary>
    public void Exchanged() => IsOpen |= rule.Start == "device" && _other is not null;

    /// <summary>The agent has started.</summary>
    /// <param name="now">Now.</param>
    /// <param name="ended">When it had ended.</param>
    public void Started(TimeSpan now, TimeSpan ended)
    {
        _changed = now;
        if (rule.Start == "device")
        {
            (_commanded, _gone, _other) = (null, null, (InForce, InForce));
        }
        else if (rule.Start == "value")
        {
            var since = now - TimeSpan.FromSeconds(rule.After);
            _gone = _commanded is null ? null : (since, since);
            _other = _commanded is null ? (rule.Value!.Value, rule.Value!.Value) : null;
        }
        else if (_commanded is not null)
        {
            // What became due meanwhile, and the ramp of it, begins now.
            var after = TimeSpan.FromSeconds(rule.After);
            _gone = _gone is not { } gone ? (now, now) : (gone.Earliest, gone.Latest > now ? now : gone.Latest + after > ended && gone.Latest + after < now ? now - after : gone.Latest);
        }
    }

    /// <summary>Time passes: a command lasts no longer than it may.</summary>
    public void Pass(TimeSpan now)
    {
        if (_commanded is not null && rule.Reversion > 0 && (now - _operated).TotalSeconds >= rule.Reversion)
        {
            (_commanded, _gone, _other, _changed) = (null, null, (rule.Value ?? Full, rule.Value ?? Full), now);
        }
    }

    /// <summary>What is not as it must be; null: all is.</summary>
    public string? Wrong(TimeSpan now)
    {
        if (IsBusy || IsOpen || now - _changed < Bound)
        {
            return null;
        }

        // Registers hold whole percents, and limits round to the stricter step; a ramp goes in steps.
        var (low, high) = Due(now);
        return InForce < low - (rule.Ramp > 0 || devices.Count > 1 ? 1.01 : 0.01) || InForce > high + 0.01 ? $"{InForce} is in force and {low} to {high} must be: {this}" : null;
    }

    private (double Low, double High) Due(TimeSpan now)
    {
        if (_other is { } other)
        {
            return other;
        }

        if (_commanded is not { } commanded)
        {
            return (Full, Full);
        }

        if (_gone is not { } gone)
        {
            return (commanded, commanded);
        }

        var (one, two) = (At(now - gone.Earliest), At(now - gone.Latest - Bound));
        return (Math.Min(one, two), Math.Max(one, two));
        double At(TimeSpan elapsed)
        {
            var active = elapsed.TotalSeconds - rule.After;
            return rule.Value is not { } value || active < 0 ? commanded
                : rule.Ramp <= 0 ? value
                : value < commanded ? Math.Max(value, commanded - (rule.Ramp * active)) : Math.Min(value, commanded + (rule.Ramp * active));
        }
    }
}
