namespace DerAgent.Modbus;

/// <summary>How PDUs are framed.</summary>
public enum ModbusFraming
{
    /// <summary>As on Modbus TCP (Modbus Messaging on TCP/IP V1.0b §3.1), with transaction ids that mean nothing.</summary>
    Tcp,
    /// <summary>Octets with a CRC (Modbus over Serial Line V1.02 §2.5.1).</summary>
    Rtu,
    /// <summary>Hexadecimal digits with an LRC (Modbus over Serial Line V1.02 §2.5.2).</summary>
    Ascii,
}

/// <summary>How to talk Modbus on a line whose answers carry no transaction id that could be trusted.</summary>
public sealed record ModbusLineOptions
{
    /// <summary>What carries it.</summary>
    public required ModbusTransport Transport { get; init; }
    /// <summary>How PDUs are framed.</summary>
    public ModbusFraming Framing { get; init; } = ModbusFraming.Rtu;

    /// <summary>How long an answer may take, from when the question has left.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);
    /// <summary>How long connecting, or opening the port, may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Pause after connecting.</summary>
    public TimeSpan ConnectDelay { get; init; }
    /// <summary>Pause between an answer and the next question; a serial line has one of 3.5 octets at least.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>Whether who asked goes on on the thread that reads the line. For virtual time: he must not keep it.</summary>
    internal bool AnswersInline { get; init; }

    /// <summary>The line, whatever is spoken on it.</summary>
    internal LineOptions Line => new() { Transport = Transport, Timeout = Timeout, ConnectTimeout = ConnectTimeout, ConnectDelay = ConnectDelay, Gap = Gap, AnswersInline = AnswersInline };

    /// <summary>Whether unit 0 is a device; on a serial line it is everybody (Modbus over Serial Line V1.02 §2.2).</summary>
    internal bool HasUnitZero => Framing == ModbusFraming.Tcp;
}
