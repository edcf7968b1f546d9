using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>A point of a device, scaled.</summary>
/// <param name="Device">Name of the device.</param>
/// <param name="Point">Name of the point.</param>
/// <param name="Factor">Factor.</param>
internal sealed record BindingTerm(string Device, string Point, double Factor);

/// <summary>What feeds an attribute: the <c>sAddr</c> as a sum of scaled points and a constant.</summary>
/// <param name="Terms">Scaled points; empty for a constant.</param>
/// <param name="Offset">Constant part.</param>
internal sealed record BindingExpression(IReadOnlyList<BindingTerm> Terms, double Offset)
{
    /// <summary>Whether the terms are commanded one by one with the same value, instead of summed: points separated by commas.</summary>
    public bool IsEach { get; init; }

    /// <summary>Whether it names one point exactly, so that it can be written through.</summary>
    public BindingTerm? Single => Terms.Count == 1 && !IsEach ? Terms[0] : null;

    /// <summary>Reads an <c>sAddr</c>; null with a sentence where it makes no sense.</summary>
    /// <param name="text">E.g. <c>inv1/W</c>, <c>W*0.001+0</c>, <c>inv1/W+inv2/W</c>, <c>=5</c>.</param>
    /// <param name="device">Device meant where none is named.</param>
    /// <param name="fault">What is wrong.</param>
    public static BindingExpression? Parse(string text, string? device, out string fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        fault = "";
        if (text.StartsWith('=') && Number(text[1..], out var constant))
        {
            return new([], constant);
        }

        if (text.Contains(',', StringComparison.Ordinal))
        {
            return Each(text, device, out fault);
        }

        var terms = new List<BindingTerm>();
        double offset = 0;
        foreach (var (sign, part) in Parts(text))
        {
            if (Number(part, out var number))
            {
                offset += sign * number;
                continue;
            }

            if (Term(part, sign, device) is not { } term)
            {
                fault = $"\"{part}\" in sAddr \"{text}\" is no point; write device/point, or point inside a DerAgent:Device.";
                return null;
            }

            terms.Add(term);
        }

        if (terms.Count > 0)
        {
            return new(terms, offset);
        }

        fault = $"sAddr \"{text}\" names no point; write a constant as =5.";
        return null;
    }

    private static BindingExpression? Each(string text, string? device, out string fault)
    {
        fault = "";
        var terms = new List<BindingTerm>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Length == 0 || Term(part, 1, device) is not { } term)
            {
                fault = $"\"{part}\" in sAddr \"{text}\" is no point; write inv1/point,inv2/point to command each of them.";
                return null;
            }

            terms.Add(term);
        }

        return new(terms, 0) { IsEach = true };
    }

    private static BindingTerm? Term(string part, double sign, string? device)
    {
        var factor = sign;
        var star = part.LastIndexOf('*');
        if (star > 0)
        {
            if (!Number(part[(star + 1)..], out var number))
            {
                return null;
            }

            factor *= number;
            part = part[..star];
        }

        var slash = part.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? device : part[..slash];
        var point = part[(slash + 1)..];
        return string.IsNullOrEmpty(name) || point.Length == 0 || factor == 0 ? null : new(name, point, factor);
    }

    private static IEnumerable<(double Sign, string Part)> Parts(string text)
    {
        var start = 0;
        var sign = 1.0;
        for (var i = 0; i <= text.Length; i++)
        {
            // The sign of an exponent or a factor belongs to its number.
            if (i < text.Length && (text[i] is not ('+' or '-') || i == start || IsSignOfNumber(text, i)))
            {
                continue;
            }

            if (text[start..i].Trim() is { Length: > 0 } part)
            {
                yield return (sign, part);
            }

            sign = i < text.Length && text[i] == '-' ? -1 : 1;
            start = i + 1;
        }
    }

    private static bool IsSignOfNumber(string text, int at) =>
        text[at - 1] == '*' || (text[at - 1] is 'e' or 'E' && at >= 2 && char.IsAsciiDigit(text[at - 2]));

    private static bool Number(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}

/// <summary>Numbers and literals of points as values of attributes, and back.</summary>
internal static class ValueConversion
{
    private const string On = "on";
    private const string Off = "off";

    /// <summary>A value for an attribute of <paramref name="type"/>; kind None where it makes none.</summary>
    public static DataValue ToData(AttributeType type, double number, string? text)
    {
        switch (type.Basic)
        {
            case BasicType.Boolean:
                return text is not null ? text is On or Off ? DataValue.Boolean(text == On) : default : double.IsNaN(number) ? default : DataValue.Boolean(number != 0);
            case BasicType.Enumerated:
                // A literal that the enumeration does not have means nothing here: its raw value is no ordinal.
                return text is null || type.Enumeration is null ? Whole(number, DataValue.Integer) : type.Enumeration.TryGetOrdinal(text, out var ordinal) ? DataValue.Integer(ordinal) : default;
            case BasicType.Integer:
                return Whole(number, DataValue.Integer);
            case BasicType.Unsigned:
                return Whole(number, n => n < 0 ? default : DataValue.Unsigned((ulong)n));
            case BasicType.Float:
                return double.IsNaN(number) ? default : type.Size == 64 ? DataValue.Float64(number) : DataValue.Float32((float)number);
            case BasicType.BitString when type.Size == 2:
                var position = number == 0 ? 1 : 2;
                return text is not null && type.Enumeration?.TryGetOrdinal(text, out position) != true ? default : double.IsNaN(number) ? default : CodedEnum.ToValue(position);
            case BasicType.VisibleString:
                return Words(text, number) is { } visible ? DataValue.VisibleString(visible.Length <= type.Size ? visible : visible[..type.Size]) : default;
            case BasicType.UnicodeString:
                return Words(text, number) is { } words ? DataValue.MmsString(words.Length <= type.Size ? words : words[..type.Size]) : default;
            default:
                return default;
        }
    }

    /// <summary>A text; of some makers a serial number is a number.</summary>
    private static string? Words(string? text, double number) => text ?? (double.IsNaN(number) ? null : number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The number to write for a value; NaN where it has none.</summary>
    /// <param name="type">Type of the attribute.</param>
    /// <param name="value">The value.</param>
    /// <param name="map">Literals of the point's raw values.</param>
    public static double ToNumber(AttributeType type, in DataValue value, ValueMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        var isCoded = type.Basic == BasicType.BitString && type.Size == 2;
        var ordinal = isCoded ? CodedEnum.OrdinalOf(value) : value.AsInteger();
        var literal = isCoded || type.Basic == BasicType.Enumerated ? type.Enumeration?.LiteralOf(ordinal) : value.Kind == DataKind.Boolean ? (value.AsBoolean() ? On : Off) : null;
        if (literal is not null && map.RawOf(literal) is { } raw)
        {
            return raw;
        }

        return value.Kind == DataKind.Boolean ? value.AsBoolean() ? 1 : 0 : isCoded ? ordinal : value.AsDouble();
    }

    private static DataValue Whole(double number, Func<long, DataValue> make) =>
        double.IsNaN(number) || number < long.MinValue || number >= long.MaxValue ? default : make((long)Math.Round(number, MidpointRounding.AwayFromZero));
}
