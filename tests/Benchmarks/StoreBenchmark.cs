using System.Diagnostics;
using DerAgent.Acsi;
using DerAgent.Mapping;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Benchmarks;

/// <summary>The store on disk, full and making room: how long commits take beside what the disk itself takes, how much they write, and how soon it is open again.</summary>
internal static class StoreBenchmark
{
    /// <summary>As many entries as 64 MB hold.</summary>
    private static readonly StorageOptions Options = new() { MaxEntries = 2_000_000 };

    private static readonly DataValue Status = DataValue.Structure(DataValue.Integer(1), Quality.Good.ToValue(), Timestamp.From(DateTimeOffset.UnixEpoch).ToValue());

    public static void Run(RatioTable table)
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-bench.").FullName;
        try
        {
            var sync = SyncTime(folder);
            table.Add("store: fdatasync of this disk, p99", sync, " ms", null, null);
            using (var store = SqliteStore.Open(folder, Options, TimeProvider.System))
            {
                var part = store.Part("AP1");
                var next = Fill(part);
                var full = Enumerable.Range(0, 200).Select(_ => Time(() => Commit(part, [.. Enumerable.Range(0, 500).Select(i => Append($"b{i % 4}", next++))]))).ToList();
                table.Add("store: commit of 500 entries, full and trimming, p99, beyond 2 fdatasync", Percentile(full) - (2 * sync), " ms", null, 50);
                var alone = Enumerable.Range(0, 500).Select(i => Time(() => Commit(part, [new(StateChangeKind.Put, "setting", Value: [(byte)i, (byte)(i >> 8)])]))).ToList();
                table.Add("store: one write, p99 / fdatasync p99", Percentile(alone) / sync, "", null, 3);
                var before = store.Meter.Octets;
                for (var i = 0; i < 10_000; i++)
                {
                    Commit(part, [Append("b0", next++), Append("b1", next++)]);
                }

                table.Add("store: written for a change a second into a block and a log, a day", (store.Meter.Octets - before) / 10_000.0 * 86_400 / 1e6, " MB", null, 500);
            }

            var opened = Stopwatch.GetTimestamp();
            using var again = SqliteStore.Open(folder, Options, TimeProvider.System);
            table.Add($"store: opening {new FileInfo(Path.Combine(folder, SqliteStore.FileName)).Length >> 20} MiB", Stopwatch.GetElapsedTime(opened).TotalMilliseconds, " ms", null, 1_000);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the disk takes for an fdatasync, p99 in ms.</summary>
    internal static double SyncTime(string folder) => Percentile(Sync(folder));

    /// <summary>Appends until something has to make room; the next id.</summary>
    internal static long Fill(IServerStore part)
    {
        long next = 1;
        while (Commit(part, [.. Enumerable.Range(0, 2_000).Select(i => Append($"b{i % 4}", next++))]).Evicted.Count == 0)
        {
        }

        return next;
    }

    private static StateChange Append(string block, long id) => new(
        StateChangeKind.Append, block, id, Entry: new ReportEntry(DateTimeOffset.UnixEpoch.AddSeconds(id), 6, [new ReportMember(3, Status, TriggerConditions.DataChange)], TriggerConditions.None));

    internal static CommitResult Commit(IServerStore part, IReadOnlyList<StateChange> changes)
    {
        // The loop of a server waits for nothing; here is none.
        var commit = part.CommitAsync(changes, CancellationToken.None).AsTask();
        commit.Wait();
        return commit.Result;
    }

    private static List<double> Sync(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, "sync"), FileMode.Create);
        var block = new byte[4096];
        return [.. Enumerable.Range(0, 500).Select(_ => Time(() =>
        {
            file.Write(block);
            file.Flush(flushToDisk: true);
        }))];
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    internal static double Percentile(List<double> times) => times.Order().ElementAt(times.Count * 99 / 100);
}
