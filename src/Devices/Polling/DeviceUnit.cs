using DerAgent.Modbus;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>State of a device for people, logs and metrics.</summary>
/// <param name="Name">Name of the device.</param>
/// <param name="IsConnected">Whether the socket is up.</param>
/// <param name="IsAnswering">Whether the device answers.</param>
/// <param name="Text">One sentence.</param>
public sealed record DeviceState(string Name, bool IsConnected, bool IsAnswering, string Text);

/// <summary>One device being polled: discovery, plan, cycle, and what its silence means.</summary>
public sealed class DeviceUnit
{
    private const int MissedPollsUntilSilent = 3;
    private static readonly TimeSpan BackOffStep = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromMinutes(5);
    private readonly IDeviceDriver _driver;
    private readonly IModbusMaster _master;
    private readonly ModbusTraits _traits;
    private readonly IReadOnlySet<string> _wanted;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Reading> _last = new(StringComparer.Ordinal);
    private readonly HashSet<(RegisterKind Kind, int Address)> _borders = [];
    private readonly HashSet<string> _absent = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private IReadOnlyList<PointDefinition> _points = [];
    private int _missed;
    private bool _silent;

    /// <summary>A device.</summary>
    /// <param name="name">Its name in the SCL file.</param>
    /// <param name="driver">Its driver.</param>
    /// <param name="master">Its line, to tell a dead socket from a silent device.</param>
    /// <param name="traits">What it allows.</param>
    /// <param name="wanted">Points that are read.</param>
    /// <param name="time">Clock and timers.</param>
    public DeviceUnit(string name, IDeviceDriver driver, IModbusMaster master, ModbusTraits traits, IReadOnlySet<string> wanted, TimeProvider time)
    {
        (Name, _driver, _master, _traits, _wanted, _time) = (name, driver, master, traits, wanted, time);
    }

    /// <summary>Name in the SCL file.</summary>
    public string Name { get; }

    /// <summary>The driver.</summary>
    public IDeviceDriver Driver => _driver;

    /// <summary>Called with the readings of each exchange, as one snapshot.</summary>
    public Action<DeviceUnit, IReadOnlyList<Reading>> OnReadings { get; init; } = static (_, _) => { };

    /// <summary>Called when the device begins or ceases to answer, and with what was learned about it.</summary>
    public Action<DeviceState> OnState { get; init; } = static _ => { };

    /// <summary>Whether the device answers.</summary>
    public bool IsAnswering { get; private set; }

    /// <summary>The last reading of a point, or null.</summary>
    public Reading? Last(string point)
    {
        lock (_gate)
        {
            return _last.TryGetValue(point, out var reading) ? reading : null;
        }
    }

    /// <summary>The point where discovery found it, or null.</summary>
    public PointDefinition? Point(string name)
    {
        lock (_gate)
        {
            return _points.FirstOrDefault(p => p.Name == name);
        }
    }

    /// <summary>Polls until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var backOff = TimeSpan.Zero;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await DiscoverAsync(cancel);
                await PollAsync(() => backOff = TimeSpan.Zero, cancel);
            }
            catch (ModbusException e)
            {
                Missed(e.Message);
            }
#pragma warning disable CA1031 // a device fails alone, and is tried again
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                _missed = MissedPollsUntilSilent;
                Missed($"a defect of the agent: {e.GetType().Name}: {e.Message}");
            }
#pragma warning restore CA1031

            // A silent device is asked ever more rarely: it must not slow its neighbours on the line.
            backOff = backOff + BackOffStep < MaxBackOff ? backOff + BackOffStep : MaxBackOff;
            await Task.Delay(_missed < MissedPollsUntilSilent ? BackOffStep / 2 : backOff, _time, cancel);
        }
    }

    /// <summary>Reads points now, outside the cycle, and publishes what was read.</summary>
    public async Task<Reading?> ReadNowAsync(string point, CancellationToken cancel)
    {
        if (Point(point) is not { } wanted)
        {
            return null;
        }

        var points = new[] { wanted, wanted.ScaleFactor is null ? null : Point(wanted.ScaleFactor) }.OfType<PointDefinition>().Select(p => p with { Poll = PollClass.Fast });
        Reading? found = null;
        foreach (var block in PollPlanner.Plan(points, _traits, _borders))
        {
            foreach (var reading in Publish(await _driver.ReadAsync(block, cancel)))
            {
                found = reading.Point == point ? reading : found;
            }
        }

        return found;
    }

    private static TimeSpan Period(PollClass poll) => poll switch
    {
        PollClass.Fast => TimeSpan.FromSeconds(1),
        PollClass.Normal => TimeSpan.FromSeconds(5),
        PollClass.Slow => TimeSpan.FromSeconds(60),
        _ => Timeout.InfiniteTimeSpan,
    };

    private async Task DiscoverAsync(CancellationToken cancel)
    {
        var points = await _driver.DiscoverAsync(cancel);
        lock (_gate)
        {
            _points = points;
        }

        var missing = _wanted.Where(w => !w.StartsWith('@') && points.All(p => p.Name != w)).ToList();
        if (missing.Count > 0)
        {
            OnState(new(Name, true, true, $"the device does not have {string.Join(", ", missing)}"));
            Publish([.. missing.Select(m => new Reading(m, PointValue.None, Quality.Invalid, _time.GetUtcNow()))]);
        }
    }

    private async Task PollAsync(Action answered, CancellationToken cancel)
    {
        var plan = MakePlan();
        var due = plan.ToDictionary(b => b, _ => 0L);
        var start = _time.GetTimestamp();
        while (true)
        {
            var now = (long)_time.GetElapsedTime(start).TotalMilliseconds;
            foreach (var block in plan.Where(b => due[b] <= now).ToList())
            {
                try
                {
                    Answered(Publish(await _driver.ReadAsync(block, cancel)));
                    answered();
                    var period = Period(block.Poll);
                    due[block] = period == Timeout.InfiniteTimeSpan ? long.MaxValue : Math.Max(now, due[block]) + (long)period.TotalMilliseconds;
                }
                catch (ModbusException e) when (e.Code is ModbusExceptionCode.IllegalDataAddress)
                {
                    LearnHole(block);
                    plan = MakePlan();
                    due = plan.ToDictionary(b => b, b => due.GetValueOrDefault(b, 0L));
                    break;
                }
                catch (ModbusException e) when (e.Code is ModbusExceptionCode.ServerDeviceBusy or ModbusExceptionCode.Acknowledge && ++_missed < MissedPollsUntilSilent)
                {
                    // Busy: the last value stands, and the next cycle asks again.
                    due[block] = now + (long)Period(block.Poll == PollClass.Once ? PollClass.Normal : block.Poll).TotalMilliseconds;
                }
            }

            var next = due.Count == 0 ? long.MaxValue : due.Values.Min();
            var pause = next == long.MaxValue ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(Math.Max(0, next - (long)_time.GetElapsedTime(start).TotalMilliseconds));
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, _time, cancel);
            }
        }
    }

    private IReadOnlyList<ReadBlock> MakePlan()
    {
        var factors = _points.Where(p => _wanted.Contains(p.Name)).Select(p => p.ScaleFactor).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var wanted = _points.Where(p => !_absent.Contains(p.Name) && _wanted.Contains(p.Name)).ToList();
        // Scale factors are read with their values; PollPlanner finds them among these.
        return [.. PollPlanner.Plan([.. wanted, .. _points.Where(p => factors.Contains(p.Name) && !_wanted.Contains(p.Name))], _traits, _borders)
            .Where(b => b.Points.Any(p => _wanted.Contains(p.Name)))];
    }

    /// <summary>The device does not have some address of the block: split it, and say so once.</summary>
    private void LearnHole(ReadBlock block)
    {
        if (block.Points.Count == 1 || block.Points.All(p => p.ScaleFactor is not null && block.Points.Count == 2))
        {
            foreach (var point in block.Points)
            {
                _absent.Add(point.Name);
            }

            OnState(new(Name, true, true, $"the device refuses {block}; the value is invalid"));
            Publish([.. block.Points.Select(p => new Reading(p.Name, PointValue.None, Quality.Invalid, _time.GetUtcNow()))]);
            return;
        }

        var ordered = block.Points.OrderBy(p => p.Address).ToList();
        var middle = ordered[ordered.Count / 2].Address;
        if (!_borders.Add((block.Kind, middle)))
        {
            _absent.UnionWith(ordered.Select(p => p.Name));
        }

        OnState(new(Name, true, true, $"the device refuses {block}; it is read in two parts from now on"));
    }

    private IReadOnlyList<Reading> Publish(IReadOnlyList<Reading> readings)
    {
        lock (_gate)
        {
            foreach (var reading in readings)
            {
                _last[reading.Point] = reading;
            }
        }

        OnReadings(this, readings);
        return readings;
    }

    private void Answered(IReadOnlyList<Reading> readings)
    {
        _missed = 0;
        if (IsAnswering)
        {
            return;
        }

        IsAnswering = true;
        _silent = false;
        OnState(new(Name, true, true, $"the device answers; {readings.Count} points in the first exchange"));
        PublishHealth(1);
    }

    private void Missed(string failure)
    {
        _missed++;
        if (_missed < MissedPollsUntilSilent || _silent)
        {
            return;
        }

        _silent = true;
        IsAnswering = false;
        OnState(new(Name, _master.IsConnected, false, failure));
        var old = new Quality(Validity.Invalid, QualityDetail.OldData | QualityDetail.Failure);
        List<Reading> stale;
        lock (_gate)
        {
            stale = [.. _wanted.Where(w => !w.StartsWith('@')).Select(w => _last.TryGetValue(w, out var last) ? last with { Quality = old } : new Reading(w, PointValue.None, old, DateTimeOffset.UnixEpoch))];
        }

        OnReadings(this, stale);
        PublishHealth(3);
    }

    /// <summary>The device's health as points of their own: <c>@health</c> (1 ok, 3 alarm) and <c>@online</c>.</summary>
    private void PublishHealth(int health)
    {
        var now = _time.GetUtcNow();
        OnReadings(this,
        [
            new Reading("@health", new(health, null, false), Quality.Good, now),
            new Reading("@online", new(health == 1 ? 1 : 0, null, false), Quality.Good, now),
        ]);
    }
}
