using System.Diagnostics;
using DerAgent.Client;
using DerAgent.Integration.Tests;
using DerAgent.Mms;
using DerAgent.Xmpp;

namespace DerAgent.Benchmarks;

/// <summary>How long a partner waits for the agent after its server was away for 45 s, and after a line that swallows all. Real time is what it measures, and what it waits for.</summary>
internal static class RecoveryBenchmark
{
    private const int Labs = 4;
    private const int TrialsPerLab = 5;
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan BetweenTrials = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly ObjectName Name = ObjectName.In("PV1LD0", "LLN0$ST$Beh$stVal");

    public static async Task RunAsync(RatioTable table, string? native)
    {
        // They wait most of the time: side by side they do not disturb each other.
        var runs = await Task.WhenAll(Enumerable.Range(0, Labs).Select(i => RunLabAsync(native, i)));
        var back = runs.SelectMany(r => r.Back).ToList();
        table.Add($"served again after 45 s without a server, median of {back.Count}", RatioTable.Median(back), " s", 5, null);
        table.Add($"served again after 45 s without a server, longest of {back.Count}", back.Max(), " s", 60, null);
        table.Add($"a line that swallows all is noticed, longest of {Labs}", runs.Max(r => r.Noticed), " s", 45, null);
    }

    private static async Task<(List<double> Back, double Noticed)> RunLabAsync(string? native, int number)
    {
        await using var lab = await BenchmarkLab.StartAsync(native, isOnCable: true);
        await using var client = await lab.ConnectAsync();
        var back = new List<double>();
        for (var i = 0; i < TrialsPerLab; i++)
        {
            // Real time is what is measured here. Not all at the same moment of their keep-alive.
            await Task.Delay(BetweenTrials + TimeSpan.FromSeconds(number * 1.7));
            lab.Cable!.Mood = CableMood.Refuse;
            await Task.Delay(Outage);
            lab.Cable.Mood = CableMood.Whole;
            back.Add(await UntilServedAsync(client));
        }

        await Task.Delay(BetweenTrials);
        var (tried, since) = (lab.Cable!.Tried, Stopwatch.GetTimestamp());
        lab.Cable.Mood = CableMood.Hole;
        while (lab.Cable.Tried == tried)
        {
            await Task.Delay(Look);
        }

        return (back, Stopwatch.GetElapsedTime(since).TotalSeconds);
    }

    private static async Task<double> UntilServedAsync(AcsiClient client)
    {
        var since = Stopwatch.GetTimestamp();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            try
            {
                await client.ReadAsync(Name, limit.Token).WaitAsync(TimeSpan.FromSeconds(10), limit.Token);
                return Stopwatch.GetElapsedTime(since).TotalSeconds;
            }
            catch (Exception e) when (e is TimeoutException or XmppException or AcsiException)
            {
                await Task.Delay(Look, limit.Token);
            }
        }
    }
}
