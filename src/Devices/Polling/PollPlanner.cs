namespace DerAgent.Devices;

/// <summary>
/// Puts points into the exchanges of least line time that a device allows: each point is in one exchange, which is made as often as its most urgent point needs;
/// a slower point rides along where that costs less than an exchange of its own. A pure function: the same points give the same plan.
/// </summary>
internal static class PollPlanner
{
    /// <summary>Plans the reading of <paramref name="points"/>.</summary>
    /// <param name="points">Points with absolute addresses, scale factors included.</param>
    /// <param name="traits">What the device allows.</param>
    /// <param name="polls">How often the classes are read.</param>
    /// <param name="cost">What exchanges cost.</param>
    /// <param name="learned">What the device was found to refuse.</param>
    /// <param name="map">All points it has, where its line tells answers apart by nothing but their length; null: by their ids.</param>
    public static IReadOnlyList<RegisterBlock> Plan(IEnumerable<PointDefinition> points, ModbusTraits traits, PollPeriods polls, LineCost cost, LearnedHoles learned, IReadOnlyList<PointDefinition>? map = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(polls);
        var blocks = new List<RegisterBlock>();
        foreach (var kind in points.Where(p => p.IsReadable).GroupBy(p => p.Kind).OrderBy(k => k.Key))
        {
            var readable = kind.OrderBy(p => p.Address).ThenBy(p => p.Name, StringComparer.Ordinal).ToList();
            var obstacles = new PlanObstacles(kind.Key, traits, learned);
            var atoms = PollAtom.Of(readable, obstacles.Fits);
            obstacles.AddLongGaps(atoms, traits.MaxGap);
            var packing = new PollPacking(kind.Key, obstacles, polls, cost);
            foreach (var segment in Segments(atoms, obstacles))
            {
                blocks.AddRange(packing.Pack(segment).Select(atoms => Block(kind.Key, atoms, cost)));
            }
        }

        blocks = [.. blocks.OrderBy(b => b.Poll).ThenBy(b => b.Kind).ThenBy(b => b.Address)];
        return map is null ? blocks : DistinctLengths.Of(blocks, map, kind => new PlanObstacles(kind, traits, learned), cost);
    }

    /// <summary>Atoms that an obstacle parts from others are planned by themselves.</summary>
    private static IEnumerable<List<PollAtom>> Segments(IReadOnlyList<PollAtom> atoms, PlanObstacles obstacles)
    {
        var segment = new List<PollAtom>();
        var end = 0;
        foreach (var atom in atoms)
        {
            if (atom.IsAlone)
            {
                yield return [atom];
                continue;
            }

            if (segment.Count > 0 && !obstacles.IsFree(Math.Min(end - 1, atom.Start), atom.Start + 1))
            {
                yield return segment;
                segment = [];
                end = 0;
            }

            segment.Add(atom);
            end = Math.Max(end, atom.End);
        }

        if (segment.Count > 0)
        {
            yield return segment;
        }
    }

    private static RegisterBlock Block(RegisterKind kind, IReadOnlyList<PollAtom> atoms, LineCost cost)
    {
        var (start, end) = (atoms.Min(a => a.Start), atoms.Max(a => a.End));
        var points = atoms.SelectMany(a => a.Points).OrderBy(p => p.Address).ThenBy(p => p.Name, StringComparer.Ordinal).ToList();
        return new(kind, start, end - start, atoms.Min(a => a.Poll), points, cost.Of(kind, end - start));
    }
}
