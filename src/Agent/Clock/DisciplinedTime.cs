namespace DerAgent.Agent.Clock;

/// <summary>
/// The clock of the agent: that of the system until it is adjusted, its own afterwards. The system's is not touched, and does not matter any more when somebody sets it.
/// Small offsets are made up for gradually, so that time never goes back; greater ones at once. Timers and elapsed times are the system's, whatever the clock says.
/// </summary>
/// <param name="system">The system's time.</param>
internal sealed class DisciplinedTime(TimeProvider system) : TimeProvider
{
    /// <summary>An offset from here on is made up for at once.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(128);

    /// <summary>How much faster or slower the clock goes while it makes up for an offset.</summary>
    private const double Slew = 500e-6;

    // Replaced as a whole: anybody reads it.
    private Anchor? _anchor;

    /// <summary>The time at a moment, and what is still to be made up for.</summary>
    private sealed record Anchor(DateTimeOffset Time, long Timestamp, TimeSpan Left);

    /// <inheritdoc/>
    public override long TimestampFrequency => system.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => system.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Volatile.Read(ref _anchor) is { } anchor ? At(anchor).Time : system.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp() => system.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => system.CreateTimer(callback, state, dueTime, period);

    /// <summary>The clock was measured to be behind by so much, or before where it is negative. Called by one at a time.</summary>
    public void Adjust(TimeSpan offset)
    {
        var timestamp = system.GetTimestamp();
        var now = GetUtcNow();
        Volatile.Write(ref _anchor, offset.Duration() >= Step ? new(now + offset, timestamp, TimeSpan.Zero) : new(now, timestamp, offset));
    }

    private (DateTimeOffset Time, TimeSpan Left) At(Anchor anchor)
    {
        var elapsed = system.GetElapsedTime(anchor.Timestamp);
        var most = elapsed * Slew;
        var made = anchor.Left.Duration() <= most ? anchor.Left : anchor.Left < TimeSpan.Zero ? -most : most;
        return (anchor.Time + elapsed + made, anchor.Left - made);
    }
}
