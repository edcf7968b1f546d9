using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>How far a fail-safe is. The numbers stand in files: they never change.</summary>
internal enum FailSafePhase
{
    /// <summary>Nobody commands the set point.</summary>
    Idle = 0,
    /// <summary>Who commands it is there.</summary>
    Held = 1,
    /// <summary>Who commands it is gone, and not for long enough.</summary>
    Missing = 2,
    /// <summary>The fail-safe's value is in force, because he is gone.</summary>
    Active = 3,
    /// <summary>The fail-safe's value is in force, because nobody commanded for RvrtTms, or since the start.</summary>
    Expired = 4,
    /// <summary>He is back, and the fail-safe's value stays until somebody commands.</summary>
    Stayed = 5,
}

/// <summary>State of the fail-safe of a set point. A value; times are shifted with steps of the clock.</summary>
/// <param name="Phase">How far it is.</param>
/// <param name="Owner">The claim it stands for; null: there was none.</param>
/// <param name="Since">Of Missing, when its owner was last there; of Active and Expired, when that began.</param>
/// <param name="From">Of Active and Expired, what was in force then, where the ramp begins; of Stayed, the value that stays.</param>
/// <param name="Operated">When its owner commanded last.</param>
internal readonly record struct FailSafeState(FailSafePhase Phase, Claim? Owner, DateTimeOffset Since, double From, DateTimeOffset Operated)
{
    /// <summary>Nobody commands.</summary>
    public static FailSafeState Idle => default;

    /// <summary>Whether the fail-safe's own value is in force, or is to be.</summary>
    public bool IsOn => Phase is FailSafePhase.Active or FailSafePhase.Expired;

    /// <summary>The clock was set.</summary>
    public FailSafeState Shift(TimeSpan by) => Phase == FailSafePhase.Idle ? this : this with { Owner = Owner?.Shift(by), Since = Since + by, Operated = Operated + by };
}

/// <summary>What a fail-safe looks at.</summary>
/// <param name="Rule">What the SCL file says.</param>
/// <param name="Claim">The claim of a client that is in force, or would be without the fail-safe; null: nobody commands.</param>
/// <param name="IsRelease">Whether that claim lets everything pass: who commands the top of a limit holds nothing that somebody would have to look after.</param>
/// <param name="InForce">The value in force, or the top of a limit where there is none.</param>
/// <param name="IsThere">Whether the owner is there: of <paramref name="Claim"/>, else of the claim the state stands for.</param>
/// <param name="LastSeen">When he was last there.</param>
/// <param name="Reversion">How long a command lasts (RvrtTms); zero: for ever.</param>
internal readonly record struct FailSafeInput(FailSafeRule Rule, Claim? Claim, bool IsRelease, double InForce, bool IsThere, DateTimeOffset LastSeen, TimeSpan Reversion);

/// <summary>What a fail-safe has to do, in order.</summary>
[Flags]
internal enum FailSafeActions
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>The owner's claim ends; the fail-safe's own takes its place.</summary>
    EndOwner = 1,
    /// <summary>The owner's claim ends, and what is left of claims comes into force.</summary>
    LetGo = 2,
    /// <summary>The fail-safe's claim goes.</summary>
    Withdraw = 4,
    /// <summary>The owner's claim is there again.</summary>
    Resume = 8,
    /// <summary>All claims end, and nothing is written: the hardware stays as it is.</summary>
    EndAll = 16,
}
