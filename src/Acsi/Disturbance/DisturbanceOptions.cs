using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is recorded of a disturbance, and when.</summary>
internal sealed record DisturbanceOptions
{
    /// <summary>What is recorded of the time before.</summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What is recorded of the time after.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What is recorded.</summary>
    public IReadOnlyList<DataNode> Channels { get; init; } = [];

    /// <summary>What begins a record.</summary>
    public IReadOnlyList<DisturbanceTrigger> Triggers { get; init; } = [];

    /// <summary>Records that are kept; the oldest go.</summary>
    public int Keep { get; init; } = 20;

    /// <summary>Records that are made within an hour at most.</summary>
    public int PerHour { get; init; } = 12;

    /// <summary>Values that are held in memory, of all channels.</summary>
    public int MaxValues { get; init; } = 200_000;
}

/// <summary>A condition that begins a record when it comes true; that it is true from the beginning is none.</summary>
/// <param name="Leaf">What is looked at.</param>
/// <param name="Comparison">How.</param>
/// <param name="Limit">With what.</param>
internal sealed record DisturbanceTrigger(DataNode Leaf, DisturbanceComparison Comparison, double Limit)
{
    /// <summary>Whether a value is a disturbance.</summary>
    public bool IsMet(in DataValue value) => value.Kind != DataKind.None && DisturbanceChannels.NumberOf(value) is var number && Comparison switch
    {
        DisturbanceComparison.Above => number > Limit,
        DisturbanceComparison.Below => number < Limit,
        _ => number == Limit,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{AcsiReference.Of(Leaf)} {Comparison switch { DisturbanceComparison.Above => ">", DisturbanceComparison.Below => "<", _ => "=" }} {Limit.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}

/// <summary>How a value is compared.</summary>
internal enum DisturbanceComparison
{
    /// <summary>It is equal.</summary>
    Equal,
    /// <summary>It is greater.</summary>
    Above,
    /// <summary>It is less.</summary>
    Below,
}
