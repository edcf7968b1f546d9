namespace DerAgent.Devices;

/// <summary>What is known of a member of a plant: what it does, and what became of what it was told. A value; powers and limits in W.</summary>
internal readonly record struct MemberState
{
    /// <summary>Difference of what was written and what reads back that is none, as a share of the rating.</summary>
    private const double Exactness = 0.01;

    /// <summary>How long its own line may take to put right what it reads, before the others do without it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What its percentages relate to, and the most it can give; null: it never said.</summary>
    public double? Whole { get; init; }

    /// <summary>Whether it answers.</summary>
    public bool IsOnline { get; init; }

    /// <summary>Whether its silence is that of the night.</summary>
    public bool IsAsleep { get; init; }

    /// <summary>Whether it was silent for so long that it has let go of its limit by itself.</summary>
    public bool IsLost { get; init; }

    /// <summary>The limit in force as it reads; null: it does not say.</summary>
    public double? Read { get; init; }

    /// <summary>Its measured power; null: it does not say.</summary>
    public double? Power { get; init; }

    /// <summary>The limit for the plant's sake that it has taken; null: none.</summary>
    public double? Taken { get; init; }

    /// <summary>The write under way; 0: none.</summary>
    public long Pending { get; init; }

    /// <summary>What that writes; null: it lets go.</summary>
    public double? Target { get; init; }

    /// <summary>A write under way that <see cref="Pending"/> came after; 0: none. It may still be taken.</summary>
    public long Overtaken { get; init; }

    /// <summary>What that writes; null: it lets go.</summary>
    public double? OvertakenTarget { get; init; }

    /// <summary>Why the last write failed; null: it did not.</summary>
    public string? Fault { get; init; }

    /// <summary>Failed writes in a row.</summary>
    public int Failures { get; init; }

    /// <summary>When it is tried again.</summary>
    public TimeSpan RetryAt { get; init; }

    /// <summary>Since when it reads more than it has taken; null: it does as it was told.</summary>
    public TimeSpan? StraysSince { get; init; }

    /// <summary>What it can use at the moment; null: all.</summary>
    public double? Use { get; init; }

    /// <summary>What it may give at most, as far as anybody can know: NaN where its rating is not known.</summary>
    public double Assumed => Whole is not { } whole ? double.NaN : Math.Max(Stands(whole), Math.Max(Pending == 0 ? 0 : Math.Min(Target ?? whole, whole), Overtaken == 0 ? 0 : Math.Min(OvertakenTarget ?? whole, whole)));

    /// <summary>The limit in force on it, as far as it says; what it can give where there is none.</summary>
    public double InForce => Whole is { } whole ? Stands(whole) : 0;

    /// <summary>What is aimed at with it; null: no limit.</summary>
    public double? Aim => Pending == 0 ? Taken : Target;

    /// <summary>Whether it is given a share now: it answers, has said what it was built for, and does what it is told.</summary>
    public bool IsAble(TimeSpan now) => CanBeWritten(now) && Whole > 0 && !(now - StraysSince >= Patience);

    /// <summary>Whether anything is written to it now: it answers, and has not refused a moment ago.</summary>
    public bool CanBeWritten(TimeSpan now) => IsOnline && now >= RetryAt;

    /// <summary>Whether a write under way may be overtaken by a stricter one: not one that lowers already, or none of many would ever get through.</summary>
    public bool MayBeOvertaken() => Pending == 0 || Whole is not { } whole || (Target ?? whole) >= Stands(whole);

    /// <summary>A write begins.</summary>
    public MemberState Writes(long id, double? watts) => (Pending == 0 || Overtaken != 0 ? this : this with { Overtaken = Pending, OvertakenTarget = Target }) with { Pending = id, Target = watts };

    /// <summary>The device took it.</summary>
    public MemberState Took() => this with { Pending = 0, Taken = Target, Target = null, Read = Target ?? Whole, Fault = null, Failures = 0, Overtaken = 0, OvertakenTarget = null };

    /// <summary>It took the one that was overtaken, or did not.</summary>
    public MemberState Overtook(bool isTaken) => this with { Taken = isTaken ? OvertakenTarget : Taken, Read = isTaken ? OvertakenTarget ?? Whole : Read, Overtaken = 0, OvertakenTarget = null };

    /// <summary>It is left as it is.</summary>
    public MemberState Left() => this with { Pending = 0, Target = null, Taken = null, Overtaken = 0, OvertakenTarget = null };

    /// <summary>It did not.</summary>
    public MemberState Failed(string why, TimeSpan now) => this with { Pending = 0, Target = null, Fault = why, Failures = Failures + 1, RetryAt = now + DemandKeeper.Pause(Failures) };

    /// <summary>Whether it reads more than it has taken is looked at.</summary>
    public MemberState Looked(TimeSpan now) => this with { StraysSince = IsOnline && Pending == 0 && Whole is { } whole && Taken is { } taken && Stands(whole) > taken + (whole * Exactness) ? StraysSince ?? now : null };

    /// <summary>It is tried at once: it is back, or somebody commands.</summary>
    public MemberState Again() => this with { Fault = null, Failures = 0, RetryAt = TimeSpan.Zero, StraysSince = null };

    private double Stands(double whole)
    {
        var reads = Read ?? Taken ?? whole;
        return IsLost ? whole : Taken is { } taken && Math.Abs(reads - taken) <= whole * Exactness ? Math.Min(taken, whole) : Math.Clamp(reads, 0, whole);
    }
}
