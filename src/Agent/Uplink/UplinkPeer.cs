using DerAgent.Acsi;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>Our end of one association, and where the other end is.</summary>
/// <param name="peer">Full JID of the other end.</param>
/// <param name="end">Turns PDUs into stanzas.</param>
internal sealed class UplinkPeer(Jid peer, AssociationEnd end)
{
    /// <summary>Where the other end is.</summary>
    public Jid Peer => peer;

    /// <summary>Turns PDUs into stanzas.</summary>
    public AssociationEnd End => end;

    /// <summary>The association in the server; null before it is there.</summary>
    public Association? Association { get; init; }

    /// <summary>What waits for the line; null before the association is there.</summary>
    public XmppLane? Lane { get; init; }

    /// <summary>Requests of the other end that are not answered.</summary>
    public CallLimit Calls { get; init; } = new(1);

    /// <summary>Stanzas that carry a PDU which answers a request.</summary>
    public IReadOnlyList<Stanza> Answer(string requestId, MmsPdu pdu) => pdu is RejectPdu && end.Dialect.RejectsAreMessages
        ? [Message(end.Write(pdu)), Stanza.IqError(requestId, peer, StanzaErrorCondition.UndefinedCondition)]
        : [Stanza.Iq("result", requestId, peer, end.Write(pdu))];

    /// <summary>The stanza of an unconfirmed PDU.</summary>
    public Stanza Notify(MmsPdu pdu) => Message(end.Write(pdu));

    /// <summary>The stanzas of a report; none where one of its members is larger than a PDU.</summary>
    public IReadOnlyList<Stanza> Report(Report report) => [.. ReportFormat.Write(report, end).Select(Message)];

    /// <summary>The answer to a request of ours; null, and why, where it makes no sense.</summary>
    public (MmsPdu? Pdu, string Failure) Answered(Stanza answer, uint invokeId)
    {
        if (answer.Type == "error")
        {
            return (null, $"the peer answered {StanzaError.Of(answer)}");
        }

        if (AssociationEnvelope.Read(answer.Element!.Xml, out var fault) is not { } envelope || envelope.AssociationId != end.Id)
        {
            return (null, $"the peer's answer makes no sense: {fault ?? "it is of another association"}");
        }

        if (!end.Fits(envelope))
        {
            return (null, $"the peer's answer has {envelope.Pdu.Length} octets; {end.MaxPduSize} were negotiated");
        }

        var result = end.Read(envelope);
        return result.Pdu switch
        {
            ConfirmedResponse response when response.InvokeId != invokeId => (null, "the peer answered another request"),
            ConfirmedError error when error.InvokeId != invokeId => (null, "the peer answered another request"),
            null => (null, $"the peer's answer cannot be read: {result.Description}"),
            var pdu => (pdu, ""),
        };
    }

    private Stanza Message(byte[] content) => Stanza.Message(end.Dialect.MessageType, peer, content);
}
