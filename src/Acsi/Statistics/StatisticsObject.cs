using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>One value of a statistical logical node, and the one that it is calculated from.</summary>
/// <param name="Target">The leaf that shows it.</param>
/// <param name="Source">The leaf it is calculated from: without deadband where there is such a one.</param>
/// <param name="SourceQuality">Its quality; null: it has none.</param>
internal sealed record StatisticsObject(DataNode Target, DataNode Source, DataNode? SourceQuality)
{
    private static readonly string[] Values = ["f", "i"];

    /// <summary>The leaves whose changes it follows.</summary>
    public IEnumerable<DataNode> Watched => SourceQuality is null ? [Source] : [Source, SourceQuality];

    /// <summary>What is known of it.</summary>
    public StatisticsState State { get; set; }

    /// <summary>The values that a logical node calculates from another one: data objects of the same name, phase by phase. Whatever hardware feeds is somebody else's.</summary>
    public static IReadOnlyList<StatisticsObject> Of(LogicalNode ln, LogicalNode source, IedModel model)
    {
        var objects = new List<StatisticsObject>();
        foreach (var target in ln.DataObjects.SelectMany(d => d.SelfAndDescendants()))
        {
            if (Magnitude(target, isSource: false) is { ShortAddress: null } leaf && model.DataObject($"{source.Reference}.{target.Path}") is { } from && Magnitude(from, isSource: true) is { } value)
            {
                objects.Add(new(leaf, value, from.Attribute("q") is { IsLeaf: true } quality ? quality : null));
            }
        }

        return objects;
    }

    /// <summary>A number as the target shows it; none where there is none.</summary>
    public DataValue ValueOf(double? number) => ((number - Target.Scaling.Offset) / Target.Scaling.Factor) is { } scaled ? LeafNumber.Of(Target, scaled) : default;

    /// <summary>The value as it is now; null: nobody knows it.</summary>
    public (double? Value, bool IsQuestionable) Present(ValueStore values)
    {
        var quality = SourceQuality is { } node ? Quality.FromValue(values[node.FirstSlot]) : Quality.Good;
        return quality.Validity == Validity.Invalid || !values.IsKnown(Source.FirstSlot) ? (null, false) : ((values[Source.FirstSlot].AsDouble() * Source.Scaling.Factor) + Source.Scaling.Offset, quality.Validity == Validity.Questionable);
    }

    /// <summary>The number of a measured value: mag of MV, cVal.mag of CMV; where it is looked at, the one without deadband.</summary>
    private static DataNode? Magnitude(DataObject of, bool isSource)
    {
        DataNode?[] places = isSource ? [of.Attribute("instMag"), of.Attribute("mag"), of.Attribute("instCVal")?.Child("mag"), of.Attribute("cVal")?.Child("mag")] : [of.Attribute("mag"), of.Attribute("cVal")?.Child("mag")];
        return places.OfType<DataNode>().Select(p => Values.Select(v => p.Child(v)).FirstOrDefault(l => l is { IsLeaf: true })).FirstOrDefault(l => l is not null);
    }
}

/// <summary>What is known of a statistical value.</summary>
/// <param name="Sum">The interval under way.</param>
/// <param name="Value">The source's value since it was looked at last; null: not known.</param>
/// <param name="IsQuestionable">Whether that is questionable.</param>
/// <param name="Before">Of a sliding window the intervals before, the oldest first.</param>
internal readonly record struct StatisticsState(IntervalSum Sum, double? Value, bool IsQuestionable, IReadOnlyList<IntervalSum> Before);
