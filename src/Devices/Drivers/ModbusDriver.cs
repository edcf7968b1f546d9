using System.Runtime.CompilerServices;
using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>A device on Modbus: fixed registers of its profile, or SunSpec models it is asked for.</summary>
internal sealed class ModbusDriver : IDeviceDriver
{
    private readonly DevicePlacement _device;
    private readonly ModbusUnit _unit;
    private readonly TimeProvider _time;
    private readonly ScaleFactors _factors = new();
    private readonly NoneWatch _none = new();
    private readonly Plausibility _plausibility = new();
    private readonly HashSet<(RegisterKind Kind, int Address)> _holes = [];
    private readonly HashSet<(RegisterKind Kind, int Address)> _borders = [];
    private DeviceProfile _profile;

    /// <summary>A driver; the master belongs to the line and is not disposed here.</summary>
    public ModbusDriver(DevicePlacement device, IModbusMaster master, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(device);
        (_device, _profile, _time) = (device, device.Profile, time);
        _unit = new(master, device.Url.Unit!.Value, device.Profile, time);
        Points = device.Profile.Placed.Of(device.Profile.Points, new Dictionary<int, SunSpecPlace>());
    }

    /// <inheritdoc/>
    public bool IsConnected => _unit.Master.IsConnected;

    /// <inheritdoc/>
    public long Connections => _unit.Master.Connections;

    /// <inheritdoc/>
    public LineOddities Oddities => new(_unit.Master.DroppedAnswers, _unit.Master.ForeignFrames, _unit.Master.ClosesGivenUp);

    /// <inheritdoc/>
    public TimeSpan LongestWait => LineWaits.Of(_device.Url, IsConnected);

    /// <inheritdoc/>
    public TimeSpan Timeout => _profile.Modbus.Timeout;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, PointDefinition> Points { get; private set; }

    /// <inheritdoc/>
    public PollPeriods Polls => _profile.Polls;

    /// <summary>Called with the registers of each exchange that reads points; for whoever looks at what is on the wire.</summary>
    public Action<RegisterBlock, ushort[]>? Seen { get; init; }

    /// <summary>What the device was found to refuse.</summary>
    public LearnedHoles Learned => new(_holes, _borders);

    private WordOrder Order => _profile.Modbus.Order;

    /// <inheritdoc/>
    public async IAsyncEnumerable<DiscoveryStep> DiscoverAsync(TimeSpan limit, [EnumeratorCancellation] CancellationToken cancel)
    {
        _factors.Clear();
        var variants = new VariantFinder(_device.Profile, static point => point.Model == 0, point => ValueAsync(point, limit, cancel));
        await foreach (var step in variants.FindAsync())
        {
            yield return step;
        }

        _profile = variants.Profile;
        var models = new Dictionary<int, SunSpecPlace>();
        if (_profile.SunSpecBases.Count > 0)
        {
            await foreach (var step in SunSpecDiscovery.FindAsync(_profile.SunSpecBases, (address, count, c) => _unit.ReadAsync(RegisterKind.Holding, address, count, limit, c), models, HasCurves, cancel))
            {
                yield return step;
            }
        }

        Points = _profile.Placed.Of(_profile.Points, models);
    }

    private async Task<PointValue> ValueAsync(PointDefinition point, TimeSpan limit, CancellationToken cancel) =>
        RegisterCodec.Decode(point, await _unit.ReadAsync(point.Kind, point.Address, point.Length, limit, cancel), 0, Order);

    /// <summary>Whether somebody wants points of the curves of a model.</summary>
    private bool HasCurves(int model) => _device.Setup.Wanted.Any(w => _profile.Points.TryGetValue(w, out var point) && point.Alternatives.Prepend(point).Any(p => p.Model == model && p.Curve is not null));

    /// <inheritdoc/>
    public IReadOnlyList<ReadBlock> Plan(IReadOnlyCollection<string> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return PollPlanner.Plan(PlannedPoints.Of(points, Points, _profile), _profile.Modbus, _profile.Polls, _device.Cost, Learned, _device.HasNoIds ? [.. Points.Values] : null);
    }

    /// <inheritdoc/>
    public SplitResult Split(ReadBlock block)
    {
        var registers = (RegisterBlock)block;
        var gaps = Enumerable.Range(registers.Address, registers.Count).Where(a => !registers.Points.Any(p => p.Address <= a && a < p.End)).ToList();
        var before = _holes.Count;
        _holes.UnionWith(gaps.Select(a => (registers.Kind, a)));
        if (_holes.Count > before)
        {
            return SplitResult.WithoutGaps;
        }

        // In the middle of what can be read apart.
        var borders = registers.Points.Select(p => p.Address).Where(a => a > registers.Address && !registers.Points.Any(p => p.Address < a && a < p.End)).Distinct().Order().ToList();
        return borders.Count > 0 && _borders.Add((registers.Kind, borders[borders.Count / 2])) ? SplitResult.InTwo : SplitResult.Nothing;
    }

    /// <inheritdoc/>
    public void Forget()
    {
        _holes.Clear();
        _borders.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Reading>> ReadAsync(ReadBlock block, TimeSpan limit, CancellationToken cancel)
    {
        var registerBlock = (RegisterBlock)block;
        var registers = await _unit.ReadAsync(registerBlock.Kind, registerBlock.Address, registerBlock.Count, limit, cancel);
        Seen?.Invoke(registerBlock, registers);
        var now = _time.GetUtcNow();
        ReadOnlySpan<ushort> Of(PointDefinition point) => registers.AsSpan(point.Address - registerBlock.Address, point.Length);

        // Scale factors of this very exchange first: they may change at run time.
        foreach (var point in registerBlock.Points)
        {
            if (registerBlock.Points.Any(p => p.ScaleFactor == point.Name))
            {
                _factors.Remember(point, RegisterCodec.Raw(point, Of(point), Order));
            }
        }

        var values = new (PointDefinition Point, PointValue Value)[registerBlock.Points.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var point = registerBlock.Points[i];
            values[i] = (point, RegisterCodec.Decode(point, Of(point), _factors.Of(point), Order));
        }

        return [.. _none.Sift(_profile, values).Select(v => new Reading(v.Point.Name, v.Value, _plausibility.QualityOf(v.Point, v.Value), now))];
    }

    /// <inheritdoc/>
    public string Explain(PointDefinition point, in PointValue value) => _plausibility.Explain(point, value);

    /// <inheritdoc/>
    public async ValueTask<WriteResult> WriteAsync(IReadOnlyList<PointWrite> values, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(values);
        var targets = new List<(PointDefinition Point, ushort[] Registers)>();
        try
        {
            foreach (var value in values)
            {
                if (!Points.TryGetValue(value.Point, out var target))
                {
                    return new(WriteAnswer.Refused, $"the device has no point {value.Point}");
                }

                if (await ScaleAsync(target, cancel) is not { } scale || RegisterCodec.Encode(target, value.Value, scale, Order, value.Rounding) is not { } encoded)
                {
                    return new(WriteAnswer.OutOfRange, $"{(value.IsSecret ? "the secret" : value.Value)} does not fit {target.Type} of {value.Point}");
                }

                targets.Add((target, encoded));
            }

            return targets is not [var first, ..] ? WriteResult.Taken
                : first.Point.Bits is null ? await _unit.WriteAsync(first.Point, [.. targets.SelectMany(t => t.Registers)], cancel)
                : await WriteBitsAsync(first.Point, targets, cancel);
        }
        catch (DeviceException e)
        {
            // Nothing was written; what scales the value, or stands beside it, could not be read.
            return new(e.Failure is DeviceFailure.Silent or DeviceFailure.NoLine ? WriteAnswer.NoLine : e.Failure == DeviceFailure.Busy ? WriteAnswer.Busy : WriteAnswer.Refused, e.Message);
        }
    }

    /// <summary>Changes some bits of one register. Where the device cannot, the register is read just before: the line makes no other exchange in between.</summary>
    private async Task<WriteResult> WriteBitsAsync(PointDefinition first, IReadOnlyList<(PointDefinition Point, ushort[] Registers)> targets, CancellationToken cancel)
    {
        var (mask, bits) = (0, 0);
        foreach (var (point, registers) in targets)
        {
            var (low, high) = point.Bits!.Value;
            var own = (1 << (high - low + 1)) - 1;
            if (registers[0] > own)
            {
                return new(WriteAnswer.OutOfRange, $"{registers[0]} does not fit the {high - low + 1} bits of {point.Name}");
            }

            mask |= own << low;
            bits |= registers[0] << low;
        }

        if (first.WriteFunction == PointDefinition.MaskWrite)
        {
            return await _unit.MaskWriteAsync(first, (ushort)~mask, (ushort)bits, cancel);
        }

        var before = await _unit.ReadAsync(first.Kind, first.Address, 1, Timeout, cancel);
        return await _unit.WriteAsync(first, [(ushort)((before[0] & ~mask) | bits)], cancel);
    }

    private async Task<int?> ScaleAsync(PointDefinition target, CancellationToken cancel)
    {
        if (target.ScaleFactor is not null && _factors.Of(target) is null && Points.TryGetValue(target.ScaleFactor, out var factor))
        {
            _factors.Remember(factor, RegisterCodec.Raw(factor, await _unit.ReadAsync(factor.Kind, factor.Address, factor.Length, Timeout, cancel), Order));
        }

        return _factors.Of(target);
    }
}
