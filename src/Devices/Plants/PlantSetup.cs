namespace DerAgent.Devices;

/// <summary>How the limit of a plant is split.</summary>
internal enum PlantShare
{
    /// <summary>By what the members are set to.</summary>
    Rating,
    /// <summary>What shaded members cannot use goes to the others.</summary>
    Headroom,
}

/// <summary>A plant: devices that are read and commanded as one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Members">Its parts.</param>
/// <param name="Meter">Name of the meter at its connection point; null: there is none.</param>
/// <param name="Share">How its limit is split.</param>
/// <param name="Profile">Its points.</param>
internal sealed record PlantSetup(string Name, IReadOnlyList<PlantMember> Members, string? Meter, PlantShare Share, DeviceProfile Profile)
{
    /// <summary>The points that somebody looks at.</summary>
    public IReadOnlySet<string> Wanted { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Whether somebody commands its limit, so that it is split.</summary>
    public bool IsLimited { get; init; }

    /// <summary>Tells it from what is not the same.</summary>
    public string Fingerprint => string.Join('\n', string.Join(' ', Members.Select(m => $"{m.Name} {m.Rating} {m.Limit?.Name}")), Meter, Share, IsLimited, string.Join(' ', Wanted.Order(StringComparer.Ordinal)), string.Join('\n', Members.Select(m => m.Profile).Distinct().Select(p => $"{string.Join(' ', p.Applied)} {p.Text.Content}")));

    /// <summary>What must be read of a member for it.</summary>
    public IEnumerable<string> PointsOf(PlantMember member) => Wanted.SelectMany(p => p switch
    {
        "SoC" => [p, "WhRtg"],
        "PF" => ["W", "VAr"],
        PlantPoints.LimitPercent or PlantPoints.LimitPower => member.Tells,
        _ => (string[])[p],
    }).Concat([PlantPoints.Power, member.Base]).Concat(IsLimited ? member.Tells : []).OfType<string>().Where(member.Says).Distinct(StringComparer.Ordinal);
}
