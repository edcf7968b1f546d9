using System.Buffers.Binary;

namespace DerAgent.Modbus;

/// <summary>How the device that is asked wants to be asked; devices of one line differ.</summary>
/// <param name="Timeout">How long its answer may take.</param>
/// <param name="Gap">Pause between the last answer on the line and this question.</param>
/// <param name="UnitChange">Pause where the last question went to another unit; the longer of the two counts.</param>
public readonly record struct LineTiming(TimeSpan Timeout, TimeSpan Gap, TimeSpan UnitChange = default);

/// <summary>A request PDU (Modbus Application Protocol V1.1b3 §6): function code and data, the same on every kind of line.</summary>
public sealed class ModbusRequest
{
    private ModbusRequest(ModbusFunction function, ushort address, ushort count, ReadOnlyMemory<byte> pdu)
    {
        Function = function;
        Address = address;
        Count = count;
        Pdu = pdu;
    }

    /// <summary>Function code.</summary>
    public ModbusFunction Function { get; }

    /// <summary>First address, from 0.</summary>
    public ushort Address { get; }

    /// <summary>Number of coils or registers.</summary>
    public ushort Count { get; }

    /// <summary>The PDU.</summary>
    public ReadOnlyMemory<byte> Pdu { get; }

    /// <summary>Whether it changes nothing: asked twice, it does no harm.</summary>
    public bool IsRead => Function is <= ModbusFunction.ReadInputRegisters or ModbusFunction.ReadDeviceIdentification;

    /// <summary>The byte count of the answer to a read of coils or registers.</summary>
    internal int AnswerOctets => Function is ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs ? (Count + 7) / 8 : Count * 2;

    /// <summary>Octets of the PDU that answers it; of a device's identification about as many.</summary>
    internal int AnswerLength => Function switch
    {
        <= ModbusFunction.ReadInputRegisters => 2 + AnswerOctets,
        ModbusFunction.MaskWriteRegister => 7,
        ModbusFunction.ReadDeviceIdentification => MbapFrame.MaxPdu,
        _ => 5,
    };

    /// <summary>Timing of the device that is asked; null: as the line's options say.</summary>
    public LineTiming? Timing { get; private init; }

    /// <summary>This request, timed for the device that is asked.</summary>
    public ModbusRequest With(LineTiming timing) => new(Function, Address, Count, Pdu) { Timing = timing };

    /// <summary>Reads 1 to 2000 coils or discrete inputs, or 1 to 125 registers.</summary>
    public static ModbusRequest Read(ModbusFunction function, ushort address, ushort count)
    {
        var most = function switch
        {
            ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs => 2000,
            ModbusFunction.ReadHoldingRegisters or ModbusFunction.ReadInputRegisters => 125,
            _ => throw new ArgumentOutOfRangeException(nameof(function), function, "This function does not read."),
        };
        Check(address, count, most);
        return new(function, address, count, Head(function, address, count, 0));
    }

    /// <summary>Writes one coil.</summary>
    public static ModbusRequest WriteCoil(ushort address, bool value) =>
        new(ModbusFunction.WriteSingleCoil, address, 1, Head(ModbusFunction.WriteSingleCoil, address, value ? (ushort)0xFF00 : (ushort)0, 0));

    /// <summary>Writes one register.</summary>
    public static ModbusRequest WriteRegister(ushort address, ushort value) =>
        new(ModbusFunction.WriteSingleRegister, address, 1, Head(ModbusFunction.WriteSingleRegister, address, value, 0));

    /// <summary>Writes 1 to 1968 coils.</summary>
    public static ModbusRequest WriteCoils(ushort address, ReadOnlySpan<bool> values)
    {
        Check(address, values.Length, 1968);
        var octets = (values.Length + 7) / 8;
        var pdu = Head(ModbusFunction.WriteMultipleCoils, address, (ushort)values.Length, 1 + octets);
        pdu[5] = (byte)octets;
        for (var i = 0; i < values.Length; i++)
        {
            pdu[6 + (i / 8)] |= (byte)(values[i] ? 1 << (i % 8) : 0);
        }

        return new(ModbusFunction.WriteMultipleCoils, address, (ushort)values.Length, pdu);
    }

    /// <summary>Writes 1 to 123 registers.</summary>
    public static ModbusRequest WriteRegisters(ushort address, ReadOnlySpan<ushort> values)
    {
        Check(address, values.Length, 123);
        var pdu = Head(ModbusFunction.WriteMultipleRegisters, address, (ushort)values.Length, 1 + (values.Length * 2));
        pdu[5] = (byte)(values.Length * 2);
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(pdu.AsSpan(6 + (2 * i)), values[i]);
        }

        return new(ModbusFunction.WriteMultipleRegisters, address, (ushort)values.Length, pdu);
    }

    /// <summary>Changes some bits of one register (§6.16): register = (register and <paramref name="and"/>) or (<paramref name="or"/> and not <paramref name="and"/>).</summary>
    public static ModbusRequest MaskWrite(ushort address, ushort and, ushort or)
    {
        var pdu = Head(ModbusFunction.MaskWriteRegister, address, and, 2);
        BinaryPrimitives.WriteUInt16BigEndian(pdu.AsSpan(5), or);
        return new(ModbusFunction.MaskWriteRegister, address, 1, pdu);
    }

    /// <summary>Asks who the device is (§6.21).</summary>
    /// <param name="from">First object; 0 begins.</param>
    public static ModbusRequest Identification(byte from) =>
        new(ModbusFunction.ReadDeviceIdentification, from, 0, new[] { (byte)ModbusFunction.ReadDeviceIdentification, ModbusIdentification.MeiType, ModbusIdentification.Regular, from });

    private static void Check(ushort address, int count, int most)
    {
        if (count < 1 || count > most || address + count > 65_536)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"1 to {most} within the 65536 addresses");
        }
    }

    private static byte[] Head(ModbusFunction function, ushort address, ushort second, int more)
    {
        var pdu = new byte[5 + more];
        pdu[0] = (byte)function;
        BinaryPrimitives.WriteUInt16BigEndian(pdu.AsSpan(1), address);
        BinaryPrimitives.WriteUInt16BigEndian(pdu.AsSpan(3), second);
        return pdu;
    }
}
