using DerAgent.Modbus;
using DerAgent.Model;

namespace DerAgent.Devices.Tests;

/// <summary>What devices in the field do, and that it costs the part it concerns, no longer than it lasts, with one line where it begins and one where it ends.</summary>
public sealed class DeviceFaultTests
{
    private const string Points = """
          A: {holding: 10, type: uint16, poll: fast}
          B: {holding: 11, type: uint16, poll: fast}
          N: {holding: 200, type: uint16, poll: normal}
          S: {holding: 400, type: uint16, poll: slow}
        """;

    private static readonly (string, string, string)[] All = [("A", "inv1/A", "MX"), ("B", "inv1/B", "MX"), ("N", "inv1/N", "MX"), ("S", "inv1/S", "MX"), ("H", "inv1/@health", "MX")];

    [Theory] // 1.3 s of it once took every point away until a restart, with Health Ok
    [InlineData(ModbusExceptionCode.IllegalDataAddress, 1.3)]
    [InlineData(ModbusExceptionCode.IllegalDataAddress, 8)]
    [InlineData(ModbusExceptionCode.IllegalDataValue, 8)]
    [InlineData(ModbusExceptionCode.ServerDeviceFailure, 30)]
    [InlineData(ModbusExceptionCode.IllegalFunction, 30)]
    [InlineData((ModbusExceptionCode)0, 30)]
    [InlineData(ModbusExceptionCode.ServerDeviceBusy, 30)]
    [InlineData(ModbusExceptionCode.GatewayTargetFailedToRespond, 30)]
    public async Task A_device_that_refuses_everything_for_a_while_is_read_again(ModbusExceptionCode code, double seconds)
    {
        await using var site = new TestSite(Points, All);
        site.Advance(10);
        Assert.Equal(1, site.Last("H")!.Value.Value.AsDouble());
        site.Device.OnRead = (_, _) => code;
        site.Advance(seconds);
        site.Device.OnRead = (_, _) => null;
        site.Advance(150, 0.1);
        Assert.All(new[] { "A", "B", "N", "S" }, n => Assert.True(site.Last(n)!.Value.Quality.IsGood, n));
        Assert.Equal(1, site.Last("H")!.Value.Value.AsDouble());
    }

    [Theory]
    [InlineData(ModbusExceptionCode.IllegalDataAddress)]
    [InlineData(ModbusExceptionCode.IllegalFunction)]
    [InlineData(ModbusExceptionCode.ServerDeviceBusy)]
    [InlineData(null)]
    public async Task A_block_that_fails_for_good_loses_its_values_and_no_other(ModbusExceptionCode? code)
    {
        await using var site = new TestSite(Points, All);
        site.Device[200] = 7;
        site.Advance(10);
        Assert.Equal(7, site.Last("N")!.Value.Value.AsDouble());
        var before = site.States.Count;
        site.Device.OnRead = (address, _) => address != 200 ? null : code ?? throw new ModbusException(ModbusFailure.Protocol, "the answer does not fit");
        site.Advance(60);
        Assert.Equal(Validity.Invalid, site.Last("N")!.Value.Quality.Validity);
        Assert.True(site.Last("A")!.Value.Quality.IsGood && site.Last("S")!.Value.Quality.IsGood);
        Assert.Equal(2, site.Last("H")!.Value.Value.AsDouble());
        Assert.Contains("N cannot be read", Assert.Single(site.States.Skip(before)).Text, StringComparison.Ordinal);
        var polls = site.Line.Asked.Where(a => a.Address == 10).Select(a => a.At).ToList();
        Assert.True(polls.Zip(polls.Skip(1), (a, b) => b - a).Max() <= TimeSpan.FromSeconds(1.2));

        site.Device.OnRead = (_, _) => null;
        site.Advance(125, 0.1);
        Assert.True(site.Last("N")!.Value.Quality.IsGood);
        Assert.Contains("N is read again after", site.States[^1].Text, StringComparison.Ordinal);
        Assert.Equal(1, site.Last("H")!.Value.Value.AsDouble());
    }

    [Fact] // a slow block that is not due yet does not keep it alive
    public async Task A_device_of_fast_and_slow_blocks_is_soon_known_to_be_silent()
    {
        await using var site = new TestSite(Points, All);
        site.Advance(20);
        site.Device.IsSilent = true;
        site.Advance(15);
        Assert.Equal(3, site.Last("H")!.Value.Value.AsDouble());
        Assert.All(new[] { "A", "N", "S" }, n => Assert.Equal(Validity.Invalid, site.Last(n)!.Value.Quality.Validity));
        Assert.Single(site.States, s => !s.IsAnswering);
    }

    [Fact] // asked again after a minute, growing to an hour
    public async Task A_refused_register_is_asked_for_ever_more_rarely()
    {
        await using var site = new TestSite(Points, All);
        site.Device.OnRead = (address, count) => address <= 200 && 200 < address + count ? ModbusExceptionCode.IllegalDataAddress : null;
        site.Advance(4 * 3600, 0.5);
        var asked = site.Line.Asked.Where(a => a.Address == 200).Select(a => a.At).ToList();
        Assert.InRange(asked.Count, 6, 20);
        Assert.InRange((asked[^1] - asked[^2]).TotalMinutes, 55, 65);
    }

    [Fact]
    public async Task Health_is_alarm_where_nothing_is_left_to_read_and_says_how_long_when_it_is_well()
    {
        await using var site = new TestSite("  A: {holding: 10, poll: fast}\n  B: {holding: 11, poll: fast}\n", [("A", "inv1/A", "MX"), ("B", "inv1/B", "MX"), ("H", "inv1/@health", "MX")]);
        site.Advance(3);
        site.Device.OnRead = (_, _) => ModbusExceptionCode.IllegalDataAddress;
        site.Advance(30);
        Assert.Equal(3, site.Last("H")!.Value.Value.AsDouble());
        Assert.Equal(Validity.Invalid, site.Last("A")!.Value.Quality.Validity);
        site.Device.OnRead = (_, _) => null;
        site.Advance(130, 0.1);
        Assert.Equal(1, site.Last("H")!.Value.Value.AsDouble());
        Assert.Contains(site.States, s => s.Text.Contains("again after", StringComparison.Ordinal));
    }

    [Fact] // first without what nobody needs, then in two
    public async Task Registers_in_between_that_cannot_be_read_are_left_out_first()
    {
        await using var site = new TestSite("  A: {holding: 10, poll: fast}\n  B: {holding: 14, poll: fast}\n", [("A", "inv1/A", "MX"), ("B", "inv1/B", "MX")]);
        site.Device.OnRead = (address, count) => address <= 12 && 12 < address + count ? ModbusExceptionCode.IllegalDataAddress : null;
        site.Advance(10);
        Assert.True(site.Last("A")!.Value.Quality.IsGood && site.Last("B")!.Value.Quality.IsGood);
        Assert.Contains("without what nobody needs", Assert.Single(site.States, s => s.Text.Contains("refuses", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_new_connection_what_was_refused_is_asked_again()
    {
        await using var site = new TestSite(Points, All);
        site.Device.OnRead = (address, _) => address == 200 ? ModbusExceptionCode.IllegalDataAddress : null;
        site.Advance(20);
        Assert.Equal(Validity.Invalid, site.Last("N")!.Value.Quality.Validity);
        site.Device.OnRead = (_, _) => null;
        site.Line.Connections++;
        site.Advance(3);
        Assert.True(site.Last("N")!.Value.Quality.IsGood);
    }

    [Theory] // 327 MW were served as good
    [InlineData("P: {holding: 10, type: int32, unit: W}", "turn order in the profile", 5000, 0)]
    [InlineData("W: {holding: 10, type: int32, unit: W}\n  WRtg: {holding: 20, type: uint32, unit: W}", "turn order in the profile", 5000, 0)]
    [InlineData("Hz: {holding: 10, unit: Hz}", "not within 40 to 70", 5000, 0)]
    [InlineData("SoC: {holding: 10, unit: \"%\"}", "not within 0 to 100", 180, 0)]
    public async Task A_number_nobody_could_mean_is_not_good(string points, string hint, int first, int second)
    {
        points = points.Replace("P:", "W:", StringComparison.Ordinal) is var own && own.Contains("WRtg", StringComparison.Ordinal) ? own : own + "\n  WRtg: {holding: 20, type: uint32, unit: W}";
        var name = points[..points.IndexOf(':', StringComparison.Ordinal)];
        await using var site = new TestSite($"  {points}\n", [("D", $"inv1/{name}", "MX"), ("H", "inv1/@health", "MX")]);
        (site.Device[21], site.Device[10], site.Device[11]) = (10_000, (ushort)first, (ushort)second);
        site.Advance(12);
        Assert.Equal(new Quality(Validity.Questionable, QualityDetail.OutOfRange), site.Last("D")!.Value.Quality);
        Assert.Contains(hint, Assert.Single(site.States, s => s.Text.Contains("reads", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
        Assert.Equal(2, site.Last("H")!.Value.Value.AsDouble());
        (site.Device[10], site.Device[11]) = name == "W" ? ((ushort)0, (ushort)5000) : ((ushort)50, (ushort)0);
        site.Advance(6);
        Assert.True(site.Last("D")!.Value.Quality.IsGood);
        Assert.Equal(1, site.Last("H")!.Value.Value.AsDouble());
    }

    [Fact]
    public async Task A_state_its_map_does_not_know_is_invalid_and_no_number()
    {
        await using var site = new TestSite("  St: {holding: 10, poll: fast, map: {1: off, 4: running}}\n", [("D", "inv1/St", "MX")]);
        site.Device[10] = 4;
        site.Advance(2);
        Assert.Equal(4, site.Last("D")!.Value.Value.AsDouble());
        site.Device[10] = 9;
        site.Advance(2);
        Assert.Equal((Validity.Invalid, DataKind.None), (site.Last("D")!.Value.Quality.Validity, site.Last("D")!.Value.Value.Kind));
        Assert.Contains(site.States, s => s.Text.Contains("its map does not know", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_counter_that_runs_backwards_is_questionable_until_it_counts_anew()
    {
        await using var site = new TestSite("  TotWh: {holding: 10, unit: Wh, poll: fast}\n", [("D", "inv1/TotWh", "MX")]);
        var qualities = new List<bool>();
        foreach (var value in new ushort[] { 100, 120, 90, 80, 130, 50, 60, 70 })
        {
            site.Device[10] = value;
            site.Advance(1);
            qualities.Add(site.Last("D")!.Value.Quality.IsGood);
        }

        Assert.Equal([true, true, false, false, true, false, true, true], qualities);
    }

    [Fact]
    public async Task Another_device_in_its_place_is_noticed()
    {
        await using var site = new TestSite("  SN: {holding: 10, type: string, length: 2, poll: once}\n  W: {holding: 30, poll: fast}\n", [("W", "inv1/W", "MX")]);
        (site.Device[10], site.Device[11]) = (0x4142, 0x4344);
        site.Advance(3);
        (site.Device[10], site.Device[11]) = (0x5758, 0x595A);
        site.Line.Connections++;
        site.Advance(3);
        Assert.Contains(site.States, s => s.Text.Contains("serial number is WXYZ and was ABCD", StringComparison.Ordinal));
    }

    [Theory] // by night it sleeps; at noon it is out of order
    [InlineData(0, 1)]
    [InlineData(5000, 3)]
    public async Task Silence_by_night_is_no_alarm_where_it_is_expected(ushort power, int health)
    {
        await using var site = new TestSite("  W: {holding: 10, unit: W, poll: fast}\n", [("W", "inv1/W", "MX"), ("H", "inv1/@health", "MX"), ("O", "inv1/@online", "MX")], head: "night: expected");
        site.Device[10] = power;
        site.Advance(5);
        site.Device.IsSilent = true;
        site.Advance(8 * 3600, 1);
        Assert.Equal((health, 0d), ((int)site.Last("H")!.Value.Value.AsDouble(), site.Last("O")!.Value.Value.AsDouble()));
        Assert.Equal(Validity.Invalid, site.Last("W")!.Value.Quality.Validity);
        Assert.Single(site.States, s => !s.IsAnswering);
        site.Device.IsSilent = false;
        site.Advance(62, 0.5);
        Assert.True(site.Last("W")!.Value.Quality.IsGood);
        Assert.Contains("silent for 8 h", site.States[^1].Text, StringComparison.Ordinal);

        // Longer than any night, it is out of order all the same.
        site.Device.IsSilent = true;
        site.Advance(20 * 3600, 1);
        Assert.Equal(3, site.Last("H")!.Value.Value.AsDouble());
    }

    [Fact] // the first question after idle only wakes it
    public async Task A_sleeping_meter_is_woken()
    {
        await using var site = new TestSite("  W: {holding: 10, poll: slow}\n", [("W", "inv1/W", "MX")], head: "wake: true");
        var last = TimeSpan.MinValue;
        site.Device.OnRead = (_, _) =>
        {
            var (now, slept) = (site.Line.Asked[^1].At, site.Line.Asked.Count < 2 || site.Line.Asked[^1].At - site.Line.Asked[^2].At > TimeSpan.FromSeconds(5));
            last = now;
            return slept ? throw new ModbusException(ModbusFailure.Timeout, "asleep") : null;
        };
        site.Advance(600, 0.5);
        Assert.True(site.Last("W")!.Value.Quality.IsGood);
        Assert.DoesNotContain(site.States, s => !s.IsAnswering);
    }

    [Fact] // Fronius: all zeros and state 7 while its inner bus does not answer
    public async Task While_it_says_that_there_is_no_reading_zero_is_none()
    {
        await using var site = new TestSite("  W: {holding: 10, poll: fast}\n  St: {holding: 11, poll: fast}\n  N: {holding: 400}\n", [("W", "inv1/W", "MX"), ("N", "inv1/N", "MX")], head: "none-when: {St: [7]}");
        (site.Device[10], site.Device[11]) = (500, 4);
        site.Advance(6);
        (site.Device[10], site.Device[11]) = (0, 7);
        site.Advance(6);
        Assert.All(new[] { "W", "N" }, n => Assert.Equal(Validity.Invalid, site.Last(n)!.Value.Quality.Validity));
        (site.Device[10], site.Device[11]) = (300, 4);
        site.Advance(6);
        Assert.Equal((300d, true), (site.Last("W")!.Value.Value.AsDouble(), site.Last("N")!.Value.Quality.IsGood));
    }
}
