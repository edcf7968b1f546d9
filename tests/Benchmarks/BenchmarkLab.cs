using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DerAgent.Client;
using DerAgent.Integration.Tests;
using DerAgent.Xmpp;

namespace DerAgent.Benchmarks;

/// <summary>A real Prosody and the agent as a process of its own, with a model of 40 logical nodes.</summary>
internal sealed class BenchmarkLab : IAsyncDisposable
{
    private readonly List<Process> _processes = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-bench.").FullName;
    private readonly int _port = FreePort();
    private double _startSeconds;
    private bool _isNative;

    public static string Root { get; } = FindRoot();

    /// <summary>The agent's cable; null: it has none of its own.</summary>
    public FaultyCable? Cable { get; private set; }

    /// <summary>The agent's process.</summary>
    public Process Agent => _processes[^1];

    /// <param name="native">The native program; null: the managed one.</param>
    /// <param name="isOnCable">Whether the agent has a cable with moods.</param>
    /// <param name="prepare">Called with the folder before the agent starts; takes its lines.</param>
    public static async Task<BenchmarkLab> StartAsync(string? native, bool isOnCable = false, Func<string, Action<string>>? prepare = null)
    {
        var lab = new BenchmarkLab();
        lab.Cable = isOnCable ? new(lab._port) : null;
        using (var labServer = Process.Start(Path.Combine(Root, "install", "lab-server.sh"), [lab._folder, $"{lab._port}", "pv1", "control", "view", "stranger"]))
        {
            await labServer.WaitForExitAsync();
        }

        await lab.StartAsync(Path.Combine(lab._folder, "start-prosody"), [], "Activated service 'c2s'");
        var scl = File.ReadAllText(Path.Combine(Root, "scl", "pv-inverter.cid"));
        var start = scl.IndexOf("<LN lnClass=\"MMXU\"", StringComparison.Ordinal);
        var mmxu = scl[start..(scl.IndexOf("</LN>", start, StringComparison.Ordinal) + 5)];
        var more = string.Concat(Enumerable.Range(2, 32).Select(i => mmxu.Replace("inst=\"1\"", $"inst=\"{i}\"", StringComparison.Ordinal)));
        await File.WriteAllTextAsync(Path.Combine(lab._folder, "bench.cid"), scl.Insert(start + mmxu.Length, more));
        await File.WriteAllTextAsync(Path.Combine(lab._folder, "agent.json"), $$"""
            { "scl": "bench.cid", "data": ".", "profiles": ["{{Path.Combine(Root, "device-profiles")}}"],
              "connections": [ { "name": "dso", "jid": "pv1@localhost/IEC", "servers": ["127.0.0.1:{{lab.Cable?.Port ?? lab._port}}"], "ca": "ca.pem", "passwordFile": "pv1.secret",
                "access": [ { "jid": "control@localhost", "roles": ["OPERATOR"] }, { "jid": "view@localhost", "roles": ["MONITOR"] } ] } ],
              "devices": { "inv1": { "url": "modbus-tcp://127.0.0.1:{{FreePort()}}" } } }
            """);
        lab._isNative = native is not null;
        string[] program = native is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "der-agent.dll")] : [native];
        var told = prepare?.Invoke(lab._folder);
        var since = Stopwatch.GetTimestamp();
        await lab.StartAsync(program[0], [.. program.Skip(1), "run", "--config", Path.Combine(lab._folder, "agent.json")], "connected as", told);
        lab._startSeconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        return lab;
    }

    public Task<AcsiClient> ConnectAsync(string resource = "bench") => AcsiClient.ConnectAsync(new() { Xmpp = Options("control") with { Jid = Jid.Parse($"control@localhost/{resource}") }, Server = Jid.Parse("pv1@localhost/IEC") }, TimeProvider.System, null, CancellationToken.None);

    /// <summary>An account at the server.</summary>
    public XmppOptions Options(string account)
    {
        var anchors = new X509Certificate2Collection();
        anchors.ImportFromPemFile(Path.Combine(_folder, "ca.pem"));
        return new()
        {
            Jid = Jid.Parse($"{account}@localhost/bench"),
            Password = File.ReadAllText(Path.Combine(_folder, account + ".secret")).Trim(),
            Servers = [new XmppEndpoint("127.0.0.1", _port)],
            TrustAnchors = anchors,
        };
    }

    /// <summary>Start time and memory of the agent.</summary>
    public void Measure(RatioTable table)
    {
        var agent = _processes[^1];
        agent.Refresh();
        var kind = _isNative ? "native" : "managed";
        table.Add($"start to bound, {kind} program, 40 logical nodes", _startSeconds, " s", _isNative ? 1.5 : null, 0.5);
        table.Add($"resident memory, {kind} program, 40 logical nodes", agent.WorkingSet64 / 1048576.0, " MB", _isNative ? 60 : null, 40);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (Cable is not null)
        {
            await Cable.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Agent.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Agent.sln is not above " + AppContext.BaseDirectory);
    }

    private async Task StartAsync(string program, string[] arguments, string ready, Action<string>? told = null)
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false } };
        process.OutputDataReceived += (_, e) =>
        {
            told?.Invoke(e.Data ?? "");
            if (e.Data?.Contains(ready, StringComparison.Ordinal) == true)
            {
                found.TrySetResult();
            }
        };
        process.Start();
        _processes.Add(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await found.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
