namespace DerAgent.Devices.Tests;

/// <summary>A map of registers somebody might have, and what plans of it are worth by other means than the planner's.</summary>
internal sealed record TestMap(IReadOnlyList<PointDefinition> Points, ModbusTraits Traits, LearnedHoles Learned, LineCost Line)
{
    private static readonly PollPeriods Polls = new();

    public static TestMap Small(int seed)
    {
        var random = new Random(seed);
        var points = Random(random, random.Next(2, 15), random.Next(1, 6));
        for (var group = 0; group < random.Next(0, 3); group++)
        {
            for (var i = 0; i < random.Next(2, 4); i++)
            {
                var at = random.Next(points.Count);
                points[at] = points[at].Group is null ? points[at] with { Group = $"g{group}" } : points[at];
            }
        }

        var traits = Device(random, random.Next(4, 40), random.Next(0, 12));
        var free = Enumerable.Range(0, points[^1].End).Where(a => !points.Exists(p => p.Address <= a && a < p.End)).ToList();
        var holes = free.Where(_ => random.Next(6) == 0).Select(a => (RegisterKind.Holding, a)).ToHashSet();
        var borders = points.Select(p => p.Address).Where(_ => random.Next(8) == 0).Where(b => b > 0).ToHashSet();
        return new(points, traits with { Borders = [.. borders] }, new(holes, new HashSet<(RegisterKind, int)>()), Wire(random, traits));
    }

    public static TestMap Large(int seed)
    {
        var random = new Random(seed);
        var traits = Device(random, random.Next(20, 126), random.Next(0, 30));
        return new(Random(random, random.Next(100, 401), random.Next(2, 12), change: 6), traits, LearnedHoles.None, Wire(random, traits));
    }

    public IReadOnlyList<RegisterBlock> Plan() => PollPlanner.Plan(Points, Traits, Polls, Line, Learned);

    public double Cost(IReadOnlyList<RegisterBlock> plan) => plan.Sum(b => Cost(b.Poll, b.Address, b.End));

    /// <summary>What must hold of every plan.</summary>
    public void AssertSound(IReadOnlyList<RegisterBlock> plan, int seed)
    {
        Assert.Equal(Points.Select(p => p.Name).Order(StringComparer.Ordinal), plan.SelectMany(b => b.Names).Order(StringComparer.Ordinal));
        foreach (var block in plan)
        {
            Assert.True(block.Points.All(p => p.Address >= block.Address && p.End <= block.End && p.Poll >= block.Poll), $"seed {seed}: {block}");
            Assert.True(block.Points.Count == 1 || MayRead(block.Address, block.End), $"seed {seed}: {block}");
        }

        foreach (var group in Whole())
        {
            Assert.True(plan.Any(b => group.All(p => b.Points.Contains(p))), $"seed {seed}: {string.Join(' ', group.Select(p => p.Name))}");
        }
    }

    /// <summary>The cost of the best of all partitions.</summary>
    public double BestCost()
    {
        var all = (1 << Points.Count) - 1;
        var groups = Whole().Select(g => g.Sum(p => 1 << IndexOf(p))).ToList();
        var covered = Covered();
        var block = new double[all + 1];
        for (var mask = 1; mask <= all; mask++)
        {
            var members = Points.Where((_, i) => (mask & (1 << i)) != 0).ToList();
            var (start, end) = (members.Min(p => p.Address), members.Max(p => p.End));
            var isWhole = groups.TrueForAll(g => (mask & g) == 0 || (mask & g) == g);
            var isOne = members.Count == 1 || groups.Contains(mask);
            block[mask] = isWhole && MayRead(start, end) && (isOne || HasNoLongGap(covered, start, end)) || members.Count == 1 && isWhole ? Cost(members.Min(p => p.Poll), start, end) : double.PositiveInfinity;
        }

        var best = new double[all + 1];
        for (var mask = 1; mask <= all; mask++)
        {
            best[mask] = double.PositiveInfinity;
            var rest = mask & (mask - 1);
            for (var others = rest; ; others = (others - 1) & rest)
            {
                best[mask] = Math.Min(best[mask], block[(mask & -mask) | others] + best[rest & ~others]);
                if (others == 0)
                {
                    break;
                }
            }
        }

        return best[all];
    }

    /// <summary>
    /// A bound that no plan can beat: prices of points such that no possible exchange costs less than the points in it are priced. Their sum is at most the cost of any plan (the dual of covering
    /// points by exchanges). Prices are raised point by point as far as every exchange allows, from either end, from nothing and from prices that are balanced before; the best counts.
    /// </summary>
    public double LowerBound(IReadOnlyList<RegisterBlock> plan)
    {
        var covered = Covered();
        var prices = new ExchangePrices([.. Points.OrderBy(p => p.Address)], (start, end) => MayRead(start, end) && HasNoLongGap(covered, start, end), Cost);
        return prices.Best([.. prices.Points.Select(p => plan.First(b => b.Points.Contains(p)) is var b ? Cost(b.Poll, b.Address, b.End) / b.Points.Count : 0)]);
    }

    /// <summary>Groups that one exchange may read: the others are no groups.</summary>
    private IEnumerable<IReadOnlyList<PointDefinition>> Whole() =>
        Points.Where(p => p.Group is not null).GroupBy(p => p.Group!, StringComparer.Ordinal).Select(g => (IReadOnlyList<PointDefinition>)[.. g]).Where(g => g.Count > 1 && MayRead(g.Min(p => p.Address), g.Max(p => p.End)));

    private bool MayRead(int start, int end) =>
        end - start <= Traits.MaxRead && !Traits.Borders.Any(b => start < b && b < end) && !Learned.Holes.Any(h => start <= h.Address && h.Address < end);

    /// <summary>Addresses that somebody needs, or that a group reads anyway.</summary>
    private HashSet<int> Covered() =>
        [.. Points.SelectMany(p => Enumerable.Range(p.Address, p.Length)), .. Whole().SelectMany(g => Enumerable.Range(g.Min(p => p.Address), g.Max(p => p.End) - g.Min(p => p.Address)))];

    private bool HasNoLongGap(HashSet<int> covered, int start, int end)
    {
        for (var (address, run) = (start, 0); address < end; address++)
        {
            run = covered.Contains(address) ? 0 : run + 1;
            if (run > Traits.MaxGap)
            {
                return false;
            }
        }

        return true;
    }

    private int IndexOf(PointDefinition point) => Points.ToList().IndexOf(point);

    private double Cost(PollClass poll, int start, int end) => Line.Of(RegisterKind.Holding, end - start) / (Polls.Of(poll) ?? TimeSpan.FromDays(1));

    /// <summary>Points one after the other; with <paramref name="change"/> the class is another one after some of them, as maps have measurements here and settings there.</summary>
    private static List<PointDefinition> Random(Random random, int count, int widest, int change = 1)
    {
        var (address, points, poll) = (random.Next(5), new List<PointDefinition>(), (PollClass)random.Next(4));
        for (var i = 0; i < count; i++)
        {
            var length = random.Next(4) == 0 ? 2 : 1;
            poll = random.Next(change) == 0 ? (PollClass)random.Next(4) : poll;
            points.Add(new() { Name = $"p{i:000}", Address = address, Length = length, Poll = poll });
            address += length + (random.Next(2) == 0 ? 0 : random.Next(widest));
        }

        return points;
    }

    private static ModbusTraits Device(Random random, int maxRead, int maxGap) => new() { MaxRead = maxRead, MaxGap = maxGap, Baud = random.Next(2) == 0 ? 9600 : 115_200, Gap = TimeSpan.FromMilliseconds(random.Next(0, 30)) };

    private static LineCost Wire(Random random, ModbusTraits traits) => random.Next(2) == 0 ? LineCost.Serial(traits) : LineCost.Tcp(traits);
}
