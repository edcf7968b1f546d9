namespace DerAgent.Modbus;

/// <summary>Asks Modbus devices on one line or TCP endpoint. Safe to be used by several callers; they take turns.</summary>
public interface IModbusMaster : IAsyncDisposable
{
    /// <summary>Whether a connection stands. A device behind it may be silent all the same.</summary>
    bool IsConnected { get; }

    /// <summary>How many connections were made since the start.</summary>
    long Connections { get; }

    /// <summary>Answers that came too late, or to questions nobody asked, since the start.</summary>
    long DroppedAnswers { get; }

    /// <summary>Frames that nobody here asked for, since the start: another master is on the line. A connection of our own has none.</summary>
    long ForeignFrames => 0;

    /// <summary>Ports that did not close in time, since the start.</summary>
    long ClosesGivenUp => 0;

    /// <summary>Makes one exchange and gives the response PDU, checked against the request.</summary>
    /// <exception cref="ModbusException">The device refused, did not answer in time, or cannot be reached.</exception>
    Task<ReadOnlyMemory<byte>> ExchangeAsync(byte unit, ModbusRequest request, CancellationToken cancel);
}

/// <summary>The functions one by one.</summary>
public static class ModbusMasterExtensions
{
    /// <summary>Reads holding registers (function 3), or input registers (function 4).</summary>
    public static async Task<ushort[]> ReadRegistersAsync(this IModbusMaster master, byte unit, ushort address, ushort count, bool input, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(master);
        var function = input ? ModbusFunction.ReadInputRegisters : ModbusFunction.ReadHoldingRegisters;
        return ModbusResponse.Registers((await master.ExchangeAsync(unit, ModbusRequest.Read(function, address, count), cancel)).Span);
    }

    /// <summary>Reads coils (function 1), or discrete inputs (function 2).</summary>
    public static async Task<bool[]> ReadBitsAsync(this IModbusMaster master, byte unit, ushort address, ushort count, bool input, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(master);
        var function = input ? ModbusFunction.ReadDiscreteInputs : ModbusFunction.ReadCoils;
        return ModbusResponse.Bits((await master.ExchangeAsync(unit, ModbusRequest.Read(function, address, count), cancel)).Span, count);
    }

    /// <summary>Writes one register (function 6).</summary>
    public static Task WriteRegisterAsync(this IModbusMaster master, byte unit, ushort address, ushort value, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(master);
        return master.ExchangeAsync(unit, ModbusRequest.WriteRegister(address, value), cancel);
    }

    /// <summary>Writes registers (function 16).</summary>
    public static Task WriteRegistersAsync(this IModbusMaster master, byte unit, ushort address, ReadOnlyMemory<ushort> values, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(master);
        return master.ExchangeAsync(unit, ModbusRequest.WriteRegisters(address, values.Span), cancel);
    }

    /// <summary>Writes one coil (function 5).</summary>
    public static Task WriteCoilAsync(this IModbusMaster master, byte unit, ushort address, bool value, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(master);
        return master.ExchangeAsync(unit, ModbusRequest.WriteCoil(address, value), cancel);
    }

    /// <summary>Writes coils (function 15).</summary>
    public static Task WriteCoilsAsync(this IModbusMaster master, byte unit, ushort address, ReadOnlyMemory<bool> values, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(master);
        return master.ExchangeAsync(unit, ModbusRequest.WriteCoils(address, values.Span), cancel);
    }

    /// <summary>Changes some bits of one register (function 22).</summary>
    public static Task MaskWriteAsync(this IModbusMaster master, byte unit, ushort address, ushort and, ushort or, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(master);
        return master.ExchangeAsync(unit, ModbusRequest.MaskWrite(address, and, or), cancel);
    }

    /// <summary>Asks who a device is (function 43, MEI type 14).</summary>
    public static Task<ModbusIdentification> ReadIdentificationAsync(this IModbusMaster master, byte unit, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(master);
        return ModbusIdentification.ReadAsync(request => master.ExchangeAsync(unit, request, cancel));
    }
}
