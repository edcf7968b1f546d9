using DerAgent.Xml;

namespace DerAgent.Xmpp;

/// <summary>What a stream parser found.</summary>
internal abstract record StreamEvent
{
    /// <summary>The stream header.</summary>
    public sealed record Opened(XmlElement Header) : StreamEvent;

    /// <summary>A complete element at the first level.</summary>
    public sealed record Element(XmlElement Xml) : StreamEvent;

    /// <summary>A stanza beyond our own limits: read over; of a long one only the head is left. A stranger may have written it, so that the stream lives on.</summary>
    public sealed record Dropped(Stanza Head) : StreamEvent;

    /// <summary>The end tag of the stream.</summary>
    public sealed record Closed : StreamEvent;

    /// <summary>Octets that end the stream.</summary>
    public sealed record Broken(StreamErrorCondition Condition) : StreamEvent;
}

/// <summary>
/// Cuts a stream of octets into its header and elements (RFC 6120 §4.2, §4.4), wherever the octets are cut.
/// Each octet is looked at once to find where an element ends; complete elements are then checked as a whole.
/// What a server may not send ends the stream; a stanza beyond our own limits is read over without being kept.
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
    private int _matched;
    private int _headLength;
    private Stanza? _dropping;
    private long _skipped;
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

    /// <summary>Whether the last octet taken is inside an element: it is unfinished.</summary>
    public bool IsInside => _depth > 0 || _place != Place.Text;

    private static ReadOnlySpan<byte> CDataOpen => "<![CDATA["u8;

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

        if (!_ended && _length - _start > (_dropping is null ? limits.MaxStanzaSize : limits.MaxKept) && ReadOver() is { } broken)
        {
            _ended = true;
            yield return broken;
        }

        Compact();
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

    /// <summary>Keeps nothing of a stanza that is beyond the limits but its head.</summary>
    private StreamEvent.Broken? ReadOver()
    {
        if (Drop() is { } broken)
        {
            return broken;
        }

        _skipped += _scanned - _start;
        _start = _scanned;
        // No stanza of a stranger passes a server with so many octets: this is the server's own doing.
        return _skipped > limits.MaxSkipped ? Break(StreamErrorCondition.PolicyViolation) : null;
    }

    /// <summary>The stanza being read is beyond the limits.</summary>
    private StreamEvent.Broken? Drop()
    {
        _dropping ??= StanzaHead.Read(_buffer.AsSpan(_start, _headLength > 0 ? _headLength : _scanned - _start), _scope);
        return _dropping is null ? Break(StreamErrorCondition.PolicyViolation) : null;
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
                return ScanBang(b);
            case Place.CData:
                ScanCData(b);
                return null;
            default:
                ScanDeclaration(b);
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
                (_place, _matched) = (Place.Bang, 2);
                return _depth > 0 ? null : Break(StreamErrorCondition.RestrictedXml);
            case (byte)'?':
                (_place, _matched) = (Place.Declaration, 0);
                return _opened ? Break(StreamErrorCondition.RestrictedXml) : null;
            default:
                _place = Place.StartTag;
                return XmlText.IsNameStart(b) ? null : Break(StreamErrorCondition.NotWellFormed);
        }
    }

    private StreamEvent.Broken? ScanBang(byte b)
    {
        if (b != CDataOpen[_matched])
        {
            return Break(StreamErrorCondition.RestrictedXml);
        }

        if (++_matched == CDataOpen.Length)
        {
            (_place, _matched) = (Place.CData, 0);
        }

        return null;
    }

    private void ScanCData(byte b)
    {
        if (b == '>' && _matched >= 2)
        {
            _place = Place.Text;
        }

        _matched = b == ']' ? _matched + 1 : 0;
    }

    private void ScanDeclaration(byte b)
    {
        if (b == '>' && _matched > 0)
        {
            _place = Place.Text;
            _start = _scanned;
        }

        _matched = b == '?' ? 1 : 0;
    }

    private StreamEvent? Open()
    {
        _place = Place.Text;
        if (!_opened)
        {
            return OpenStream();
        }

        _headLength = _depth == 0 ? _scanned - _start : _headLength;
        return ++_depth > limits.MaxDepth ? Drop() : null;
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

    private StreamEvent? CloseElement()
    {
        _headLength = _depth == 0 ? _scanned - _start : _headLength;
        return _depth >= limits.MaxDepth && Drop() is { } broken ? broken : Complete();
    }

    private StreamEvent? Complete()
    {
        _place = Place.Text;
        if (_depth > 0)
        {
            return null;
        }

        var size = _scanned - _start;
        StreamErrorCondition? condition = null;
        byte[] xml = [];
        if (_dropping is null && size <= limits.MaxStanzaSize)
        {
            xml = _buffer.AsSpan(_start, size).ToArray();
            condition = XmlCheck.Check(xml, _scope, limits);
        }

        var isBeyond = _dropping is not null || size > limits.MaxStanzaSize || condition == StreamErrorCondition.PolicyViolation;
        var broken = isBeyond ? Drop() : condition is { } fault ? Break(fault) : null;
        // Where the own server gives back what it refuses, so do we.
        var dropped = _skipped > 0 || size > limits.MaxKept ? _dropping : _dropping?.WithRest(_buffer.AsSpan(_start, size).ToArray());
        (_start, _headLength, _dropping, _skipped) = (_scanned, 0, null, 0);
        if (broken is not null)
        {
            return broken;
        }

        return dropped is null ? new StreamEvent.Element(new XmlElement(xml, _scope)) : new StreamEvent.Dropped(dropped);
    }

    private static StreamEvent.Broken Break(StreamErrorCondition condition) => new(condition);

    private void SkipTo(byte stop)
    {
        var next = _buffer.AsSpan(_scanned, _length - _scanned).IndexOf(stop);
        _scanned = next < 0 ? _length : _scanned + next;
    }
}
