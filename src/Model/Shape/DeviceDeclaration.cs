namespace DerAgent.Model;

/// <summary>A device the site has: which profile describes it and where it is; or a plant made of such devices.</summary>
/// <param name="Name">Name used in bindings.</param>
/// <param name="Profile">Name of the device profile.</param>
/// <param name="Url">Where it is; see <c>docs/devices.md</c>. Empty for a plant.</param>
/// <param name="Variant">Variant of the profile that this site has; null: none that the site must say.</param>
/// <param name="Release">What points go back to when nobody commands them any more, e.g. <c>WMaxLimPct=100</c>, several with spaces between; null: what they held before.</param>
public sealed record DeviceDeclaration(string Name, string Profile, string Url, string? Variant = null, string? Release = null)
{
    /// <summary>Of a plant: names of its members, with spaces between; null: it is no plant.</summary>
    public string? Members { get; init; }

    /// <summary>Of a plant: name of the meter at its connection point; null: there is none.</summary>
    public string? Meter { get; init; }

    /// <summary>Of a plant: how its limit is split, <c>rating</c> or <c>headroom</c>; null: by rating.</summary>
    public string? Share { get; init; }

    /// <summary>Of a member of a plant that does not say it: what it was built for, in W; null: it says it.</summary>
    public string? Rating { get; init; }
}
