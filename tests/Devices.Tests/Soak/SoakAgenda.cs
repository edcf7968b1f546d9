using DerAgent.Tests;

namespace DerAgent.Devices.Tests.Soak;

/// <summary>What is to happen, and when.</summary>
internal sealed class SoakAgenda(VirtualTime time)
{
    private readonly PriorityQueue<Func<Task>, (long At, long Order)> _events = new();
    private long _order;

    /// <summary>It happens after a time.</summary>
    public void At(TimeSpan after, Func<Task> what) => _events.Enqueue(what, ((time.Now + after).Ticks, _order++));

    /// <summary>It happens after a time.</summary>
    public void At(TimeSpan after, Action what) => At(after, () =>
    {
        what();
        return Task.CompletedTask;
    });

    /// <summary>Lets time pass; everything happens that is to.</summary>
    public async Task RunUntilAsync(TimeSpan until)
    {
        while (_events.TryPeek(out var what, out var when) && when.At <= until.Ticks)
        {
            _events.Dequeue();
            time.RunUntil(new(when.At));
            await what();
        }

        time.RunUntil(until);
    }
}
