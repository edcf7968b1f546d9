using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>Our end of one association, and where the other end is.</summary>
/// <param name="Peer">Full JID of the other end.</param>
/// <param name="End">Turns PDUs into stanzas.</param>
internal sealed record UplinkPeer(Jid Peer, AssociationEnd End)
{
    /// <summary>Stanzas that carry a PDU which answers a request.</summary>
    public IReadOnlyList<Stanza> Answer(string requestId, MmsPdu pdu) => pdu is RejectPdu && End.Dialect.RejectsAreMessages
        ? [Message(End.Write(pdu)), Stanza.IqError(requestId, Peer, StanzaErrorCondition.UndefinedCondition)]
        : [Stanza.Iq("result", requestId, Peer, End.Write(pdu))];

    /// <summary>The stanza of an unconfirmed PDU.</summary>
    public Stanza Notify(MmsPdu pdu) => Message(End.Write(pdu));

    /// <summary>The stanzas of a report; none where one of its members is larger than a PDU.</summary>
    public IReadOnlyList<Stanza> Report(Report report) => [.. ReportFormat.Write(report, End).Select(Message)];

    private Stanza Message(byte[] content) => Stanza.Message(End.Dialect.MessageType, Peer, content);
}
