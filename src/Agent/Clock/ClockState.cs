using DerAgent.Acsi;
using DerAgent.Model;

namespace DerAgent.Agent.Clock;

/// <summary>What is known of the agent's clock: a value.</summary>
/// <param name="SynchronizedAt">When it was last known to be right, in elapsed time; null: never.</param>
/// <param name="Bound">How far it may have been off then.</param>
/// <param name="Offset">What was measured last.</param>
/// <param name="Source">Who it follows.</param>
/// <param name="Channels">Whether each server answered last time.</param>
internal sealed record ClockState(TimeSpan? SynchronizedAt, TimeSpan Bound, TimeSpan Offset, string Source, IReadOnlyList<bool> Channels)
{
    /// <summary>How long a clock that nobody confirms is still called synchronised, and has a voice.</summary>
    public static readonly TimeSpan Holdover = TimeSpan.FromHours(1);

    /// <summary>What a clock drifts that nobody looks after.</summary>
    private const double Drift = 50e-6;

    /// <summary>Nothing is known.</summary>
    public static ClockState Unknown { get; } = new(null, TimeSpan.Zero, TimeSpan.Zero, "", []);

    /// <summary>How far the clock may be off by now; null: nobody knows.</summary>
    public TimeSpan? BoundAt(TimeSpan elapsed) => SynchronizedAt is { } at && elapsed - at <= Holdover ? Bound + ((elapsed - at) * Drift) : null;

    /// <summary>What clients are told.</summary>
    public ClockReport Report(TimeSpan elapsed) => BoundAt(elapsed) is { } bound
        ? new((byte)(Timestamp.LeapSecondsKnown | AccuracyOf(bound)), Source, 2, 2, Channels)
        : new(Timestamp.UnspecifiedAccuracy | Timestamp.ClockNotSynchronized, "", 1, 0, Channels);

    /// <summary>TimeAccuracy: the number of bits of the fraction of a second that are right; 10 ms are 7.</summary>
    public static byte AccuracyOf(TimeSpan bound) => bound <= TimeSpan.FromMilliseconds(10) && bound > TimeSpan.FromMilliseconds(3.9) ? (byte)7
        : (byte)Math.Clamp(Math.Floor(-Math.Log2(Math.Max(bound.TotalSeconds, 1e-6))), 0, 24);
}
