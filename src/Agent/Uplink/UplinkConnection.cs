using System.Collections.Concurrent;
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
    /// <summary>Why an association ends when a new configuration takes the place of the old one; the peer is told by <see cref="Withdraw"/>.</summary>
    public const string ConfigurationChanged = "the configuration was changed";

    private volatile ConnectionSetup _setup;
    private volatile IedLoop _loop;
    private readonly ILogger _log;
    private readonly IXmppConnection _xmpp;

    // Entered and left by the server's loop, read where stanzas are decoded.
    private readonly ConcurrentDictionary<AssociationKey, UplinkPeer> _peers = new();
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

    /// <summary>Tells a peer that its association was aborted: to it alone we go and come back (IEC TR 61850-80-3 §7.5.4: unavailable aborts).</summary>
    public void Withdraw(Association association)
    {
        ArgumentNullException.ThrowIfNull(association);
        var peer = Jid.Parse(association.Key.Peer);
        Send(Stanza.Presence("unavailable", peer));
        Send(Stanza.Presence(null, peer));
    }

    /// <summary>An association has ended: nothing goes out under its name any more.</summary>
    public void Ended(Association association)
    {
        ArgumentNullException.ThrowIfNull(association);
        _peers.TryRemove(association.Key, out _);
    }

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

    /// <summary>Answers a request.</summary>
    public void Respond(Association association, string requestId, MmsPdu pdu)
    {
        ArgumentNullException.ThrowIfNull(association);
        if (_peers.TryGetValue(association.Key, out var peer) && !SendAll(peer.Answer(requestId, pdu), () => _loop.Post(server => server.AnswerSent(association))))
        {
            NotTaken(association);
        }
    }

    /// <summary>Sends an unconfirmed PDU.</summary>
    public void Notify(Association association, MmsPdu pdu)
    {
        ArgumentNullException.ThrowIfNull(association);
        if (_peers.TryGetValue(association.Key, out var peer) && !Send(peer.Notify(pdu)))
        {
            NotTaken(association);
        }
    }

    /// <summary>Sends a report.</summary>
    public void Report(AcsiEffect.SendReport send)
    {
        ArgumentNullException.ThrowIfNull(send);
        var (association, ticket) = (send.Association, send.Ticket);
        if (!_peers.TryGetValue(association.Key, out var peer))
        {
            return;
        }

        var stanzas = peer.Report(send.Report);
        if (stanzas.Count == 0)
        {
            _loop.Post(server => server.ReportSkipped(association, ticket, $"a member of {send.Report.DataSet} is larger than the PDU size of {association}"));
        }
        else if (!_xmpp.HasRoom)
        {
            _loop.Post(server => server.ReportNotTaken(association, ticket));
        }
        else if (!SendAll(stanzas, () => _loop.Post(server => server.ReportSent(association, ticket))))
        {
            NotTaken(association);
        }
    }

    /// <summary>What cannot be sent is not passed over: the association ends, so that its client starts anew and resumes its buffered reports where it was.</summary>
    private void NotTaken(Association association) => _loop.Post(server => server.Abort(association, AssociationEndCause.NotTaken, "its connection takes no more; what waited for it stays in the buffers"));

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
            Send(Stanza.Presence("subscribe", peer));
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
        var isPresent = AssociationEnvelope.IsPresent(request.Element!.Xml.Span);
        if (request.From is not { } from || _setup.Access.Find(from.Bare.ToString()) is not { } subject)
        {
            // To a stranger nobody is here.
            _log.Log(isPresent ? LogLevel.Warning : LogLevel.Debug, "{Connection}: {Peer} is not in the access list and was refused", Name, request.From);
            Send(request.Error(StanzaErrorCondition.ServiceUnavailable));
            return;
        }

        if (!isPresent)
        {
            Send(request.Error(request.Element.Children.Count != 1 ? StanzaErrorCondition.BadRequest : StanzaErrorCondition.ServiceUnavailable));
            return;
        }

        if (AssociationEnvelope.Read(request.Element.Xml, out var fault) is not { } envelope)
        {
            Send(request.Error(StanzaErrorCondition.BadRequest, fault));
            return;
        }

        Decode(request, from, subject, envelope);
    }

    private void TakeMessage(Stanza message)
    {
        // Clients send no unconfirmed PDU that asks for anything; one that cannot be read is worth a line in the log.
        if (AssociationEnvelope.IsPresent(message.Element!.Xml.Span) && AssociationEnvelope.Read(message.Element.Xml, out var fault) is null)
        {
            _log.LogDebug("{Connection}: message of {Peer}: {Fault}", Name, message.From, fault);
        }
    }

    /// <summary>Decodes a request where it came in, and hands the record to the server.</summary>
    private void Decode(Stanza request, Jid from, Subject subject, AssociationEnvelope envelope)
    {
        var key = new AssociationKey(Name, from.ToString(), envelope.AssociationId);
        var peer = _peers.GetValueOrDefault(key);
        if (peer is not null && !peer.End.Fits(envelope))
        {
            Send(request.Error(StanzaErrorCondition.PolicyViolation, $"the MMSpdu has {envelope.Pdu.Length} octets; {peer.End.MaxPduSize} were negotiated"));
            return;
        }

        var asked = peer ?? new UplinkPeer(from, new(envelope.AssociationId, envelope.Dialect));
        var result = asked.End.Read(envelope);
        switch (result)
        {
            case { Fault: XerFault.NotAnMmsPdu }:
                Send(request.Error(StanzaErrorCondition.BadRequest, result.Description));
                break;
            case { Pdu: null }:
                _log.LogInformation("{Connection}: {Key}: rejected: {Description}", Name, key, result.Description);
                SendAll(asked.Answer(request.Id ?? "", result.ToReject()));
                break;
            default:
                _loop.Post(server => Serve(server, request, key, subject, asked, result.Pdu));
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
            Send(request.Error(StanzaErrorCondition.ItemNotFound, $"there is no association \"{key.Id}\"; associate first"));
        }
    }

    private void Associate(AcsiServer server, Stanza request, AssociationRequester requester, UplinkPeer peer, InitiateRequest initiate)
    {
        var answer = server.Associate(requester, initiate);
        var stanzas = peer.Answer(request.Id ?? "", answer);
        _log.LogInformation("{Connection}: {Key} {Outcome} ({Dialect})", Name, requester.Key, answer is InitiateResponse ? "associated" : "refused", peer.End.Dialect);
        if (answer is InitiateResponse accepted)
        {
            peer.End.Negotiated(accepted, isCalling: false);
            _peers[requester.Key] = peer;
        }

        if (!SendAll(stanzas) && server.Find(requester.Key) is { } association)
        {
            NotTaken(association);
        }
    }

    private List<Association> Own(AcsiServer server) => [.. server.Associations.Where(a => a.Key.Connection == Name)];

    /// <summary>Sends stanzas that belong together; <paramref name="written"/> is called when the octets of the last one went to the line.</summary>
    private bool SendAll(IReadOnlyList<Stanza> stanzas, Action? written = null)
    {
        for (var i = 0; i < stanzas.Count; i++)
        {
            if (!Send(stanzas[i], i == stanzas.Count - 1 ? written : null))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>False where the connection takes nothing: there is no session, or too much waits for it.</summary>
    private bool Send(Stanza stanza, Action? written = null)
    {
        var taken = _xmpp.TrySend(stanza, written);
        if (!taken)
        {
            _log.LogDebug("{Connection}: a stanza to {Peer} was not sent: there is no session, or too much waits", Name, stanza.To);
        }

        return taken;
    }
}
