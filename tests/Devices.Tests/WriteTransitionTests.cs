using DerAgent.Model;

namespace DerAgent.Devices.Tests;

/// <summary>The way of a set point, state by state and input by input: successor, and what stays as it is.</summary>
public sealed class WriteTransitionTests
{
    private static readonly TimeSpan At = TimeSpan.FromSeconds(100);
    private static readonly DeviceException Silent = new(DeviceFailure.Silent, "silent");
    private static readonly DeviceException Busy = new(DeviceFailure.Busy, "busy");
    private static readonly DeviceException Refused = new(DeviceFailure.Refused, "refused");

    private static readonly WriteOrder Order = new(
        new PointDefinition
        {
            Name = "P",
            IsWritable = true,
            Range = (0, 100),
            Steps = [new("E", 0), new("P", null)],
            Verify = new(1, TimeSpan.FromSeconds(2)),
            Effect = new("W", "R", 2, TimeSpan.FromSeconds(20), IsLimit: true),
        },
        50);

    public static TheoryData<string, string, string, AddCause> Table()
    {
        var table = new TheoryData<string, string, string, AddCause>();
        void Row(string phase, string input, string next, AddCause cause = AddCause.Unknown) => table.Add(phase, input, next, cause);

        foreach (var input in new[] { "written", "write refused", "seen right", "seen wrong", "seen late", "silent", "busy", "refused" })
        {
            Row("Waiting", input, "Waiting");
            Row("Ended", input, "Ended");
        }

        Row("Waiting", "begin", "Writing");
        Row("Ended", "begin", "Ended");
        Row("Ended", "end", "Ended");
        foreach (var phase in new[] { "Waiting", "Writing", "ReadingBack", "Watching" })
        {
            Row(phase, "end", "Ended", AddCause.AbortionByCancel);
        }

        Row("Writing", "begin", "Writing");
        Row("Writing", "written", "Writing");
        Row("Writing last", "written", "ReadingBack");
        Row("Writing", "write refused", "Ended", AddCause.BlockedByProcess);
        foreach (var input in new[] { "seen right", "seen wrong", "seen late", "silent", "busy", "refused" })
        {
            Row("Writing", input, "Writing");
        }

        Row("ReadingBack", "begin", "ReadingBack");
        Row("ReadingBack", "written", "ReadingBack");
        Row("ReadingBack", "write refused", "ReadingBack");
        Row("ReadingBack", "seen right", "Watching");
        Row("ReadingBack", "seen wrong", "ReadingBack");
        Row("ReadingBack", "seen late", "Ended", AddCause.AbortionDueToDeviation);
        Row("ReadingBack", "silent", "Ended", AddCause.AbortionByCommunicationLoss);
        Row("ReadingBack", "busy", "ReadingBack");
        Row("ReadingBack", "refused", "Ended", AddCause.BlockedByProcess);
        Row("Watching", "begin", "Watching");
        Row("Watching", "written", "Watching");
        Row("Watching", "write refused", "Watching");
        Row("Watching", "seen right", "Watching");
        Row("Watching", "effect", "Ended", AddCause.None);
        Row("Watching", "seen wrong", "Ended", AddCause.AbortionDueToDeviation);
        Row("Watching", "effect late", "Ended", AddCause.TimeLimitOver);
        Row("Watching", "silent", "Watching");
        Row("Watching", "silent late", "Ended", AddCause.AbortionByCommunicationLoss);
        Row("Watching", "busy", "Watching");
        Row("Watching", "refused", "Watching");
        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_state_and_input_has_its_successor(string phase, string input, string next, AddCause cause)
    {
        var isLast = phase.EndsWith("last", StringComparison.Ordinal);
        var state = new WriteState(Enum.Parse<WritePhase>(phase.Split(' ')[0]), isLast ? 1 : 0, At, At, default);
        var soon = At + TimeSpan.FromSeconds(1);
        var late = At + TimeSpan.FromSeconds(30);
        var after = input switch
        {
            "begin" => WriteTransitions.Begin(state, soon),
            "written" => WriteTransitions.Written(state, Order, CommandOutcome.Success, soon),
            "write refused" => WriteTransitions.Written(state, Order, CommandOutcome.Refused("no"), soon),
            "seen right" => WriteTransitions.Seen(state, Order, new(50.5, 900, 1000), soon),
            "effect" => WriteTransitions.Seen(state, Order, new(50, 510, 1000), soon),
            "seen wrong" => WriteTransitions.Seen(state, Order, new(70, 900, 1000), soon),
            "seen late" => WriteTransitions.Seen(state, Order, new(70, 900, 1000), late),
            "effect late" => WriteTransitions.Seen(state, Order, new(50, 900, 1000), late),
            "silent" => WriteTransitions.Unseen(state, Order, Silent, soon),
            "silent late" => WriteTransitions.Unseen(state, Order, Silent, late),
            "busy" => WriteTransitions.Unseen(state, Order, Busy, soon),
            "refused" => WriteTransitions.Unseen(state, Order, Refused, soon),
            _ => WriteTransitions.End(state, new(AddCause.AbortionByCancel, "")),
        };
        Assert.Equal((Enum.Parse<WritePhase>(next), cause), (after.Phase, after.Outcome.Failure));
        if (after.Phase == state.Phase && (input, phase) is not ("written", "Writing"))
        {
            // What stays where it is changes nothing but when it looks again.
            Assert.Equal(state with { NotBefore = after.NotBefore }, after);
            Assert.True(after.NotBefore == state.NotBefore || after.NotBefore > soon);
        }
    }

    [Fact]
    public void A_set_point_without_effect_ends_with_its_read_back()
    {
        var order = new WriteOrder(Order.Point with { Effect = null }, 50);
        Assert.Equal((WritePhase.Ended, AddCause.None), WriteTransitions.Seen(new(WritePhase.ReadingBack, 2, At, At, default), order, new(50, double.NaN, double.NaN), At) is var ended ? (ended.Phase, ended.Outcome.Failure) : default);
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(0, true)]
    [InlineData(100.1, false)]
    [InlineData(-1, false)]
    [InlineData(double.NaN, false)]
    public void What_is_out_of_range_is_refused(double value, bool isTaken) => Assert.Equal(isTaken, new WriteOrder(Order.Point, value).Refuse() is null);
}
