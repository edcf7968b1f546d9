using DerAgent.Modbus;
using DerAgent.Model;

namespace DerAgent.Devices.Tests;

/// <summary>Control as real hardware wants it: switches, heartbeats, codes, one exchange for several registers, and how a value is let go of.</summary>
public sealed class DeviceControlTests
{
    internal const string Switched = """
          Switch: {holding: 6}
          WMaxLimPct: {holding: 7, scale: 0.1, unit: "%", range: [0, 100], access: write, poll: fast,
            steps: [{write: {WMaxLimPct: value}}, {write: {Switch: 0xAA}}], release: {steps: [{write: {Switch: 0x55}}]}}
        """;

    internal static readonly (string, string, string)[] Limit = [("Lim", "inv1/WMaxLimPct", "CO")];

    [Fact]
    public async Task A_limit_behind_a_switch_is_in_force_while_the_switch_says_so()
    {
        await using var site = new TestSite(Switched, Limit, modbus: "{timeout-ms: 1000, write-function: 6}");
        (site.Device[6], site.Device[7]) = (0x55, 300);
        site.Advance(6);

        // The register is an echo of nothing: there is no limit.
        Assert.Equal(100, site.Last("Lim")!.Value.Value.AsDouble());
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        Assert.Equal(["7=600", "6=170"], Written(site));
        Assert.Equal(60, site.Last("Lim")!.Value.Value.AsDouble(), 1e-3);

        // The top of the range lets go: its memory wears, and gets back what stood there.
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 100)));
        Assert.Equal(["7=300", "6=85"], Written(site));
        Assert.Equal(100, site.Last("Lim")!.Value.Value.AsDouble());
    }

    [Fact] // every readable register that the steps wrote is read back, not the value alone
    public async Task A_switch_that_does_not_take_is_a_deviation()
    {
        await using var site = new TestSite(Switched, Limit);
        site.Device.Takes = (address, value) => address == 6 ? (ushort)0x55 : value;
        site.Advance(6);
        var command = site.Command("Lim", 60);
        Assert.Equal(AddCause.AbortionDueToDeviation, await Ended(site, command));
        Assert.Contains("Switch reads back 85", command.Text, StringComparison.Ordinal);
    }

    [Theory] // limits go to the stricter step of the register
    [InlineData(60.06, 600)]
    [InlineData(57.3, 573)]
    [InlineData(0, 0)]
    public async Task A_limit_between_two_steps_goes_to_the_stricter_one(float value, int raw)
    {
        await using var site = new TestSite(Switched, Limit);
        site.Advance(6);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", value)));
        Assert.Equal(raw, site.Device[7]);
    }

    [Fact]
    public async Task Relays_take_the_next_stricter_step_there_is()
    {
        await using var site = new TestSite("  WMaxLimPct: {coil: 0, length: 4, unit: \"%\", map: {1: 100, 2: 60, 4: 30, 8: 0}, access: write, poll: fast, release: {value: 100}}\n", Limit);
        site.Advance(2);
        foreach (var (value, pattern) in new (float, ushort[])[] { (59, [0, 0, 1, 0]), (60, [0, 1, 0, 0]), (10, [0, 0, 0, 1]), (100, [1, 0, 0, 0]) })
        {
            Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", value)));
            Assert.Equal(pattern, site.Device.Coils.Values);
        }

        Assert.Equal(100, site.Last("Lim")!.Value.Value.AsDouble());
    }

    [Fact] // seen in the device's log: the gap is never above its own time-out, whatever else is on the line
    public async Task What_is_in_force_is_refreshed_at_the_share_of_the_devices_own_time()
    {
        await using var site = new TestSite("""
              Tms: {holding: 1, unit: s, poll: slow}
              WMaxLimPct: {holding: 7, unit: "%", range: [0, 100], access: write, volatile: true, poll: slow, refresh: {from: Tms, factor: 0.5}, release: {value: 100}}
              A: {holding: 20, poll: fast}
            """, [("Lim", "inv1/WMaxLimPct", "CO"), ("A1", "inv1/A", "MX"), ("A2", "inv2/A", "MX"), ("A3", "inv3/A", "MX")], devices: 3);
        site.Line.Latency = TimeSpan.FromMilliseconds(290);
        site.Device[1] = 10;
        site.Line.Device(3).IsSilent = true;
        site.Advance(20);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        var busy = 0;
        site.Device.OnWrite = (_, _) => ++busy % 5 == 0 ? ModbusExceptionCode.ServerDeviceBusy : null;
        site.Advance(300);
        var refreshes = Frames(site, 7);
        Assert.InRange(refreshes.Count, 55, 90);
        Assert.True(refreshes.Zip(refreshes.Skip(1), (a, b) => b - a).Max() < TimeSpan.FromSeconds(10));

        // Let go of, it is silent.
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 100)));
        var count = Frames(site, 7).Count;
        site.Advance(60);
        Assert.Equal(count, Frames(site, 7).Count);
    }

    [Fact]
    public async Task A_refresh_that_does_not_get_through_is_told_before_the_device_lets_go()
    {
        await using var site = new TestSite("  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, volatile: true, poll: fast, refresh: 30s, release: {value: 100}}\n", [("Lim", "inv1/WMaxLimPct", "CO"), ("H", "inv1/@health", "MX")]);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        site.Device.OnWrite = (_, _) => ModbusExceptionCode.ServerDeviceFailure;
        site.Advance(50);
        Assert.Contains(site.States, s => s.Text.Contains("could not be refreshed since", StringComparison.Ordinal));
        Assert.Equal(2, site.Last("H")!.Value.Value.AsDouble());
        site.Device.OnWrite = (_, _) => null;
        site.Advance(30);
        Assert.Contains(site.States, s => s.Text.Contains("is refreshed again", StringComparison.Ordinal));
        Assert.Equal(1, site.Last("H")!.Value.Value.AsDouble());
    }

    [Fact] // a CHP: four registers in one exchange, what is not commanded as it is, and a number that must come back
    public async Task Several_registers_go_in_one_exchange_and_a_heartbeat_gives_back_what_it_reads()
    {
        await using var site = new TestSite("""
              HandOut: {holding: 8, poll: fast}
              HandIn: {holding: 19, access: write-only}
              Cmd: {holding: 9, map: {0x01: off, 0xC5: on}}
              Other: {holding: 10}
              GridW: {holding: 12, scale: 100, unit: W}
              WSptNow: {holding: 30, scale: 0.1, unit: "%", poll: fast}
              WSptPct: {holding: 11, scale: 0.1, unit: "%", range: [50, 100], access: write, volatile: true,
                steps: [{write: {Cmd: on, Other: current, WSptPct: value, GridW: current}}], refresh: {every: 1s, write: {HandIn: {from: HandOut}}},
                release: {steps: [{write: {Cmd: off, Other: current, WSptPct: current, GridW: current}}]}, verify: {read: WSptNow, tolerance: 1, within: 30s}}
            """, [("Lim", "inv1/WSptPct", "CO")]);
        (site.Device[8], site.Device[10], site.Device[12]) = (41, 7, 30);
        site.Device.Written = (address, value) =>
        {
            site.Device[8]++;
            site.Device[30] = address == 11 ? value : site.Device[30];
        };
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 80)));
        var four = site.Device.Writes.First(w => w.Values.Length > 1);
        Assert.Equal([0xC5, 7, 800, 30], four.Values);
        Assert.Equal(9, four.Address);
        site.Device.Writes.Clear();
        site.Advance(10);
        var beats = site.Device.Writes.Where(w => w.Address == 19).Select(w => w.Values[0]).ToList();
        Assert.InRange(beats.Count, 9, 11);
        Assert.Equal(beats.Distinct(), beats);
    }

    [Fact]
    public async Task Who_is_let_go_of_by_silence_is_refreshed_no_longer()
    {
        await using var site = new TestSite("  WMaxLim: {holding: 7, unit: W, range: [0, 10000], access: write, volatile: true, poll: fast, refresh: 30s, release: {after: 120s}}\n", [("Lim", "inv1/WMaxLim", "CO")]);
        site.Advance(2);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 6000)));
        site.Advance(100);
        var count = Frames(site, 7).Count;
        Assert.InRange(count, 4, 6);
        var release = site.Command("Lim", 10000);
        site.Advance(100);
        Assert.Null(release.Status);
        site.Advance(30);
        Assert.Equal((AddCause.None, count), (release.Status, Frames(site, 7).Count));
    }

    [Fact]
    public async Task What_must_be_set_in_the_device_is_asked_for_first()
    {
        await using var site = new TestSite("  Mode: {holding: 1, poll: slow}\n  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, release: {value: 100}}\n", Limit, head: "needs: [{point: Mode, is: 1079, hint: allow control by the plant}]");
        site.Advance(3);
        var command = site.Command("Lim", 60);
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, command));
        Assert.Contains("allow control by the plant", command.Text, StringComparison.Ordinal);
        Assert.Empty(site.Device.Writes);
        site.Device[1] = 1079;
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
    }

    [Fact] // a code of the site is written where the lock says so, and is in no sentence
    public async Task A_secret_unlocks_and_is_never_told()
    {
        double? code = null;
        await using var site = new TestSite("""
              Lock: {input: 1, poll: fast}
              Code: {holding: 2, access: write-only}
              Result: {holding: 3}
              WExpLim: {holding: 7, unit: W, range: [0, 60000], access: write, release: {value: 60000},
                steps: [{write: {Code: {secret: code.txt}}, unless: {Lock: 2}}, {wait: 2s}, {write: {WExpLim: value}}, {until: {Result: 0}, within: 5s, refused: [0xFFFB]}]}
            """, [("Lim", "inv1/WExpLim", "CO")], secret: file => file == "code.txt" ? code : null);
        site.Advance(3);
        var without = site.Command("Lim", 100);
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, without));
        Assert.Contains("code.txt", without.Text, StringComparison.Ordinal);

        code = 70_000;
        var wrong = site.Command("Lim", 100);
        Assert.Equal(AddCause.InconsistentParameters, await Ended(site, wrong));
        Assert.DoesNotContain("70000", wrong.Text, StringComparison.Ordinal);

        code = 2014;
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 100)));
        Assert.Equal(["2=2014", "7=100"], Written(site));
        site.Device[1] = 2;
        site.Advance(2);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 200)));
        Assert.Equal(["7=200"], Written(site));
        site.Device[3] = 0xFFFB;
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, site.Command("Lim", 300)));
        Assert.DoesNotContain(site.States, s => s.Text.Contains("2014", StringComparison.Ordinal));
    }

    [Theory] // 6 is asked again; 5 means taken, and is never sent again
    [InlineData(ModbusExceptionCode.ServerDeviceBusy, AddCause.None, 3)]
    [InlineData(ModbusExceptionCode.GatewayTargetFailedToRespond, AddCause.None, 3)]
    [InlineData(ModbusExceptionCode.Acknowledge, AddCause.None, 1)]
    [InlineData(ModbusExceptionCode.ServerDeviceFailure, AddCause.InconsistentParameters, 1)]
    [InlineData(ModbusExceptionCode.IllegalDataAddress, AddCause.BlockedByProcess, 1)]
    public async Task Exceptions_on_writes_mean_what_the_device_means_by_them(ModbusExceptionCode code, AddCause cause, int frames)
    {
        await using var site = new TestSite("  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, release: {value: 100}}\n", Limit, head: "write-exceptions: {4: out-of-range, 2: not-permitted}\nrefused-hint: allow it in the menu");
        site.Advance(3);
        var asked = 0;
        site.Device.OnWrite = (address, value) =>
        {
            // An acknowledged write takes hold a moment later.
            site.Device[address] = code == ModbusExceptionCode.Acknowledge ? value : site.Device[address];
            return ++asked <= 2 ? code : null;
        };
        var command = site.Command("Lim", 60);
        Assert.Equal(cause, await Ended(site, command));
        Assert.Equal(frames, asked);
        Assert.Equal(code == ModbusExceptionCode.IllegalDataAddress, command.Text.Contains("allow it in the menu", StringComparison.Ordinal));
    }

    [Theory] // after a time-out the value is read back first; a plain value is written once more, a pulse never
    [InlineData("holding: 7", true, AddCause.None, 1)]
    [InlineData("holding: 7", false, AddCause.None, 2)]
    [InlineData("coil: 7", false, AddCause.AbortionByCommunicationLoss, 1)]
    public async Task A_write_without_answer_is_looked_at_before_it_is_written_again(string where, bool isTaken, AddCause cause, int frames)
    {
        await using var site = new TestSite($"  P: {{{where}, access: write, poll: slow}}\n", [("Lim", "inv1/P", "CO")]);
        site.Advance(3);
        var asked = 0;
        site.Device.OnWrite = (address, value) =>
        {
            if (++asked > 1)
            {
                return null;
            }

            site.Device[address] = isTaken ? value : site.Device[address];
            throw new ModbusException(ModbusFailure.Timeout, "no answer");
        };
        Assert.Equal(cause, await Ended(site, site.Command("Lim", 1)));
        Assert.Equal(frames, asked);
    }

    internal static List<string> Written(TestSite site)
    {
        var written = site.Device.Writes.SelectMany(w => w.Values.Select((v, i) => $"{w.Address + i}={v}")).ToList();
        site.Device.Writes.Clear();
        return written;
    }

    private static List<TimeSpan> Frames(TestSite site, int address) => [.. site.Line.Asked.Where(a => a.Unit == 1 && a.Address == address && a.Function is ModbusFunction.WriteSingleRegister or ModbusFunction.WriteMultipleRegisters && a.Address == address).Select(a => a.At)];

    internal static async Task<AddCause> Ended(TestSite site, TestCommand command, double within = 30)
    {
        site.Advance(within, within > 60 ? 0.5 : 0.05);
        return (await command.Running.WaitAsync(TimeSpan.FromSeconds(10))).Failure;
    }
}
