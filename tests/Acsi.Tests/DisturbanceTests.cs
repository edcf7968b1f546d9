using System.Globalization;
using System.Text;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>Disturbance records (IEEE C37.111-2013): the last and the next seconds of the polled points around a trip, an alarm, or what is configured.</summary>
public sealed class DisturbanceTests : IDisposable
{
    private const string Power = "MMXU1$MX$TotW$mag$f";
    private const string Frequency = "MMXU1$MX$Hz$mag$f";
    private const string Position = "CSWI1$ST$Pos$stVal";
    private const string Health = "LPHD1$ST$PhyHealth$stVal";
    private readonly FileFolder _folder = new();
    private readonly TestIed _ied = TestIed.PvInverter();

    public DisturbanceTests() => _ied.Files = _folder.Store.Begin();

    public void Dispose()
    {
        _ied.Files!.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_trigger_records_what_was_before_and_what_comes_after()
    {
        Record(new() { Before = TimeSpan.FromSeconds(3), After = TimeSpan.FromSeconds(2) });
        _ied.Measure(Frequency, DataValue.Float32(50));
        for (var i = 0; i < 20; i++)
        {
            _ied.Measure(Power, DataValue.Float32(1_000 + (i / 8f)));
            _ied.Advance(0.5);
        }

        Assert.Empty(Files);
        _ied.Measure((Frequency, DataValue.Float32(51.6f)), (Power, DataValue.Float32(900.5f)));
        _ied.Advance(1);
        _ied.Measure(Power, DataValue.Float32(-12.25f));
        _ied.Advance(0.9);
        Assert.Empty(Files);
        _ied.Advance(0.2);
        Assert.Equal(["COMTRADE/20261123-120010-000.cfg", "COMTRADE/20261123-120010-000.dat"], Files);

        var record = Comtrade.Read(_folder, "COMTRADE/20261123-120010-000");
        Assert.Equal(["PV1LD0/MMXU1.TotW.mag.f", "PV1LD0/MMXU1.Hz.mag.f"], record.Analogue.Select(a => a.Name));
        Assert.Equal("W", record.Analogue[0].Unit);
        Assert.Equal(new DateTime(2026, 11, 23, 12, 0, 7), record.Start);
        Assert.Equal(new DateTime(2026, 11, 23, 12, 0, 10), record.Trigger);
        Assert.Equal([0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5], record.Samples.Select(s => s.Seconds));
        double[] expected = [1_001.75, 1_001.875, 1_002, 1_002.125, 1_002.25, 1_002.375, 900.5, -12.25, -12.25];
        Assert.All(record.Samples.Zip(expected), p => Assert.Equal(p.Second, p.First.Values[0]!.Value, 0.006));
        Assert.Equal([50.0, 50, 50, 50, 50, 50, 51.6, 51.6, 51.6], record.Samples.Select(s => s.Values[1] is { } hz ? Math.Round(hz, 3) : (double?)null));
        Assert.Contains(_ied.Left.OfType<AcsiEffect.Log>(), l => l.Text.Contains("PV1LD0/MMXU1.Hz.mag.f > 51.5", StringComparison.Ordinal) && l.IsWarning);
    }

    [Fact] // whole numbers, states, and what is not known
    public void States_and_whole_numbers_are_exact_and_a_device_that_is_away_is_a_gap()
    {
        _ied.Server.Record(new() { Channels = [Leaf(Position), Leaf(Health), Leaf(Power)], Triggers = [new(Leaf(Health), DisturbanceComparison.Equal, 3)], After = TimeSpan.FromSeconds(5) });
        _ied.Measure((Position, CodedEnum.ToValue(2)), (Health, DataValue.Integer(1)), (Power, DataValue.Float32(7)));
        _ied.Advance(1);
        _ied.Measure(Health, DataValue.Integer(3));
        _ied.Advance(1);
        _ied.Measure(Power, default, Quality.Invalid);
        _ied.Measure(Position, CodedEnum.ToValue(1));
        _ied.Advance(5);
        var record = Comtrade.Read(_folder, Assert.Single(Files, f => f.EndsWith(".cfg", StringComparison.Ordinal))[..^4]);
        Assert.Equal([2.0, 2, 2, 1, 1], record.Samples.Select(s => s.Values[0]!.Value));
        Assert.Equal([1.0, 3, 3, 3, 3], record.Samples.Select(s => s.Values[1]!.Value));
        Assert.Equal([7.0, 7, null, null, null], record.Samples.Select(s => s.Values[2]));
    }

    [Fact]
    public void What_is_true_from_the_beginning_or_stays_true_begins_nothing()
    {
        Record(new() { After = TimeSpan.FromSeconds(1) });
        _ied.Measure(Frequency, DataValue.Float32(52));
        _ied.Advance(5);
        Assert.Empty(Files);
        _ied.Measure(Frequency, DataValue.Float32(50));
        _ied.Advance(1);
        _ied.Measure(Frequency, DataValue.Float32(52));
        _ied.Advance(5);
        _ied.Measure(Frequency, DataValue.Float32(53));
        _ied.Advance(5);
        Assert.Equal(2, Files.Count);
    }

    [Fact] // whatever happens while one is made is in it
    public void One_record_is_made_at_a_time_and_the_oldest_go()
    {
        _folder.Put("COMTRADE/mine.cfg", "x"u8.ToArray());
        Record(new() { After = TimeSpan.FromSeconds(2), Keep = 2 });
        for (var i = 0; i < 5; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                _ied.Measure(Frequency, DataValue.Float32(50));
                _ied.Measure(Frequency, DataValue.Float32(52));
                _ied.Advance(0.5);
            }

            _ied.Advance(10);
        }

        Assert.Equal(["COMTRADE/20261123-120034-500", "COMTRADE/20261123-120046-000", "COMTRADE/mine"], Files.Select(f => f[..^4]).Distinct());
        Assert.Equal(5, _ied.Left.OfType<AcsiEffect.Log>().Count(l => l.Text.Contains("is recorded in", StringComparison.Ordinal)));
    }

    [Fact] // a condition that comes and goes all day
    public void So_many_records_are_made_in_an_hour_and_no_more_and_that_is_told_once()
    {
        Record(new() { After = TimeSpan.FromSeconds(1), Keep = 100, PerHour = 3 });
        for (var i = 0; i < 20; i++)
        {
            _ied.Measure(Frequency, DataValue.Float32(50));
            _ied.Measure(Frequency, DataValue.Float32(52));
            _ied.Advance(60);
        }

        Assert.Equal(3, Files.Count / 2);
        Assert.Single(_ied.Left.OfType<AcsiEffect.Log>(), l => l.Text.Contains("the next ones are left out", StringComparison.Ordinal));
        _ied.Advance(3_600);
        _ied.Measure(Frequency, DataValue.Float32(50));
        _ied.Measure(Frequency, DataValue.Float32(52));
        _ied.Advance(60);
        Assert.Equal(4, Files.Count / 2);
    }

    [Fact] // memory has a ceiling, and what was lost is said
    public void A_record_of_too_many_values_is_cut_and_that_is_told()
    {
        Record(new() { Before = TimeSpan.FromMinutes(1), After = TimeSpan.FromMinutes(1), MaxValues = 200 });
        _ied.Measure(Frequency, DataValue.Float32(50));
        _ied.Measure(Frequency, DataValue.Float32(52));
        for (var i = 0; i < 300; i++)
        {
            _ied.Measure(Power, DataValue.Float32(i));
            _ied.Advance(0.1);
        }

        _ied.Advance(40);
        Assert.Equal(101, Comtrade.Read(_folder, Files[0][..^4]).Samples.Count);
        Assert.Contains(_ied.Left.OfType<AcsiEffect.Log>(), l => l.Text.Contains("shorter than it should be", StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_that_finds_no_room_is_lost_and_that_is_told()
    {
        using var small = new FileFolder(new() { MaxOctets = 100 });
        _ied.Files = small.Store.Begin();
        Record(new() { After = TimeSpan.FromSeconds(1) });
        _ied.Measure(Frequency, DataValue.Float32(50));
        for (var i = 0; i < 20; i++)
        {
            _ied.Measure(Power, DataValue.Float32(i));
            _ied.Advance(0.1);
        }

        _ied.Measure(Frequency, DataValue.Float32(52));
        _ied.Advance(2);
        Assert.Empty(Directory.GetFiles(Path.Combine(small.Root, "COMTRADE")));
        Assert.Empty(small.Drafts);
        Assert.Contains(_ied.Left.OfType<AcsiEffect.Log>(), l => l.IsWarning && l.Text.Contains("the record is lost", StringComparison.Ordinal));
        _ied.Files.Dispose();
        _ied.Files = _folder.Store.Begin();
    }

    [Fact] // the clock is set back while it records
    public void Times_of_a_record_never_go_back()
    {
        Record(new() { After = TimeSpan.FromSeconds(5) });
        _ied.Measure(Frequency, DataValue.Float32(50));
        _ied.Advance(1);
        _ied.Measure(Frequency, DataValue.Float32(52));
        _ied.Advance(1);
        _ied.Measure(Power, DataValue.Float32(1));
        _ied.Time.AdjustTime(_ied.Time.GetUtcNow().AddSeconds(-30));
        _ied.Measure(Power, DataValue.Float32(2));
        _ied.Advance(60);
        var record = Comtrade.Read(_folder, Files[0][..^4]);
        Assert.Equal(record.Samples.Select(s => s.Seconds).Order(), record.Samples.Select(s => s.Seconds));
        Assert.Contains(2.0, record.Samples.Select(s => s.Values[0]));
    }

    [Fact]
    public void Nothing_is_recorded_unless_it_is_configured()
    {
        _ied.Measure(Frequency, DataValue.Float32(50));
        _ied.Measure(Frequency, DataValue.Float32(60));
        _ied.Advance(60);
        Assert.Empty(Files);
    }

    [Fact] // what the configuration does not say
    public void The_polled_points_and_the_trips_of_a_model_are_found()
    {
        var channels = DisturbanceChannels.Of(_ied.Model).Select(c => c.Reference).ToList();
        Assert.Contains("PV1LD0/MMXU1$MX$TotW$mag$f", channels);
        Assert.Contains("PV1LD0/CSWI1$ST$Pos$stVal", channels);
        Assert.DoesNotContain(channels, c => c.EndsWith("$q", StringComparison.Ordinal) || c.EndsWith("$t", StringComparison.Ordinal) || c.Contains("$CO$", StringComparison.Ordinal));
        Assert.Contains("PV1LD0/LPHD1.PhyHealth.stVal = 3", DisturbanceChannels.TriggersOf(_ied.Model).Select(t => t.ToString()));
    }

    private List<string> Files => [.. Directory.GetFiles(Path.Combine(_folder.Root, "COMTRADE")).Select(f => "COMTRADE/" + Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private DataNode Leaf(string item) => _ied.Model.Node("PV1LD0", item)!;

    private void Record(DisturbanceOptions options) =>
        _ied.Server.Record(options with { Channels = [Leaf(Power), Leaf(Frequency)], Triggers = [new(Leaf(Frequency), DisturbanceComparison.Above, 51.5)] });

    /// <summary>A reader of COMTRADE as the standard describes it, to the field.</summary>
    private sealed record Comtrade(IReadOnlyList<(string Name, string Unit, double Factor, double Offset)> Analogue, DateTime Start, DateTime Trigger, IReadOnlyList<(double Seconds, double?[] Values)> Samples)
    {
        public static Comtrade Read(FileFolder folder, string name)
        {
            var lines = Lines(folder, name + ".cfg");
            Assert.Equal(["PV1", "der-agent", "2013"], lines[0].Split(','));
            var counts = lines[1].Split(',');
            var (analogue, digital) = (int.Parse(counts[1][..^1], CultureInfo.InvariantCulture), int.Parse(counts[2][..^1], CultureInfo.InvariantCulture));
            Assert.Equal(("A", "D", $"{analogue + digital}"), (counts[1][^1..], counts[2][^1..], counts[0]));
            var channels = lines.Skip(2).Take(analogue).Select(l => l.Split(',')).ToList();
            Assert.All(channels, c => Assert.Equal(13, c.Length));
            var rest = lines[(2 + analogue + digital)..];
            Assert.Equal(9, rest.Length);
            Assert.Equal(("0", "ASCII", "1", "0,0"), (rest[1], rest[5], rest[6], rest[7]));
            var data = Lines(folder, name + ".dat");
            Assert.Equal($"0,{data.Length}", rest[2]);
            var scales = channels.ConvertAll(c => (c[1], c[4], Number(c[5]), Number(c[6])));
            return new(scales, Date(rest[3]), Date(rest[4]), [.. data.Select((l, i) => Sample(l.Split(','), i + 1, scales, digital))]);
        }

        private static (double Seconds, double?[] Values) Sample(string[] fields, int number, List<(string, string, double Factor, double Offset)> scales, int digital)
        {
            Assert.Equal(($"{number}", 2 + scales.Count + digital), (fields[0], fields.Length));
            return (Number(fields[1]) / 1e6, [.. scales.Select((s, i) => Value(fields[2 + i], s)), .. fields.TakeLast(digital).Select(d => (double?)Number(d))]);
        }

        private static double? Value(string field, (string, string, double Factor, double Offset) scale)
        {
            Assert.InRange(field.TrimStart('-').Length, 1, 5);
            return field == "99999" ? null : (int.Parse(field, CultureInfo.InvariantCulture) * scale.Factor) + scale.Offset;
        }

        private static string[] Lines(FileFolder folder, string name)
        {
            var lines = Encoding.ASCII.GetString(folder.Get(name)!).Split("\r\n");
            Assert.Equal("", lines[^1]);
            return lines[..^1];
        }

        private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

        private static DateTime Date(string text) => DateTime.ParseExact(text, "dd/MM/yyyy,HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
    }
}
