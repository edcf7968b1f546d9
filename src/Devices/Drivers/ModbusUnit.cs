using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>One unit behind a Modbus master, asked with the timing of its profile; what it refuses becomes what the line knows.</summary>
internal sealed class ModbusUnit(IModbusMaster master, byte unit, DeviceProfile profile, TimeProvider time)
{
    private readonly WakeWatch _wake = new(time);

    public IModbusMaster Master => master;

    /// <summary>Registers, or coils as 0 and 1.</summary>
    /// <exception cref="DeviceException">The device refused or did not answer.</exception>
    public async Task<ushort[]> ReadAsync(RegisterKind kind, int address, int count, TimeSpan limit, CancellationToken cancel)
    {
        var function = kind switch
        {
            RegisterKind.Holding => ModbusFunction.ReadHoldingRegisters,
            RegisterKind.Input => ModbusFunction.ReadInputRegisters,
            RegisterKind.Coil => ModbusFunction.ReadCoils,
            _ => ModbusFunction.ReadDiscreteInputs,
        };
        var request = ModbusRequest.Read(function, (ushort)address, (ushort)count);
        ReadOnlyMemory<byte> answer;
        try
        {
            answer = await AskAsync(request, limit, cancel);
        }
        catch (ModbusException e) when (e.Failure == ModbusFailure.Timeout && profile.IsWoken && _wake.MaySleep)
        {
            // The first question has woken it; its silence does not count.
            answer = await AskOrFailAsync(request, limit, cancel);
        }
        catch (ModbusException e)
        {
            throw Failure(e);
        }

        return kind is RegisterKind.Coil or RegisterKind.Discrete
            ? [.. ModbusResponse.Bits(answer.Span, (ushort)count).Select(b => b ? (ushort)1 : (ushort)0)]
            : ModbusResponse.Registers(answer.Span);
    }

    /// <summary>What it says of itself.</summary>
    /// <exception cref="DeviceException">It does not know the function, or did not answer.</exception>
    public Task<ModbusIdentification> IdentifyAsync(TimeSpan limit, CancellationToken cancel) => ModbusIdentification.ReadAsync(r => AskOrFailAsync(r, limit, cancel));

    /// <summary>Writes adjoining registers or coils, once.</summary>
    public async Task<WriteResult> WriteAsync(PointDefinition first, IReadOnlyList<ushort> values, CancellationToken cancel)
    {
        var address = (ushort)first.Address;
        var isSingle = values.Count == 1 && (first.WriteFunction ?? profile.Modbus.WriteFunction) == 6;
        var request = first.Kind switch
        {
            RegisterKind.Coil when values.Count == 1 => ModbusRequest.WriteCoil(address, values[0] != 0),
            RegisterKind.Coil => ModbusRequest.WriteCoils(address, values.Select(v => v != 0).ToArray()),
            _ when isSingle => ModbusRequest.WriteRegister(address, values[0]),
            _ => ModbusRequest.WriteRegisters(address, values.ToArray()),
        };
        return await WriteAsync(request, cancel);
    }

    /// <summary>Changes some bits of a register, once.</summary>
    public Task<WriteResult> MaskWriteAsync(PointDefinition point, ushort and, ushort or, CancellationToken cancel) => WriteAsync(ModbusRequest.MaskWrite((ushort)point.Address, and, or), cancel);

    private async Task<WriteResult> WriteAsync(ModbusRequest request, CancellationToken cancel)
    {
        try
        {
            await AskAsync(request, profile.Modbus.Timeout, cancel);
            return WriteResult.Taken;
        }
        catch (ModbusException e)
        {
            return Result(e);
        }
    }

    private async Task<ReadOnlyMemory<byte>> AskOrFailAsync(ModbusRequest request, TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            return await AskAsync(request, limit, cancel);
        }
        catch (ModbusException e)
        {
            throw Failure(e);
        }
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(ModbusRequest request, TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            var answer = await master.ExchangeAsync(unit, request.With(new(limit, profile.Modbus.Gap, profile.Modbus.UnitChangeDelay)), cancel);
            _wake.Answered();
            return answer;
        }
        catch (ModbusException e) when (e.Failure == ModbusFailure.Exception)
        {
            _wake.Answered();
            throw;
        }
    }

    private DeviceException Failure(ModbusException e) => new(
        e switch
        {
            { Failure: ModbusFailure.Timeout } => DeviceFailure.Silent,
            { Failure: ModbusFailure.NoConnection } => DeviceFailure.NoLine,
            { Failure: ModbusFailure.Protocol } => DeviceFailure.Nonsense,
            { Code: ModbusExceptionCode.IllegalDataAddress or ModbusExceptionCode.IllegalDataValue or ModbusExceptionCode.ServerDeviceFailure } => DeviceFailure.Absent,
            { Code: ModbusExceptionCode.Acknowledge or ModbusExceptionCode.ServerDeviceBusy } => DeviceFailure.Busy,
            // The gateway answered, and the device behind it did not.
            { Code: ModbusExceptionCode.GatewayPathUnavailable or ModbusExceptionCode.GatewayTargetFailedToRespond } => DeviceFailure.Silent,
            _ => DeviceFailure.Refused,
        },
        e.Failure == ModbusFailure.NoConnection && profile.Modbus.IsSingleClient ? $"{e.Message}; it serves one client at a time: is somebody else connected to it?" : e.Message,
        e);

    private WriteResult Result(ModbusException e)
    {
        if (e.Failure != ModbusFailure.Exception)
        {
            // What makes no sense is no answer: reading back tells.
            return new(e.Failure == ModbusFailure.NoConnection && !e.WasSent ? WriteAnswer.NoLine : WriteAnswer.Unanswered, e.Message);
        }

        var meaning = profile.WriteExceptions.TryGetValue((int)e.Code!, out var told) ? told : e.Code switch
        {
            ModbusExceptionCode.IllegalDataValue => WriteExceptionMeaning.OutOfRange,
            ModbusExceptionCode.ServerDeviceBusy or ModbusExceptionCode.GatewayPathUnavailable or ModbusExceptionCode.GatewayTargetFailedToRespond => WriteExceptionMeaning.Busy,
            // It works on it: nothing is sent again, and reading back shows the end.
            ModbusExceptionCode.Acknowledge => (WriteExceptionMeaning?)null,
            _ => WriteExceptionMeaning.Refused,
        };
        return meaning switch
        {
            null => WriteResult.Taken,
            WriteExceptionMeaning.Busy => new(WriteAnswer.Busy, e.Message),
            WriteExceptionMeaning.OutOfRange => new(WriteAnswer.OutOfRange, e.Message),
            WriteExceptionMeaning.NotPermitted => new(WriteAnswer.Refused, $"{e.Message}: it is not permitted{(profile.RefusedHint.Length == 0 ? ", by a setting of the device" : $"; {profile.RefusedHint}")}"),
            _ => new(WriteAnswer.Refused, profile.RefusedHint.Length == 0 ? e.Message : $"{e.Message}; {profile.RefusedHint}"),
        };
    }
}
