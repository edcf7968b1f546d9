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
    /// <summary>Association id to propose.</summary>
    public string AssociationId { get; init; } = "1";
    /// <summary>Dialect to speak.</summary>
    public MmsDialect Dialect { get; init; } = MmsDialect.Tr2015;
    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>How long an answer may take; writes to hardware take longest.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>Greatest MMSpdu we take, in octets.</summary>
    public int MaxPduSize { get; init; } = 65_000;
}
