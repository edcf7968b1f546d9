namespace DerAgent.Devices.Tests.Soak;

/// <summary>The plant of the soak: what was commanded of it, and what its members make of that.</summary>
internal sealed class SoakPlant(IReadOnlyList<SoakDevice> members)
{
    private const double Rated = 10_000;
    private double? _limit = 100;
    private TimeSpan _endedAt;

    public IReadOnlyList<SoakDevice> Members => members;

    /// <summary>Whether a command is under way.</summary>
    public bool IsBusy { get; set; }

    public PlantSetup Setup { get; } = Make([.. members.Select(m => new PlantMember(m.Name, m.Profile, null))]);

    /// <summary>A limit is in force.</summary>
    public void Taken(double percent) => _limit = percent;

    /// <summary>A command has ended; of one that failed nobody knows what stands.</summary>
    public void Ended(bool hasSucceeded, TimeSpan now) => (IsBusy, _limit, _endedAt) = (false, hasSucceeded ? _limit : null, now);

    /// <summary>What is not as it must be in quiet times; null: all is.</summary>
    public string? Wrong(TimeSpan now)
    {
        if (IsBusy || _limit is not { } percent || now - _endedAt < TimeSpan.FromSeconds(150))
        {
            return null;
        }

        var (may, limit) = (members.Sum(m => m.MayGive), percent / 100 * Rated * members.Count);

        // The registers hold whole percents, and limits round to the stricter step.
        return may > limit * 1.0001 ? $"{may} W may come, and {limit} W are the limit" : may < limit - (members.Count * Rated / 100) - 1 ? $"{may} W may come of {limit} W" : null;
    }

    private static PlantSetup Make(IReadOnlyList<PlantMember> parts) => new("plant", parts, null, PlantShare.Rating, PlantProfile.Of(parts, null))
    {
        Wanted = new HashSet<string>(["W", "WMaxLimPct", "TotWh"], StringComparer.Ordinal),
        IsLimited = true,
    };
}
