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

    /// <summary>agent.json of the agent that runs.</summary>
    public string ConfigurationFile => Path.Combine(Xmpp.Folder, "agent.json");

    /// <summary>Starts a PV inverter and the agent.</summary>
    /// <param name="fault">What goes wrong at the inverter.</param>
    /// <param name="native">Path of the native program; null: the managed one.</param>
    public static async Task<AgentLab> StartAsync(string fault = "None", string? native = null)
    {
        var lab = await StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter", "--fault", fault)], native: native);
        if (fault is not ("Silent" or "Slow" or "WrongTransaction"))
        {
            await lab.Agent.LineAsync("the device answers");
        }

        return lab;
    }

    /// <summary>Starts simulated devices and the agent with a file of <c>scl/</c>.</summary>
    /// <param name="scl">Name of the SCL file.</param>
    /// <param name="devices">The devices.</param>
    /// <param name="configure">Changes agent.json before the start.</param>
    /// <param name="native">Path of the native program; null: the managed one.</param>
    /// <param name="edit">Changes the SCL file before the start.</param>
    /// <param name="isEjabberd">Whether the server is ejabberd.</param>
    public static async Task<AgentLab> StartAsync(string scl, SimulatedDevice[] devices, Action<JsonObject>? configure = null, string? native = null, Func<string, string>? edit = null, bool isEjabberd = false)
    {
        var lab = new AgentLab(await XmppLab.StartAsync(isEjabberd), native is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "der-agent.dll")] : [native]);
        var urls = new JsonObject();
        foreach (var device in devices)
        {
            var process = lab.Start(["sim", device.Profile, "--listen", "127.0.0.1:0", .. device.Arguments]);
            urls[device.Name] = new JsonObject { ["url"] = await process.LineAsync("-tcp://") };
        }

        // The installer's copy: our account in it.
        var text = await File.ReadAllTextAsync(Path.Combine(Corpus.Root, "scl", scl));
        text = edit?.Invoke(text) ?? text;
        await File.WriteAllTextAsync(lab.SclFile, System.Text.RegularExpressions.Regex.Replace(text, "(?<=<P type=\"JID\">)[^<]+", "pv1@localhost/IEC", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        var options = new JsonObject
        {
            ["scl"] = lab.SclFile,
            ["data"] = lab.Xmpp.Folder,
            ["profiles"] = new JsonArray(Path.Combine(Corpus.Root, "device-profiles")),
            ["connections"] = new JsonArray(lab.Connection("dso", "pv1")),
            ["devices"] = urls,
        };
        configure?.Invoke(options);
        await File.WriteAllTextAsync(lab.ConfigurationFile, options.ToJsonString());
        await lab.RunAgentAsync();
        return lab;
    }

    /// <summary>The agent is killed, as by a power cut, and started again.</summary>
    public Task RestartAsync()
    {
        Agent.Kill();
        return RunAgentAsync();
    }

    private Task RunAgentAsync()
    {
        Start("run", "--config", ConfigurationFile, "--trace", Path.Combine(Xmpp.Folder, "trace.txt"));
        return Agent.LineAsync("connected as pv1@localhost/IEC");
    }

    /// <summary>The SCL file the agent runs with.</summary>
    public string SclFile => Path.Combine(Xmpp.Folder, "site.cid");

    /// <summary>A connection for agent.json.</summary>
    public JsonObject Connection(string name, string account) => new()
    {
        ["name"] = name,
        ["jid"] = $"{account}@localhost/IEC",
        ["servers"] = new JsonArray($"127.0.0.1:{Xmpp.Port}"),
        ["ca"] = "ca.pem",
        ["passwordFile"] = $"{account}.secret",
        ["access"] = new JsonArray(
            new JsonObject { ["jid"] = "control@localhost", ["roles"] = new JsonArray("DSO_OPERATOR") },
            new JsonObject { ["jid"] = "view@localhost", ["roles"] = new JsonArray("MONITOR"), ["area"] = new JsonArray("PV1LD0/MMXU*", "PV1LD0/LLN0", "PV1LD0/DWMX*") }),
    };

    /// <summary>Runs the program with any arguments to its end.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        WatchedProcess.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "der-agent.dll"), .. arguments]);

    public Task<AcsiClient> ConnectAsync(string account = "control", string resource = "test", string? association = null, MmsDialect? dialect = null, string server = "pv1@localhost/IEC", int maxPduSize = 65_000) =>
        AcsiClient.ConnectAsync(
            new() { Xmpp = Xmpp.Options(account, resource), Server = Jid.Parse(server), AssociationId = association, Dialect = dialect ?? MmsDialect.Tr2015, MaxPduSize = maxPduSize },
            TimeProvider.System,
            null,
            TestContext.Current.CancellationToken);

    /// <summary>Runs a client verb as a user would.</summary>
    public Task<(int ExitCode, string Output)> ClientAsync(string verb, params string[] arguments) => WatchedProcess.RunAsync(
        _program[0],
        [.. _program.Skip(1), "client", verb, "--jid", "control@localhost", "--password-file", Xmpp.SecretFile("control"), "--server", $"127.0.0.1:{Xmpp.Port}", "--ca", Xmpp.Ca, "--to", "pv1@localhost/IEC", .. arguments]);

    /// <summary>What a client verb prints that succeeds.</summary>
    public async Task<string> OkAsync(string verb, params string[] arguments)
    {
        var (code, output) = await ClientAsync(verb, arguments);
        Assert.True(code == 0, output);
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await Xmpp.DisposeAsync();
    }

    /// <summary>Waits until a value is as wanted; the hardware takes its time.</summary>
    public static async Task<double> UntilAsync(AcsiClient client, ObjectName name, Func<double, bool> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            // A setting that the device has not told yet has no value.
            var result = (await client.ReadAsync([name], limit.Token))[0];
            var value = result.Value;
            var number = value.Kind == Model.DataKind.BitString ? value.AsBits() : value.AsDouble();
            if (result.Failure is null && wanted(number))
            {
                return number;
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private WatchedProcess Start(params string[] arguments)
    {
        // Whoever runs the tests under nohup hands on a SIGHUP that is ignored.
        _processes.Add(new WatchedProcess("env", ["--default-signal=HUP", .. _program, .. arguments]));
        return _processes[^1];
    }
}

/// <summary>A simulated device of a lab.</summary>
/// <param name="Name">Its name in the SCL file.</param>
/// <param name="Profile">Its profile.</param>
/// <param name="Arguments">Arguments of the simulator.</param>
internal sealed record SimulatedDevice(string Name, string Profile, params string[] Arguments);
