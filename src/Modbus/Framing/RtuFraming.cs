namespace DerAgent.Modbus;

/// <summary>Frames of RTU: unit id, PDU, CRC (Modbus over Serial Line V1.02 §2.5.1).</summary>
/// <param name="readsRequests">Whether its parser looks for requests, as a slave's does.</param>
internal sealed class RtuFraming(bool readsRequests = false) : IModbusFraming
{
    /// <summary>Octets of a frame beside its PDU.</summary>
    public const int Overhead = 3;

    private const ushort Polynomial = 0xA001;

    /// <inheritdoc/>
    public byte[] Frame(byte unit, ReadOnlySpan<byte> pdu)
    {
        var frame = new byte[pdu.Length + Overhead];
        frame[0] = unit;
        pdu.CopyTo(frame.AsSpan(1));
        var crc = Crc(frame.AsSpan(0, frame.Length - 2));
        (frame[^2], frame[^1]) = ((byte)crc, (byte)(crc >> 8));
        return frame;
    }

    /// <inheritdoc/>
    public int LengthOf(int pdu) => pdu + Overhead;

    /// <inheritdoc/>
    public IFrameParser<ModbusQuestion, LineFrame> NewParser() => new RtuParser(readsRequests);

    /// <summary>Whether the last two octets of a frame are its CRC.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> frame) => Crc(frame[..^2]) == (frame[^2] | (frame[^1] << 8));

    /// <summary>The CRC of octets; its low octet goes first.</summary>
    public static ushort Crc(ReadOnlySpan<byte> octets)
    {
        ushort crc = 0xFFFF;
        foreach (var octet in octets)
        {
            crc ^= octet;
            for (var i = 0; i < 8; i++)
            {
                crc = (ushort)((crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1);
            }
        }

        return crc;
    }
}
