using DerAgent.Acsi;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Xmpp;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent;

/// <summary>Takes the requests of a connection's partners: finds the association, decodes, and hands them to the server. What is wrong with them is answered here.</summary>
/// <param name="name">Name of the connection.</param>
/// <param name="sender">What goes out over it.</param>
/// <param name="keeper">Looks after the peers.</param>
/// <param name="loop">The server.</param>
/// <param name="tally">Counts what is refused.</param>
/// <param name="log">Where it tells people.</param>
internal sealed class UplinkIntake(string name, UplinkSender sender, PeerKeeper keeper, IedLoop loop, LossTally tally, ILogger log)
{
    /// <summary>Takes a request.</summary>
    /// <param name="request">An iq of type get or set.</param>
    /// <param name="subject">Who sent it and what was granted to him; null: a stranger.</param>
    public void Take(Stanza request, Subject? subject)
    {
        if (request.From is not { } from || subject is null)
        {
            // The rights changed while it came: to a stranger nobody is here.
            sender.Send(request.Error(StanzaErrorCondition.ServiceUnavailable));
        }
        else if (!AssociationEnvelope.IsPresent(request.Element!.Xml.Span))
        {
            sender.Send(request.Error(request.Element.Children.Count != 1 ? StanzaErrorCondition.BadRequest : StanzaErrorCondition.ServiceUnavailable));
        }
        else if (AssociationEnvelope.Read(request.Element.Xml, out var fault) is not { } envelope)
        {
            sender.Send(request.Error(StanzaErrorCondition.BadRequest, fault));
        }
        else
        {
            Admit(request, from, subject, envelope);
        }
    }

    /// <summary>Takes a request of an association, unless as many are outstanding as was negotiated: then it is refused without being decoded.</summary>
    private void Admit(Stanza request, Jid from, Subject subject, AssociationEnvelope envelope)
    {
        var key = new AssociationKey(name, from.ToString(), envelope.AssociationId);
        var peek = PduPeek.Of(envelope.Pdu.Span);
        if (peek.IsInitiate || sender.Find(key) is not { } peer)
        {
            // A client that starts anew is bound by nothing that was agreed on before.
            Decode(request, key, subject, new(from, new(envelope.AssociationId, envelope.Dialect)), envelope);
            return;
        }

        if (!peer.End.Fits(envelope))
        {
            sender.Send(request.Error(StanzaErrorCondition.PolicyViolation, $"the MMSpdu has {envelope.Pdu.Length} octets; {peer.End.MaxPduSize} were negotiated"));
            return;
        }

        if (peer.Calls.TryBegin(peek.IsConfirmedRequest))
        {
            Decode(request, key, subject, peer, envelope);
            return;
        }

        tally.Add(Loss.Rejected, key.ToString());
        switch (peer.Calls.Exceed())
        {
            case Excess.Reject:
                var reject = new RejectPdu(peek.InvokeId, new(RejectedPdu.ConfirmedRequest, RejectCode.MaxServOutstandingExceeded));
                sender.SendAll(peer.Answer(request.Id ?? "", reject), peer.Lane, isUrgent: false, peer.Calls.RejectionSent);
                break;
            case Excess.Drop:
                tally.Add(Loss.RejectedUnsaid);
                break;
            case Excess.Abort:
                sender.Abort(peer.Association!, "it asks on and on, and does not read that it asks too much");
                break;
        }
    }

    /// <summary>Answers a request that came to nothing.</summary>
    private void Refuse(UplinkPeer peer, IReadOnlyList<Stanza> answer)
    {
        if (!sender.SendAll(answer, peer.Lane, isUrgent: false, peer.Calls.Finish) && peer.Association is { } association)
        {
            sender.Abort(association);
        }
    }

    /// <summary>Decodes a request where it came in, and hands the record to the server.</summary>
    private void Decode(Stanza request, AssociationKey key, Subject subject, UplinkPeer peer, AssociationEnvelope envelope)
    {
        var isAssociated = peer.Association is not null;
        var result = peer.End.Read(envelope);
        switch (result)
        {
            case { Pdu: null } when !isAssociated && !result.IsInitiate:
                // Who is not associated learns that, whatever he sent.
                sender.Send(request.Error(StanzaErrorCondition.ItemNotFound, $"there is no association \"{key.Id}\"; associate first"));
                break;
            case { Fault: XerFault.NotAnMmsPdu }:
                Refuse(peer, [request.Error(StanzaErrorCondition.BadRequest, result.Description)]);
                break;
            case { Pdu: null }:
                if (tally.Add(Loss.Unreadable, key.ToString()))
                {
                    log.LogInformation("{Key}: rejected: {Description}", key, result.Description);
                }

                Refuse(peer, peer.Answer(request.Id ?? "", result.ToReject()));
                break;
            default:
                loop.Post(server => Serve(server, request, key, subject, peer, result.Pdu));
                break;
        }
    }

    private void Serve(AcsiServer server, Stanza request, AssociationKey key, Subject subject, UplinkPeer peer, MmsPdu pdu)
    {
        if (pdu is InitiateRequest initiate)
        {
            Associate(server, request, new(key, subject, request.Id ?? ""), peer, initiate);
        }
        else if (server.Find(key) is { } association && (peer.Association is null || peer.Association == association))
        {
            server.Handle(association, request.Id ?? "", pdu);
        }
        else
        {
            sender.Enqueue(() => sender.Send(request.Error(StanzaErrorCondition.ItemNotFound, $"there is no association \"{key.Id}\"; associate first")));
        }
    }

    /// <summary>Associates, or refuses it; where there is no place, not before those who have one were asked whether they are still there.</summary>
    private void Associate(AcsiServer server, Stanza request, AssociationRequester requester, UplinkPeer peer, InitiateRequest initiate)
    {
        bool Try(AcsiServer at, bool isLast) => TryAssociate(at, request, requester, peer, initiate, isLast);
        if (!Try(server, false) && !keeper.TryHold(server, requester.Key, Try))
        {
            Try(server, true);
        }
    }

    /// <summary>False: there is no place, and nothing was answered, for it is not the last time.</summary>
    private bool TryAssociate(AcsiServer server, Stanza request, AssociationRequester requester, UplinkPeer peer, InitiateRequest initiate, bool isLast)
    {
        var before = server.Find(requester.Key);
        var answer = server.Associate(requester, initiate);
        if (!isLast && answer is InitiateError { Error: { Class: ErrorClass.Initiate, Code: ErrorCode.InitiateOther } })
        {
            return false;
        }

        var association = answer is InitiateResponse ? server.Find(requester.Key) : null;
        if (association is not null || tally.Add(Loss.Refused, requester.Key.ToString()))
        {
            log.LogInformation("{Key} {Outcome} ({Dialect})", requester.Key, association is null ? "refused" : association == before ? "associated already" : "associated", peer.End.Dialect);
        }

        sender.Enqueue(() => sender.Associated(request, association, peer, answer));
        if (association is not null && association != before)
        {
            keeper.Associated(server, peer.Peer, request.Language is not null, replaces: before is not null);
        }

        return true;
    }
}
