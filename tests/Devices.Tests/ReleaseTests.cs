using DerAgent.Model;
using static DerAgent.Devices.Tests.DeviceControlTests;

namespace DerAgent.Devices.Tests;

/// <summary>Letting go: what stood there before, what the profile says, what nobody wants any more; and the power that must rise.</summary>
public sealed class ReleaseTests
{
    private const string Plain = "  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, poll: fast, release: {value: 100}}\n";

    [Theory]
    [InlineData(80, "", 80)]
    [InlineData(0, "", 100)] // 0 would be a limit for ever
    [InlineData(101, "", 100)]
    [InlineData(80, "WMaxLimPct=90", 90)]
    public async Task Memory_that_wears_gets_back_what_stood_there_before_our_first_write_ever(int stood, string release, int back)
    {
        var memory = new VolatileDeviceMemory();
        await using var first = new TestSite(Plain, Limit, memory: memory, release: release);
        first.Device[7] = (ushort)stood;
        first.Advance(3);
        Assert.Equal(AddCause.None, await Ended(first, first.Command("Lim", 60)));
        Assert.Equal(release.Length == 0, first.States.Exists(s => s.Text.Contains($"before the agent's first write ever WMaxLimPct reads {stood}", StringComparison.Ordinal)));
        await first.DisposeAsync();
        await using var second = new TestSite(Plain, Limit, memory: memory, before: first, release: release);
        second.Advance(3);
        Assert.Equal(AddCause.None, await Ended(second, second.Command("Lim", 50)));
        Assert.Equal(AddCause.None, await Ended(second, second.Command("Lim", 100)));
        Assert.Equal(back, second.Device[7]);
    }

    [Fact]
    public async Task Working_memory_is_let_go_of_as_the_profile_says()
    {
        await using var site = new TestSite("  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, volatile: true, poll: fast, release: {value: 100}}\n", Limit);
        site.Device[7] = 80;
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 100)));
        Assert.Equal(100, site.Device[7]);
    }

    [Theory] // power that stood at the limit rises, or the release has not worked
    [InlineData(600, 900, AddCause.None)]
    [InlineData(600, 600, AddCause.TimeLimitOver)]
    [InlineData(300, 300, AddCause.None)] // it stood below: the sun decides
    public async Task Power_that_stood_at_the_limit_must_rise(int before, int after, AddCause end)
    {
        await using var site = new TestSite("""
              WMaxLimPct: {holding: 7, unit: "%", range: [0, 100], access: write, poll: fast, release: {value: 100}, effect: {point: W, of: WMax, tolerance: 3, within: 20s}}
              W: {holding: 8, unit: W, poll: fast}
              WMax: {holding: 9, unit: W, poll: slow}
            """, [("Lim", "inv1/WMaxLimPct", "CO"), ("W", "inv1/W", "MX")]);
        (site.Device[8], site.Device[9]) = ((ushort)before, 1000);
        site.Device.Written = (_, value) => site.Device[8] = (ushort)(value == 100 ? after : before);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        var release = site.Command("Lim", 100);
        Assert.Equal(end, await Ended(site, release));
        Assert.True(release.Accepted);
        Assert.Equal(100, site.Device[7]);
    }

    [Fact] // Mod off: nobody waits for it, and it must not be forgotten
    public async Task What_nobody_wants_any_more_is_let_go_of_until_the_device_has_done_so()
    {
        var memory = new VolatileDeviceMemory();
        await using var site = new TestSite(Plain, Limit, memory: memory);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));

        // It refuses at first; then it is away; then the agent starts anew.
        site.Device.OnWrite = static (_, _) => Modbus.ModbusExceptionCode.ServerDeviceFailure;
        site.Site.LetGo(site.LeafOf("Lim"), isTold: true);
        site.Advance(25);
        Assert.Equal(60, site.Device[7]);
        Assert.Contains("the device does not let go of it", Assert.Single(site.States, s => s.Text.Contains("let go", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        site.Device.IsSilent = true;
        site.Advance(20);
        await site.DisposeAsync();
        await using var second = new TestSite(Plain, Limit, memory: memory, before: site);
        second.Advance(5);
        Assert.Equal(60, second.Device[7]);
        (second.Device.IsSilent, second.Device.OnWrite) = (false, static (_, _) => null);
        second.Advance(70);
        Assert.Equal(100, second.Device[7]);

        // Once it has, whatever stands there is somebody else's.
        second.Device[7] = 70;
        second.Advance(120);
        Assert.Equal(70, second.Device[7]);
    }

    [Fact]
    public async Task What_was_let_go_of_before_the_device_was_found_is_let_go_of_then()
    {
        var memory = new VolatileDeviceMemory();
        await using var site = await DeviceMemoryTests.CommandedAsync(Plain, memory);
        site.Device.IsSilent = true;
        await using var second = new TestSite(Plain, Limit, memory: memory, before: site);
        second.Advance(5);
        second.Site.LetGo(second.LeafOf("Lim"), isTold: true);
        second.Device.IsSilent = false;
        second.Advance(70);
        Assert.Equal(100, second.Device[7]);
    }

    [Fact] // a fail-safe with start="device": what stands in the device stays there, and is nobody's
    public async Task What_is_left_as_it_is_is_written_no_more()
    {
        var memory = new VolatileDeviceMemory();
        await using var site = await DeviceMemoryTests.CommandedAsync(Plain, memory);
        await using var second = new TestSite(Plain, Limit, memory: memory, before: site);
        second.Site.LetGo(second.LeafOf("Lim"), isTold: false);
        second.Device[7] = 77;
        second.Advance(200);
        Assert.Equal(77, second.Device[7]);
        Assert.DoesNotContain(second.States, s => s.Text.Contains("let go", StringComparison.Ordinal));
        await second.DisposeAsync();
        await using var third = new TestSite(Plain, Limit, memory: memory, before: second);
        third.Advance(200);
        Assert.Equal(77, third.Device[7]);
    }

    [Theory] // the device is not found yet: the order of what was said counts
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_commands_after_it_was_let_go_of_is_obeyed(bool isTold)
    {
        var memory = new VolatileDeviceMemory();
        await using var site = await DeviceMemoryTests.CommandedAsync(Plain, memory);
        await using var second = new TestSite(Plain, Limit, memory: memory, before: site);
        second.Site.LetGo(second.LeafOf("Lim"), isTold);
        var command = second.Command("Lim", 35);
        Assert.Equal(AddCause.None, await Ended(second, command));
        second.Advance(70);
        Assert.Equal(35, second.Device[7]);
        second.Device[7] = 90;
        second.Advance(30);
        Assert.Equal(35, second.Device[7]);
    }

    [Fact]
    public async Task What_cannot_be_let_go_of_is_told()
    {
        await using var site = new TestSite("  Spt: {holding: 7, range: [0, 100], access: write, volatile: true, poll: fast, refresh: 5s, steps: [{write: {Spt: value}}, {write: {Beat: {from: Beat}}}]}\n  Beat: {holding: 8}\n", [("Lim", "inv1/Spt", "CO")]);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        site.Site.LetGo(site.LeafOf("Lim"), isTold: true);
        site.Advance(2);
        Assert.Contains("its profile knows no way to let go of it", site.States[^1].Text, StringComparison.Ordinal);
        Written(site);
        site.Advance(20);
        Assert.Empty(Written(site));
    }

    [Theory]
    [InlineData("WMaxLimPct", "is no value of WMaxLimPct")]
    [InlineData("WMaxLimPct=140", "from 0 to 100 %")]
    [InlineData("Other=1", "no point of the profile")]
    public void What_the_site_says_of_releases_is_checked(string release, string says)
    {
        var findings = new List<SiteFinding>();
        var profile = ProfileReader.Load(new StringReader("profile: p\npoints:\n" + Plain), "p.yaml").Profile!;
        var devices = new SiteDevices([new("inv1", "p", "modbus-tcp://h", Release: release)], new Dictionary<string, DeviceProfile> { ["p"] = profile }, DeviceOverride.None, findings);
        devices.Place(BindingTable.Of([], devices.Profiles, findings), findings);
        Assert.Contains(says, Assert.Single(findings).Text, StringComparison.Ordinal);
    }
}
