using System.Text.Json;
using DerAgent.Modbus;
using DerAgent.Tests;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>SunSpec: tables, discovery, and a device over a master that needs no socket.</summary>
public sealed class SunSpecTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Our_tables_agree_with_the_models_of_the_alliance()
    {
        var ids = Directory.GetFiles(Corpus.Path("sunspec", ""), "model_*.json").Select(f => int.Parse(Path.GetFileNameWithoutExtension(f)[6..], System.Globalization.CultureInfo.InvariantCulture)).Where(i => i != 715).Order().ToList();
        Assert.True(ids.Count > 25);
        foreach (var id in ids)
        {
            using var json = JsonDocument.Parse(File.ReadAllText(Corpus.Path("sunspec", $"model_{id}.json")));
            var model = SunSpecModel.Find(id);
            Assert.True(model is not null, $"model {id}");
            var group = json.RootElement.GetProperty("group");
            var offset = Agrees(model, Fixed(group, "").ToList(), 0, 0);
            Assert.Equal(offset, model.Length);
            var first = Fixed(group, "").Count();
            var times = 0;
            while (first < model.Points.Count)
            {
                // One repeated group at most, of one size each; what is in a curve behind its head is another test's.
                var repeated = Groups(group).Single(IsRepeated);
                times++;
                var points = repeated.GetProperty("points").EnumerateArray().Select(p => ($"{repeated.GetProperty("name").GetString()}{times}.{p.GetProperty("name").GetString()}", p)).ToList();
                offset = Agrees(model, points, first, offset);
                first += points.Count;
                Assert.True(first == model.Points.Count || !Groups(repeated).Any(), $"model {id} goes on behind a group whose length the device says");
            }
        }
    }

    [Theory] // sunspec/models#19: what curves are made of stands where the device's own count says
    [InlineData(705, 4)]
    [InlineData(706, 2)]
    [InlineData(707, 3)]
    [InlineData(708, 8)]
    [InlineData(709, 1)]
    [InlineData(710, 5)]
    [InlineData(712, 6)]
    public void Points_of_curves_stand_where_the_device_s_count_puts_them(int id, int count)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Corpus.Path("sunspec", $"model_{id}.json")));
        var group = json.RootElement.GetProperty("group");
        var curve = Groups(group).Single();
        var expected = new Dictionary<string, int>(StringComparer.Ordinal);
        var offset = group.GetProperty("points").EnumerateArray().Sum(p => p.GetProperty("size").GetInt32());
        Place(curve, "Crv1.");
        var points = SunSpecProfilePoints.Of([id], null);
        var place = new SunSpecPlace(40_000, offset, count);
        foreach (var (name, at) in expected)
        {
            Assert.Equal(40_000 + at, place.Of(points[$"{id}.{name}"]));
        }

        // What the device does not have is absent, however long the model is; and so is everything where nobody knows the count.
        Assert.Null(place.Of(points[$"{id}.{expected.Keys.First(k => k.Contains("Pt1.", StringComparison.Ordinal)).Replace("Pt1.", "Pt8.", StringComparison.Ordinal)}"] with { Curve = new(0, count + 1) }));
        Assert.Null((place with { CurvePoints = 0 }).Of(points[$"{id}.{expected.Keys.Last()}"]));
        Assert.All(points.Values.Where(p => p.Curve is { } c && c.Index > count), p => Assert.Null(place.Of(p)));

        void Place(JsonElement inner, string prefix)
        {
            foreach (var point in inner.GetProperty("points").EnumerateArray())
            {
                expected[prefix + point.GetProperty("name").GetString()] = offset;
                offset += point.GetProperty("size").GetInt32();
            }

            foreach (var nested in Groups(inner))
            {
                for (var i = 1; i <= (IsRepeated(nested) ? count : 1); i++)
                {
                    Place(nested, $"{prefix}{nested.GetProperty("name").GetString()}{(IsRepeated(nested) ? $"{i}" : "")}.");
                }
            }
        }
    }

    private static int Agrees(SunSpecModel model, List<(string Name, JsonElement Point)> points, int first, int offset)
    {
        foreach (var ((name, point), own) in points.Zip(model.Points.Skip(first)))
        {
            // 201 calls its voltages between phases otherwise, at the same place.
            Assert.Equal((model.Id == 201 ? name.Replace("PPVph", "PhVph", StringComparison.Ordinal) : name, point.GetProperty("type").GetString(), offset), (own.Name, own.Type, own.Offset));
            Assert.Equal(point.TryGetProperty("sf", out var sf) ? sf.GetString() : null, own.ScaleFactor);
            Assert.Equal(point.TryGetProperty("access", out var access) && access.GetString() == "RW", own.IsWritable);
            offset += point.GetProperty("size").GetInt32();
        }

        return offset;
    }

    private static IEnumerable<JsonElement> Groups(JsonElement group) => group.TryGetProperty("groups", out var groups) ? groups.EnumerateArray() : [];

    private static bool IsRepeated(JsonElement group) => group.TryGetProperty("count", out _);

    /// <summary>Points of a model that are there once; those of nested groups behind them, with the group's name.</summary>
    private static IEnumerable<(string Name, JsonElement Point)> Fixed(JsonElement group, string prefix) =>
        group.GetProperty("points").EnumerateArray().Select(p => (prefix + p.GetProperty("name").GetString(), p))
            .Concat(Groups(group).Where(g => !IsRepeated(g)).SelectMany(g => Fixed(g, prefix + g.GetProperty("name").GetString() + ".")));

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
        await foreach (var step in SunSpecDiscovery.FindAsync([40_000, 0, 50_000], Read, models, static _ => false, Cancel))
        {
            Assert.NotEmpty(step.Text);
        }

        Assert.Equal([(999, new SunSpecPlace(50_002, 12)), (123, new SunSpecPlace(50_014, 26))], models.Select(m => (m.Key, m.Value)));
        await Assert.ThrowsAsync<DeviceException>(async () =>
        {
            await foreach (var step in SunSpecDiscovery.FindAsync([40_000], (_, _, _) => Task.FromException<ushort[]>(Refusal(ModbusExceptionCode.IllegalDataAddress)), models, static _ => false, Cancel))
            {
                Assert.Contains("no marker", step.Text, StringComparison.Ordinal);
            }
        });
    }

    [Theory] // one "busy" once cut the chain; 2, 3, a marker or nonsense end it
    [InlineData(ModbusExceptionCode.ServerDeviceBusy, true)]
    [InlineData(ModbusExceptionCode.ServerDeviceFailure, true)]
    [InlineData(ModbusExceptionCode.GatewayTargetFailedToRespond, true)]
    [InlineData((ModbusExceptionCode)0, true)]
    [InlineData(null, true)]
    [InlineData(ModbusExceptionCode.IllegalDataAddress, false)]
    [InlineData(ModbusExceptionCode.IllegalDataValue, false)]
    public async Task What_says_nothing_about_the_chain_is_asked_again(ModbusExceptionCode? code, bool goesOn)
    {
        var inverter = new PvInverterSimulator(10_000, _ => 0.8);
        var (asked, pauses) = (0, new List<TimeSpan>());
        Task<ushort[]> Read(int address, int count, CancellationToken cancel) => ++asked is 4 or 5
            ? Task.FromException<ushort[]>(code is { } refused ? new DeviceException(DeviceFailure.Busy, "busy", new ModbusException(ModbusFailure.Exception, "busy", refused)) : new DeviceException(DeviceFailure.Silent, "silent"))
            : inverter.Memory.ReadRegisters((ushort)address, (ushort)count, false) is { } registers ? Task.FromResult(registers) : Task.FromException<ushort[]>(Refusal(ModbusExceptionCode.IllegalDataAddress));
        var models = new Dictionary<int, SunSpecPlace>();
        await foreach (var step in SunSpecDiscovery.FindAsync([40_000], Read, models, static _ => false, Cancel))
        {
            pauses.Add(step.Pause);
        }

        Assert.Equal(goesOn ? [1, 103, 120, 121, 123] : [1, 103], models.Keys);
        Assert.Equal(goesOn ? 2 : 0, pauses.Count(p => p > TimeSpan.Zero));
    }

    [Fact] // points beyond a model's length were read from the next model, as good
    public async Task The_length_on_the_wire_bounds_what_a_model_has()
    {
        var registers = new ushort[200];
        (registers[0], registers[1]) = (0x5375, 0x6E53);
        (registers[2], registers[3]) = (123, 10);
        (registers[14], registers[15]) = (120, 26);
        registers[42] = 0xFFFF;
        var memory = new ShortMemory(registers);
        var driver = TestDriver.Of(Profile(), new DirectMaster(memory), new FakeTimeProvider());
        await DiscoverAsync(driver);

        // Of model 123 the first ten registers behind its length, with the base at 40000.
        Assert.True(driver.Points.ContainsKey("123.WMaxLim_Ena"));
        Assert.Equal(40_002 + 2, driver.Points["123.Conn_WinTms"].Address);
        Assert.All(driver.Points.Values.Where(p => p.Model == 123), p => Assert.True(p.End <= 40_014, p.Name));
        Assert.False(driver.Points.ContainsKey("123.VArPct_Ena"));
        Assert.True(driver.Points.ContainsKey("120.WRtg"));
    }

    [Fact]
    public async Task The_simulated_inverter_obeys_a_limit_and_its_energy_rises()
    {
        var inverter = new PvInverterSimulator(10_000, _ => 0.8);
        var now = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        inverter.Step(now, TimeSpan.FromSeconds(10));
        Assert.Equal(8000, inverter.Power);
        var driver = TestDriver.Of(Profile(), new DirectMaster(inverter.Memory), new FakeTimeProvider(now));
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
            TestDriver.Of(Profile(), master, time),
            time,
            (_, r) => readings.AddRange(r.Where(x => x.Point == "W")),
            s =>
            {
                if (s.Text.Length > 0)
                {
                    states.Add(s.IsAnswering);
                }
            });
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

    /// <summary>Registers from 40000.</summary>
    private sealed class ShortMemory(ushort[] registers) : IModbusMemory
    {
        public ushort[]? ReadRegisters(ushort address, ushort count, bool input) => address < 40_000 || address - 40_000 + count > registers.Length ? null : registers.AsSpan(address - 40_000, count).ToArray();

        public bool[]? ReadBits(ushort address, ushort count, bool input) => null;

        public ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values) => ModbusExceptionCode.IllegalFunction;

        public ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values) => ModbusExceptionCode.IllegalFunction;
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
