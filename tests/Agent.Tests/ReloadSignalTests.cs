using DerAgent.Agent.Hosting;

namespace DerAgent.Agent.Tests;

/// <summary>Who may ask for the configuration to be read again, and that several wishes are one.</summary>
public sealed class ReloadSignalTests
{
    [Fact]
    public async Task Only_the_service_control_128_asks_for_it()
    {
        using var signal = new ReloadSignal();
        var asked = signal.WaitAsync(TestContext.Current.CancellationToken);
        foreach (var other in new[] { 1, 4, 127, 129, 255 })
        {
            signal.TakeServiceControl(other);
        }

        Assert.False(asked.IsCompleted);
        signal.TakeServiceControl(128);
        Assert.Equal("service control", await asked);
    }

    [Fact]
    public async Task Wishes_that_come_together_are_one()
    {
        using var signal = new ReloadSignal();
        signal.Raise("first");
        signal.Raise("second");
        Assert.Equal("first", await signal.WaitAsync(TestContext.Current.CancellationToken));
        using var soon = new CancellationTokenSource();
        var next = signal.WaitAsync(soon.Token);
        Assert.False(next.IsCompleted);
        await soon.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }
}
