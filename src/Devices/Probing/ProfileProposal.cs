namespace DerAgent.Devices;

/// <summary>Which profiles may fit a device, by what it says of itself. Pure.</summary>
internal static class ProfileProposal
{
    /// <summary>Maker of profiles that are patterns for others.</summary>
    private const string Pattern = "der-agent";

    /// <summary>The likeliest first; empty: nothing tells.</summary>
    public static IReadOnlyList<string> Of(ProbeReport report, IEnumerable<DeviceProfile> known)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(known);
        string?[] said = [report.Common.ElementAtOrDefault(0), report.Identification?.GetValueOrDefault((byte)0)];
        var makers = said.OfType<string>().Where(s => s.Length > 1).ToList();
        var models = report.Models.Select(m => m.Model).ToHashSet();
        var own = known.Where(p => p.Maker != Pattern && makers.Exists(m => m.Contains(p.Maker.Split(' ')[0], StringComparison.OrdinalIgnoreCase)) && p.Maker.Length > 1)
            .Where(p => models.Count == 0 || IsMeter(models) == IsMeter(p)).OrderByDescending(p => Shared(p, models)).ThenBy(p => p.Name, StringComparer.Ordinal);

        // A profile by SunSpec fits whoever has its models; the one that shares most of them fits best.
        var generic = known.Where(p => p.SunSpecBases.Count > 0 && Shared(p, models) > 0).OrderByDescending(p => Shared(p, models)).ThenBy(p => p.Name, StringComparer.Ordinal);
        return [.. own.Concat(generic.Where(p => p.Maker.StartsWith("SunSpec", StringComparison.Ordinal))).Select(p => p.Name).Distinct(StringComparer.Ordinal).Take(4)];
    }

    private static int Shared(DeviceProfile profile, HashSet<int> models) => profile.Points.Values.SelectMany(p => p.Alternatives.Prepend(p)).Select(p => p.Model).Where(m => m > 1).Distinct().Count(models.Contains);

    private static bool IsMeter(HashSet<int> models) => models.Any(m => m is >= 201 and <= 214) && !models.Any(m => m is >= 101 and <= 124 or >= 701 and <= 714);

    private static bool IsMeter(DeviceProfile profile) => IsMeter(profile.Points.Values.Select(p => p.Model).ToHashSet());
}
