using System.Buffers;
using DerAgent.Acsi;
using DerAgent.Agent;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Security;

namespace DerAgent.Benchmarks;

/// <summary>What one read of one attribute allocates on the agent: decode, serve, encode.</summary>
internal static class ServerBenchmark
{
    public static void Run(RatioTable table)
    {
        var model = SclLoader.Load(Path.Combine(BenchmarkLab.Root, "scl", "pv-inverter.cid")).Model!;
        var server = new AcsiServer(model, new(new NoOutput(), new MemoryJournal(), new Authority(), new XerMeasure()), new AcsiOptions(), TimeProvider.System);
        var key = new AssociationKey("x", "a@b/c", "1");
        server.Associate(new(key, new("a@b", Right.View | Right.Read, [])), new InitiateRequest());
        var peer = server.Find(key)!;
        var request = MmsCodec.ToArray(new ConfirmedRequest(1, new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "MMXU1$MX$TotW$mag$f"))]))), MmsDialect.Tr2015);
        var output = new ArrayBufferWriter<byte>(1024);
        const int rounds = 10_000;
        long before = 0;
        for (var i = -1000; i < rounds; i++)
        {
            if (i == 0)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            server.Handle(peer, "id", MmsCodec.Read(request).Pdu!);
            output.ResetWrittenCount();
            MmsCodec.Write(output, ((AcsiEffect.Respond)server.TakeEffects()[0]).Pdu, MmsDialect.Tr2015);
        }

        table.Add("allocated for one read request on the agent", (GC.GetAllocatedBytesForCurrentThread() - before) / (double)rounds, " B", null, null);
    }

    private sealed class NoOutput : IProcessOutput
    {
        public bool IsBound(DataNode leaf) => false;

        public void Start(ProcessCommand command)
        {
        }

        public void Withdraw(long id)
        {
        }
    }
}
