namespace DerAgent.Modbus;

/// <summary>What takes time on two wires (Modbus over Serial Line V1.02 §2.5.1.1). Pure.</summary>
/// <param name="Baud">Speed in bit/s.</param>
/// <param name="BitsOfOctet">Bits of an octet with start, parity and stop bits: 10 or 11, in ASCII also 9.</param>
internal readonly record struct SerialTiming(int Baud, int BitsOfOctet)
{
    /// <summary>Above this speed the silence between frames no longer shrinks.</summary>
    private const int FastBaud = 19_200;

    /// <summary>Silence between frames, in octets.</summary>
    private const double SilentOctets = 3.5;
    private static readonly TimeSpan FastSilence = TimeSpan.FromMicroseconds(1750);

    /// <summary>Silence between frames.</summary>
    public TimeSpan Silence => Baud > FastBaud ? FastSilence : Of(SilentOctets);

    /// <summary>Time until octets that were handed to the port have left it.</summary>
    public TimeSpan Of(double octets) => TimeSpan.FromSeconds(octets * BitsOfOctet / Baud);
}
