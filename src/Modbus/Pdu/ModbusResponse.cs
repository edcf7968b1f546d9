using System.Buffers.Binary;

namespace DerAgent.Modbus;

/// <summary>Reads response PDUs (Modbus Application Protocol V1.1b3 §6, §7) against their request.</summary>
public static class ModbusResponse
{
    /// <summary>Whether a PDU answers the request at all: its function, or that function's exception.</summary>
    public static bool Answers(ModbusRequest request, ReadOnlySpan<byte> pdu) => pdu.Length >= 2 && (pdu[0] & 0x7F) == (byte)request.Function;

    /// <summary>Whether the device refused.</summary>
    public static bool IsException(ReadOnlySpan<byte> pdu) => (pdu[0] & 0x80) != 0;

    /// <summary>Throws where the device refused or the answer does not fit the request.</summary>
    public static void Check(ModbusRequest request, ReadOnlySpan<byte> pdu)
    {
        if (IsException(pdu))
        {
            var code = (ModbusExceptionCode)pdu[1];
            throw new ModbusException(ModbusFailure.Exception, $"{request.Function} at {request.Address}: the device answered {(Enum.IsDefined(code) ? $"{code} ({pdu[1]})" : $"the unknown exception {pdu[1]}")}", code);
        }

        if (!Fits(request, pdu))
        {
            throw new ModbusException(ModbusFailure.Protocol, $"{request.Function} at {request.Address}: the answer of {pdu.Length} octets does not fit the question");
        }
    }

    /// <summary>Whether an answer that is no exception is as long, and says the same, as the request wants.</summary>
    public static bool Fits(ModbusRequest request, ReadOnlySpan<byte> pdu) => request.Function switch
    {
        <= ModbusFunction.ReadInputRegisters => pdu.Length == request.AnswerLength && pdu[1] == request.AnswerOctets,
        ModbusFunction.MaskWriteRegister => pdu.SequenceEqual(request.Pdu.Span),
        ModbusFunction.ReadDeviceIdentification => ModbusIdentification.Part.Read(pdu) is not null,
        _ => pdu.Length == 5 && pdu[1..5].SequenceEqual(request.Pdu.Span[1..5]),
    };

    /// <summary>The registers of a checked answer to a read.</summary>
    public static ushort[] Registers(ReadOnlySpan<byte> pdu)
    {
        var values = new ushort[pdu[1] / 2];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadUInt16BigEndian(pdu[(2 + (2 * i))..]);
        }

        return values;
    }

    /// <summary>The first <paramref name="count"/> coils or inputs of a checked answer to a read.</summary>
    public static bool[] Bits(ReadOnlySpan<byte> pdu, int count)
    {
        var values = new bool[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (pdu[2 + (i / 8)] & (1 << (i % 8))) != 0;
        }

        return values;
    }
}
