using System.Globalization;
using System.Text;

namespace DerAgent.Modbus;

/// <summary>Frames of ASCII: a colon, unit id, PDU and LRC as hexadecimal digits, carriage return and line feed (Modbus over Serial Line V1.02 §2.5.2).</summary>
/// <param name="readsRequests">Whether its parser looks for requests, as a slave's does.</param>
internal sealed class AsciiFraming(bool readsRequests = false) : IModbusFraming
{
    private const int MostDigits = 2 * (MbapFrame.MaxPdu + 2);

    /// <inheritdoc/>
    public byte[] Frame(byte unit, ReadOnlySpan<byte> pdu)
    {
        byte[] octets = [unit, .. pdu, 0];
        octets[^1] = Lrc(octets.AsSpan(0, octets.Length - 1));
        return Encoding.ASCII.GetBytes($":{Convert.ToHexString(octets)}\r\n");
    }

    /// <inheritdoc/>
    public int LengthOf(int pdu) => (2 * (pdu + 2)) + 3;

    /// <inheritdoc/>
    public IFrameParser<ModbusQuestion, LineFrame> NewParser() => new Parser(readsRequests);

    private static byte Lrc(ReadOnlySpan<byte> octets)
    {
        byte sum = 0;
        foreach (var octet in octets)
        {
            sum += octet;
        }

        return (byte)-sum;
    }

    /// <summary>From colon to the end of the line; what is no frame is passed over.</summary>
    private sealed class Parser(bool readsRequests) : IFrameParser<ModbusQuestion, LineFrame>
    {
        private readonly StringBuilder _digits = new(MostDigits);
        private bool _isInside;

        public bool HasPart => _isInside;

        public void Expect(ModbusQuestion question) => _isInside = false;

        public bool Feed(ReadOnlySpan<byte> octets, List<LineFrame> frames)
        {
            foreach (var octet in octets)
            {
                // The eighth bit is none of theirs: with seven bits and parity it may come as anything.
                Take((char)(octet & 0x7F), frames);
            }

            return true;
        }

        public void End(List<LineFrame> frames) => _isInside = false;

        private void Take(char c, List<LineFrame> frames)
        {
            if (c == ':')
            {
                _digits.Clear();
                _isInside = true;
            }
            else if (_isInside && char.IsAsciiHexDigit(c) && _digits.Length < MostDigits)
            {
                _digits.Append(c);
            }
            else if (_isInside)
            {
                _isInside = false;
                if (c is '\r' or '\n' && Read(_digits.ToString()) is { } frame)
                {
                    frames.Add(frame);
                }
            }
        }

        private LineFrame? Read(string digits)
        {
            if (digits.Length < 8 || digits.Length % 2 != 0)
            {
                return null;
            }

            var octets = new byte[digits.Length / 2];
            for (var i = 0; i < octets.Length; i++)
            {
                octets[i] = byte.Parse(digits.AsSpan(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            }

            if (Lrc(octets.AsSpan(0, octets.Length - 1)) != octets[^1])
            {
                return null;
            }

            var pdu = octets.AsMemory(1, octets.Length - 2);
            var isQuestion = PduLength.OfRequest(pdu.Span) == pdu.Length;
            return readsRequests && !isQuestion ? null : new(octets[0], pdu, readsRequests || (isQuestion && PduLength.OfResponse(pdu.Span) != pdu.Length));
        }
    }
}
