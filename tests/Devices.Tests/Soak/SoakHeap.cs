namespace DerAgent.Devices.Tests.Soak;

/// <summary>What a soak of many days has on the heap.</summary>
internal static class SoakHeap
{
    /// <summary>What cannot be collected now.</summary>
    public static long Octets()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: false);
    }

    /// <summary>One look varies by some percent with what devices are doing: the first days against the last; few days say less.</summary>
    public static void HasNotGrown(IReadOnlyList<long> days, Action<string> tell)
    {
        if (days.Count == 0)
        {
            return;
        }

        var some = Math.Max(1, days.Count / 3);
        var (first, last) = (Median(days.Take(some)), Median(days.TakeLast(some)));
        tell($"heap {first / 1024} KiB in the first days, {last / 1024} KiB in the last");
        Assert.InRange(last, 0, days.Count < 29 ? first + (first / 10) : first + (first / 100));
    }

    private static long Median(IEnumerable<long> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}
