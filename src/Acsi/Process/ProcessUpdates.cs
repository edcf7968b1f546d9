using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Where a measured or read-back value goes: the leaf, and the quality and time of its data object.</summary>
internal sealed class ProcessPoint
{
    private readonly DataNode? _instantaneous;

    /// <summary>A point that feeds <paramref name="value"/>.</summary>
    public ProcessPoint(DataNode value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Value = value;
        var around = value;
        while (around.Parent is { } parent && around.DataObject?.Node(value.Fc) != around)
        {
            around = parent;
        }

        Quality = around.Child("q");
        Time = around.Child("t");

        // mag follows instMag through its deadband; both are fed by one binding (IEC 61850-7-3 §7.4.3).
        _instantaneous = value.Parent?.Name == "mag" ? around.Child("instMag")?.Child(value.Name) : null;
        Deadband = _instantaneous is null ? null : value.DataObject?.Attribute("db");
    }

    /// <summary>The leaf that is fed.</summary>
    public DataNode Value { get; }

    /// <summary>Its quality, or null.</summary>
    public DataNode? Quality { get; }

    /// <summary>Its time, or null.</summary>
    public DataNode? Time { get; }

    internal DataNode? Instantaneous => _instantaneous;

    internal DataNode? Deadband { get; }
}

/// <summary>Puts process values into the store (IEC 61850-7-3 §6.2, §7.4): deadband, mode, and times that never go back.</summary>
internal sealed class ProcessUpdates
{
    private readonly ProcessPoint?[] _points;
    private readonly ValueStore _values;
    private readonly Behaviour _behaviour;
    private readonly ModeQuality _quality;
    private readonly TimeProvider _clock;
    private readonly byte _timeQuality;

    /// <summary>The last value of each slot whose logical node is off: it shows when that is over.</summary>
    private readonly UndoDictionary<int, ProcessValue> _heldBack;

    public ProcessUpdates(ValueStore values, Behaviour behaviour, StepJournal journal, TimeProvider clock, byte timeQuality)
    {
        (_values, _behaviour, _clock, _timeQuality) = (values, behaviour, clock, timeQuality);
        _points = new ProcessPoint?[values.Model.Slots.Count];
        _quality = new(values, behaviour, journal, timeQuality);
        _heldBack = new(journal);
        foreach (var ln in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).Where(n => behaviour.Of(n) != BehaviourMode.On))
        {
            _quality.Apply(ln, clock.GetUtcNow());
        }
    }

    /// <summary>Values that came after a newer one and were dropped.</summary>
    public long Stale { get; private set; }

    public void Apply(in ProcessValue update)
    {
        var point = _points[update.Slot] ??= new ProcessPoint(_values.Model.Slots[update.Slot]);
        if (IsStale(point, update.Time))
        {
            // That a source has failed is news, however old the value it failed with.
            Stale++;
            if (point.Quality is { IsLeaf: true } present && _quality.Source(present) is var known && known.Worse(update.Quality).Validity != known.Validity)
            {
                Set(present, Shown(point, update.Quality));
            }

            return;
        }

        if (_behaviour.Of(point.Value.LogicalNode) == BehaviourMode.Off && point.Value.DataObject is { } dataObject && !ModeQuality.IsMode(dataObject))
        {
            _heldBack.Set(update.Slot, update);
            return;
        }

        var changed = point.Quality is { IsLeaf: true } quality && Set(quality, Shown(point, update.Quality));
        if (update.Value.Kind != DataKind.None && point.Value.Type.Accept(update.Value, out var value) == ValueFault.None)
        {
            if (point.Instantaneous is { } instantaneous)
            {
                changed |= Set(instantaneous, value);
            }

            if (Exceeds(point, value))
            {
                changed |= Set(point.Value, value);
            }
        }

        if (changed && point.Time is { } time)
        {
            Set(time, Timestamp.From(update.Time, _timeQuality).ToValue());
        }
    }

    private DataValue Shown(ProcessPoint point, Quality source) => _quality.Show(point.Quality!, point.Value.DataObject!, source).ToValue();

    /// <summary>What was held back shows when its logical node is no longer off, at that moment.</summary>
    public void OnMode(LogicalNode ln, DateTimeOffset now)
    {
        _quality.Apply(ln, now);
        if (_behaviour.Of(ln) == BehaviourMode.Off || _heldBack.Values.Count == 0)
        {
            return;
        }

        foreach (var update in _heldBack.Values.Where(u => _values.Model.Slots[u.Slot].LogicalNode == ln).ToList())
        {
            _heldBack.Remove(update.Slot, out _);
            Apply(update with { Time = now });
        }
    }

    /// <summary>
    /// Whether a value is strictly older than the one that stands. A time that lies in the future of our clock compares with nothing: the clock was set back,
    /// or the time is that of a source whose clock is wrong.
    /// </summary>
    private bool IsStale(ProcessPoint point, DateTimeOffset time)
    {
        if (point.Time is not { IsLeaf: true } node)
        {
            return false;
        }

        var stored = Timestamp.FromValue(_values[node.FirstSlot]);
        var came = Timestamp.From(time);
        return (came.Seconds, came.Fraction).CompareTo((stored.Seconds, stored.Fraction)) < 0 && stored.ToDateTimeOffset() <= _clock.GetUtcNow();
    }

    /// <summary>Whether a change is greater than the deadband: db in 0.001 % of dbRef, of the last value where dbRef is 0 (IEC 61850-7-3 Ed 2.1 §6.5.3);
    /// without dbRef of the range of rangeC, absolute where no range is given.</summary>
    private bool Exceeds(ProcessPoint point, in DataValue value)
    {
        if (point.Deadband is not { IsLeaf: true } deadband || _values[deadband.FirstSlot].AsDouble() is not (> 0 and var band))
        {
            return true;
        }

        if (point.Value.DataObject?.Attribute("dbRef") is { IsLeaf: true } reference)
        {
            var of = _values[reference.FirstSlot].AsDouble();
            band *= (of > 0 ? of : Math.Abs(_values[point.Value.FirstSlot].AsDouble())) / 100_000;
        }
        else if (point.Value.DataObject?.Attribute("rangeC") is { } range
            && range.Child("max")?.Leaves().FirstOrDefault() is { } max
            && range.Child("min")?.Leaves().FirstOrDefault() is { } min)
        {
            band *= (_values[max.FirstSlot].AsDouble() - _values[min.FirstSlot].AsDouble()) / 100_000;
        }

        var difference = Math.Abs(value.AsDouble() - _values[point.Value.FirstSlot].AsDouble());
        return !(difference <= band);
    }

    private bool Set(DataNode? node, in DataValue value)
    {
        if (node is not { IsLeaf: true })
        {
            return false;
        }

        var changed = _values[node.FirstSlot] != value;
        _values.Set(node.FirstSlot, value);
        return changed;
    }
}
