using System.Text.Json.Nodes;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Modbus;

namespace DerAgent.Integration.Tests;

/// <summary>A partner commands and is gone: the agent as a process, a real XMPP server, a simulated inverter.</summary>
public sealed class FailSafeSiteTests
{
    private const string Limit = "PV1LD0/DWMX1.WMaxSptPct";
    private static readonly ObjectName InForce = ObjectName.In("PV1LD0", "DWMX1$MX$WMaxSptPct$mxVal$f");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_value_comes_into_force_and_what_he_commanded_does_again_when_he_is_back(bool isEjabberd)
    {
        await using var lab = await AgentLab.StartAsync(
            "pv-inverter.cid",
            [new("inv1", "sunspec-inverter")],
            edit: static scl => WithRule(scl, "after=\"2s\" value=\"60\""),
            isEjabberd: isEjabberd);
        await using var viewer = await lab.ConnectAsync("view");
        await using (var client = await lab.ConnectAsync())
        {
            Assert.Equal(new OperateOutcome(null, null, "Termination"), await new OperateCommand(client, TimeProvider.System).RunAsync(Limit, "30", new(), Cancel));
            await AgentLab.UntilAsync(viewer, InForce, v => Math.Abs(v - 30) < 0.1);
        }

        await lab.Agent.LineAsync("control@localhost is gone for 2 s: 60 comes into force");
        await AgentLab.UntilAsync(viewer, InForce, v => Math.Abs(v - 60) < 0.1);

        // It outlives the agent.
        await lab.RestartAsync();
        await using var back = await lab.ConnectAsync();
        await lab.Agent.LineAsync("control@localhost is back, and what he commanded is in force again");
        await AgentLab.UntilAsync(back, InForce, v => Math.Abs(v - 30) < 0.1);
    }

    [Fact] // start="device": after a start the agent writes nothing until somebody commands, whatever it had commanded before
    public async Task A_device_that_is_left_as_it_is_keeps_what_it_has()
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], edit: static scl => WithRule(scl, "after=\"1h\" value=\"60\" start=\"device\""));
        await using (var client = await lab.ConnectAsync())
        {
            Assert.Equal(new OperateOutcome(null, null, "Termination"), await new OperateCommand(client, TimeProvider.System).RunAsync(Limit, "30", new(), Cancel));
        }

        lab.Agent.Kill();
        await WriteLimitAsync(lab, 77);
        await lab.RestartAsync();
        await using var viewer = await lab.ConnectAsync("view");
        await AgentLab.UntilAsync(viewer, InForce, v => Math.Abs(v - 77) < 0.1);
        using var polls = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 4; i++)
        {
            await polls.WaitForNextTickAsync(Cancel);
            await AgentLab.UntilAsync(viewer, InForce, v => Math.Abs(v - 77) < 0.1);
        }
    }

    private static string WithRule(string scl, string rule) =>
        scl.Replace("<LN lnClass=\"DWMX\" inst=\"1\" lnType=\"DWMX\">", $"<LN lnClass=\"DWMX\" inst=\"1\" lnType=\"DWMX\"><Private type=\"DerAgent:FailSafe\"><da:FailSafe {rule}/></Private>", StringComparison.Ordinal);

    /// <summary>Somebody else writes the inverter's limit.</summary>
    private static async Task WriteLimitAsync(AgentLab lab, int percent)
    {
        var url = new Uri(JsonNode.Parse(await File.ReadAllTextAsync(lab.ConfigurationFile, Cancel))!["devices"]!["inv1"]!["url"]!.GetValue<string>());
        await using var master = new ModbusTcpMaster(new() { Host = url.Host, Port = url.Port }, TimeProvider.System);
        var (address, scale) = await SunSpecLimit.FindAsync(master, Cancel);
        await master.WriteRegistersAsync(1, address, new[] { (ushort)(percent * scale) }, Cancel);
    }
}
