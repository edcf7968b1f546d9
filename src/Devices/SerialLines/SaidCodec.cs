using System.Globalization;

namespace DerAgent.Devices;

/// <summary>How a point is said in messages.</summary>
internal enum SaidAs
{
    /// <summary>A decimal number; a comma is a point.</summary>
    Number,
    /// <summary>Hexadecimal digits.</summary>
    Hex,
    /// <summary>A text.</summary>
    Text,
}

/// <summary>Where a point stands in messages.</summary>
/// <param name="In">Exchange whose answer says it; null: none.</param>
/// <param name="Capture">Group of the answer's pattern.</param>
/// <param name="To">Exchange that writes it; null: none.</param>
/// <param name="As">How it is said.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Words">Raw numbers of the words that stand for some, both ways.</param>
internal sealed record SaidPlace(string? In, string Capture, string? To, SaidAs As, NumberFormat Format, IReadOnlyList<KeyValuePair<string, long>> Words);

/// <summary>What messages say to values and back: value = (raw + offset) × scale. Pure.</summary>
internal static class SaidCodec
{
    /// <summary>What some devices say instead of a number they do not have.</summary>
    private static readonly char[] Blanks = ['-', '*', '?', '#', ' ', '.'];

    /// <summary>The value of what is said.</summary>
    /// <param name="point">The point.</param>
    /// <param name="said">What is said; null: nothing.</param>
    public static PointValue Decode(PointDefinition point, string? said)
    {
        ArgumentNullException.ThrowIfNull(point);
        var (place, text) = (point.Said!, said?.Trim() ?? "");
        if (place.As == SaidAs.Text)
        {
            return text.Length == 0 ? PointValue.None : new(double.NaN, text, false);
        }

        return text.Trim(Blanks).Length == 0 ? PointValue.None
            : Raw(place, text) is not { } raw ? PointValue.Unknown
            : point.None.Contains(raw) ? PointValue.None
            : RegisterCodec.Valued(point, point.Bits is { } bits ? ((long)raw >> bits.Low) & ((1L << (bits.High - bits.Low + 1)) - 1) : raw, 0);
    }

    /// <summary>How a value is written; null where it does not fit.</summary>
    /// <param name="point">The point.</param>
    /// <param name="value">The value in the point's unit; the raw one of a literal.</param>
    /// <param name="rounding">Where a value between two steps goes.</param>
    public static string? Encode(PointDefinition point, double value, WriteRounding rounding)
    {
        ArgumentNullException.ThrowIfNull(point);
        var place = point.Said!;
        double? raw = point.Map.IsNumeric ? point.Map.RawOf(value, rounding == WriteRounding.Up)
            : !point.Map.IsEmpty ? value : RegisterCodec.ToRaw(point, value, rounding);
        return raw is not { } number || !double.IsFinite(number) || Math.Abs(number) > 1e12 ? null
            : place.Words.FirstOrDefault(w => w.Value == number) is { Key: { } word } ? word
            : place.Words.Count > 0 ? null
            : place.Format.Write((decimal)number);
    }

    private static decimal? Raw(SaidPlace place, string text) =>
        place.Words.FirstOrDefault(w => w.Key == text) is { Key: not null } word ? word.Value
        : place.As == SaidAs.Hex ? text.Length <= 15 && long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null
        : text.Length <= 20 && decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
