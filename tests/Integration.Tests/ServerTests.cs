using System.Text;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>What both servers must carry, each as it is shipped (wire profile §1).</summary>
public sealed class ServerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<bool> Servers => [false, true];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_cut_line_is_resumed_without_losing_or_doubling_a_stanza(bool isEjabberd)
    {
        await using var lab = await XmppLab.StartAsync(isEjabberd);
        await using var proxy = new FaultyCable(lab.Port);
        await using var sender = new XmppPeer(lab.Options("control", "a", proxy.Port) with { BackOffReset = TimeSpan.Zero });
        await using var receiver = new XmppPeer(lab.Options("view", "b"));
        await sender.ConnectedAsync(resumed: false);
        var to = (await receiver.ConnectedAsync(resumed: false)).Address;
        for (var i = 0; i < 200; i++)
        {
            if (i % 40 == 20)
            {
                proxy.Cut();
            }

            Assert.True(sender.Connection.TrySend(Message(to, $"{i}")), $"stanza {i} was not taken; last: {sender.Last}");
            if (i % 40 == 39)
            {
                await sender.ConnectedAsync(resumed: true);
                Assert.Equal(Enumerable.Range(0, i + 1).Select(n => $"{n}"), await receiver.BodiesAsync(i + 1));
            }
        }
    }

    [Theory] // make before break
    [MemberData(nameof(Servers))]
    public async Task A_line_is_renewed_without_losing_or_doubling_a_stanza(bool isEjabberd)
    {
        await using var lab = await XmppLab.StartAsync(isEjabberd);
        await using var sender = new XmppPeer(lab.Options("control", "a"));
        await using var receiver = new XmppPeer(lab.Options("view", "b"));
        await sender.ConnectedAsync(resumed: false);
        var to = (await receiver.ConnectedAsync(resumed: false)).Address;
        for (var i = 0; i < 200; i++)
        {
            var (peer, account, resource) = i % 40 == 10 ? (sender, "control", "a") : (receiver, "view", "b");
            var renewing = i % 20 == 10 ? peer.Connection.RenewAsync(lab.Options(account, resource), CancellationToken.None) : Task.FromResult<XmppFailure?>(null);
            Assert.True(sender.Connection.TrySend(Message(to, $"{i}")));
            Assert.True(sender.Connection.TrySend(Message(to, $"{i}+")));
            Assert.Null(await renewing.WaitAsync(Patience, TestContext.Current.CancellationToken));
        }

        Assert.Equal(Enumerable.Range(0, 200).SelectMany(i => new[] { $"{i}", $"{i}+" }), await receiver.BodiesAsync(400));
        Assert.DoesNotContain(sender.Seen.Concat(receiver.Seen), n => n is XmppNotice.Disconnected);
    }

    [Theory] // no session lost, no honest request unanswered, and few refusals for the stranger
    [MemberData(nameof(Servers))]
    public async Task Twenty_thousand_stanzas_of_a_stranger_cost_nobody_anything(bool isEjabberd)
    {
        await using var lab = await XmppLab.StartAsync(isEjabberd);
        await using var agent = new XmppPeer(lab.Options("pv1", "IEC"), j => j.Local == "control");
        await using var honest = new XmppPeer(lab.Options("control", "h"));
        await using var stranger = new XmppPeer(lab.Options("stranger", "s"));
        var to = (await agent.ConnectedAsync(resumed: false)).Address;
        await honest.ConnectedAsync(resumed: false);
        await stranger.ConnectedAsync(resumed: false);
        var lane = stranger.Connection.OpenLane("flood");
        for (var sent = 0; sent < 20_000;)
        {
            if (!stranger.Connection.TrySend(Stanza.Iq("get", $"f{sent}", to, "<ping xmlns=\"urn:xmpp:ping\"/>"u8.ToArray()), lane))
            {
                await (lane.HasRoom ? Task.CompletedTask : stranger.RoomAsync().WaitAsync(Patience, TestContext.Current.CancellationToken));
                continue;
            }

            // In bursts of 1000: ejabberd ends a session when 5000 stanzas lie between an acknowledgement and its own turn to read it, whatever the client does.
            if (++sent % 1_000 == 0)
            {
                // What the stranger has sent is on its way to us; what comes behind it is served.
                await stranger.PingAsync();
                var pong = await honest.Connection.RequestAsync(Stanza.Iq("get", honest.Connection.NewId(), to, "<ping xmlns=\"urn:xmpp:ping\"/>"u8.ToArray()), Patience, TestContext.Current.CancellationToken);
                Assert.True(pong.Type == "result", $"{pong} after {sent} stanzas; {string.Join("; ", agent.Seen)}");
            }
        }

        Assert.Equal("result", (await agent.PingAsync()).Type);
        Assert.DoesNotContain(agent.Seen.Concat(honest.Seen), n => n is XmppNotice.Disconnected);
    }

    [Fact] // two servers that federate are not needed for that: a resource that is gone is answered for by its own server
    public async Task A_ping_to_who_is_gone_comes_back_on_both_servers()
    {
        foreach (var isEjabberd in new[] { false, true })
        {
            await using var lab = await XmppLab.StartAsync(isEjabberd);
            await using var agent = new XmppPeer(lab.Options("pv1", "IEC"));
            await agent.ConnectedAsync(resumed: false);
            var answer = await agent.Connection.RequestAsync(Stanza.Iq("get", agent.Connection.NewId(), Jid.Parse("control@localhost/gone"), "<ping xmlns=\"urn:xmpp:ping\"/>"u8.ToArray()), Patience, TestContext.Current.CancellationToken);
            Assert.Equal(("error", "service-unavailable"), (answer.Type, StanzaError.Of(answer).Condition));
        }
    }

    private static Stanza Message(Jid to, string body) => Stanza.Message("chat", to, Encoding.UTF8.GetBytes($"<body>{body}</body>"));
}
