namespace DerAgent.Devices;

/// <summary>Points that are read in one exchange or not at all: a group, a value with its scale factor, a point.</summary>
/// <param name="Start">First address.</param>
/// <param name="End">Address behind the last.</param>
/// <param name="Poll">How often: the most urgent of its points.</param>
/// <param name="IsAlone">Whether nothing else is in that exchange.</param>
/// <param name="Points">The points, by address.</param>
internal sealed record PollAtom(int Start, int End, PollClass Poll, bool IsAlone, IReadOnlyList<PointDefinition> Points)
{
    /// <summary>Points that are read together.</summary>
    public static PollAtom Of(IEnumerable<PointDefinition> points)
    {
        var ordered = points.Distinct().OrderBy(p => p.Address).ThenBy(p => p.Name, StringComparer.Ordinal).ToList();
        return new(ordered[0].Address, ordered.Max(p => p.End), ordered.Min(p => p.Poll), ordered.Exists(p => p.IsAlone), ordered);
    }

    /// <summary>The atoms of points of one kind of registers.</summary>
    /// <param name="points">Points that may be read, scale factors included.</param>
    /// <param name="fits">Whether one exchange may read these addresses.</param>
    public static IReadOnlyList<PollAtom> Of(IReadOnlyList<PointDefinition> points, Func<int, int, bool> fits)
    {
        var byName = points.ToDictionary(p => p.Name, StringComparer.Ordinal);
        var together = points.ToDictionary(p => p.Name, p => p.Name, StringComparer.Ordinal);
        foreach (var group in points.Where(p => p.Group is not null).GroupBy(p => p.Group!, StringComparer.Ordinal))
        {
            Join(together, [.. group], fits);
        }

        // What scales a value is read with it, since it may change; not where the profile has it read once only.
        foreach (var point in points.Where(p => p.ScaleFactor is not null).OrderBy(p => p.Address).ThenBy(p => p.Name, StringComparer.Ordinal))
        {
            if (byName.TryGetValue(point.ScaleFactor!, out var factor) && (factor.Poll != PollClass.Once || point.Poll == PollClass.Once))
            {
                Join(together, [.. points.Where(p => Root(together, p.Name) is var root && (root == Root(together, point.Name) || root == Root(together, factor.Name)))], fits);
            }
        }

        return [.. points.GroupBy(p => Root(together, p.Name), StringComparer.Ordinal).Select(Of).OrderBy(a => a.Start).ThenBy(a => a.End).ThenBy(a => a.Points[0].Name, StringComparer.Ordinal)];
    }

    /// <summary>Joins points where one exchange can read them all.</summary>
    private static void Join(Dictionary<string, string> together, List<PointDefinition> points, Func<int, int, bool> fits)
    {
        if (points.Count < 2 || points.Exists(p => p.IsAlone) || !fits(points.Min(p => p.Address), points.Max(p => p.End)))
        {
            return;
        }

        foreach (var point in points)
        {
            together[Root(together, point.Name)] = Root(together, points[0].Name);
        }
    }

    private static string Root(Dictionary<string, string> together, string name)
    {
        while (together[name] != name)
        {
            name = together[name];
        }

        return name;
    }
}
