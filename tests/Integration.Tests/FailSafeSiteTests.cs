using DerAgent.Client;
using DerAgent.Mms;

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
            edit: static scl => scl.Replace("<LN lnClass=\"DWMX\" inst=\"1\" lnType=\"DWMX\">", "<LN lnClass=\"DWMX\" inst=\"1\" lnType=\"DWMX\"><Private type=\"DerAgent:FailSafe\"><da:FailSafe after=\"2s\" value=\"60\"/></Private>", StringComparison.Ordinal),
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
}
