using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>Holding registers of a device without SunSpec, from address 0.</summary>
internal sealed class RegisterMemory(int count) : IModbusMemory
{
    private readonly ushort[] _registers = new ushort[count];
    private readonly Lock _gate = new();

    /// <summary>Asked for each register a client writes; what it gives refuses the write.</summary>
    public Func<int, ushort, ModbusExceptionCode?> OnWrite { get; set; } = static (_, _) => ModbusExceptionCode.IllegalDataAddress;

    /// <summary>One register.</summary>
    public ushort this[int address]
    {
        get
        {
            lock (_gate)
            {
                return _registers[address];
            }
        }

        set
        {
            lock (_gate)
            {
                _registers[address] = value;
            }
        }
    }

    /// <summary>Sets two registers, high word first.</summary>
    public void SetUInt32(int address, uint value)
    {
        lock (_gate)
        {
            (_registers[address], _registers[address + 1]) = ((ushort)(value >> 16), (ushort)value);
        }
    }

    /// <inheritdoc/>
    public ushort[]? ReadRegisters(ushort address, ushort count, bool input)
    {
        lock (_gate)
        {
            return input || address + count > _registers.Length ? null : _registers.AsSpan(address, count).ToArray();
        }
    }

    /// <inheritdoc/>
    public bool[]? ReadBits(ushort address, ushort count, bool input) => null;

    /// <inheritdoc/>
    public ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values)
    {
        if (address + values.Length > _registers.Length)
        {
            return ModbusExceptionCode.IllegalDataAddress;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (OnWrite(address + i, values[i]) is { } refusal)
            {
                return refusal;
            }
        }

        lock (_gate)
        {
            values.CopyTo(_registers.AsSpan(address));
        }

        return null;
    }

    /// <inheritdoc/>
    public ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values) => ModbusExceptionCode.IllegalFunction;
}
