using DerAgent.Modbus;
using DerAgent.Model;

namespace DerAgent.Devices.Tests;

/// <summary>A command on its way: written, read back, watched until its effect shows, and every way that can end.</summary>
public sealed class CommandTests
{
    private const string Limit = """
          Lim: {holding: 10, type: uint16, access: write, range: [0, 100], poll: slow, verify: {tolerance: 0, within: 2s}}
        """;

    private const string WithEffect = """
          Lim: {holding: 10, type: uint16, access: write, range: [0, 100], poll: slow, verify: {tolerance: 0, within: 2s}, effect: {point: W, of: WRtg, tolerance: 2, within: 20s}}
          W: {holding: 20, type: uint16, unit: W, poll: fast}
          WRtg: {holding: 21, type: uint16, unit: W, poll: slow}
        """;

    [Fact]
    public async Task It_is_accepted_when_it_reads_back_and_ends_when_its_effect_shows()
    {
        await using var site = Site(WithEffect);
        (site.Device[20], site.Device[21]) = (900, 1000);
        site.Advance(2);
        var command = site.Command("Lim", 50);
        site.Advance(1);
        Assert.Equal((50, true, null), (site.Device[10], command.Accepted, command.Status));
        site.Device[20] = 519;
        site.Advance(2);
        Assert.Equal(AddCause.None, command.Status);
    }

    [Fact]
    public async Task Without_effect_it_ends_with_the_read_back()
    {
        await using var site = Site(Limit);
        site.Advance(2);
        var command = site.Command("Lim", 50);
        site.Advance(1);
        Assert.Equal((true, AddCause.None), (command.Accepted, command.Status));
    }

    [Theory]
    [InlineData(ModbusExceptionCode.IllegalDataValue, AddCause.InconsistentParameters)]
    [InlineData(ModbusExceptionCode.ServerDeviceFailure, AddCause.BlockedByProcess)]
    [InlineData(ModbusExceptionCode.IllegalFunction, AddCause.BlockedByProcess)]
    [InlineData(ModbusExceptionCode.IllegalDataAddress, AddCause.BlockedByProcess)]
    [InlineData((ModbusExceptionCode)0, AddCause.BlockedByProcess)]
    public async Task What_the_device_refuses_is_refused(ModbusExceptionCode code, AddCause cause)
    {
        await using var site = Site(Limit);
        site.Device.OnWrite = (_, _) => code;
        site.Advance(2);
        var command = site.Command("Lim", 50);
        site.Advance(1);
        Assert.Equal((false, cause), (command.Accepted, command.Status));
    }

    [Fact]
    public async Task A_device_that_falls_silent_gives_no_answer()
    {
        await using var site = Site(Limit);
        site.Advance(2);
        site.Device.IsSilent = true;
        var command = site.Command("Lim", 50);
        site.Advance(5);
        Assert.Equal((false, AddCause.AbortionByCommunicationLoss), (command.Accepted, command.Status));
    }

    [Fact]
    public async Task A_device_that_never_spoke_gives_no_answer_at_once()
    {
        await using var site = Site(Limit);
        site.Device.IsSilent = true;
        site.Advance(30);
        var command = site.Command("Lim", 50);
        site.Advance(5);
        Assert.Equal(AddCause.AbortionByCommunicationLoss, command.Status);
    }

    [Theory]
    [InlineData(101)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    public async Task A_value_out_of_range_is_never_written(float value)
    {
        await using var site = Site(Limit);
        site.Advance(2);
        var command = site.Command("Lim", value);
        site.Advance(1);
        Assert.Equal(AddCause.InconsistentParameters, command.Status);
        Assert.DoesNotContain(site.Line.Asked, a => a.Function == ModbusFunction.WriteMultipleRegisters);
    }

    [Fact]
    public async Task A_value_that_is_clamped_is_a_deviation()
    {
        await using var site = Site(Limit);
        site.Device.Takes = (_, value) => Math.Min(value, (ushort)30);
        site.Advance(2);
        var command = site.Command("Lim", 50);
        site.Advance(4);
        Assert.Equal((false, AddCause.AbortionDueToDeviation), (command.Accepted, command.Status));
    }

    [Fact]
    public async Task A_value_taken_back_while_its_effect_is_awaited_is_a_deviation()
    {
        await using var site = Site(WithEffect);
        (site.Device[20], site.Device[21]) = (900, 1000);
        site.Advance(2);
        var command = site.Command("Lim", 50);
        site.Advance(1);
        Assert.True(command.Accepted);
        site.Device[10] = 100;
        site.Advance(3);
        Assert.Equal(AddCause.AbortionDueToDeviation, command.Status);
    }

    [Fact]
    public async Task An_effect_that_does_not_come_in_time_is_told()
    {
        await using var site = Site(WithEffect);
        (site.Device[20], site.Device[21]) = (900, 1000);
        site.Advance(2);
        var command = site.Command("Lim", 50);
        site.Advance(15);
        Assert.Null(command.Status);
        site.Advance(10);
        Assert.Equal(AddCause.TimeLimitOver, command.Status);
    }

    [Fact]
    public async Task It_can_be_withdrawn_while_it_waits_and_is_written_no_more()
    {
        await using var site = Site("  Lim: {holding: 10, type: uint16, access: write, min-interval: 120s, poll: slow, verify: {tolerance: 0, within: 2s}}");
        site.Advance(2);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 1)));
        using var withdraw = new CancellationTokenSource();
        var waiting = site.Command("Lim", 2, withdraw.Token);
        site.Advance(5);
        Assert.Null(waiting.Status);
        await withdraw.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Running);
        site.Advance(180, 1);
        Assert.Equal(1, site.Device[10]);
    }

    [Fact]
    public async Task Reading_back_can_be_withdrawn()
    {
        await using var site = Site("  Lim: {holding: 10, type: uint16, access: write, poll: slow, verify: {tolerance: 0, within: 60s}}");
        site.Device.Takes = (_, _) => 0;
        site.Advance(2);
        using var withdraw = new CancellationTokenSource();
        var command = site.Command("Lim", 5, withdraw.Token);
        site.Advance(10);
        Assert.Null(command.Status);
        await withdraw.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.Running);
    }

    [Fact] // a defect in the driver, or an answer nobody foresaw
    public async Task What_is_thrown_ends_the_command_and_the_next_one_works()
    {
        await using var site = Site(Limit);
        site.Advance(2);
        site.Device.OnWrite = (_, _) => throw new InvalidOperationException("nobody foresaw this");
        var command = site.Command("Lim", 50);
        site.Advance(1);
        Assert.True(command.Running.IsFaulted || command.Status is not null and not AddCause.None);
        site.Device.OnWrite = (_, _) => null;
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 51)));
    }

    [Fact] // a variant that the device turns out to be says on and off otherwise
    public async Task A_literal_is_written_as_the_device_that_is_there_says_it()
    {
        await using var site = new TestSite("  Kind: {holding: 1, poll: once}\n  Run: {holding: 20, map: {1: \"on\", 0: \"off\"}, access: write, volatile: true}\n", [("Run", "inv1/Run", "BO")], head: "variants: {new: {when: {Kind: [7]}, points: {Run: {map: {0: \"on\", 1: \"off\"}}}}}");
        (site.Device[1], site.Device[20]) = (7, 1);
        site.Advance(3);
        var command = site.Command("Run", DataValue.Boolean(true));
        site.Advance(5);
        Assert.True((await command.Running).Succeeded);
        Assert.Equal(0, site.Device[20]);
    }

    [Fact]
    public async Task A_point_the_device_does_not_have_cannot_be_commanded()
    {
        await using var site = Site("  Lim: {holding: 10, type: uint16, access: write, poll: slow, verify: {tolerance: 0, within: 2s}}");
        site.Device.OnWrite = (_, _) => ModbusExceptionCode.IllegalDataAddress;
        site.Advance(2);
        Assert.Equal(AddCause.BlockedByProcess, await Ended(site, site.Command("Lim", 1)));
    }

    [Fact]
    public async Task Steps_are_written_in_order()
    {
        await using var site = Site("""
              Lim: {holding: 10, type: uint16, access: write, poll: slow, verify: {tolerance: 0, within: 2s}, steps: [{write: {Ena: 0}}, {write: {Lim: value}}, {write: {Ena: 1}}]}
              Ena: {holding: 11, type: uint16, access: write, poll: slow}
            """);
        var written = new List<(int, ushort)>();
        site.Device.Written = (address, value) => written.Add((address, value));
        site.Advance(2);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 7)));
        Assert.Equal([(11, 0), (10, 7), (11, 1)], written);
    }

    [Fact] // a poll loop and a command's read-back use one driver: what a scale factor of one exchange says holds for that exchange
    public async Task Polls_and_commands_of_one_device_never_meet_in_its_driver()
    {
        await using var site = new TestSite(
            """
              A: {holding: 1, type: uint16, poll: fast, scale-factor: SF}
              SF: {holding: 2, type: int16, poll: fast}
              Lim: {holding: 10, type: uint16, access: write, poll: fast, scale-factor: SF, verify: {tolerance: 0.5, within: 2s}}
            """,
            [("A", "inv1/A", "MX"), ("Lim", "inv1/Lim", "CO")]);
        (site.Device[1], site.Device[2]) = (7, 1);
        site.Line.Latency = TimeSpan.FromMilliseconds(300);
        site.Advance(3);
        for (var i = 1; i <= 20; i++)
        {
            var command = site.Command("Lim", i * 10);
            site.Advance(4);
            Assert.Equal(AddCause.None, command.Status);
            Assert.Equal(i, site.Device[10]);
        }

        Assert.Equal(1, site.Line.MostAtOnce);
        Assert.All(site.Batches.SelectMany(b => b).Where(v => site.NameOf(v) == "A" && v.Quality.IsGood), v => Assert.Equal(70, v.Value.AsDouble()));
    }

    [Fact] // the worst outcome is the command's; accepted is what every device accepted
    public async Task A_command_to_several_devices_ends_as_the_worst_of_them()
    {
        await using var site = new TestSite(Limit, [("Lim", "inv1/Lim,inv2/Lim", "CO")], devices: 2);
        site.Line.Device(2).OnWrite = (_, _) => ModbusExceptionCode.IllegalDataValue;
        site.Advance(2);
        var command = site.Command("Lim", 50);
        site.Advance(3);
        Assert.Equal((false, AddCause.InconsistentParameters), (command.Accepted, command.Status));
        Assert.Equal(50, site.Device[10]);
        site.Line.Device(2).OnWrite = (_, _) => null;
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 40)));
        Assert.Equal((40, 40), (site.Line.Device(1)[10], site.Line.Device(2)[10]));
    }

    private static TestSite Site(string points) => new(points, [("Lim", "inv1/Lim", "CO"), .. points.Contains("W:", StringComparison.Ordinal) ? [("W", "inv1/W", "MX")] : Array.Empty<(string, string, string)>()]);

    private static async Task<AddCause> Ended(TestSite site, TestCommand command)
    {
        site.Advance(30, 0.1);
        return (await command.Running.WaitAsync(TimeSpan.FromSeconds(10))).Failure;
    }
}
