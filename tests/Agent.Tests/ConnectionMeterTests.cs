using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary>What goes over a connection is counted, shown in the LCCH of the model, and told once a day.</summary>
public sealed class ConnectionMeterTests
{
    [Fact]
    public async Task A_connection_shows_whether_it_is_up_and_what_went_over_it()
    {
        await using var agent = await TestAgent.StartAsync(a => a.Scl = SupervisionScl.Text());
        agent.Associate();
        Assert.True(agent.Read("LCCH1$ST$ChLiv$stVal").Value.AsBoolean());
        Assert.False(agent.Read("LCCH2$ST$ChLiv$stVal").Value.AsBoolean());
        agent.Advance(61, 1);
        var (received, sent) = (Number(agent, "RxCnt"), Number(agent, "TxCnt"));
        Assert.InRange(received, 3, 20);
        Assert.InRange(sent, 3, 20);
        for (var i = 0; i < 100; i++)
        {
            agent.Ask(new IdentifyRequest());
        }

        agent.Advance(61, 1);
        Assert.InRange(Number(agent, "RxCnt") - received, 100, 110);
        Assert.InRange(Number(agent, "TxCnt") - sent, 100, 110);

        agent.Link.Disconnect(mayResume: true);
        agent.Link.Connect(resumed: true);
        Assert.True(agent.Read("LCCH1$ST$ChLiv$stVal").Value.AsBoolean());
        Assert.Equal(0, agent.Read("LCCH1$ST$FerCh$stVal").Value.AsInteger());
    }

    [Fact]
    public async Task What_a_day_cost_is_told()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Ask(TestAgent.Writing("LLN0$RP$urcbMeas01$IntgPd", DataValue.Unsigned(60_000)));
        agent.Ask(TestAgent.Writing("LLN0$RP$urcbMeas01$TrgOps", DataValue.Bits((ulong)TriggerConditions.Integrity, 6)));
        agent.Advance(86_400, 30);
        Assert.Contains(agent.Log, l => l.Contains("dso: in the last day: received 0.", StringComparison.Ordinal) && l.Contains(" stanzas, sent ", StringComparison.Ordinal) && l.Contains("reports of ", StringComparison.Ordinal));
    }

    [Fact]
    public void Reports_are_counted_apart_and_what_was_lost_too()
    {
        var meter = new ConnectionMeter();
        meter.Received(100);
        meter.Sent(1_000, isReport: true);
        meter.Sent(500, isReport: true);
        meter.Sent(250_000, isReport: false);
        meter.Lost(1);
        Assert.Equal(new(1, 100, 3, 251_500, 2, 1_500, 1), meter.Total);
        Assert.Equal((750, 250), (meter.Total.OctetsOfReport, meter.Total.LostOfThousand));
        Assert.Equal("received 0.000 MB in 1 stanzas, sent 0.252 MB in 3, of which 2 reports of 750 octets on average; 1 were lost", meter.Tell());
        Assert.Equal("received 0.000 MB in 0 stanzas, sent 0.000 MB in 0, of which 0 reports of 0 octets on average", meter.Tell());
        Assert.Equal((0, 0), (default(ConnectionOctets).OctetsOfReport, default(ConnectionOctets).LostOfThousand));
    }

    [Theory]
    [InlineData("get", "id", "a@b.example/c", "<x/>")]
    [InlineData(null, null, "a@b.example/ü", "")]
    public void Octets_are_those_on_the_wire(string? type, string? id, string to, string payload)
    {
        var stanza = id is null ? Xmpp.Stanza.Presence(type, Xmpp.Jid.Parse(to)) : Xmpp.Stanza.Iq(type!, id, Xmpp.Jid.Parse(to), System.Text.Encoding.UTF8.GetBytes(payload));
        Assert.Equal(stanza.ToArray().Length, stanza.Octets);
    }

    private static long Number(TestAgent agent, string name) => agent.Read($"LCCH1$ST${name}$actVal").Value.AsInteger();
}
