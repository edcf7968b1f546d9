using System.Text.RegularExpressions;
using DerAgent.Agent.Hosting;
using DerAgent.Devices;
using DerAgent.Devices.Tests.Soak;
using DerAgent.Modbus;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests.Soak;

/// <summary>The whole agent over octets in memory, as a process that ends and starts again: its files, its store, the hardware and the XMPP server outlive it.</summary>
internal sealed class SoakSite : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-soak.").FullName;
    private readonly VirtualTime _time;
    private readonly IReadOnlyList<SoakSlave> _lines;
    private readonly MemoryStores _kept = new();
    private SoakStores _stores = null!;
    private CancellationTokenSource _stop = new();
    private AgentRuntime? _runtime;

    public SoakSite(VirtualTime time, PollPeriods polls, IReadOnlyList<SoakSlave> lines, IReadOnlyList<SoakLimit> limits)
    {
        (_time, _lines) = (time, lines);
        File.WriteAllText(Path.Combine(_folder, "site.cid"), Scl(limits, lines));
        foreach (var kind in limits.SelectMany(l => l.Devices).Select(d => d.Kind).Distinct())
        {
            File.WriteAllText(Path.Combine(_folder, $"{kind}.yaml"), SoakDevice.Text(kind, polls));
        }

        TestSecret.Write(_folder);

        File.WriteAllText(Path.Combine(_folder, "agent.json"), """
            { "scl": "site.cid", "profiles": ["."], "connections": [ { "name": "dso", "jid": "pv1@dso.example", "servers": ["127.0.0.1:1"], "passwordFile": "secret",
              "access": [ { "jid": "control@dso.example", "roles": ["OPERATOR"] }, { "jid": "trade@vpp.example", "roles": ["OPERATOR"] } ] } ] }
            """);
    }

    /// <summary>The connection to the XMPP server.</summary>
    public TestLink Link { get; private set; } = null!;

    /// <summary>What the agent says.</summary>
    public TestLog Log { get; } = new();

    /// <summary>Whether the disk is full.</summary>
    public bool IsFull { get; set; }

    /// <summary>Starts the agent; it connects.</summary>
    public async Task StartAsync()
    {
        var (stop, stores) = (new CancellationTokenSource(), new SoakStores(_kept) { IsFull = () => IsFull });
        (_stop, _stores) = (stop, stores);
        _runtime = new(stores, null, null, new(new(), new() { CommitInterval = TimeSpan.Zero, LazyInterval = TimeSpan.Zero }), (_, services) => Link = new(services), _time, Log, stop.Token);
        var configuration = Configuration.Load(Path.Combine(_folder, "agent.json"));
        var site = new Site(
            [.. configuration.Servers.Select(s => s.Model)],
            configuration.Profiles,
            DeviceOverride.None,
            _time,
            (url, _) => new ModbusBus(new ModbusTcpMaster(new() { Host = url.Place, AnswersInline = true }, _time, cancel => stores.IsGone ? throw new IOException("the process is gone") : _lines[url.Place[^1] - '1'].OpenAsync(cancel)), _time));
        Assert.True(configuration.IsUsable && site.Findings.All(f => !f.IsError), string.Join('\n', configuration.Findings.Select(f => f.ToString()).Concat(site.Findings.Select(f => f.ToString()))));
        await _runtime.UseAsync(configuration, site);
        Link.Connect();
    }

    /// <summary>The agent ends; where it is killed, nothing of what it still does leaves it.</summary>
    public async Task EndAsync(bool isKilled)
    {
        _stores.IsGone = isKilled;
        foreach (var line in isKilled ? _lines : [])
        {
            await line.OpenAsync(CancellationToken.None);
        }

        await _stop.CancelAsync();
        await _runtime!.DisposeAsync();
        _stores.IsGone = true;
        _stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(isKilled: false);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The shipped file with a logical device for each limit, which has nothing bound but that and the power.</summary>
    private static string Scl(IReadOnlyList<SoakLimit> limits, IReadOnlyList<SoakSlave> lines)
    {
        var scl = Regex.Replace(File.ReadAllText(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid")), " sAddr=\"inv1/(?!W\"|WMaxLimPct\")[^\"]*\"", "", RegexOptions.None, TimeSpan.FromSeconds(5));
        var (begin, end) = (scl.IndexOf("<LDevice ", StringComparison.Ordinal), scl.IndexOf("</LDevice>", StringComparison.Ordinal) + "</LDevice>".Length);
        var device = scl[begin..end];
        var declared = limits.SelectMany(l => l.Devices).Select(d => $"<da:Device name=\"{d.Name}\" profile=\"soak-{d.Kind.ToString().ToLowerInvariant()}\" url=\"modbus-tcp://10.0.0.{lines.ToList().IndexOf(d.Line) + 1}:502?unit={d.Line.Units.First(u => u.Value == d.Unit).Key}\"/>")
            .Concat(limits.Where(l => l.Devices.Count > 1).Select(l => $"<da:Device name=\"{l.Name}\" profile=\"plant\" of=\"{string.Join(' ', l.Devices.Select(d => d.Name))}\"/>"));
        var text = scl[..begin] + string.Concat(limits.Select((l, i) => device.Replace("LD0", $"LD{i}", StringComparison.Ordinal).Replace("inv1/", $"{(l.Devices.Count > 1 ? l.Name : l.Devices[0].Name)}/", StringComparison.Ordinal)
            .Replace("<LN lnClass=\"DWMX\" inst=\"1\" lnType=\"DWMX\">", $"<LN lnClass=\"DWMX\" inst=\"1\" lnType=\"DWMX\">{(l.Rule.Text is { } rule ? $"<Private type=\"DerAgent:FailSafe\"><da:FailSafe {rule}/></Private>" : "")}", StringComparison.Ordinal)
            .Replace("<Val sGroup=\"1\">900</Val>", $"<Val sGroup=\"1\">{l.Rule.Reversion}</Val>", StringComparison.Ordinal))) + scl[end..];
        return Regex.Replace(text, "<da:Device name=\"inv1\"[^>]*/>", string.Concat(declared), RegexOptions.None, TimeSpan.FromSeconds(5));
    }
}
