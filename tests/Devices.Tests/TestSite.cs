using System.Text;
using DerAgent.Model;
using DerAgent.Scl;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>A site on the bench: devices of one profile on one line, a clock that is moved by hand, and a record of what came of it.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly SiteLines _lines;

    /// <param name="points">Points of the profile, in YAML.</param>
    /// <param name="bindings">Name of a data object, its sAddr, its FC: MX is read, CO commanded, SP a parameter.</param>
    /// <param name="modbus">The profile's modbus section.</param>
    /// <param name="devices">Number of devices: inv1 with unit 1, and so on.</param>
    /// <param name="head">Further keys of the profile.</param>
    /// <param name="secret">Numbers of secret files.</param>
    /// <param name="polls">Periods of inv1 at this site.</param>
    /// <param name="memory">What the agent remembers of devices; null: nothing over a restart.</param>
    /// <param name="before">The site before the agent's restart: its hardware and its clock go on.</param>
    /// <param name="release">What points go back to by the SCL file.</param>
    /// <param name="plant">Further declarations: a plant of the devices.</param>
    public TestSite(string points, (string Name, string Address, string Fc)[] bindings, string modbus = "{timeout-ms: 1000}", int devices = 1, string head = "", Func<string, double?>? secret = null, PollOverride? polls = null, IDeviceMemory? memory = null, TestSite? before = null, string release = "", string plant = "")
    {
        Time = before?.Time ?? new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        var load = ProfileReader.Load(new StringReader($"profile: p\n{head}\nmodbus: {modbus}\npoints:\n{points}"), "p.yaml");
        Assert.DoesNotContain(load.Findings, f => f.IsError);
        var declared = string.Concat(Enumerable.Range(1, devices).Select(i => $"<da:Device name=\"inv{i}\" profile=\"p\" url=\"modbus-tcp://127.0.0.1:502?unit={i}\"{(release.Length > 0 ? $" release=\"{release}\"" : "")}/>")) + plant;
        var objects = string.Concat(bindings.Select(b => $"<DOI name=\"{b.Name}\"><DAI name=\"{Leaf(b.Fc)}\" sAddr=\"{b.Address}\"/></DOI>"));
        var declarations = string.Concat(bindings.Select(b => $"<DO name=\"{b.Name}\" type=\"{b.Fc}\"/>"));
        var scl = $"""
            <SCL xmlns="http://www.iec.ch/61850/2003/SCL" xmlns:da="urn:der-agent:scl:1"><IED name="I"><Private type="DerAgent:Devices">{declared}</Private>
            <AccessPoint name="A"><Server><LDevice inst="L"><LN0 lnClass="LLN0" inst="" lnType="Z">{objects}</LN0></LDevice></Server></AccessPoint></IED>
            <DataTypeTemplates><LNodeType id="Z" lnClass="LLN0">{declarations}</LNodeType>
            <DOType id="MX" cdc="MV"><DA name="v" fc="MX" bType="FLOAT32"/></DOType><DOType id="CO" cdc="APC"><DA name="ctlVal" fc="CO" bType="FLOAT32"/><DA name="stVal" fc="ST" bType="FLOAT32"/></DOType>
            <DOType id="BO" cdc="SPC"><DA name="ctlVal" fc="CO" bType="BOOLEAN"/><DA name="stVal" fc="ST" bType="BOOLEAN"/></DOType>
            <DOType id="SP" cdc="ASG"><DA name="setMag" fc="SP" bType="FLOAT32"/></DOType></DataTypeTemplates></SCL>
            """;
        Model = SclLoader.Load(new MemoryStream(Encoding.UTF8.GetBytes(scl)), "site.cid").Model!;
        Line = before?.Line.Again() ?? new(Time);
        Site = new Site([Model], new Dictionary<string, DeviceProfile> { ["p"] = load.Profile! }, new Dictionary<string, DeviceOverride> { ["inv1"] = new(Polls: polls) }, Time, (_, _) => new ModbusBus(Line, Time), secret)
        {
            OnValues = (_, values) => Batches.Add([.. values]),
            OnState = state =>
            {
                // Lines for people; without a text only the health has changed.
                if (state.Text.Length > 0)
                {
                    States.Add(state);
                }
            },
        };
        Assert.DoesNotContain(Site.Findings, f => f.IsError);
        _lines = new(Time, memory);

        // Nothing runs yet that it could wait for.
        Assert.True(Site.TakeOverAsync(_lines, null).IsCompletedSuccessfully);
        _running = Site.RunAsync(_stop.Token);
    }

    public FakeTimeProvider Time { get; }

    public IedModel Model { get; }

    public TestLine Line { get; }

    public TestDevice Device => Line.Device();

    public Site Site { get; }

    /// <summary>What came for the model, snapshot by snapshot.</summary>
    public List<ProcessValue[]> Batches { get; } = [];

    public List<DeviceState> States { get; } = [];

    /// <summary>Lets time pass in small steps, as it does.</summary>
    public void Advance(double seconds, double step = 0.05)
    {
        for (var passed = 0.0; passed < seconds - 1e-9; passed += step)
        {
            Time.Advance(TimeSpan.FromSeconds(Math.Min(step, seconds - passed)));
        }
    }

    public DataNode LeafOf(string name) => Model.LogicalDevices[0].LogicalNodes[0].DataObject(name)!.Nodes.SelectMany(n => n.Leaves()).First(l => l.ShortAddress is not null);

    /// <summary>The last value that came for a data object, or null.</summary>
    public ProcessValue? Last(string name) => Batches.SelectMany(b => b).Where(v => NameOf(v) == name).Select(v => (ProcessValue?)v).LastOrDefault();

    /// <summary>The data object a value is for.</summary>
    public string NameOf(ProcessValue value) => Model.Slots[value.Slot].DataObject!.Name;

    /// <summary>Starts a command.</summary>
    public TestCommand Command(string name, float value, CancellationToken cancel = default) => Command(name, DataValue.Float32(value), cancel);

    /// <summary>Starts a command.</summary>
    public TestCommand Command(string name, DataValue value, CancellationToken cancel = default)
    {
        var command = new TestCommand();
        command.Running = Site.ExecuteAsync(LeafOf(name), value, () => command.Accepted = true, cancel);
        return command;
    }

    public async ValueTask DisposeAsync()
    {
        if (_running.IsCompleted)
        {
            return;
        }

        // Like a power cut: what is on its way is on its way, and nothing follows.
        await _lines.DisposeAsync();
        await _stop.CancelAsync();
        Advance(10, 1);
        await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
        await Site.DisposeAsync();
        _stop.Dispose();
    }

    private static string Leaf(string fc) => fc switch { "MX" => "v", "CO" or "BO" => "ctlVal", _ => "setMag" };
}

/// <summary>A command under way.</summary>
internal sealed class TestCommand
{
    public bool Accepted { get; set; }

    public Task<CommandOutcome> Running { get; set; } = null!;

    /// <summary>What is said of how it ended.</summary>
    public string Text => Running.IsCompletedSuccessfully ? Running.Result.Description : "";

    public AddCause? Status => Running.IsCompletedSuccessfully ? Running.Result.Failure : null;
}
