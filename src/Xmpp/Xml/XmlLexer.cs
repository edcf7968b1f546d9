using System.Runtime.CompilerServices;
using System.Text;

namespace DerAgent.Xml;

/// <summary>What an <see cref="XmlLexer"/> stands on.</summary>
internal enum XmlToken
{
    None,
    Start,
    End,
    Text,
}

/// <summary>Why a lexer stopped.</summary>
internal enum XmlFault
{
    None,
    NotWellFormed,
    /// <summary>Comment, processing instruction, DTD or unknown entity: what RFC 6120 §11.1 forbids.</summary>
    Restricted,
    TooDeep,
    TooManyAttributes,
}

/// <summary>
/// Reads one complete XML element held in UTF-8 bytes, token by token, without allocation. It refuses what RFC 6120 §11.1 refuses.
/// An empty element yields Start and then End.
/// </summary>
/// <remarks>One source file, compiled into the XMPP library and into the XER codec: neither may depend on the other.</remarks>
internal ref struct XmlLexer
{
    public const int MaxDepth = 128;
    private readonly ReadOnlySpan<byte> _xml;
    private readonly int _depthLimit;
    private readonly int _attributeLimit;
    private OpenNames _open;
    private int _position;
    private bool _closeAtOnce;
    private bool _rootSeen;

    /// <param name="xml">The element; nothing before it, nothing after it but white space.</param>
    /// <param name="depthLimit">Greatest nesting.</param>
    /// <param name="attributeLimit">Most attributes of one element.</param>
    public XmlLexer(ReadOnlySpan<byte> xml, int depthLimit = 64, int attributeLimit = 32)
    {
        _xml = xml;
        _depthLimit = Math.Min(depthLimit, MaxDepth);
        _attributeLimit = attributeLimit;
        Text = default;
        Name = default;
        Attributes = default;
    }

    /// <summary>Whether an end tag may differ from its start tag in the case of the first letter, as in the report's own example.</summary>
    public bool FirstLetterEitherCase { get; init; }

    public XmlToken Token { get; private set; }

    public XmlFault Fault { get; private set; }

    public int Depth { get; private set; }

    /// <summary>Offset of the token's first byte.</summary>
    public int TokenStart { get; private set; }

    /// <summary>Offset after the token's last byte.</summary>
    public readonly int Position => _position;

    /// <summary>Qualified name of a start or end tag.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Name without prefix.</summary>
    public readonly ReadOnlySpan<byte> LocalName
    {
        get
        {
            var colon = Name.IndexOf((byte)':');
            return colon < 0 ? Name : Name[(colon + 1)..];
        }
    }

    /// <summary>The attributes of a start tag, as they stand.</summary>
    public ReadOnlySpan<byte> Attributes { get; private set; }

    /// <summary>Text as it stands, entities not resolved; a CDATA section whole with its brackets.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Steps to the next token; false at the end and at a fault.</summary>
    public bool Read()
    {
        TokenStart = _position;
        if (_closeAtOnce)
        {
            _closeAtOnce = false;
            Depth--;
            Token = XmlToken.End;
            return true;
        }

        if (_position >= _xml.Length)
        {
            return Depth == 0 ? Finish() : Fail(XmlFault.NotWellFormed);
        }

        if (_xml[_position] != '<')
        {
            return ReadText();
        }

        if (_position + 1 >= _xml.Length)
        {
            return Fail(XmlFault.NotWellFormed);
        }

        return _xml[_position + 1] switch
        {
            (byte)'/' => ReadEndTag(),
            (byte)'!' => ReadCData(),
            (byte)'?' => Fail(XmlFault.Restricted),
            _ => ReadStartTag(),
        };
    }

    private bool Finish()
    {
        Token = XmlToken.None;
        return false;
    }

    private bool Fail(XmlFault fault)
    {
        Fault = fault;
        Token = XmlToken.None;
        return false;
    }

    private bool ReadText()
    {
        var rest = _xml[_position..];
        var length = rest.IndexOf((byte)'<');
        if (length < 0)
        {
            length = rest.Length;
        }

        Text = rest[..length];
        _position += length;
        if (Depth == 0)
        {
            // Around the element there is nothing but white space.
            return XmlText.IsWhiteSpace(Text) ? Read() : Fail(XmlFault.NotWellFormed);
        }

        Token = XmlToken.Text;
        return Text.IndexOf((byte)'&') < 0 || XmlText.EntitiesAreKnown(Text) ? Text.IndexOf("]]>"u8) < 0 || Fail(XmlFault.NotWellFormed) : Fail(XmlFault.Restricted);
    }

    private bool ReadCData()
    {
        var rest = _xml[_position..];
        if (!rest.StartsWith("<![CDATA["u8))
        {
            return Fail(XmlFault.Restricted);
        }

        var end = rest.IndexOf("]]>"u8);
        if (end < 0 || Depth == 0)
        {
            return Fail(XmlFault.NotWellFormed);
        }

        Text = rest[..(end + 3)];
        _position += end + 3;
        Token = XmlToken.Text;
        return true;
    }

    private bool ReadEndTag()
    {
        var rest = _xml[(_position + 2)..];
        var end = rest.IndexOf((byte)'>');
        if (end <= 0 || Depth == 0)
        {
            return Fail(XmlFault.NotWellFormed);
        }

        var name = rest[..end].TrimEnd(" \t\r\n"u8);
        var open = _open[Depth - 1];
        var expected = _xml.Slice((int)(open >> 32), (int)open);
        if (!name.SequenceEqual(expected) && !(FirstLetterEitherCase && SameButFirstLetter(name, expected)))
        {
            return Fail(XmlFault.NotWellFormed);
        }

        _position += 2 + end + 1;
        Name = name;
        Depth--;
        Token = XmlToken.End;
        return true;
    }

    private static bool SameButFirstLetter(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) =>
        a.Length == b.Length && a.Length > 0 && (a[0] | 0x20) == (b[0] | 0x20) && a[1..].SequenceEqual(b[1..]);

    private bool ReadStartTag()
    {
        var start = _position + 1;
        var i = start;
        while (i < _xml.Length && XmlText.IsNameByte(_xml[i]))
        {
            i++;
        }

        if (i == start || i >= _xml.Length || !XmlText.IsNameStart(_xml[start]) || (Depth == 0 && _rootSeen))
        {
            return Fail(XmlFault.NotWellFormed);
        }

        Name = _xml[start..i];
        var attributes = i;
        var count = 0;
        while (true)
        {
            var before = i;
            i = XmlText.SkipWhiteSpace(_xml, i);
            if (i >= _xml.Length)
            {
                return Fail(XmlFault.NotWellFormed);
            }

            if (_xml[i] is (byte)'>' or (byte)'/')
            {
                break;
            }

            if (before == i || !XmlText.SkipAttribute(_xml, ref i))
            {
                return Fail(XmlFault.NotWellFormed);
            }

            if (++count > _attributeLimit)
            {
                return Fail(XmlFault.TooManyAttributes);
            }
        }

        Attributes = _xml[attributes..i];
        if (Attributes.IndexOf((byte)'&') >= 0 && !XmlText.EntitiesAreKnown(Attributes))
        {
            return Fail(XmlFault.Restricted);
        }

        if (Depth >= _depthLimit)
        {
            return Fail(XmlFault.TooDeep);
        }

        var empty = _xml[i] == '/';
        if (empty && (++i >= _xml.Length || _xml[i] != '>'))
        {
            return Fail(XmlFault.NotWellFormed);
        }

        _rootSeen = true;
        _position = i + 1;
        _open[Depth] = ((long)start << 32) | (uint)Name.Length;
        Depth++;
        _closeAtOnce = empty;
        Token = XmlToken.Start;
        return true;
    }

    [InlineArray(MaxDepth)]
    private struct OpenNames
    {
        private long _first;
    }
}

/// <summary>Steps through the attributes of a start tag.</summary>
internal ref struct XmlAttributes(ReadOnlySpan<byte> attributes)
{
    private readonly ReadOnlySpan<byte> _attributes = attributes;
    private int _position;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value as it stands, entities not resolved.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Read()
    {
        _position = XmlText.SkipWhiteSpace(_attributes, _position);
        var start = _position;
        if (start >= _attributes.Length || !XmlText.SkipAttribute(_attributes, ref _position))
        {
            return false;
        }

        var attribute = _attributes[start.._position];
        var equals = attribute.IndexOf((byte)'=');
        Name = attribute[..equals].TrimEnd(" \t\r\n"u8);
        Value = attribute[(equals + 1)..].TrimStart(" \t\r\n"u8)[1..^1];
        return true;
    }

    /// <summary>The value of one attribute; false where it is absent.</summary>
    public static bool TryFind(ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var list = new XmlAttributes(attributes);
        while (list.Read())
        {
            if (list.Name.SequenceEqual(name))
            {
                value = list.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}

/// <summary>The small change of XML: names, white space, entities.</summary>
internal static class XmlText
{
    public static bool IsNameStart(byte b) => b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or >= 0x80;

    public static bool IsNameByte(byte b) => IsNameStart(b) || b is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'.' or (byte)':';

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
