using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>A message that came whole.</summary>
/// <param name="Text">Its text, without begin, end and checksum.</param>
internal readonly record struct LineMessage(string Text);

/// <summary>Finds messages in octets, wherever these are cut. The last question says what they look like. What has a wrong checksum is dropped, and remembered for people.</summary>
internal sealed class MessageParser : IFrameParser<LineQuestion, LineMessage>
{
    /// <summary>Octets after which what has come is no message any more.</summary>
    public const int MostOctets = 4096;
    private readonly char[] _buffer = new char[MostOctets];
    private int _length;
    private LineQuestion? _question;

    /// <inheritdoc/>
    public bool HasPart => _length > 0;

    /// <inheritdoc/>
    public string? Fault { get; private set; }

    /// <inheritdoc/>
    public void Expect(LineQuestion question)
    {
        _question = question;
        (_length, Fault) = (0, null);
    }

    /// <inheritdoc/>
    public bool Feed(ReadOnlySpan<byte> octets, List<LineMessage> frames)
    {
        // Nobody has asked yet: nobody knows what a message looks like.
        if (_question is not { } question)
        {
            return true;
        }

        foreach (var octet in octets)
        {
            _buffer[_length++] = (char)octet;
            if (Next(question, out var inner, out var behind))
            {
                _length = 0;
                if (question.Messages.Format.Unwrap(inner, behind, out var fault) is not { } text)
                {
                    Fault = fault;
                }
                else if (text.Length > 0 && !question.Messages.IsUnasked(text))
                {
                    frames.Add(new(text));
                }
            }
            else if (_length == MostOctets)
            {
                Fault = $"{MostOctets} octets came without the end of a message";
                _length = 0;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void End(List<LineMessage> frames) => _length = 0;

    /// <summary>Whether a message is there: what stands between its begin and its end, and what belongs to it behind that.</summary>
    private bool Next(LineQuestion question, out string inner, out string behind)
    {
        (inner, behind) = ("", "");
        var format = question.Messages.Format;
        var begin = format.Begin.AsSpan();
        var text = _buffer.AsSpan(0, _length);
        if (!text.StartsWith(begin))
        {
            // What stands before the begin is noise; of that no more is kept than may be the first part of one.
            if (_length >= begin.Length)
            {
                text[1..].CopyTo(_buffer);
                _length--;
            }

            return false;
        }

        if (format.End.Length == 0)
        {
            inner = text[begin.Length..].ToString();
            return question.Exchange.Length is { } length && text.Length == length;
        }

        var end = text[begin.Length..].IndexOf(format.End, StringComparison.Ordinal);
        if (end < 0)
        {
            if (begin.Length > 0 && text.Length > begin.Length && text.EndsWith(begin))
            {
                // Half a message has no end: it begins anew here.
                begin.CopyTo(_buffer);
                _length = begin.Length;
            }

            return false;
        }

        var rest = text[(begin.Length + end + format.End.Length)..];
        if (rest.Length < (format.Checksum.IsAfterEnd ? format.Checksum.Separator.Length + format.Checksum.Width : 0))
        {
            return false;
        }

        // Where \r ends a message and \r\n is sent, the \n comes before the next one.
        (inner, behind) = (text.Slice(begin.Length, end).ToString().TrimStart('\r', '\n'), rest.ToString());
        return true;
    }
}
