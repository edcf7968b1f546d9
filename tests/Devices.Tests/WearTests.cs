using DerAgent.Model;
using static DerAgent.Devices.Tests.DeviceControlTests;

namespace DerAgent.Devices.Tests;

/// <summary>Memory that wears, engines that must run on, and what must never be kept waiting by either.</summary>
public sealed class WearTests
{
    private const string Flash = "  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, budget: 3/day, poll: fast, release: {value: 100}}\n";

    [Fact]
    public async Task Over_the_budget_only_what_is_stricter_or_lets_go_is_written_and_somebody_is_told()
    {
        await using var site = new TestSite(Flash, [("Lim", "inv1/WMaxLimPct", "CO"), ("H", "inv1/@health", "MX")]);
        site.Advance(3);
        foreach (var value in new[] { 60, 50, 55 })
        {
            Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", value)));
        }

        var refused = site.Command("Lim", 70);
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, refused));
        Assert.Contains("WMaxLimPct was written 3 times within a day, and its memory bears 3", refused.Text, StringComparison.Ordinal);
        Assert.Equal(55, site.Device[7]);
        Assert.Equal(1, site.Last("H")!.Value.Value.AsDouble());

        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 30)));
        Assert.Equal([30, 2], (double[])[site.Device[7], site.Last("H")!.Value.Value.AsDouble()]);
        Assert.Contains("only stricter limits and releases are written now", site.States[^1].Text, StringComparison.Ordinal);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 100)));
        Assert.Equal(100, site.Device[7]);

        // The next day it may be loosened again.
        site.Advance(25 * 3600, 5);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 40)));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 70)));
        Assert.Equal([70, 1], (double[])[site.Device[7], site.Last("H")!.Value.Value.AsDouble()]);
    }

    [Fact] // each register by itself: a switch beside the value is written as often
    public async Task Writes_are_counted_by_register_over_restarts()
    {
        var memory = new VolatileDeviceMemory();
        const string Points = """
              Ena: {holding: 6, access: write, budget: 2/day}
              WMaxLimPct: {holding: 7, unit: "%", range: [0, 100], access: write, volatile: true, poll: fast, steps: [{write: {WMaxLimPct: value}}, {write: {Ena: 1}}], release: {value: 100}}
            """;
        await using var first = new TestSite(Points, Limit, memory: memory);
        first.Advance(3);
        Assert.Equal(AddCause.None, await Ended(first, first.Command("Lim", 60)));
        Assert.Equal(AddCause.None, await Ended(first, first.Command("Lim", 70)));
        await first.DisposeAsync();
        await using var second = new TestSite(Points, Limit, memory: memory, before: first);
        second.Advance(5);
        var refused = second.Command("Lim", 80);
        Assert.Equal(AddCause.BlockedByProcess, await Ended(second, refused));
        Assert.Contains("Ena was written 2 times", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_said_is_96_writes_a_day_and_what_is_volatile_has_no_bound()
    {
        await using var flash = new TestSite("  P: {holding: 7, range: [0, 1000], access: write, poll: fast}\n", [("Lim", "inv1/P", "CO")]);
        await using var memory = new TestSite("  P: {holding: 7, range: [0, 1000], access: write, volatile: true, poll: fast}\n", [("Lim", "inv1/P", "CO")]);
        foreach (var site in new[] { flash, memory })
        {
            site.Advance(3);
            for (var i = 1; i <= 100; i++)
            {
                site.Command("Lim", i);
                site.Advance(2);
            }
        }

        Assert.Equal([96, 100], (ushort[])[flash.Device[7], memory.Device[7]]);
    }

    [Fact]
    public async Task What_is_in_force_already_is_verified_and_not_written()
    {
        await using var site = new TestSite(Switched, Limit);
        site.Advance(6);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        Written(site);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        Assert.Empty(Written(site));

        // Read, not believed.
        site.Device[6] = 0x55;
        var again = site.Command("Lim", 60);
        site.Advance(2);
        Assert.True(again.Accepted);
        Assert.Equal(["7=600", "6=170"], Written(site));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 100)));
        Written(site);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 100)));
        Assert.Empty(Written(site));
    }

    [Fact] // two numbers that are one in the register: the second is read back once, and then the line rests
    public async Task What_rounds_to_what_is_in_force_is_verified_once()
    {
        await using var site = new TestSite("  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, volatile: true, poll: fast, release: {value: 100}}\n", Limit);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 50.4f)));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 50.2f)));
        Assert.Equal(50, site.Device[7]);
        var before = site.Line.Asked.Count;
        site.Advance(60);
        Assert.InRange(site.Line.Asked.Count - before, 59, 75);
    }

    [Fact]
    public async Task What_loosens_waits_for_the_interval_and_the_newest_wins()
    {
        await using var site = new TestSite("  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, min-interval: 60s, poll: fast, release: {value: 100}}\n", Limit);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 50)));
        var first = site.Command("Lim", 60);
        site.Advance(2);
        var second = site.Command("Lim", 70);
        site.Advance(2);
        Assert.Equal((AddCause?[])[AddCause.BlockedByCommand, null], [first.Status, second.Status]);
        Assert.Equal(50, site.Device[7]);

        // What is stricter does not wait, and what waited is out of date.
        var third = site.Command("Lim", 40);
        site.Advance(1);
        Assert.Equal((AddCause?[])[AddCause.BlockedByCommand, AddCause.None], [second.Status, third.Status]);
        Assert.Equal(40, site.Device[7]);
        var fourth = site.Command("Lim", 90);
        site.Advance(55);
        Assert.Equal(40, site.Device[7]);
        site.Advance(10);
        Assert.Equal(AddCause.None, fourth.Status);
        Assert.Equal(90, site.Device[7]);

        // Letting go does not wait either.
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 100)));
        Assert.Equal(100, site.Device[7]);
    }

    [Fact] // a limit's time on one point never holds back a disconnect on another
    public async Task A_disconnect_waits_for_nothing()
    {
        await using var site = new TestSite("""
              WMaxLimPct: {holding: 7, unit: "%", range: [0, 100], access: write, min-interval: 600s, budget: 1/day, poll: fast, release: {value: 100}}
              Conn: {holding: 8, access: write, range: [0, 1], min-interval: 600s, budget: 1/day, poll: fast}
            """, [("Lim", "inv1/WMaxLimPct", "CO"), ("C", "inv1/Conn", "CO")]);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("C", 1)));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 50)));
        var waiting = site.Command("Lim", 60);
        site.Advance(1);
        var off = site.Command("C", 0);
        site.Advance(1);
        Assert.Equal((AddCause?[])[null, AddCause.None], [waiting.Status, off.Status]);
        Assert.Equal(0, site.Device[8]);
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, site.Command("C", 1), 700));
    }

    [Theory] // a CHP's least run and stop
    [InlineData("write", true)]
    [InlineData("write-only", false)]
    public async Task An_engine_runs_and_stands_still_for_its_least_time(string access, bool isReadable)
    {
        await using var site = new TestSite($$$"""
              Run: {holding: 7, map: {1: off, 0xC5: on}, access: {{{access}}}, hold: {on: 30m, off: 10m}, volatile: true, poll: fast}
              WSptPct: {holding: 8, unit: "%", range: [50, 100], access: write, volatile: true, steps: [{write: {Run: 0xC5}}, {write: {WSptPct: value}}], release: {steps: [{write: {Run: 1}}]}}
            """, [("Lim", "inv1/Run", "CO"), ("P", "inv1/WSptPct", "CO")]);
        const float On = 0xC5;
        site.Device[7] = 1;
        site.Advance(3);

        // Since when it stands still nobody knows: it may be started.
        Assert.Equal(AddCause.None, await Ended(site, site.Command("P", 80)));
        Assert.Equal(0xC5, site.Device[7]);
        var stop = site.Command("Lim", 1);
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, stop));
        Assert.Contains("Run is on and must stay so for another", stop.Text, StringComparison.Ordinal);

        // What nobody wants any more is let go of when it may be.
        site.Site.LetGo(site.LeafOf("P"), isTold: true);
        site.Advance(20 * 60, 0.5);
        Assert.Equal(0xC5, site.Device[7]);
        site.Advance(11 * 60, 0.5);
        Assert.Equal(1, site.Device[7]);
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, site.Command("Lim", On)));
        if (isReadable)
        {
            // Somebody starts it by hand: from then on it runs, and is not stopped.
            site.Device[7] = 0xC5;
            site.Advance(3);
            Assert.Equal(AddCause.BlockedByProcess, await Ended(site, site.Command("Lim", 1)));
            return;
        }

        site.Advance(11 * 60, 0.5);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", On)));
    }

    [Fact] // a device that keeps one of two
    public async Task A_point_ends_the_other_and_gives_it_back_where_it_fails()
    {
        await using var site = new TestSite("""
              WMaxLimPct: {holding: 7, unit: "%", range: [0, 100], access: write, volatile: true, refresh: 10s, poll: fast, release: {value: 100}}
              WMaxLim: {holding: 8, unit: W, range: [0, 1000], access: write, volatile: true, refresh: 10s, poll: fast, ends: WMaxLimPct, release: {value: 1000}}
            """, [("Lim", "inv1/WMaxLimPct", "CO"), ("W", "inv1/WMaxLim", "CO")]);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        site.Device.OnWrite = (address, _) => address == 8 ? Modbus.ModbusExceptionCode.ServerDeviceFailure : null;
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, site.Command("W", 500)));
        Written(site);
        site.Advance(15);
        Assert.Contains("7=60", Written(site));

        site.Device.OnWrite = static (_, _) => null;
        Assert.Equal(AddCause.None, await Ended(site, site.Command("W", 500)));
        Assert.Contains(site.States, s => s.Text.Contains("WMaxLimPct = 60 is in force no longer: the device keeps WMaxLim in its place", StringComparison.Ordinal));
        Written(site);
        site.Advance(25);
        Assert.All(Written(site), w => Assert.Equal("8=500", w));
    }
}
