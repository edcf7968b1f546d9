using DerAgent.Modbus;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>
/// What people complained about elsewhere and no other test here proves. The other complaints have theirs: word order (26) also in PureTests and WireProbeTests, gaps (27) in DeviceFaultTests, function codes (28) in the facts of families,
/// values that revert (29) in InForceTests and CommandTests, wear (30) in WearTests, pauses (33) in TurnMasterTests, dead units (34) in LineTests, late answers (35) in LateAnswerTests, sentinels (37) in PureTests.
/// </summary>
public sealed class ComplaintTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact] // 26: the order of words differs between reading and writing of the same register
    public async Task A_register_that_is_read_in_one_order_and_written_in_the_other_is_verified()
    {
        await using var site = new TestSite("""
              Lim:    {holding: 10, type: uint32, order: low-first, access: write-only, range: [0, 1000000], volatile: true, release: {value: 1000000}, verify: {read: LimNow, within: 5s}}
              LimNow: {holding: 10, type: uint32, order: high-first}
            """, [("Lim", "inv1/Lim", "CO")]);
        site.Device.Written = (address, _) =>
        {
            if (address == 11)
            {
                (site.Device[10], site.Device[11]) = (site.Device[11], site.Device[10]);
            }
        };
        site.Advance(2);
        var command = site.Command("Lim", 70_000);
        site.Advance(5);
        Assert.True(command.Running.IsCompletedSuccessfully && (await command.Running).Succeeded);
        Assert.Equal([(10, new ushort[] { 4464, 1 })], site.Device.Writes.Select(w => (w.Address, w.Values)));
    }

    [Theory] // 27: 50 and 64 registers at most, and the specification's own 125
    [InlineData(50)]
    [InlineData(64)]
    [InlineData(125)]
    public async Task No_question_asks_for_more_than_the_device_gives(int most)
    {
        var points = string.Concat(Enumerable.Range(0, 200).Select(i => $"  P{i}: {{holding: {i}, poll: fast}}\n"));
        await using var site = new TestSite(points, [.. Enumerable.Range(0, 200).Select(i => ($"D{i}", $"inv1/P{i}", "MX"))], $"{{max-read: {most}}}");
        site.Device.OnRead = (_, count) => count > most ? ModbusExceptionCode.IllegalDataValue : null;
        site.Advance(5);
        Assert.Equal((199, (200 + most - 1) / most), (site.Batches.SelectMany(b => b).Where(v => v.Quality.IsGood).Select(v => v.Slot).Distinct().Count() - 1, site.Line.Asked.Select(a => a.Address).Distinct().Count()));
    }

    [Fact] // 31: the device takes nobody else in
    public async Task Who_serves_one_client_is_told_so_where_it_cannot_be_reached()
    {
        var master = new ClosedMaster();
        var profile = ProfileReader.Load(new StringReader("profile: p\nmodbus: {single-client: true}\npoints:\n  W: {holding: 7}\n"), "p.yaml").Profile!;
        var unit = new ModbusUnit(master, 1, profile, new FakeTimeProvider());
        var e = await Assert.ThrowsAsync<DeviceException>(() => unit.ReadAsync(RegisterKind.Holding, 7, 1, TimeSpan.FromSeconds(1), Cancel));
        Assert.Equal((DeviceFailure.NoLine, "h:502 cannot be reached: refused; it serves one client at a time: is somebody else connected to it?"), (e.Failure, e.Message));
    }

    [Theory] // 32: 1 to 2 seconds after connecting, and none where the device hangs up meanwhile
    [InlineData(0)]
    [InlineData(1500)]
    public void Devices_are_given_the_time_they_need_after_connecting(int milliseconds)
    {
        var profile = ProfileReader.Load(new StringReader($"profile: p\nmodbus: {{connect-delay-ms: {milliseconds}, timeout-ms: 20000}}\npoints:\n  W: {{holding: 7}}\n"), "p.yaml").Profile!;
        var placement = new DevicePlacement(new("d", profile, new HashSet<string> { "W" }), DeviceUrl.Parse("modbus-tcp://h:502?unit=1", out _)!);
        Assert.Equal((TimeSpan.FromMilliseconds(milliseconds), TimeSpan.FromSeconds(20)), (placement.Opening.ConnectDelay, placement.Profile.Modbus.Timeout));
    }

    [Theory] // 36: base 0 is a base; sunspec/models#44 (Kostal): the chain ends with id 0, and one register behind it is refused
    [InlineData(0)]
    [InlineData(40_000)]
    [InlineData(50_000)]
    public async Task A_chain_is_found_at_each_base_and_may_end_with_id_0(int start)
    {
        ushort[] registers = [0x5375, 0x6E53, 1, 4, 0, 0, 0, 0, 0];
        Task<ushort[]> Read(int address, int count, CancellationToken cancel) => address >= start && address + count <= start + registers.Length
            ? Task.FromResult(registers.AsSpan(address - start, count).ToArray())
            : Task.FromException<ushort[]>(new DeviceException(DeviceFailure.Absent, "refused", new ModbusException(ModbusFailure.Exception, "refused", ModbusExceptionCode.IllegalDataValue)));
        var models = new Dictionary<int, SunSpecPlace>();
        await foreach (var step in SunSpecDiscovery.FindAsync([40_000, 0, 50_000], Read, models, static _ => false, Cancel))
        {
            Assert.Equal(TimeSpan.Zero, step.Pause);
        }

        Assert.Equal([new(1, new SunSpecPlace(start + 2, 6))], models);
    }

    [Fact] // 36: scale factors change at run time
    public async Task A_scale_factor_that_changes_holds_for_the_very_reading_it_came_with()
    {
        await using var site = new TestSite("  W: {holding: 10, type: int16, scale-factor: SF, poll: fast}\n  SF: {holding: 11, type: int16, poll: fast}\n", [("Pow", "inv1/W", "MX")]);
        (site.Device[10], site.Device[11]) = (500, 1);
        site.Advance(3);
        Assert.Equal(5000d, site.Last("Pow")!.Value.Value.AsDouble());
        (site.Device[10], site.Device[11]) = (5001, 0);
        site.Advance(3);
        Assert.Equal(5001d, site.Last("Pow")!.Value.Value.AsDouble());
    }

    [Fact] // 38: a firmware changes the scale of a register; which one the device has it says itself
    public async Task A_firmware_with_another_scale_is_a_variant()
    {
        await using var site = new TestSite("  Fw: {holding: 1, poll: once}\n  W: {holding: 10, scale: 1, unit: W, poll: fast}\n", [("Pow", "inv1/W", "MX")], head: "variants: {new: {when: {Fw: [7, 8]}, points: {W: {scale: 0.1}}}}");
        site.Device[10] = 5000;
        site.Advance(3);
        Assert.Equal(5000d, site.Last("Pow")!.Value.Value.AsDouble());
        await using var other = new TestSite("  Fw: {holding: 1, poll: once}\n  W: {holding: 10, scale: 1, unit: W, poll: fast}\n", [("Pow", "inv1/W", "MX")], head: "variants: {new: {when: {Fw: [7, 8]}, points: {W: {scale: 0.1}}}}");
        (other.Device[1], other.Device[10]) = (8, 50_000);
        other.Advance(3);
        Assert.Equal(5000d, other.Last("Pow")!.Value.Value.AsDouble());
    }

    [Fact] // ha-modbus-manager#98: one register refuses all writes for days, all else works
    public async Task One_register_that_refuses_for_days_is_asked_slowly_and_nothing_else_suffers()
    {
        await using var site = new TestSite("  W: {holding: 10, unit: W, poll: fast}\n  Lim: {holding: 20, range: [0, 100], unit: W, access: write, volatile: true, release: {value: 100}, effect: {point: W}}\n", [("Pow", "inv1/W", "MX"), ("Lim", "inv1/Lim", "CO")]);
        site.Advance(2);
        var command = site.Command("Lim", 50);
        site.Advance(5);
        Assert.True((await command.Running).Succeeded);
        site.Device.OnWrite = static (_, _) => ModbusExceptionCode.ServerDeviceFailure;
        site.Device[10] = 77;
        site.Site.LetGo(site.LeafOf("Lim"), isTold: true);
        site.Line.Asked.Clear();
        site.Advance(86_400, 1);
        var asked = site.Line.Asked.Count(a => a.Function == ModbusFunction.WriteMultipleRegisters);
        Assert.InRange(asked, 24, 60);
        Assert.Equal((77d, true), (site.Last("Pow")!.Value.Value.AsDouble(), site.Last("Pow")!.Value.Quality.IsGood));
        Assert.Single(site.States, s => s.Text.Contains("Lim", StringComparison.Ordinal) && s.Text.Contains("let go", StringComparison.Ordinal));
    }

    /// <summary>A line to a device that takes nobody else in.</summary>
    private sealed class ClosedMaster : IModbusMaster
    {
        public bool IsConnected => false;

        public long Connections => 0;

        public long DroppedAnswers => 0;

        public Task<ReadOnlyMemory<byte>> ExchangeAsync(byte unit, ModbusRequest request, CancellationToken cancel) => Task.FromException<ReadOnlyMemory<byte>>(new ModbusException(ModbusFailure.NoConnection, "h:502 cannot be reached: refused"));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
