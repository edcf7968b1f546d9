using System.Security.Cryptography.X509Certificates;

namespace DerAgent.Modbus;

/// <summary>What carries the octets of a line.</summary>
public abstract record ModbusTransport
{
    private ModbusTransport()
    {
    }

    /// <summary>For people.</summary>
    public abstract string Name { get; }

    /// <summary>A TCP connection.</summary>
    /// <param name="Host">Host name or address.</param>
    /// <param name="Port">Port.</param>
    /// <param name="Tls">How it is secured; null: not at all.</param>
    public sealed record Tcp(string Host, int Port, ModbusTls? Tls = null) : ModbusTransport
    {
        /// <inheritdoc/>
        public override string Name => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
    }

    /// <summary>A serial port.</summary>
    /// <param name="Port">Its file, best one under <c>/dev/serial/by-id</c>, which stays the same whatever else is plugged in; <c>COM3</c> on Windows.</param>
    /// <param name="Baud">Speed in bit/s.</param>
    public sealed record Serial(string Port, int Baud) : ModbusTransport
    {
        /// <summary>Parity bit.</summary>
        public SerialParity Parity { get; init; }

        /// <summary>Stop bits, 1 or 2.</summary>
        public int StopBits { get; init; } = 1;

        /// <summary>Data bits, 7 or 8; RTU needs 8.</summary>
        public int DataBits { get; init; } = 8;

        /// <summary>Whether the port gives back what it sends, as two-wire adapters may.</summary>
        public bool HasEcho { get; init; }

        /// <summary>Whether the kernel turns the direction of two wires (TIOCSRS485); else the adapter does.</summary>
        public bool UsesKernelRs485 { get; init; }

        /// <inheritdoc/>
        public override string Name => Port;

        /// <summary>How long things take on it.</summary>
        internal SerialTiming Timing => new(Baud, 1 + DataBits + (Parity == SerialParity.None ? 0 : 1) + StopBits);
    }
}

/// <summary>Parity of a serial line.</summary>
public enum SerialParity
{
    /// <summary>No parity bit.</summary>
    None,
    /// <summary>Even.</summary>
    Even,
    /// <summary>Odd.</summary>
    Odd,
}

/// <summary>Modbus/TCP Security (MB-TCP-Security-v21): TLS 1.2 or newer, and both sides show a certificate.</summary>
public sealed record ModbusTls
{
    /// <summary>Whom the device's certificate must come from; empty: whom the system trusts.</summary>
    public IReadOnlyList<X509Certificate2> TrustAnchors { get; init; } = [];

    /// <summary>Our certificate with its key; null: none is shown.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The name in the device's certificate; null: the host.</summary>
    public string? Name { get; init; }

    /// <summary>Tells it from what is not the same; nothing of it is secret.</summary>
    public override string ToString() => $"{Name} {Certificate?.Thumbprint} {string.Join(' ', TrustAnchors.Select(a => a.Thumbprint))}";
}
