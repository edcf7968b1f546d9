using System.Text.Json.Nodes;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Tests;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>The whole chain: a simulated inverter and the agent as processes of their own, and a real XMPP server between them and us.</summary>
internal sealed class AgentLab : IAsyncDisposable
{
    private readonly List<WatchedProcess> _processes = [];
    private readonly string[] _program;

    private AgentLab(XmppLab xmpp, string[] program) => (Xmpp, _program) = (xmpp, program);

    public XmppLab Xmpp { get; }

    public WatchedProcess Agent => _processes[^1];

    /// <param name="fault">What goes wrong at the inverter.</param>
    /// <param name="native">Path of the native program; null: the managed one.</param>
    public static async Task<AgentLab> StartAsync(string fault = "None", string? native = null)
    {
        var lab = new AgentLab(await XmppLab.StartAsync(), native is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "der-agent.dll")] : [native]);
        var inverter = lab.Start("sim", "sunspec-inverter", "--listen", "127.0.0.1:0", "--sun", "0.8", "--fault", fault);
        var url = await inverter.LineAsync("modbus-tcp://");
        var config = Path.Combine(lab.Xmpp.Folder, "agent.json");
        await File.WriteAllTextAsync(config, new JsonObject
        {
            ["scl"] = Path.Combine(Corpus.Root, "scl", "pv-inverter.cid"),
            ["data"] = lab.Xmpp.Folder,
            ["profiles"] = new JsonArray(Path.Combine(Corpus.Root, "device-profiles")),
            ["connections"] = new JsonArray(new JsonObject
            {
                ["name"] = "dso",
                ["jid"] = "pv1@localhost/IEC",
                ["servers"] = new JsonArray($"127.0.0.1:{lab.Xmpp.Port}"),
                ["ca"] = "ca.pem",
                ["passwordFile"] = "pv1.secret",
                ["access"] = new JsonArray(
                    new JsonObject { ["jid"] = "control@localhost", ["roles"] = new JsonArray("OPERATOR") },
                    new JsonObject { ["jid"] = "view@localhost", ["roles"] = new JsonArray("VIEWER"), ["area"] = new JsonArray("PV1LD0/MMXU*", "PV1LD0/LLN0", "PV1LD0/DWMX*") }),
            }),
            ["devices"] = new JsonObject { ["inv1"] = new JsonObject { ["url"] = url } },
        }.ToJsonString());
        lab.Start("run", "--config", config, "--trace", Path.Combine(lab.Xmpp.Folder, "trace.txt"));
        await lab.Agent.LineAsync("connected as pv1@localhost/IEC");
        if (fault != "Silent")
        {
            await lab.Agent.LineAsync("the device answers");
        }

        return lab;
    }

    public Task<AcsiClient> ConnectAsync(string account = "control", string resource = "test", string association = "1", MmsDialect? dialect = null) =>
        AcsiClient.ConnectAsync(
            new() { Xmpp = Xmpp.Options(account, resource), Server = Jid.Parse("pv1@localhost/IEC"), AssociationId = association, Dialect = dialect ?? MmsDialect.Tr2015 },
            TimeProvider.System,
            null,
            TestContext.Current.CancellationToken);

    /// <summary>Runs a client verb as a user would.</summary>
    public Task<(int ExitCode, string Output)> ClientAsync(string verb, params string[] arguments) => WatchedProcess.RunAsync(
        _program[0],
        [.. _program.Skip(1), "client", verb, "--jid", "control@localhost", "--password-file", Xmpp.SecretFile("control"), "--server", $"127.0.0.1:{Xmpp.Port}", "--ca", Xmpp.Ca, "--to", "pv1@localhost/IEC", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Xmpp.DisposeAsync();
    }

    private WatchedProcess Start(params string[] arguments)
    {
        _processes.Add(new WatchedProcess(_program[0], [.. _program.Skip(1), .. arguments]));
        return _processes[^1];
    }
}
