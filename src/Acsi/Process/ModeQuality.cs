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
    private readonly ClockQuality _timeQuality;

    /// <summary>What sources say, by slot of the quality, while the mode shows something else.</summary>
    private readonly UndoDictionary<int, Quality> _source;

    public ModeQuality(ValueStore values, Behaviour behaviour, StepJournal journal, ClockQuality timeQuality)
    {
        (_values, _behaviour, _timeQuality) = (values, behaviour, timeQuality);
        _source = new(journal);
    }

    /// <summary>Whether an object tells of the mode itself: it is as good as ever, whatever the mode.</summary>
    public static bool IsMode(DataObject dataObject) => Top(dataObject).Name is "Mod" or "Beh";

    /// <summary>What is shown where a source says this; it is remembered where that is something else.</summary>
    public Quality Show(DataNode quality, DataObject dataObject, Quality source)
    {
        var shown = Adjust(_behaviour.Of(dataObject.LogicalNode), dataObject, source);
        if (shown == source)
        {
            _source.Remove(quality.FirstSlot, out _);
        }
        else
        {
            _source.Set(quality.FirstSlot, source);
        }

        return shown;
    }

    /// <summary>What the source of a quality said last.</summary>
    public Quality Source(DataNode quality) => _source.TryGetValue(quality.FirstSlot, out var known) ? known : Quality.FromValue(_values[quality.FirstSlot]);

    /// <summary>The mode of a logical node has changed: constants and what was never bound show it too.</summary>
    public void Apply(LogicalNode ln, DateTimeOffset now)
    {
        foreach (var dataObject in ln.DataObjects.SelectMany(d => d.SelfAndDescendants()))
        {
            foreach (var node in dataObject.Nodes)
            {
                if (node.Child("q") is { IsLeaf: true, Type.Basic: BasicType.Quality } quality && !node.IsArray)
                {
                    Apply(quality, dataObject, now);
                }
            }
        }
    }

    private void Apply(DataNode quality, DataObject dataObject, DateTimeOffset now)
    {
        var value = Show(quality, dataObject, Source(quality)).ToValue();
        if (_values[quality.FirstSlot] == value)
        {
            return;
        }

        _values.Set(quality.FirstSlot, value);
        if (quality.Parent!.Child("t") is { IsLeaf: true } time)
        {
            _values.Set(time.FirstSlot, Timestamp.From(now, _timeQuality.Value).ToValue());
        }
    }

    private static Quality Adjust(BehaviourMode mode, DataObject dataObject, Quality source) => mode switch
    {
        BehaviourMode.Off when !IsMode(dataObject) => new(Validity.Invalid, source.Detail),
        BehaviourMode.Test or BehaviourMode.TestBlocked when !IsMode(dataObject) && Top(dataObject).Name != "Health" => source.With(QualityDetail.Test),
        _ => source,
    };

    private static DataObject Top(DataObject dataObject)
    {
        while (dataObject.Parent is { } around)
        {
            dataObject = around;
        }

        return dataObject;
    }
}
