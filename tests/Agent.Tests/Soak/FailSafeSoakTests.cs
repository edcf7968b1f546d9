using System.Globalization;

namespace DerAgent.Agent.Tests.Soak;

/// <summary>
/// The whole agent over octets and stanzas in memory, in virtual time: a day with each run, more with SOAK_DAYS. The seed of a run that failed, given as SOAK_SEED, makes the same run again;
/// SOAK_TRACE=all tells what happened.
/// </summary>
public sealed class FailSafeSoakTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_is_in_force_is_what_was_commanded_or_what_is_due_when_its_partner_is_gone()
    {
        var days = Number("SOAK_DAYS") ?? 1;
        var seed = Number("SOAK_SEED") ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}, {days} days");
        var run = new FailSafeSoak(seed) { Trace = Environment.GetEnvironmentVariable("SOAK_TRACE") is { Length: > 0 } ? output.WriteLine : null };
        await run.StartAsync();
        for (var day = 1; day <= days; day++)
        {
            await run.DayAsync(10);
            Assert.True(run.Failures.Count == 0, string.Join('\n', run.Failures));
        }

        output.WriteLine(string.Join(", ", run.Happened.Select(h => $"{h.Key} {h.Value}")));
        await run.StopAsync();
    }

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
