using DerAgent.Modbus;
using DerAgent.Model;
using static DerAgent.Devices.Tests.DeviceControlTests;

namespace DerAgent.Devices.Tests;

/// <summary>What is in force: kept against another controller, a restart and the night; not against whoever works on site.</summary>
public sealed class InForceTests
{
    [Fact] // a set point taken back after its command was noticed by nobody
    public async Task What_another_controller_takes_back_is_written_once_more_and_then_left_to_him()
    {
        await using var site = new TestSite("  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, poll: fast, release: {value: 100}}\n", [("Lim", "inv1/WMaxLimPct", "CO"), ("H", "inv1/@health", "MX")]);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        Assert.Equal(["7=60"], Written(site));

        // A moment is no change; ten seconds are.
        site.Device[7] = 100;
        site.Advance(5);
        site.Device[7] = 60;
        site.Advance(20);
        Assert.Empty(Written(site));
        site.Device[7] = 100;
        site.Advance(9);
        Assert.Empty(Written(site));
        site.Advance(4);
        Assert.Equal(["7=60"], Written(site));
        Assert.Equal(1, site.Last("H")!.Value.Value.AsDouble());

        // Again within the hour: it is not ours.
        site.Device[7] = 80;
        site.Advance(30 * 60, 0.5);
        Assert.Empty(Written(site));
        Assert.Contains("another controller writes this register", Assert.Single(site.States, s => s.Text.Contains("controller", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.Equal((2d, 80d), (site.Last("H")!.Value.Value.AsDouble(), site.Last("Lim")!.Value.Value.AsDouble()));

        // Tried after an hour; it holds.
        site.Advance(35 * 60, 0.5);
        Assert.Equal(["7=60"], Written(site));
        Assert.Equal(1, site.Last("H")!.Value.Value.AsDouble());
        Assert.Contains("stands again", site.States[^1].Text, StringComparison.Ordinal);

        // The next command is written whatever was before.
        site.Device[7] = 80;
        site.Advance(60);
        Written(site);
        site.Device[7] = 80;
        site.Advance(60);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 50)));
        Assert.Contains("7=50", Written(site));
    }

    [Theory] // another controller owns the register: no war
    [InlineData(3, false)]
    [InlineData(9, false)]
    [InlineData(12, true)]
    public async Task What_is_taken_back_within_ten_seconds_of_its_command_is_another_controllers(double after, bool isWrittenAgain)
    {
        await using var site = new TestSite("  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, volatile: true, poll: slow, refresh: 20s, release: {value: 100}}\n", [("Lim", "inv1/WMaxLimPct", "CO"), ("H", "inv1/@health", "MX")]);
        site.Advance(3);
        var command = site.Command("Lim", 60);
        site.Advance(after);
        Assert.Equal(AddCause.None, command.Status);
        var reads = site.Line.Asked.Count;
        Written(site);
        site.Device[7] = 100;

        // It is read each second for ten seconds, then in its poll class.
        site.Advance(1.5);
        Assert.Equal(isWrittenAgain ? 1 : 2, site.Last("H")!.Value.Value.AsDouble());
        Assert.Equal(!isWrittenAgain, site.States[^1].Text.Contains("another controller writes this register", StringComparison.Ordinal));
        site.Advance(60);
        Assert.Equal(isWrittenAgain ? 60 : 100, site.Device[7]);
        Assert.Equal(!isWrittenAgain, Written(site).Count == 0);
        Assert.InRange(site.Line.Asked.Count - reads, 1, 20);
    }

    [Fact] // looked at closely, it was refused ten times in ten seconds, and not asked again for minutes
    public async Task What_is_refused_after_a_command_is_asked_again_after_a_minute_as_ever()
    {
        await using var site = new TestSite("  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, volatile: true, release: {value: 100}}\n", [("Lim", "inv1/WMaxLimPct", "CO"), ("H", "inv1/@health", "MX")]);
        site.Advance(3);
        var command = site.Command("Lim", 60);
        site.Advance(1);
        Assert.Equal(AddCause.None, command.Status);
        site.Device.OnRead = static (_, _) => ModbusExceptionCode.IllegalFunction;
        var from = site.Line.Asked.Count;
        site.Advance(20);
        Assert.InRange(site.Line.Asked.Count - from, 2, 4);
        site.Device.OnRead = static (_, _) => null;
        site.Advance(50);
        Assert.Equal(1, site.Last("H")!.Value.Value.AsDouble());
    }

    [Theory] // a limit once ended negative after a minute of night although it held
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task By_night_a_limit_that_was_taken_has_succeeded_and_is_looked_at_by_dawn(bool isPowerNone, bool isReadBackNone)
    {
        await using var site = new TestSite("""
              WMaxLimPct: {holding: 7, unit: "%", range: [0, 100], access: write-only, release: {value: 100}, verify: {read: WLimNow, of: WMax, tolerance: 1, within: 5s}, effect: {point: W, of: WMax, tolerance: 3, within: 20s}}
              WLimNow: {holding: 8, unit: W, none: max, poll: fast}
              WMax: {holding: 9, unit: W, poll: slow}
              W: {holding: 10, unit: W, none: max, poll: fast}
            """, [("Lim", "inv1/WMaxLimPct", "CO"), ("W", "inv1/W", "MX")]);
        (site.Device[8], site.Device[9], site.Device[10]) = (isReadBackNone ? (ushort)0xFFFF : (ushort)6000, 10_000, isPowerNone ? (ushort)0xFFFF : (ushort)0);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        Assert.Equal(["7=60"], Written(site));
        site.Advance(3600, 0.5);
        Assert.Empty(Written(site));

        // By dawn the inverter has forgotten it.
        (site.Device[8], site.Device[10]) = (10_000, 500);
        site.Advance(20);
        Assert.Equal(["7=60"], Written(site));
    }

    [Theory] // whoever works on a line behind an open switch relies on it
    [InlineData("Conn: {holding: 7, access: write, range: [0, 1], poll: fast}")]
    [InlineData("Mine: {holding: 7, access: write, map: {0: off, 1: on}, poll: fast}")]
    public async Task A_switch_that_somebody_opened_stays_open(string point)
    {
        await using var site = new TestSite($"  {point}\n", [("Lim", $"inv1/{point[..point.IndexOf(':', StringComparison.Ordinal)]}", "CO")]);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 1)));
        Assert.Equal(["7=1"], Written(site));
        site.Device[7] = 0;
        site.Line.Connections++;
        site.Advance(120);
        Assert.Empty(Written(site));
    }

    [Fact]
    public async Task What_was_in_force_before_a_command_that_failed_is_still_in_force()
    {
        await using var site = new TestSite("  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, volatile: true, poll: fast, refresh: 10s, release: {value: 100}}\n", Limit);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        site.Device.OnWrite = (_, value) => value == 40 ? ModbusExceptionCode.ServerDeviceFailure : null;
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, site.Command("Lim", 40)));
        Written(site);
        site.Advance(25);
        Assert.All(Written(site), w => Assert.Equal("7=60", w));
        Assert.Equal(60, site.Device[7]);
    }

    [Fact] // what is repeated must not come after what takes its place
    public async Task A_refresh_on_its_way_never_writes_the_old_value_after_the_new_one()
    {
        await using var site = new TestSite("  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, volatile: true, poll: fast, refresh: 2s, release: {value: 100}}\n", Limit);
        site.Line.Latency = TimeSpan.FromMilliseconds(300);
        site.Advance(3);
        for (var i = 0; i < 40; i++)
        {
            var command = site.Command("Lim", 20 + i);
            site.Advance(1.37 + (0.05 * (i % 7)), 0.01);
            Assert.Equal(AddCause.None, command.Status);
            Assert.Equal(20 + i, site.Device[7]);
        }
    }

    [Fact] // half a release is none
    public async Task A_release_that_fails_half_way_leaves_the_limit_in_force()
    {
        await using var site = new TestSite("""
              A: {holding: 6}
              WMaxLimPct: {holding: 7, unit: "%", range: [0, 100], access: write, volatile: true, poll: fast, release: {steps: [{write: {WMaxLimPct: 100}}, {write: {A: 0}}]}}
            """, Limit);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        Written(site);
        site.Device.OnWrite = (address, _) => address == 6 ? ModbusExceptionCode.ServerDeviceFailure : null;
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, site.Command("Lim", 100)));
        Assert.Equal(["7=100", "7=60"], Written(site));
        Assert.Equal(60, site.Last("Lim")!.Value.Value.AsDouble());
    }

    [Theory] // whoever stops an engine on site relies on it, whatever set point was in force
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_engine_that_was_stopped_on_site_is_not_started_by_its_set_point(bool wasAway)
    {
        await using var site = new TestSite("""
              Run: {holding: 6, map: {1: off, 5: on}, access: write, volatile: true, poll: fast}
              WSptPct: {holding: 7, unit: "%", range: [50, 100], access: write, volatile: true, poll: fast, refresh: 5s, steps: [{write: {Run: 5, WSptPct: value}}], release: {steps: [{write: {Run: 1}}]}}
            """, [("P", "inv1/WSptPct", "CO")]);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("P", 80)));
        site.Advance(1.5);
        site.Device[6] = 1;
        site.Line.Connections += wasAway ? 1 : 0;
        site.Advance(2.2);
        Written(site);
        site.Advance(3600, 0.5);
        Assert.Empty(Written(site));
        Assert.Contains("Run was switched off on site", Assert.Single(site.States, s => s.Text.Contains("on site", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("P", 70)));
        Assert.Equal(5, site.Device[6]);
    }

    [Fact] // what keeps a value in force begins before its first step
    public async Task A_counter_is_answered_before_the_first_step()
    {
        await using var site = new TestSite("""
              Out: {holding: 5, poll: fast}
              In: {holding: 9, access: write-only, volatile: true}
              WSptPct: {holding: 7, unit: "%", range: [0, 100], access: write, volatile: true, poll: fast, refresh: {every: 1s, write: {In: {from: Out}}}, release: {after: 5s}}
            """, [("P", "inv1/WSptPct", "CO")]);
        site.Device[5] = 4711;
        site.Advance(3);
        site.Command("P", 80);
        site.Advance(0.3);
        Assert.Equal(["9=4711", "7=80"], Written(site));
        site.Advance(5);
        Assert.All(Written(site), w => Assert.Equal("9=4711", w));
    }

    [Theory] // a reboot loses what stands in working memory
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_in_force_is_written_again_after_the_device_was_away(bool isSilent)
    {
        await using var site = new TestSite(Switched, Limit);
        site.Advance(6);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        site.Advance(10);
        Written(site);
        site.Device.IsSilent = isSilent;
        site.Advance(isSilent ? 60 : 0, 0.2);
        (site.Device[6], site.Device[7]) = (0x55, 1000);
        site.Device.IsSilent = false;
        site.Line.Connections++;
        site.Advance(70, 0.2);
        Assert.Equal(["7=600", "6=170"], Written(site));
        Assert.Equal(60, site.Last("Lim")!.Value.Value.AsDouble(), 1e-3);
    }

    [Fact] // what the steps of a value in force do not have to be told apart from what the next one does
    public void Each_state_of_a_point_in_force_has_its_action()
    {
        var points = ProfileReader.Load(new StringReader("profile: p\npoints:\n  P: {holding: 1, access: write}\n"), "p.yaml").Profile!.Points;
        var minute = TimeSpan.FromMinutes(1);
        var held = new PointInForce(new WriteOrder(points["P"], 5, points), TimeSpan.Zero);
        (ForceAction Action, PointInForce Point) Check(PointInForce point, bool isWrong, TimeSpan now) => ForceWatch.Check(point, isWrong, now) is var (p, a) ? (a, p) : default;
        Assert.Equal((ForceAction.None, held), Check(held, false, minute));
        Assert.Equal((ForceAction.None, held with { ChangedSince = minute }), Check(held, true, minute));
        Assert.Equal(ForceAction.None, Check(held with { ChangedSince = minute }, true, minute + TimeSpan.FromSeconds(9)).Action);
        Assert.Equal((ForceAction.Restore, held with { Restored = minute + ForceWatch.Settle }), Check(held with { ChangedSince = minute }, true, minute + ForceWatch.Settle));
        Assert.Equal(ForceAction.GiveUp, Check(held with { Commanded = minute }, true, minute + TimeSpan.FromSeconds(9)).Action);
        Assert.Equal(ForceAction.None, Check(held with { Commanded = minute }, true, minute + TimeSpan.FromSeconds(10)).Action);
        Assert.Equal(ForceAction.Restore, Check(held with { Commanded = minute, WasAway = true }, true, minute + TimeSpan.FromSeconds(9)).Action);
        Assert.Equal(ForceAction.GiveUp, Check(held with { ChangedSince = minute, Restored = TimeSpan.Zero }, true, minute + ForceWatch.Settle).Action);
        Assert.Equal(ForceAction.Restore, Check(held with { ChangedSince = 70 * minute, Restored = TimeSpan.Zero }, true, 71 * minute).Action);
        Assert.Equal((ForceAction.Restore, held), Check(held with { WasAway = true }, true, minute));
        Assert.Equal(ForceAction.None, Check(held with { ForeignUntil = 60 * minute }, true, 59 * minute).Action);
        Assert.Equal(ForceAction.Restore, Check(held with { ForeignUntil = 60 * minute }, true, 60 * minute).Action);
        Assert.Equal((ForceAction.Regain, held with { Restored = minute }), Check(held with { ForeignUntil = 60 * minute, Restored = minute }, false, 2 * minute));
    }
}
