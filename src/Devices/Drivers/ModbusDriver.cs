using DerAgent.Modbus;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>A device on Modbus: fixed registers of its profile, or SunSpec models it is asked for.</summary>
public sealed class ModbusDriver : IDeviceDriver
{
    private readonly DeviceProfile _profile;
    private readonly IModbusMaster _master;
    private readonly byte _unit;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, int> _scaleFactors = new(StringComparer.Ordinal);
    private Dictionary<string, PointDefinition> _points;

    /// <summary>A driver; the master belongs to the line and is not disposed here.</summary>
    public ModbusDriver(DeviceProfile profile, IModbusMaster master, byte unit, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(profile);
        (_profile, _master, _unit, _time) = (profile, master, unit, time);
        _points = profile.Points.Values.Where(p => p.Model == 0).ToDictionary(p => p.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PointDefinition>> DiscoverAsync(CancellationToken cancel)
    {
        _scaleFactors.Clear();
        if (_profile.SunSpecBases.Count > 0)
        {
            var models = await SunSpecDiscovery.FindAsync(_profile.SunSpecBases, ReadOrRefusedAsync, cancel);
            // A device may say that a model stands where not all of it fits: what lies beyond the last address it does not have.
            _points = _profile.Points.Values
                .Where(p => p.Model == 0 || models.ContainsKey(p.Model))
                .Select(p => p.Model == 0 ? p : p with { Address = p.Address + models[p.Model] })
                .Where(p => p.Address + p.Length <= RegisterSpace.Size)
                .ToDictionary(p => p.Name, StringComparer.Ordinal);
        }

        return [.. _points.Values];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Reading>> ReadAsync(ReadBlock block, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(block);
        var registers = await ReadBlockAsync(block, cancel);
        var now = _time.GetUtcNow();
        ReadOnlySpan<ushort> Of(PointDefinition point) => registers.AsSpan(point.Address - block.Address, point.Length);

        // Scale factors of this very exchange first: they may change at run time.
        foreach (var point in block.Points)
        {
            if (block.Points.Any(p => p.ScaleFactor == point.Name))
            {
                Remember(point, RegisterCodec.Raw(point, Of(point), _profile.Modbus.LowWordFirst));
            }
        }

        var readings = new List<Reading>(block.Points.Count);
        foreach (var point in block.Points)
        {
            var value = RegisterCodec.Decode(point, Of(point), ScaleFactorOf(point), _profile.Modbus.LowWordFirst);
            readings.Add(new(point.Name, value, QualityOf(point, value), now));
        }

        return readings;
    }

    /// <inheritdoc/>
    public async ValueTask<WriteOutcome> WriteAsync(string point, double value, CancellationToken cancel)
    {
        if (!_points.TryGetValue(point, out var target))
        {
            return new(WriteResult.Refused, $"the device has no point {point}");
        }

        try
        {
            if (target.Type == PointType.Bit)
            {
                await AskAsync(ModbusRequest.WriteCoil((ushort)target.Address, value != 0), cancel);
                return new(WriteResult.Accepted, "");
            }

            if (await WriteScaleAsync(target, cancel) is not { } scale || RegisterCodec.Encode(target, value, scale, _profile.Modbus.LowWordFirst) is not { } registers)
            {
                return new(WriteResult.OutOfRange, $"{value} does not fit {target.Type} of {point}");
            }

            if (registers.Length == 1 && _profile.Modbus.WriteFunction == 6)
            {
                await AskAsync(ModbusRequest.WriteRegister((ushort)target.Address, registers[0]), cancel);
            }
            else
            {
                await AskAsync(ModbusRequest.WriteRegisters((ushort)target.Address, registers), cancel);
            }

            return new(WriteResult.Accepted, "");
        }
        catch (ModbusException e)
        {
            return new(e.Failure == ModbusFailure.Exception ? WriteResult.Refused : WriteResult.NoAnswer, e.Message);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<ushort[]> ReadBlockAsync(ReadBlock block, CancellationToken cancel)
    {
        if (block.Kind is RegisterKind.Coil or RegisterKind.Discrete)
        {
            var function = block.Kind == RegisterKind.Discrete ? ModbusFunction.ReadDiscreteInputs : ModbusFunction.ReadCoils;
            var answer = await AskAsync(ModbusRequest.Read(function, (ushort)block.Address, (ushort)block.Count), cancel);
            return [.. ModbusResponse.Bits(answer.Span, (ushort)block.Count).Select(b => b ? (ushort)1 : (ushort)0)];
        }

        return await ReadRegistersAsync(block.Address, block.Count, block.Kind == RegisterKind.Input, cancel);
    }

    /// <summary>Asks with the timing of this device, whatever else is on the line.</summary>
    private Task<ReadOnlyMemory<byte>> AskAsync(ModbusRequest request, CancellationToken cancel) =>
        _master.ExchangeAsync(_unit, request.With(new(_profile.Modbus.Timeout, _profile.Modbus.Gap)), cancel);

    private async Task<ushort[]> ReadRegistersAsync(int address, int count, bool input, CancellationToken cancel)
    {
        var function = input ? ModbusFunction.ReadInputRegisters : ModbusFunction.ReadHoldingRegisters;
        return ModbusResponse.Registers((await AskAsync(ModbusRequest.Read(function, (ushort)address, (ushort)count), cancel)).Span);
    }

    private async Task<ushort[]?> ReadOrRefusedAsync(int address, int count, CancellationToken cancel)
    {
        try
        {
            return await ReadRegistersAsync(address, count, input: false, cancel);
        }
        catch (ModbusException e) when (e.Failure == ModbusFailure.Exception)
        {
            return null;
        }
    }

    private int? ScaleFactorOf(PointDefinition point) =>
        point.ScaleFactor is null ? 0 : _scaleFactors.TryGetValue(point.ScaleFactor, out var power) ? power : null;

    private async Task<int?> WriteScaleAsync(PointDefinition target, CancellationToken cancel)
    {
        if (target.ScaleFactor is not null && !_scaleFactors.ContainsKey(target.ScaleFactor) && _points.TryGetValue(target.ScaleFactor, out var factor))
        {
            var registers = await ReadRegistersAsync(factor.Address, factor.Length, factor.Kind == RegisterKind.Input, cancel);
            Remember(factor, RegisterCodec.Raw(factor, registers, _profile.Modbus.LowWordFirst));
        }

        return ScaleFactorOf(target);
    }

    private void Remember(PointDefinition factor, decimal? raw)
    {
        // A scale factor is a power of ten from -10 to 10; anything else is nonsense and scales nothing.
        if (raw is >= -10 and <= 10)
        {
            _scaleFactors[factor.Name] = (int)raw;
        }
        else
        {
            _scaleFactors.Remove(factor.Name);
        }
    }

    private static Quality QualityOf(PointDefinition point, PointValue value)
    {
        if (value.IsNone)
        {
            return Quality.Invalid;
        }

        return point.Range is { } range && (value.Number < range.Low || value.Number > range.High)
            ? new(Validity.Questionable, QualityDetail.OutOfRange)
            : Quality.Good;
    }
}
