using DerAgent.Xmpp;

namespace DerAgent.Agent.Tests;

/// <summary>Whose associations a presence ends.</summary>
public sealed class PeerPresenceTests
{
    [Theory]
    [InlineData("unavailable", "control@localhost/a", "control@localhost/a")]
    [InlineData("error", "control@localhost/a", "control@localhost/a")]
    [InlineData(null, "control@localhost/a", null)]
    [InlineData("subscribed", "control@localhost/a", null)]
    [InlineData("unavailable", null, null)]
    public void A_session_that_is_gone_takes_its_associations_along(string? type, string? from, string? gone) =>
        Assert.Equal(gone, PeerPresence.Gone(type, Jid.Read(from)));

    [Theory] // RFC 6121 §3.1.3: so a server acknowledges a subscription request, whether the partner is there or not
    [InlineData("unavailable")]
    [InlineData("error")]
    public void An_answer_to_our_subscription_request_ends_nothing(string type) => Assert.Null(PeerPresence.Gone(type, Jid.Parse("control@localhost")));
}
