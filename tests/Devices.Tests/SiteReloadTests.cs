using System.Text;
using DerAgent.Model;
using DerAgent.Scl;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>A new configuration changes what it changes: devices that are the same go on, with their values and the commands under way.</summary>
public sealed class SiteReloadTests : IAsyncDisposable
{
    private const string First = "  Lim: {holding: 10, access: write, range: [0, 1000], poll: slow, effect: {point: W, tolerance: 1, within: 60s}}\n  W: {holding: 20, poll: fast}\n  Once: {holding: 30, poll: once}\n";
    private const string Second = "  W: {holding: 20, poll: fast}\n  Once: {holding: 30, poll: once}\n";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly TestLine _line;
    private readonly SiteLines _lines;
    private readonly Dictionary<string, ProcessValue> _values = new(StringComparer.Ordinal);
    private readonly List<DeviceState> _states = [];
    private CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private Site? _site;
    private int _opened;

    public SiteReloadTests()
    {
        _line = new(_time);
        _lines = new(_time);
        (_line.Device(1)[20], _line.Device(1)[30], _line.Device(2)[30]) = (500, 7, 8);
    }

    [Fact]
    public async Task Only_the_device_whose_profile_changed_begins_anew()
    {
        await UseAsync(First, Second, "1");
        Advance(3);
        var command = _site!.ExecuteAsync(Leaf("Lim"), DataValue.Float32(40), static () => { }, TestContext.Current.CancellationToken);
        Advance(2);
        Assert.Equal(40, _line.Device(1)[10]);
        Assert.False(command.IsCompleted);
        var asked = _line.Asked.Count;
        _values.Clear();

        await UseAsync(First, Second + "  New: {holding: 40, poll: fast}\n", "1");
        Advance(2);

        // The first one is not asked again for what it said once, and what it said is known.
        Assert.DoesNotContain(_line.Asked.Skip(asked), a => a is { Unit: 1, Address: 30 });
        Assert.Contains(_line.Asked.Skip(asked), a => a is { Unit: 2, Address: 30 });
        Assert.Equal(7, _values["Once1"].Value.AsDouble());

        // Its command is under way as before.
        Assert.False(command.IsCompleted);
        _line.Device(1)[20] = 30;
        Advance(2);
        Assert.Equal(AddCause.None, (await command).Failure);
        Assert.Equal(1, _opened);
    }

    [Fact]
    public async Task A_device_that_is_taken_away_is_asked_no_longer_and_its_command_ends()
    {
        await UseAsync(First, Second, "1");
        Advance(3);
        var command = _site!.ExecuteAsync(Leaf("Lim"), DataValue.Float32(40), static () => { }, TestContext.Current.CancellationToken);
        Advance(1);
        await UseAsync(First, Second, "5");
        Advance(5);
        Assert.Equal(AddCause.Unknown, (await command).Failure);
        var asked = _line.Asked.Count;
        Advance(5);
        Assert.DoesNotContain(_line.Asked.Skip(asked), a => a.Unit == 1);
        Assert.Contains(_line.Asked.Skip(asked), a => a.Unit == 5);
    }

    [Fact]
    public async Task Nothing_is_done_where_nothing_changed()
    {
        await UseAsync(First, Second, "1");
        Advance(3);
        var states = _states.Count;
        await UseAsync(First, Second, "1");
        Advance(3);
        Assert.Equal(states, _states.Count);
        Assert.Equal(2, _line.Asked.Count(a => a.Address == 30));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
        await _lines.DisposeAsync();
        await _site!.DisposeAsync();
        _stop.Dispose();
    }

    private async Task UseAsync(string first, string second, string unit)
    {
        static DeviceProfile Profile(string name, string points) => ProfileReader.Load(new StringReader($"profile: {name}\npoints:\n{points}"), "p.yaml").Profile!;
        var model = Model(unit);
        var before = _site;
        await _stop.CancelAsync();
        await _running.ContinueWith(static _ => { }, TaskScheduler.Default);
        _stop.Dispose();
        _stop = new();
        _site = new Site([model], new Dictionary<string, DeviceProfile>(StringComparer.Ordinal) { ["p"] = Profile("p", first), ["q"] = Profile("q", second) }, DeviceOverride.None, _time, (_, _) =>
        {
            _opened++;
            return new ModbusBus(_line, _time);
        })
        {
            OnValues = (_, values) =>
            {
                foreach (var value in values)
                {
                    _values[model.Slots[value.Slot].DataObject!.Name] = value;
                }
            },
            OnState = _states.Add,
        };
        await _site.TakeOverAsync(_lines, before);
        _running = _site.RunAsync(_stop.Token);
        _model = model;
    }

    private IedModel _model = null!;

    private DataNode Leaf(string name) => _model.LogicalDevices[0].LogicalNodes[0].DataObject(name)!.Nodes.SelectMany(n => n.Leaves()).First(l => l.ShortAddress is not null);

    private void Advance(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += 0.05)
        {
            _time.Advance(TimeSpan.FromSeconds(0.05));
        }
    }

    private static IedModel Model(string unit)
    {
        var scl = $"""
            <SCL xmlns="http://www.iec.ch/61850/2003/SCL" xmlns:da="urn:der-agent:scl:1"><IED name="I"><Private type="DerAgent:Devices">
            <da:Device name="inv1" profile="p" url="modbus-tcp://127.0.0.1:502?unit={unit}"/><da:Device name="inv2" profile="q" url="modbus-tcp://127.0.0.1:502?unit=2"/></Private>
            <AccessPoint name="A"><Server><LDevice inst="L"><LN0 lnClass="LLN0" inst="" lnType="Z"><DOI name="Lim"><DAI name="ctlVal" sAddr="inv1/Lim"/></DOI>
            <DOI name="Once1"><DAI name="v" sAddr="inv1/Once"/></DOI><DOI name="W1"><DAI name="v" sAddr="inv1/W"/></DOI><DOI name="Once2"><DAI name="v" sAddr="inv2/Once"/></DOI></LN0></LDevice></Server></AccessPoint></IED>
            <DataTypeTemplates><LNodeType id="Z" lnClass="LLN0"><DO name="Lim" type="CO"/><DO name="Once1" type="MX"/><DO name="W1" type="MX"/><DO name="Once2" type="MX"/></LNodeType>
            <DOType id="MX" cdc="MV"><DA name="v" fc="MX" bType="FLOAT32"/></DOType><DOType id="CO" cdc="APC"><DA name="ctlVal" fc="CO" bType="FLOAT32"/></DOType></DataTypeTemplates></SCL>
            """;
        return SclLoader.Load(new MemoryStream(Encoding.UTF8.GetBytes(scl)), "site.cid").Model!;
    }
}
