using System.Runtime.CompilerServices;
using DerAgent.Modbus;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>A device on Modbus: fixed registers of its profile, or SunSpec models it is asked for.</summary>
internal sealed class ModbusDriver : IDeviceDriver
{
    private readonly DeviceProfile _profile;
    private readonly IModbusMaster _master;
    private readonly byte _unit;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, int> _scaleFactors = new(StringComparer.Ordinal);
    private readonly HashSet<(RegisterKind Kind, int Address)> _borders = [];
    private readonly HashSet<string> _absent = new(StringComparer.Ordinal);
    private Dictionary<string, PointDefinition> _points;

    /// <summary>A driver; the master belongs to the line and is not disposed here.</summary>
    public ModbusDriver(DeviceProfile profile, IModbusMaster master, byte unit, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(profile);
        (_profile, _master, _unit, _time) = (profile, master, unit, time);
        _points = profile.Points.Values.Where(p => p.Model == 0).ToDictionary(p => p.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public bool IsConnected => _master.IsConnected;

    /// <inheritdoc/>
    public TimeSpan Timeout => _profile.Modbus.Timeout;

    /// <inheritdoc/>
    public IReadOnlySet<string> Points => _points.Keys.ToHashSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> DiscoverAsync(TimeSpan limit, [EnumeratorCancellation] CancellationToken cancel)
    {
        _scaleFactors.Clear();
        if (_profile.SunSpecBases.Count == 0)
        {
            yield break;
        }

        var models = new Dictionary<int, int>();
        await foreach (var step in SunSpecDiscovery.FindAsync(_profile.SunSpecBases, (address, count, c) => ReadOrRefusedAsync(address, count, limit, c), models, cancel))
        {
            yield return step;
        }

        // A device may say that a model stands where not all of it fits: what lies beyond the last address it does not have.
        _points = _profile.Points.Values
            .Where(p => p.Model == 0 || models.ContainsKey(p.Model))
            .Select(p => p.Model == 0 ? p : p with { Address = p.Address + models[p.Model] })
            .Where(p => p.Address + p.Length <= RegisterSpace.Size)
            .ToDictionary(p => p.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReadBlock> Plan(IReadOnlyCollection<string> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var wanted = points.Where(n => !_absent.Contains(n)).Select(n => _points.GetValueOrDefault(n)).OfType<PointDefinition>().ToList();
        // Scale factors are read with their values; the planner finds them among these.
        var factors = wanted.Select(p => p.ScaleFactor).OfType<string>().Distinct(StringComparer.Ordinal).Where(n => !points.Contains(n, StringComparer.Ordinal)).Select(n => _points.GetValueOrDefault(n)).OfType<PointDefinition>();
        return [.. PollPlanner.Plan([.. wanted, .. factors], _profile.Modbus, _borders).Where(b => b.Points.Any(p => points.Contains(p.Name, StringComparer.Ordinal)))];
    }

    /// <inheritdoc/>
    public bool Split(ReadBlock block)
    {
        var registers = (RegisterBlock)block;
        var ordered = registers.Points.OrderBy(p => p.Address).ToList();
        var isAtom = ordered.Count == 1 || (ordered.Count == 2 && ordered.Any(p => ordered.Any(f => p.ScaleFactor == f.Name)));
        if (!isAtom && _borders.Add((registers.Kind, ordered[ordered.Count / 2].Address)))
        {
            return true;
        }

        _absent.UnionWith(ordered.Select(p => p.Name));
        return false;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Reading>> ReadAsync(ReadBlock block, TimeSpan limit, CancellationToken cancel)
    {
        var registerBlock = (RegisterBlock)block;
        var registers = await ReadBlockAsync(registerBlock, limit, cancel);
        var now = _time.GetUtcNow();
        ReadOnlySpan<ushort> Of(PointDefinition point) => registers.AsSpan(point.Address - registerBlock.Address, point.Length);

        // Scale factors of this very exchange first: they may change at run time.
        foreach (var point in registerBlock.Points)
        {
            if (registerBlock.Points.Any(p => p.ScaleFactor == point.Name))
            {
                Remember(point, RegisterCodec.Raw(point, Of(point), _profile.Modbus.LowWordFirst));
            }
        }

        var readings = new List<Reading>(registerBlock.Points.Count);
        foreach (var point in registerBlock.Points)
        {
            var value = RegisterCodec.Decode(point, Of(point), ScaleFactorOf(point), _profile.Modbus.LowWordFirst);
            readings.Add(new(point.Name, value, QualityOf(point, value), now));
        }

        return readings;
    }

    /// <inheritdoc/>
    public async ValueTask<CommandOutcome> WriteAsync(string point, double value, CancellationToken cancel)
    {
        if (!_points.TryGetValue(point, out var target))
        {
            return CommandOutcome.Refused($"the device has no point {point}");
        }

        try
        {
            if (target.Type == PointType.Bit)
            {
                await AskAsync(ModbusRequest.WriteCoil((ushort)target.Address, value != 0), Timeout, cancel);
                return CommandOutcome.Success;
            }

            if (await WriteScaleAsync(target, cancel) is not { } scale || RegisterCodec.Encode(target, value, scale, _profile.Modbus.LowWordFirst) is not { } registers)
            {
                return CommandOutcome.OutOfRange($"{value} does not fit {target.Type} of {point}");
            }

            var isSingle = registers.Length == 1 && _profile.Modbus.WriteFunction == 6;
            await AskAsync(isSingle ? ModbusRequest.WriteRegister((ushort)target.Address, registers[0]) : ModbusRequest.WriteRegisters((ushort)target.Address, registers), Timeout, cancel);
            return CommandOutcome.Success;
        }
        catch (DeviceException e)
        {
            return e.Failure is DeviceFailure.Silent or DeviceFailure.NoLine ? CommandOutcome.NoAnswer(e.Message) : CommandOutcome.Refused(e.Message);
        }
    }

    private async Task<ushort[]> ReadBlockAsync(RegisterBlock block, TimeSpan limit, CancellationToken cancel)
    {
        if (block.Kind is RegisterKind.Coil or RegisterKind.Discrete)
        {
            var function = block.Kind == RegisterKind.Discrete ? ModbusFunction.ReadDiscreteInputs : ModbusFunction.ReadCoils;
            var answer = await AskAsync(ModbusRequest.Read(function, (ushort)block.Address, (ushort)block.Count), limit, cancel);
            return [.. ModbusResponse.Bits(answer.Span, (ushort)block.Count).Select(b => b ? (ushort)1 : (ushort)0)];
        }

        return await ReadRegistersAsync(block.Address, block.Count, block.Kind == RegisterKind.Input, limit, cancel);
    }

    /// <summary>Asks with the timing of this device, whatever else is on the line.</summary>
    private async Task<ReadOnlyMemory<byte>> AskAsync(ModbusRequest request, TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            return await _master.ExchangeAsync(_unit, request.With(new(limit, _profile.Modbus.Gap)), cancel);
        }
        catch (ModbusException e)
        {
            throw new DeviceException(FailureOf(e), e.Message, e);
        }
    }

    private static DeviceFailure FailureOf(ModbusException e) => e switch
    {
        { Failure: ModbusFailure.Timeout } => DeviceFailure.Silent,
        { Failure: ModbusFailure.NoConnection } => DeviceFailure.NoLine,
        { Code: ModbusExceptionCode.IllegalDataAddress } => DeviceFailure.Absent,
        { Code: ModbusExceptionCode.Acknowledge or ModbusExceptionCode.ServerDeviceBusy or ModbusExceptionCode.GatewayPathUnavailable or ModbusExceptionCode.GatewayTargetFailedToRespond } => DeviceFailure.Busy,
        _ => DeviceFailure.Refused,
    };

    private async Task<ushort[]> ReadRegistersAsync(int address, int count, bool input, TimeSpan limit, CancellationToken cancel)
    {
        var function = input ? ModbusFunction.ReadInputRegisters : ModbusFunction.ReadHoldingRegisters;
        return ModbusResponse.Registers((await AskAsync(ModbusRequest.Read(function, (ushort)address, (ushort)count), limit, cancel)).Span);
    }

    private async Task<ushort[]?> ReadOrRefusedAsync(int address, int count, TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            return await ReadRegistersAsync(address, count, input: false, limit, cancel);
        }
        catch (DeviceException e) when (e.Failure is DeviceFailure.Absent or DeviceFailure.Refused && e.InnerException is ModbusException { Failure: ModbusFailure.Exception })
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
            var registers = await ReadRegistersAsync(factor.Address, factor.Length, factor.Kind == RegisterKind.Input, Timeout, cancel);
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
