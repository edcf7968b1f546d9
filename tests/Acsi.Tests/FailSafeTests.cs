using CsCheck;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>What becomes of a set point when the partner who commanded it is gone, in virtual time (fail-safe of the SCL file; RvrtTms of IEC 61850-7-420).</summary>
public sealed class FailSafeTests
{
    private const string Limit = "DWMX1$CO$WMaxSptPct";
    internal const string Owner = "control@dso.example";
    private readonly MemoryStore _store = new();

    [Fact]
    public void A_partner_who_is_gone_for_long_enough_leaves_the_value_and_finds_his_own_again()
    {
        var ied = Ied("after=\"60s\" value=\"60\"");
        CommandedAndGone(ied, 30);
        ied.Advance(59);
        Assert.Empty(ied.Commands);
        ied.Advance(2);
        Assert.Equal(60, Written(ied));
        Assert.Equal((true, false, false), Shown(ied));
        Assert.Contains(ied.Left.OfType<AcsiEffect.Log>(), l => l.IsWarning && l.Text.Contains("control@dso.example is gone for 60 s: 60 comes into force", StringComparison.Ordinal));

        ied.Associate();
        ied.Drain();
        Assert.Equal(30, Written(ied));
        Assert.Equal((false, false, false), Shown(ied));
        Assert.Equal([Owner], Claims(ied));
    }

    [Fact] // available presence is as good as an association, and a short absence is none
    public void Presence_and_a_short_absence_keep_what_was_commanded()
    {
        var ied = Ied("after=\"60s\" value=\"60\"");
        var peer = Commanded(ied, 30);
        ied.Server.PartnerPresence("dso", $"{Owner}/1", true);
        ied.Server.Abort(peer, AssociationEndCause.PeerGone, "gone");
        ied.Advance(600);
        Assert.Empty(ied.Commands);
        ied.Server.PartnerPresence("dso", $"{Owner}/1", false);
        ied.Advance(40);
        ied.Server.PartnerSeen(Owner);
        ied.Advance(50);
        Assert.Empty(ied.Commands);
        ied.Advance(11);
        Assert.Equal(60, Written(ied));
    }

    [Fact]
    public void A_connection_that_is_down_shows_nobody()
    {
        var ied = Ied("after=\"60s\" value=\"60\"");
        ied.Server.PartnerPresence("dso", $"{Owner}/1", true);
        var peer = Commanded(ied, 30);
        ied.Server.Abort(peer, AssociationEndCause.StreamLost, "down");
        ied.Server.PresenceLost("dso");
        ied.Advance(61);
        Assert.Equal(60, Written(ied));
    }

    [Fact]
    public void Keep_keeps_and_says_so()
    {
        var ied = Ied("after=\"60s\" value=\"keep\"");
        CommandedAndGone(ied, 30);
        ied.Advance(61);
        Assert.Empty(ied.Commands);
        Assert.Equal((true, false, false), Shown(ied));
        Assert.Equal([Owner], Claims(ied));
        ied.Associate();
        ied.Drain();
        Assert.Equal((false, false, false), Shown(ied));
    }

    [Fact]
    public void Release_lets_go_of_what_he_commanded()
    {
        var ied = Ied("after=\"60s\" value=\"release\"");
        CommandedAndGone(ied, 30);
        ied.Advance(61);
        Assert.Equal($"PV1LD0/{Limit}$Oper$ctlVal$f", Assert.Single(ied.ToldToLetGo));
        Assert.Empty(Claims(ied));
        ied.Associate();
        ied.Drain();
        Assert.Equal(30, Written(ied));
    }

    [Fact]
    public void A_ramp_comes_in_steps_and_ends_with_the_owners_first_stanza()
    {
        var ied = Ied("after=\"60s\" value=\"60\" ramp=\"6/min\"");
        CommandedAndGone(ied, 30);
        ied.Advance(60);
        Assert.Equal(30, Written(ied));
        for (var due = 31; due <= 40; due++)
        {
            ied.Advance(10);
            Assert.Equal(due, Written(ied));
        }

        ied.Server.PartnerSeen(Owner);
        ied.Drain();
        Assert.Equal(30, Written(ied));
        ied.Advance(30);
        Assert.Empty(ied.Commands);
    }

    [Fact]
    public void Stay_leaves_the_value_until_somebody_commands()
    {
        var ied = Ied("after=\"60s\" value=\"60\" back=\"stay\"");
        var peer = Commanded(ied, 30);
        ied.Server.Abort(peer, AssociationEndCause.PeerGone, "gone");
        ied.Advance(61);
        Assert.Equal(60, Written(ied));
        peer = ied.Associate();
        ied.Advance(100);
        Assert.Empty(ied.Commands);
        Assert.Equal((false, false, false), Shown(ied));
        Assert.Null(Operate(ied, peer, 80));
        Assert.Equal(80, Written(ied));
        Assert.Equal([Owner], Claims(ied));
    }

    [Fact] // whoever commands has control; what stood for somebody else ends
    public void Another_partner_who_commands_ends_it()
    {
        var ied = Ied("after=\"60s\" value=\"60\"");
        CommandedAndGone(ied, 30);
        ied.Advance(61);
        Assert.Equal(60, Written(ied));
        Assert.Null(Operate(ied, ied.Associate("vpp@vpp.example/1"), 90));
        Assert.Equal(90, Written(ied));
        Assert.Equal(["vpp@vpp.example"], Claims(ied));
        Assert.Equal((false, false, false), Shown(ied));
    }

    [Fact] // refused by the device: every 10 s, and the model shows it
    public void What_the_hardware_refuses_comes_again()
    {
        var ied = Ied("after=\"60s\" value=\"60\"");
        CommandedAndGone(ied, 30);
        ied.Advance(61);
        for (var i = 0; i < 5; i++)
        {
            ied.Server.CommandCompleted(ied.Commands.Dequeue().Id, CommandOutcome.Refused("no"));
            ied.Drain();
            Assert.Equal((true, false, true), Shown(ied));
            ied.Advance(9);
            Assert.Empty(ied.Commands);
            ied.Advance(1.5);
        }

        Assert.Equal(60, Written(ied));
        Assert.Equal((true, false, false), Shown(ied));
        Assert.Single(ied.Left.OfType<AcsiEffect.Log>(), l => l.Text.Contains("does not take it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(30, false)] // missing: the rest of the time counts over the restart
    [InlineData(100, true)] // active: its value is put in force again, and the owner's comes back
    public void It_outlives_a_restart(double gone, bool isActive)
    {
        var ied = Ied("after=\"60s\" value=\"60\"", store: _store);
        CommandedAndGone(ied, 30);
        ied.Advance(gone);
        ied.Commands.Clear();

        var after = Ied("after=\"60s\" value=\"60\"", store: _store, time: new(ied.Time.GetUtcNow()));
        after.Advance(isActive ? 2 : 29);
        Assert.Equal(isActive ? 1 : 0, after.Commands.Count);
        after.Advance(2);
        Assert.Equal(60, Written(after));
        after.Associate();
        after.Drain();
        Assert.Equal(30, Written(after));
    }

    [Fact]
    public void After_a_start_the_value_is_in_force_until_somebody_commands_or_the_owner_is_back()
    {
        var fresh = Ied("after=\"60s\" value=\"60\" start=\"value\"");
        fresh.Advance(2);
        Assert.Equal(60, Written(fresh));
        Assert.Equal((false, true, false), Shown(fresh));
        Assert.Null(Operate(fresh, fresh.Associate(), 90));
        Assert.Equal(90, Written(fresh));

        var ied = Ied("after=\"60s\" value=\"60\" start=\"value\"", store: _store);
        ied.Advance(2);
        Assert.Equal(60, Written(ied));
        Commanded(ied, 30);
        var after = Ied("after=\"60s\" value=\"60\" start=\"value\"", store: _store, time: new(ied.Time.GetUtcNow()));
        after.Advance(2);
        Assert.Equal(60, Written(after));
        after.Associate();
        after.Drain();
        Assert.Equal(30, Written(after));
    }

    [Fact] // start="value" is so also where its owner was missing when the agent died, and what is left of the time does not matter
    public void After_a_start_the_value_is_in_force_where_the_owner_was_missing_already()
    {
        const string Rule = "after=\"60s\" value=\"60\" start=\"value\"";
        var ied = Ied(Rule, store: _store);
        ied.Advance(2);
        Assert.Equal(60, Written(ied));
        CommandedAndGone(ied, 30);
        ied.Advance(5);
        var after = Ied(Rule, store: _store, time: new(ied.Time.GetUtcNow()));
        after.Advance(2);
        Assert.Equal(60, Written(after));
    }

    [Theory] // held, missing or in force: the device is left as it is, and nobody commands it any more
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(100)]
    public void After_a_start_the_device_is_left_as_it_is_where_the_rule_says_so(double gone)
    {
        const string Rule = "after=\"60s\" value=\"60\" start=\"device\"";
        var ied = Ied(Rule, store: _store);
        Assert.Equal($"PV1LD0/{Limit}$Oper$ctlVal$f", Assert.Single(ied.Server.LeftAtStart).Reference);
        var peer = Commanded(ied, 30);
        if (gone > 0)
        {
            ied.Server.Abort(peer, AssociationEndCause.PeerGone, "gone");
            ied.Advance(gone);
        }

        var after = Ied(Rule, store: _store, time: new(ied.Time.GetUtcNow()));
        after.Advance(600);
        Assert.Empty(after.Commands);
        Assert.Empty(after.ToldToLetGo);
        Assert.Empty(Claims(after));
        Assert.Equal((false, false, false), Shown(after));

        // The next command is one like any other.
        peer = Commanded(after, 40);
        after.Server.Abort(peer, AssociationEndCause.PeerGone, "gone");
        after.Advance(61);
        Assert.Equal(60, Written(after));

        // And nothing of before comes back.
        var third = Ied(Rule, store: _store, time: new(after.Time.GetUtcNow()));
        third.Associate();
        third.Advance(600);
        Assert.Empty(third.Commands);
    }

    [Fact]
    public void Stay_leaves_a_ramped_release_where_it_stands()
    {
        var ied = Ied("after=\"60s\" value=\"release\" ramp=\"6/min\" back=\"stay\"");
        CommandedAndGone(ied, 30);
        ied.Advance(60);
        Assert.Equal(30, Written(ied));
        for (var due = 31; due <= 33; due++)
        {
            ied.Advance(10);
            Assert.Equal(due, Written(ied));
        }

        ied.Associate();
        ied.Advance(600);
        Assert.Empty(ied.Commands);
        Assert.Empty(ied.ToldToLetGo);
    }

    [Fact] // durations do not follow the wall clock
    public void A_step_of_the_clock_changes_nothing()
    {
        var ied = Ied("after=\"60s\" value=\"60\"");
        CommandedAndGone(ied, 30);
        ied.Advance(30);
        var step = TimeSpan.FromHours(5);
        ied.Time.SetUtcNow(ied.Time.GetUtcNow() + step);
        ied.Outbox.ClockStepped(step);
        ied.Advance(29);
        Assert.Empty(ied.Commands);
        ied.Advance(2);
        Assert.Equal(60, Written(ied));
    }

    [Fact]
    public void What_is_off_has_no_fail_safe()
    {
        var ied = Ied("after=\"60s\" value=\"60\"");
        var peer = Commanded(ied, 30);
        Assert.Null(ied.Write(peer, "DWMX1$CO$Mod$Oper", ied.Command(DataValue.Integer(5))));
        ied.Drain();
        ied.Server.Abort(peer, AssociationEndCause.PeerGone, "gone");
        ied.Advance(200);
        Assert.Empty(ied.Commands);
    }

    [Theory] // never above the strictest that is due, never stuck, whatever happens
    [InlineData("after=\"60s\" value=\"60\"")]
    [InlineData("after=\"60s\" value=\"20\" ramp=\"12/min\"")]
    [InlineData("after=\"60s\" value=\"release\" ramp=\"30/min\"")]
    [InlineData("after=\"60s\" value=\"60\" back=\"stay\" start=\"value\"")]
    [InlineData("after=\"60s\" value=\"60\" start=\"device\"")]
    [InlineData("after=\"60s\" value=\"release\" ramp=\"30/min\" back=\"stay\"")]
    [InlineData("after=\"60s\" value=\"keep\"")]
    public void Whatever_happens_what_is_due_comes_into_force(string rule) => Gen.Int[0, 1_000_000].Sample(seed => new FailSafeWorld(rule, seed).Run(80), iter: 60);

    [Fact] // an integer that stands for a half of a percent: the rule and the log know percents, the leaf knows the integer
    public void Where_an_integer_stands_for_the_value_the_rule_is_in_the_unit()
    {
        const string Type = "<DA name=\"sVC\" bType=\"Struct\" type=\"Svc\" fc=\"CF\"/>";
        var scl = Scl("after=\"60s\" value=\"60\"", 0);
        var (begin, end) = (scl.IndexOf("<DOType id=\"APC_Direct\"", StringComparison.Ordinal), scl.IndexOf("<DOType id=\"DPC_Sbo\"", StringComparison.Ordinal));
        scl = scl[..begin] + scl[begin..end].Replace("mxVal\" bType=\"Struct\" type=\"AnalogueValue\"", "mxVal\" bType=\"Struct\" type=\"Int\"", StringComparison.Ordinal).Replace("Oper_Analogue", "Oper_Int", StringComparison.Ordinal)
            .Replace("<DA name=\"minVal\"", Type + "<DA name=\"minVal\"", StringComparison.Ordinal) + scl[end..];
        begin = scl.IndexOf("<DAType id=\"Oper_Analogue\"", StringComparison.Ordinal);
        var oper = scl[begin..(scl.IndexOf("</DAType>", begin, StringComparison.Ordinal) + "</DAType>".Length)].Replace("Oper_Analogue", "Oper_Int", StringComparison.Ordinal).Replace("\"AnalogueValue\"", "\"Int\"", StringComparison.Ordinal);
        scl = scl.Insert(begin, oper + "<DAType id=\"Int\"><BDA name=\"i\" bType=\"INT32\"/></DAType><DAType id=\"Svc\"><BDA name=\"scaleFactor\" bType=\"FLOAT32\"/><BDA name=\"offset\" bType=\"FLOAT32\"/></DAType>");
        scl = scl.Replace("<DAI name=\"f\" sAddr=\"inv1/WMaxLimPct\"/>", "<DAI name=\"i\" sAddr=\"inv1/WMaxLimPct\"/>", StringComparison.Ordinal)
            .Replace("<DOI name=\"WMaxSptPct\">", "<DOI name=\"WMaxSptPct\"><SDI name=\"sVC\"><DAI name=\"scaleFactor\"><Val>0.5</Val></DAI></SDI>", StringComparison.Ordinal);
        var ied = new TestIed(scl);
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, $"{Limit}$Oper", ied.Command(DataValue.Structure(DataValue.Integer(60)))));
        Assert.Equal(60, Written(ied));
        ied.Server.Abort(peer, AssociationEndCause.PeerGone, "gone");
        ied.Advance(61);
        Assert.Equal(120, Written(ied));
        Assert.Contains(ied.Left.OfType<AcsiEffect.Log>(), l => l.Text.Contains(": 60 comes into force", StringComparison.Ordinal));
    }

    internal static TestIed Ied(string? rule, int reversion = 0, IStateStore? store = null, Microsoft.Extensions.Time.Testing.FakeTimeProvider? time = null) => new(Scl(rule, reversion), store: store, time: time);

    internal static DataAccessError? Operate(TestIed ied, Association peer, double value) => ied.Write(peer, $"{Limit}$Oper", ied.Command(DataValue.Structure(DataValue.Float32((float)value))));

    internal static string Scl(string? rule, int reversion)
    {
        var scl = TestScl.Shipped;
        var at = scl.IndexOf("<LN lnClass=\"DWMX\"", StringComparison.Ordinal);
        at = scl.IndexOf('>', at) + 1;
        scl = rule is null ? scl : scl.Insert(at, $"<Private type=\"DerAgent:FailSafe\"><da:FailSafe {rule}/></Private>");
        const string Present = "<Val sGroup=\"1\">900</Val>";
        var doi = scl.IndexOf("<DOI name=\"RvrtTms\">", StringComparison.Ordinal);
        var value = scl.IndexOf(Present, doi, StringComparison.Ordinal);
        return scl.Remove(value, Present.Length).Insert(value, $"<Val sGroup=\"1\">{reversion}</Val>");
    }

    internal static Association Commanded(TestIed ied, double value)
    {
        var peer = ied.Associate();
        Assert.Null(Operate(ied, peer, value));
        Assert.Equal(value, Written(ied));
        return peer;
    }

    internal static void CommandedAndGone(TestIed ied, double value) => ied.Server.Abort(Commanded(ied, value), AssociationEndCause.PeerGone, "gone");

    internal static double Written(TestIed ied)
    {
        var value = Assert.Single(ied.Commands).Targets[0].Value.AsDouble();
        ied.HardwareObeys();
        return value;
    }

    internal static (bool, bool, bool) Shown(TestIed ied) => ied.FailSafes.GetValueOrDefault($"PV1LD0/{Limit}$Oper$ctlVal$f");

    internal static IEnumerable<string> Claims(TestIed ied) => ied.Server.Door.Arbiter.Of(ied.Model.Node("PV1LD0", $"{Limit}$Oper$ctlVal$f")!.FirstSlot).Where(c => c.IsClients).Select(c => c.Claimant);
}
