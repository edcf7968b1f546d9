using DerAgent.Client;
using DerAgent.Mms;

namespace DerAgent.Integration.Tests;

/// <summary>Every SCL file we ship, served against its simulated hardware.</summary>
public sealed class SiteTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Battery_charges_and_discharges_as_commanded()
    {
        await using var lab = await AgentLab.StartAsync("battery.cid", [new("bat1", "sunspec-battery", "--charge", "0.5")]);
        await using var client = await lab.ConnectAsync();
        Assert.Equal(50, await AgentLab.UntilAsync(client, ObjectName.In("BAT1LD0", "DSTO1$MX$UseSocPct$mag$f"), v => v > 0), 1.0);
        foreach (var power in new[] { 3000, -2000 })
        {
            var outcome = await OperateAsync(client, "BAT1LD0/DAGC1.WSpt", $"{power}");
            Assert.Equal(new OperateOutcome(null, null, "Termination"), outcome);
            Assert.Equal(power, await AgentLab.UntilAsync(client, ObjectName.In("BAT1LD0", "MMXU1$MX$TotW$mag$f"), v => Math.Abs(v - power) < 1));
        }
    }

    [Theory] // registers, and lines of text
    [InlineData("chp-controller")]
    [InlineData("ascii-chp")]
    public async Task Chp_starts_on_command_and_shows_heat_and_power(string profile)
    {
        await using var lab = await AgentLab.StartAsync("chp.cid", [new("chp1", profile, "--rating", "20000")], edit: scl => scl.Replace("\"chp-controller\"", $"\"{profile}\"", StringComparison.Ordinal));
        await using var client = await lab.ConnectAsync();
        Assert.Equal(3, await AgentLab.UntilAsync(client, ObjectName.In("CHP1LD0", "DGEN1$ST$DEROpSt$stVal"), v => v == 3));
        Assert.Equal(new OperateOutcome(null, null, "Termination"), await OperateAsync(client, "CHP1LD0/DCIP1.EngCtl", "true"));
        Assert.Equal(6, await AgentLab.UntilAsync(client, ObjectName.In("CHP1LD0", "DGEN1$ST$DEROpSt$stVal"), v => v == 6));
        Assert.Equal(new OperateOutcome(null, null, "Termination"), await OperateAsync(client, "CHP1LD0/DWMX1.WMaxSptPct", "60"));
        await AgentLab.UntilAsync(client, ObjectName.In("CHP1LD0", "MMXU1$MX$TotW$mag$f"), v => Math.Abs(v - 12_000) < 200);
        await AgentLab.UntilAsync(client, ObjectName.In("CHP1LD0", "DCTS1$MX$ThmOut$mag$f"), v => Math.Abs(v - 21_600) < 400);
    }

    [Fact]
    public async Task Meter_shows_power_and_counts_energy()
    {
        await using var lab = await AgentLab.StartAsync("meter.cid", [new("met1", "sunspec-meter", "--load", "-1800")]);
        await using var client = await lab.ConnectAsync();
        Assert.Equal(-1800, await AgentLab.UntilAsync(client, ObjectName.In("MET1LD0", "MMXU1$MX$TotW$mag$f"), v => v != 0));
        await AgentLab.UntilAsync(client, ObjectName.In("MET1LD0", "MMTR1$ST$SupWh$actVal"), v => v >= 1);
    }

    [Fact]
    public async Task Plant_sums_its_inverters_and_limits_all_of_them_at_once()
    {
        await using var lab = await AgentLab.StartAsync("pv-plant.cid", [new("inv1", "sunspec-inverter"), new("inv2", "sunspec-inverter"), new("inv3", "sunspec-inverter"), new("met1", "sunspec-meter", "--load", "-20000")]);
        await using var client = await lab.ConnectAsync();
        Assert.Equal(["PLANT1INV1", "PLANT1INV2", "PLANT1INV3", "PLANT1LD0"], await client.GetServerDirectoryAsync(Cancel));
        var total = ObjectName.In("PLANT1LD0", "MMXU1$MX$TotW$mag$f");
        Assert.Equal(24_000, await AgentLab.UntilAsync(client, total, v => v > 20_000));
        Assert.Equal(-20_000, await AgentLab.UntilAsync(client, ObjectName.In("PLANT1LD0", "MMXU2$MX$TotW$mag$f"), v => v != 0));
        Assert.Equal(new OperateOutcome(null, null, "Termination"), await OperateAsync(client, "PLANT1LD0/DWMX1.WMaxSptPct", "40"));
        await AgentLab.UntilAsync(client, total, v => v <= 12_300);
        Assert.Equal(40, await AgentLab.UntilAsync(client, ObjectName.In("PLANT1LD0", "DWMX1$MX$WMaxSptPct$mxVal$f"), v => Math.Abs(v - 40) < 0.1), 0.1);

        // One inverter alone.
        Assert.Equal(new OperateOutcome(null, null, "Termination"), await OperateAsync(client, "PLANT1INV2/DWMX1.WMaxSptPct", "10"));
        await AgentLab.UntilAsync(client, ObjectName.In("PLANT1INV2", "MMXU1$MX$TotW$mag$f"), v => v <= 1300);
        await AgentLab.UntilAsync(client, ObjectName.In("PLANT1INV1", "MMXU1$MX$TotW$mag$f"), v => v > 3500);
    }

    [Fact]
    public async Task The_grid_operators_model_is_served_and_its_limit_obeyed()
    {
        await using var lab = await AgentLab.StartAsync("grid-operator.cid", [new("inv1", "sunspec-inverter")]);
        await using var client = await lab.ConnectAsync();
        var names = await client.GetVariablesAsync("GU1LD0", Cancel);
        Assert.All(new[] { "DRCT1$SP$MaxWLim", "FSCH1$SP$ValASG096", "FSCC1$SP$CtlEnt", "MMXU2$SP$ClcMth", "MMTR1$ST$TotWh" }, n => Assert.Contains(n, names));
        Assert.Equal(8000, await AgentLab.UntilAsync(client, ObjectName.In("GU1LD0", "MMXU1$MX$TotW$mag$f"), v => v > 0));
        Assert.Equal(10_000, await AgentLab.UntilAsync(client, ObjectName.In("GU1LD0", "DRCT1$SP$MaxWLim$setMag$f"), v => v > 0));
        Assert.Equal(new OperateOutcome(null, null, "Termination"), await OperateAsync(client, "GU1LD0/DWMX1.WMaxSptPct", "0"));
        await AgentLab.UntilAsync(client, ObjectName.In("GU1LD0", "MMXU1$MX$TotW$mag$f"), v => v <= 300);
    }

    private static Task<OperateOutcome> OperateAsync(AcsiClient client, string reference, string value) =>
        new OperateCommand(client, TimeProvider.System).RunAsync(reference, value, new(), Cancel);
}
