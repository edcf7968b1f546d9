using DerAgent.Mapping;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>Deadbands and ranges of analogue values (IEC 61850-7-3 Ed 2.1 §6.5.3, §6.5.4).</summary>
public sealed class AnalogueTests
{
    private const string Power = "GGIO9$MX$AnIn1";
    private static readonly (string, string)[] Limits = [("hhLim", "90"), ("hLim", "80"), ("lLim", "20"), ("llLim", "10"), ("min", "0"), ("max", "100")];

    [Theory] // range by the limits; leaving one takes limDb more: 5 % of 0 to 100
    [InlineData("50 80 80.1 90 90.1", "0 0 1 1 3")]
    [InlineData("50 20 19.9 10 9.9", "0 0 2 2 4")]
    [InlineData("85 78 75.1 75 74.9", "1 1 1 0 0")]
    [InlineData("95 86 85.1 85 76 75", "3 3 3 1 1 0")]
    [InlineData("5 14 14.9 15 24 25", "4 4 4 2 2 0")]
    [InlineData("95 50 5 50", "3 0 4 0")]
    public void The_range_follows_the_value(string values, string ranges)
    {
        var ied = new TestIed(SubstitutionScl.Text([.. Limits, ("limDb", "5000")]));
        var peer = ied.Associate();
        Assert.Equal(ranges.Split(' ').Select(long.Parse), values.Split(' ').Select(v =>
        {
            Measure(ied, float.Parse(v, System.Globalization.CultureInfo.InvariantCulture));
            return ied.Read(peer, Power + "$range").Value.AsInteger();
        }));
    }

    [Fact] // the range has a trigger of its own: it is reported though mag stands within its deadband
    public void A_range_that_changes_is_reported()
    {
        var ied = new TestIed(SubstitutionScl.Text(Limits, [("db", "50000")]));
        var peer = ied.Associate();
        Measure(ied, 70);
        Assert.Null(ied.Write(peer, "LLN0$RP$urcbSub01$RptEna", DataValue.Boolean(true)));
        Measure(ied, 79);
        Assert.Empty(ied.Reports(peer));
        Measure(ied, 81);
        Assert.Equal(TriggerConditions.DataChange, Assert.Single(ReportFormat.Read(Assert.Single(ied.Reports(peer)))!.Members).Reason);
        Assert.Equal((70, 81, 1), (ied.Read(peer, Power + "$mag$f").Value.AsDouble(), ied.Read(peer, Power + "$instMag$f").Value.AsDouble(), ied.Read(peer, Power + "$range").Value.AsInteger()));
    }

    [Fact] // beyond min or max a value is questionable and out of range
    public void A_value_beyond_its_range_is_questionable()
    {
        var ied = new TestIed(SubstitutionScl.Text(Limits));
        var peer = ied.Associate();
        Measure(ied, 100.5f);
        Assert.Equal("questionable|outOfRange", Quality.FromValue(ied.Read(peer, Power + "$q").Value).ToString());
        Measure(ied, 100);
        Assert.True(Quality.FromValue(ied.Read(peer, Power + "$q").Value).IsGood);
        ied.Measure(Power + "$mag$f", DataValue.Float32(-1), Quality.Invalid);
        Assert.Equal("invalid|outOfRange", Quality.FromValue(ied.Read(peer, Power + "$q").Value).ToString());
    }

    [Fact] // a limit nobody gave is none; one that a client sets counts from the next value on
    public void Limits_that_are_not_given_are_none()
    {
        var ied = new TestIed(SubstitutionScl.Text());
        var peer = ied.Associate();
        Measure(ied, -5);
        Assert.Equal(0, ied.Read(peer, Power + "$range").Value.AsInteger());
        Assert.Null(ied.Write(peer, "GGIO9$CF$AnIn1$rangeC$hLim$f", DataValue.Float32(40)));
        Measure(ied, 41);
        Assert.Equal(1, ied.Read(peer, Power + "$range").Value.AsInteger());
    }

    [Fact] // db of the range, zeroDb around zero
    public void Within_the_deadband_nothing_moves_and_near_zero_it_is_zero()
    {
        var ied = new TestIed(SubstitutionScl.Text(Limits, [("db", "5000"), ("zeroDb", "2000")]));
        var peer = ied.Associate();
        var shown = new List<double>();
        foreach (var value in new[] { 50f, 54, 55.1f, 52, 3, 1.9f, 4, 7.1f })
        {
            Measure(ied, value);
            shown.Add(Math.Round(ied.Read(peer, Power + "$mag$f").Value.AsDouble(), 3));
            Assert.Equal(value, ied.Read(peer, Power + "$instMag$f").Value.AsDouble());
        }

        Assert.Equal([50, 50, 55.1, 55.1, 3, 0, 0, 7.1], shown);
    }

    [Fact] // a vector: db for its magnitude, dbAng for its angle, each by its reference
    public void Magnitude_and_angle_have_deadbands_of_their_own()
    {
        var ied = new TestIed(SubstitutionScl.Text());
        var peer = ied.Associate();
        void Vector(float magnitude, float angle, string shown)
        {
            ied.Measure(("GGIO9$MX$Ph1$cVal$mag$f", DataValue.Float32(magnitude)), ("GGIO9$MX$Ph1$cVal$ang$f", DataValue.Float32(angle)));
            Assert.Equal(shown, ied.Read(peer, "GGIO9$MX$Ph1$cVal").Value.ToString());
        }

        Vector(230, 100, "{{230}, {100}}");
        Vector(239, 103, "{{230}, {100}}");
        Vector(241, 103, "{{241}, {100}}");
        Vector(241, 104, "{{241}, {104}}");
        Assert.Equal("{{241}, {104}}", ied.Read(peer, "GGIO9$MX$Ph1$instCVal").Value.ToString());
    }

    private static void Measure(TestIed ied, float value)
    {
        ied.Advance(1);
        ied.Measure(Power + "$mag$f", DataValue.Float32(value));
    }
}
