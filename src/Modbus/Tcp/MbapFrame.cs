using System.Buffers.Binary;

namespace DerAgent.Modbus;

/// <summary>A frame on Modbus TCP: the MBAP header and a PDU (Modbus Messaging on TCP/IP V1.0b §3.1).</summary>
/// <param name="Transaction">Transaction id.</param>
/// <param name="Unit">Unit id.</param>
/// <param name="Pdu">The PDU.</param>
internal readonly record struct MbapFrame(ushort Transaction, byte Unit, ReadOnlyMemory<byte> Pdu)
{
    /// <summary>Octets before the PDU.</summary>
    public const int HeaderLength = 7;

    /// <summary>Longest PDU.</summary>
    public const int MaxPdu = 253;

    /// <summary>The frame as it goes on the wire.</summary>
    public byte[] ToArray()
    {
        var frame = new byte[HeaderLength + Pdu.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, Transaction);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), (ushort)(Pdu.Length + 1));
        frame[6] = Unit;
        Pdu.CopyTo(frame.AsMemory(HeaderLength));
        return frame;
    }
}

/// <summary>Cuts a stream of octets into frames, wherever the octets are cut.</summary>
internal sealed class MbapParser
{
    private byte[] _buffer = new byte[512];
    private int _length;

    /// <summary>Whether a frame has begun that is not whole.</summary>
    public bool HasPart => _length > 0;

    /// <summary>Takes octets; gives complete frames. False: the octets are no Modbus, the line must be closed.</summary>
    public bool Feed(ReadOnlySpan<byte> octets, List<MbapFrame> frames)
    {
        if (_length + octets.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, _length + octets.Length);
        }

        octets.CopyTo(_buffer.AsSpan(_length));
        _length += octets.Length;
        var start = 0;
        while (_length - start >= MbapFrame.HeaderLength)
        {
            var head = _buffer.AsSpan(start, MbapFrame.HeaderLength);
            var length = BinaryPrimitives.ReadUInt16BigEndian(head[4..]);
            if (BinaryPrimitives.ReadUInt16BigEndian(head[2..]) != 0 || length is < 2 or > MbapFrame.MaxPdu + 1)
            {
                return false;
            }

            if (_length - start < 6 + length)
            {
                break;
            }

            frames.Add(new(BinaryPrimitives.ReadUInt16BigEndian(head), head[6], _buffer.AsSpan(start + MbapFrame.HeaderLength, length - 1).ToArray()));
            start += 6 + length;
        }

        _buffer.AsSpan(start, _length - start).CopyTo(_buffer);
        _length -= start;
        return true;
    }
}
