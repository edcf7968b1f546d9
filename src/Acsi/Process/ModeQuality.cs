using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// What the mode of a logical node does to the quality of all it produces (IEC 61850-7-4 annex A, tissues 711, 712, 1331): test shows at once, off makes it invalid
/// once and holds back what comes. What the source says is kept meanwhile, and shows again afterwards.
/// </summary>
internal sealed class ModeQuality
{
    private readonly ValueStore _values;
    private readonly Behaviour _behaviour;
    private readonly byte _timeQuality;

    /// <summary>What sources say, by slot of the quality, while the mode shows something else.</summary>
    private readonly UndoDictionary<int, Quality> _source;

    public ModeQuality(ValueStore values, Behaviour behaviour, StepJournal journal, byte timeQuality)
    {
        (_values, _behaviour, _timeQuality) = (values, behaviour, timeQuality);
        _source = new(journal);
    }

    /// <summary>What is shown where a source says this; it is remembered where that is something else.</summary>
    public Quality Show(DataNode quality, DataObject dataObject, Quality source)
    {
        var mode = _behaviour.Of(dataObject.LogicalNode);
        if (mode is BehaviourMode.On or BehaviourMode.Blocked)
        {
            return source;
        }

        _source.Set(quality.FirstSlot, source);
        return Adjust(mode, dataObject, source);
    }

    /// <summary>What the source of a quality said last.</summary>
    public Quality Source(DataNode quality) => _source.TryGetValue(quality.FirstSlot, out var known) ? known : Quality.FromValue(_values[quality.FirstSlot]);

    /// <summary>The mode of a logical node has changed: constants and what was never bound show it too.</summary>
    public void Apply(LogicalNode ln, DateTimeOffset now)
    {
        var mode = _behaviour.Of(ln);
        foreach (var dataObject in ln.DataObjects.SelectMany(d => d.SelfAndDescendants()))
        {
            foreach (var node in dataObject.Nodes)
            {
                if (node.Child("q") is { IsLeaf: true, Type.Basic: BasicType.Quality } quality && !node.IsArray)
                {
                    Apply(quality, dataObject, mode, now);
                }
            }
        }
    }

    private void Apply(DataNode quality, DataObject dataObject, BehaviourMode mode, DateTimeOffset now)
    {
        var source = Source(quality);
        var shown = Adjust(mode, dataObject, source);
        if (shown == source)
        {
            _source.Remove(quality.FirstSlot, out _);
        }
        else
        {
            _source.Set(quality.FirstSlot, source);
        }

        var value = shown.ToValue();
        if (_values[quality.FirstSlot] == value)
        {
            return;
        }

        _values.Set(quality.FirstSlot, value);
        if (quality.Parent!.Child("t") is { IsLeaf: true } time)
        {
            _values.Set(time.FirstSlot, Timestamp.From(now, _timeQuality).ToValue());
        }
    }

    private static Quality Adjust(BehaviourMode mode, DataObject dataObject, Quality source)
    {
        while (dataObject.Parent is { } around)
        {
            dataObject = around;
        }

        return (mode, dataObject.Name) switch
        {
            (_, "Mod" or "Beh") => source,
            (BehaviourMode.Off, _) => new(Validity.Invalid, source.Detail),
            (BehaviourMode.Test or BehaviourMode.TestBlocked, not "Health") => source.With(QualityDetail.Test),
            _ => source,
        };
    }
}
