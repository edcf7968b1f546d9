using DerAgent.Devices.Tests.Soak;

namespace DerAgent.Agent.Tests.Soak;

/// <summary>
/// The whole agent over octets and stanzas in memory, in virtual time: a day with each run, more with SOAK_DAYS. The seed of a run that failed, given as SOAK_SEED, makes the same run again;
/// SOAK_TRACE=all tells what happened.
/// </summary>
public sealed class FailSafeSoakTests(ITestOutputHelper output)
{
    private const int Times = 10;

    [Fact]
    public async Task What_is_in_force_is_what_was_commanded_or_what_is_due_when_its_partner_is_gone()
    {
        var days = SoakSettings.Days;
        var seed = SoakSettings.Seed();
        output.WriteLine($"seed {seed}, {days} days");
        var run = new FailSafeSoak(seed) { Trace = SoakSettings.Traced is null ? null : output.WriteLine };
        await run.StartAsync();
        var heaps = new List<long>();
        var timers = 0;
        for (var day = 1; day <= days; day++)
        {
            await run.DayAsync(Times);
            Assert.True(run.Failures.Count == 0, string.Join('\n', run.Failures));
            timers = day == 1 ? run.Time.Timers : timers;
            if (days > 2 && day > 1)
            {
                heaps.Add(SoakHeap.Octets());
            }
        }

        // Everything happened, and was lived through; nothing has grown.
        var happened = run.Happened;
        output.WriteLine(string.Join(", ", happened.Select(h => $"{h.Key} {h.Value}")));
        foreach (var thing in SoakFault.All.Select(f => f.Name).Except(FailSafeSoak.Left).Concat(["clock", "disk full", "XMPP server gone"]))
        {
            Assert.True(happened.GetValueOrDefault(thing) >= (Times - 1) * days, $"seed {seed}: {thing} happened {happened.GetValueOrDefault(thing)} times");
        }

        foreach (var (thing, least) in (ReadOnlySpan<(string, int)>)[("agent killed", 3), ("agent restarted", 3), ("partner gone", 10), ("partner silent", 10), ("commands", 200), ("looks", 40_000)])
        {
            Assert.True(happened.GetValueOrDefault(thing) >= least * days, $"seed {seed}: {thing} happened {happened.GetValueOrDefault(thing)} times");
        }

        Assert.InRange(run.Time.Timers, 0, timers + 20);
        SoakHeap.HasNotGrown(heaps, output.WriteLine);
        await run.StopAsync();
    }
}
