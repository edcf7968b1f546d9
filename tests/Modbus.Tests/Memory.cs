namespace DerAgent.Modbus.Tests;

/// <summary>A hundred registers of 7 and a hundred coils.</summary>
internal sealed class Memory : IModbusMemory
{
    public ushort[] Registers { get; } = [.. Enumerable.Repeat((ushort)7, 100)];

    public bool[] Coils { get; } = new bool[100];

    public ushort[]? ReadRegisters(ushort address, ushort count, bool input) => address + count <= 100 ? Registers[address..(address + count)] : null;

    public bool[]? ReadBits(ushort address, ushort count, bool input) => address + count <= 100 ? Coils[address..(address + count)] : null;

    public ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values)
    {
        if (address + values.Length > 100)
        {
            return ModbusExceptionCode.IllegalDataAddress;
        }

        values.CopyTo(Registers.AsSpan(address));
        return null;
    }

    public ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values)
    {
        values.CopyTo(Coils.AsSpan(address));
        return null;
    }
}
