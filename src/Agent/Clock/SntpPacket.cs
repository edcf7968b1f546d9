using System.Buffers.Binary;
using System.Text;

namespace DerAgent.Agent.Clock;

/// <summary>What a time server said (RFC 4330 §4).</summary>
/// <param name="Offset">How far our clock is behind its.</param>
/// <param name="Delay">How long the exchange took on the way.</param>
/// <param name="Error">How far it may itself be off, at most: its root dispersion, and half its root delay.</param>
internal readonly record struct SntpSample(TimeSpan Offset, TimeSpan Delay, TimeSpan Error)
{
    /// <summary>How far the offset may be wrong.</summary>
    public TimeSpan Bound => (Delay / 2) + Error;
}

/// <summary>Requests and answers of SNTP version 4 (RFC 4330). Nothing of an answer is believed before all of §5 is checked.</summary>
internal static class SntpPacket
{
    /// <summary>Octets of a packet without authenticator.</summary>
    public const int Length = 48;

    private const int Client = 3;
    private const int Server = 4;
    private const int Version = 4;
    private const double Fraction = 1 << 16;
    private static readonly DateTimeOffset Era0 = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan MostRootError = TimeSpan.FromSeconds(1);

    /// <summary>A request. Its transmit timestamp is a number that nobody can guess: an answer has it back, and it tells nobody what time it is here.</summary>
    public static byte[] Request(ulong nonce)
    {
        var packet = new byte[Length];
        packet[0] = (Version << 3) | Client;
        BinaryPrimitives.WriteUInt64BigEndian(packet.AsSpan(40), nonce);
        return packet;
    }

    /// <summary>Whether a packet has the number of our request; what has not was sent by somebody else, or for something else, and the answer may still come.</summary>
    public static bool IsAnswer(ReadOnlySpan<byte> packet, ulong nonce) => packet.Length >= Length && BinaryPrimitives.ReadUInt64BigEndian(packet[24..]) == nonce;

    /// <summary>What an answer says; null, and why, where it is to be ignored.</summary>
    /// <param name="packet">The answer.</param>
    /// <param name="nonce">Transmit timestamp of the request.</param>
    /// <param name="sent">Our time when the request left.</param>
    /// <param name="received">Our time when the answer came.</param>
    /// <param name="fault">Why it is ignored.</param>
    /// <param name="kiss">The code of a kiss of death, e.g. RATE; empty: it is none.</param>
    public static SntpSample? Read(ReadOnlySpan<byte> packet, ulong nonce, DateTimeOffset sent, DateTimeOffset received, out string fault, out string kiss)
    {
        (fault, kiss) = ("", "");
        if (packet.Length < Length)
        {
            fault = $"the answer has {packet.Length} octets";
            return null;
        }

        var (leap, version, mode, stratum) = (packet[0] >> 6, (packet[0] >> 3) & 7, packet[0] & 7, packet[1]);
        if (mode != Server || version is < 3 or > Version || !IsAnswer(packet, nonce))
        {
            fault = "the answer is not one to the request";
            return null;
        }

        if (stratum == 0)
        {
            kiss = new([.. Encoding.ASCII.GetString(packet.Slice(12, 4)).TrimEnd('\0').Select(c => char.IsAsciiLetterOrDigit(c) ? c : '?')]);
            fault = $"the server sends a kiss of death: {kiss}";
            return null;
        }

        var (rootDelay, rootDispersion) = (TimeSpan.FromSeconds(BinaryPrimitives.ReadInt32BigEndian(packet[4..]) / Fraction), TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(packet[8..]) / Fraction));
        if (leap == 3 || stratum > 15)
        {
            fault = "the server's own clock is not synchronised";
            return null;
        }

        if (rootDelay < TimeSpan.Zero || rootDelay >= MostRootError || rootDispersion >= MostRootError)
        {
            fault = $"the server's own clock is not good enough: root delay {rootDelay.TotalSeconds:0.###} s, dispersion {rootDispersion.TotalSeconds:0.###} s";
            return null;
        }

        var (arrived, left) = (BinaryPrimitives.ReadUInt64BigEndian(packet[32..]), BinaryPrimitives.ReadUInt64BigEndian(packet[40..]));
        if (left == 0 || arrived == 0)
        {
            fault = "the answer has no time";
            return null;
        }

        var (there, back) = (ToTime(arrived), ToTime(left));
        var delay = received - sent - (back - there);
        if (back < there || delay < TimeSpan.FromMilliseconds(-1) || received < sent)
        {
            fault = "the times of the answer contradict each other";
            return null;
        }

        return new((there - sent + (back - received)) / 2, delay < TimeSpan.Zero ? TimeSpan.Zero : delay, rootDispersion + (rootDelay / 2));
    }

    /// <summary>A timestamp as a time: of 1968 to 2104 (RFC 4330 §3).</summary>
    public static DateTimeOffset ToTime(ulong timestamp)
    {
        var seconds = (long)(timestamp >> 32);
        seconds += seconds < 0x8000_0000 ? 1L << 32 : 0;
        return Era0.AddSeconds(seconds).AddTicks((long)((timestamp & 0xFFFF_FFFF) * (double)TimeSpan.TicksPerSecond / 4_294_967_296));
    }

    /// <summary>A time as a timestamp.</summary>
    public static ulong ToTimestamp(DateTimeOffset time)
    {
        var ticks = (time - Era0).Ticks;
        var (seconds, rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        return ((ulong)seconds << 32) | (uint)(rest * 4_294_967_296.0 / TimeSpan.TicksPerSecond);
    }
}
