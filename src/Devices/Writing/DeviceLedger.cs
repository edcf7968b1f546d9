namespace DerAgent.Devices;

/// <summary>
/// What is known of a device besides what it reads: what is in force on it, what its memory has borne, what stood there before. It outlives the agent. Touched by the device's line only.
/// </summary>
/// <param name="setup">The device.</param>
/// <param name="readings">What was read of it.</param>
/// <param name="memory">Where it is kept.</param>
/// <param name="time">The wall clock.</param>
internal sealed class DeviceLedger(DeviceSetup setup, DeviceReadings readings, IDeviceMemory memory, TimeProvider time)
{
    private bool _isChanged;

    /// <summary>The set points in force.</summary>
    public InForce InForce { get; } = new(readings);

    /// <summary>Who wants what of its points.</summary>
    public Demands Demands { get; } = new();

    /// <summary>Its counters as they are shown.</summary>
    public Dictionary<string, CounterState> Counters { get; } = new(StringComparer.Ordinal);

    /// <summary>When what is kept of each was read.</summary>
    public Dictionary<string, DateTimeOffset> CountersKept { get; } = new(StringComparer.Ordinal);

    /// <summary>What was written.</summary>
    public WriteLedger Writes { get; } = new();

    /// <summary>Which device it is; empty where nobody knows.</summary>
    public string SerialNumber { get; private set; } = "";

    /// <summary>Whether what outlived the last restart was taken.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>What points go back to: as the site says, else what they read before our first write.</summary>
    public IReadOnlyDictionary<string, double> Before => setup.Release.Count == 0 ? Writes.Before
        : setup.Release.Concat(Writes.Before.Where(b => !setup.Release.ContainsKey(b.Key))).ToDictionary(StringComparer.Ordinal);

    /// <summary>Something of it has changed that must not be forgotten.</summary>
    public void Touch() => _isChanged = true;

    /// <summary>Takes what outlived a restart.</summary>
    /// <param name="order">The order for a point as the device has it; null where nobody commands it any more.</param>
    /// <param name="now">The line's clock.</param>
    /// <returns>What was in force, and nobody commands any more.</returns>
    public IReadOnlyList<StoredPoint> Load(Func<string, double, WriteOrder?> order, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(order);
        IsLoaded = true;
        if (memory.Of(setup.Name) is not { } record)
        {
            return [];
        }

        // A clock that was set back does not make anything happen in the future.
        var wall = time.GetUtcNow();
        TimeSpan Moment(DateTimeOffset at) => now - (wall > at ? wall - at : TimeSpan.Zero);
        SerialNumber = record.SerialNumber;
        Writes.Load(record, Moment);
        foreach (var (point, counter) in record.Counters)
        {
            Counters.TryAdd(point, counter);
        }

        foreach (var (point, demand) in record.Demands)
        {
            // Who spoke since then has said what he wants; who is not there any more wants nothing.
            if (setup.MayCommand(point, demand.Source) && !Demands.Has(point, demand.Source))
            {
                Demands.Load(point, demand);
            }
        }

        var orphans = new List<StoredPoint>();
        foreach (var stored in record.InForce)
        {
            if (Point(stored) is { } point)
            {
                InForce.Resume(point, now);
            }
            else
            {
                orphans.Add(stored);
                _isChanged = true;
            }
        }

        return orphans;

        PointInForce? Point(StoredPoint? stored) => stored is null || order(stored.Point, stored.Value) is not { } due ? null : new(due, Moment(stored.Since))
        {
            IsTaken = stored.IsTaken,
            Written = now,
            WasAway = true,
            ReleaseAt = stored.IsReleasing ? now : null,
            Replaced = Point(stored.Replaced),
            Ended = Point(stored.Ended),
        };
    }

    /// <summary>A serial number was read; gives the one it had, where it is another device.</summary>
    public string? Identify(string serialNumber)
    {
        if (serialNumber.Length == 0 || serialNumber == SerialNumber)
        {
            return null;
        }

        var before = SerialNumber;
        (SerialNumber, _isChanged) = (serialNumber, true);
        if (before.Length == 0)
        {
            return null;
        }

        Writes.Reset();
        return before;
    }

    /// <summary>Keeps what has changed; the task ends when it would survive a power cut.</summary>
    public Task KeepAsync(TimeSpan now)
    {
        if (!_isChanged || !IsLoaded)
        {
            return Task.CompletedTask;
        }

        _isChanged = false;
        var wall = time.GetUtcNow();
        DateTimeOffset Wall(TimeSpan moment) => wall - (now - moment);
        StoredPoint? Stored(PointInForce? point) => point is null ? null : new(point.Point.Name, point.Order.Commanded, Wall(point.Since), point.IsTaken, point.ReleaseAt is not null, Stored(point.Replaced), Stored(point.Ended));
        return memory.KeepAsync(setup.Name, Writes.Store(SerialNumber, [.. InForce.Points.Select(p => Stored(p)!)], Wall) with { Counters = new Dictionary<string, CounterState>(Counters, StringComparer.Ordinal), Demands = [.. Demands.All.Select(d => new StoredDemand(d.Point, d.Demand))] });
    }
}
