using DerAgent.Agent.Cli;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Agent.Tests;

/// <summary>Numbers as people read and type them: with units, literals and names.</summary>
public sealed class KnownVariableTests
{
    private static readonly TypeDescription Float = new TypeDescription.Primitive(PrimitiveKind.FloatingPoint, 32, 8);
    private static readonly TypeDescription Integer = new TypeDescription.Primitive(PrimitiveKind.Integer, 32);

    [Theory]
    [InlineData("DGEN1$ST$DEROpSt$stVal", 6, "6 (running)")]
    [InlineData("PV1DGEN12$ST$DEROpSt$stVal", 6, "6 (running)")]
    [InlineData("LLN0$ST$Beh$stVal", 5, "5 (off)")]
    [InlineData("XXXX1$ST$Health$stVal", 3, "3 (Alarm)")]
    [InlineData("LLN0$CO$Mod$Oper$ctlVal", 3, "3 (test)")]
    [InlineData("LLN0$CO$Mod$Oper$origin$orCat", 3, "3 (remote-control)")]
    [InlineData("DWMX1$CO$WMaxSptPct$Oper$origin$orCat", 2, "2 (station-control)")]
    [InlineData("DWMX1$CF$WMaxSptPct$ctlModel", 3, "3 (direct-with-enhanced-security)")]
    [InlineData("MMXU1$CF$PhV$phsA$units$SIUnit", 29, "29 (V)")]
    [InlineData("MMXU1$MX$PhV$phsA$range", 1, "1 (high)")]
    [InlineData("DGEN1$ST$DEROpSt$stVal", 77, "77")]
    [InlineData("XXXX1$ST$Foo$stVal", 1, "1")]
    [InlineData("LPHD1$ST$Beh$stVal", 1, "1 (on)")]
    public void An_ordinal_is_shown_with_its_literal(string item, int ordinal, string expected) =>
        Assert.Equal(expected, new KnownVariable(ObjectName.In("LD", item), Integer).Text([], DataValue.Integer(ordinal)));

    [Fact]
    public void A_position_is_shown_in_words() => Assert.Equal("10 (on)", new KnownVariable(ObjectName.In("LD", "CSWI1$ST$Pos$stVal"), null).Text([], CodedEnum.ToValue(2)));

    [Fact] // a file's own literals are the ones of its agent
    public void Literals_of_a_file_come_first()
    {
        var scl = SclLoader.Load(Path.Combine(DerAgent.Tests.Corpus.Root, "scl", "pv-inverter.cid")).Model!;
        var variable = new KnownVariable(ObjectName.In("PV1LD0", "LLN0$ST$Beh$stVal"), Integer) { Scl = scl };
        Assert.Equal("1 (on)", variable.Text([], DataValue.Integer(1)));
        Assert.Equal("1", new KnownVariable(ObjectName.In("PV1LD0", "DGEN1$ST$None$stVal"), Integer) { Scl = scl }.Text([], DataValue.Integer(1)));
    }

    [Theory]
    [InlineData(38, 0, "W")]
    [InlineData(38, 3, "kW")]
    [InlineData(29, null, "V")]
    [InlineData(1, -2, "%")]
    [InlineData(1, 0, null)]
    [InlineData(900, 0, null)]
    public void Units_are_written_as_people_do(int unit, int? multiplier, string? expected) => Assert.Equal(
        expected, UnitText.Of(multiplier is { } power ? DataValue.Structure(DataValue.Integer(unit), DataValue.Integer(power)) : DataValue.Structure(DataValue.Integer(unit))));

    [Fact]
    public void A_number_is_shown_in_the_unit_of_what_is_nearest()
    {
        var variable = new KnownVariable(ObjectName.In("LD", "MMXU1$MX$PhV"), null) { Units = Units(("PhV.phsA.units", "V"), ("PhV.units", "kV")) };
        Assert.Equal("230 V", variable.Text(["phsA", "cVal", "mag", "f"], DataValue.Float32(230)));
        Assert.Equal("230 kV", variable.Text(["phsB", "cVal", "mag", "f"], DataValue.Float32(230)));
        Assert.Equal("-120 deg", variable.Text(["phsB", "cVal", "ang", "f"], DataValue.Float32(-120)));
    }

    [Fact]
    public void Pulses_are_shown_with_what_one_stands_for()
    {
        var variable = new KnownVariable(ObjectName.In("LD", "MMTR1$ST$SupWh"), null) { Units = Units(("SupWh.units", "Wh")), Pulses = new Dictionary<string, double> { ["SupWh"] = 100 } };
        Assert.Equal("12 x 100 Wh", variable.Text(["actVal"], DataValue.Integer(12)));
        Assert.Equal("12 Wh", (variable with { Pulses = new Dictionary<string, double> { ["SupWh"] = 1 } }).Text(["actVal"], DataValue.Integer(12)));
    }

    [Theory]
    [InlineData("5000", "5000")]
    [InlineData("5 kW", "5000")]
    [InlineData("4.35kW", "4350")]
    [InlineData("5000 W", "5000")]
    [InlineData("-0.5 MW", "-500000")]
    [InlineData("half", "half")]
    [InlineData("1e3 W", "1000")]
    public void A_number_is_taken_with_its_unit(string text, string expected) => Assert.Equal(expected, TypedText.Plain(text, Watts(Float)));

    [Theory]
    [InlineData("5 kV", "is in W")]
    [InlineData("5 %", "is in W")]
    [InlineData("99999999999999999999 W", "too great")]
    public void What_is_no_number_of_the_object_is_refused(string text, string why) => Assert.Contains(why, Assert.Throws<FormatException>(() => TypedText.Plain(text, Watts(Float))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_unit_for_what_has_none_is_refused() =>
        Assert.Contains("says no unit", Assert.Throws<FormatException>(() => TypedText.Plain("5 W", Watts(Float) with { Units = Units() })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("test", "3")]
    [InlineData("TEST/blocked", "4")]
    [InlineData("2", "2")]
    public void A_literal_is_taken_for_its_ordinal(string text, string expected) => Assert.Equal(expected, TypedText.Plain(text, new(ObjectName.In("LD", "LLN0$CO$Mod$Oper$ctlVal"), Integer)));

    [Fact]
    public void What_is_no_literal_is_refused_with_the_literals() =>
        Assert.Contains("3 (test)", Assert.Throws<FormatException>(() => TypedText.Plain("half", new(ObjectName.In("LD", "LLN0$CO$Mod$Oper$ctlVal"), Integer))).Message, StringComparison.Ordinal);

    private static KnownVariable Watts(TypeDescription type) => new(ObjectName.In("LD", "DWMX1$CO$WMaxSpt$Oper$ctlVal"), new TypeDescription.Structure([new("f", type)])) { Units = Units(("WMaxSpt.units", "W")) };

    private static Dictionary<string, string> Units(params (string Path, string Unit)[] units) => units.ToDictionary(u => u.Path, u => u.Unit, StringComparer.Ordinal);
}
