namespace DerAgent.Devices;

/// <summary>A limit that somebody commands of a plant.</summary>
/// <param name="Id">Names it in its outcome.</param>
/// <param name="Point">Which of the two limits.</param>
/// <param name="Value">Its value; null: it is let go of.</param>
/// <param name="Before">What it was before.</param>
/// <param name="Since">When it came.</param>
internal sealed record PlantCommand(long Id, string Point, double? Value, double? Before, TimeSpan Since)
{
    /// <summary>When it was in force; null: it is not yet.</summary>
    public TimeSpan? AcceptedAt { get; init; }
}
