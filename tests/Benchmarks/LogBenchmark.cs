using DerAgent.Acsi;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Benchmarks;

/// <summary>A log of 10 000 entries is queried every second while 1 000 changes a second are reported: what that costs the reports, in turns with the same load alone.</summary>
internal static class LogBenchmark
{
    private const int Entries = 10_000;
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
            await using var server = new StoredServer(StoredServerBenchmark.Model(1), part, BesideReports.Measurements);
            await server.AssociateAsync("reader");
            var leaf = StoredServerBenchmark.Reported(server.Model.Node("PV1LD0", "GGIO1$MX")!);
            await new BesideReports(server, leaf).RunAsync(table, "log", $"queries of {Entries} entries", () => QueryAsync(server), 2);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Reads the whole log, and encodes each page as it would leave.</summary>
    private static async Task QueryAsync(StoredServer server)
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
                break;
            }

            request = request with { StartAfter = new(page.Entries[^1].Time, page.Entries[^1].Id) };
        }

        if (count != Entries)
        {
            throw new InvalidOperationException("a query that is not whole");
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
