using System.Globalization;

namespace DerAgent.Integration.Tests.Soak;

/// <summary>
/// Random faults for a while: of three partners' reports and commands nothing is lost and nothing doubled, and the memory stays flat. A minute each in the ordinary
/// run; <c>tests/soak.sh</c> runs it for as long as one likes.
/// </summary>
public sealed class SoakTests
{
    /// <summary>What nobody sends may make the agent hold more than that above its idle size (MB).</summary>
    private const double MostMemory = 64;

    /// <summary>After a fault that is over a partner is served again within that time (s): the pause between two attempts is 10 s at most in the first 5 minutes, a dead line is noticed within 45 s.</summary>
    private const double LongestRecovery = 60;

    /// <summary>The ordinary run has the same faults each time; chance is for <c>tests/soak.sh</c>.</summary>
    private const int OrdinarySeed = 1;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(100);

    public static TheoryData<bool> Servers => Environment.GetEnvironmentVariable("SOAK_SERVER") switch { "prosody" => [false], "ejabberd" => [true], _ => [false, true] };

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Nothing_is_lost_and_nothing_doubled(bool isEjabberd)
    {
        var cancel = TestContext.Current.CancellationToken;
        var seconds = int.TryParse(Environment.GetEnvironmentVariable("SOAK_SECONDS"), CultureInfo.InvariantCulture, out var given) ? given : 60;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SOAK_SEED"), CultureInfo.InvariantCulture, out var wanted) ? wanted : OrdinarySeed;
        var native = Environment.GetEnvironmentVariable("DER_AGENT_NATIVE") is { } program && File.Exists(program) ? program : null;
        var server = isEjabberd ? "ejabberd" : "Prosody";
        Say($"soak of {seconds} s on {server}, {(native is null ? "managed" : "native")} agent, SOAK_SEED={seed}");

        await using var site = await SoakSite.StartAsync(isEjabberd, native, TimeSpan.FromSeconds(1.5));
        await using FaultyCable first = new(site.Xmpp.Port), second = new(site.Xmpp.Port), third = new(site.Xmpp.Port);
        var commander = new Commander(site, first, TimeSpan.FromSeconds(0.7));
        Reporter[] reporters = [new(site, "view", 1, second), new(site, "vpp", 2, third)];
        var prober = new Prober(site);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var stopCommands = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] running = [.. reporters.Select(r => r.RunAsync(stop.Token)), prober.RunAsync(stop.Token)];
        var commanding = commander.RunAsync(stopCommands.Token);
        await UntilAsync(() => reporters.All(r => r.Values.Count > 1) && commander.Told.Values.Contains("done", StringComparer.Ordinal) && prober.Served > 0, "the partners are not served at all", cancel);

        await using var memory = new MemorySampler(site.Agent.Id);
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
        var idle = MemorySampler.Median(memory.Samples);
        var faults = new SoakFaults(site, [commander, .. reporters], prober, new Random(seed), TimeSpan.FromSeconds(Math.Clamp(seconds / 6.0, 4, 50)));
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began).TotalSeconds < seconds)
        {
            await faults.NextAsync(cancel);
        }

        // All faults are over: the last command ends, and the last report comes.
        await stopCommands.CancelAsync();
        await commanding;
        site.Device.IsCounting = false;
        var failed = await UntilAsync(() => site.Device.IsRead && reporters.All(r => r.Values.Count > 0 && r.Values[^1] == site.Device.Counter), null, cancel);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        var report = Report(server, seed, commander, reporters, prober, faults, memory.Samples, idle, site);
        Say(report);
        Assert.True(failed is null && Verdict(commander, reporters, faults, memory.Samples, idle, native is not null, site) is var verdict && verdict.Count == 0, $"{report}\n{failed}{string.Join('\n', Verdict(commander, reporters, faults, memory.Samples, idle, native is not null, site))}");
    }

    [Theory] // another line takes the session over while commands are under way
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fifty_Operates_across_renewals_are_executed_once_each(bool isEjabberd)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var site = await SoakSite.StartAsync(isEjabberd, native: null, TimeSpan.FromSeconds(1));
        var commander = new Commander(site, null, TimeSpan.Zero) { Most = 50 };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = commander.RunAsync(stop.Token);
        for (var swap = 1; commander.Told.Count(t => t.Value != "unknown") < 50; swap++)
        {
            await site.RenewAsync();
            await site.Agent.LineAsync("trust anchors are in use", swap);
        }

        await stop.CancelAsync();
        await running;
        Assert.All(commander.Told, t => Assert.Equal("done", t.Value));
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (ushort)i), site.Device.Written);
        Assert.Equal(1, commander.Associations);
    }

    private static List<string> Verdict(Commander commander, Reporter[] reporters, SoakFaults faults, IReadOnlyList<double> memory, double idle, bool isNative, SoakSite site)
    {
        var wrong = new List<string>();
        var expected = Enumerable.Range(1, (int)site.Device.Counter).Select(i => (uint)i).ToList();
        foreach (var reporter in reporters)
        {
            // The first values may have come before the block was enabled; it buffers from the start.
            var missing = expected.Except(reporter.Values).ToList();
            wrong.AddRange(missing.Count > 0 ? [$"{missing.Count} reports lost: {string.Join(", ", missing.Take(20))}"] : []);
            wrong.AddRange(reporter.Values.Count != reporter.Values.Distinct().Count() ? ["reports doubled"] : []);
            wrong.AddRange(!reporter.Values.SequenceEqual(reporter.Values.Order()) ? ["reports out of order"] : []);
            wrong.AddRange(reporter.Overflows > 0 ? [$"{reporter.Overflows} reports told of a loss"] : []);
        }

        var written = site.Device.Written.CountBy(v => v).ToDictionary(v => v.Key, v => v.Value);
        wrong.AddRange(written.Where(w => w.Value > 1).Select(w => $"command {w.Key} was executed {w.Value} times"));
        wrong.AddRange(commander.Told.Where(t => t.Value == "done" && !written.ContainsKey(t.Key)).Select(t => $"command {t.Key} was said done and not executed"));
        wrong.AddRange(commander.Told.Where(t => t.Value == "refused" && written.ContainsKey(t.Key)).Select(t => $"command {t.Key} was refused and executed"));
        wrong.AddRange(written.Keys.Where(v => !commander.Told.ContainsKey(v)).Select(v => $"{v} was executed and never commanded"));
        wrong.AddRange(faults.Recovered.SelectMany(f => f.Value.Where(t => t > LongestRecovery).Select(t => $"served again {t:0.0} s after \"{f.Key}\"")));
        if (isNative)
        {
            wrong.AddRange(memory.Max() - idle > MostMemory ? [$"{memory.Max() - idle:0} MB above the idle size"] : []);
            var (early, late) = (MemorySampler.Median(memory.Take(memory.Count / 4)), MemorySampler.Median(memory.Skip(memory.Count * 3 / 4)));
            wrong.AddRange(late - early > 16 ? [$"the memory grows: {early:0} MB, then {late:0} MB"] : []);
        }

        return wrong;
    }

    private static string Report(string server, int seed, Commander commander, Reporter[] reporters, Prober prober, SoakFaults faults, IReadOnlyList<double> memory, double idle, SoakSite site)
    {
        var lines = new List<string> { $"soak on {server}, SOAK_SEED={seed}", "  fault                                  times   served again after (s): median     most" };
        lines.AddRange(faults.Recovered.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => string.Create(CultureInfo.InvariantCulture, $"  {f.Key,-38} {f.Value.Count,5} {(f.Key == SoakFaults.Crash ? "" : $"{MemorySampler.Median(f.Value):0.0}"),31} {(f.Key == SoakFaults.Crash ? "" : $"{f.Value.Max():0.0}"),8}")));
        lines.Add($"  commands: {string.Join(", ", commander.Told.CountBy(t => t.Value).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Value} {t.Key}"))}; executed {site.Device.Written.Count}, more than once {site.Device.Written.CountBy(v => v).Count(v => v.Value > 1)}");
        lines.AddRange(reporters.Select((r, i) => $"  reports of partner {i + 2}: {r.Values.Count} of {site.Device.Counter}, {r.Values.Distinct().Count()} different, sent again as before {r.Doubled}, losses told {r.Overflows}, associations {r.Associations}"));
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"  reads {prober.Reads}, the longest while strangers flooded {faults.LongestInFlood:0.00} s"));
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"  memory: idle {idle:0} MB, most {memory.Max():0} MB, quarter by quarter {string.Join(", ", Enumerable.Range(0, 4).Select(q => $"{MemorySampler.Median(memory.Skip(q * memory.Count / 4).Take(memory.Count / 4)):0}"))} MB ({memory.Count} samples)"));
        lines.AddRange(new SoakPartner[] { commander, reporters[0], reporters[1], prober }.SelectMany(p => p.Failures.Select(f => $"    {p.GetType().Name}: {f.Value} x {f.Key}")));
        return string.Join('\n', lines);
    }

    private static async Task<string?> UntilAsync(Func<bool> holds, string? orElse, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!holds())
        {
            await timer.WaitForNextTickAsync(cancel);
            if (TimeProvider.System.GetElapsedTime(began) > Settle)
            {
                return orElse is null ? $"after {Settle.TotalSeconds} s of quiet not all reports were there\n" : throw new TimeoutException(orElse);
            }
        }

        return null;
    }

    /// <summary>Seen while it runs, too.</summary>
    private static void Say(string text)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        if (Environment.GetEnvironmentVariable("SOAK_SECONDS") is not null)
        {
            Console.WriteLine(text);
        }
    }
}
