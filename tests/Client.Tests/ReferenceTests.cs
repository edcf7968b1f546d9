using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Client.Tests;

public sealed class ReferenceTests
{
    [Theory]
    [InlineData("PV1LD0/MMXU1.TotW[MX]", "PV1LD0/MMXU1$MX$TotW")]
    [InlineData("PV1LD0/MMXU1.TotW.mag.f[MX]", "PV1LD0/MMXU1$MX$TotW$mag$f")]
    [InlineData("PV1LD0/MMXU1$MX$TotW$mag$f", "PV1LD0/MMXU1$MX$TotW$mag$f")]
    [InlineData("PV1LD0/LLN0.brcbMeas01[BR]", "PV1LD0/LLN0$BR$brcbMeas01")]
    [InlineData("PV1LD0/MMXU1", "PV1LD0/MMXU1")]
    public void References_become_MMS_names(string text, string expected) => Assert.Equal(expected, ObjectReferences.Parse(text)!.ToString());

    [Theory]
    [InlineData("MMXU1.TotW[MX]")]
    [InlineData("PV1LD0/")]
    [InlineData("PV1LD0/MMXU1.TotW")]
    [InlineData("PV1LD0/MMXU1.TotW[XX]")]
    [InlineData("PV1LD0/MMXU1..TotW[MX]")]
    public void What_is_no_reference_is_refused(string text) => Assert.Null(ObjectReferences.Parse(text));

    [Theory]
    [InlineData("50", nameof(PrimitiveKind.FloatingPoint), 32, "50")]
    [InlineData("-5", nameof(PrimitiveKind.Integer), 8, "-5")]
    [InlineData("on", nameof(PrimitiveKind.Boolean), 0, "true")]
    [InlineData("01", nameof(PrimitiveKind.BitString), 2, "01")]
    [InlineData("0A", nameof(PrimitiveKind.OctetString), -8, "0A")]
    [InlineData("2026-11-23T12:00:00Z", nameof(PrimitiveKind.UtcTime), 0, "2026-11-23T12:00:00.000Z")]
    public void Values_are_read_as_people_type_them(string text, string kind, int size, string expected) =>
        Assert.Equal(expected, TextValues.Parse(text, new TypeDescription.Primitive(Enum.Parse<PrimitiveKind>(kind), size)).ToString());

    [Theory]
    [InlineData("x", nameof(PrimitiveKind.FloatingPoint))]
    [InlineData("1.5", nameof(PrimitiveKind.Integer))]
    [InlineData("-1", nameof(PrimitiveKind.Unsigned))]
    [InlineData("maybe", nameof(PrimitiveKind.Boolean))]
    [InlineData("2", nameof(PrimitiveKind.BitString))]
    [InlineData("0", nameof(PrimitiveKind.OctetString))]
    public void What_is_no_value_is_refused(string text, string kind) => Assert.Null(TextValues.Parse(text, new TypeDescription.Primitive(Enum.Parse<PrimitiveKind>(kind), 32)));

    [Fact]
    public void What_is_no_report_or_notice_is_none()
    {
        var other = new InformationReport(new VariableAccess.Named(ObjectName.Vmd("OTHER")), [(AccessResult)DataValue.Boolean(true)]);
        Assert.Null(ReportFormat.Read(other));
        Assert.Null(ControlNotice.From(other));
        var cut = new InformationReport(new VariableAccess.Named(ObjectName.Vmd("RPT")), [(AccessResult)DataValue.VisibleString("x"), (AccessResult)DataValue.Bits(0x3FE, 10), (AccessResult)DataValue.Bits(1, 1)]);
        Assert.NotNull(ReportFormat.Read(cut));
    }
}
