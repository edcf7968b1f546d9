using System.Diagnostics;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Xmpp;

namespace DerAgent.Benchmarks;

/// <summary>A client's read of one attribute through the XMPP server, against a ping of the agent through the same stream.</summary>
internal static class ReadBenchmark
{
    public static async Task RunAsync(RatioTable table, BenchmarkLab lab)
    {
        await using var client = await lab.ConnectAsync();
        var name = ObjectName.In("PV1LD0", "LLN0$ST$Beh$stVal");
        var ping = "<ping xmlns=\"urn:xmpp:ping\"/>"u8.ToArray();
        const int rounds = 1_000;
        var (reads, pings) = (new double[rounds], new double[rounds]);
        for (var i = -200; i < rounds; i++)
        {
            var read = await TimeAsync(() => client.ReadAsync(name, CancellationToken.None));
            var pong = await TimeAsync(() => client.Connection.RequestAsync(Stanza.Iq("get", client.Connection.NewId(), Jid.Parse("pv1@localhost/IEC"), ping), TimeSpan.FromSeconds(10), CancellationToken.None));
            if (i >= 0)
            {
                (reads[i], pings[i]) = (read, pong);
            }
        }

        var (p50Read, p50Ping) = (RatioTable.Median(reads), RatioTable.Median(pings));
        table.Add($"read of one attribute ({p50Read:0.00} ms) / ping ({p50Ping:0.00} ms), p50", p50Read / p50Ping, "", 1.5, 1.2);
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
