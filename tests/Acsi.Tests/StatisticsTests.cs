using CsCheck;
using DerAgent.Model;
using DerAgent.Storage;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Acsi.Tests;

/// <summary>Statistical logical nodes (IEC 61850-7-4 §6.2): the shipped grid-operator.cid has one, the highest power of each quarter of an hour.</summary>
public sealed class StatisticsTests
{
    private const string Power = "MMXU1$MX$TotW$mag$f";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Methods = ["MIN", "MAX", "AVG", "SDV"];
    private readonly MemoryStore _store = new();

    [Fact] // the first interval was not seen whole; the next one was
    public void Each_quarter_of_an_hour_has_its_highest_power_in_UTC()
    {
        var ied = Ied(Noon.AddMinutes(5));
        ied.Measure(Power, DataValue.Float32(1000));
        Assert.Equal(Validity.Invalid, Quality(ied).Validity);
        ied.Advance(300);
        ied.Measure(Power, DataValue.Float32(4000));
        ied.Advance(1);
        ied.Measure(Power, DataValue.Float32(2000));
        ied.Advance(298);
        Assert.Equal(Validity.Invalid, Quality(ied).Validity);
        ied.Advance(1);
        Assert.Equal((4000, Noon.AddMinutes(15)), Shown(ied));
        Assert.Equal(new(Validity.Questionable, QualityDetail.Inaccurate), Quality(ied));

        ied.Advance(900);
        Assert.Equal((2000, Noon.AddMinutes(30)), Shown(ied));
        Assert.Equal(Model.Quality.Good, Quality(ied));
    }

    [Fact] // a client that reports on ClcExp hears of each result
    public void ClcExp_tells_that_an_interval_is_over()
    {
        var ied = Ied(Noon);
        ied.Measure(Power, DataValue.Float32(1000));
        ied.Advance(899);
        Assert.False(Expired(ied));
        ied.Advance(1);
        Assert.True(Expired(ied));
        ied.Advance(1);
        Assert.False(Expired(ied));
        ied.Advance(899);
        Assert.True(Expired(ied));
    }

    [Theory] // not known for a while: questionable; all the time: invalid
    [InlineData(10, Validity.Questionable)]
    [InlineData(900, Validity.Invalid)]
    public void What_was_not_seen_whole_says_so(int silent, Validity due)
    {
        var ied = Ied(Noon);
        ied.Measure(Power, DataValue.Float32(1000));
        ied.Advance(900);
        Assert.Equal(Model.Quality.Good, Quality(ied));
        ied.Measure(Power, default, new(Validity.Invalid, QualityDetail.OldData));
        ied.Advance(silent);
        ied.Measure(Power, DataValue.Float32(1000));
        ied.Advance(900 - silent);
        Assert.Equal(due, Quality(ied).Validity);
        Assert.Equal(1000, Shown(ied).Value);
        ied.Advance(900);
        Assert.Equal(Model.Quality.Good, Quality(ied));
    }

    [Fact]
    public void A_questionable_value_makes_a_questionable_result()
    {
        var ied = Ied(Noon);
        ied.Measure(Power, DataValue.Float32(1000), new(Validity.Questionable, QualityDetail.OutOfRange));
        ied.Advance(900);
        Assert.Equal((1000, Validity.Questionable), (Shown(ied).Value, Quality(ied).Validity));
    }

    [Theory]
    [InlineData("AVG", (1000.0 * 600 + 4000 * 300) / 900)]
    [InlineData("MIN", 1000)]
    [InlineData("SDV", 1414.2136)]
    public void Other_methods(string method, double due)
    {
        var ied = Ied(Noon, scl => scl.Replace("<Val>MAX</Val>", $"<Val>{method}</Val>", StringComparison.Ordinal));
        ied.Measure(Power, DataValue.Float32(1000));
        ied.Advance(600);
        ied.Measure(Power, DataValue.Float32(4000));
        ied.Advance(300);
        Assert.Equal(due, Shown(ied).Value, 1e-2);
        Assert.Equal(Model.Quality.Good, Quality(ied));
    }

    [Theory]
    [InlineData("<Val>MAX</Val>", "<Val>TRUE_RMS</Val>", "ClcMth = TRUE_RMS is not calculated")]
    [InlineData("<Val>PERIOD</Val>", "<Val>TOTAL</Val>", "ClcMod = TOTAL is not calculated")]
    [InlineData("<Val>MS</Val>", "<Val>CYCLE</Val>", "ClcIntvTyp = CYCLE is not calculated")]
    [InlineData("<Val>900000</Val>", "<Val>1</Val>", "ClcIntvPer = 1 ms is not within")]
    [InlineData("<Val>PV1LD0/MMXU1</Val>", "<Val>PV1LD0/MMXU9</Val>", "ClcSrc = \"PV1LD0/MMXU9\" is no other logical node")]
    [InlineData("<Val>PERIOD</Val>", "<Val>SLIDING</Val>", "a sliding window of 900000 cannot be had in NumSubIntv = 0")]
    public void What_is_not_calculated_is_told_and_stays_invalid(string before, string after, string told)
    {
        var ied = Ied(Noon, scl => scl.Replace(before, after, StringComparison.Ordinal));
        ied.Measure(Power, DataValue.Float32(1000));
        ied.Advance(2000);
        Assert.Equal(Validity.Invalid, Quality(ied).Validity);
        Assert.Contains(ied.Left.OfType<AcsiEffect.Log>(), l => l.IsWarning && l.Text.Contains(told, StringComparison.Ordinal));
    }

    [Fact] // an hour back: the interval under way was not seen whole, and the values stood as long as they did
    public void A_clock_that_is_set_leaves_a_questionable_interval()
    {
        var ied = Ied(Noon.AddHours(-2));
        ied.Measure(Power, DataValue.Float32(1000));
        ied.Advance(900);
        ied.Time.SetUtcNow(Noon.AddMinutes(10));
        ied.Outbox.ClockStepped(Noon.AddMinutes(10) - Noon.AddHours(-2).AddMinutes(15));
        ied.Drain();
        ied.Advance(300);
        Assert.Equal(((double)1000, Noon.AddMinutes(15)), Shown(ied));
        Assert.Equal(Validity.Questionable, Quality(ied).Validity);
        ied.Advance(900);
        Assert.Equal(Model.Quality.Good, Quality(ied));
    }

    [Fact] // what was before the restart nobody knows
    public void An_interval_with_a_restart_is_questionable()
    {
        var ied = Ied(Noon);
        ied.Measure(Power, DataValue.Float32(5000));
        ied.Advance(400);
        var after = Ied(ied.Time.GetUtcNow());
        after.Measure(Power, DataValue.Float32(1000));
        after.Advance(500);
        Assert.Equal((1000, Validity.Questionable), (Shown(after).Value, Quality(after).Validity));
    }

    [Theory]
    [InlineData("MS", 900_000, "2026-03-01T12:07:03Z", "2026-03-01T12:00:00Z", "2026-03-01T12:15:00Z")]
    [InlineData("DAY", 1, "2026-03-01T23:59:59Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z")]
    [InlineData("WEEK", 1, "2026-03-01T23:59:59Z", "2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z")]
    [InlineData("MONTH", 1, "2026-02-28T23:59:59Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")]
    [InlineData("MONTH", 3, "2026-11-30T00:00:00Z", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("YEAR", 1, "2026-03-01T00:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    public void Intervals_lie_where_UTC_says(string kind, long count, string moment, string from, string until)
    {
        var interval = new CalculationInterval(kind, count);
        Assert.Null(interval.Fault);
        Assert.Equal((At(from), At(until)), interval.Around(At(moment)));
        Assert.Equal((At(from), At(until)), interval.Around(At(from)));
    }

    [Fact] // against an account by the second
    public void Sums_are_what_was() => Gen.Select(Gen.Select(Gen.Int[0, 30], Gen.Double[-100, 100], Gen.Int[0, 5]).Array[1, 20], Gen.Int[1, 19]).Sample((steps, cut) =>
    {
        var (at, sum, seconds, isWhole) = (Noon, new IntervalSum(Noon), new List<double>(), true);
        var parts = new List<IntervalSum>();
        foreach (var ((length, value, kind), i) in steps.Select((s, i) => (s, i)))
        {
            if (i == cut)
            {
                parts.Add(sum);
                sum = new(at);
            }

            at += TimeSpan.FromSeconds(length);
            sum = sum.Stood(kind == 0 ? null : value, kind == 1, at);
            seconds.AddRange(kind == 0 ? [] : Enumerable.Repeat(value, length));
            isWhole &= length == 0 || kind > 1;
        }

        var all = parts.Aggregate(sum, static (late, early) => early.And(late));
        if (seconds.Count == 0)
        {
            Assert.Null(all.Of("AVG").Value);
            return;
        }

        var mean = seconds.Average();
        Assert.Equal(mean, all.Of("AVG").Value!.Value, 1e-6);
        Assert.Equal(Math.Sqrt(seconds.Average(s => (s - mean) * (s - mean))), all.Of("SDV").Value!.Value, 1e-3);
        Assert.True(all.Of("MIN").Value <= seconds.Min() && all.Of("MAX").Value >= seconds.Max());
        Assert.All(Methods, m => Assert.Equal(isWhole, all.Of(m).Quality.IsGood));
    });

    private TestIed Ied(DateTimeOffset start, Func<string, string>? edit = null)
    {
        var scl = File.ReadAllText(Path.Combine(DerAgent.Tests.Corpus.Root, "scl", "grid-operator.cid")).Replace("GU1", "PV1", StringComparison.Ordinal);
        return new(edit?.Invoke(scl) ?? scl, store: _store, time: new FakeTimeProvider(start));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static DataValue Value(TestIed ied, string item) => ied.Server.Values[ied.Model.Node("PV1LD0", item)!.FirstSlot];

    private static Quality Quality(TestIed ied) => Model.Quality.FromValue(Value(ied, "MMXU2$MX$TotW$q"));

    private static bool Expired(TestIed ied) => Value(ied, "MMXU2$ST$ClcExp$stVal").AsBoolean();

    private static (double Value, DateTimeOffset At) Shown(TestIed ied) => (Value(ied, "MMXU2$MX$TotW$mag$f").AsDouble(), Timestamp.FromValue(Value(ied, "MMXU2$MX$TotW$t")).ToDateTimeOffset());
}
