using System.Runtime.CompilerServices;

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
        LocalName = default;
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

    /// <summary>Name of the start tag read last, without prefix.</summary>
    public ReadOnlySpan<byte> LocalName { get; private set; }

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
        // Almost every text has neither an entity nor a bracket: then it is looked at once.
        var rest = _xml[_position..];
        var length = rest.IndexOfAny((byte)'<', (byte)'&', (byte)']');
        var isPlain = length >= 0 && rest[length] == '<';
        if (!isPlain)
        {
            length = rest.IndexOf((byte)'<');
        }

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
        return isPlain || (Text.IndexOf((byte)'&') < 0 || XmlText.EntitiesAreKnown(Text) ? Text.IndexOf("]]>"u8) < 0 || Fail(XmlFault.NotWellFormed) : Fail(XmlFault.Restricted));
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
        if (Depth == 0)
        {
            return Fail(XmlFault.NotWellFormed);
        }

        var rest = _xml[(_position + 2)..];
        var open = _open[Depth - 1];
        var expected = _xml.Slice((int)(open >> 32), (int)open);
        if (rest.Length > expected.Length && rest[expected.Length] == '>' && rest.StartsWith(expected))
        {
            return End(expected, expected.Length);
        }

        var end = rest.IndexOf((byte)'>');
        if (end <= 0)
        {
            return Fail(XmlFault.NotWellFormed);
        }

        var name = rest[..end].TrimEnd(" \t\r\n"u8);
        if (!name.SequenceEqual(expected) && !(FirstLetterEitherCase && SameButFirstLetter(name, expected)))
        {
            return Fail(XmlFault.NotWellFormed);
        }

        return End(name, end);
    }

    private bool End(ReadOnlySpan<byte> name, int length)
    {
        _position += 2 + length + 1;
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
        var colon = Name.IndexOf((byte)':');
        LocalName = colon < 0 ? Name : Name[(colon + 1)..];
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
        if (count > 0 && Attributes.IndexOf((byte)'&') >= 0 && !XmlText.EntitiesAreKnown(Attributes))
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
