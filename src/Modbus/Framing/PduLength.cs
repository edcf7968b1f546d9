namespace DerAgent.Modbus;

/// <summary>How long PDUs are, as far as their first octets tell (Modbus Application Protocol V1.1b3 §6).</summary>
internal static class PduLength
{
    /// <summary>More octets must come to know.</summary>
    public const int Unknown = 0;

    /// <summary>It is no such PDU.</summary>
    public const int None = -1;

    private const int MostOctets = 250;

    /// <summary>Of a response.</summary>
    public static int OfResponse(ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length == 0)
        {
            return Unknown;
        }

        if ((pdu[0] & 0x80) != 0)
        {
            return (pdu[0] & 0x7F) == 0 ? None : 2;
        }

        return (ModbusFunction)pdu[0] switch
        {
            >= ModbusFunction.ReadCoils and <= ModbusFunction.ReadInputRegisters => pdu.Length < 2 ? Unknown : pdu[1] is > 0 and <= MostOctets ? 2 + pdu[1] : None,
            ModbusFunction.WriteSingleCoil or ModbusFunction.WriteSingleRegister or ModbusFunction.WriteMultipleCoils or ModbusFunction.WriteMultipleRegisters => 5,
            ModbusFunction.MaskWriteRegister => 7,
            ModbusFunction.ReadDeviceIdentification => pdu.Length >= 2 && pdu[1] != ModbusIdentification.MeiType ? None : ModbusIdentification.Part.LengthOf(pdu),
            _ => None,
        };
    }

    /// <summary>Of a request.</summary>
    public static int OfRequest(ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length == 0)
        {
            return Unknown;
        }

        return (ModbusFunction)pdu[0] switch
        {
            >= ModbusFunction.ReadCoils and <= ModbusFunction.WriteSingleRegister => 5,
            ModbusFunction.WriteMultipleCoils or ModbusFunction.WriteMultipleRegisters => pdu.Length < 6 ? Unknown : pdu[5] is > 0 and <= MostOctets ? 6 + pdu[5] : None,
            ModbusFunction.MaskWriteRegister => 7,
            ModbusFunction.ReadDeviceIdentification => 4,
            _ => None,
        };
    }
}
