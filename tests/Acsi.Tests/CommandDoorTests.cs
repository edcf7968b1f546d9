using CsCheck;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>The one door for commands: who may, what is in force, what is left when somebody lets go (IEC TR 61850-80-3 §7.6.2).</summary>
public sealed class CommandDoorTests
{
    private const string Limit = "DWMX1$CO$WMaxSptPct";
    private readonly TestIed _ied = TestIed.PvInverter();

    [Fact] // two sources on one object: who is refused is told AddCause 2
    public void A_client_below_a_higher_claim_is_refused_unless_his_limit_is_stricter()
    {
        var peer = _ied.Associate();
        Assert.Equal(ClaimVerdict.InForce, Enter("grid", -1, 60, CommandSource.Schedule).Verdict);
        _ied.HardwareObeys();
        Assert.Equal(DataAccessError.ObjectAccessDenied, Operate(peer, 80));
        var error = Assert.Single(_ied.Reports(peer));
        Assert.Equal((long)AddCause.BlockedBySwitchingHierarchy, error.Results[0].Value.Items[^1].AsInteger());
        Assert.Empty(_ied.Commands);

        Assert.Null(Operate(peer, 40));
        Assert.Equal(40, _ied.Commands.Peek().Targets[0].Value.AsDouble());
        _ied.HardwareObeys();
        Assert.Equal(["control@dso.example", "grid"], Claims().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_lower_source_inside_is_kept_and_comes_into_force_on_release()
    {
        var peer = _ied.Associate();
        Assert.Null(Operate(peer, 50));
        _ied.HardwareObeys();
        Assert.Equal(ClaimVerdict.Shadowed, Enter("night", 5, 70, CommandSource.Schedule).Verdict);
        Assert.Empty(_ied.Commands);

        // Back to the top of the range: his claim ends, and what is left counts.
        Assert.Null(Operate(peer, 100));
        Assert.Equal(70, _ied.Commands.Peek().Targets[0].Value.AsDouble());
        _ied.HardwareObeys();
        Assert.Equal(["night"], Claims());
        Release("night");
        Assert.Empty(Claims());
        Assert.Empty(_ied.Commands);
    }

    [Fact]
    public void When_the_claim_in_force_goes_what_is_left_is_written()
    {
        Enter("high", 0, 60, CommandSource.FailSafe);
        Enter("low", 5, 70, CommandSource.Schedule);
        _ied.Commands.Clear();
        Release("high");
        Assert.Equal(70, Assert.Single(_ied.Commands).Targets[0].Value.AsDouble());
    }

    [Fact] // what was not committed was never ordered
    public void A_step_that_fails_orders_nothing_and_claims_nothing()
    {
        Enter("low", 5, 70, CommandSource.Schedule);
        _ied.HardwareObeys();
        var door = _ied.Server.Door;
        var command = new Command(door.NewId(), [new(Slot, DataValue.Float32(40))], new("high", 0), CommandSource.FailSafe);
        Assert.Equal(ClaimVerdict.InForce, door.Enter(command).Verdict);
        Assert.Empty(_ied.Commands);
        _ied.Server.Undo();
        _ied.Drain();
        Assert.Empty(door.Open);
        Assert.Equal(["low"], Claims());
        door.Release(Slot, "low");
        _ied.Server.Undo();
        Assert.Equal(["low"], Claims());
        _ied.Server.Tick();
        _ied.Drain();
        Assert.Empty(_ied.Commands);
        Assert.Equal(ClaimVerdict.InForce, Enter(command).Verdict);
        Assert.Single(_ied.Commands);
    }

    [Fact] // none given: all are equal, and the last command wins
    public void Of_equals_the_last_one_wins()
    {
        var (one, other) = (_ied.Associate(), _ied.Associate("other@dso.example/1"));
        Assert.Null(Operate(one, 30));
        _ied.HardwareObeys();
        Assert.Null(Operate(other, 80));
        Assert.Equal(80, _ied.Commands.Peek().Targets[0].Value.AsDouble());
        _ied.HardwareObeys();
        Assert.Equal(["other@dso.example"], Claims());
    }

    [Fact]
    public void A_command_with_two_targets_fails_as_a_whole_where_the_second_fails()
    {
        var second = _ied.Model.Node("PV1LD0", "DGEN1$SP$WMax$setMag$f")!.FirstSlot;
        var answer = Enter(new Command(_ied.Server.Door.NewId(), [Target(50), new(second, DataValue.Float32(9_000))], new("plant", 0), CommandSource.Setting));
        var command = Assert.Single(_ied.Commands);
        Assert.Equal((answer.Id, 2), (command.Id, command.Targets.Count));
        Assert.Equal(2, _ied.Server.Door.Arbiter.Of(Slot).Count + _ied.Server.Door.Arbiter.Of(second).Count);
        _ied.Server.CommandCompleted(command.Id, CommandOutcome.Refused("the second refuses"));
        Assert.Empty(_ied.Server.Door.Open);
        Assert.Empty(Claims());
        Assert.Empty(_ied.Server.Door.Arbiter.Of(second));
    }

    [Fact]
    public void Where_one_target_is_refused_none_is_claimed_or_written()
    {
        Enter("grid", -1, 60, CommandSource.Schedule);
        _ied.Commands.Clear();
        var second = _ied.Model.Node("PV1LD0", "DGEN1$SP$WMax$setMag$f")!.FirstSlot;
        var answer = Enter(new Command(_ied.Server.Door.NewId(), [new(second, DataValue.Float32(1)), Target(90)], new("somebody", 3), CommandSource.Operate));
        Assert.Equal(ClaimVerdict.Refused, answer.Verdict);
        Assert.Empty(_ied.Commands);
        Assert.Empty(_ied.Server.Door.Arbiter.Of(second));
    }

    [Fact] // what is in force is never looser than any live limit, and nobody is lost but by his own word or an equal's
    public void Claims_on_a_limit_keep_their_rules_whatever_comes() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 100], Gen.Bool, Gen.Bool).Array[1, 30].Sample(moves =>
    {
        IReadOnlyList<Claim> live = [];
        foreach (var (who, value, isClients, leaves) in moves)
        {
            var claim = new Claim($"c{who}", who / 2, CommandSource.Operate, DataValue.Float32(value), DateTimeOffset.UnixEpoch, null);
            if (leaves)
            {
                live = ClaimRules.Leave(live, claim.Claimant);
                Assert.DoesNotContain(live, c => c.Claimant == claim.Claimant);
                continue;
            }

            var (verdict, after) = ClaimRules.Enter(live, claim, ClaimCombination.Minimum, isClients);
            var isLooserThanHigher = live.Any(c => c.Authority < claim.Authority && c.Claimant != claim.Claimant && c.Value.AsDouble() <= value);
            Assert.Equal(isClients && isLooserThanHigher, verdict == ClaimVerdict.Refused);
            Assert.True(verdict != ClaimVerdict.Refused || ReferenceEquals(after, live));
            if (verdict != ClaimVerdict.Refused)
            {
                Assert.Contains(claim, after);
                Assert.Equal(live.Count(c => c.Authority != claim.Authority), after.Count - 1);
            }

            live = after;
            Assert.All(live, c => Assert.True(ClaimRules.InForce(live, ClaimCombination.Minimum)!.Value.AsDouble() <= c.Value.AsDouble()));
        }
    });

    private int Slot => _ied.Model.Node("PV1LD0", Limit + "$Oper$ctlVal$f")!.FirstSlot;

    private IEnumerable<string> Claims() => _ied.Server.Door.Arbiter.Of(Slot).Select(c => c.Claimant);

    private CommandTarget Target(float value) => new(Slot, DataValue.Float32(value), ClaimCombination.Minimum, 100);

    private DoorAnswer Enter(string claimant, int authority, float value, CommandSource source) =>
        Enter(new Command(_ied.Server.Door.NewId(), [Target(value)], new(claimant, authority), source));

    private DoorAnswer Enter(Command command)
    {
        var answer = _ied.Server.Enter(command);
        _ied.Drain();
        return answer;
    }

    private void Release(string claimant)
    {
        _ied.Server.Release(Slot, claimant);
        _ied.Drain();
    }

    private DataAccessError? Operate(Association peer, float value) => _ied.Write(peer, Limit + "$Oper", DataValue.Structure(
        DataValue.Structure(DataValue.Float32(value)), DataValue.Structure(DataValue.Integer(3), DataValue.Octets([1])), DataValue.Unsigned(1), Timestamp.From(_ied.Time.GetUtcNow()).ToValue(), DataValue.Boolean(false), DataValue.Bits(0, 2)));
}
