using System.Buffers;
using System.Buffers.Text;
using System.Text;
using DerAgent.Xml;

namespace DerAgent.Mms;

/// <summary>
/// Reads XER element by element, tolerant as the wire profile asks. A fault sticks: from then on there are no more children and
/// every value is its default, so decoders need not check at each step.
/// </summary>
internal ref struct XerReader
{
    private XmlLexer _xml;

    public XerReader(ReadOnlySpan<byte> pdu, int maxNesting)
    {
        _xml = new XmlLexer(pdu, XmlLexer.MaxDepth) { FirstLetterEitherCase = true };
        MaxNesting = maxNesting;
    }

    public int MaxNesting { get; }

    public XerFault Fault { get; private set; }

    public string Description { get; private set; } = "";

    /// <summary>Local name of the element whose start tag was read last.</summary>
    public readonly ReadOnlySpan<byte> Name => _xml.LocalName;

    /// <summary>Attributes of the element whose start tag was read last.</summary>
    public readonly ReadOnlySpan<byte> Attributes => _xml.Attributes;

    /// <summary>Notes a fault; the first one counts.</summary>
    public void Fail(XerFault fault, string description)
    {
        if (Fault == XerFault.None)
        {
            Fault = fault;
            Description = $"{description} (octet {_xml.TokenStart})";
        }
    }

    /// <summary>Steps to the next child of the element being read; false at its end tag, which is then consumed.</summary>
    public bool NextChild()
    {
        while (Fault == XerFault.None)
        {
            if (!_xml.Read())
            {
                FailXml();
                return false;
            }

            switch (_xml.Token)
            {
                case XmlToken.Start:
                    return true;
                case XmlToken.End:
                    return false;
                default:
                    if (!XmlText.IsWhiteSpace(_xml.Text))
                    {
                        Fail(XerFault.InvalidArgument, $"text \"{Shown(_xml.Text)}\" where elements are due");
                    }

                    break;
            }
        }

        return false;
    }

    /// <summary>Steps to the one child that is the chosen alternative.</summary>
    public bool Choice()
    {
        if (NextChild())
        {
            return true;
        }

        Fail(XerFault.InvalidArgument, "a choice without alternative");
        return false;
    }

    /// <summary>Steps over the end tag of the element being read, which has no more children.</summary>
    public void EndChoice()
    {
        if (NextChild())
        {
            Fail(XerFault.InvalidArgument, $"two alternatives of a choice, the second is <{Shown(Name)}>");
        }
    }

    /// <summary>Passes over an element nobody knows, unless it must be understood.</summary>
    public void Unknown()
    {
        if (MustUnderstand())
        {
            Fail(XerFault.InvalidArgument, $"<{Shown(Name)}> must be understood and is not");
            return;
        }

        Skip();
    }

    /// <summary>Passes over the element being read.</summary>
    public void Skip()
    {
        var depth = _xml.Depth;
        while (Fault == XerFault.None && _xml.Depth >= depth)
        {
            if (!_xml.Read())
            {
                FailXml();
            }
        }
    }

    /// <summary>The text of the element being read, its control characters included; consumes the end tag.</summary>
    public string Text()
    {
        var text = "";
        while (Fault == XerFault.None && _xml.Read())
        {
            if (_xml.Token == XmlToken.End)
            {
                return text;
            }

            if (_xml.Token == XmlToken.Text)
            {
                // Almost always the only piece; string.Concat with an empty string copies nothing.
                text += XmlText.Decode(_xml.Text);
                continue;
            }

            var control = ControlCharacters.Find(Name);
            if (control < 0)
            {
                Fail(XerFault.InvalidArgument, $"<{Shown(Name)}> in a text");
                return "";
            }

            text += (char)control;
            Skip();
        }

        FailXml();
        return "";
    }

    /// <summary>The text of the element being read as it stands, white space around it cut off; consumes the end tag.</summary>
    public ReadOnlySpan<byte> Token()
    {
        ReadOnlySpan<byte> token = default;
        while (Fault == XerFault.None && _xml.Read())
        {
            switch (_xml.Token)
            {
                case XmlToken.End:
                    return token;
                case XmlToken.Start:
                    Fail(XerFault.InvalidArgument, $"<{Shown(Name)}> where text is due");
                    return default;
                default:
                    var text = _xml.Text.Trim(" \t\r\n"u8);
                    if (token.Length > 0 && text.Length > 0)
                    {
                        Fail(XerFault.InvalidArgument, "text in two pieces");
                        return default;
                    }

                    token = text.Length > 0 ? text : token;
                    break;
            }
        }

        FailXml();
        return default;
    }

    public long Integer()
    {
        var token = Token();
        var digits = token.Length > 0 && token[0] == '+' ? token[1..] : token;
        if (Utf8Parser.TryParse(digits, out long value, out var used) && used == digits.Length && used > 0)
        {
            return value;
        }

        FailNumber(token);
        return 0;
    }

    public ulong Unsigned()
    {
        var token = Token();
        if (Utf8Parser.TryParse(token, out ulong value, out var used) && used == token.Length && used > 0)
        {
            return value;
        }

        FailNumber(token);
        return 0;
    }

    public uint Unsigned32() => (uint)Bounded(0, uint.MaxValue);

    public int Integer32() => (int)Bounded(int.MinValue, int.MaxValue);

    /// <summary><c>&lt;true/&gt;</c>, <c>true</c> or <c>1</c>.</summary>
    public bool Boolean() => Truth(Word());

    /// <summary>A named INTEGER or ENUMERATED: number, or element or text of the name.</summary>
    public int Named(IReadOnlyList<string> names) => NumberOf(Word(), names);

    /// <summary>The one word of the element being read, as an empty element or as text; consumes the end tag.</summary>
    private ReadOnlySpan<byte> Word()
    {
        ReadOnlySpan<byte> word = default;
        while (Fault == XerFault.None && _xml.Read())
        {
            if (_xml.Token == XmlToken.End)
            {
                return word;
            }

            if (_xml.Token == XmlToken.Text && XmlText.IsWhiteSpace(_xml.Text))
            {
                continue;
            }

            if (word.Length > 0)
            {
                Fail(XerFault.InvalidArgument, "two values where one is due");
                return default;
            }

            word = _xml.Token == XmlToken.Start ? Name : _xml.Text.Trim(" \t\r\n"u8);
            if (_xml.Token == XmlToken.Start)
            {
                Skip();
            }
        }

        FailXml();
        return default;
    }

    /// <summary>Octets in hex.</summary>
    public byte[] Octets()
    {
        var token = Token();
        var octets = new byte[token.Length / 2];
        if (Convert.FromHexString(token, octets, out _, out _) == OperationStatus.Done)
        {
            return octets;
        }

        Fail(XerFault.InvalidArgument, $"\"{Shown(token)}\" is no octet string in hex");
        return [];
    }

    public OctetString Hex() => OctetString.Of(Octets());

    /// <summary>Up to 9 octets in hex; the number of them, 0 after a fault.</summary>
    public int Octets(scoped Span<byte> octets)
    {
        var token = Token();
        if (Convert.FromHexString(token, octets, out _, out var written) == OperationStatus.Done)
        {
            return written;
        }

        Fail(XerFault.InvalidArgument, $"\"{Shown(token)}\" is not up to {octets.Length} octets in hex");
        return 0;
    }

    /// <summary>Up to 8 octets in hex as a number; checks that there are exactly as many.</summary>
    public ulong HexNumber(int octets)
    {
        var token = Token();
        if (token.Length == octets * 2 && Utf8Parser.TryParse(token, out ulong value, out var used, 'X') && used == token.Length)
        {
            return value;
        }

        Fail(XerFault.InvalidArgument, $"\"{Shown(token)}\" is not {octets} octets in hex");
        return 0;
    }

    /// <summary>A component with a DEFAULT given as attribute of the element whose start tag was read last.</summary>
    public readonly bool? BooleanAttribute(ReadOnlySpan<byte> name) =>
        XmlAttributes.TryFind(Attributes, name, out var value) ? value.SequenceEqual("true"u8) || value.SequenceEqual("1"u8) : null;

    public void ExpectEnd()
    {
        if (Fault == XerFault.None && _xml.Read())
        {
            Fail(XerFault.NotAnMmsPdu, "something follows the MMSpdu");
        }
        else if (_xml.Fault != XmlFault.None)
        {
            FailXml();
        }
    }

    public static string Shown(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text.Length > 40 ? text[..40] : text);

    private readonly bool MustUnderstand() => BooleanAttribute("mustUnderstand"u8) == true;

    private bool Truth(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("true"u8) || word.SequenceEqual("1"u8))
        {
            return true;
        }

        if (!word.SequenceEqual("false"u8) && !word.SequenceEqual("0"u8))
        {
            Fail(XerFault.InvalidArgument, $"\"{Shown(word)}\" is no boolean");
        }

        return false;
    }

    private int NumberOf(ReadOnlySpan<byte> word, IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (word.Length == names[i].Length && Ascii.EqualsIgnoreCase(word, names[i]))
            {
                return i;
            }
        }

        if (Utf8Parser.TryParse(word, out int number, out var used) && used == word.Length && used > 0)
        {
            return number;
        }

        Fail(XerFault.InvalidArgument, $"\"{Shown(word)}\" is no known name or number");
        return 0;
    }

    private long Bounded(long low, long high)
    {
        var value = Integer();
        if (value >= low && value <= high)
        {
            return value;
        }

        Fail(XerFault.ValueOutOfRange, $"{value} is not from {low} to {high}");
        return 0;
    }

    private void FailNumber(ReadOnlySpan<byte> token)
    {
        var digits = token.Length > 0 && token[0] is (byte)'-' or (byte)'+' ? token[1..] : token;
        var isNumber = digits.Length > 0 && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
        Fail(isNumber ? XerFault.ValueOutOfRange : XerFault.InvalidArgument, $"\"{Shown(token)}\" is no {(isNumber ? "number of this type" : "whole number")}");
    }

    private void FailXml()
    {
        if (Fault != XerFault.None)
        {
            return;
        }

        Fail(_xml.Fault == XmlFault.TooDeep ? XerFault.MaxRecursionExceeded : XerFault.NotAnMmsPdu, $"the XML is not well-formed ({_xml.Fault})");
    }
}
