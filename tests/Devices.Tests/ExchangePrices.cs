namespace DerAgent.Devices.Tests;

/// <summary>Prices of points, none of which makes an exchange that could be made dearer than it is: their sum bounds every plan from below.</summary>
internal sealed class ExchangePrices
{
    private readonly Func<PollClass, int, int, double> _cost;
    private readonly int[] _reach;
    private const int Rounds = 60;

    /// <param name="points">Points by address.</param>
    /// <param name="mayRead">Whether an exchange may read these addresses; what lies within such a span may be read, too.</param>
    /// <param name="cost">Cost of an exchange of a class.</param>
    public ExchangePrices(IReadOnlyList<PointDefinition> points, Func<int, int, bool> mayRead, Func<PollClass, int, int, double> cost)
    {
        (Points, _cost, _reach) = (points, cost, new int[points.Count]);
        for (var first = 0; first < points.Count; first++)
        {
            _reach[first] = first;
            while (_reach[first] + 1 < points.Count && mayRead(points[first].Address, points[_reach[first] + 1].End))
            {
                _reach[first]++;
            }
        }
    }

    public IReadOnlyList<PointDefinition> Points { get; }

    /// <summary>The highest sum found.</summary>
    public double Best(double[] begin)
    {
        var best = 0.0;
        var balanced = begin;
        for (var round = 0; round < Rounds; round++)
        {
            var worst = Dearest(balanced);

            // Each lowered by what is dearest of all that it is in: then nothing is too dear any more.
            double[] sound = [.. balanced.Zip(worst, (p, w) => p / w)];
            var raised = Raised(sound, isFromEnd: round % 2 == 0);
            best = Math.Max(best, raised.Sum());

            // On from what was raised, with a slip towards what balances it.
            var share = 0.5 / (1 + (round / 10));
            balanced = [.. raised.Select((p, i) => Math.Max(1e-12, p + (share * ((balanced[i] / Math.Sqrt(worst[i])) - p))))];
        }

        return Math.Max(best, Math.Max(Raised(new double[Points.Count], isFromEnd: false).Sum(), Raised(new double[Points.Count], isFromEnd: true).Sum()));
    }

    /// <summary>Each price raised as far as every exchange allows, the most urgent points first.</summary>
    private double[] Raised(double[] price, bool isFromEnd)
    {
        var order = Enumerable.Range(0, Points.Count).OrderBy(i => Points[i].Poll).ThenBy(i => isFromEnd ? -i : i);
        foreach (var index in order)
        {
            price[index] += Slack(price, index);
        }

        return price;
    }

    private double Slack(double[] price, int index)
    {
        var slack = double.PositiveInfinity;
        for (var poll = PollClass.Fast; poll <= Points[index].Poll; poll++)
        {
            for (var first = index; first >= 0 && _reach[first] >= index; first--)
            {
                var sum = 0.0;
                for (var last = first; last <= _reach[first]; last++)
                {
                    sum += Points[last].Poll >= poll ? price[last] : 0;
                    slack = last < index ? slack : Math.Min(slack, _cost(poll, Points[first].Address, Points[last].End) - sum);
                }
            }
        }

        return Math.Max(0, slack);
    }

    /// <summary>For each point, by what factor the exchange that is dearest by these prices is too dear.</summary>
    private double[] Dearest(double[] price)
    {
        var worst = new double[Points.Count];
        for (var poll = PollClass.Fast; poll <= PollClass.Once; poll++)
        {
            for (var first = 0; first < Points.Count; first++)
            {
                var (sum, ratios) = (0.0, new List<double>());
                for (var last = first; last <= _reach[first]; last++)
                {
                    sum += Points[last].Poll >= poll ? price[last] : 0;
                    ratios.Add(sum / _cost(poll, Points[first].Address, Points[last].End));
                }

                for (var (last, highest) = (_reach[first], 0.0); last >= first; last--)
                {
                    highest = Math.Max(highest, ratios[last - first]);
                    worst[last] = Points[last].Poll >= poll ? Math.Max(worst[last], highest) : worst[last];
                }
            }
        }

        return worst;
    }
}
