using System.Text;
using System.Threading.Channels;
using DerAgent.Acsi;
using DerAgent.Agent.Hosting;
using DerAgent.Devices;
using DerAgent.Devices.Tests;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;
using DerAgent.Tests;
using DerAgent.Xmpp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>The whole agent on the bench: its own files, a line and an XMPP connection that do as they are told, and a clock moved by hand.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly TestLog _log = new();
    private readonly AgentRuntime _runtime;
    private uint _invokeId;

    private TestAgent(FakeTimeProvider time, ILoggerFactory? logs)
    {
        Time = time;
        Line = new(Time);
        _runtime = new AgentRuntime(Stores, null, null, new(new(), new() { CommitInterval = TimeSpan.Zero, LazyInterval = TimeSpan.Zero }), (setup, services) => Links[setup.Name] = new TestLink(services), Time, logs ?? _log, _stop.Token);
    }

    public FakeTimeProvider Time { get; }

    public TestLine Line { get; }

    /// <summary>Where its servers keep what must outlive them.</summary>
    public MemoryStores Stores { get; } = new();

    public TestDevice Device => Line.Device();

    /// <summary>The connections by name; the newest of each.</summary>
    public Dictionary<string, TestLink> Links { get; } = [];

    public TestLink Link => Links["dso"];

    public IReadOnlyList<string> Log => _log.Lines;

    /// <summary>The SCL file, and agent.json: may be changed before <see cref="UseAsync"/>.</summary>
    public string Scl { get; set; } = File.ReadAllText(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid"));

    /// <summary>Registers of a device that answers as the profile below says.</summary>
    public string Profile { get; set; } = """
        profile: sunspec-inverter
        modbus: {timeout-ms: 1000}
        points:
          W: {holding: 10, type: uint16, unit: W, poll: fast}
          WMaxLimPct: {holding: 20, type: uint16, unit: "%", access: write, range: [0, 100], poll: slow, verify: {tolerance: 0, within: 2s}, effect: {point: W, of: WRtg, tolerance: 1, within: 20s}}
          WRtg: {holding: 30, type: uint16, unit: W, poll: slow}
        """;

    /// <summary>The password in its file.</summary>
    public string Secret { get; set; } = "password";

    public string Account { get; set; } = "pv1@dso.example";

    public string Access { get; set; } = """[ { "jid": "control@dso.example", "roles": ["OPERATOR"] }, { "jid": "view@dso.example", "roles": ["MONITOR"] } ]""";

    /// <summary>Starts it.</summary>
    /// <param name="change">Changes its files before.</param>
    /// <param name="logs">Where it tells people, by its clock; null: <see cref="Log"/>.</param>
    public static async Task<TestAgent> StartAsync(Action<TestAgent>? change = null, Func<TimeProvider, ILoggerFactory>? logs = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        var agent = new TestAgent(time, logs?.Invoke(time));
        change?.Invoke(agent);
        (agent.Device[10], agent.Device[30]) = (800, 1000);
        await agent.UseAsync();
        agent.Link.Connect();
        agent.Advance(2);
        return agent;
    }

    /// <summary>Writes the files and has the agent use them, as at start or on a reload.</summary>
    public async Task UseAsync()
    {
        // Only what the bench binds: the limit and the power.
        var scl = System.Text.RegularExpressions.Regex.Replace(Scl, " sAddr=\"inv1/(?!W\"|WMaxLimPct\")[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5));
        File.WriteAllText(Path.Combine(_folder, "site.cid"), scl);
        File.WriteAllText(Path.Combine(_folder, "bench.yaml"), Profile);
        TestSecret.Write(_folder, Secret);

        var file = Path.Combine(_folder, "agent.json");
        File.WriteAllText(file, $$"""
            { "scl": "site.cid", "profiles": ["."], "connections": [ { "name": "dso", "jid": "{{Account}}", "servers": ["127.0.0.1:1"], "passwordFile": "secret", "access": {{Access}} } ] }
            """);
        var configuration = Configuration.Load(file);
        var site = new Site([.. configuration.Servers.Select(s => s.Model)], configuration.Profiles, DeviceOverride.None, Time, (_, _) => new ModbusBus(Line.Again(), Time));
        Assert.True(configuration.IsUsable && site.Findings.All(f => !f.IsError), string.Join('\n', configuration.Findings.Select(f => f.ToString()).Concat(site.Findings.Select(f => f.ToString()))));
        await _runtime.UseAsync(configuration, site);
    }

    public void Advance(double seconds, double step = 0.05)
    {
        for (var passed = 0.0; passed < seconds - 1e-9; passed += step)
        {
            Time.Advance(TimeSpan.FromSeconds(Math.Min(step, seconds - passed)));
        }
    }

    /// <summary>Sends a PDU as an iq; its id names the answer.</summary>
    public string Send(MmsPdu pdu, string peer = "control@dso.example/1", string association = "1", string type = "get")
    {
        var id = $"q{Link.Received++}";
        Link.Receive(peer, "iq", type, id, Encoding.UTF8.GetString(AssociationEnvelope.Write(association, pdu, MmsDialect.Tr2015)));
        return id;
    }

    public string Send(ServiceRequest service, string peer = "control@dso.example/1", string association = "1") => Send(new ConfirmedRequest(_invokeId++, service), peer, association);

    /// <summary>Sends a PDU and takes its answer, which is there at once.</summary>
    public MmsPdu? Ask(ServiceRequest service, string peer = "control@dso.example/1", string association = "1") => Link.Answer(Send(service, peer, association));

    /// <summary>Reads one variable of the first logical device.</summary>
    public AccessResult Read(string item) =>
        Assert.Single(Assert.IsType<ReadResponse>(Assert.IsType<ConfirmedResponse>(Ask(new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", item))])))).Service).Results);

    /// <summary>Writes one variable of the first logical device.</summary>
    public static WriteRequest Writing(string item, DataValue value) => new(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", item))]), [value]);

    /// <summary>What an Operate of an analogue set point writes.</summary>
    public static DataValue Oper(float value, TimeProvider time) => DataValue.Structure(
        DataValue.Structure(DataValue.Float32(value)), DataValue.Structure(DataValue.Integer(3), DataValue.Octets([1])), DataValue.Unsigned(1), Timestamp.From(time.GetUtcNow()).ToValue(), DataValue.Boolean(false), DataValue.Bits(0, 2));

    public static InitiateRequest Initiation { get; } = new() { LocalDetailCalling = 65_000, DataStructureNestingLevel = 10, ParameterCbb = ParameterCbb.Iec61850 };

    public void Associate(string peer = "control@dso.example/1", string association = "1")
    {
        var id = Send(Initiation, peer, association, "set");
        Assert.IsType<InitiateResponse>(Link.Answer(id));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Advance(10, 1);
        await _runtime.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Stores in memory.</summary>
internal sealed class MemoryStores : IAgentStore
{
    private readonly Dictionary<string, MemoryStore> _parts = [];

    public bool IsDamaged { get; set; }

    public Action? Damaged { get; set; }

    public IStateStore State(string name) => Part("@" + name);

    public IServerStore Part(string name) => _parts.TryGetValue(name, out var part) ? part : _parts[name] = new();
}

/// <summary>An XMPP connection that does as it is told.</summary>
internal sealed class TestLink(PeerServices services) : IXmppConnection
{
    private readonly Channel<XmppNotice> _notices = Channel.CreateUnbounded<XmppNotice>(new() { AllowSynchronousContinuations = true, SingleReader = true });
    private readonly Queue<Action> _unwritten = new();
    private readonly OctetBudget _budget = new(1_000_000);
    private long _next;

    /// <summary>Whether it takes what is sent.</summary>
    public bool IsTaking { get; set; } = true;

    public List<Stanza> Sent { get; } = [];

    public int Received { get; set; }

    public ChannelReader<XmppNotice> Notices => _notices.Reader;

    public Jid? Address => Jid.Parse("pv1@dso.example/IEC");

    public string NewId() => $"n{_next++}";

    /// <summary>Whether it hangs.</summary>
    public bool Hangs { get; set; }

    public void Beat(Action answer)
    {
        if (!Hangs)
        {
            _notices.Writer.TryWrite(new XmppNotice.Beat(answer));
        }
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        // No time passes here: it waits for the end only.
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _notices.Writer.TryComplete();
    }

    /// <summary>Whether octets stay in the connection until <see cref="Write"/>.</summary>
    public bool IsSlow { get; set; }

    public List<XmppLane> Lanes { get; } = [];

    /// <summary>Whether peers answer pings, as they should.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Those whose server answers for them that they are not there.</summary>
    public HashSet<string> Gone { get; } = [];

    /// <summary>Those that answer no ping any more.</summary>
    public HashSet<string> Silent { get; } = [];

    private static bool IsPing(Stanza stanza) => stanza is { Kind: StanzaKind.Iq, Type: "get" } && Encoding.UTF8.GetString(stanza.Payload.Span).StartsWith("<ping", StringComparison.Ordinal);

    /// <summary>Ids of the pings that were sent to a peer.</summary>
    public List<string> Pings(string peer = "control@dso.example/1") => [.. Sent.Where(s => IsPing(s) && s.To?.ToString() == peer).Select(s => s.Id!)];

    public List<XmppOptions> Renewed { get; } = [];

    /// <summary>Why the line cannot be renewed, or null.</summary>
    public XmppFailure? RenewFails { get; set; }

    public Task<XmppFailure?> RenewAsync(XmppOptions options, CancellationToken cancel)
    {
        Renewed.Add(options);
        return Task.FromResult(RenewFails);
    }

    public XmppLane OpenLane(string name)
    {
        var lane = new XmppLane(name, _budget, XmppLane.DefaultLimit);
        Lanes.Add(lane);
        return lane;
    }

    public void CloseLane(XmppLane lane, bool discard) => lane.IsClosed = true;

    public bool TrySend(IReadOnlyList<Stanza> stanzas, XmppLane? lane = null, bool isUrgent = false, Action? written = null)
    {
        if (!IsTaking || lane?.IsClosed == true)
        {
            return false;
        }

        Sent.AddRange(stanzas.Where(s => !AnswersPings || !IsPing(s)));
        foreach (var ping in stanzas.Where(s => AnswersPings && IsPing(s) && !Silent.Contains(s.To!.ToString())))
        {
            var isGone = Gone.Contains(ping.To!.ToString());
            Receive(ping.To!.ToString(), "iq", isGone ? "error" : "result", ping.Id!, isGone ? "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>" : "");
        }

        _unwritten.Enqueue(written ?? (() => { }));
        if (!IsSlow)
        {
            Write();
        }

        return true;
    }

    /// <summary>The octets of what waits now go to the line.</summary>
    public void WriteOnce()
    {
        for (var count = _unwritten.Count; count > 0; count--)
        {
            _unwritten.Dequeue()();
        }
    }

    /// <summary>The octets of everything that waits go to the line.</summary>
    public void Write()
    {
        while (_unwritten.TryDequeue(out var written))
        {
            written();
        }
    }

    /// <summary>There is no room for reports until <see cref="GiveRoom"/>.</summary>
    public void TakeRoom() => _budget.TryTake(_budget.Limit);

    public void GiveRoom()
    {
        _budget.Give(_budget.Limit);
        _notices.Writer.TryWrite(new XmppNotice.Room());
    }

    public void Connect(bool resumed = false) => _notices.Writer.TryWrite(new XmppNotice.Connected(Address!, resumed));

    public void Disconnect(bool mayResume) => _notices.Writer.TryWrite(new XmppNotice.Disconnected(new(XmppFailureKind.Connection, "the line broke"), mayResume));

    /// <summary>A stanza comes.</summary>
    public void Receive(string from, string kind, string? type, string id, string payload)
    {
        var xml = $"<{kind} xmlns=\"{Namespaces.Client}\" from=\"{from}\" id=\"{id}\"{(type is null ? "" : $" type=\"{type}\"")}>{payload}</{kind}>";
        var stanza = Stanza.Of(new XmlElement(Encoding.UTF8.GetBytes(xml), null))!;
        if (services.Take(stanza, TimeSpan.Zero) is { } answers)
        {
            Sent.AddRange(answers);
            return;
        }

        _notices.Writer.TryWrite(new XmppNotice.Received(stanza));
    }

    /// <summary>The iq that answers, or null.</summary>
    public Stanza? AnswerStanza(string id) => Sent.LastOrDefault(s => s.Kind == StanzaKind.Iq && s.Id == id);

    /// <summary>The PDU that answers, or null.</summary>
    public MmsPdu? Answer(string id) => AnswerStanza(id) is { Type: "result" } answer ? PduOf(answer) : null;

    /// <summary>PDUs of the messages to a peer, oldest first, since the last call.</summary>
    public List<InformationReport> Reports(string peer = "control@dso.example/1")
    {
        var messages = Sent.Where(s => s.Kind == StanzaKind.Message && s.To!.ToString() == peer).ToList();
        Sent.RemoveAll(messages.Contains);
        return [.. messages.Select(m => ((UnconfirmedPdu)PduOf(m)!).Report)];
    }

    private static MmsPdu? PduOf(Stanza stanza)
    {
        var context = new XmlElement(stanza.Payload, null);
        return MmsCodec.Read(Assert.Single(context.Children).Xml.Span).Pdu;
    }
}
