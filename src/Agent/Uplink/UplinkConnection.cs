using System.Numerics;
using DerAgent.Acsi;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Xmpp;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent;

/// <summary>Makes the XMPP connection of a setup; nothing is dialled yet.</summary>
/// <param name="setup">What it is set up with.</param>
/// <param name="services">Answers pings and the like.</param>
internal delegate IXmppConnection ConnectionFactory(ConnectionSetup setup, PeerServices services);

/// <summary>One connection to a partner's XMPP server: checks the sender, finds the association, and carries PDUs between stanzas and the server.</summary>
internal sealed class UplinkConnection
{
    /// <summary>Why an association ends when a new configuration takes the place of the old one; the peer is told.</summary>
    public const string ConfigurationChanged = "the configuration was changed";

    private volatile ConnectionSetup _setup;
    private volatile IedLoop _loop;
    private readonly ILogger _log;
    private readonly IXmppConnection _xmpp;
    private readonly UplinkSender _sender;
    private long _dropped;

    /// <summary>A connection; nothing is dialled before <see cref="RunAsync"/>.</summary>
    /// <param name="setup">What it is set up with.</param>
    /// <param name="iedName">Name of the IED, for those who may discover it.</param>
    /// <param name="loop">The server it leads to.</param>
    /// <param name="log">Where it tells people.</param>
    /// <param name="connect">Makes the XMPP connection.</param>
    public UplinkConnection(ConnectionSetup setup, string iedName, IedLoop loop, ILogger log, ConnectionFactory connect)
    {
        ArgumentNullException.ThrowIfNull(setup);
        (_setup, _loop, _log) = (setup, loop, log);
        var identity = new DiscoIdentity("automation", "device-node", iedName, [.. MmsDialect.All.Select(d => d.Namespace)]);
        _xmpp = connect(setup, new PeerServices(setup.Xmpp.Jid, identity, j => _setup.Access.Find(j.ToString()) is not null));
        _sender = new(setup.Name, _xmpp, () => _loop, log);
    }

    /// <summary>Name of the connection.</summary>
    public string Name => _setup.Name;

    /// <summary>What it was set up with.</summary>
    public ConnectionSetup Setup => _setup;

    /// <summary>Leads to another server or grants other rights from now on; the stream stays up.</summary>
    public void Use(ConnectionSetup setup, IedLoop loop)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var before = _setup.Access;
        var added = setup.Access.Jids.Except(before.Jids, StringComparer.OrdinalIgnoreCase).ToList();
        var changed = before.Jids.Where(j => !IsSame(before.Find(j)!, setup.Access.Find(j))).ToHashSet(StringComparer.OrdinalIgnoreCase);
        (_setup, _loop) = (setup, loop);
        if (before.ShrunkBy(setup.Access) is { Count: > 0 } shrunk)
        {
            _log.LogWarning("{Connection}: the new configuration gives less than before to {Peers}", Name, string.Join(", ", shrunk));
        }

        Subscribe(added);
        if (changed.Count > 0)
        {
            // Rights are given with the association: other rights, another association.
            loop.Post(server =>
            {
                foreach (var association in Own(server).Where(a => changed.Contains(a.Key.BarePeer)))
                {
                    server.Abort(association, AssociationEndCause.ConfigurationChanged, ConfigurationChanged);
                }
            });
        }
    }

    private static bool IsSame(Subject one, Subject? other) => other is not null && one.Rights == other.Rights && one.Area.SequenceEqual(other.Area, StringComparer.Ordinal);

    /// <summary>Takes an effect for one of its associations; it goes out with <see cref="Drain"/>, after all that came before.</summary>
    public void Carry(AcsiEffect effect) => _sender.Carry(effect);

    /// <summary>Encodes and sends what waits, unless somebody is at it.</summary>
    public void Drain() => _sender.Drain();

    /// <summary>Keeps the connection up until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var running = _xmpp.RunAsync(cancel);
        await foreach (var notice in _xmpp.Notices.ReadAllAsync(CancellationToken.None))
        {
#pragma warning disable CA1031 // what one stanza brings to light must not end the others' service
            try
            {
                Take(notice);
            }
            catch (Exception e)
            {
                _log.LogError(e, "{Connection}: {Notice} could not be taken, which is a defect of the agent; everything else goes on: {Message}", Name, notice.GetType().Name, e.Message);
            }
#pragma warning restore CA1031
        }

        await running;
    }

    private void Take(XmppNotice notice)
    {
        switch (notice)
        {
            case XmppNotice.Connected connected:
                _log.LogInformation("{Connection}: {Session} as {Address}", Name, connected.IsResumed ? "session resumed" : "connected", connected.Address);
                _loop.Post(s => OnConnected(s, connected.IsResumed));
                break;
            case XmppNotice.Disconnected disconnected:
                _log.LogWarning("{Connection}: disconnected: {Failure}", Name, disconnected.Failure.Text);
                _loop.Post(s => OnDisconnected(s, disconnected));
                break;
            case XmppNotice.Waiting waiting:
                _log.Log(waiting.Failure.Kind == XmppFailureKind.Conflict ? LogLevel.Error : LogLevel.Warning, "{Connection}: {Failure}; next attempt in {Pause:0.0} s", Name, waiting.Failure.Text, waiting.Pause.TotalSeconds);
                break;
            case XmppNotice.Room:
                _loop.Post(OnRoom);
                break;
            case XmppNotice.Dropped { Head: var head }:
                TakeDropped(head);
                break;
            case XmppNotice.Received { Stanza: { Kind: StanzaKind.Presence } presence }:
                TakePresence(presence);
                break;
            case XmppNotice.Received { Stanza: { Kind: StanzaKind.Iq } iq }:
                TakeRequest(iq);
                break;
            case XmppNotice.Received { Stanza: { Kind: StanzaKind.Message } message }:
                TakeMessage(message);
                break;
        }
    }

    /// <summary>Strangers may send as many as they like: the log gets a line for the first, the second, the fourth and so on.</summary>
    private void TakeDropped(Stanza head)
    {
        if (BitOperations.IsPow2(++_dropped))
        {
            _log.LogWarning("{Connection}: a stanza of {Peer} is beyond the limits and was dropped ({Count} so far)", Name, head.From, _dropped);
        }
    }

    private void OnConnected(AcsiServer server, bool isResumed)
    {
        foreach (var association in Own(server))
        {
            if (isResumed)
            {
                server.Suspend(association, false);
            }
            else
            {
                server.Abort(association, AssociationEndCause.StreamLost, "the session was lost");
            }
        }

        if (!isResumed)
        {
            Subscribe(_setup.Access.Jids);
        }
    }

    /// <summary>Partners' presence tells when they are gone (IEC TR 61850-80-3 §7.5.4).</summary>
    private void Subscribe(IEnumerable<string> peers)
    {
        foreach (var peer in peers.Select(Jid.Read).OfType<Jid>())
        {
            _sender.Send(Stanza.Presence("subscribe", peer));
        }
    }

    private void OnRoom(AcsiServer server)
    {
        foreach (var association in Own(server))
        {
            server.HasRoom(association);
        }
    }

    private void OnDisconnected(AcsiServer server, XmppNotice.Disconnected notice)
    {
        foreach (var association in Own(server))
        {
            if (notice.MayResume)
            {
                server.Suspend(association, true);
            }
            else
            {
                server.Abort(association, AssociationEndCause.StreamLost, notice.Failure.Text);
            }
        }
    }

    private void TakePresence(Stanza presence)
    {
        if (PeerPresence.Gone(presence.Type, presence.From) is not { } peer)
        {
            return;
        }

        _loop.Post(server =>
        {
            foreach (var association in Own(server).Where(a => a.Key.Peer == peer))
            {
                server.Abort(association, AssociationEndCause.PeerGone, "the peer is unavailable");
            }
        });
    }

    private void TakeRequest(Stanza request)
    {
        if (request.From is not { } from || _setup.Access.Find(from.Bare.ToString()) is not { } subject)
        {
            // The rights changed while it came: to a stranger nobody is here.
            _sender.Send(request.Error(StanzaErrorCondition.ServiceUnavailable));
        }
        else if (!AssociationEnvelope.IsPresent(request.Element!.Xml.Span))
        {
            _sender.Send(request.Error(request.Element.Children.Count != 1 ? StanzaErrorCondition.BadRequest : StanzaErrorCondition.ServiceUnavailable));
        }
        else if (AssociationEnvelope.Read(request.Element.Xml, out var fault) is not { } envelope)
        {
            _sender.Send(request.Error(StanzaErrorCondition.BadRequest, fault));
        }
        else
        {
            Admit(request, from, subject, envelope);
        }
    }

    private void TakeMessage(Stanza message)
    {
        // Clients send no unconfirmed PDU that asks for anything; one that cannot be read is worth a line in the log.
        if (AssociationEnvelope.IsPresent(message.Element!.Xml.Span) && AssociationEnvelope.Read(message.Element.Xml, out var fault) is null)
        {
            _log.LogDebug("{Connection}: message of {Peer}: {Fault}", Name, message.From, fault);
        }
    }

    /// <summary>Takes a request of an association, unless as many are outstanding as was negotiated: then it is refused without being decoded.</summary>
    private void Admit(Stanza request, Jid from, Subject subject, AssociationEnvelope envelope)
    {
        var key = new AssociationKey(Name, from.ToString(), envelope.AssociationId);
        if (_sender.Find(key) is not { } peer)
        {
            Decode(request, key, subject, new(from, new(envelope.AssociationId, envelope.Dialect)), envelope);
            return;
        }

        if (!peer.End.Fits(envelope))
        {
            _sender.Send(request.Error(StanzaErrorCondition.PolicyViolation, $"the MMSpdu has {envelope.Pdu.Length} octets; {peer.End.MaxPduSize} were negotiated"));
            return;
        }

        var peek = PduPeek.Of(envelope.Pdu.Span);
        if (peer.Calls.TryBegin(peek.IsConfirmedRequest))
        {
            Decode(request, key, subject, peer, envelope);
            return;
        }

        switch (peer.Calls.Exceed())
        {
            case Excess.Reject:
                var reject = new RejectPdu(peek.InvokeId, new(RejectedPdu.ConfirmedRequest, RejectCode.MaxServOutstandingExceeded));
                _sender.SendAll(peer.Answer(request.Id ?? "", reject), peer.Lane, isUrgent: false, peer.Calls.RejectionSent);
                break;
            case Excess.Abort:
                _sender.Abort(key, "it asks on and on, and does not read that it asks too much");
                break;
        }
    }

    /// <summary>Answers a request that came to nothing.</summary>
    private void Refuse(AssociationKey key, UplinkPeer peer, IReadOnlyList<Stanza> answer)
    {
        if (!_sender.SendAll(answer, peer.Lane, isUrgent: false, peer.Calls.Finish) && peer.Lane is not null)
        {
            _sender.Abort(key, UplinkSender.NoRoom);
        }
    }

    /// <summary>Decodes a request where it came in, and hands the record to the server.</summary>
    private void Decode(Stanza request, AssociationKey key, Subject subject, UplinkPeer peer, AssociationEnvelope envelope)
    {
        var isAssociated = peer.Lane is not null;
        var result = peer.End.Read(envelope);
        switch (result)
        {
            case { Pdu: null } when !isAssociated && !result.IsInitiate:
                // Who is not associated learns that, whatever he sent.
                _sender.Send(request.Error(StanzaErrorCondition.ItemNotFound, $"there is no association \"{key.Id}\"; associate first"));
                break;
            case { Fault: XerFault.NotAnMmsPdu }:
                Refuse(key, peer, [request.Error(StanzaErrorCondition.BadRequest, result.Description)]);
                break;
            case { Pdu: null }:
                _log.LogInformation("{Connection}: {Key}: rejected: {Description}", Name, key, result.Description);
                Refuse(key, peer, peer.Answer(request.Id ?? "", result.ToReject()));
                break;
            default:
                _loop.Post(server => Serve(server, request, key, subject, peer, result.Pdu));
                break;
        }
    }

    private void Serve(AcsiServer server, Stanza request, AssociationKey key, Subject subject, UplinkPeer asked, MmsPdu pdu)
    {
        var association = server.Find(key);
        if (association is not null)
        {
            server.Handle(association, request.Id ?? "", pdu);
        }
        else if (pdu is InitiateRequest initiate)
        {
            Associate(server, request, new(key, subject), asked, initiate);
        }
        else
        {
            _sender.Enqueue(() => _sender.Send(request.Error(StanzaErrorCondition.ItemNotFound, $"there is no association \"{key.Id}\"; associate first")));
        }
    }

    private void Associate(AcsiServer server, Stanza request, AssociationRequester requester, UplinkPeer peer, InitiateRequest initiate)
    {
        var answer = server.Associate(requester, initiate);
        _log.LogInformation("{Connection}: {Key} {Outcome} ({Dialect})", Name, requester.Key, answer is InitiateResponse ? "associated" : "refused", peer.End.Dialect);
        _sender.Enqueue(() => _sender.Associated(request, requester.Key, peer, answer));
    }

    private List<Association> Own(AcsiServer server) => [.. server.Associations.Where(a => a.Key.Connection == Name)];
}
