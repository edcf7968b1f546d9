using DerAgent.Acsi;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Benchmarks;

/// <summary>A log of 10 000 entries is queried every second while 1 000 changes a second are reported: what that costs the reports, in turns with the same load alone.</summary>
internal static class LogBenchmark
{
    private const int Entries = 10_000;
    private const int PerSecond = 1_000;
    private const int Seconds = 5;
    private const int Turns = 6;
    private static readonly ObjectName Log = ObjectName.In("PV1LD0", "LLN0$GeneralLog");

    public static async Task RunAsync(RatioTable table)
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-bench.").FullName;
        try
        {
            // A disk that stalls does so beside a query or not: it is left out.
            using var store = SqliteStore.Open(folder, new() { IsSynchronous = false }, TimeProvider.System);
            var part = store.Part("AP1");
            Fill(part);
            await using var server = new StoredServer(StoredServerBenchmark.Model(1), part, (PerSecond * Seconds * ((2 * Turns) + 1)) + 1);
            await server.AssociateAsync("reporter");
            await server.AssociateAsync("reader");
            await server.WriteAsync("reporter", "LLN0$BR$brcbMeas01$BufTm", DataValue.Unsigned(0));
            await server.WriteAsync("reporter", "LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true));
            var leaves = new[] { StoredServerBenchmark.Reported(server.Model.Node("PV1LD0", "GGIO1$MX")!) };
            var (first, queries) = (1, 0);
            async Task<List<double>> LoadAsync(bool isQueried)
            {
                using var isOver = new CancellationTokenSource();
                var reading = isQueried ? QueryAgainAsync(server, () => queries++, isOver.Token) : Task.CompletedTask;
                server.Measure(leaves, first, PerSecond * Seconds, PerSecond);
                first += PerSecond * Seconds;
                await isOver.CancelAsync();
                await reading;
                return await server.TakeDelaysAsync();
            }

            // What is new is compiled and cached.
            await LoadAsync(isQueried: true);
            queries = 0;
            var (alone, beside) = (new List<double>(), new List<double>());
            for (var i = 0; i < Turns; i++)
            {
                alone.AddRange(await LoadAsync(isQueried: false));
                beside.AddRange(await LoadAsync(isQueried: true));
            }

            table.Add($"log: reports' delay p99 beside queries of {Entries} entries / alone, {PerSecond} changes a second", StoreBenchmark.Percentile(beside) / StoreBenchmark.Percentile(alone), "", null, 2);
            table.Add("log: delay p99 alone", StoreBenchmark.Percentile(alone), " ms", null, null);
            table.Add("log: the same, p50", RatioTable.Median(beside) / RatioTable.Median(alone), "", null, null);
            table.Add("log: whole queries", queries, "", null, null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A query begins every second.</summary>
    private static async Task QueryAgainAsync(StoredServer server, Action done, CancellationToken isOver)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            if (await QueryAsync(server) != Entries)
            {
                throw new InvalidOperationException("a query that is not whole");
            }

            done();
        }
        while (!isOver.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
    }

    /// <summary>Reads the whole log, and encodes each page as it would leave.</summary>
    private static async Task<int> QueryAsync(StoredServer server)
    {
        var (count, request) = (0, new ReadJournalRequest(Log));
        while (true)
        {
            var answer = (ConfirmedResponse)await server.AskAsync("reader", request);
            MmsCodec.ToArray(answer, MmsDialect.Ed2018);
            var page = (ReadJournalResponse)answer.Service;
            count += page.Entries.Count;
            if (!page.MoreFollows)
            {
                return count;
            }

            request = request with { StartAfter = new(page.Entries[^1].Time, page.Entries[^1].Id) };
        }
    }

    private static void Fill(IServerStore part)
    {
        var status = DataValue.Structure(DataValue.Integer(1), Quality.Good.ToValue(), Timestamp.From(DateTimeOffset.UtcNow).ToValue());
        for (var i = 0; i < Entries; i += 500)
        {
            StoreBenchmark.Commit(part, [.. Enumerable.Range(i + 1, 500).Select(n => new StateChange(
                StateChangeKind.Append, Journal.Prefix + Log, n, Entry: new LogEntry(DateTimeOffset.UtcNow.AddDays(-1).AddSeconds(n), [new("PV1LD0/DGEN1$ST$DEROpSt", status, (int)TriggerConditions.DataChange)])))]);
        }
    }
}
