namespace DerAgent.Devices;

/// <summary>
/// Packs many atoms: class by class, the most urgent first, into the blocks of least cost that hold all atoms of the class, where each slower atom that lies in them is worth a price, since it needs
/// no exchange of its own then. What that saves is only known at the end; so it is done again with prices learned from the plan before, and the best plan is kept.
/// </summary>
internal sealed class PricedPacking(IReadOnlyList<PollAtom> atoms, Func<int, int, bool> fits, Func<PollClass, int, int, double> load)
{
    private const int Rounds = 60;
    private readonly double[] _price = [.. atoms.Select(a => load(a.Poll, a.Start, a.End) / 4)];

    private sealed record Block(PollClass Poll, int Start, int End);

    /// <summary>The atoms of each block.</summary>
    public List<IReadOnlyList<PollAtom>> Pack()
    {
        (double Cost, List<List<int>> Blocks)? best = null;
        for (var round = 0; round < Rounds; round++)
        {
            var blocks = Assign(Choose());
            var cost = blocks.Sum(Cost);
            if (best is null || cost < best.Value.Cost - 1e-15)
            {
                best = (cost, blocks);
            }

            Learn(blocks, 0.5 / (1 + (round / 8)));
        }

        return [.. best!.Value.Blocks.Select(b => (IReadOnlyList<PollAtom>)[.. b.Select(i => atoms[i])])];
    }

    private double Cost(List<int> block) => load(block.Min(i => atoms[i].Poll), block.Min(i => atoms[i].Start), block.Max(i => atoms[i].End));

    /// <summary>Blocks of all classes that hold every atom.</summary>
    private List<Block> Choose()
    {
        var chosen = new List<Block>();
        var isHeld = new bool[atoms.Count];
        for (var poll = PollClass.Fast; poll <= PollClass.Once; poll++)
        {
            if (Enumerable.Range(0, atoms.Count).Any(i => !isHeld[i] && atoms[i].Poll == poll))
            {
                foreach (var block in Cover(poll, isHeld))
                {
                    chosen.Add(block);
                    for (var i = 0; i < atoms.Count; i++)
                    {
                        isHeld[i] |= atoms[i].Poll >= poll && atoms[i].Start >= block.Start && atoms[i].End <= block.End;
                    }
                }
            }
        }

        return chosen;
    }

    /// <summary>The blocks of least cost that hold all atoms of a class which nothing holds yet; from the last atom to the first.</summary>
    private List<Block> Cover(PollClass poll, bool[] isHeld)
    {
        var rest = new double[atoms.Count + 1];
        var last = new int[atoms.Count];
        for (var first = atoms.Count - 1; first >= 0; first--)
        {
            rest[first] = !isHeld[first] && atoms[first].Poll == poll ? double.PositiveInfinity : rest[first + 1];
            last[first] = -1;
            var (end, worth) = (atoms[first].End, 0.0);
            for (var i = first; i < atoms.Count; i++)
            {
                end = Math.Max(end, atoms[i].End);
                if (i > first && !fits(atoms[first].Start, end))
                {
                    break;
                }

                worth += !isHeld[i] && atoms[i].Poll > poll ? _price[i] : 0;
                var cost = load(poll, atoms[first].Start, end) - worth + rest[i + 1];
                if (cost < rest[first])
                {
                    (rest[first], last[first]) = (cost, i);
                }
            }
        }

        var blocks = new List<Block>();
        for (var i = 0; i < atoms.Count;)
        {
            if (last[i] < 0)
            {
                i++;
                continue;
            }

            blocks.Add(new(poll, atoms[i].Start, Enumerable.Range(i, last[i] - i + 1).Max(a => atoms[a].End)));
            i = last[i] + 1;
        }

        return blocks;
    }

    /// <summary>Each atom goes into one block that holds it; blocks that are not needed go.</summary>
    private List<List<int>> Assign(List<Block> blocks)
    {
        var holders = atoms.Select(a => Enumerable.Range(0, blocks.Count).Where(b => blocks[b].Poll <= a.Poll && a.Start >= blocks[b].Start && a.End <= blocks[b].End).ToList()).ToList();

        // The dearest first: a block is needed where it alone holds some atom.
        var isGone = new bool[blocks.Count];
        foreach (var block in Enumerable.Range(0, blocks.Count).OrderByDescending(b => load(blocks[b].Poll, blocks[b].Start, blocks[b].End)))
        {
            isGone[block] = holders.TrueForAll(h => !h.Contains(block) || h.Exists(other => other != block && !isGone[other]));
        }

        var members = new List<int>[blocks.Count];
        for (var i = 0; i < atoms.Count; i++)
        {
            // Where several hold it, the one that must be there anyway, and is as slow as can be.
            var holder = holders[i].Where(b => !isGone[b]).OrderBy(b => blocks[b].Poll == atoms[i].Poll ? 0 : 1).First();
            (members[holder] ??= []).Add(i);
        }

        return [.. members.Where(m => m is not null)];
    }

    /// <summary>What an atom costs where it has an exchange of its class is its price; where it rides along it falls.</summary>
    private void Learn(List<List<int>> blocks, double rate)
    {
        foreach (var block in blocks)
        {
            var poll = block.Min(i => atoms[i].Poll);
            var own = block.Where(i => atoms[i].Poll == poll).ToList();
            foreach (var i in block)
            {
                var share = atoms[i].Poll == poll ? Cost(block) / own.Count : 0.8 * _price[i];
                _price[i] += rate * (share - _price[i]);
            }
        }
    }
}
