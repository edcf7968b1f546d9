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
    /// <summary>Takes a stanza; whether it is dealt with. Answers are to be sent.</summary>
    public bool Take(Stanza stanza, out IReadOnlyList<Stanza> answers)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        answers = [];
        switch (stanza.Kind)
        {
            case StanzaKind.Presence when stanza is { Type: "subscribe", From: { } from }:
                answers = [Stanza.Presence(isKnown(from.Bare) ? "subscribed" : "unsubscribed", from.Bare)];
                return true;
            case StanzaKind.Iq when stanza.IsRequest && stanza.Element?.Children is [var child]:
                return TakeRequest(stanza, child, ref answers);
            default:
                return false;
        }
    }

    /// <summary>The answer to a request beyond our limits, or null: those who may know of us learn why it was refused, strangers nothing.</summary>
    public Stanza? Refuse(Stanza head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return !head.IsRequest ? null
            : IsServer(head.From) || isKnown(head.From!.Bare) ? head.Error(StanzaErrorCondition.PolicyViolation, "the stanza is beyond the limits of the agent")
            : head.Error(StanzaErrorCondition.ServiceUnavailable);
    }

    private bool TakeRequest(Stanza stanza, XmlElement child, ref IReadOnlyList<Stanza> answers)
    {
        var isOurs = child switch
        {
            { Name: "ping", Namespace: Namespaces.Ping } => stanza.Type == "get",
            { Name: "query", Namespace: Namespaces.DiscoInfo or Namespaces.DiscoItems } => stanza.Type == "get",
            { Name: "query", Namespace: Namespaces.Roster } => stanza.Type == "set" && IsServer(stanza.From),
            _ => false,
        };
        if (!isOurs)
        {
            return false;
        }

        if (!IsServer(stanza.From) && !isKnown(stanza.From!.Bare))
        {
            answers = [stanza.Error(StanzaErrorCondition.ServiceUnavailable)];
            return true;
        }

        answers = [stanza.Answer(child.Namespace switch
        {
            Namespaces.DiscoInfo => Encoding.UTF8.GetBytes(Info()),
            Namespaces.DiscoItems => Encoding.UTF8.GetBytes($"<query xmlns=\"{Namespaces.DiscoItems}\"/>"),
            _ => default,
        })];
        return true;
    }

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
