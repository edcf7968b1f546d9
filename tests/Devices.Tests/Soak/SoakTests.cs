namespace DerAgent.Devices.Tests.Soak;

/// <summary>
/// The real line, framing, planner, writer and points in force over octets in memory, in virtual time: a day with each run, more with SOAK_DAYS. The seed of a run that failed, given as SOAK_SEED,
/// makes the same run again; SOAK_TRACE=d4 tells what happened to that device.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Times = 21;

    [Fact]
    public async Task After_each_fault_all_is_well_again_within_its_bound()
    {
        var days = SoakSettings.Days;
        var seed = SoakSettings.Seed();
        output.WriteLine($"seed {seed}, {days} days");

        // Many days are made of slower polls.
        var run = new SoakRun(seed, days == 1 ? new() : new() { Fast = TimeSpan.FromSeconds(10), Normal = TimeSpan.FromSeconds(30) }, new(new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero)))
        {
            Trace = SoakSettings.Traced is { } traced ? (traced, output.WriteLine) : null,
        };
        await run.StartAsync();
        var (timers, waiting) = (0, 0);
        var heaps = new List<long>();
        for (var day = 1; day <= days; day++)
        {
            await run.DayAsync(Times);
            Assert.True(run.Failures.Count == 0, string.Join('\n', run.Failures));
            if (day == 1)
            {
                (timers, waiting) = (run.Time.Timers, run.Waiting);
            }

            if (days > 2 && day > 1)
            {
                heaps.Add(SoakHeap.Octets());
                output.WriteLine($"day {day}: heap {heaps[^1] / 1024} KiB");
            }
        }

        // Everything happened, and was lived through; what was due was done; nothing has grown.
        foreach (var fault in SoakFault.All.Select(f => f.Name).Concat(["agent restarted", "clock", "partner gone"]))
        {
            Assert.True(run.Happened.GetValueOrDefault(fault) >= 20 * days, $"seed {seed}: {fault} happened {run.Happened.GetValueOrDefault(fault)} times");
        }

        Assert.True(run.Happened.GetValueOrDefault("plant commanded") > 30 * days, $"seed {seed}: the plant was commanded {run.Happened.GetValueOrDefault("plant commanded")} times");
        Assert.True(run.Commands > 100 * days, $"seed {seed}: {run.Commands} commands took hold");
        var (done, due) = (run.Devices.Sum(d => d.PollsDone), run.Devices.Sum(d => d.PollsDue));
        output.WriteLine($"{run.Commands} commands, {done} polls of {due:0} due, {run.Time.Timers} timers, {run.Waiting} waiting");
        Assert.InRange(done, due * 0.999, due * 1.001);
        Assert.InRange(run.Time.Timers, 0, timers + 2);
        Assert.InRange(run.Waiting, 0, waiting + 2);
        SoakHeap.HasNotGrown(heaps, output.WriteLine);
        await run.StopAsync();
    }
}
