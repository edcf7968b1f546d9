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
        Func<Task<double>>[] kinds =
        [
            () => TimeAsync(() => client.ReadAsync(name, CancellationToken.None)),
            () => PingAsync(client, ping),
            () => PingAsync(client, shaped),
        ];

        // In random order: the server acknowledges one exchange while the next is under way, and that must fall on all alike.
        var random = new Random(1);
        var times = kinds.Select(_ => new List<double>()).ToArray();
        for (var i = -9_000; i < 6_000; i++)
        {
            var kind = random.Next(kinds.Length);
            var time = await kinds[kind]();
            if (i >= 0)
            {
                times[kind].Add(time);
            }
        }

        var (p50Read, p50Ping, p50Shaped) = (RatioTable.Median(times[0]), RatioTable.Median(times[1]), RatioTable.Median(times[2]));
        table.Add($"read of one attribute ({p50Read:0.00} ms) / ping ({p50Ping:0.00} ms), p50", p50Read / p50Ping, "", 1.5, 1.2);
        var p98 = times[0].Order().ElementAt(times[0].Count * 98 / 100);
        table.Add($"one read in fifty takes longer than ({p98:0.00} ms) / ping, p50", p98 / p50Ping, "", null, 10);
        table.Add($"read of one attribute / ping with as many elements ({p50Shaped:0.00} ms), p50", p50Read / p50Shaped, "", null, null);
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
