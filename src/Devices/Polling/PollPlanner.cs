namespace DerAgent.Devices;

/// <summary>One exchange that reads adjoining registers.</summary>
/// <param name="Kind">Kind of registers.</param>
/// <param name="Address">First address.</param>
/// <param name="Count">Number of registers.</param>
/// <param name="Poll">How often.</param>
/// <param name="Points">Points in it, their addresses absolute.</param>
internal sealed record RegisterBlock(RegisterKind Kind, int Address, int Count, PollClass Poll, IReadOnlyList<PointDefinition> Points)
    : ReadBlock(Poll, [.. Points.Select(p => p.Name)], TimeSpan.FromMilliseconds(10))
{
    /// <inheritdoc/>
    public bool Equals(RegisterBlock? other) => other is not null && (Kind, Address, Count, Poll) == (other.Kind, other.Address, other.Count, other.Poll) && Points.SequenceEqual(other.Points);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Address, Count, Poll);

    /// <inheritdoc/>
    public override string ToString() => $"{Poll,-6} {Kind,-8} {Address,5}..{Address + Count - 1,-5} {Count,3} registers: {string.Join(" ", Points.Select(p => p.Name))}";
}

/// <summary>Puts points into the fewest exchanges a device allows. A pure function: the same points give the same plan.</summary>
internal static class PollPlanner
{
    /// <summary>Plans the reading of <paramref name="points"/>.</summary>
    /// <param name="points">Points with absolute addresses, scale-factor points included.</param>
    /// <param name="traits">What the device allows.</param>
    /// <param name="borders">Addresses that no block may straddle: what was learned about holes.</param>
    public static IReadOnlyList<RegisterBlock> Plan(IEnumerable<PointDefinition> points, ModbusTraits traits, IReadOnlySet<(RegisterKind Kind, int Address)> borders)
    {
        ArgumentNullException.ThrowIfNull(traits);
        ArgumentNullException.ThrowIfNull(borders);
        var all = points.ToList();
        var blocks = new List<RegisterBlock>();
        foreach (var poll in Enum.GetValues<PollClass>())
        {
            foreach (var kind in Enum.GetValues<RegisterKind>())
            {
                var wanted = all.Where(p => p.Poll == poll && p.Kind == kind).ToList();
                if (wanted.Count > 0)
                {
                    blocks.AddRange(Pack(Atoms(wanted, all, traits), kind, poll, traits, borders));
                }
            }
        }

        return blocks;
    }

    /// <summary>Points that must be read together: a group, and a value with its scale factor.</summary>
    private static List<Atom> Atoms(List<PointDefinition> wanted, List<PointDefinition> all, ModbusTraits traits)
    {
        var atoms = new List<Atom>();
        foreach (var group in wanted.GroupBy(p => p.Group ?? "\0" + p.Name, StringComparer.Ordinal))
        {
            var members = group.Concat(group.Select(p => all.Find(f => f.Name == p.ScaleFactor)).OfType<PointDefinition>().Where(f => f.Kind == group.First().Kind)).Distinct().ToList();
            var atom = Atom.Of(members);
            if (atom.End - atom.Start <= traits.MaxRead)
            {
                atoms.Add(atom);
            }
            else
            {
                // Too far apart for one exchange: each by itself, as well as it goes.
                atoms.AddRange(members.Select(m => Atom.Of([m])));
            }
        }

        return [.. atoms.OrderBy(a => a.Start).ThenBy(a => a.End)];
    }

    private static IEnumerable<RegisterBlock> Pack(List<Atom> atoms, RegisterKind kind, PollClass poll, ModbusTraits traits, IReadOnlySet<(RegisterKind Kind, int Address)> borders)
    {
        Atom? block = null;
        foreach (var atom in atoms)
        {
            if (block is not null && Fits(block, atom, kind, traits, borders))
            {
                block = Atom.Of([.. block.Points, .. atom.Points]);
                continue;
            }

            if (block is not null)
            {
                yield return block.ToBlock(kind, poll);
            }

            block = atom;
        }

        yield return block!.ToBlock(kind, poll);
    }

    private static bool Fits(Atom block, Atom atom, RegisterKind kind, ModbusTraits traits, IReadOnlySet<(RegisterKind Kind, int Address)> borders) =>
        Math.Max(block.End, atom.End) - block.Start <= traits.MaxRead
        && atom.Start - block.End <= traits.MaxGap
        && !Enumerable.Range(block.Start + 1, Math.Max(0, atom.End - block.Start - 1)).Any(a => borders.Contains((kind, a)));

    private sealed record Atom(int Start, int End, IReadOnlyList<PointDefinition> Points)
    {
        public static Atom Of(IReadOnlyList<PointDefinition> points)
        {
            var distinct = points.Distinct().OrderBy(p => p.Address).ToList();
            return new(distinct.Min(p => p.Address), distinct.Max(p => p.Address + p.Length), distinct);
        }

        public RegisterBlock ToBlock(RegisterKind kind, PollClass poll) => new(kind, Start, End - Start, poll, Points);
    }
}
