using DerAgent.Mms;
using DerAgent.Xmpp;

namespace DerAgent.Client;

/// <summary>How a client reaches an agent.</summary>
internal sealed record AcsiClientOptions
{
    /// <summary>Our XMPP connection.</summary>
    public required XmppOptions Xmpp { get; init; }
    /// <summary>Full JID of the agent, e.g. <c>pv1@dso.example/IEC</c>.</summary>
    public required Jid Server { get; init; }
    /// <summary>
    /// Association id to propose; null: another one each time, 1 to 3 digits at random. A client that starts anew then takes no association of its own that still lives,
    /// and late stanzas of the old one do not reach the new one.
    /// </summary>
    public string? AssociationId { get; init; }
    /// <summary>Dialect to speak.</summary>
    public MmsDialect Dialect { get; init; } = MmsDialect.Tr2015;
    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Whether a server that cannot be reached is tried again until <see cref="ConnectTimeout"/>; a person at a terminal rather wants to know.</summary>
    public bool RetryUnreachable { get; init; } = true;
    /// <summary>How long an answer may take; writes to hardware take longest.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Greatest MMSpdu we take, in octets.</summary>
    public int MaxPduSize { get; init; } = 65_000;
}
