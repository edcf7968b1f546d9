namespace DerAgent.Devices;

/// <summary>
/// Packs atoms between two obstacles into blocks of least line time. Few atoms: every partition is weighed. Many: <see cref="PricedPacking"/>.
/// </summary>
internal sealed class PollPacking(RegisterKind kind, PlanObstacles obstacles, PollPeriods polls, LineCost cost)
{
    /// <summary>Atoms of which all partitions are weighed.</summary>
    private const int MostExact = 14;

    /// <summary>What is read once costs next to nothing, and not nothing.</summary>
    private static readonly TimeSpan Once = TimeSpan.FromDays(1);

    /// <summary>The atoms of each block.</summary>
    public IReadOnlyList<IReadOnlyList<PollAtom>> Pack(IReadOnlyList<PollAtom> atoms)
    {
        ArgumentNullException.ThrowIfNull(atoms);
        return atoms.Count <= MostExact && !IsPlain(atoms) ? Exact(atoms) : new PricedPacking(atoms, obstacles.Fits, Load).Pack();
    }

    /// <summary>Line time an exchange takes of each second.</summary>
    public double Load(PollClass poll, int start, int end) => cost.Of(kind, end - start) / (polls.Of(poll) ?? Once);

    /// <summary>One class, one after the other: then the best is found class by class.</summary>
    private static bool IsPlain(IReadOnlyList<PollAtom> atoms) => Enumerable.Range(1, atoms.Count - 1).All(i => atoms[i].Poll == atoms[0].Poll && atoms[i].Start >= atoms[i - 1].End);

    private List<IReadOnlyList<PollAtom>> Exact(IReadOnlyList<PollAtom> atoms)
    {
        var all = (1 << atoms.Count) - 1;
        var block = new double[all + 1];
        for (var mask = 1; mask <= all; mask++)
        {
            var (start, end, poll) = (int.MaxValue, 0, PollClass.Once);
            for (var i = 0; i < atoms.Count; i++)
            {
                if ((mask & (1 << i)) != 0)
                {
                    (start, end, poll) = (Math.Min(start, atoms[i].Start), Math.Max(end, atoms[i].End), atoms[i].Poll < poll ? atoms[i].Poll : poll);
                }
            }

            // One atom is read whatever it is.
            block[mask] = (mask & (mask - 1)) == 0 || obstacles.Fits(start, end) ? Load(poll, start, end) : double.PositiveInfinity;
        }

        var best = new double[all + 1];
        var choice = new int[all + 1];
        for (var mask = 1; mask <= all; mask++)
        {
            best[mask] = double.PositiveInfinity;
            var (lowest, rest) = (mask & -mask, mask & (mask - 1));

            // The lowest atom is in some block; every set of others may be in it, too.
            for (var others = rest; ; others = (others - 1) & rest)
            {
                var total = block[lowest | others] + best[rest & ~others];
                if (total < best[mask])
                {
                    (best[mask], choice[mask]) = (total, lowest | others);
                }

                if (others == 0)
                {
                    break;
                }
            }
        }

        var blocks = new List<IReadOnlyList<PollAtom>>();
        for (var mask = all; mask > 0; mask &= ~choice[mask])
        {
            blocks.Add([.. atoms.Where((_, i) => (choice[mask] & (1 << i)) != 0)]);
        }

        return blocks;
    }
}
