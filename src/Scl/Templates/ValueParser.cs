using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Reads the text of a <c>Val</c> as a value of its attribute's type (IEC 61850-6 §9.5.4.2 table 45).</summary>
internal static class ValueParser
{
    private const NumberStyles Float = NumberStyles.Float;

    /// <summary>The value; false where the text does not fit.</summary>
    public static bool TryParse(string text, AttributeType type, out DataValue value)
    {
        value = type.Basic switch
        {
            BasicType.Boolean => Boolean(text),
            BasicType.Integer => long.TryParse(text, out var number) ? DataValue.Integer(number) : default,
            BasicType.Unsigned => ulong.TryParse(text, out var number) ? DataValue.Unsigned(number) : default,
            BasicType.Float => double.TryParse(text.Replace("INF", "Infinity", StringComparison.Ordinal), Float, CultureInfo.InvariantCulture, out var number)
                ? type.Size == 64 ? DataValue.Float64(number) : DataValue.Float32((float)number)
                : default,
            BasicType.Enumerated => Ordinal(text, type.Enumeration),
            BasicType.BitString => BitString(text, type),
            BasicType.Quality => BitString(text, type),
            BasicType.Timestamp => Moment(text, out var time) ? Timestamp.From(time).ToValue() : default,
            BasicType.EntryTime => Moment(text, out var time) ? EntryTime.From(time).ToValue() : default,
            BasicType.OctetString => Octets(text),
            BasicType.UnicodeString => DataValue.MmsString(text),
            _ => DataValue.VisibleString(text),
        };
        return value.Kind != DataKind.None && type.Accept(value, out value) == ValueFault.None;
    }

    private static DataValue Boolean(string text) => text switch
    {
        "true" or "TRUE" or "True" or "1" => DataValue.Boolean(true),
        "false" or "FALSE" or "False" or "0" => DataValue.Boolean(false),
        _ => default,
    };

    private static DataValue Ordinal(string text, EnumType? type)
    {
        if (type is not null && type.TryGetOrdinal(text, out var ordinal))
        {
            return DataValue.Integer(ordinal);
        }

        return int.TryParse(text, out ordinal) ? DataValue.Integer(ordinal) : default;
    }

    /// <summary>Dbpos has longer literals in the second edition of IEC 61850-7-3; both are understood in every file. Those of Tcmd are the same.</summary>
    private static string Literal(string text, EnumType literals) => (text, literals == CodedEnum.Dbpos) switch
    {
        ("intermediate-state", true) => "intermediate",
        ("bad-state", true) => "bad",
        _ => text,
    };

    private static DataValue BitString(string text, AttributeType type)
    {
        if (type.Enumeration is { } literals && literals.TryGetOrdinal(Literal(text, literals), out var ordinal))
        {
            return DataValue.Bits((ulong)(((ordinal >> 1) & 1) | ((ordinal & 1) << 1)), 2);
        }

        if (text.Length == 0 || text.Length > 64 || text.Any(c => c is not ('0' or '1')))
        {
            return default;
        }

        return DataValue.Bits(text.Select(c => c == '1').ToArray().AsSpan());
    }

    private static bool Moment(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text.Replace(',', '.'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private static DataValue Octets(string text)
    {
        try
        {
            return DataValue.Octets(text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            return default;
        }
    }
}
