namespace DerAgent.Devices;

/// <summary>
/// Makes the answers to blocks of one kind differ in length, so that a late one is taken for no other: a block is read with a few more registers, of points the device has anyway. Where there are none, the length stays. Pure.
/// </summary>
internal static class DistinctLengths
{
    /// <summary>Most registers that are read for nothing else.</summary>
    private const int MostMore = 8;

    /// <summary>The blocks with different lengths.</summary>
    /// <param name="blocks">The plan.</param>
    /// <param name="map">All points the device has.</param>
    /// <param name="obstaclesOf">Where no exchange may go.</param>
    /// <param name="cost">What exchanges cost.</param>
    public static IReadOnlyList<RegisterBlock> Of(IReadOnlyList<RegisterBlock> blocks, IReadOnlyList<PointDefinition> map, Func<RegisterKind, PlanObstacles> obstaclesOf, LineCost cost)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        var result = blocks.ToArray();
        foreach (var kind in blocks.GroupBy(b => b.Kind).Where(k => k.Count() > 1))
        {
            var obstacles = obstaclesOf(kind.Key);
            var known = map.Where(p => p.Kind == kind.Key && p is { IsReadable: true, IsAlone: false }).SelectMany(p => Enumerable.Range(p.Address, p.Length)).ToHashSet();
            var used = new HashSet<int>();
            for (var i = 0; i < result.Length; i++)
            {
                if (result[i].Kind == kind.Key && !used.Add(Octets(result[i])) && Wider(result[i], known, obstacles, used) is { } wider)
                {
                    used.Add(Octets(wider));
                    result[i] = wider with { Expected = cost.Of(kind.Key, wider.Count) };
                }
            }
        }

        return result;
    }

    private static RegisterBlock? Wider(RegisterBlock block, HashSet<int> known, PlanObstacles obstacles, HashSet<int> used)
    {
        if (block.Points.Any(p => p.IsAlone))
        {
            return null;
        }

        var (before, behind) = (Free(block.Address - 1, -1), Free(block.Address + block.Count, 1));
        int Free(int address, int step)
        {
            var count = 0;
            while (count < MostMore && known.Contains(address + (count * step)))
            {
                count++;
            }

            return count;
        }

        for (var more = 1; more <= before + behind && more <= MostMore; more++)
        {
            for (var left = Math.Max(0, more - behind); left <= Math.Min(before, more); left++)
            {
                var wider = block with { Address = block.Address - left, Count = block.Count + more };
                if (!used.Contains(Octets(wider)) && obstacles.Fits(wider.Address, wider.Address + wider.Count))
                {
                    return wider;
                }
            }
        }

        return null;
    }

    /// <summary>What an answer says of its length.</summary>
    private static int Octets(RegisterBlock block) => block.Kind is RegisterKind.Coil or RegisterKind.Discrete ? (block.Count + 7) / 8 : block.Count * 2;
}
