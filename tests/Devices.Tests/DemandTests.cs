using DerAgent.Model;
using static DerAgent.Devices.Tests.DeviceControlTests;

namespace DerAgent.Devices.Tests;

/// <summary>Several objects lead to one register: the strictest limit is in force, and is followed by the next one.</summary>
public sealed class DemandTests
{
    private const string Limited = "  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, volatile: true, poll: fast, release: {value: 100}}\n";
    private static readonly (string Name, string Address, string Fc)[] Two = [("Dso", "inv1/WMaxLimPct", "CO"), ("Vpp", "inv1/WMaxLimPct", "CO")];

    [Fact]
    public async Task The_strictest_limit_is_in_force_and_the_next_one_when_it_goes()
    {
        await using var site = new TestSite(Limited, Two);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Dso", 50)));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Vpp", 70)));
        Assert.Equal(50, site.Device[7]);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Vpp", 30)));
        Assert.Equal(30, site.Device[7]);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Vpp", 100)));
        Assert.Equal(50, site.Device[7]);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Vpp", 20)));
        site.Site.LetGo(site.LeafOf("Vpp"), isTold: true);
        site.Advance(5);
        Assert.Equal(50, site.Device[7]);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Dso", 100)));
        Assert.Equal(100, site.Device[7]);
    }

    [Fact]
    public async Task Both_at_once_are_answered_and_the_stricter_one_stands()
    {
        await using var site = new TestSite(Limited, Two);
        site.Advance(3);
        var (dso, vpp) = (site.Command("Dso", 60), site.Command("Vpp", 40));
        Assert.Equal(AddCause.None, await Ended(site, vpp));
        Assert.Equal(AddCause.None, await Ended(site, dso));
        Assert.Equal(40, site.Device[7]);
        Assert.DoesNotContain("7=60", Written(site));
    }

    [Fact]
    public async Task What_was_refused_is_wanted_by_nobody()
    {
        await using var site = new TestSite(Limited, Two);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Dso", 50)));
        site.Device.OnWrite = (_, _) => Modbus.ModbusExceptionCode.IllegalDataValue;
        Assert.NotEqual(AddCause.None, await Ended(site, site.Command("Vpp", 30)));
        site.Device.OnWrite = (_, _) => null;
        site.Advance(30);
        Assert.Equal(50, site.Device[7]);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Dso", 80)));
        Assert.Equal(80, site.Device[7]);
    }

    [Fact]
    public async Task The_next_one_comes_into_force_though_the_device_refuses_it_at_first()
    {
        await using var site = new TestSite(Limited, Two);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Dso", 50)));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Vpp", 30)));
        site.Device.OnWrite = (_, _) => Modbus.ModbusExceptionCode.IllegalDataValue;
        site.Site.LetGo(site.LeafOf("Vpp"), isTold: true);
        site.Advance(15);
        Assert.Equal(30, site.Device[7]);
        Assert.InRange(Written(site).Count, 0, 4);
        site.Device.OnWrite = (_, _) => null;
        site.Advance(60);
        Assert.Equal(50, site.Device[7]);
    }

    [Fact]
    public async Task Who_wants_what_outlives_a_restart()
    {
        var memory = new VolatileDeviceMemory();
        await using var first = await BothAsync(memory);
        await using var second = new TestSite(Limited, Two, memory: memory, before: first);
        second.Advance(3);
        Assert.Equal(AddCause.None, await Ended(second, second.Command("Vpp", 100)));
        Assert.Equal(50, second.Device[7]);
    }

    [Fact]
    public async Task Who_is_not_there_any_more_after_a_restart_wants_nothing()
    {
        var memory = new VolatileDeviceMemory();
        await using var first = await BothAsync(memory);
        await using var second = new TestSite(Limited, [Two[0]], memory: memory, before: first);
        second.Advance(5);
        Assert.Equal(50, second.Device[7]);
    }

    [Fact]
    public async Task Two_objects_for_one_set_point_that_is_no_limit_are_a_finding()
    {
        await using var site = new TestSite("  VArSpt: {holding: 7, access: write, volatile: true}\n", [("One", "inv1/VArSpt", "CO"), ("Two", "inv1/VArSpt", "CO")]);
        Assert.Contains(site.Site.Findings, f => !f.IsError && f.Text.Contains("both command \"VArSpt\"", StringComparison.Ordinal));
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("One", 5)));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Two", 9)));
        Assert.Equal(9, site.Device[7]);
    }

    /// <summary>A site that has ended, where one wanted 50 % and the other 30 %.</summary>
    private static async Task<TestSite> BothAsync(IDeviceMemory memory)
    {
        var site = new TestSite(Limited, Two, memory: memory);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Dso", 50)));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Vpp", 30)));
        await site.DisposeAsync();
        return site;
    }
}
