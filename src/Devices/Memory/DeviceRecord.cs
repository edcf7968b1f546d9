namespace DerAgent.Devices;

/// <summary>What must not be forgotten of a device over a restart. Times are those of the wall clock: a line's own clock does not outlive it.</summary>
/// <param name="SerialNumber">Which device it is; empty where nobody knows.</param>
/// <param name="InForce">What was commanded and not let go of.</param>
/// <param name="Writes">How often its registers were written.</param>
/// <param name="Written">When points were last commanded.</param>
/// <param name="Before">What points read before our first write ever.</param>
/// <param name="Switched">How switches stand that must stay so for a time.</param>
internal sealed record DeviceRecord(
    string SerialNumber,
    IReadOnlyList<StoredPoint> InForce,
    IReadOnlyList<StoredWrites> Writes,
    IReadOnlyList<StoredMoment> Written,
    IReadOnlyDictionary<string, double> Before,
    IReadOnlyList<StoredSwitch> Switched)
{
    /// <summary>Who wants what of its points.</summary>
    public IReadOnlyList<StoredDemand> Demands { get; init; } = [];

    /// <summary>Its counters as they are shown.</summary>
    public IReadOnlyDictionary<string, CounterState> Counters { get; init; } = new Dictionary<string, CounterState>(StringComparer.Ordinal);
}

/// <summary>What somebody wants of a point.</summary>
/// <param name="Point">The point.</param>
/// <param name="Demand">Who wants what.</param>
internal readonly record struct StoredDemand(string Point, Demand Demand);

/// <summary>A set point that was commanded and not let go of.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">Its value.</param>
/// <param name="Since">Since when.</param>
/// <param name="IsTaken">Whether the device was seen to have taken it.</param>
/// <param name="IsReleasing">Whether it is to be let go of, and was not yet.</param>
/// <param name="Replaced">What was in force before, while this one is not taken; null: nothing.</param>
/// <param name="Ended">What of another point it ended, while it is not taken; null: nothing.</param>
internal sealed record StoredPoint(string Point, double Value, DateTimeOffset Since, bool IsTaken, bool IsReleasing, StoredPoint? Replaced, StoredPoint? Ended);

/// <summary>How often a register was written within an hour.</summary>
/// <param name="Kind">Kind of register.</param>
/// <param name="Address">Its address.</param>
/// <param name="Hour">When the hour began.</param>
/// <param name="Count">How often.</param>
internal readonly record struct StoredWrites(RegisterKind Kind, int Address, DateTimeOffset Hour, int Count);

/// <summary>When something last happened to a point.</summary>
/// <param name="Point">The point.</param>
/// <param name="At">When.</param>
internal readonly record struct StoredMoment(string Point, DateTimeOffset At);

/// <summary>How a switch stands.</summary>
/// <param name="Point">The point.</param>
/// <param name="IsOn">Whether it is on.</param>
/// <param name="Since">Since when.</param>
internal readonly record struct StoredSwitch(string Point, bool IsOn, DateTimeOffset Since);
