using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What all channels were at a moment; NaN: not known.</summary>
/// <param name="Time">The moment.</param>
/// <param name="Values">A value for each channel.</param>
internal sealed record DisturbanceSample(DateTimeOffset Time, double[] Values);

/// <summary>A record of a disturbance.</summary>
/// <param name="Channels">What was recorded.</param>
/// <param name="Samples">What it was, by time; one at least.</param>
/// <param name="Trigger">What began it.</param>
/// <param name="TriggerTime">When.</param>
internal sealed record DisturbanceRecord(IReadOnlyList<DataNode> Channels, IReadOnlyList<DisturbanceSample> Samples, string Trigger, DateTimeOffset TriggerTime);
