using System.Security;
using System.Text;

namespace DerAgent.Xmpp;

/// <summary>What we say of ourselves to those who may know (XEP-0030).</summary>
/// <param name="Category">Category of the identity, e.g. <c>automation</c>.</param>
/// <param name="Type">Type of the identity, e.g. <c>device-node</c>.</param>
/// <param name="Name">Name of the identity.</param>
/// <param name="Features">Features beside ping and discovery.</param>
public sealed record DiscoIdentity(string Category, string Type, string Name, IReadOnlyList<string> Features);

/// <summary>Answers what every XMPP entity answers: pings, discovery, subscription requests (XEP-0199, XEP-0030, RFC 6121 §3). No I/O.</summary>
/// <param name="own">Our own JID.</param>
/// <param name="identity">What we say of ourselves.</param>
/// <param name="isKnown">Whether a bare JID may know of us at all.</param>
public sealed class PeerServices(Jid own, DiscoIdentity identity, Func<Jid, bool> isKnown)
{
    private readonly StrangerLimits _limits = new();

    /// <summary>Stanzas of strangers that came.</summary>
    public long Strangers { get; private set; }

    /// <summary>The last of them; null: none came.</summary>
    public Jid? LastStranger { get; private set; }

    /// <summary>Those of them that got no answer although one was due: there were too many.</summary>
    public long Unanswered { get; private set; }

    /// <summary>Takes a stanza; whether it is dealt with. Answers are to be sent. Of strangers everything is dealt with: to them nobody is here.</summary>
    /// <param name="stanza">The stanza, of any kind but an answer to a request of ours.</param>
    /// <param name="now">The time, from whatever beginning.</param>
    /// <param name="answer">What is to be sent, or null.</param>
    public bool Take(Stanza stanza, TimeSpan now, out Stanza? answer)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        answer = null;
        if (!IsKnown(stanza.From))
        {
            answer = Refuse(stanza, now);
            return true;
        }

        switch (stanza.Kind)
        {
            case StanzaKind.Presence when stanza is { Type: "subscribe", From: { } from }:
                answer = Stanza.Presence("subscribed", from.Bare);
                return true;
            case StanzaKind.Iq when stanza.IsRequest && stanza.Element?.Children is [var child]:
                answer = Answer(stanza, child);
                return answer is not null;
            default:
                return false;
        }
    }

    /// <summary>The answer to a stanza beyond our limits, or null: those who may know of us learn why it was refused, strangers nothing.</summary>
    public Stanza? Refuse(Stanza head, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (IsKnown(head.From))
        {
            return head.IsRequest ? head.Error(StanzaErrorCondition.PolicyViolation, "the stanza is beyond the limits of the agent") : null;
        }

        Strangers++;
        LastStranger = head.From;
        var refusal = head.IsRequest ? head.Error(StanzaErrorCondition.ServiceUnavailable)
            : head is { Kind: StanzaKind.Presence, Type: "subscribe" } ? Stanza.Presence("unsubscribed", head.From!.Bare)
            : null;
        if (refusal is not null && !_limits.MayAnswer(head.From!.Bare, now))
        {
            Unanswered++;
            return null;
        }

        return refusal;
    }

    private Stanza? Answer(Stanza stanza, XmlElement child) => child switch
    {
        { Name: "ping", Namespace: Namespaces.Ping } when stanza.Type == "get" => stanza.Answer(),
        { Name: "query", Namespace: Namespaces.DiscoInfo } when stanza.Type == "get" => stanza.Answer(Encoding.UTF8.GetBytes(Info())),
        { Name: "query", Namespace: Namespaces.DiscoItems } when stanza.Type == "get" => stanza.Answer(Encoding.UTF8.GetBytes($"<query xmlns=\"{Namespaces.DiscoItems}\"/>")),
        { Name: "query", Namespace: Namespaces.Roster } when stanza.Type == "set" && IsServer(stanza.From) => stanza.Answer(),
        _ => null,
    };

    /// <summary>Whether somebody may know of us: our own server, and who is known.</summary>
    internal bool IsKnown(Jid? from) => IsServer(from) || isKnown(from!.Bare);

    /// <summary>Our own server speaks without from, as itself, or in the name of our account (RFC 6120 §8.1.2.1).</summary>
    private bool IsServer(Jid? from) => from is null || from == own.Bare || (from.Local is null && from.Resource is null && from.Domain == own.Domain);

    private string Info()
    {
        var text = new StringBuilder($"<query xmlns=\"{Namespaces.DiscoInfo}\">");
        text.Append($"<identity category=\"{identity.Category}\" type=\"{identity.Type}\" name=\"{SecurityElement.Escape(identity.Name)}\"/>");
        foreach (var feature in identity.Features.Concat([Namespaces.Ping, Namespaces.DiscoInfo, Namespaces.DiscoItems]))
        {
            text.Append($"<feature var=\"{SecurityElement.Escape(feature)}\"/>");
        }

        return text.Append("</query>").ToString();
    }
}
