using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>What goes wrong at a simulated device.</summary>
internal enum SimulatedFault
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It does not answer.</summary>
    Silent,
    /// <summary>It refuses every write.</summary>
    Refuses,
    /// <summary>It takes a limit and falls back to the old one at once.</summary>
    Reverts,
    /// <summary>It takes a limit and does nothing.</summary>
    Ignores,
    /// <summary>Its answers come after four seconds.</summary>
    Slow,
    /// <summary>Its answers carry the transaction id of another question.</summary>
    WrongTransaction,
    /// <summary>Its answers end half way.</summary>
    Truncated,
    /// <summary>Each answer comes twice.</summary>
    Doubled,
    /// <summary>Noise comes before each answer, as on a bad line.</summary>
    Noise,
    /// <summary>An octet of each answer is wrong, so that its checksum is.</summary>
    WrongChecksum,
    /// <summary>A message that nobody asked for comes before each answer, on a line protocol that has such.</summary>
    Unasked,
    /// <summary>It is night: no sun, measured values "not implemented".</summary>
    Night,
}

/// <summary>A simulated device: registers that behave as time passes.</summary>
internal interface IDeviceSimulator
{
    /// <summary>Its registers.</summary>
    IModbusMemory Registers { get; }

    /// <summary>What goes wrong.</summary>
    SimulatedFault Fault { get; set; }

    /// <summary>Lets time pass.</summary>
    void Step(DateTimeOffset now, TimeSpan elapsed);
}
