namespace DerAgent.Modbus;

/// <summary>Function codes (Modbus Application Protocol V1.1b3 §5.1) in use here.</summary>
public enum ModbusFunction : byte
{
    /// <summary>Read coils.</summary>
    ReadCoils = 1,
    /// <summary>Read discrete inputs.</summary>
    ReadDiscreteInputs = 2,
    /// <summary>Read holding registers.</summary>
    ReadHoldingRegisters = 3,
    /// <summary>Read input registers.</summary>
    ReadInputRegisters = 4,
    /// <summary>Write one coil.</summary>
    WriteSingleCoil = 5,
    /// <summary>Write one register.</summary>
    WriteSingleRegister = 6,
    /// <summary>Write coils.</summary>
    WriteMultipleCoils = 15,
    /// <summary>Write registers.</summary>
    WriteMultipleRegisters = 16,
    /// <summary>Change some bits of one register.</summary>
    MaskWriteRegister = 22,
    /// <summary>Encapsulated interface; here always MEI type 14, read device identification.</summary>
    ReadDeviceIdentification = 43,
}

/// <summary>Exception codes (Modbus Application Protocol V1.1b3 §7).</summary>
public enum ModbusExceptionCode : byte
{
    /// <summary>The device does not know the function.</summary>
    IllegalFunction = 1,
    /// <summary>The device does not have the address.</summary>
    IllegalDataAddress = 2,
    /// <summary>The device does not take the value.</summary>
    IllegalDataValue = 3,
    /// <summary>The device failed.</summary>
    ServerDeviceFailure = 4,
    /// <summary>The device works on it.</summary>
    Acknowledge = 5,
    /// <summary>The device is busy.</summary>
    ServerDeviceBusy = 6,
    /// <summary>Parity error of extended memory.</summary>
    MemoryParityError = 8,
    /// <summary>The gateway has no path.</summary>
    GatewayPathUnavailable = 10,
    /// <summary>The device behind the gateway does not answer.</summary>
    GatewayTargetFailedToRespond = 11,
}

/// <summary>What kind of failure an exchange had.</summary>
public enum ModbusFailure
{
    /// <summary>The device answered with an exception.</summary>
    Exception,
    /// <summary>Nothing came in time.</summary>
    Timeout,
    /// <summary>There is no connection.</summary>
    NoConnection,
    /// <summary>The answer makes no sense.</summary>
    Protocol,
}

/// <summary>An exchange failed.</summary>
public sealed class ModbusException(ModbusFailure failure, string message, ModbusExceptionCode? code = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of failure.</summary>
    public ModbusFailure Failure { get; } = failure;

    /// <summary>The device's exception code, where it sent one.</summary>
    public ModbusExceptionCode? Code { get; } = code;

    /// <summary>Of a time-out: whether something came that is no answer, as where two devices speak at once.</summary>
    public bool IsGarbled { get; init; }

    /// <summary>Whether the question may have come to the device: what was written may have taken hold.</summary>
    public bool WasSent { get; init; } = failure != ModbusFailure.NoConnection;
}
