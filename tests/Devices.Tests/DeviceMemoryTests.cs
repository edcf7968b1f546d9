using CsCheck;
using DerAgent.Model;
using static DerAgent.Devices.Tests.DeviceControlTests;

namespace DerAgent.Devices.Tests;

/// <summary>What must not be forgotten of a device over a restart of the agent.</summary>
public sealed class DeviceMemoryTests
{
    private const string Fed = "  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, volatile: true, poll: fast, refresh: 10s, release: {value: 100}}\n";
    private const string Plain = "  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, budget: 96/day, poll: fast, release: {value: 100}}\n  SN: {holding: 20, type: string, length: 2, poll: once}\n";

    private static readonly Gen<StoredPoint> AnyPoint = Gen.Select(Gen.String, Gen.Double, Gen.DateTimeOffset, Gen.Bool, Gen.Bool, (n, v, s, t, r) => new StoredPoint(n, v, s.ToUniversalTime(), t, r, null, null));

    private static readonly Gen<DeviceRecord> AnyRecord = Gen.Select(
        Gen.String,
        Gen.Select(AnyPoint, AnyPoint.Null(), AnyPoint.Null(), (p, a, b) => p with { Replaced = a, Ended = b }).Array[0, 4],
        Gen.Select(Gen.Enum<RegisterKind>(), Gen.Int[0, 65535], Gen.DateTimeOffset, Gen.Int, (k, a, h, c) => new StoredWrites(k, a, h.ToUniversalTime(), c)).Array[0, 6],
        Gen.Select(Gen.String, Gen.DateTimeOffset, (p, t) => new StoredMoment(p, t.ToUniversalTime())).Array[0, 4],
        Gen.Dictionary(Gen.String, Gen.Double)[0, 4],
        Gen.Select(Gen.String, Gen.Bool, Gen.DateTimeOffset, (p, o, t) => new StoredSwitch(p, o, t.ToUniversalTime())).Array[0, 3],
        Gen.Select(Gen.String, Gen.String, Gen.Double[-1e6, 1e6].Nullable(), Gen.Double[-1e6, 1e6].Nullable(), Gen.Bool, (p, o, v, b, t) => new StoredDemand(p, new(o, v) { Before = b, IsTaken = t })).Array[0, 4],
        Gen.Dictionary(Gen.String, Gen.Select(Gen.Double, Gen.Double, Gen.DateTimeOffset, (o, l, t) => new CounterState(o, l, t.ToUniversalTime(), null)))[0, 3],
        (serial, points, writes, written, before, switched, demands, counters) => new DeviceRecord(serial, points, writes, written, before, switched) { Demands = demands, Counters = counters });

    [Fact]
    public async Task What_was_in_force_is_refreshed_after_a_restart_and_written_again_where_the_device_has_let_go()
    {
        var memory = new VolatileDeviceMemory();
        await using var first = await CommandedAsync(Fed, memory);
        await using var second = new TestSite(Fed, Limit, memory: memory, before: first);
        second.Advance(12);
        Assert.All(Written(second), w => Assert.Equal("7=60", w));
        Assert.True(second.Time.GetUtcNow() > first.Time.Start);
        await second.DisposeAsync();

        second.Device[7] = 100;
        await using var third = new TestSite(Fed.Replace("refresh: 10s, ", "", StringComparison.Ordinal), Limit, memory: memory, before: second);
        third.Advance(3);
        Assert.Equal(["7=60"], Written(third));
    }

    [Theory] // the agent dies between the write and its read-back
    [InlineData(60, 60)] // the device has it: it is in force
    [InlineData(80, 80)] // the device has it not: what stood before is in force, and nothing is written twice
    public async Task What_nobody_saw_taken_is_looked_at_first(int stands, int inForce)
    {
        var memory = new VolatileDeviceMemory();
        await using var first = new TestSite(Fed, Limit, memory: memory);
        first.Advance(3);
        Assert.Equal(AddCause.None, await Ended(first, first.Command("Lim", 80)));
        var lost = first.Command("Lim", 60);
        while (first.Device[7] != 60)
        {
            first.Advance(0.01, 0.01);
        }

        Assert.False(lost.Accepted);
        await first.DisposeAsync();
        first.Device[7] = (ushort)stands;
        Written(first);
        await using var second = new TestSite(Fed, Limit, memory: memory, before: first);
        second.Advance(30);
        Assert.All(Written(second), w => Assert.Equal($"7={inForce}", w));
        Assert.Equal(inForce, second.Device[7]);
        second.Device[7] = 100;
        second.Advance(40);
        Assert.Equal(inForce, second.Device[7]);
    }

    [Fact]
    public async Task What_nothing_commands_any_more_is_told_and_left_alone()
    {
        var memory = new VolatileDeviceMemory();
        await using var first = await CommandedAsync(Fed, memory);
        await using var second = new TestSite("  A: {holding: 1}\n" + Fed, [("A", "inv1/A", "MX")], memory: memory, before: first);
        second.Advance(60);
        Assert.Empty(Written(second));
        Assert.Contains(second.States, s => s.Text.Contains("WMaxLimPct = 60 was commanded, and nothing commands it any more", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_device_that_was_exchanged_meanwhile_is_noticed_and_has_what_is_in_force_and_nothing_else_of_the_old_one()
    {
        var memory = new VolatileDeviceMemory();
        await using var first = await CommandedAsync(Plain, memory, static device => (device[7], device[20]) = (90, 0x4142));
        (first.Device[7], first.Device[20]) = (70, 0x4344);
        await using var second = new TestSite(Plain, Limit, memory: memory, before: first);
        second.Advance(5);
        Assert.Contains(second.States, s => s.Text.Contains("it is another device: its serial number is CD and was AB", StringComparison.Ordinal));
        Assert.Equal(["7=60"], Written(second));
        var record = memory.Of("inv1")!;
        Assert.Equal("CD", record.SerialNumber);
        Assert.Equal(70, record.Before["WMaxLimPct"]);
        Assert.Equal(1, record.Writes.Sum(w => w.Count));
    }

    [Fact] // a clock that was set back makes nothing happen in the future
    public async Task Times_outlive_a_restart_whatever_the_wall_clock_does()
    {
        var memory = new VolatileDeviceMemory();
        const string Slow = "  WMaxLimPct: {holding: 7, unit: \"%\", range: [0, 100], access: write, min-interval: 60s, poll: fast, release: {value: 100}}\n";
        await using var first = new TestSite(Slow, Limit, memory: memory);
        first.Advance(3);
        Assert.Equal(AddCause.None, await Ended(first, first.Command("Lim", 50)));
        await first.DisposeAsync();
        var record = memory.Of("inv1")!;
        await memory.KeepAsync("inv1", record with { Written = [.. record.Written.Select(w => w with { At = w.At.AddHours(5) })] });
        await using var second = new TestSite(Slow, Limit, memory: memory, before: first);
        second.Advance(3);
        var loosened = second.Command("Lim", 80);
        second.Advance(40);
        Assert.Null(loosened.Status);
        second.Advance(30);
        Assert.Equal(AddCause.None, loosened.Status);
    }

    [Fact] // what is to be done is kept before it is done; a sick disk does not hold it back for good
    public async Task A_store_that_takes_its_time_keeps_a_command_back_for_a_second_and_polls_not_at_all()
    {
        var memory = new SlowMemory();
        await using var site = new TestSite(Fed, Limit, memory: memory);
        site.Advance(3);
        var command = site.Command("Lim", 60);
        site.Advance(0.5);
        Assert.Equal("WMaxLimPct", Assert.Single(memory.Given[^1].InForce).Point);
        Assert.Equal(0, site.Device[7]);
        memory.Kept.SetResult();
        site.Advance(0.2);
        Assert.Equal(60, site.Device[7]);
        Assert.Equal(AddCause.None, await Ended(site, command));

        memory.Kept = new();
        var polls = site.Line.Asked.Count(a => a.Function == Modbus.ModbusFunction.ReadHoldingRegisters);
        site.Command("Lim", 50);
        site.Advance(0.9);
        Assert.Equal(60, site.Device[7]);
        site.Advance(2);
        Assert.Equal(50, site.Device[7]);
        Assert.True(site.Line.Asked.Count(a => a.Function == Modbus.ModbusFunction.ReadHoldingRegisters) > polls + 1);
        memory.Kept.SetResult();
    }

    [Fact]
    public void A_record_is_read_as_it_was_written() => AnyRecord.Sample(record =>
    {
        var read = DeviceRecordCodec.Decode(DeviceRecordCodec.Encode(record))!;
        Assert.Equal(record.SerialNumber, read.SerialNumber);
        Assert.Equal(record.InForce, read.InForce);
        Assert.Equal(record.Writes, read.Writes);
        Assert.Equal(record.Written, read.Written);
        Assert.Equal(record.Before, read.Before);
        Assert.Equal(record.Switched, read.Switched);
        Assert.Equal(record.Demands, read.Demands);
        Assert.Equal(record.Counters, read.Counters);
    });

    [Fact] // of a damaged store nothing is made up and nothing is thrown
    public void Octets_that_are_no_record_are_none() => Gen.Select(AnyRecord, Gen.Int[0, 4000], Gen.Byte, Gen.Int[0, 30]).Sample((record, at, value, cut) =>
    {
        var octets = DeviceRecordCodec.Encode(record);
        octets[at % octets.Length] = value;
        var read = DeviceRecordCodec.Decode(octets[..Math.Max(0, octets.Length - cut)]);
        Assert.True(read is null || read.InForce.Count <= octets.Length);
        Assert.Null(DeviceRecordCodec.Decode([]));
        Assert.Null(DeviceRecordCodec.Decode([9, .. octets[1..]]));
    });

    /// <summary>A site on which a limit of 60 was commanded, and whose agent was stopped then.</summary>
    internal static async Task<TestSite> CommandedAsync(string points, IDeviceMemory memory, Action<TestDevice>? before = null)
    {
        var site = new TestSite(points, Limit, memory: memory);
        before?.Invoke(site.Device);
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 60)));
        await site.DisposeAsync();
        Written(site);
        return site;
    }

    private sealed class SlowMemory : IDeviceMemory
    {
        public TaskCompletionSource Kept { get; set; } = new();

        public List<DeviceRecord> Given { get; } = [];

        public DeviceRecord? Of(string device) => null;

        public Task KeepAsync(string device, DeviceRecord record)
        {
            Given.Add(record);
            return Kept.Task;
        }
    }
}
