namespace DerAgent.Modbus;

/// <summary>How to talk on a line that carries one question at a time.</summary>
internal sealed record LineOptions
{
    /// <summary>What carries it.</summary>
    public required ModbusTransport Transport { get; init; }
    /// <summary>How long an answer may take, from when the question has left, where who asks does not say.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);
    /// <summary>How long connecting, or opening the port, may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Pause after connecting.</summary>
    public TimeSpan ConnectDelay { get; init; }
    /// <summary>Pause between an answer and the next question; a serial line has one of 3.5 octets at least.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>Whether who asked goes on on the thread that reads the line. For virtual time: he must not keep it.</summary>
    public bool AnswersInline { get; init; }

    /// <summary>How long things take on the wire; null: a network tells nobody.</summary>
    public SerialTiming? Timing => (Transport as ModbusTransport.Serial)?.Timing;
}
