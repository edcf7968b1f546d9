using DerAgent.Agent;
using DerAgent.Mms;
using DerAgent.Storage;

namespace DerAgent.Benchmarks;

/// <summary>A file of 10 MB is got, and the directory of a large model, while 1 000 changes a second are reported: what that costs the reports, and memory.</summary>
internal static class FileBenchmark
{
    private const int FileOctets = 10 << 20;
    private const int Members = 1_500;
    private const int Variables = 20_000;

    public static async Task RunAsync(RatioTable table)
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-bench.").FullName;
        try
        {
            using var store = SqliteStore.Open(folder, new() { IsSynchronous = false }, TimeProvider.System);
            var files = FolderStore.Open(folder, new());
            await File.WriteAllBytesAsync(Path.Combine(files.Root, "big.bin"), new byte[FileOctets]);
            await FileAsync(table, store, files);
            await DirectoryAsync(table, store);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FileAsync(RatioTable table, SqliteStore store, FolderStore files)
    {
        var worker = new FileWorker(files);
        using var stop = new CancellationTokenSource();
        var working = worker.RunAsync(stop.Token);
        await using (var server = new StoredServer(StoredServerBenchmark.Model(1), store.Part("file"), BesideReports.Measurements, worker))
        {
            await server.AssociateAsync("reader");
            await GetAsync(server);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var most = 0L;
            await GetAsync(server, () => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)));
            table.Add("file: memory held while 10 MB are got", (most - before) / 1e6, " MB", null, 1);
            var leaf = StoredServerBenchmark.Reported(server.Model.Node("PV1LD0", "GGIO1$MX")!);
            await new BesideReports(server, leaf).RunAsync(table, "file", "a file of 10 MB", () => GetAsync(server), 2);
        }

        await stop.CancelAsync();
        await working;
    }

    private static async Task DirectoryAsync(RatioTable table, SqliteStore store)
    {
        await using var server = new StoredServer(StoredServerBenchmark.Model(Members), store.Part("directory"), BesideReports.Measurements);
        await server.AssociateAsync("reader");
        var names = await NamesAsync(server);
        if (names < Variables)
        {
            throw new InvalidOperationException($"{names} variables are too few");
        }

        var leaf = StoredServerBenchmark.Reported(server.Model.Node("PV1LD0", "GGIO1$MX")!.Children[0]);
        await new BesideReports(server, leaf).RunAsync(table, "directory", $"that of {names} variables", () => NamesAsync(server), 2);
    }

    private static async Task GetAsync(StoredServer server, Action? each = null)
    {
        var opened = (FileOpenResponse)await AskAsync(server, new FileOpenRequest("big.bin", 0));
        var (octets, parts, more) = (0, 0, true);
        while (more)
        {
            var part = (FileReadResponse)await AskAsync(server, new FileReadRequest(opened.Frsm));
            (octets, more) = (octets + part.Data.Span.Length, part.MoreFollows);
            if (parts++ % 50 == 0)
            {
                each?.Invoke();
            }
        }

        await AskAsync(server, new FileCloseRequest(opened.Frsm));
        if (octets != FileOctets)
        {
            throw new InvalidOperationException("a file that is not whole");
        }
    }

    private static async Task<int> NamesAsync(StoredServer server)
    {
        var (count, request) = (0, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0"));
        while (true)
        {
            var page = (GetNameListResponse)await AskAsync(server, request);
            count += page.Identifiers.Count;
            if (!page.MoreFollows)
            {
                return count;
            }

            request = request with { ContinueAfter = page.Identifiers[^1] };
        }
    }

    /// <summary>Asks, and encodes the answer as it would leave.</summary>
    private static async Task<ServiceResponse> AskAsync(StoredServer server, ServiceRequest request)
    {
        var answer = await server.AskAsync("reader", request) as ConfirmedResponse ?? throw new InvalidOperationException($"{request} was refused");
        MmsCodec.ToArray(answer, MmsDialect.Ed2018);
        return answer.Service;
    }
}
