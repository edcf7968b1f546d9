using System.Globalization;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Client;

/// <summary>Values as people type them.</summary>
internal static class TextValues
{
    /// <summary>The value of a type; null where the text does not fit.</summary>
    public static DataValue? Parse(string text, TypeDescription type)
    {
        ArgumentNullException.ThrowIfNull(text);
        switch (type)
        {
            case TypeDescription.Structure { Components: [var only] }:
                return Parse(text, only.Type) is { } inner ? DataValue.Structure(inner) : null;
            case TypeDescription.Primitive primitive:
                return Parse(text, primitive);
            default:
                return null;
        }
    }

    private static DataValue? Parse(string text, TypeDescription.Primitive type)
    {
        switch (type.Kind)
        {
            case PrimitiveKind.Boolean:
                return text switch { "true" or "on" or "1" => DataValue.Boolean(true), "false" or "off" or "0" => DataValue.Boolean(false), _ => null };
            case PrimitiveKind.Integer:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? DataValue.Integer(integer) : null;
            case PrimitiveKind.Unsigned:
                return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned) ? DataValue.Unsigned(unsigned) : null;
            case PrimitiveKind.FloatingPoint:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    ? type.Size == 64 ? DataValue.Float64(number) : DataValue.Float32((float)number)
                    : null;
            case PrimitiveKind.BitString:
                return text.All(c => c is '0' or '1') && text.Length <= 64 ? DataValue.Bits(text.Select(c => c == '1').ToArray().AsSpan()) : null;
            case PrimitiveKind.OctetString:
                return text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? DataValue.Octets(Convert.FromHexString(text)) : null;
            case PrimitiveKind.VisibleString:
                return DataValue.VisibleString(text);
            case PrimitiveKind.MmsString:
                return DataValue.MmsString(text);
            case PrimitiveKind.UtcTime:
                return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? Timestamp.From(time).ToValue() : null;
            default:
                return null;
        }
    }
}
