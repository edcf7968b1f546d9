namespace DerAgent.Modbus;

/// <summary>How to talk to a Modbus TCP endpoint whose answers carry the transaction id of their question; where they do not: <see cref="ModbusTurnMaster"/>.</summary>
public sealed record ModbusTcpOptions
{
    /// <summary>Host name or address.</summary>
    public required string Host { get; init; }
    /// <summary>Port.</summary>
    public int Port { get; init; } = 502;
    /// <summary>How the connection is secured; null: not at all.</summary>
    public ModbusTls? Tls { get; init; }
    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);
    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Pause after connecting; some devices need 1 to 5 s before they answer.</summary>
    public TimeSpan ConnectDelay { get; init; }
    /// <summary>Pause between an answer and the next question.</summary>
    public TimeSpan Gap { get; init; }
    /// <summary>Questions under way at the same time; most devices take only one.</summary>
    public int Pipelining { get; init; } = 1;

    /// <summary>Whether who asked goes on on the thread that reads the line. For virtual time: he must not keep it.</summary>
    internal bool AnswersInline { get; init; }

    /// <summary>What carries it.</summary>
    internal ModbusTransport.Tcp Transport => new(Host, Port, Tls);
}
