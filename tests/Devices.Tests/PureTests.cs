using DerAgent.Model;
using DerAgent.Tests;

namespace DerAgent.Devices.Tests;

/// <summary>The pure parts: profiles, plan, decoding, bindings.</summary>
public sealed class PureTests
{
    private const string Example = """
        profile: example-inverter
        maker: Example
        models: [X10, X20]
        verified: {manual: "Modbus TI v12, 2024", by: reading}
        modbus: {max-read: 64, max-write: 10, gap-ms: 25, connect-delay-ms: 0, timeout-ms: 3000, unit: 3, write-function: 16}
        points:
          W:      {holding: 30775, type: int32, unit: W, none: -2147483648, poll: fast}
          TotWh:  {holding: 30513, type: uint64, unit: Wh, none: max, poll: slow}
          PhV.A:  {holding: 30783, type: uint32, scale: 0.01, unit: V, group: grid}
          Wmax%:  {holding: 40016, type: int16, unit: "%", range: [0, 100], access: write, verify: {read: WNow, tolerance: 1, within: 10s}, effect: {point: W, of: WMax, tolerance: 3, within: 60s}, min-interval: 1s}
          WNow:   {holding: 40020, type: int16, unit: "%"}
          WMax:   {holding: 30233, type: uint32, unit: W}
          St:     {holding: 30201, type: uint32, map: {35: Alarm, 303: "Off", 307: Ok, 455: Warning}}
        """;

    [Fact]
    public void The_shipped_profile_and_the_example_of_the_design_are_read()
    {
        Assert.Empty(ProfileReader.Load(Path.Combine(Corpus.Root, "device-profiles", "sunspec-inverter.yaml")).Findings);
        var profile = Read(Example);
        Assert.Equal(new TimeSpan(0, 0, 0, 0, 25), profile.Modbus.Gap);
        Assert.Equal((30783, PointType.UInt32, 0.01, "grid"), profile.Points["PhV.A"] is var p ? (p.Address, p.Type, p.Scale, p.Group) : default);
        Assert.Equal("Alarm", profile.Points["St"].Map.TextOf(35));
        Assert.Equal("WNow", profile.Points["Wmax%"].Writing!.Verify!.Read);
        Assert.Equal(new WriteEffect("W", "WMax", 3, TimeSpan.FromSeconds(60), true), profile.Points["Wmax%"].Writing!.Effect);
    }

    [Theory] // what is not understood is refused with its place, never passed over
    [InlineData("gap-ms: 25", "gap: 25", "modbus.gap", 5)]
    [InlineData("poll: fast", "poll: often", "fast, slow", 7)]
    [InlineData("type: int32", "type: int24", "int24", 7)]
    [InlineData("min-interval: 1s", "fail-safe: {after: 900s, value: 60}", "fail-safe", 10)]
    [InlineData("within: 10s", "within: soon", "soon", 10)]
    [InlineData("point: W, of", "point: None, of", "None", 10)]
    [InlineData("holding: 30201", "holding: 70000", "0 to 65535", 13)]
    [InlineData("35: Alarm", "x: Alarm", "no whole number", 13)]
    [InlineData("profile: example-inverter", "profil: x", "profil", 1)]
    [InlineData("points:", "  points:", "YAML", 5)]
    public void A_mistake_is_refused_with_its_place(string good, string bad, string about, int line)
    {
        var load = ProfileReader.Load(new StringReader(Example.Replace(good, bad, StringComparison.Ordinal)), "x.yaml");
        Assert.Null(load.Profile);
        Assert.Contains(load.Findings, f => f.Text.Contains(about, StringComparison.Ordinal) && f.Line >= line);
    }

    [Theory]
    [InlineData(nameof(PointType.Int16), new ushort[] { 0xFFFE }, -2)]
    [InlineData(nameof(PointType.UInt16), new ushort[] { 0xFFFE }, 65534)]
    [InlineData(nameof(PointType.Int32), new ushort[] { 0xFFFF, 0xFFFE }, -2)]
    [InlineData(nameof(PointType.UInt32), new ushort[] { 1, 2 }, 65538)]
    [InlineData(nameof(PointType.Int64), new ushort[] { 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE }, -2)]
    [InlineData(nameof(PointType.Float32), new ushort[] { 0x3FC0, 0 }, 1.5)]
    [InlineData(nameof(PointType.Float64), new ushort[] { 0x3FF8, 0, 0, 0 }, 1.5)]
    public void Registers_are_decoded_and_encoded_in_both_word_orders(string type, ushort[] registers, double expected)
    {
        var point = new PointDefinition { Name = "x", Type = Enum.Parse<PointType>(type), Length = registers.Length };
        ushort[] swapped = [.. registers.Reverse()];
        Assert.Equal(expected, RegisterCodec.Decode(point, registers, 0, WordOrder.HighFirst).Number);
        Assert.Equal(expected, RegisterCodec.Decode(point, swapped, 0, WordOrder.LowFirst).Number);
        Assert.Equal(registers, RegisterCodec.Encode(point, expected, 0, WordOrder.HighFirst));
        Assert.Equal(swapped, RegisterCodec.Encode(point, expected, 0, WordOrder.LowFirst));
    }

    [Fact]
    public void Sentinels_NaN_and_missing_scale_factors_are_never_numbers()
    {
        var point = new PointDefinition { Name = "x", Type = PointType.Int16, None = [-32768] };
        Assert.True(RegisterCodec.Decode(point, [0x8000], 0, WordOrder.HighFirst).IsNone);
        Assert.True(RegisterCodec.Decode(point, [5], null, WordOrder.HighFirst).IsNone);
        Assert.True(RegisterCodec.Decode(new() { Name = "f", Type = PointType.Float32, Length = 2 }, [0x7FC0, 0], 0, WordOrder.HighFirst).IsNone);
        Assert.True(RegisterCodec.Decode(new() { Name = "t", Type = PointType.Text, Length = 2 }, [0, 0], 0, WordOrder.HighFirst).IsNone);
        Assert.Equal(230.1, RegisterCodec.Decode(point, [2301], -1, WordOrder.HighFirst).Number);
        Assert.Null(RegisterCodec.Encode(point, 40_000, 0, WordOrder.HighFirst));
        Assert.Null(RegisterCodec.Encode(point, double.NaN, 0, WordOrder.HighFirst));
    }

    [Fact]
    public void The_plan_makes_few_exchanges_and_keeps_groups_and_scale_factors_together()
    {
        PointDefinition P(string name, int address, string? factor = null, string? group = null, int length = 1) => new() { Name = name, Address = address, ScaleFactor = factor, Group = group, Length = length };
        var traits = new ModbusTraits { MaxRead = 20, MaxGap = 4 };
        var plan = Plan([P("a", 0), P("b", 3), P("c", 10), P("d", 30, "sf"), P("sf", 45), P("g1", 60, group: "g"), P("g2", 75, group: "g")], traits);
        Assert.Equal(["0..3", "10..10", "30..45", "60..75"], plan.Select(b => $"{b.Address}..{b.Address + b.Count - 1}"));
        Assert.All(plan, b => Assert.True(b.Count <= traits.MaxRead));
        var split = Plan([P("a", 0), P("b", 3)], traits with { Borders = [3] });
        Assert.Equal(2, split.Count);
        Assert.Equal(plan.Select(b => b.ToString()), Plan([P("g2", 75, group: "g"), P("sf", 45), P("a", 0), P("c", 10), P("d", 30, "sf"), P("b", 3), P("g1", 60, group: "g")], traits).Select(b => b.ToString()));
    }

    [Theory]
    [InlineData("inv1/W", "inv1/W*1", 0)]
    [InlineData("W", "dev/W*1", 0)]
    [InlineData("inv1/W*0.001+0", "inv1/W*0.001", 0)]
    [InlineData("inv1/W+inv2/W", "inv1/W*1 inv2/W*1", 0)]
    [InlineData("inv1/W-inv2/W*2-5", "inv1/W*1 inv2/W*-2", -5)]
    [InlineData("PhV.A*-1", "dev/PhV.A*-1", 0)]
    [InlineData("=5", "", 5)]
    [InlineData("inv1/W*1e-3", "inv1/W*0.001", 0)]
    public void Bindings_are_read(string text, string terms, double offset)
    {
        var expression = BindingExpression.Parse(text, "dev", out var fault);
        Assert.Equal("", fault);
        Assert.Equal(terms, string.Join(' ', expression!.Terms.Select(t => FormattableString.Invariant($"{t.Device}/{t.Point}*{t.Factor}"))));
        Assert.Equal(offset, expression.Offset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("inv1/")]
    [InlineData("inv1/W*x")]
    public void What_is_no_binding_is_refused(string text)
    {
        Assert.Null(BindingExpression.Parse(text, "dev", out var fault));
        Assert.NotEqual("", fault);
    }

    [Fact]
    public void Numbers_and_literals_become_values_of_attributes()
    {
        var states = new EnumType("State", [new(1, "off"), new(6, "running")]);
        Assert.Equal(DataValue.Integer(6), ValueConversion.ToData(new(BasicType.Enumerated, 8, states), 307, "running"));
        Assert.Equal(DataValue.Float32(1.5f), ValueConversion.ToData(AttributeType.Float32, 1.5, null));
        Assert.Equal(DataKind.None, ValueConversion.ToData(AttributeType.Float32, double.NaN, null).Kind);
        Assert.Equal("10", ValueConversion.ToData(new(BasicType.BitString, 2), 1, null).ToString());
        Assert.Equal("01", ValueConversion.ToData(new(BasicType.BitString, 2), 0, null).ToString());
        Assert.Equal(307, ValueConversion.ToNumber(new(BasicType.Enumerated, 8, states), DataValue.Integer(6), new([new(307, "running")])));
    }

    [Theory]
    [InlineData("modbus-tcp://192.168.1.20:502?unit=1", "192.168.1.20:502", 1)]
    [InlineData("modbus-tcp://inverter?unit=126", "inverter:502", 126)]
    public void Device_URLs_are_read(string text, string endpoint, int unit)
    {
        var url = DeviceUrl.Parse(text, out _)!;
        Assert.Equal((endpoint, (byte?)unit), (url.With(new()).Endpoint, url.Unit));
    }

    [Theory]
    [InlineData("192.168.1.20")]
    [InlineData("serial://dev/ttyS1")]
    [InlineData("modbus-tcp://h?unit=300")]
    [InlineData("modbus-tcp://h?unti=3")]
    public void What_is_no_device_URL_is_refused(string text)
    {
        Assert.Null(DeviceUrl.Parse(text, out var fault));
        Assert.NotEqual("", fault);
    }

    private static IReadOnlyList<RegisterBlock> Plan(IReadOnlyList<PointDefinition> points, ModbusTraits traits) => PollPlanner.Plan(points, traits, new(), LineCost.Tcp(traits), LearnedHoles.None);

    private static DeviceProfile Read(string yaml)
    {
        var load = ProfileReader.Load(new StringReader(yaml), "x.yaml");
        Assert.DoesNotContain(load.Findings, f => f.IsError);
        return load.Profile!;
    }
}
