using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>A clock that somebody sets, while the time that passes is the same.</summary>
internal sealed class StepClock(FakeTimeProvider inner) : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
}
