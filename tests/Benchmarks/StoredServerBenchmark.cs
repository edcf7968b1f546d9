using System.Diagnostics;
using System.Globalization;
using System.Text;
using DerAgent.Acsi;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Storage;

namespace DerAgent.Benchmarks;

/// <summary>The server on its store: from a measurement to its report with a full store, a read beside another's commits, a large data set, a week, and the native program with 64 MB.</summary>
internal static class StoredServerBenchmark
{
    private const int Clients = 4;

    public static async Task RunAsync(RatioTable table, string? native)
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-bench.").FullName;
        try
        {
            var sync = StoreBenchmark.SyncTime(folder);
            using (var store = SqliteStore.Open(folder, new() { MaxEntries = 2_000_000 }, TimeProvider.System))
            {
                StoreBenchmark.Fill(store.Part("other"));
                await LoadAsync(table, store, "a member each, full store, 10 000 entries a second for 60 s", members: 1, perSecond: 2_500, seconds: 60, goal: 50, sync);
                await LoadAsync(table, store, "300 members, 1 000 changes a second, 4 clients", members: 300, perSecond: 1_000, seconds: 20, goal: null, sync);
                await ReadAsync(table, store);
            }

            Week(table);
            if (native is not null)
            {
                await NativeAsync(table, native);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Changes into the four instances of a buffered block, each enabled by a client.</summary>
    private static async Task LoadAsync(RatioTable table, SqliteStore store, string what, int members, int perSecond, int seconds, double? goal, double sync)
    {
        var model = Model(members);
        await using var server = new StoredServer(model, store.Part($"load{members}"), (perSecond * (seconds + 3)) + 1);
        for (var i = 1; i <= Clients; i++)
        {
            await server.AssociateAsync($"c{i}");
            await server.WriteAsync($"c{i}", $"LLN0$BR$brcbMeas0{i}$BufTm", DataValue.Unsigned(0));
            await server.WriteAsync($"c{i}", $"LLN0$BR$brcbMeas0{i}$RptEna", DataValue.Boolean(true));
        }

        var leaves = model.Node("PV1LD0", "GGIO1$MX")!.Children.Select(Reported).ToList();
        server.Measure(leaves, 1, perSecond * 3, perSecond);
        await server.TakeDelaysAsync();
        var (cpu, since) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        server.Measure(leaves, 1 + (perSecond * 3), perSecond * seconds, perSecond);
        var share = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / Stopwatch.GetElapsedTime(since).TotalSeconds;
        var sent = server.Reports;
        var delays = await server.TakeDelaysAsync();
        table.Add($"{what}: reports sent of those due", sent * 1.0 / (perSecond * (seconds + 3) * Clients), "", null, null);
        table.Add($"{what}: delay p99 beyond 2 fdatasync", StoreBenchmark.Percentile(delays) - (2 * sync), " ms", null, goal);
        table.Add($"{what}: share of one processor", share, "", null, null);
    }

    /// <summary>A read on an association with nothing pending, alone and beside another client's writes, in turns.</summary>
    private static async Task ReadAsync(RatioTable table, SqliteStore store)
    {
        await using var server = new StoredServer(Model(1), store.Part("read"), 1);
        await server.AssociateAsync("reader");
        await server.AssociateAsync("writer");
        var read = new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "LLN0$ST$Beh$stVal"))]));
        var (alone, beside, commits) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < 4_000; i++)
        {
            var since = Stopwatch.GetTimestamp();
            var write = i % 2 == 0 ? null : server.WriteAsync("writer", "MMXU1$CF$TotW$db", DataValue.Unsigned((ulong)i));
            var start = Stopwatch.GetTimestamp();
            await server.AskAsync("reader", read);
            (write is null ? alone : beside).Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (write is not null)
            {
                await write;
                commits.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
        }

        table.Add("store: a read while another's commit is under way, p50 / that commit's p50", RatioTable.Median(beside) / RatioTable.Median(commits), "", null, 0.25);
        table.Add("store: the same read, p50 beside a commit / alone", RatioTable.Median(beside) / RatioTable.Median(alone), "", null, null);
    }

    /// <summary>A change a second for a week, in virtual time, into a block that is enabled and three that are not, on a store that stays small.</summary>
    private static void Week(RatioTable table)
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-bench.").FullName;
        var time = new VirtualTime(DateTimeOffset.UnixEpoch.AddYears(56));
        using (var store = SqliteStore.Open(folder, new() { MaxOctets = 8 << 20, IsSynchronous = false }, time))
        {
            var model = Model(1);
            var part = store.Part("AP1");
            var server = new AcsiServer(model, new(new NoOutput(), part, new Security.Authority(), new Agent.XerMeasure()), new(), time);
            var outbox = new Outbox(server, new(), time);
            var pump = new ServerPump(server, outbox, changes => StoreBenchmark.Commit(part, changes));
            var key = new AssociationKey("x", "a@b/c", "1");
            server.Associate(new(key, new("a@b", (Right)(-1), ["*"])), new InitiateRequest());
            var enable = new WriteRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "LLN0$BR$brcbMeas01$RptEna"))]), [DataValue.Boolean(true)]);
            server.Handle(server.Find(key)!, "id", new ConfirmedRequest(1, enable));
            var leaf = Reported(model.Node("PV1LD0", "GGIO1$MX")!);
            long day = 0, rows = 0;
            for (var second = 1; second <= 7 * 86_400; second++)
            {
                time.Now = time.Now.AddSeconds(1);
                server.Heard(server.Find(key)!);
                server.Update([new ProcessValue(leaf.FirstSlot, DataValue.Float32(second), Quality.Good, time.Now)]);
                pump.Run();
                outbox.Tick();
                pump.Run();
                if (second == 86_400)
                {
                    (day, rows) = (GC.GetTotalMemory(forceFullCollection: true), new FileInfo(Path.Combine(folder, SqliteStore.FileName)).Length);
                }
            }

            table.Add(string.Create(CultureInfo.InvariantCulture, $"store: memory after a simulated week ({pump.Reports} reports) / after its first day"), GC.GetTotalMemory(forceFullCollection: true) / (double)day, "", 1.1, 1.02);
            table.Add("store: the file after that week / after its first day", new FileInfo(Path.Combine(folder, SqliteStore.FileName)).Length / (double)rows, "", 1.1, 1.02);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The value below a node whose changes are reported.</summary>
    internal static DataNode Reported(DataNode node) => node.Leaves().First(l => l.Type.Basic == BasicType.Float && l.Triggers.HasFlag(TriggerConditions.DataChange));

    /// <summary>The native program on a full store, all blocks enabled by four clients.</summary>
    private static async Task NativeAsync(RatioTable table, string native)
    {
        var (served, stored) = (0.0, 0L);
        await using var lab = await BenchmarkLab.StartAsync(native, isOnCable: false, folder =>
        {
            var model = SclLoader.Load(Path.Combine(folder, "bench.cid")).Model!;
            using (var store = SqliteStore.Open(folder, new(), TimeProvider.System))
            {
                Fill(model, store);
            }

            stored = new FileInfo(Path.Combine(folder, SqliteStore.FileName)).Length;
            var since = Stopwatch.GetTimestamp();
            return line =>
            {
                served = served == 0 && line.Contains(" Serving ", StringComparison.Ordinal) ? Stopwatch.GetElapsedTime(since).TotalSeconds : served;
            };
        });
        var clients = new List<AcsiClient>();
        for (var i = 1; i <= Clients; i++)
        {
            var client = await lab.ConnectAsync($"bench{i}");
            clients.Add(client);
            foreach (var block in (string[])["BR$brcbStatus0", "BR$brcbEnergy0", "BR$brcbMeas0", "RP$urcbMeas0"])
            {
                var name = $"LLN0${block}{i}";
                if (block[0] == 'B')
                {
                    await Set(client, name + "$EntryID", await client.ReadAsync(ObjectName.In("PV1LD0", name + "$EntryID"), CancellationToken.None));
                }

                await Set(client, name + "$RptEna", DataValue.Boolean(true));
                await Set(client, name + "$GI", DataValue.Boolean(true));
            }
        }

        // The program's memory is that of real time: what enabling took is let go of by then.
        await Task.Delay(TimeSpan.FromSeconds(5));
        lab.Agent.Refresh();
        table.Add(string.Create(CultureInfo.InvariantCulture, $"native program: start to serving, {stored >> 20} MiB stored"), served, " s", null, 1);
        table.Add(string.Create(CultureInfo.InvariantCulture, $"native program: resident, {stored >> 20} MiB stored, {Clients} clients, all blocks enabled"), lab.Agent.WorkingSet64 / 1048576.0, " MB", null, 45);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    private static async Task Set(AcsiClient client, string item, DataValue value)
    {
        if (await client.WriteAsync(ObjectName.In("PV1LD0", item), value, CancellationToken.None) is { } failure)
        {
            throw new InvalidOperationException($"{item}: {failure}");
        }
    }

    /// <summary>Measures until something had to make room.</summary>
    private static void Fill(IedModel model, SqliteStore store)
    {
        var part = store.Part(model.AccessPoint);
        var time = new VirtualTime(DateTimeOffset.UtcNow.AddDays(-30));
        var server = new AcsiServer(model, new(new NoOutput(), part, new Security.Authority(), new Agent.XerMeasure()), new(), time);
        var outbox = new Outbox(server, new() { LazyInterval = TimeSpan.FromMinutes(1), MaxGathered = 4_000 }, time);
        var gone = false;
        var pump = new ServerPump(server, outbox, changes =>
        {
            var result = StoreBenchmark.Commit(part, changes);
            gone |= result.Evicted.Count > 0;
            return result;
        });
        var leaves = new[] { "TotW", "TotVAr", "TotPF", "Hz", "PhV$phsA", "PhV$phsB", "PhV$phsC", "A$phsA", "A$phsB", "A$phsC" }
            .Select(n => model.Node("PV1LD0", "MMXU1$MX$" + n)).OfType<DataNode>().Select(Reported).ToList();
        for (var i = 1; !gone; i++)
        {
            time.Now = time.Now.AddSeconds(1);
            server.Update([.. leaves.Select(l => new ProcessValue(l.FirstSlot, DataValue.Float32(i), Quality.Good, time.Now))]);
            outbox.Tick();
            pump.Run();
        }
    }

    /// <summary>The shipped inverter whose measurements are so many analogue inputs.</summary>
    internal static IedModel Model(int members)
    {
        var scl = File.ReadAllText(Path.Combine(BenchmarkLab.Root, "scl", "pv-inverter.cid"));
        var set = scl.IndexOf("<DataSet name=\"Measurements\"", StringComparison.Ordinal);
        set = scl.IndexOf('>', set) + 1;
        var end = scl.IndexOf("</DataSet>", set, StringComparison.Ordinal);
        var inputs = Enumerable.Range(1, members).ToList();
        scl = scl[..set] + string.Concat(inputs.Select(i => $"<FCDA ldInst=\"LD0\" lnClass=\"GGIO\" lnInst=\"1\" doName=\"AnIn{i}\" fc=\"MX\"/>")) + scl[end..];
        scl = scl.Replace("</LDevice>", "<LN lnClass=\"GGIO\" inst=\"1\" lnType=\"GGIO\"/></LDevice>", StringComparison.Ordinal);
        scl = scl.Insert(scl.IndexOf("<LNodeType", StringComparison.Ordinal), $"<LNodeType id=\"GGIO\" lnClass=\"GGIO\"><DO name=\"Beh\" type=\"ENS_Beh\"/>{string.Concat(inputs.Select(i => $"<DO name=\"AnIn{i}\" type=\"MV\"/>"))}</LNodeType>");
        return SclLoader.Load(new MemoryStream(Encoding.UTF8.GetBytes(scl)), "bench.cid").Model ?? throw new InvalidOperationException("the model of the benchmark does not load");
    }

    /// <summary>A clock that is moved by hand.</summary>
    private sealed class VirtualTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
