using System.Text;
using DerAgent.Agent.Hosting;
using DerAgent.Devices;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DerAgent.StoreWorld;

/// <summary>A device on its line with what is in force on it in a store, until it is killed.</summary>
internal static class DeviceWorld
{
    private const string Profile = """
        profile: p
        modbus: {timeout-ms: 2000}
        points:
          WMaxLimPct: {holding: 7, unit: "%", range: [0, 100], access: write, volatile: true, poll: fast, refresh: 500ms, release: {value: 100}}
        """;

    /// <summary>Runs for ever.</summary>
    /// <param name="data">Folder of the store.</param>
    /// <param name="port">Where the device is.</param>
    /// <param name="value">What is commanded; null: nothing.</param>
    public static async Task RunAsync(string data, int port, float? value)
    {
        using var store = SqliteStore.Open(data, new(), TimeProvider.System);
        await using var memory = new DeviceMemory(store.State("devices"), TimeProvider.System, NullLogger.Instance);
        var model = SclLoader.Load(new MemoryStream(Encoding.UTF8.GetBytes(Scl(port))), "world.cid").Model!;
        var profile = ProfileReader.Load(new StringReader(Profile), "p.yaml").Profile!;
        await using var lines = new SiteLines(TimeProvider.System, memory);
        await using var site = new Site([model], new Dictionary<string, DeviceProfile>(StringComparer.Ordinal) { ["p"] = profile }, DeviceOverride.None, TimeProvider.System)
        {
            OnState = s => Console.WriteLine($"S {s.Text}"),
        };
        await site.TakeOverAsync(lines, null);
        var running = site.RunAsync(CancellationToken.None);
        if (value is { } commanded)
        {
            var leaf = model.LogicalDevices[0].LogicalNodes[0].DataObject("Lim")!.Nodes.SelectMany(n => n.Leaves()).First(l => l.ShortAddress is not null);
            var outcome = await site.ExecuteAsync(leaf, DataValue.Float32(commanded), static () => Console.WriteLine("A"), CancellationToken.None);
            Console.WriteLine($"E {outcome.Failure}");
        }

        await running;
    }

    private static string Scl(int port) => $"""
        <SCL xmlns="http://www.iec.ch/61850/2003/SCL" xmlns:da="urn:der-agent:scl:1"><IED name="I"><Private type="DerAgent:Devices"><da:Device name="inv1" profile="p" url="modbus-tcp://127.0.0.1:{port}"/></Private>
        <AccessPoint name="A"><Server><LDevice inst="L"><LN0 lnClass="LLN0" inst="" lnType="Z"><DOI name="Lim"><DAI name="ctlVal" sAddr="inv1/WMaxLimPct"/></DOI></LN0></LDevice></Server></AccessPoint></IED>
        <DataTypeTemplates><LNodeType id="Z" lnClass="LLN0"><DO name="Lim" type="CO"/></LNodeType>
        <DOType id="CO" cdc="APC"><DA name="ctlVal" fc="CO" bType="FLOAT32"/><DA name="stVal" fc="ST" bType="FLOAT32"/></DOType></DataTypeTemplates></SCL>
        """;
}
