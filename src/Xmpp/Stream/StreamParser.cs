using DerAgent.Xml;

namespace DerAgent.Xmpp;

/// <summary>What a stream parser found.</summary>
internal abstract record StreamEvent
{
    /// <summary>The stream header.</summary>
    public sealed record Opened(XmlElement Header) : StreamEvent;

    /// <summary>A complete element at the first level.</summary>
    public sealed record Element(XmlElement Xml) : StreamEvent;

    /// <summary>The end tag of the stream.</summary>
    public sealed record Closed : StreamEvent;

    /// <summary>Octets that end the stream.</summary>
    public sealed record Broken(StreamErrorCondition Condition) : StreamEvent;
}

/// <summary>
/// Cuts a stream of octets into its header and elements (RFC 6120 §4.2, §4.4), wherever the octets are cut.
/// Each octet is looked at once to find where an element ends; complete elements are then checked as a whole.
/// </summary>
internal sealed class StreamParser(StreamLimits limits)
{
    private byte[] _buffer = new byte[4096];
    private int _length;
    private int _scanned;
    private int _start;
    private int _depth;
    private Place _place = Place.Text;
    private byte _quote;
    private bool _opened;
    private bool _ended;
    private NamespaceScope? _scope;

    private enum Place
    {
        Text,
        Less,
        StartTag,
        Quoted,
        StartTagSlash,
        EndTag,
        Bang,
        CData,
        Declaration,
    }

    /// <summary>Takes octets; gives what became complete. After Closed or Broken nothing more comes.</summary>
    public IEnumerable<StreamEvent> Feed(ReadOnlyMemory<byte> octets)
    {
        Append(octets.Span);
        while (!_ended && _scanned < _length)
        {
            if (Scan() is not { } found)
            {
                continue;
            }

            _ended = found is StreamEvent.Closed or StreamEvent.Broken;
            yield return found;
        }

        Compact();
        if (!_ended && _length - _start > limits.MaxStanzaSize)
        {
            _ended = true;
            yield return new StreamEvent.Broken(StreamErrorCondition.PolicyViolation);
        }
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        if (_length + octets.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + octets.Length));
        }

        octets.CopyTo(_buffer.AsSpan(_length));
        _length += octets.Length;
    }

    private void Compact()
    {
        if (_start == 0)
        {
            return;
        }

        _buffer.AsSpan(_start, _length - _start).CopyTo(_buffer);
        _length -= _start;
        _scanned -= _start;
        _start = 0;
    }

    /// <summary>Looks at the next octets; null while nothing is complete.</summary>
    private StreamEvent? Scan()
    {
        var b = _buffer[_scanned++];
        switch (_place)
        {
            case Place.Text:
                return ScanText(b);
            case Place.Less:
                return ScanLess(b);
            case Place.StartTag when b is (byte)'"' or (byte)'\'':
                (_quote, _place) = (b, Place.Quoted);
                SkipTo(_quote);
                return null;
            case Place.StartTag when b == '<':
                return Break(StreamErrorCondition.NotWellFormed);
            case Place.StartTag when b == '/':
                _place = Place.StartTagSlash;
                return null;
            case Place.StartTag when b == '>':
                return Open();
            case Place.StartTag:
                return null;
            case Place.StartTagSlash:
                return b == '>' && _opened ? CloseElement() : Break(StreamErrorCondition.NotWellFormed);
            case Place.Quoted when b == _quote:
                _place = Place.StartTag;
                return null;
            case Place.Quoted:
                SkipTo(_quote);
                return null;
            case Place.EndTag when b == '>':
                return _depth == 0 ? new StreamEvent.Closed() : Leave();
            case Place.EndTag:
                return null;
            case Place.Bang:
                return ScanBang();
            case Place.CData:
                if (b == '>' && _buffer[_scanned - 2] == ']' && _buffer[_scanned - 3] == ']')
                {
                    _place = Place.Text;
                }

                return null;
            default:
                if (b == '>' && _buffer[_scanned - 2] == '?')
                {
                    _place = Place.Text;
                    _start = _scanned;
                }

                return null;
        }
    }

    private StreamEvent? ScanText(byte b)
    {
        if (b == '<')
        {
            _place = Place.Less;
            _start = _depth == 0 ? _scanned - 1 : _start;
            return null;
        }

        if (_depth > 0)
        {
            SkipTo((byte)'<');
            return null;
        }

        // White space between stanzas keeps the line alive; nothing else may stand there.
        _start = _scanned;
        return b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' ? null : Break(StreamErrorCondition.NotWellFormed);
    }

    private StreamEvent? ScanLess(byte b)
    {
        switch (b)
        {
            case (byte)'/':
                _place = Place.EndTag;
                return _opened ? null : Break(StreamErrorCondition.NotWellFormed);
            case (byte)'!':
                _place = Place.Bang;
                return _depth > 0 ? null : Break(StreamErrorCondition.RestrictedXml);
            case (byte)'?':
                _place = Place.Declaration;
                return _opened ? Break(StreamErrorCondition.RestrictedXml) : null;
            default:
                _place = Place.StartTag;
                return XmlText.IsNameStart(b) ? null : Break(StreamErrorCondition.NotWellFormed);
        }
    }

    private StreamEvent? ScanBang()
    {
        var open = "<![CDATA["u8;
        var from = _buffer.AsSpan(0, _scanned).LastIndexOf((byte)'<');
        var seen = _buffer.AsSpan(from, _scanned - from);
        if (!open[..Math.Min(seen.Length, open.Length)].SequenceEqual(seen))
        {
            return Break(StreamErrorCondition.RestrictedXml);
        }

        _place = seen.Length == open.Length ? Place.CData : Place.Bang;
        return null;
    }

    private StreamEvent? Open()
    {
        _place = Place.Text;
        if (!_opened)
        {
            return OpenStream();
        }

        return ++_depth > limits.MaxDepth ? Break(StreamErrorCondition.PolicyViolation) : null;
    }

    private StreamEvent OpenStream()
    {
        // The header is the start tag of an element that ends with the stream; closed, it can be read like any other.
        var tag = _buffer.AsSpan(_start, _scanned - _start);
        var xml = new byte[tag.Length + 1];
        tag[..^1].CopyTo(xml);
        "/>"u8.CopyTo(xml.AsSpan(tag.Length - 1));
        _start = _scanned;
        if (XmlCheck.Check(xml, null, limits) is { } condition)
        {
            return Break(condition);
        }

        var header = new XmlElement(xml, null);
        if (header.Name != "stream" || header.Namespace != Namespaces.Streams)
        {
            return Break(StreamErrorCondition.InvalidNamespace);
        }

        _opened = true;
        _scope = header.Scope;
        return new StreamEvent.Opened(header);
    }

    private StreamEvent? Leave()
    {
        _depth--;
        return Complete();
    }

    private StreamEvent? CloseElement() => _depth >= limits.MaxDepth ? Break(StreamErrorCondition.PolicyViolation) : Complete();

    private StreamEvent? Complete()
    {
        _place = Place.Text;
        if (_depth > 0)
        {
            return null;
        }

        var xml = _buffer.AsSpan(_start, _scanned - _start).ToArray();
        _start = _scanned;
        if (xml.Length > limits.MaxStanzaSize)
        {
            return Break(StreamErrorCondition.PolicyViolation);
        }

        return XmlCheck.Check(xml, _scope, limits) is { } condition ? Break(condition) : new StreamEvent.Element(new XmlElement(xml, _scope));
    }

    private static StreamEvent.Broken Break(StreamErrorCondition condition) => new(condition);

    private void SkipTo(byte stop)
    {
        var next = _buffer.AsSpan(_scanned, _length - _scanned).IndexOf(stop);
        _scanned = next < 0 ? _length : _scanned + next;
    }
}
