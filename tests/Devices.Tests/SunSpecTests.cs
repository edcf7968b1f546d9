using System.Text.Json;
using DerAgent.Modbus;
using DerAgent.Tests;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>SunSpec: tables, discovery, and a device over a master that needs no socket.</summary>
public sealed class SunSpecTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(103)]
    [InlineData(120)]
    [InlineData(121)]
    [InlineData(123)]
    [InlineData(124)]
    [InlineData(203)]
    [InlineData(701)]
    [InlineData(702)]
    [InlineData(704)]
    [InlineData(713)]
    [InlineData(802)]
    public void Our_tables_agree_with_the_models_of_the_alliance(int id)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Corpus.Path("sunspec", $"model_{id}.json")));
        var offset = 0;
        var points = Points(json.RootElement.GetProperty("group"), "").ToList();
        Assert.Equal(points.Select(p => p.Name), SunSpecModel.Find(id)!.Points.Select(p => p.Name));
        foreach (var ((name, point), own) in points.Zip(SunSpecModel.Find(id)!.Points))
        {
            Assert.Equal((name, point.GetProperty("type").GetString(), offset), (own.Name, own.Type, own.Offset));
            Assert.Equal(point.TryGetProperty("sf", out var sf) ? sf.GetString() : null, own.ScaleFactor);
            Assert.Equal(point.TryGetProperty("access", out var access) && access.GetString() == "RW", own.IsWritable);
            offset += point.GetProperty("size").GetInt32();
        }

        Assert.Equal(offset, SunSpecModel.Find(id)!.Length);
    }

    /// <summary>Points of a model; those of nested groups behind it, with the group's name.</summary>
    private static IEnumerable<(string Name, JsonElement Point)> Points(JsonElement group, string prefix)
    {
        foreach (var point in group.GetProperty("points").EnumerateArray())
        {
            yield return (prefix + point.GetProperty("name").GetString(), point);
        }

        foreach (var inner in group.TryGetProperty("groups", out var groups) ? groups.EnumerateArray().SelectMany(g => Points(g, prefix + g.GetProperty("name").GetString() + ".")) : [])
        {
            yield return inner;
        }
    }

    [Fact]
    public async Task Models_are_found_at_each_base_without_end_marker_and_with_lying_lengths()
    {
        var registers = new ushort[100];
        (registers[0], registers[1]) = (0x5375, 0x6E53);
        (registers[2], registers[3]) = (999, 10);
        (registers[14], registers[15]) = (123, 26); // counts its own header
        (registers[40], registers[41]) = (555, 0);
        Task<ushort[]> Read(int address, int count, CancellationToken cancel) =>
            address is >= 50_000 and < 50_100 ? Task.FromResult(registers.AsSpan(address - 50_000, count).ToArray()) : Task.FromException<ushort[]>(Refusal(ModbusExceptionCode.IllegalDataAddress));
        var models = new Dictionary<int, SunSpecPlace>();
        await foreach (var step in SunSpecDiscovery.FindAsync([40_000, 0, 50_000], Read, models, Cancel))
        {
            Assert.NotEmpty(step.Text);
        }

        Assert.Equal([(999, new SunSpecPlace(50_002, 12)), (123, new SunSpecPlace(50_014, 26))], models.Select(m => (m.Key, m.Value)));
        await Assert.ThrowsAsync<DeviceException>(async () =>
        {
            await foreach (var step in SunSpecDiscovery.FindAsync([40_000], (_, _, _) => Task.FromException<ushort[]>(Refusal(ModbusExceptionCode.IllegalDataAddress)), models, Cancel))
            {
                Assert.Contains("no marker", step.Text, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public async Task The_simulated_inverter_obeys_a_limit_and_its_energy_rises()
    {
        var inverter = new PvInverterSimulator(10_000, _ => 0.8);
        var now = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        inverter.Step(now, TimeSpan.FromSeconds(10));
        Assert.Equal(8000, inverter.Power);
        var driver = new ModbusDriver(Profile(), new DirectMaster(inverter.Memory), 1, new FakeTimeProvider(now));
        await DiscoverAsync(driver);
        Assert.Equal(WriteAnswer.Taken, (await driver.WriteAsync([new("WMaxLimPct", 50)], Cancel)).Answer);
        Assert.Equal(WriteAnswer.Taken, (await driver.WriteAsync([new("WMaxLim_Ena", 1)], Cancel)).Answer);
        Assert.Equal(WriteAnswer.OutOfRange, (await driver.WriteAsync([new("WMaxLimPct", 150)], Cancel)).Answer);
        inverter.Step(now, TimeSpan.FromSeconds(1));
        Assert.Equal(6000, inverter.Power);
        inverter.Step(now, TimeSpan.FromSeconds(10));
        Assert.Equal(5000, inverter.Power);
        var before = inverter.Memory.ReadRegisters(40_000 + 2 + 68 + 24, 2, false)!;
        inverter.Step(now, TimeSpan.FromHours(1));
        Assert.NotEqual(before, inverter.Memory.ReadRegisters(40_000 + 2 + 68 + 24, 2, false)!);
    }

    [Fact]
    public async Task A_silent_device_makes_its_values_old_after_three_missed_polls_and_good_again_when_it_answers()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero));
        var inverter = new PvInverterSimulator(10_000, _ => 0.8);
        inverter.Step(time.GetUtcNow(), TimeSpan.FromSeconds(10));
        var master = new DirectMaster(inverter.Memory);
        var readings = new List<Reading>();
        var states = new List<bool>();
        var device = new Device(
            new("inv1", Profile(), new HashSet<string>(StringComparer.Ordinal) { "W" }),
            new ModbusDriver(Profile(), master, 1, time),
            time,
            (_, r) => readings.AddRange(r.Where(x => x.Point == "W")),
            s => states.Add(s.IsAnswering));
        using var stop = new CancellationTokenSource();
        await using var line = new DeviceLine([device], time);
        var running = line.RunAsync(stop.Token);
        Assert.True(readings[^1].Quality.IsGood);
        Assert.Equal(8000, readings[^1].Value.Number);
        var good = readings[^1].Time;

        master.IsSilent = true;
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("invalid|failure|oldData", readings[^1].Quality.ToString());
        Assert.True(readings[^1].Time - good < TimeSpan.FromSeconds(2));
        master.IsSilent = false;
        for (var i = 0; i < 300; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(readings[^1].Quality.IsGood);
        Assert.Equal([true, false, true], states);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task DiscoverAsync(ModbusDriver driver)
    {
        await foreach (var step in driver.DiscoverAsync(TimeSpan.FromSeconds(1), Cancel))
        {
            Assert.NotEmpty(step.Text);
        }
    }

    private static DeviceException Refusal(ModbusExceptionCode code) => new(DeviceFailure.Absent, $"{code}", new ModbusException(ModbusFailure.Exception, $"{code}", code));

    private static DeviceProfile Profile() => ProfileReader.Load(Path.Combine(Corpus.Root, "device-profiles", "sunspec-inverter.yaml")).Profile!;

    /// <summary>A master that asks a memory directly.</summary>
    private sealed class DirectMaster(IModbusMemory memory) : IModbusMaster
    {
        public bool IsSilent { get; set; }

        public bool IsConnected => true;

        public long Connections => 1;

        public long DroppedAnswers => 0;

        public Task<ReadOnlyMemory<byte>> ExchangeAsync(byte unit, ModbusRequest request, CancellationToken cancel)
        {
            if (IsSilent)
            {
                return Task.FromException<ReadOnlyMemory<byte>>(new ModbusException(ModbusFailure.Timeout, "silent"));
            }

            var answer = Answer(request);
            return (answer[0] & 0x80) != 0
                ? Task.FromException<ReadOnlyMemory<byte>>(new ModbusException(ModbusFailure.Exception, "refused", (ModbusExceptionCode)answer[1]))
                : Task.FromResult<ReadOnlyMemory<byte>>(answer);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private byte[] Answer(ModbusRequest request)
        {
            var pdu = request.Pdu.Span;
            if (request.Function == ModbusFunction.ReadHoldingRegisters)
            {
                var registers = memory.ReadRegisters(request.Address, request.Count, false);
                return registers is null ? [0x83, 2] : [3, (byte)(registers.Length * 2), .. registers.SelectMany(r => new[] { (byte)(r >> 8), (byte)r })];
            }

            var values = new ushort[request.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (ushort)((pdu[6 + (2 * i)] << 8) | pdu[7 + (2 * i)]);
            }

            return memory.WriteRegisters(request.Address, values) is { } code ? [0x90, (byte)code] : pdu[..5].ToArray();
        }
    }
}
