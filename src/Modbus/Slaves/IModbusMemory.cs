namespace DerAgent.Modbus;

/// <summary>The registers and coils of a simulated device.</summary>
public interface IModbusMemory
{
    /// <summary>Reads registers; null: the address does not exist.</summary>
    ushort[]? ReadRegisters(ushort address, ushort count, bool input);

    /// <summary>Reads coils or discrete inputs; null: the address does not exist.</summary>
    bool[]? ReadBits(ushort address, ushort count, bool input);

    /// <summary>Writes registers; null: done.</summary>
    ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values);

    /// <summary>Writes coils; null: done.</summary>
    ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values);

    /// <summary>What the device says of itself; null: it does not know the function.</summary>
    ModbusIdentification? Identification => null;
}
