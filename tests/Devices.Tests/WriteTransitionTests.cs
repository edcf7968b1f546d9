using DerAgent.Model;

namespace DerAgent.Devices.Tests;

/// <summary>The way of a set point, state by state and input by input: successor, and what stays as it is.</summary>
public sealed class WriteTransitionTests
{
    private static readonly TimeSpan At = TimeSpan.FromSeconds(100);
    private static readonly DeviceException Silent = new(DeviceFailure.Silent, "silent");
    private static readonly DeviceException Busy = new(DeviceFailure.Busy, "busy");
    private static readonly DeviceException Refused = new(DeviceFailure.Refused, "refused");

    // Steps: 0 writes E unless G is 1; 1 is a pause; 2 waits for R; 3 writes P.
    private static readonly WriteOrder Order = OrderOf("""
          P: {holding: 1, range: [0, 100], access: write, verify: {tolerance: 1, within: 2s}, effect: {point: W, of: R, tolerance: 2, within: 20s},
              steps: [{write: {E: 1}, unless: {G: 1}}, {wait: 2s}, {until: {S: 7}, within: 5s, refused: [9]}, {write: {P: value}}]}
          E: {holding: 2}
          G: {holding: 3}
          S: {holding: 4}
          W: {holding: 5}
          R: {holding: 6}
        """, 50);

    public static TheoryData<string, string, string, AddCause> Table()
    {
        var table = new TheoryData<string, string, string, AddCause>();
        void Row(string phase, string input, string next, AddCause cause = AddCause.Unknown) => table.Add(phase, input, next, cause);

        string[] answers = ["taken", "busy answer", "busy too long", "unanswered", "no line", "out of range", "write refused"];
        string[] views = ["seen right", "seen wrong", "seen late", "effect", "effect late"];
        string[] failures = ["silent", "busy", "refused"];

        // What is nothing to a state changes nothing.
        foreach (var (phase, inputs) in new (string, string[])[]
        {
            ("Waiting 0", [.. answers, .. views, .. failures, "passed", "kept"]),
            ("Keeping 0", [.. answers, .. views, .. failures, "passed", "begin", "confirm"]),
            ("Confirming 0", [.. answers, "passed", "begin", "confirm", "kept"]),
            ("Ended 4", [.. answers, .. views, .. failures, "passed", "begin", "confirm", "kept", "end"]),
            ("Preparing 0", [.. answers, "passed", "begin", "confirm", "kept"]),
            ("Writing 0", [.. views, .. failures, "passed", "begin", "confirm", "kept"]),
            ("Pausing 1", [.. answers, .. views, .. failures, "begin", "confirm", "kept"]),
            ("Awaiting 2", [.. answers, "passed", "begin", "confirm", "kept"]),
            ("Doubting 3", [.. answers, "passed", "begin", "confirm", "kept"]),
            ("ReadingBack 4", [.. answers, "passed", "begin", "confirm", "kept"]),
            ("Watching 4", [.. answers, "passed", "begin", "confirm", "kept"]),
        })
        {
            foreach (var input in inputs)
            {
                Row(phase, input, phase);
            }

            if (phase != "Ended 4")
            {
                Row(phase, "end", "Ended " + phase.Split(' ')[1], AddCause.AbortionByCancel);
            }
        }

        Row("Waiting 0", "begin", "Keeping 0");
        Row("Waiting 0", "confirm", "Confirming 0");
        Row("Waiting once", "confirm", "Waiting 0");
        Row("Keeping 0", "kept", "Preparing 0");
        Row("Confirming 0", "seen right", "Watching 0");
        Row("Confirming 0", "seen wrong", "Waiting 0");
        Row("Confirming 0", "enable wrong", "Waiting 0");
        Row("Preparing 0", "gate open", "Pausing 1");
        Row("Preparing 0", "gate shut", "Writing 0");
        Row("Writing 0", "taken", "Pausing 1");
        Row("Writing 3", "taken", "ReadingBack 4");
        Row("Writing 0", "busy answer", "Writing 0");
        Row("Writing 0", "busy too long", "Ended 0", AddCause.BlockedByProcess);
        Row("Writing 0", "unanswered", "Doubting 0");
        Row("Writing again", "unanswered", "Ended 3", AddCause.AbortionByCommunicationLoss);
        Row("Writing 0", "no line", "Ended 0", AddCause.AbortionByCommunicationLoss);
        Row("Writing 0", "out of range", "Ended 0", AddCause.InconsistentParameters);
        Row("Writing 0", "write refused", "Ended 0", AddCause.BlockedByProcess);
        Row("Pausing 1", "passed", "Pausing 1");
        Row("Pausing 1", "passed late", "Awaiting 2");
        Row("Awaiting 2", "state due", "Writing 3");
        Row("Awaiting 2", "state other", "Awaiting 2");
        Row("Awaiting 2", "state other late", "Ended 2", AddCause.BlockedByProcess);
        Row("Awaiting 2", "state refused", "Ended 2", AddCause.BlockedByProcess);
        Row("Doubting 3", "seen right", "ReadingBack 4");
        Row("Doubting 3", "seen wrong", "Writing 3");
        Row("ReadingBack 4", "seen right", "Watching 4");
        Row("ReadingBack 4", "seen wrong", "ReadingBack 4");
        Row("ReadingBack 4", "enable wrong", "ReadingBack 4");
        Row("ReadingBack 4", "seen late", "Ended 4", AddCause.AbortionDueToDeviation);
        Row("Watching 4", "seen right", "Watching 4");
        Row("Watching 4", "effect", "Ended 4", AddCause.None);
        Row("Watching 4", "seen wrong", "Ended 4", AddCause.AbortionDueToDeviation);
        Row("Watching 4", "enable wrong", "Ended 4", AddCause.AbortionDueToDeviation);
        Row("Watching 4", "effect late", "Ended 4", AddCause.TimeLimitOver);
        foreach (var phase in new[] { "Confirming 0", "Preparing 0", "Awaiting 2", "Doubting 3", "ReadingBack 4" })
        {
            Row(phase, "silent", "Ended " + phase.Split(' ')[1], AddCause.AbortionByCommunicationLoss);
            Row(phase, "busy", phase);
            Row(phase, "refused", "Ended " + phase.Split(' ')[1], AddCause.BlockedByProcess);
        }

        foreach (var input in failures)
        {
            Row("Watching 4", input, "Watching 4");
        }

        Row("Watching 4", "silent late", "Ended 4", AddCause.AbortionByCommunicationLoss);
        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_state_and_input_has_its_successor(string phase, string input, string next, AddCause cause)
    {
        var words = phase.Split(' ');
        var isAgain = words[1] == "again";
        var isOnce = words[1] == "once";
        var state = new WriteState(Enum.Parse<WritePhase>(words[0]), isAgain ? 3 : isOnce ? 0 : int.Parse(words[1]), At, words[0] == "Pausing" ? At + TimeSpan.FromSeconds(2) : At, isAgain || isOnce ? 1 : 0, default);
        var soon = At + TimeSpan.FromSeconds(1);
        var late = At + TimeSpan.FromSeconds(30);
        WriteState Written(WriteAnswer answer, TimeSpan at) => WriteTransitions.Written(state, Order, new(answer, "why"), at);
        WriteState Seen(TimeSpan at, double p = double.NaN, double e = 1, double w = 900, double g = double.NaN, double s = double.NaN) =>
            WriteTransitions.Seen(state, Order, n => new PointValue(n switch { "P" => p, "E" => e, "W" => w, "G" => g, "S" => s, _ => 1000 }, null, false), at);
        var after = input switch
        {
            "begin" => WriteTransitions.Begin(state, soon),
            "confirm" => WriteTransitions.Confirm(state, soon),
            "kept" => WriteTransitions.Kept(state, Order, soon),
            "taken" => Written(WriteAnswer.Taken, soon),
            "busy answer" => Written(WriteAnswer.Busy, soon),
            "busy too long" => Written(WriteAnswer.Busy, late),
            "unanswered" => Written(WriteAnswer.Unanswered, soon),
            "no line" => Written(WriteAnswer.NoLine, soon),
            "out of range" => Written(WriteAnswer.OutOfRange, soon),
            "write refused" => Written(WriteAnswer.Refused, soon),
            "passed" => WriteTransitions.Passed(state, Order, soon),
            "passed late" => WriteTransitions.Passed(state, Order, late),
            "gate open" => Seen(soon, g: 1),
            "gate shut" => Seen(soon, g: 0),
            "state due" => Seen(soon, s: 7),
            "state other" => Seen(soon, s: 3),
            "state other late" => Seen(late, s: 3),
            "state refused" => Seen(soon, s: 9),
            "seen right" => Seen(soon, p: 50.5),
            "effect" => Seen(soon, p: 50, w: 510),
            "seen wrong" => Seen(soon, p: 70),
            "enable wrong" => Seen(soon, p: 50, e: 0, w: 510),
            "seen late" => Seen(late, p: 70),
            "effect late" => Seen(late, p: 50),
            "silent" => WriteTransitions.Unseen(state, Order, Silent, soon),
            "silent late" => WriteTransitions.Unseen(state, Order, Silent, late),
            "busy" => WriteTransitions.Unseen(state, Order, Busy, soon),
            "refused" => WriteTransitions.Unseen(state, Order, Refused, soon),
            _ => WriteTransitions.End(state, new(AddCause.AbortionByCancel, "")),
        };
        Assert.Equal((next, cause), ($"{after.Phase} {after.Step}", after.Outcome.Failure));
        if (after.Phase == state.Phase)
        {
            // What stays where it is changes nothing but when it looks again.
            Assert.Equal(state with { NotBefore = after.NotBefore }, after);
            Assert.True(after.NotBefore == state.NotBefore || after.NotBefore > soon);
        }
    }

    [Fact]
    public void The_table_has_each_state_with_each_input_it_can_meet()
    {
        var phases = Table().Select(r => r.Data.Item1.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(Enum.GetNames<WritePhase>().Order(StringComparer.Ordinal), phases.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_set_point_without_effect_ends_with_its_read_back()
    {
        var order = OrderOf("  P: {holding: 1, access: write, range: [0, 100]}\n", 50);
        var ended = WriteTransitions.Seen(new(WritePhase.ReadingBack, 1, At, At, 0, default), order, _ => new(50, null, false), At);
        Assert.Equal((WritePhase.Ended, AddCause.None), (ended.Phase, ended.Outcome.Failure));
    }

    [Theory] // what nobody can read back, and what is a pulse, is not written twice
    [InlineData("  P: {holding: 1, access: write-only}\n")]
    [InlineData("  P: {coil: 1, access: write}\n")]
    public void What_cannot_be_doubted_is_not_written_again(string points)
    {
        var after = WriteTransitions.Written(new(WritePhase.Writing, 0, At, At, 0, default), OrderOf(points, 1), new(WriteAnswer.Unanswered, "silent"), At);
        Assert.Equal((WritePhase.Ended, AddCause.AbortionByCommunicationLoss), (after.Phase, after.Outcome.Failure));
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(0, true)]
    [InlineData(100.1, false)]
    [InlineData(-1, false)]
    [InlineData(double.NaN, false)]
    public void What_is_out_of_range_is_refused(double value, bool isTaken) => Assert.Equal(isTaken, new WriteOrder(Order.Point, value, Order.Points).Refuse() is null);

    private static WriteOrder OrderOf(string points, double value)
    {
        var load = ProfileReader.Load(new StringReader("profile: p\npoints:\n" + points), "p.yaml");
        Assert.DoesNotContain(load.Findings, f => f.IsError);
        return new(load.Profile!.Points["P"], value, load.Profile.Points);
    }
}
