using DerAgent.Agent.Logs;
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

    private static readonly TimeSpan LookAfterPeers = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly LossTally _tally = new();
    private readonly ConnectionMeter _meter = new();
    private readonly PeerServices _services;
    private readonly IXmppConnection _xmpp;
    private readonly UplinkSender _sender;
    private readonly ConnectionLog _told;
    private volatile ConnectionSetup _setup;
    private volatile Served _served;
    private volatile bool _isUp;
    private long _strangers;
    private long _unanswered;

    /// <summary>The server it leads to, and what touches that on its loop.</summary>
    private sealed record Served(IedLoop Loop, PeerKeeper Keeper, UplinkIntake Intake);

    /// <summary>A connection; nothing is dialled before <see cref="RunAsync"/>.</summary>
    /// <param name="setup">What it is set up with.</param>
    /// <param name="iedName">Name of the IED, for those who may discover it.</param>
    /// <param name="loop">The server it leads to.</param>
    /// <param name="log">Where it tells people.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="connect">Makes the XMPP connection.</param>
    /// <param name="ailments">What is not well of the agent; null: nobody keeps that.</param>
    public UplinkConnection(ConnectionSetup setup, string iedName, IedLoop loop, ILogger log, TimeProvider time, ConnectionFactory connect, Ailments? ailments = null)
    {
        ArgumentNullException.ThrowIfNull(setup);
        (_setup, _log, _time, Stream) = (setup, log, time, setup.Xmpp);
        var identity = new DiscoIdentity("automation", "device-node", iedName, [.. MmsDialect.All.Select(d => d.Namespace)]);
        _services = new PeerServices(setup.Xmpp.Jid, identity, j => _setup.Access.Find(j.ToString()) is not null) { HidesFromStrangers = true };
        _xmpp = connect(setup, _services);
        _told = new(setup.Name, log, ailments);
        _sender = new(setup.Name, _xmpp, () => _served!.Loop, _tally, _meter, log);
        _served = Serve(loop);
    }

    /// <summary>Name of the connection.</summary>
    public string Name => _setup.Name;

    /// <summary>The loop of the server it leads to.</summary>
    public IedLoop Loop => _served.Loop;

    /// <summary>What went over it.</summary>
    public ConnectionMeter Meter => _meter;

    /// <summary>Called when it is up or down, and each minute.</summary>
    public Action OnChannel { get; set; } = static () => { };

    /// <summary>What is known of it.</summary>
    public ChannelReport Channel
    {
        get
        {
            var total = _meter.Total;
            return new(Name, _isUp, total.Received, total.Sent, total.LostOfThousand);
        }
    }

    /// <summary>What it was set up with.</summary>
    public ConnectionSetup Setup => _setup;

    /// <summary>Leads to another server or grants other rights from now on; the stream stays up.</summary>
    public void Use(ConnectionSetup setup, IedLoop loop)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var before = _setup.Access;
        var added = setup.Access.Jids.Except(before.Jids, StringComparer.OrdinalIgnoreCase).ToList();
        var changed = before.Jids.Where(j => !IsSame(before.Find(j)!, setup.Access.Find(j))).ToHashSet(StringComparer.OrdinalIgnoreCase);
        _setup = setup;
        if (loop != _served.Loop)
        {
            _served = Serve(loop);
        }

        if (before.ShrunkBy(setup.Access) is { Count: > 0 } shrunk)
        {
            _log.LogWarning("{Connection}: the new configuration gives less than before to {Peers}", Name, string.Join(", ", shrunk));
        }

        Subscribe(added);
        if (changed.Count > 0)
        {
            // Rights are given with the association: other rights, another association.
            loop.Post(server => server.Abort(a => IsOwn(a) && changed.Contains(a.Key.BarePeer), AssociationEndCause.ConfigurationChanged, ConfigurationChanged));
        }
    }

    private static bool IsSame(Subject one, Subject? other) => other is not null && one.Rights == other.Rights && one.Area.SequenceEqual(other.Area, StringComparer.Ordinal);

    /// <summary>The credentials and trust anchors in force: those of the setup, unless they were refused.</summary>
    public XmppOptions Stream { get; private set; }

    /// <summary>Takes the setup's credentials and trust anchors, make before break. False where they were refused: those before stay in force.</summary>
    public async Task<bool> RenewAsync(CancellationToken cancel)
    {
        var wanted = _setup.Xmpp;
        if (await _xmpp.RenewAsync(wanted, cancel) is { } failure)
        {
            _log.LogError("{Connection}: the new credentials or trust anchors do not let us in: {Failure}", Name, failure.Text);
            return false;
        }

        Stream = wanted;
        _log.LogInformation("{Connection}: the new credentials and trust anchors are in use", Name);
        return true;
    }

    /// <summary>The connection is to be no more: its associations, and all they hold, end at once, and their peers are told.</summary>
    public async Task RetireAsync()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _served.Loop.Post(server =>
        {
            server.Abort(IsOwn, AssociationEndCause.ConfigurationChanged, ConfigurationChanged);
            ended.SetResult();
        });
        await ended.Task;
    }

    /// <summary>Asks whether its loops turn; see <see cref="IXmppConnection.Beat"/>.</summary>
    public void Beat(Action answer) => _xmpp.Beat(answer);

    /// <summary>Takes an effect for one of its associations; it goes out with <see cref="Drain"/>, after all that came before.</summary>
    public void Carry(AcsiEffect effect) => _sender.Carry(effect);

    /// <summary>Encodes and sends what waits, unless somebody is at it.</summary>
    public void Drain() => _sender.Drain();

    /// <summary>Keeps the connection up until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await using var timer = _time.CreateTimer(_ => OnLoop((keeper, server) => keeper.Tick(server)), null, LookAfterPeers, LookAfterPeers);
        await using var minutes = _time.CreateTimer(_ => SayWhatWasLost(), null, Minute, Minute);
        await using var days = _time.CreateTimer(_ => _log.LogInformation("{Connection}: in the last day: {What}", Name, _meter.Tell()), null, Day, Day);
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

    private void Live(bool isUp)
    {
        _isUp = isUp;
        OnChannel();
    }

    private void Take(XmppNotice notice)
    {
        if (notice is XmppNotice.Received { Stanza.Element.Xml.Length: var octets })
        {
            _meter.Received(octets);
        }

        switch (notice)
        {
            case XmppNotice.Connected connected:
                _told.Connected(connected);
                GiveUp(connected.Lost);
                Live(true);
                _served.Loop.Post(s => OnConnected(s, connected.IsResumed));
                break;
            case XmppNotice.Disconnected disconnected:
                _told.Disconnected(disconnected.Failure);
                Live(false);
                _served.Loop.Post(s => OnDisconnected(s, disconnected));
                break;
            case XmppNotice.Waiting waiting:
                _told.Waits(waiting);
                break;
            case XmppNotice.Beat beat:
                beat.Answer();
                break;
            case XmppNotice.Room:
                _served.Loop.Post(OnRoom);
                break;
            case XmppNotice.Dropped { Head: var head }:
                TakeDropped(head);
                break;
            case XmppNotice.Received { Stanza: { Kind: StanzaKind.Presence } presence }:
                TakePresence(presence);
                break;
            case XmppNotice.Received { Stanza: { IsRequest: true } request }:
                _served.Intake.Take(request, request.From is { } from ? _setup.Access.Find(from.Bare.ToString()) : null);
                break;
            case XmppNotice.Received { Stanza: { Kind: StanzaKind.Iq } answer } when _sender.TryTakeAnswer(answer):
                break;
            case XmppNotice.Received { Stanza: { Kind: StanzaKind.Iq } answer }:
                OnLoop((keeper, server) => keeper.TakeAnswer(server, answer));
                break;
            case XmppNotice.Received { Stanza: { Kind: StanzaKind.Message } message }:
                TakeMessage(message);
                break;
        }
    }

    private void TakeDropped(Stanza head)
    {
        if (_tally.Add(Loss.BeyondLimits, head.From?.ToString()) && _services.IsKnown(head.From))
        {
            _log.LogWarning("{Connection}: a stanza of {Peer} is beyond the limits and was dropped", Name, head.From);
        }
    }

    private void GiveUp(int stanzas)
    {
        if (stanzas > 0)
        {
            _tally.Add(Loss.GivenUp, count: stanzas);
            _meter.Lost(stanzas);
            _log.LogWarning("{Connection}: {Count} stanzas were given up with the session before; nobody knows whether they came", Name, stanzas);
        }
    }

    /// <summary>Called each minute: what has no lines of its own, so that nobody can fill the log, is summed up.</summary>
    private void SayWhatWasLost()
    {
        OnChannel();
        var (strangers, unanswered) = (_services.Strangers, _services.Unanswered);
        if (strangers > _strangers)
        {
            _tally.Add(Loss.Stranger, _services.LastStranger?.ToString(), strangers - _strangers);
        }

        if (unanswered > _unanswered)
        {
            _tally.Add(Loss.Unanswered, count: unanswered - _unanswered);
        }

        (_strangers, _unanswered) = (strangers, unanswered);
        var (minute, hour) = _tally.Tick();
        if (minute is not null)
        {
            _log.LogWarning("{Connection}: in the last minute: {What}", Name, minute);
        }

        if (hour is not null)
        {
            _log.LogInformation("{Connection}: dropped, refused or lost in the last hour: {What}", Name, hour);
        }
    }

    private void OnConnected(AcsiServer server, bool isResumed)
    {
        if (isResumed)
        {
            Suspend(server, false);
            return;
        }

        server.Abort(IsOwn, AssociationEndCause.StreamLost, "the session was lost");
        server.PresenceLost(Name);
        Subscribe(_setup.Access.Jids);
    }

    private void OnDisconnected(AcsiServer server, XmppNotice.Disconnected notice)
    {
        if (notice.MayResume)
        {
            Suspend(server, true);
            return;
        }

        server.Abort(IsOwn, AssociationEndCause.StreamLost, notice.Failure.Text);
        server.PresenceLost(Name);
    }

    private void Suspend(AcsiServer server, bool suspended)
    {
        foreach (var association in server.Associations.Where(IsOwn))
        {
            server.Suspend(association, suspended);
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
        foreach (var association in server.Associations.Where(IsOwn))
        {
            server.HasRoom(association);
        }
    }

    private void TakePresence(Stanza presence)
    {
        // Who may do nothing here is nobody whose absence matters.
        if (presence.From is { IsBare: false } from && presence.Type is null or "unavailable" && IsPartner(from))
        {
            OnLoop((_, server) => server.PartnerPresence(Name, from.ToString(), presence.Type is null));
        }

        if (PeerPresence.Gone(presence.Type, presence.From) is { } peer)
        {
            OnLoop((keeper, server) => keeper.GoneOrAsked(server, peer, "the peer is unavailable"));
        }
    }

    /// <summary>Clients send no unconfirmed PDU that asks for anything: a message is a sign of life, or one of ours that came back.</summary>
    private void TakeMessage(Stanza message)
    {
        if (message.Type == "error")
        {
            _tally.Add(Loss.CameBack, message.From?.ToString());
            OnLoop((keeper, server) => keeper.TakeBounce(server, message));
            return;
        }

        OnLoop((keeper, server) =>
        {
            keeper.Heard(server, message.From);
            if (message.From is { } from && IsPartner(from))
            {
                server.PartnerSeen(from.Bare.ToString());
            }
        });
        if (AssociationEnvelope.IsPresent(message.Element!.Xml.Span) && AssociationEnvelope.Read(message.Element.Xml, out var fault) is null)
        {
            _log.LogDebug("{Connection}: message of {Peer}: {Fault}", Name, message.From, fault);
        }
    }

    private Served Serve(IedLoop loop)
    {
        var keeper = new PeerKeeper(Name, _sender, _xmpp.NewId, _services.IsOfServer, _time);
        return new(loop, keeper, new(Name, _sender, keeper, loop, _tally, _log));
    }

    private void OnLoop(Action<PeerKeeper, AcsiServer> message)
    {
        var served = _served;
        served.Loop.Post(server => message(served.Keeper, server));
    }

    private bool IsPartner(Jid from) => _setup.Access.Find(from.Bare.ToString()) is not null;

    private bool IsOwn(Association association) => association.Key.Connection == Name;
}
