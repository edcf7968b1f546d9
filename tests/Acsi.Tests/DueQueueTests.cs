namespace DerAgent.Acsi.Tests;

/// <summary>What is due first.</summary>
public sealed class DueQueueTests
{
    [Theory] // whatever is set and taken out in whatever order
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_first_is_always_the_least_of_all(int seed)
    {
        var random = new Random(seed);
        var queue = new DueQueue(40);
        var dues = new DateTimeOffset?[40];
        for (var i = 0; i < 5_000; i++)
        {
            var thing = random.Next(40);
            dues[thing] = random.Next(3) == 0 ? null : DateTimeOffset.UnixEpoch.AddSeconds(random.Next(50));
            queue.Set(thing, dues[thing]);
            Assert.Equal(dues.Min(), queue.First);
            var now = DateTimeOffset.UnixEpoch.AddSeconds(random.Next(50));
            Assert.Equal(dues.Min() <= now, queue.DueBy(now) is { } due && dues[due] == dues.Min());
        }
    }
}
