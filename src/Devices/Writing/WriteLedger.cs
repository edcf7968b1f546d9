namespace DerAgent.Devices;

/// <summary>
/// How often the registers of a device were written, when its points were last commanded, how its switches stand since when, and what stood there before our first write ever.
/// Times are those of the line's clock. Touched by the device's line only.
/// </summary>
internal sealed class WriteLedger
{
    /// <summary>Writes a day of a register whose profile says nothing: it may be flash memory.</summary>
    public const int DefaultBudget = 96;

    private const int HoursADay = 24;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly Dictionary<(RegisterKind Kind, int Address), List<(long Hour, int Count)>> _writes = [];
    private readonly Dictionary<string, TimeSpan> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _before = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (bool IsOn, TimeSpan Since)> _switched = new(StringComparer.Ordinal);

    /// <summary>What points read before our first write ever; NaN where that was nothing.</summary>
    public IReadOnlyDictionary<string, double> Before => _before;

    /// <summary>When a point was last commanded; null: never.</summary>
    public TimeSpan? WrittenAt(string point) => _written.TryGetValue(point, out var at) ? at : null;

    /// <summary>A point is commanded, or let go of.</summary>
    public void Commanded(string point, TimeSpan now) => _written[point] = now;

    /// <summary>A register is written.</summary>
    public void Count(PointDefinition point, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(point);
        var hours = _writes.TryGetValue((point.Kind, point.Address), out var known) ? known : _writes[(point.Kind, point.Address)] = [];
        var hour = HourOf(now);
        hours.RemoveAll(h => h.Hour <= hour - HoursADay);
        var at = hours.FindIndex(h => h.Hour == hour);
        if (at < 0)
        {
            hours.Add((hour, 1));
        }
        else
        {
            hours[at] = (hour, hours[at].Count + 1);
        }
    }

    /// <summary>How often a register was written within the last day.</summary>
    public int WritesOf(PointDefinition point, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(point);
        var sum = 0;
        foreach (var (hour, count) in _writes.GetValueOrDefault((point.Kind, point.Address)) ?? [])
        {
            sum += hour > HourOf(now) - HoursADay ? count : 0;
        }

        return sum;
    }

    /// <summary>What a point reads before its first write.</summary>
    public void NoteBefore(string point, double value) => _before.TryAdd(point, value);

    /// <summary>How a switch was seen to stand: since now where that is new. Since when it stands as it is first seen nobody knows.</summary>
    /// <returns>Whether that is new.</returns>
    public bool Seen(string point, bool isOn, TimeSpan now)
    {
        if (_switched.TryGetValue(point, out var known) && known.IsOn == isOn)
        {
            return false;
        }

        _switched[point] = (isOn, _switched.ContainsKey(point) ? now : TimeSpan.MinValue);
        return true;
    }

    /// <summary>A switch that nobody can look at was switched.</summary>
    public void Switched(string point, bool isOn, TimeSpan now)
    {
        if (!_switched.TryGetValue(point, out var known) || known.IsOn != isOn)
        {
            _switched[point] = (isOn, now);
        }
    }

    /// <summary>Since when a switch stands so; null: it does not, or nobody knows.</summary>
    public TimeSpan? Since(string point, bool isOn) => _switched.TryGetValue(point, out var known) && known.IsOn == isOn && known.Since > TimeSpan.MinValue ? known.Since : null;

    /// <summary>It is another device: nothing of what was is so of this one.</summary>
    public void Reset()
    {
        _writes.Clear();
        _before.Clear();
        _switched.Clear();
    }

    /// <summary>What of it outlives a restart.</summary>
    /// <param name="serialNumber">Which device it is.</param>
    /// <param name="inForce">What is in force.</param>
    /// <param name="wall">The wall clock's time of a moment.</param>
    public DeviceRecord Store(string serialNumber, IReadOnlyList<StoredPoint> inForce, Func<TimeSpan, DateTimeOffset> wall) => new(
        serialNumber,
        inForce,
        [.. _writes.SelectMany(w => w.Value.Select(h => new StoredWrites(w.Key.Kind, w.Key.Address, wall(Hour * h.Hour), h.Count)))],
        [.. _written.Select(w => new StoredMoment(w.Key, wall(w.Value)))],
        new Dictionary<string, double>(_before, StringComparer.Ordinal),
        [.. _switched.Where(s => s.Value.Since > TimeSpan.MinValue).Select(s => new StoredSwitch(s.Key, s.Value.IsOn, wall(s.Value.Since)))]);

    /// <summary>Takes what outlived a restart.</summary>
    /// <param name="record">What was stored.</param>
    /// <param name="moment">The line's time of a moment of the wall clock.</param>
    public void Load(DeviceRecord record, Func<DateTimeOffset, TimeSpan> moment)
    {
        ArgumentNullException.ThrowIfNull(record);
        foreach (var writes in record.Writes)
        {
            var hours = _writes.TryGetValue((writes.Kind, writes.Address), out var known) ? known : _writes[(writes.Kind, writes.Address)] = [];
            hours.Add((HourOf(moment(writes.Hour)), writes.Count));
        }

        foreach (var (point, at) in record.Written)
        {
            _written.TryAdd(point, moment(at));
        }

        foreach (var (point, value) in record.Before)
        {
            _before.TryAdd(point, value);
        }

        foreach (var (point, isOn, since) in record.Switched)
        {
            _switched.TryAdd(point, (isOn, moment(since)));
        }
    }

    private static long HourOf(TimeSpan time) => (long)Math.Floor(time / Hour);
}
