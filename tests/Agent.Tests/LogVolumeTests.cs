using System.Text.RegularExpressions;
using DerAgent.Agent.Logs;
using DerAgent.Mms;
using DerAgent.Model;
using Serilog;
using Serilog.Extensions.Logging;

namespace DerAgent.Agent.Tests;

/// <summary>What the whole agent writes into its log: little on a healthy site, and not much when somebody wants to fill it. In virtual time.</summary>
public sealed class LogVolumeTests(ITestOutputHelper output)
{
    private const string Operator = "control@dso.example/1";
    private const string Viewer = "view@dso.example/1";
    private const string Trader = "trade@vpp.example/1";
    private readonly TextSink _sink = new();

    [Fact] // three partners, five devices: a day is at most a megabyte
    public async Task A_healthy_day_is_short()
    {
        await using var agent = await StartAsync();
        agent.Associate(Operator);
        agent.Associate(Viewer);
        agent.Associate(Trader);
        for (var quarter = 0; quarter < 96; quarter++)
        {
            // A command each quarter of an hour, and a partner that polls and comes and goes.
            agent.Device[10] = 500;
            Operate(agent, Operator, 50 + (quarter % 10));
            agent.Advance(30);
            agent.Ask(new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "MMXU1$MX$TotW"))])), Viewer);
            agent.Advance(420, 0.5);
            agent.Associate(Trader);
            agent.Advance(450, 0.5);
        }

        Tell("a healthy day");
        Assert.InRange(_sink.Octets, 1, 1_000_000);
        Assert.Equal(96, _sink.Lines.Count(static l => Regex.IsMatch(l, @"^PV1LD0/DWMX1\.WMaxSptPct = \d+: command of control@dso\.example was carried out: W measures 500 after ", RegexOptions.None, TimeSpan.FromSeconds(1))));
    }

    [Fact] // an hour of floods is at most five megabytes
    public async Task An_hour_of_floods_is_bounded()
    {
        await using var agent = await StartAsync();
        agent.Associate(Operator);
        agent.Associate(Trader);
        for (var second = 0; second < 3600; second++)
        {
            for (var i = 0; i < 10; i++)
            {
                // Commands that differ, commands of one who may not, associations without end, nonsense, strangers.
                Operate(agent, Operator, second % 100);
                agent.Send(TestAgent.Initiation, Viewer, $"{second * 10 + i}", "set");
                agent.Send(new WriteRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "DWMX1$CO$WMaxSptPct$Oper"))]), [TestAgent.Oper(i, agent.Time)]), Viewer, $"{second * 10 + i}");
                agent.Link.Receive(Trader, "iq", "set", $"n{second}-{i}", $"<AssociationContext id=\"1\"><MMSpdu{i}/></AssociationContext>");
                agent.Link.Receive($"stranger{second}{i}@evil.example/x", "iq", "set", $"s{second}-{i}", "<AssociationContext id=\"1\"/>");
                agent.Ask(TestAgent.Writing("MMXU1$CF$TotW$db", DataValue.Unsigned((uint)i)), Operator);
            }

            agent.Advance(1, 1);
            if (second % 600 == 0)
            {
                agent.Link.Sent.Clear();
            }
        }

        Tell("an hour of floods");
        Assert.InRange(_sink.Octets, 1, 5_000_000);
        Assert.Contains(_sink.Lines, static l => l.EndsWith("more lines within a minute are left out here", StringComparison.Ordinal));
    }

    private Task<TestAgent> StartAsync() => TestAgent.StartAsync(
        agent =>
        {
            agent.Profile = agent.Profile.Replace("points:", "polls: {fast: 10s, normal: 60s, slow: 60s}\npoints:", StringComparison.Ordinal);
            agent.Access = """[ { "jid": "control@dso.example", "roles": ["OPERATOR"] }, { "jid": "view@dso.example", "roles": ["MONITOR"] }, { "jid": "trade@vpp.example", "roles": ["OPERATOR"] } ]""";
            var devices = string.Concat(Enumerable.Range(2, 4).Select(static i => $"<da:Device name=\"inv{i}\" profile=\"sunspec-inverter\" url=\"modbus-tcp://192.168.1.20:502?unit={i}\"/>"));
            agent.Scl = Regex.Replace(agent.Scl, "<da:Device name=\"inv1\"[^>]*/>", m => m.Value + devices, RegexOptions.None, TimeSpan.FromSeconds(5));
            foreach (var (i, point) in (ReadOnlySpan<(byte, string)>)[(2, "VAr"), (3, "VA"), (4, "Hz"), (5, "PhVphA")])
            {
                agent.Scl = agent.Scl.Replace($"sAddr=\"inv1/{point}\"", $"sAddr=\"inv{i}/W\"", StringComparison.Ordinal);
                (agent.Line.Device(i)[10], agent.Line.Device(i)[30]) = (800, 1000);
            }
        },
        time => new SerilogLoggerFactory(new LoggerConfiguration().MinimumLevel.Information().WriteTo.Sink(new RepeatedLines(_sink, time)).CreateLogger(), dispose: true));

    private static void Operate(TestAgent agent, string peer, float value) =>
        agent.Send(new WriteRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", "DWMX1$CO$WMaxSptPct$Oper"))]), [TestAgent.Oper(value, agent.Time)]), peer);

    private void Tell(string what)
    {
        output.WriteLine($"{what}: {_sink.Octets} octets in {_sink.Lines.Count} lines");
        foreach (var line in _sink.Lines.Take(40))
        {
            output.WriteLine(line);
        }
    }
}
