namespace DerAgent.Devices;

/// <summary>Addresses of one kind of registers, and where no exchange may go: borders, forbidden and unreadable addresses, long gaps that nobody needs.</summary>
internal sealed class PlanObstacles
{
    private readonly List<int> _borders;
    private readonly List<(int First, int Last)> _walls;

    /// <summary>Most registers of one exchange.</summary>
    public int Most { get; }

    /// <summary>The obstacles of a device.</summary>
    /// <param name="kind">Kind of registers.</param>
    /// <param name="traits">What the device allows.</param>
    /// <param name="learned">What it was found to refuse.</param>
    public PlanObstacles(RegisterKind kind, ModbusTraits traits, LearnedHoles learned)
    {
        ArgumentNullException.ThrowIfNull(traits);
        ArgumentNullException.ThrowIfNull(learned);
        Most = kind is RegisterKind.Coil or RegisterKind.Discrete ? Math.Min(2000, traits.MaxRead * 16) : traits.MaxRead;
        _borders = [.. traits.Borders.Concat(learned.Borders.Where(b => b.Kind == kind).Select(b => b.Address)).Distinct().Order()];
        _walls = [.. traits.Forbidden, .. learned.Holes.Where(h => h.Kind == kind).Select(h => (h.Address, h.Address))];
    }

    /// <summary>Whether one exchange may read from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    public bool Fits(int start, int end) => end - start <= Most && IsFree(start, end);

    /// <summary>Whether no obstacle lies between two addresses.</summary>
    public bool IsFree(int start, int end) => !_borders.Exists(b => start < b && b < end) && !_walls.Exists(w => w.First < end && w.Last >= start);

    /// <summary>Registers between atoms that nobody needs, too many in a row to be read for nothing, are in the way, too.</summary>
    public void AddLongGaps(IReadOnlyList<PollAtom> atoms, int most)
    {
        ArgumentNullException.ThrowIfNull(atoms);
        for (var (i, end) = (1, atoms.Count > 0 ? atoms[0].End : 0); i < atoms.Count; i++)
        {
            if (atoms[i].Start - end > most)
            {
                _walls.Add((end, atoms[i].Start - 1));
            }

            end = Math.Max(end, atoms[i].End);
        }
    }
}

/// <summary>What a device was found to refuse.</summary>
/// <param name="Holes">Registers that are not read to bridge a gap.</param>
/// <param name="Borders">Addresses that no exchange crosses.</param>
internal sealed record LearnedHoles(IReadOnlySet<(RegisterKind Kind, int Address)> Holes, IReadOnlySet<(RegisterKind Kind, int Address)> Borders)
{
    /// <summary>Nothing.</summary>
    public static LearnedHoles None { get; } = new(new HashSet<(RegisterKind Kind, int Address)>(), new HashSet<(RegisterKind Kind, int Address)>());
}
