using System.Globalization;
using System.Text;

namespace DerAgent.Acsi;

/// <summary>
/// Writes a record as COMTRADE (IEEE C37.111-2013, IEC 60255-24), configuration and ASCII data. The polled points have no common rate: the number of rates is 0, and the
/// time of each sample stands with it (§7.4.7).
/// </summary>
internal sealed class ComtradeFormat
{
    /// <summary>The greatest value of a sample in ASCII data.</summary>
    private const int Most = 99_998;

    /// <summary>What stands for a value that is missing.</summary>
    private const string Missing = "99999";

    private readonly DisturbanceRecord _record;
    private readonly List<(int Channel, double Factor, double Offset)> _analogue = [];
    private readonly List<int> _digital = [];

    /// <summary>The format of a record.</summary>
    public ComtradeFormat(DisturbanceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        _record = record;
        for (var i = 0; i < record.Channels.Count; i++)
        {
            if (DisturbanceChannels.IsDigital(record.Channels[i]))
            {
                _digital.Add(i);
            }
            else
            {
                _analogue.Add(Scale(i));
            }
        }
    }

    /// <summary>The configuration file.</summary>
    /// <param name="station">Name of the station.</param>
    /// <param name="device">Name of the recorder.</param>
    /// <param name="isSynchronized">Whether the clock is known to be right.</param>
    public string Configuration(string station, string device, bool isSynchronized)
    {
        var text = new StringBuilder();
        Line(text, $"{Name(station, 64)},{Name(device, 64)},2013");
        Line(text, $"{_analogue.Count + _digital.Count},{_analogue.Count}A,{_digital.Count}D");
        var number = 0;
        foreach (var (channel, factor, offset) in _analogue)
        {
            var leaf = _record.Channels[channel];
            Line(text, $"{++number},{Name(AcsiReference.Of(leaf), 128)},,{Name(leaf.LogicalNode.Name, 64)},{Name(DisturbanceChannels.UnitOf(leaf), 32)},{Number(factor)},{Number(offset)},0,{-Most},{Most},1,1,P");
        }

        number = 0;
        foreach (var channel in _digital)
        {
            var leaf = _record.Channels[channel];
            Line(text, $"{++number},{Name(AcsiReference.Of(leaf), 128)},,{Name(leaf.LogicalNode.Name, 64)},0");
        }

        // The frequency of the line says nothing of points that are polled.
        Line(text, $"50");
        Line(text, $"0");
        Line(text, $"0,{_record.Samples.Count}");
        Line(text, $"{Date(_record.Samples[0].Time)}");
        Line(text, $"{Date(_record.TriggerTime)}");
        Line(text, $"ASCII");
        Line(text, $"1");
        Line(text, $"0,0");
        Line(text, $"{(isSynchronized ? "0" : "F")},3");
        return text.ToString();
    }

    /// <summary>The lines of some samples.</summary>
    /// <param name="from">The first one.</param>
    /// <param name="count">How many.</param>
    public string Data(int from, int count)
    {
        var text = new StringBuilder();
        for (var i = from; i < from + count && i < _record.Samples.Count; i++)
        {
            var sample = _record.Samples[i];
            text.Append(CultureInfo.InvariantCulture, $"{i + 1},{(sample.Time - _record.Samples[0].Time).Ticks / TimeSpan.TicksPerMicrosecond}");
            foreach (var (channel, factor, offset) in _analogue)
            {
                text.Append(',').Append(double.IsFinite(sample.Values[channel]) ? Number(Math.Clamp(Math.Round((sample.Values[channel] - offset) / factor), -Most, Most)) : Missing);
            }

            foreach (var channel in _digital)
            {
                text.Append(sample.Values[channel] == 1 ? ",1" : ",0");
            }

            text.Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>A scale that uses what there is of numbers: whole numbers stay exact where they fit.</summary>
    private (int Channel, double Factor, double Offset) Scale(int channel)
    {
        var (least, greatest, isWhole) = (double.PositiveInfinity, double.NegativeInfinity, true);
        foreach (var sample in _record.Samples)
        {
            var value = sample.Values[channel];
            if (double.IsFinite(value))
            {
                (least, greatest, isWhole) = (Math.Min(least, value), Math.Max(greatest, value), isWhole && value == Math.Truncate(value));
            }
        }

        if (!double.IsFinite(least) || (isWhole && least >= -Most && greatest <= Most))
        {
            return (channel, 1, 0);
        }

        // What stands in the file is what is calculated with.
        var offset = least == greatest ? least : Rounded((least / 2) + (greatest / 2));
        var span = Math.Max(greatest - offset, offset - least);
        return (channel, span > 0 ? Math.Max(Rounded(span / (Most - 1)), double.Epsilon) : 1, offset);
    }

    private static double Rounded(double value) => double.Parse(value.ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append("\r\n");

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("dd'/'MM'/'yyyy,HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>Text without what parts fields.</summary>
    private static string Name(string text, int most) => new([.. text.Take(most).Select(c => c is ',' or < ' ' or > '~' ? '_' : c)]);
}
