namespace DerAgent.Modbus;

/// <summary>
/// Finds RTU frames by the length that their function tells and their CRC. Pauses tell nothing: adapters and networks make some where the device made none. What is no frame, noise or a half one, is passed over octet by octet.
/// </summary>
/// <param name="readsRequests">Whether requests are looked for, as a slave does; else both.</param>
internal sealed class RtuParser(bool readsRequests) : IFrameParser<ModbusQuestion, LineFrame>
{
    /// <summary>Octets after which what has come is no part of a frame any more.</summary>
    private const int MostOctets = 2 * (MbapFrame.MaxPdu + RtuFraming.Overhead);
    private readonly byte[] _buffer = new byte[MostOctets];
    private int _length;
    private (byte Unit, ModbusRequest Request)? _expected;

    private enum Found
    {
        Nothing,
        Part,
        Frame,
    }

    /// <inheritdoc/>
    public bool HasPart => _length > 0;

    /// <inheritdoc/>
    public void Expect(ModbusQuestion question)
    {
        _length = 0;
        _expected = (question.Unit, question.Request);
    }

    /// <inheritdoc/>
    public bool Feed(ReadOnlySpan<byte> octets, List<LineFrame> frames)
    {
        while (octets.Length > 0)
        {
            var count = Math.Min(octets.Length, MostOctets - _length);
            octets[..count].CopyTo(_buffer.AsSpan(_length));
            _length += count;
            octets = octets[count..];
            Scan(frames, isOver: false);
            if (_length == MostOctets)
            {
                Drop(1);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void End(List<LineFrame> frames)
    {
        Scan(frames, isOver: true);
        _length = 0;
    }

    private void Scan(List<LineFrame> frames, bool isOver)
    {
        var keep = -1;
        var at = 0;
        while (at < _length)
        {
            var found = Match(_buffer.AsSpan(at, _length - at), out var frame, out var length);
            if (found == Found.Frame)
            {
                frames.Add(frame);
                at += length;
                keep = -1;
                continue;
            }

            if (found == Found.Part)
            {
                keep = keep < 0 ? at : keep;

                // What looks like the answer is waited for; anything else may be noise before it.
                if (!isOver && IsExpected(_buffer.AsSpan(at, _length - at)))
                {
                    break;
                }
            }

            at++;
        }

        Drop(keep < 0 ? _length : keep);
    }

    private Found Match(ReadOnlySpan<byte> octets, out LineFrame frame, out int length)
    {
        var response = Found.Nothing;
        if (!readsRequests && (response = Match(octets, PduLength.OfResponse(octets[1..]), out frame, out length)) == Found.Frame)
        {
            return response;
        }

        var request = Match(octets, PduLength.OfRequest(octets[1..]), out frame, out length);
        frame = frame with { IsQuestion = true };
        return request == Found.Frame || response == Found.Nothing ? request : response;
    }

    private static Found Match(ReadOnlySpan<byte> octets, int pdu, out LineFrame frame, out int length)
    {
        length = pdu + RtuFraming.Overhead;
        frame = default;
        if (pdu == PduLength.None)
        {
            return Found.Nothing;
        }

        if (pdu == PduLength.Unknown || octets.Length < length)
        {
            return Found.Part;
        }

        if (!RtuFraming.IsWhole(octets[..length]))
        {
            return Found.Nothing;
        }

        frame = new(octets[0], octets.Slice(1, pdu).ToArray());
        return Found.Frame;
    }

    /// <summary>Whether octets begin as the answer does that is waited for.</summary>
    private bool IsExpected(ReadOnlySpan<byte> octets)
    {
        if (readsRequests)
        {
            return true;
        }

        if (_expected is not { } expected || octets[0] != expected.Unit || (octets.Length > 1 && (octets[1] & 0x7F) != (byte)expected.Request.Function))
        {
            return false;
        }

        return octets.Length < 3 || (octets[1] & 0x80) != 0 || expected.Request.Function > ModbusFunction.ReadInputRegisters || octets[2] == expected.Request.AnswerOctets;
    }

    private void Drop(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }
}
