using System.Globalization;

namespace DerAgent.Devices.Tests;

/// <summary>Exchanges of least line time: what must hold of every plan, what the best plan costs, and how near a large one comes to it.</summary>
public sealed class PlannerTests
{
    private static readonly PollPeriods Polls = new();

    [Fact] // against every partition there is
    public void Small_maps_are_planned_as_well_as_can_be()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var map = TestMap.Small(seed);
            var plan = map.Plan();
            map.AssertSound(plan, seed);
            Assert.Equal(map.BestCost(), map.Cost(plan), 1e-9);
        }
    }

    [Fact] // against the value of a linear program that no plan can beat
    public void Large_maps_are_planned_within_5_percent_of_what_no_plan_can_beat()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var map = TestMap.Large(seed);
            var plan = map.Plan();
            map.AssertSound(plan, seed);
            var (cost, bound) = (map.Cost(plan), map.LowerBound(plan));
            Assert.True(bound > 0 && cost <= bound * 1.05, string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {cost} for {bound}"));
        }
    }

    [Fact]
    public void The_same_points_give_the_same_plan_in_any_order()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var map = seed % 2 == 0 ? TestMap.Small(seed) : TestMap.Large(seed);
            var shuffled = map with { Points = [.. map.Points.OrderBy(p => p.Name.GetHashCode(StringComparison.Ordinal) ^ seed)] };
            Assert.Equal(map.Plan().Select(b => b.ToString()), shuffled.Plan().Select(b => b.ToString()));
        }
    }

    [Fact] // a slow point costs nothing where its registers are read anyway
    public void A_slower_point_rides_on_a_faster_block()
    {
        var plan = Plan([P("F1", 10, PollClass.Fast), P("S", 12, PollClass.Slow), P("F2", 14, PollClass.Fast)]);
        Assert.Equal(["F1 S F2"], plan.Select(b => string.Join(' ', b.Names)));
        Assert.Equal(PollClass.Fast, plan[0].Poll);
    }

    [Fact] // on two wires thirty registers more, every second, take more time than an exchange a minute
    public void Far_from_it_it_has_an_exchange_of_its_own_where_that_is_less()
    {
        PointDefinition[] points = [P("F", 10, PollClass.Fast), P("S", 40, PollClass.Slow)];
        var traits = new ModbusTraits { MaxGap = 60 };
        Assert.Equal(2, PollPlanner.Plan(points, traits, Polls, LineCost.Serial(traits), LearnedHoles.None).Count);
        Assert.Equal(2, PollPlanner.Plan(points, traits, Polls, LineCost.Tcp(traits), LearnedHoles.None).Count);
        PointDefinition[] alike = [points[0], points[1] with { Poll = PollClass.Fast }];
        Assert.Equal(2, PollPlanner.Plan(alike, traits, Polls, LineCost.Serial(traits), LearnedHoles.None).Count);
        Assert.Single(PollPlanner.Plan(alike, traits, Polls, LineCost.Tcp(traits), LearnedHoles.None));
    }

    [Fact]
    public void A_group_takes_its_fastest_class_and_bridges_what_nobody_needs()
    {
        var plan = Plan([P("A", 10, PollClass.Slow) with { Group = "g" }, P("B", 60, PollClass.Fast) with { Group = "g" }, P("C", 200)]);
        Assert.Equal(["Fast A B", "Normal C"], plan.Select(b => $"{b.Poll} {string.Join(' ', b.Names)}"));
    }

    [Fact]
    public void What_is_read_alone_is_alone_and_what_is_written_only_is_not_read()
    {
        var plan = Plan([P("A", 10), P("B", 11) with { IsAlone = true }, P("C", 12), P("D", 13) with { Access = PointAccess.WriteOnly }]);
        Assert.Equal(["A C", "B"], plan.Select(b => string.Join(' ', b.Names)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_scale_factor_is_read_with_its_value_but_where_the_profile_has_it_read_once()
    {
        var plan = Plan([P("V", 10) with { ScaleFactor = "F" }, P("F", 20), P("W", 40) with { ScaleFactor = "G" }, P("G", 50, PollClass.Once)], new() { MaxGap = 2 });
        Assert.Equal(["V F", "W", "G"], plan.Select(b => string.Join(' ', b.Names)));
    }

    [Fact]
    public void No_exchange_crosses_a_border_or_reads_what_is_forbidden_or_was_refused()
    {
        var traits = new ModbusTraits { Borders = [125], Forbidden = [(30, 39)] };
        var learned = new LearnedHoles(new HashSet<(RegisterKind, int)> { (RegisterKind.Holding, 52) }, new HashSet<(RegisterKind, int)> { (RegisterKind.Holding, 61) });
        var plan = PollPlanner.Plan([P("A", 28), P("B", 41), P("C", 50), P("D", 54), P("E", 60), P("F", 61), P("G", 124), P("H", 125)], traits, Polls, LineCost.Tcp(traits), learned);
        Assert.Equal(["A", "B C", "D E", "F", "G", "H"], plan.Select(b => string.Join(' ', b.Names)));
    }

    [Fact]
    public void Coils_are_read_by_the_two_thousand()
    {
        var plan = Plan([.. Enumerable.Range(0, 130).Select(i => P($"C{i:000}", i * 16) with { Kind = RegisterKind.Coil, Type = PointType.Bit })], new() { MaxGap = 124 });
        Assert.Equal(2, plan.Count);
        Assert.All(plan, b => Assert.InRange(b.Count, 1, 2000));
    }

    private static PointDefinition P(string name, int address, PollClass poll = PollClass.Normal, int length = 1) => new() { Name = name, Address = address, Poll = poll, Length = length };

    private static IReadOnlyList<RegisterBlock> Plan(IReadOnlyList<PointDefinition> points, ModbusTraits? traits = null) => PollPlanner.Plan(points, traits ?? new(), Polls, LineCost.Tcp(traits ?? new()), LearnedHoles.None);
}
