using System.Buffers;
using DerAgent.Acsi;
using DerAgent.Agent;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Security;
using DerAgent.Storage;

namespace DerAgent.Benchmarks;

/// <summary>What the way of a value and of a request allocates: an update whose value is unchanged, one that a buffered and an unbuffered block report, the next due moment, a read.</summary>
internal static class ServerBenchmark
{
    public static void Run(RatioTable table)
    {
        var model = SclLoader.Load(Path.Combine(BenchmarkLab.Root, "scl", "pv-inverter.cid")).Model!;
        var store = new MemoryStore();
        var server = new AcsiServer(model, new(new NoOutput(), store, new Authority(), new XerMeasure()), new AcsiOptions(), TimeProvider.System);
        var outbox = new Outbox(server, new() { CommitInterval = TimeSpan.Zero, LazyInterval = TimeSpan.Zero }, TimeProvider.System);
        var pump = new ServerPump(server, outbox, changes => Commit(store, changes));
        var key = new AssociationKey("x", "a@b/c", "1");
        server.Associate(new(key, new("a@b", Right.View | Right.Read | Right.Reporting, [])), new InitiateRequest());
        var peer = server.Find(key)!;
        var request = MmsCodec.ToArray(new ConfirmedRequest(1, new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "MMXU1$MX$TotW$mag$f"))]))), MmsDialect.Tr2015);
        var output = new ArrayBufferWriter<byte>(1024);
        Add(table, "allocated for one read request on the agent", _ =>
        {
            server.Handle(peer, "id", MmsCodec.Read(request).Pdu!);
            output.ResetWrittenCount();
            MmsCodec.Write(output, ((AcsiEffect.Respond)pump.Run()!).Pdu, MmsDialect.Tr2015);
        });
        var decoded = MmsCodec.Read(request).Pdu!;
        Add(table, "of that in the server", _ =>
        {
            server.Handle(peer, "id", decoded);
            pump.Run();
        }, 600);
        AddUpdates(table, server, pump, peer, model);
    }

    private static CommitResult Commit(MemoryStore store, IReadOnlyList<StateChange> changes)
    {
        var commit = store.CommitAsync(changes, CancellationToken.None);
        return commit.IsCompletedSuccessfully ? commit.Result : throw new InvalidOperationException("a store in memory commits at once");
    }

    private static void AddUpdates(RatioTable table, AcsiServer server, ServerPump pump, Association peer, IedModel model)
    {
        foreach (var block in (string[])["LLN0$BR$brcbMeas01", "LLN0$RP$urcbMeas01"])
        {
            var enable = new WriteRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", block + "$RptEna"))]), [DataValue.Boolean(block.Contains("$RP$", StringComparison.Ordinal))]);
            server.Handle(peer, "id", new ConfirmedRequest(2, enable));
            pump.Run();
        }

        var node = model.Node("PV1LD0", "MMXU1$MX$TotW$mag$f")!;
        var batch = new ProcessValue[1];
        var now = DateTimeOffset.UtcNow;
        Add(table, "allocated for an update, value unchanged", _ =>
        {
            batch[0] = new ProcessValue(node.FirstSlot, DataValue.Float32(1), Quality.Good, now);
            server.Update(batch);
            pump.Run();
        }, 0);
        Add(table, "allocated for a changed value in BRCBs and one enabled URCB", i =>
        {
            batch[0] = new ProcessValue(node.FirstSlot, DataValue.Float32(i), Quality.Good, now.AddMilliseconds(i + 2_000));
            server.Update(batch);
            pump.Run();
        }, 400);
        Add(table, "allocated for the next due moment", _ => GC.KeepAlive(server.NextDue is null ? server : null), 0);
    }

    private static void Add(RatioTable table, string what, Action<int> step, double? bound = null, double? goal = null)
    {
        const int rounds = 10_000;
        long before = 0;
        for (var i = -1000; i < rounds; i++)
        {
            if (i == 0)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            step(i);
        }

        table.Add(what, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)rounds, " B", bound, goal);
    }
}
