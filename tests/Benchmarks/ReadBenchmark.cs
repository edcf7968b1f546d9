using System.Diagnostics;
using System.Text;
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

        // XMPP servers take their time for each element they pass on; a ping with as many as the request shows what is left for us.
        var shaped = Encoding.UTF8.GetBytes("<ping xmlns=\"urn:xmpp:ping\">" + string.Concat(Enumerable.Repeat("<a>", 14)) + "PV1LD0" + string.Concat(Enumerable.Repeat("</a>", 14)) + "</ping>");
        const int rounds = 1_000;
        var (reads, pings, shapedPings) = (new double[rounds], new double[rounds], new double[rounds]);
        for (var i = -200; i < rounds; i++)
        {
            var read = await TimeAsync(() => client.ReadAsync(name, CancellationToken.None));
            var pong = await PingAsync(client, ping);
            var shapedPong = await PingAsync(client, shaped);
            if (i >= 0)
            {
                (reads[i], pings[i], shapedPings[i]) = (read, pong, shapedPong);
            }
        }

        var (p50Read, p50Ping, p50Shaped) = (RatioTable.Median(reads), RatioTable.Median(pings), RatioTable.Median(shapedPings));
        table.Add($"read of one attribute ({p50Read:0.00} ms) / ping ({p50Ping:0.00} ms), p50", p50Read / p50Ping, "", 1.5, 1.2);
        table.Add($"the same / ping with as many elements ({p50Shaped:0.00} ms), p50", p50Read / p50Shaped, "", null, null);
    }

    private static Task<double> PingAsync(AcsiClient client, byte[] payload) =>
        TimeAsync(() => client.Connection.RequestAsync(Stanza.Iq("get", client.Connection.NewId(), Jid.Parse("pv1@localhost/IEC"), payload), TimeSpan.FromSeconds(10), CancellationToken.None));

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
