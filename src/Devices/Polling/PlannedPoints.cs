namespace DerAgent.Devices;

/// <summary>What is read where some points are wanted: they, what scales them, and what says that there is no reading.</summary>
internal static class PlannedPoints
{
    /// <summary>The points; none where nothing that is wanted can be read.</summary>
    /// <param name="wanted">Names of the wanted points.</param>
    /// <param name="points">The points there are.</param>
    /// <param name="profile">The profile.</param>
    public static IReadOnlyList<PointDefinition> Of(IReadOnlyCollection<string> wanted, IReadOnlyDictionary<string, PointDefinition> points, DeviceProfile profile)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(profile);
        var readable = wanted.Select(n => points.GetValueOrDefault(n)).OfType<PointDefinition>().Where(p => p.IsReadable).ToList();

        // The planner finds scale factors among these.
        var also = readable.Select(p => p.ScaleFactor).Concat(profile.NoneWhen.Select(n => n.Point)).OfType<string>().Distinct(StringComparer.Ordinal)
            .Where(n => !wanted.Contains(n, StringComparer.Ordinal)).Select(n => points.GetValueOrDefault(n)).OfType<PointDefinition>();
        return readable.Count == 0 ? [] : [.. readable, .. also];
    }
}
