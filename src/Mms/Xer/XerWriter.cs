using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace DerAgent.Mms;

/// <summary>Writes XER (ISO/IEC 8825-4) in the strict form of a dialect: no white space, no prefixes, start and end tags.</summary>
internal readonly struct XerWriter(IBufferWriter<byte> output, MmsDialect dialect)
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000B\u000C\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\r");

    public MmsDialect Dialect { get; } = dialect;

    public void Start(ReadOnlySpan<byte> name)
    {
        var span = output.GetSpan(name.Length + 2);
        span[0] = (byte)'<';
        name.CopyTo(span[1..]);
        span[name.Length + 1] = (byte)'>';
        output.Advance(name.Length + 2);
    }

    public void End(ReadOnlySpan<byte> name)
    {
        var span = output.GetSpan(name.Length + 3);
        span[0] = (byte)'<';
        span[1] = (byte)'/';
        name.CopyTo(span[2..]);
        span[name.Length + 2] = (byte)'>';
        output.Advance(name.Length + 3);
    }

    public void Empty(ReadOnlySpan<byte> name)
    {
        var span = output.GetSpan(name.Length + 3);
        span[0] = (byte)'<';
        name.CopyTo(span[1..]);
        span[name.Length + 1] = (byte)'/';
        span[name.Length + 2] = (byte)'>';
        output.Advance(name.Length + 3);
    }

    public void Empty(string name)
    {
        Raw("<"u8);
        Plain(name);
        Raw("/>"u8);
    }

    /// <summary>A start tag with the namespace declared.</summary>
    public void StartPdu()
    {
        Raw("<MMSpdu xmlns=\""u8);
        Raw(Dialect.NamespaceUtf8);
        Raw("\">"u8);
    }

    /// <summary>A start tag that carries a component with a DEFAULT where the dialect writes those as attributes.</summary>
    public void StartWithDefault(ReadOnlySpan<byte> name, ReadOnlySpan<byte> component, ReadOnlySpan<byte> value)
    {
        if (!Dialect.DefaultsAreAttributes)
        {
            Start(name);
            return;
        }

        Raw("<"u8);
        Raw(name);
        Raw(" "u8);
        Raw(component);
        Raw("=\""u8);
        Raw(value);
        Raw("\">"u8);
    }

    /// <summary>The component with a DEFAULT in its place, where the dialect writes those as elements.</summary>
    public void Default(ReadOnlySpan<byte> component, ReadOnlySpan<byte> value)
    {
        if (!Dialect.DefaultsAreAttributes)
        {
            Start(component);
            Empty(value);
            End(component);
        }
    }

    public static ReadOnlySpan<byte> Word(bool value) => value ? "true"u8 : "false"u8;

    /// <summary>Opens an item of a SEQUENCE OF CHOICE.</summary>
    public void StartItem(ReadOnlySpan<byte> type)
    {
        if (Dialect.WrapsChoiceItems)
        {
            Start(type);
        }
    }

    public void EndItem(ReadOnlySpan<byte> type)
    {
        if (Dialect.WrapsChoiceItems)
        {
            End(type);
        }
    }

    public void Number(ReadOnlySpan<byte> name, long value)
    {
        Start(name);
        Number(value);
        End(name);
    }

    public void Number(long value)
    {
        var span = output.GetSpan(20);
        Utf8Formatter.TryFormat(value, span, out var written);
        output.Advance(written);
    }

    public void Unsigned(ulong value)
    {
        var span = output.GetSpan(20);
        Utf8Formatter.TryFormat(value, span, out var written);
        output.Advance(written);
    }

    public void Boolean(ReadOnlySpan<byte> name, bool value)
    {
        Start(name);
        Empty(Word(value));
        End(name);
    }

    public void Text(ReadOnlySpan<byte> name, string value)
    {
        Start(name);
        Text(value);
        End(name);
    }

    /// <summary>A named INTEGER: an element of that name, the number where it has none.</summary>
    public void Named(IReadOnlyList<string> names, int number)
    {
        if (NamedNumbers.NameOf(names, number) is { } name)
        {
            Empty(name);
        }
        else
        {
            Number(number);
        }
    }

    /// <summary>An element of octets in hex.</summary>
    public void Octets(ReadOnlySpan<byte> name, OctetString octets)
    {
        Start(name);
        Hex(octets.Span);
        End(name);
    }

    public void Hex(ReadOnlySpan<byte> octets)
    {
        while (octets.Length > 0)
        {
            var part = octets[..Math.Min(octets.Length, 512)];
            var span = output.GetSpan(part.Length * 2);
            for (var i = 0; i < part.Length; i++)
            {
                span[2 * i] = HexDigit(part[i] >> 4);
                span[(2 * i) + 1] = HexDigit(part[i] & 15);
            }

            output.Advance(part.Length * 2);
            octets = octets[part.Length..];
        }
    }

    public void Hex(ulong value, int octets)
    {
        var span = output.GetSpan(octets * 2);
        for (var i = 0; i < octets * 2; i++)
        {
            span[i] = HexDigit((int)(value >> (4 * ((octets * 2) - 1 - i))) & 15);
        }

        output.Advance(octets * 2);
    }

    /// <summary>Text; control characters as their XER elements (ISO/IEC 8825-4 §8.3.14), the rest with entities.</summary>
    public void Text(string text)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Special) is var at and >= 0)
        {
            Plain(rest[..at]);
            switch (rest[at])
            {
                case '&':
                    Raw("&amp;"u8);
                    break;
                case '<':
                    Raw("&lt;"u8);
                    break;
                case '>':
                    Raw("&gt;"u8);
                    break;
                case '\r':
                    Raw("&#13;"u8);
                    break;
                default:
                    Empty(ControlCharacters.Names[rest[at]]);
                    break;
            }

            rest = rest[(at + 1)..];
        }

        Plain(rest);
    }

    public void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    private void Plain(ReadOnlySpan<char> text)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);
}

/// <summary>Names of the control characters in XER (ISO/IEC 8825-4 §8.3.14).</summary>
internal static class ControlCharacters
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "tab", "newline", "vt", "ff", "return", "so", "si",
        "dle", "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub", "esc", "is4", "is3", "is2", "is1",
    ];

    public static int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (name.Length == Names[i].Length && Ascii.Equals(name, Names[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
