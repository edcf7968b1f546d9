using DerAgent.Mms;
using DerAgent.Xmpp;

namespace DerAgent.Agent.Tests;

/// <summary>A reload with other credentials, or without a connection.</summary>
public sealed class RenewalTests
{
    [Fact] // make before break: partners do not notice
    public async Task Another_password_is_taken_without_ending_an_association()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        var link = agent.Link;
        agent.Secret = "another";
        await agent.UseAsync();
        Assert.Same(link, agent.Link);
        Assert.Equal(["another"], link.Renewed.Select(o => o.Password));
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));
        await agent.UseAsync();
        Assert.Single(link.Renewed);
    }

    [Fact]
    public async Task A_password_that_is_refused_is_an_alarm_and_is_tried_again_with_the_next_reload()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Link.RenewFails = new(XmppFailureKind.Authentication, "check the account and its password");
        agent.Secret = "wrong";
        await agent.UseAsync();
        Assert.Contains(agent.Log, l => l.Contains("do not let us in: check the account", StringComparison.Ordinal));
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));
        agent.Link.RenewFails = null;
        await agent.UseAsync();
        Assert.Equal(["wrong", "wrong"], agent.Link.Renewed.Select(o => o.Password));
        Assert.Contains(agent.Log, l => l.Contains("are in use", StringComparison.Ordinal));
    }

    [Fact] // its associations, reservations and places end at once, not when they would be missed
    public async Task A_connection_that_becomes_another_account_takes_its_associations_along()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Send(TestAgent.Writing("LLN0$BR$brcbMeas01$RptEna", Model.DataValue.Boolean(true)));
        var link = agent.Link;
        agent.Account = "pv2@dso.example";
        await agent.UseAsync();
        Assert.NotSame(link, agent.Link);
        Assert.Contains(agent.Log, l => l.Contains("control@dso.example/1#1 ended: the configuration was changed", StringComparison.Ordinal));
        Assert.All(link.Lanes, l => Assert.True(l.IsClosed));
        Assert.Contains(link.Sent, s => s is { Kind: StanzaKind.Presence, Type: "unavailable" });
        agent.Link.Connect();
        agent.Associate();
        Assert.False(agent.Read("LLN0$BR$brcbMeas01$RptEna").Value.AsBoolean());
    }
}
