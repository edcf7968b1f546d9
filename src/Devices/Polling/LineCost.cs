namespace DerAgent.Devices;

/// <summary>How long exchanges keep a line busy: what the planner makes least.</summary>
/// <param name="Exchange">Of each exchange, whatever it reads.</param>
/// <param name="Register">Of each register it reads.</param>
internal readonly record struct LineCost(TimeSpan Exchange, TimeSpan Register)
{
    /// <summary>Octets of a question and of an answer's frame on a serial line, without its registers (Modbus over Serial Line V1.02 §2.3).</summary>
    private const int FrameOctets = 8 + 5;
    private const int BitsOfOctet = 11;

    /// <summary>Silence that ends a frame, in octets, twice an exchange.</summary>
    private const double SilentOctets = 2 * 3.5;
    private static readonly TimeSpan Reaction = TimeSpan.FromMilliseconds(10);

    /// <summary>On a TCP connection: a constant, and next to nothing for registers.</summary>
    public static LineCost Tcp(ModbusTraits traits)
    {
        ArgumentNullException.ThrowIfNull(traits);
        return new(traits.Gap + Reaction, TimeSpan.FromMicroseconds(10));
    }

    /// <summary>On two wires: octets by the speed of the line, silence, reaction, gap.</summary>
    public static LineCost Serial(ModbusTraits traits)
    {
        ArgumentNullException.ThrowIfNull(traits);
        var octet = TimeSpan.FromSeconds(BitsOfOctet / (double)traits.Baud);
        return new((octet * (FrameOctets + SilentOctets)) + Reaction + traits.Gap, octet * 2);
    }

    /// <summary>Of one exchange; sixteen coils are as long as a register.</summary>
    public TimeSpan Of(RegisterKind kind, int count) => Exchange + (Register * (kind is RegisterKind.Coil or RegisterKind.Discrete ? (count + 15) / 16 : count));
}
