using System.Text;

namespace DerAgent.Xml;

/// <summary>The small change of XML: names, white space, entities.</summary>
internal static class XmlText
{
    public static bool IsNameStart(byte b) => b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or >= 0x80;

    /// <summary>Letters, digits, <c>_ - . :</c> and whatever is not ASCII; as bits, because every octet of every name is asked for.</summary>
    public static bool IsNameByte(byte b) => b >= 0x80 || (((b < 64 ? 0x07FF600000000000UL : 0x07FFFFFE87FFFFFEUL) >> (b & 63)) & 1) != 0;

    public static bool IsWhiteSpace(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    public static int SkipWhiteSpace(ReadOnlySpan<byte> xml, int from)
    {
        while (from < xml.Length && xml[from] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            from++;
        }

        return from;
    }

    /// <summary>Steps over <c>name = "value"</c>; false where it is none.</summary>
    public static bool SkipAttribute(ReadOnlySpan<byte> xml, ref int position)
    {
        var i = position;
        while (i < xml.Length && IsNameByte(xml[i]))
        {
            i++;
        }

        if (i == position || !IsNameStart(xml[position]))
        {
            return false;
        }

        i = SkipWhiteSpace(xml, i);
        if (i >= xml.Length || xml[i] != '=')
        {
            return false;
        }

        i = SkipWhiteSpace(xml, i + 1);
        if (i >= xml.Length || xml[i] is not ((byte)'"' or (byte)'\''))
        {
            return false;
        }

        var length = xml[(i + 1)..].IndexOf(xml[i]);
        if (length < 0 || xml.Slice(i + 1, length).IndexOf((byte)'<') >= 0)
        {
            return false;
        }

        position = i + 1 + length + 1;
        return true;
    }

    public static bool EntitiesAreKnown(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'&') is var start and >= 0)
        {
            text = text[(start + 1)..];
            var end = text.IndexOf((byte)';');
            if (end <= 0 || !TryEntity(text[..end], out _))
            {
                return false;
            }

            text = text[(end + 1)..];
        }

        return true;
    }

    /// <summary>The text with entities, character references and CDATA resolved.</summary>
    public static string Decode(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("<![CDATA["u8))
        {
            return Encoding.UTF8.GetString(text[9..^3]);
        }

        if (text.IndexOfAny((byte)'&', (byte)'\r') < 0)
        {
            return Encoding.UTF8.GetString(text);
        }

        var result = new StringBuilder(text.Length);
        while (text.IndexOf((byte)'&') is var start and >= 0)
        {
            AppendLines(result, text[..start]);
            text = text[(start + 1)..];
            var end = text.IndexOf((byte)';');
            if (end > 0 && TryEntity(text[..end], out var rune))
            {
                result.Append(rune.ToString());
            }

            text = text[(end + 1)..];
        }

        AppendLines(result, text);
        return result.ToString();
    }

    private static void AppendLines(StringBuilder result, ReadOnlySpan<byte> text)
    {
        var plain = Encoding.UTF8.GetString(text);
        result.Append(plain.Contains('\r', StringComparison.Ordinal) ? plain.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : plain);
    }

    private static bool TryEntity(ReadOnlySpan<byte> name, out Rune rune)
    {
        rune = name switch
        {
            _ when name.SequenceEqual("lt"u8) => new('<'),
            _ when name.SequenceEqual("gt"u8) => new('>'),
            _ when name.SequenceEqual("amp"u8) => new('&'),
            _ when name.SequenceEqual("quot"u8) => new('"'),
            _ when name.SequenceEqual("apos"u8) => new('\''),
            _ => default,
        };
        return rune != default || (name[0] == '#' && TryReference(name[1..], out rune));
    }

    private static bool TryReference(ReadOnlySpan<byte> digits, out Rune rune)
    {
        rune = default;
        var hex = digits.Length > 0 && digits[0] == 'x';
        var number = hex ? digits[1..] : digits;
        var style = hex ? System.Globalization.NumberStyles.AllowHexSpecifier : System.Globalization.NumberStyles.None;
        return number.Length is > 0 and <= 7
            && int.TryParse(number, style, System.Globalization.CultureInfo.InvariantCulture, out var code)
            && code is 9 or 10 or 13 or >= 0x20
            && code is not (0xFFFE or 0xFFFF)
            && Rune.TryCreate(code, out rune);
    }
}
