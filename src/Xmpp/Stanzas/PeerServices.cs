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
public sealed class PeerServices
{
    private readonly Jid _own;
    private readonly DiscoIdentity _identity;
    private readonly Func<Jid, bool> _isKnown;
    private readonly StrangerDesk _strangers;

    /// <summary>The services of an entity.</summary>
    /// <param name="own">Our own JID.</param>
    /// <param name="identity">What we say of ourselves.</param>
    /// <param name="isKnown">Whether a bare JID may know of us at all.</param>
    public PeerServices(Jid own, DiscoIdentity identity, Func<Jid, bool> isKnown)
        : this(own, identity, isKnown, new())
    {
    }

    /// <summary>With other limits for strangers.</summary>
    internal PeerServices(Jid own, DiscoIdentity identity, Func<Jid, bool> isKnown, StrangerLimits limits) =>
        (_own, _identity, _isKnown, _strangers) = (own, identity, isKnown, new(own, BackOff.RandomShare, limits));

    /// <summary>
    /// Whether the own server is asked at each login what it answers for a resource that does not exist, so that strangers get just that. False: they get what
    /// nearly every server says.
    /// </summary>
    public bool HidesFromStrangers { get; init; }

    /// <summary>Stanzas of strangers that came.</summary>
    public long Strangers => _strangers.Count;

    /// <summary>The last who sent one; null: none came.</summary>
    public Jid? LastStranger => _strangers.Last;

    /// <summary>Those of them that got no answer although one was due: there were too many.</summary>
    public long Unanswered => _strangers.Unanswered;

    /// <summary>
    /// Whether an error to a request of ours is for certain that of our own server, which has nobody of that address: of one that a client wrote we learn only that
    /// it does not like the request. May be asked by anybody.
    /// </summary>
    /// <param name="error">What came back.</param>
    /// <param name="namesLanguage">Whether what else came from that address names a language (xml:lang).</param>
    public bool IsOfServer(Stanza error, bool namesLanguage)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error is { Kind: StanzaKind.Iq, From: { } from } && from.Domain == _own.Domain && _strangers.AbsentIq?.Is(error, namesLanguage) == true;
    }

    /// <summary>A session begins: what is to be sent.</summary>
    internal IEnumerable<Stanza> Begin(Func<string> newId, TimeSpan now) => HidesFromStrangers ? _strangers.Begin(newId, now) : [];

    /// <summary>A second or so has passed: what is to be sent.</summary>
    internal IEnumerable<Stanza> Tick(TimeSpan now) => _strangers.Tick(IsKnown, now);

    /// <summary>Whether a stanza answers what was asked at <see cref="Begin"/>; what is to be sent because of it.</summary>
    internal bool TryTakeAnswer(Stanza stanza, TimeSpan now, out IEnumerable<Stanza> send) => _strangers.TryTakeAnswer(stanza, now, out send);

    /// <summary>Takes a stanza; null where it is not dealt with, else what is to be sent. Of strangers everything is dealt with: to them nobody is here.</summary>
    /// <param name="stanza">The stanza, of any kind but an answer to a request of ours.</param>
    /// <param name="now">The time, from whatever beginning.</param>
    public IEnumerable<Stanza>? Take(Stanza stanza, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        return stanza switch
        {
            _ when !IsKnown(stanza.From) => _strangers.Take(stanza, now),
            { Kind: StanzaKind.Presence, Type: "subscribe", From: { } from } => [Stanza.Presence("subscribed", from.Bare)],
            { IsRequest: true, Element.Children: [var child] } => Answer(stanza, child) is { } answer ? [answer] : null,
            _ => null,
        };
    }

    /// <summary>What is to be sent because of a stanza beyond our limits: those who may know of us learn why it was refused, strangers nothing.</summary>
    public IEnumerable<Stanza> Refuse(Stanza head, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(head);
        return !IsKnown(head.From) ? _strangers.Take(head, now)
            : head.IsRequest ? [head.Error(StanzaErrorCondition.PolicyViolation, "the stanza is beyond the limits of the agent")]
            : [];
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
    internal bool IsKnown(Jid? from) => IsServer(from) || _isKnown(from!.Bare);

    /// <summary>Our own server speaks without from, as itself, or in the name of our account (RFC 6120 §8.1.2.1).</summary>
    private bool IsServer(Jid? from) => from is null || from == _own.Bare || (from.Local is null && from.Resource is null && from.Domain == _own.Domain);

    private string Info()
    {
        var text = new StringBuilder($"<query xmlns=\"{Namespaces.DiscoInfo}\">");
        text.Append($"<identity category=\"{_identity.Category}\" type=\"{_identity.Type}\" name=\"{SecurityElement.Escape(_identity.Name)}\"/>");
        foreach (var feature in _identity.Features.Concat([Namespaces.Ping, Namespaces.DiscoInfo, Namespaces.DiscoItems]))
        {
            text.Append($"<feature var=\"{SecurityElement.Escape(feature)}\"/>");
        }

        return text.Append("</query>").ToString();
    }
}
