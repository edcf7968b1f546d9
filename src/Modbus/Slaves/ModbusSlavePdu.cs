using System.Buffers.Binary;

namespace DerAgent.Modbus;

/// <summary>Answers request PDUs from a memory (Modbus Application Protocol V1.1b3 §6).</summary>
internal static class ModbusSlavePdu
{
    public static byte[] Answer(IModbusMemory memory, ReadOnlySpan<byte> pdu)
    {
        var function = (ModbusFunction)pdu[0];
        if (function == ModbusFunction.ReadDeviceIdentification)
        {
            return Identify(memory, pdu);
        }

        if (pdu.Length < 5)
        {
            return Refuse(pdu[0], ModbusExceptionCode.IllegalDataValue);
        }

        var address = BinaryPrimitives.ReadUInt16BigEndian(pdu[1..]);
        var second = BinaryPrimitives.ReadUInt16BigEndian(pdu[3..]);
        return function switch
        {
            ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs => ReadBits(memory, pdu[0], address, second, function == ModbusFunction.ReadDiscreteInputs),
            ModbusFunction.ReadHoldingRegisters or ModbusFunction.ReadInputRegisters => ReadRegisters(memory, pdu[0], address, second, function == ModbusFunction.ReadInputRegisters),
            ModbusFunction.WriteSingleCoil when second is 0 or 0xFF00 => Written(pdu, memory.WriteBits(address, [second != 0])),
            ModbusFunction.WriteSingleCoil => Refuse(pdu[0], ModbusExceptionCode.IllegalDataValue),
            ModbusFunction.WriteSingleRegister => Written(pdu, memory.WriteRegisters(address, [second])),
            ModbusFunction.MaskWriteRegister when pdu.Length == 7 => MaskWrite(memory, pdu, address, second),
            ModbusFunction.WriteMultipleCoils => WriteBits(memory, pdu, address, second),
            ModbusFunction.WriteMultipleRegisters => WriteRegisters(memory, pdu, address, second),
            _ => Refuse(pdu[0], ModbusExceptionCode.IllegalFunction),
        };
    }

    private static byte[] ReadBits(IModbusMemory memory, byte function, ushort address, ushort count, bool input)
    {
        if (count is < 1 or > 2000)
        {
            return Refuse(function, ModbusExceptionCode.IllegalDataValue);
        }

        if (address + count > 65_536 || memory.ReadBits(address, count, input) is not { } bits)
        {
            return Refuse(function, ModbusExceptionCode.IllegalDataAddress);
        }

        var answer = new byte[2 + ((count + 7) / 8)];
        answer[0] = function;
        answer[1] = (byte)(answer.Length - 2);
        for (var i = 0; i < bits.Length; i++)
        {
            answer[2 + (i / 8)] |= (byte)(bits[i] ? 1 << (i % 8) : 0);
        }

        return answer;
    }

    private static byte[] ReadRegisters(IModbusMemory memory, byte function, ushort address, ushort count, bool input)
    {
        if (count is < 1 or > 125)
        {
            return Refuse(function, ModbusExceptionCode.IllegalDataValue);
        }

        if (address + count > 65_536 || memory.ReadRegisters(address, count, input) is not { } registers)
        {
            return Refuse(function, ModbusExceptionCode.IllegalDataAddress);
        }

        var answer = new byte[2 + (registers.Length * 2)];
        answer[0] = function;
        answer[1] = (byte)(registers.Length * 2);
        for (var i = 0; i < registers.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2 + (2 * i)), registers[i]);
        }

        return answer;
    }

    private static byte[] WriteBits(IModbusMemory memory, ReadOnlySpan<byte> pdu, ushort address, ushort count)
    {
        if (count is < 1 or > 1968 || pdu.Length != 6 + ((count + 7) / 8) || pdu[5] != (count + 7) / 8)
        {
            return Refuse(pdu[0], ModbusExceptionCode.IllegalDataValue);
        }

        var bits = new bool[count];
        for (var i = 0; i < count; i++)
        {
            bits[i] = (pdu[6 + (i / 8)] & (1 << (i % 8))) != 0;
        }

        return Written(pdu, memory.WriteBits(address, bits));
    }

    private static byte[] WriteRegisters(IModbusMemory memory, ReadOnlySpan<byte> pdu, ushort address, ushort count)
    {
        if (count is < 1 or > 123 || pdu.Length != 6 + (count * 2) || pdu[5] != count * 2)
        {
            return Refuse(pdu[0], ModbusExceptionCode.IllegalDataValue);
        }

        var registers = new ushort[count];
        for (var i = 0; i < count; i++)
        {
            registers[i] = BinaryPrimitives.ReadUInt16BigEndian(pdu[(6 + (2 * i))..]);
        }

        return Written(pdu, memory.WriteRegisters(address, registers));
    }

    private static byte[] MaskWrite(IModbusMemory memory, ReadOnlySpan<byte> pdu, ushort address, ushort and)
    {
        if (memory.ReadRegisters(address, 1, input: false) is not [var before])
        {
            return Refuse(pdu[0], ModbusExceptionCode.IllegalDataAddress);
        }

        var or = BinaryPrimitives.ReadUInt16BigEndian(pdu[5..]);
        return memory.WriteRegisters(address, [(ushort)((before & and) | (or & ~and))]) is { } code ? Refuse(pdu[0], code) : pdu[..7].ToArray();
    }

    /// <summary>All objects from the one asked for, as many as fit.</summary>
    private static byte[] Identify(IModbusMemory memory, ReadOnlySpan<byte> pdu)
    {
        if (memory.Identification is not { } identification || pdu.Length < 4 || pdu[1] != ModbusIdentification.MeiType)
        {
            return Refuse(pdu[0], ModbusExceptionCode.IllegalFunction);
        }

        var (category, from) = (pdu[2], pdu[3]);
        var answer = new List<byte> { pdu[0], ModbusIdentification.MeiType, category, 0x83, 0, 0, 0 };
        foreach (var (id, text) in identification.Objects.OrderBy(o => o.Key).Where(o => o.Key >= from))
        {
            var octets = System.Text.Encoding.Latin1.GetBytes(text);
            if (answer.Count + 2 + octets.Length > MbapFrame.MaxPdu)
            {
                (answer[4], answer[5]) = (0xFF, id);
                break;
            }

            answer[6]++;
            answer.AddRange([id, (byte)octets.Length, .. octets]);
        }

        return [.. answer];
    }

    private static byte[] Written(ReadOnlySpan<byte> pdu, ModbusExceptionCode? refused) => refused is { } code ? Refuse(pdu[0], code) : pdu[..5].ToArray();

    private static byte[] Refuse(byte function, ModbusExceptionCode code) => [(byte)(function | 0x80), (byte)code];
}
