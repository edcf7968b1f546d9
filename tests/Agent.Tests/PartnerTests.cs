using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Xmpp;

namespace DerAgent.Agent.Tests;

/// <summary>Partners that do not read, crash, come back or vanish: what it costs them, and that it costs nobody else anything (wire profile §1.7, §1.8, §2).</summary>
public sealed class PartnerTests
{
    [Fact] // a partner that asks and never reads: what waits for it is bounded, and nobody else waits
    public async Task A_client_that_reads_nothing_is_held_to_what_was_negotiated()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Link.IsSlow = true;
        var answers = Enumerable.Range(0, 200).Select(_ => agent.Ask(new IdentifyRequest())).ToList();
        Assert.All(answers.Take(5), a => Assert.IsType<ConfirmedResponse>(a));
        Assert.All(answers.Skip(5).Take(100), a => Assert.Equal(RejectCode.MaxServOutstandingExceeded, Assert.IsType<RejectPdu>(a).Reason.Code));
        Assert.All(answers.Skip(105), Assert.Null);
        agent.Associate("view@dso.example/1");
        agent.Link.IsSlow = false;
        agent.Link.Write();
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest(), "view@dso.example/1"));
    }

    [Fact]
    public async Task A_client_that_asks_a_thousand_times_too_much_and_reads_nothing_loses_its_association_and_nobody_else_does()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Associate("view@dso.example/1");
        agent.Link.IsSlow = true;
        for (var i = 0; i < 1_005; i++)
        {
            Assert.DoesNotContain(agent.Log, l => l.Contains("asks on and on", StringComparison.Ordinal));
            agent.Send(new IdentifyRequest());
        }

        Assert.Contains(agent.Log, l => l.Contains("control@dso.example/1#1 ended: it asks on and on", StringComparison.Ordinal));
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest(), "view@dso.example/1"));

        // It may come back as it likes.
        agent.Link.IsSlow = false;
        agent.Link.Write();
        agent.Associate();
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));
    }

    [Fact] // a crashed client comes back under its name while answers of the old association still wait
    public async Task A_client_that_starts_anew_gets_only_what_is_for_it_now()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Link.IsSlow = true;
        for (var i = 0; i < 50; i++)
        {
            agent.Send(new IdentifyRequest());
        }

        agent.Associate();
        Assert.True(agent.Link.Lanes[0].IsClosed);
        Assert.Contains(agent.Log, l => l.Contains("its client has started anew", StringComparison.Ordinal));
        Assert.DoesNotContain(agent.Link.Sent, s => s is { Kind: StanzaKind.Presence, Type: "unavailable" });
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));
    }

    [Fact] // XEP-0199: a server keeps reports for who is gone, and says nothing
    public async Task A_partner_that_vanishes_without_a_word_is_missed_by_pings()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Send(TestAgent.Writing("LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true)));
        agent.Advance(2);
        agent.Link.AnswersPings = false;
        agent.Advance(59, 1);
        Assert.Empty(agent.Link.Pings());
        agent.Advance(46, 1);
        Assert.Equal(3, agent.Link.Pings().Count);
        Assert.DoesNotContain(agent.Log, l => l.Contains("ended", StringComparison.Ordinal));
        agent.Advance(25, 1);
        Assert.Contains(agent.Log, l => l.Contains("control@dso.example/1#1 ended: the peer does not answer pings", StringComparison.Ordinal));
        agent.Link.AnswersPings = true;
        agent.Associate();
        Assert.False(agent.Read("LLN0$BR$brcbMeas01$RptEna").Value.AsBoolean());
    }

    [Fact] // five crashes must not lock a person out: a server answers pings of those who are gone
    public async Task What_crashed_clients_left_behind_is_found_when_the_next_one_comes()
    {
        await using var agent = await TestAgent.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            agent.Link.Gone.Add($"view@dso.example/{i - 1}");
            agent.Associate($"view@dso.example/{i}");
            agent.Advance(2);
        }

        Assert.Equal(19, agent.Log.Count(l => l.Contains("the peer is gone: a ping came back", StringComparison.Ordinal)));
    }

    [Fact] // none of them has been quiet for a second: they are asked nevertheless, and the sixth waits for what comes of it
    public async Task What_clients_left_behind_that_crashed_a_moment_ago_is_found_as_well()
    {
        await using var agent = await TestAgent.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            agent.Link.Gone.Add($"view@dso.example/{i - 1}");
            agent.Associate($"view@dso.example/{i}");
        }

        Assert.DoesNotContain(agent.Log, l => l.Contains("refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_initiate_without_a_place_is_answered_when_all_who_have_one_have_answered()
    {
        await using var agent = await TestAgent.StartAsync();
        Fill(agent);
        agent.Link.AnswersPings = false;
        var held = Initiate(agent, "view@dso.example/late");
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(agent.Link.AnswerStanza(held));
            var ping = Assert.Single(agent.Link.Pings($"view@dso.example/{i}"));
            agent.Link.Receive($"view@dso.example/{i}", "iq", "result", ping, "");
        }

        Assert.IsType<InitiateError>(agent.Link.Answer(held));

        // One of them is gone: a place at once, whatever the others say.
        held = Initiate(agent, "view@dso.example/late");
        agent.Link.Receive("view@dso.example/3", "iq", "error", agent.Link.Pings("view@dso.example/3")[^1], "<error type='cancel'><recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
        Assert.IsType<InitiateResponse>(agent.Link.Answer(held));
    }

    [Fact] // those who have a place say nothing at all
    public async Task An_initiate_without_a_place_waits_for_a_few_seconds_only()
    {
        await using var agent = await TestAgent.StartAsync();
        Fill(agent);
        agent.Link.AnswersPings = false;
        var first = Initiate(agent, "view@dso.example/late");
        var again = Initiate(agent, "view@dso.example/late");
        agent.Advance(4, 1);
        Assert.Null(agent.Link.AnswerStanza(again));
        agent.Advance(7, 1);
        Assert.Null(agent.Link.AnswerStanza(first));
        Assert.IsType<InitiateError>(agent.Link.Answer(again));

        // Few are held of one account, and asking again and again asks nobody anew who has not answered.
        var many = Enumerable.Range(0, 50).Select(i => Initiate(agent, $"view@dso.example/m{i}")).ToList();
        Assert.Equal(46, many.Count(id => agent.Link.Answer(id) is InitiateError));
        Assert.Single(agent.Link.Pings("view@dso.example/0"));
        Assert.IsType<InitiateResponse>(agent.Link.Answer(Initiate(agent, "control@dso.example/1")));
        agent.Advance(11, 1);
        Assert.All(many, id => Assert.IsType<InitiateError>(agent.Link.Answer(id)));
    }

    /// <summary>All places of one account are taken.</summary>
    private static void Fill(TestAgent agent)
    {
        for (var i = 0; i < 5; i++)
        {
            agent.Associate($"view@dso.example/{i}");
        }
    }

    private static string Initiate(TestAgent agent, string peer) => agent.Send(TestAgent.Initiation, peer, "1", "set");

    [Theory] // a stanza of ours that comes back from the full JID
    [InlineData("message", "service-unavailable", true)]
    [InlineData("message", "recipient-unavailable", true)]
    [InlineData("message", "item-not-found", true)]
    [InlineData("message", "gone", true)]
    [InlineData("message", "remote-server-not-found", true)]
    [InlineData("message", "remote-server-timeout", true)]
    [InlineData("message", "not-acceptable", false)]
    [InlineData("iq", "recipient-unavailable", true)]
    [InlineData("iq", "service-unavailable", false)]
    [InlineData("presence", "recipient-unavailable", true)]
    public async Task What_comes_back_ends_the_associations_of_who_is_gone(string kind, string condition, bool ends)
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Associate(association: "2");
        agent.Associate("control@dso.example/2");
        agent.Link.Receive("control@dso.example/1", kind, "error", "x", $"<error type='cancel'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
        Assert.Equal(ends ? 2 : 0, agent.Log.Count(l => l.Contains("ended", StringComparison.Ordinal)));
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest(), "control@dso.example/2"));
    }

    [Theory] // its client crashed and came back under its name: what a server gives back late was for who was there before
    [InlineData("iq")]
    [InlineData("message")]
    [InlineData("presence")]
    public async Task What_comes_back_late_does_not_end_the_association_that_took_the_place(string kind)
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Link.AnswersPings = false;
        agent.Associate();
        var old = agent.Link.Pings()[^1];
        agent.Advance(1);
        agent.Associate();
        Receive(kind == "iq" ? old : "x");
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));

        // To its own ping it is the truth; and so is anything else, when that has come to rest.
        if (kind != "iq")
        {
            agent.Advance(11, 1);
        }

        Receive(agent.Link.Pings()[^1]);
        void Receive(string id) => agent.Link.Receive("control@dso.example/1", kind, kind == "presence" ? "unavailable" : "error", id, kind == "presence" ? "" : "<error type='cancel'><recipient-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
        Assert.Contains(agent.Log, l => l.Contains("control@dso.example/1#1 ended: the peer is ", StringComparison.Ordinal));
    }

    [Fact] // clients send presence with every change of status
    public async Task Presence_that_says_here_I_am_ends_nothing()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Link.Receive("control@dso.example/1", "presence", null, "p", "<show>away</show>");
        agent.Link.Receive("control@dso.example", "presence", "unavailable", "p", "");
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));
    }
}
