namespace DerAgent.Xmpp;

/// <summary>Namespaces of the protocols spoken here.</summary>
public static class Namespaces
{
    /// <summary>Stanzas of a client (RFC 6120).</summary>
    public const string Client = "jabber:client";
    /// <summary>The stream itself (RFC 6120).</summary>
    public const string Streams = "http://etherx.jabber.org/streams";
    /// <summary>Conditions of stream errors (RFC 6120).</summary>
    public const string StreamErrors = "urn:ietf:params:xml:ns:xmpp-streams";
    /// <summary>Conditions of stanza errors (RFC 6120).</summary>
    public const string Stanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";
    /// <summary>STARTTLS (RFC 6120 §5).</summary>
    public const string Tls = "urn:ietf:params:xml:ns:xmpp-tls";
    /// <summary>SASL (RFC 6120 §6).</summary>
    public const string Sasl = "urn:ietf:params:xml:ns:xmpp-sasl";
    /// <summary>Resource binding (RFC 6120 §7).</summary>
    public const string Bind = "urn:ietf:params:xml:ns:xmpp-bind";
    /// <summary>The roster (RFC 6121 §2).</summary>
    public const string Roster = "jabber:iq:roster";
    /// <summary>Stream management (XEP-0198).</summary>
    public const string StreamManagement = "urn:xmpp:sm:3";
    /// <summary>Ping (XEP-0199).</summary>
    public const string Ping = "urn:xmpp:ping";
    /// <summary>Service discovery (XEP-0030): information.</summary>
    public const string DiscoInfo = "http://jabber.org/protocol/disco#info";
    /// <summary>Service discovery (XEP-0030): items.</summary>
    public const string DiscoItems = "http://jabber.org/protocol/disco#items";
    /// <summary>Hints for those who carry a message (XEP-0334).</summary>
    public const string Hints = "urn:xmpp:hints";
}
