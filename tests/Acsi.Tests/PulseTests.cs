using DerAgent.Client;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Outputs that give pulses (IEC 61850-7-3 §6.7 PulseConfig): cmdQual, onDur, offDur and numPls of a switch, in virtual time.</summary>
public sealed class PulseTests
{
    private const string Position = "CSWI1$CO$Pos";
    private readonly MemoryStore _store = new();

    [Fact] // SBOes with cmdQual pulse: each edge counts from the moment the hardware took the one before
    public void A_pulse_lasts_onDur_and_the_next_comes_after_offDur()
    {
        var ied = Ied(count: 2);
        var peer = Operated(ied);
        Assert.True(Value(Taken(ied)));
        Assert.Empty(Ended(ied, peer));
        foreach (var (pause, isOn) in new[] { (0.2, false), (0.5, true), (0.2, false) })
        {
            ied.Advance(pause - 0.001);
            Assert.Empty(ied.Commands);
            ied.Advance(0.001);
            Assert.Equal(isOn, Value(Assert.Single(ied.Commands)));
            Taken(ied, takes: 0.05);
        }

        // It has ended when the output rests, once.
        Assert.Null(Assert.Single(Ended(ied, peer)).AddCause);
        Assert.True(ied.Read(peer, "CSWI1$ST$Pos$stSeld").Value.AsBoolean() is false);
        ied.Advance(10);
        Assert.Empty(ied.Commands);
        Assert.Equal(1, TestRecords.Accepted(_store));
    }

    [Theory] // what is no pulse: off, persistent, without length, in a test
    [InlineData("pulse", false, 200, 1)]
    [InlineData("persistent", true, 200, 1)]
    [InlineData("pulse", true, 0, 1)]
    [InlineData("pulse", true, 200, 0)]
    public void What_is_no_pulse_is_set_and_stays(string quality, bool on, int duration, int count)
    {
        var ied = Ied(count, quality, duration);
        var peer = Operated(ied, on);
        Assert.Equal(on, Value(Taken(ied)));
        Assert.Null(Assert.Single(Ended(ied, peer)).AddCause);
        ied.Advance(10);
        Assert.Empty(ied.Commands);
    }

    [Fact]
    public void With_test_no_pulse_reaches_the_hardware()
    {
        var ied = Ied(1);
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, "LLN0$CO$Mod$Oper", ied.Command(DataValue.Integer(3))));
        Assert.Null(ied.Write(peer, Position + "$SBOw", ied.Command(DataValue.Boolean(true), test: true)));
        Assert.Null(ied.Write(peer, Position + "$Oper", ied.Command(DataValue.Boolean(true), test: true)));
        ied.Advance(10);
        Assert.Empty(ied.Commands);
        Assert.Null(Assert.Single(Ended(ied, peer)).AddCause);
    }

    [Fact] // nobody leaves a relay on: where the pulse fails, or takes too long, the output is put to rest, until that is done
    public void Where_a_pulse_fails_its_output_is_put_to_rest()
    {
        var ied = Ied(1);
        var peer = Operated(ied);
        Fail(ied, ied.Commands.Dequeue(), AddCause.AbortionByCommunicationLoss);
        Assert.Equal(23, Assert.Single(Ended(ied, peer)).AddCause);
        for (var i = 0; i < 3; i++)
        {
            Assert.False(Value(Assert.Single(ied.Commands)));
            Fail(ied, ied.Commands.Dequeue(), AddCause.AbortionByCommunicationLoss);
            ied.Advance(9.9);
            Assert.Empty(ied.Commands);
            ied.Advance(0.1);
        }

        Taken(ied);
        ied.Advance(60);
        Assert.Empty(ied.Commands);
        Assert.Equal(3, ied.Left.OfType<AcsiEffect.Log>().Count(l => l.Text.Contains("put to rest", StringComparison.Ordinal)));
    }

    [Fact]
    public void Who_operates_it_takes_it_out_of_its_rest()
    {
        var ied = Ied(1);
        var peer = Operated(ied);
        Fail(ied, ied.Commands.Dequeue(), AddCause.BlockedByProcess);
        Fail(ied, ied.Commands.Dequeue(), AddCause.BlockedByProcess);
        Operate(ied, peer, true);
        Assert.True(Value(ied.Commands.Dequeue()));
        ied.Advance(15);
        Assert.Empty(ied.Commands);
    }

    [Fact] // operTimeout bounds the hardware, not the pulses
    public void The_time_limit_ends_a_pulse_that_is_not_taken()
    {
        var ied = Ied(1);
        var peer = Operated(ied);
        ied.Advance(20.5);
        Assert.Empty(Ended(ied, peer));
        ied.Advance(0.3);
        Assert.Equal(16, Assert.Single(Ended(ied, peer)).AddCause);
        Assert.Single(ied.Withdrawn);
        Assert.Equal([true, false], ied.Commands.Select(Value));
    }

    [Fact] // the power goes while the output is on: the command is never written again, its output is put to rest
    public void After_a_power_cut_within_a_pulse_the_output_rests()
    {
        var ied = Ied(3);
        Operated(ied);
        Taken(ied);
        var after = Ied(3, time: new(ied.Time.GetUtcNow()));
        Assert.False(Value(Assert.Single(after.Commands)));
        Taken(after);
        after.Advance(30);
        Assert.Empty(after.Commands);
        Assert.Single(TestRecords.Of(_store), r => r.IsOutcome);
    }

    private TestIed Ied(int count, string quality = "pulse", int duration = 200, Microsoft.Extensions.Time.Testing.FakeTimeProvider? time = null) =>
        new(TestScl.Shipped.WithPulses(count, quality, duration), null, _store, null, time);

    private static Association Operated(TestIed ied, bool on = true, bool test = false)
    {
        var peer = ied.Associate();
        Operate(ied, peer, on, test);
        return peer;
    }

    private static void Operate(TestIed ied, Association peer, bool on, bool test = false)
    {
        Assert.Null(ied.Write(peer, Position + "$SBOw", ied.Command(DataValue.Boolean(on), test: test)));
        Assert.Null(ied.Write(peer, Position + "$Oper", ied.Command(DataValue.Boolean(on), test: test)));
    }

    /// <summary>The hardware takes the oldest order, which then has ended well.</summary>
    private static ProcessCommand Taken(TestIed ied, double takes = 0)
    {
        ied.Advance(takes);
        var command = ied.Commands.Peek();
        ied.HardwareObeys();
        return command;
    }

    private static void Fail(TestIed ied, ProcessCommand command, AddCause cause)
    {
        ied.Server.CommandCompleted(command.Id, new(cause, "no"));
        ied.Drain();
    }

    private static bool Value(ProcessCommand command) => Assert.Single(command.Targets).Value.AsBoolean();

    private static List<ControlNotice> Ended(TestIed ied, Association peer) => [.. ied.Reports(peer).Select(ControlNotice.From).Select(n => n!)];
}
