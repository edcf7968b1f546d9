using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Puts process values into the store (IEC 61850-7-3 §6.2, §7.4): deadband, mode, and times that never go back.</summary>
internal sealed class ProcessUpdates
{
    private static readonly Quality OutOfRange = new(Validity.Questionable, QualityDetail.OutOfRange);
    private readonly ProcessPoint?[] _points;
    private readonly ValueStore _values;
    private readonly Behaviour _behaviour;
    private readonly ModeQuality _quality;
    private readonly TimeProvider _clock;
    private readonly ClockQuality _timeQuality;

    /// <summary>The last value of each slot whose logical node is off, that is substituted or blocked: it shows when that is over.</summary>
    private readonly UndoDictionary<int, ProcessValue> _heldBack;

    /// <summary>The objects whose source is not shown, and whether a substitute is.</summary>
    private readonly UndoDictionary<DataObject, (Substitution Substitution, bool IsSubstituted)> _held;

    public ProcessUpdates(ValueStore values, Behaviour behaviour, StepJournal journal, TimeProvider clock, ClockQuality timeQuality)
    {
        (_values, _behaviour, _clock, _timeQuality) = (values, behaviour, clock, timeQuality);
        _points = new ProcessPoint?[values.Model.Slots.Count];
        _quality = new(values, behaviour, journal, timeQuality);
        _heldBack = new(journal);
        _held = new(journal);
        foreach (var ln in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).Where(n => behaviour.Of(n) != BehaviourMode.On))
        {
            _quality.Apply(ln, clock.GetUtcNow());
        }

        // Of the file, or from before the restart.
        foreach (var dataObject in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.DataObjects).SelectMany(d => d.SelfAndDescendants()))
        {
            OnSubstitution(dataObject);
        }
    }

    /// <summary>Values that came after a newer one and were dropped.</summary>
    public long Stale { get; private set; }

    public void Apply(in ProcessValue update) => Apply(update, isForced: false);

    /// <summary>A client has substituted or blocked an object, or does so no more: what is to be shown is shown at once.</summary>
    public void OnSubstitution(DataObject? dataObject)
    {
        if (Substitution.Of(dataObject) is not { } substitution)
        {
            return;
        }

        var (now, isHeld) = (_clock.GetUtcNow(), substitution.IsSubstituted(_values) || substitution.IsBlocked(_values));
        if (isHeld)
        {
            Hold(substitution, now);
            Show(substitution, now);
        }
        else if (_held.Remove(dataObject!, out var held))
        {
            Release(held.Substitution.Values, now);
        }
    }

    private void Apply(in ProcessValue update, bool isForced)
    {
        var point = PointOf(update.Slot);
        if (point.IsHeld(_values))
        {
            KeepBack(update);
            return;
        }

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

        var value = default(DataValue);
        var hasValue = update.Value.Kind != DataKind.None && point.Value.Type.Accept(update.Value, out value) == ValueFault.None;
        var source = hasValue && point.Range?.IsBeyond(_values, value.AsDouble()) == true ? update.Quality.Worse(OutOfRange) : update.Quality;
        var changed = point.Quality is { IsLeaf: true } quality && Set(quality, Shown(point, source));
        if (hasValue)
        {
            changed |= Set(point.Instantaneous, value);
            changed |= point.Range is { } range && Set(range.Range, range.RangeOf(_values, value.AsDouble()));
            var isZero = point.Deadband?.IsZero(_values, value.AsDouble()) == true;
            var shown = isZero ? Zero(value) : value;
            changed |= (isForced || isZero || point.Deadband?.IsExceeded(_values, shown.AsDouble()) != false) && Set(point.Value, shown);
        }

        if (changed && point.Time is { } time)
        {
            Set(time, Timestamp.From(update.Time, _timeQuality.Value).ToValue());
        }
    }

    /// <summary>Keeps what the source says behind what is shown. Its times are compared with each other: that of a substitute is not the source's.</summary>
    private void KeepBack(in ProcessValue update)
    {
        if (_heldBack.TryGetValue(update.Slot, out var last) && update.Time < last.Time && last.Time <= _clock.GetUtcNow())
        {
            Stale++;
            _heldBack.Set(update.Slot, last with { Quality = last.Quality.Worse(update.Quality) });
            return;
        }

        _heldBack.Set(update.Slot, update);
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

        foreach (var substitution in _held.Values.Select(h => h.Substitution).Where(s => s.DataObject.LogicalNode == ln).ToList())
        {
            Show(substitution, now);
        }
    }

    /// <summary>What the source says from now on is kept; first of all what it said last.</summary>
    private void Hold(Substitution substitution, DateTimeOffset now)
    {
        if (_held.TryGetValue(substitution.DataObject, out _))
        {
            return;
        }

        // While the logical node is off nothing is shown: what stood before may be another substitute.
        _held.Set(substitution.DataObject, (substitution, _behaviour.Of(substitution.DataObject.LogicalNode) == BehaviourMode.Off));
        var time = substitution.Time is { IsLeaf: true } node ? Timestamp.FromValue(_values[node.FirstSlot]).ToDateTimeOffset() : now;
        var quality = substitution.Quality is { IsLeaf: true } shown ? _quality.Source(shown) : Quality.Good;
        foreach (var leaf in substitution.Values)
        {
            if (!_heldBack.TryGetValue(leaf.FirstSlot, out _))
            {
                var last = PointOf(leaf.FirstSlot).Instantaneous ?? leaf;
                _heldBack.Set(leaf.FirstSlot, new(leaf.FirstSlot, _values[last.FirstSlot], quality, time));
            }
        }
    }

    /// <summary>Shows the substitute, or what is blocked as it was; not while the logical node is off.</summary>
    private void Show(Substitution substitution, DateTimeOffset now)
    {
        if (_behaviour.Of(substitution.DataObject.LogicalNode) == BehaviourMode.Off)
        {
            return;
        }

        var changed = false;
        var quality = substitution.SubstituteQuality(_values);
        var wasSubstituted = _held.TryGetValue(substitution.DataObject, out var held) && held.IsSubstituted;
        _held.Set(substitution.DataObject, (substitution, substitution.IsSubstituted(_values)));
        if (substitution.IsSubstituted(_values))
        {
            foreach (var (substitute, value) in substitution.Substitutes)
            {
                changed |= Set(value, _values[substitute.FirstSlot]);
            }
        }
        else
        {
            foreach (var leaf in substitution.Values)
            {
                if (_heldBack.TryGetValue(leaf.FirstSlot, out var last))
                {
                    // What is blocked stands as it is; behind a substitute stands what the source said last.
                    quality = Substitution.Blocked(wasSubstituted || substitution.Quality is not { IsLeaf: true } present ? last.Quality : _quality.Source(present));
                    changed |= wasSubstituted && last.Value.Kind != DataKind.None && Set(leaf, last.Value);
                }
            }
        }

        changed |= substitution.Quality is { IsLeaf: true } node && Set(node, _quality.Show(node, substitution.DataObject, quality).ToValue());
        if (changed)
        {
            Set(substitution.Time, Timestamp.From(now, _timeQuality.Value).ToValue());
        }
    }

    /// <summary>What the source has said last shows again.</summary>
    private void Release(IReadOnlyList<DataNode> leaves, DateTimeOffset now)
    {
        foreach (var leaf in leaves)
        {
            if (_heldBack.Remove(leaf.FirstSlot, out var last))
            {
                Apply(last with { Time = now }, isForced: true);
            }
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

    private ProcessPoint PointOf(int slot) => _points[slot] ??= new ProcessPoint(_values.Model.Slots[slot]);

    private static DataValue Zero(in DataValue value) => value.Kind switch
    {
        DataKind.Float32 => DataValue.Float32(0),
        DataKind.Float64 => DataValue.Float64(0),
        _ => DataValue.Integer(0),
    };

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
