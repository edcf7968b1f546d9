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
public sealed record ModbusLineOptions : LineOptions
{
    /// <summary>How PDUs are framed.</summary>
    public ModbusFraming Framing { get; init; } = ModbusFraming.Rtu;

    /// <summary>Whether unit 0 is a device; on a serial line it is everybody (Modbus over Serial Line V1.02 §2.2).</summary>
    internal bool HasUnitZero => Framing == ModbusFraming.Tcp;
}
