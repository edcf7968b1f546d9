using System.Collections.Concurrent;
using DerAgent.Acsi;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Xmpp;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent;

/// <summary>What goes out over one connection, in order: encoded and sent outside the servers' loops, by whoever comes first.</summary>
internal sealed class UplinkSender
{
    private const string NoRoom = "its connection takes no more; what waited for it stays in the buffers";

    private readonly string _name;
    private readonly IXmppConnection _xmpp;
    private readonly Func<IedLoop> _loop;
    private readonly LossTally _tally;
    private readonly ConnectionMeter _meter;
    private readonly ILogger _log;
    private readonly SerialQueue<Action> _out;

    // Written where things go out, read where stanzas come in.
    private readonly ConcurrentDictionary<string, Question> _questions = new(StringComparer.Ordinal);

    // Written where things go out, read where stanzas are decoded.
    private readonly ConcurrentDictionary<AssociationKey, UplinkPeer> _peers = new();

    public UplinkSender(string name, IXmppConnection xmpp, Func<IedLoop> loop, LossTally tally, ConnectionMeter meter, ILogger log)
    {
        (_name, _xmpp, _loop, _tally, _meter, _log) = (name, xmpp, loop, tally, meter, log);
        _out = new(GoOut);
    }

    /// <summary>A request of ours that is not answered.</summary>
    private sealed record Question(UplinkPeer Peer, long Id, uint InvokeId);

    /// <summary>Our end of an association, or null.</summary>
    public UplinkPeer? Find(AssociationKey key) => _peers.GetValueOrDefault(key);

    /// <summary>Something that goes out with <see cref="Drain"/>, after all that came before.</summary>
    public void Enqueue(Action one) => _out.Enqueue(one);

    /// <summary>An effect for one of our associations.</summary>
    public void Carry(AcsiEffect effect) => _out.Enqueue(() => GoOut(effect));

    /// <summary>Encodes and sends what waits, unless somebody is at it.</summary>
    public void Drain() => _out.Drain();

    /// <summary>The answer is what was negotiated, and is not yet bound by it.</summary>
    /// <param name="request">The stanza that asked.</param>
    /// <param name="association">The association; null where it was refused.</param>
    /// <param name="peer">Our end of it.</param>
    /// <param name="answer">What is answered.</param>
    public void Associated(Stanza request, Association? association, UplinkPeer peer, MmsPdu answer)
    {
        var stanzas = peer.Answer(request.Id ?? "", answer);
        if (association is null || answer is not InitiateResponse accepted)
        {
            SendAll(stanzas, null);
            return;
        }

        if (Of(association) is { } known)
        {
            // A repetition of the request: its answer was lost, nothing else.
            SendAll(stanzas, known.Lane);
            return;
        }

        if (_peers.TryRemove(association.Key, out var before))
        {
            Ended(before, AssociationEndCause.Replaced);
        }

        peer.End.Negotiated(accepted, isCalling: false);
        var associated = new UplinkPeer(peer.Peer, peer.End) { Association = association, Lane = _xmpp.OpenLane(association.ToString()), Calls = new(accepted.MaxServOutstandingCalling) };
        _peers[association.Key] = associated;
        if (!SendAll(stanzas, associated.Lane))
        {
            Abort(association);
        }
    }

    /// <summary>Our end of an association, if it has not been replaced by another of its name.</summary>
    private UplinkPeer? Of(Association association) => _peers.TryGetValue(association.Key, out var peer) && peer.Association == association ? peer : null;

    /// <summary>What cannot be sent is not passed over: the association ends, so that its client starts anew and resumes its buffered reports where it was.</summary>
    public void Abort(Association association, string reason = NoRoom) => _loop().Post(server => server.Abort(association, AssociationEndCause.NotTaken, reason));

    /// <summary>Sends stanzas that belong together. False where the connection takes them not: there is no session, or too much waits.</summary>
    /// <param name="stanzas">The stanzas.</param>
    /// <param name="lane">Where they wait; null: with what we send in our own name.</param>
    /// <param name="isUrgent">Whether they should go before what others have waiting.</param>
    /// <param name="written">Called when the octets of the last one are handed to TLS.</param>
    /// <param name="isReport">Whether they carry a report.</param>
    public bool SendAll(IReadOnlyList<Stanza> stanzas, XmppLane? lane, bool isUrgent = false, Action? written = null, bool isReport = false)
    {
        var taken = _xmpp.TrySend(stanzas, lane, isUrgent, written);
        for (var i = 0; taken && i < stanzas.Count; i++)
        {
            _meter.Sent(stanzas[i].Octets, isReport);
        }

        if (!taken)
        {
            _meter.Lost(stanzas.Count);
            _tally.Add(Loss.NotTaken, stanzas[0].To?.ToString(), stanzas.Count);
            _log.LogDebug("{Connection}: a stanza to {Peer} was not sent: there is no session, or too much waits", _name, stanzas[0].To);
        }

        return taken;
    }

    /// <summary>Sends in our own name.</summary>
    public bool Send(Stanza stanza) => SendAll([stanza], null);

    private void GoOut(Action one)
    {
#pragma warning disable CA1031 // what one thing brings to light must not keep back the others
        try
        {
            one();
        }
        catch (Exception e)
        {
            _log.LogError(e, "{Connection}: something could not be sent, which is a defect of the agent; everything else goes on: {Message}", _name, e.Message);
        }
#pragma warning restore CA1031
    }

    private void GoOut(AcsiEffect effect)
    {
        switch (effect)
        {
            case AcsiEffect.Respond respond:
                OrAbort(respond.Association, () => Respond(respond.Association, respond.RequestId, respond.Pdu));
                break;
            case AcsiEffect.Notify notify:
                OrAbort(notify.Association, () => Notify(notify.Association, notify.Pdu));
                break;
            case AcsiEffect.Ask ask:
                OrAbort(ask.Association, () => Ask(ask));
                break;
            case AcsiEffect.SendReport report:
                OrAbort(report.Association, () => Report(report));
                break;
            case AcsiEffect.Ended { Association: var association, Cause: var cause } when Of(association) is { } peer:
                _peers.TryRemove(association.Key, out _);
                Ended(peer, cause);
                break;
        }
    }

    /// <summary>Takes an answer to a request of ours; false where it is none.</summary>
    public bool TryTakeAnswer(Stanza answer)
    {
        if (answer.Id is not { } id || !_questions.TryGetValue(id, out var question) || answer.From != question.Peer.Peer || !_questions.TryRemove(id, out _))
        {
            return false;
        }

        var (pdu, failure) = question.Peer.Answered(answer, question.InvokeId);
        Enqueue(() => question.Peer.End.Forget(question.InvokeId));
        _loop().Post(server => server.Answered(question.Peer.Association!, question.Id, pdu, failure));
        return true;
    }

    private void Ended(UplinkPeer peer, AssociationEndCause cause)
    {
        foreach (var (id, _) in _questions.Where(q => q.Value.Peer == peer))
        {
            _questions.TryRemove(id, out _);
        }

        // Who released it still gets what he asked for before.
        _xmpp.CloseLane(peer.Lane!, discard: cause != AssociationEndCause.Released);
        if (cause is AssociationEndCause.ConfigurationChanged or AssociationEndCause.Idle or AssociationEndCause.NotTaken)
        {
            // To it alone we go and come back (IEC TR 61850-80-3 §7.5.4: unavailable aborts).
            Send(Stanza.Presence("unavailable", peer.Peer));
            Send(Stanza.Presence(null, peer.Peer));
        }
    }

    /// <summary>A client that would wait for ever for what could not be encoded starts anew.</summary>
    private void OrAbort(Association association, Action send)
    {
        var isDone = false;
        try
        {
            send();
            isDone = true;
        }
        finally
        {
            if (!isDone)
            {
                Abort(association, "something for it could not be encoded, which is a defect of the agent");
            }
        }
    }

    private void Respond(Association association, string requestId, MmsPdu pdu)
    {
        if (Of(association) is { } peer && !SendAll(peer.Answer(requestId, pdu), peer.Lane, pdu is ConfirmedResponse { Service: WriteResponse }, peer.Calls.Finish))
        {
            Abort(association);
        }
    }

    private void Ask(AcsiEffect.Ask ask)
    {
        if (Of(ask.Association) is not { } peer)
        {
            return;
        }

        if (peer.End.Ask(ask.Request) is not { } asked)
        {
            _loop().Post(server => server.Answered(ask.Association, ask.Id, null, $"the peer has not answered {peer.End.MaxOutstanding} requests"));
            return;
        }

        var id = _xmpp.NewId();
        _questions[id] = new(peer, ask.Id, asked.InvokeId);
        if (!SendAll([Stanza.Iq(asked.Iq.Name(), id, peer.Peer, asked.Content)], peer.Lane))
        {
            Abort(ask.Association);
        }
    }

    private void Notify(Association association, MmsPdu pdu)
    {
        if (Of(association) is { } peer && !SendAll([peer.Notify(pdu)], peer.Lane, isUrgent: true))
        {
            Abort(association);
        }
    }

    private void Report(AcsiEffect.SendReport send)
    {
        var (association, ticket) = (send.Association, send.Ticket);
        if (Of(association) is not { } peer)
        {
            return;
        }

        var stanzas = peer.Report(send.Report);
        if (stanzas.Count == 0)
        {
            _loop().Post(server => server.ReportSkipped(association, ticket, $"a member of {send.Report.DataSet} is larger than the PDU size of {association}"));
        }
        else if (!peer.Lane!.HasRoom)
        {
            _loop().Post(server => server.ReportNotTaken(association, ticket));
        }
        else if (!SendAll(stanzas, peer.Lane, isUrgent: false, () => _loop().Post(server => server.ReportSent(association, ticket)), isReport: true))
        {
            Abort(association);
        }
    }
}
