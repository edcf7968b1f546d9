using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

using static FailSafeTests;

/// <summary>How long a command lasts by itself (RvrtTms of IEC 61850-7-420), and what lets go of it for good, in virtual time.</summary>
public sealed class FailSafeReversionTests
{
    private readonly MemoryStore _store = new();

    [Fact]
    public void RvrtTms_counts_from_the_last_Operate_whoever_is_there()
    {
        var ied = Ied("after=\"1h\" value=\"60\"", reversion: 120);
        var peer = Commanded(ied, 30);
        ied.Advance(100);
        Assert.Null(Operate(ied, peer, 40));
        Assert.Equal(40, Written(ied));
        ied.Advance(119);
        Assert.Empty(ied.Commands);
        ied.Advance(2);
        Assert.Equal(60, Written(ied));
        Assert.Equal((false, true, false), Shown(ied));
        ied.Server.PartnerSeen(Owner);
        ied.Advance(60);
        Assert.Empty(ied.Commands);
        Assert.Null(Operate(ied, peer, 20));
        Assert.Equal(20, Written(ied));
        Assert.Equal((false, false, false), Shown(ied));
    }

    [Fact]
    public void RvrtTms_without_a_fail_safe_lets_go()
    {
        var ied = Ied(null, reversion: 120);
        Commanded(ied, 30);
        ied.Advance(121);
        Assert.Single(ied.ToldToLetGo);
        Assert.Empty(Claims(ied));
    }

    [Theory] // a command is as old as it is: by a clock that was set and a restart it becomes no older, and no younger
    [InlineData(9000)]
    [InlineData(-9000)]
    public void RvrtTms_is_the_same_time_whatever_the_clock_says_and_over_a_restart(int step)
    {
        var ied = Ied(null, reversion: 3600, store: _store);
        Commanded(ied, 30);
        ied.Advance(600);
        ied.Time.AdjustTime(ied.Time.GetUtcNow() + TimeSpan.FromSeconds(step));
        ied.Outbox.ClockStepped(TimeSpan.FromSeconds(step));
        ied.Drain();

        Assert.Empty(ied.ToldToLetGo);
        Assert.Single(Claims(ied));
        var after = Ied(null, reversion: 3600, store: _store, time: new(ied.Time.GetUtcNow()));
        after.Advance(2990);
        Assert.Empty(after.ToldToLetGo);
        after.Advance(11);
        Assert.Single(after.ToldToLetGo);
    }

    [Theory] // a command that has lasted as long as RvrtTms says does not come back with its owner, not for a moment
    [InlineData("60")]
    [InlineData("release")]
    [InlineData("keep")]
    public void What_lapsed_while_its_owner_was_gone_does_not_come_back_with_him(string value)
    {
        var ied = Ied($"after=\"60s\" value=\"{value}\"", reversion: 120);
        CommandedAndGone(ied, 30);
        ied.Advance(61);
        ied.Commands.Clear();
        ied.Advance(60);
        Assert.Equal(value == "60" ? 0 : 1, ied.ToldToLetGo.Count);
        Assert.Empty(ied.Commands);
        ied.Associate();
        ied.Advance(600);
        Assert.Empty(ied.Commands);
        Assert.Empty(Claims(ied));
        Assert.Equal((false, value == "60", false), Shown(ied));
        Assert.Null(Operate(ied, ied.Associate(peer: "control@dso.example/2"), 40));
        Assert.Equal(40, Written(ied));
    }

    [Fact] // the top of a limit is a release, also where nothing of his was in force: there is nothing left that somebody would have to look after
    public void Who_commands_the_top_of_a_limit_while_the_value_is_in_force_holds_nothing()
    {
        const string Rule = "after=\"60s\" value=\"60\"";
        var ied = Ied(Rule, reversion: 120, store: _store);
        var peer = Commanded(ied, 30);
        ied.Advance(121);
        Assert.Equal(60, Written(ied));
        Assert.Null(Operate(ied, peer, 100));
        Assert.Equal(100, Written(ied));
        Assert.Equal((false, false, false), Shown(ied));
        ied.Advance(600);
        ied.Server.Abort(peer, AssociationEndCause.PeerGone, "gone");
        ied.Advance(600);
        Assert.Empty(ied.Commands);

        // After a start there is nothing either, but where the value is in force after each.
        var after = Ied(Rule, reversion: 120, store: _store, time: new(ied.Time.GetUtcNow()));
        after.Advance(600);
        Assert.Empty(after.Commands);
        var value = Ied(Rule + " start=\"value\"", reversion: 120, store: _store, time: new(after.Time.GetUtcNow()));
        value.Advance(2);
        Assert.Equal(60, Written(value));
        Assert.Equal((false, true, false), Shown(value));
        value.Associate();
        value.Advance(600);
        Assert.Empty(value.Commands);
    }
}
