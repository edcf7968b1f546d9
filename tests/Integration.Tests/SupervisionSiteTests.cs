using System.Text;
using System.Text.Json.Nodes;
using DerAgent.Agent.Tests;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests;

/// <summary>The clock, the connection, disturbances and the statements of conformance: the agent as a process, time servers of our own.</summary>
public sealed class SupervisionSiteTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_clock_follows_the_majority_and_the_model_shows_it()
    {
        // They agree with each other, and not with the clock of this machine.
        using var first = new SntpServer(TimeSpan.FromSeconds(90));
        using var second = new SntpServer(TimeSpan.FromSeconds(90));
        using var liar = new SntpServer(TimeSpan.FromSeconds(5));
        await using var lab = await AgentLab.StartAsync(
            "pv-inverter.cid",
            [new("inv1", "sunspec-inverter")],
            options => options["time"] = new JsonObject { ["servers"] = new JsonArray(first.Name, second.Name, liar.Name), ["poll"] = "16s" },
            edit: _ => SupervisionScl.Text());
        await lab.Agent.LineAsync("outvoted: " + liar.Name);
        await lab.Agent.LineAsync("The clock was set by +");
        await using var client = await lab.ConnectAsync();
        Assert.Equal(2, await NumberAsync(client, "LTMS1$ST$TmSrcTyp$stVal"));
        Assert.Contains((await ReadAsync(client, "LTMS1$ST$TmSrc$stVal")).AsText(), new[] { first.Name, second.Name });
        Assert.True((await ReadAsync(client, "LCCH1$ST$ChLiv$stVal")).AsBoolean());

        // What is measured from now on has the time of the majority, and says how good it is.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            var stamp = Timestamp.FromValue((await client.ReadAsync(ObjectName.In("PV1LD0", "MMXU1$MX$TotW$t"), limit.Token)));
            if (stamp.ToDateTimeOffset() > DateTimeOffset.UtcNow.AddSeconds(60))
            {
                Assert.Equal(0x80, stamp.TimeQuality & 0xE0);
                Assert.InRange(stamp.TimeQuality & 0x1F, 3, 20);
                break;
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    [Fact]
    public async Task A_disturbance_is_recorded_and_its_record_is_got()
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], options =>
        {
            options["disturbance"] = new JsonObject { ["before"] = "2s", ["after"] = "1s", ["triggers"] = new JsonArray("PV1LD0/MMXU1.TotW.mag.f < 6000") };
            options["connections"]![0]!["access"]![0]!["roles"] = new JsonArray("DSO_OPERATOR", "ENGINEER");
        });
        await lab.Agent.LineAsync("the device answers");
        await lab.OkAsync("operate", "PV1LD0/DWMX1.WMaxSptPct", "50");
        await lab.Agent.LineAsync("is recorded in COMTRADE/");
        await using var client = await lab.ConnectAsync();
        var names = await client.GetFilesAsync("COMTRADE", Cancel).Select(e => e.Name).ToListAsync(Cancel);
        Assert.Equal([".cfg", ".dat"], names.Select(n => n[^4..]));
        var configuration = await GetAsync(client, names[0]);
        Assert.StartsWith("PV1,der-agent,2013\r\n", configuration, StringComparison.Ordinal);
        Assert.Contains(",PV1LD0/MMXU1.TotW.mag.f,,MMXU1,W,", configuration, StringComparison.Ordinal);
        Assert.InRange((await GetAsync(client, names[1])).Split("\r\n").Length, 3, 500);
    }

    [Fact]
    public async Task The_statements_of_conformance_are_written()
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")]);
        var folder = Path.Combine(lab.Xmpp.Folder, "conformance");
        var (code, output) = await AgentLab.RunAsync("conformance", "--config", lab.ConfigurationFile, "--out", folder);
        Assert.True(code == 0, output);
        Assert.Equal(["mics.md", "pics.md", "pixit.md", "tests.md"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("| Logical device | Y | PV1LD0 |", await File.ReadAllTextAsync(Path.Combine(folder, "pics.md"), Cancel), StringComparison.Ordinal);
        Assert.Equal(2, (await AgentLab.RunAsync("conformance", "--config", lab.ConfigurationFile + "x")).ExitCode);
    }

    private static async Task<DataValue> ReadAsync(AcsiClient client, string item) => await client.ReadAsync(ObjectName.In("PV1LD0", item), Cancel);

    private static async Task<long> NumberAsync(AcsiClient client, string item) => (await ReadAsync(client, item)).AsInteger();

    private static async Task<string> GetAsync(AcsiClient client, string name)
    {
        var content = new MemoryStream();
        await client.GetFileAsync(name, content, (_, _) => { }, Cancel);
        return Encoding.ASCII.GetString(content.ToArray());
    }
}
