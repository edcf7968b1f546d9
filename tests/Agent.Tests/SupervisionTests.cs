using DerAgent.Agent.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>A part fails alone, and is tried again.</summary>
public sealed class SupervisionTests
{
    [Fact]
    public async Task A_part_that_ends_or_throws_is_started_again_until_it_is_stopped()
    {
        var time = new FakeTimeProvider();
        using var stop = new CancellationTokenSource();
        var starts = 0;
        var running = new Supervision(NullLogger.Instance, time).RunAsync(
            "part",
            cancel => ++starts switch
            {
                1 => throw new InvalidOperationException("at once"),
                2 => Task.FromException(new NotSupportedException("later")),
                3 => Task.CompletedTask,
                // Virtual time, and none of it passes: it waits for the end.
                _ => Task.Delay(Timeout.InfiniteTimeSpan, time, cancel),
            },
            stop.Token);
        for (var expected = 1; expected <= 4; expected++)
        {
            Assert.Equal(expected, starts);
            time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(4, starts);
        await stop.CancelAsync();
        await running;
    }
}
