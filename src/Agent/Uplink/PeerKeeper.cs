using DerAgent.Acsi;
using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>Looks after the peers of a connection: pings those from which nothing comes, and ends the associations of those that are gone. Touched on the server's loop only.</summary>
/// <param name="connection">Name of the connection.</param>
/// <param name="sender">What goes out over it.</param>
/// <param name="newId">Makes ids of stanzas.</param>
/// <param name="isOfServer">Whether an error is for certain that of our own server, for nobody is there; and whether what else comes from its address names a language.</param>
/// <param name="time">Clock.</param>
internal sealed class PeerKeeper(string connection, UplinkSender sender, Func<string> newId, Func<Stanza, bool, bool> isOfServer, TimeProvider time)
{
    /// <summary>Who was heard so recently is there.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>What comes back within this time after an association was replaced may be for who was there before, under the same full JID.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(10);

    private static readonly byte[] PingPayload = System.Text.Encoding.UTF8.GetBytes($"<ping xmlns=\"{Namespaces.Ping}\"/>");
    private readonly PeerWatch _watch = new(newId);
    private readonly HeldInitiates _held = new(time);
    private TimeSpan _clockSteps;

    /// <summary>
    /// A peer has associated: it is pinged at once, to learn whether it answers pings at all. So is whoever has been quiet and may be what its client left behind
    /// when it crashed.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="namesLanguage">Whether what comes from it names a language.</param>
    /// <param name="replaces">Whether an association of the same name was there before: its client has started anew.</param>
    public void Associated(AcsiServer server, Jid peer, bool namesLanguage, bool replaces)
    {
        _watch.Begin(peer.ToString(), namesLanguage, replaces ? time.GetTimestamp() : null);
        Ping(peer);
        PingAll(Others(server, peer.ToString(), peer.Bare.ToString(), static (isOwn, isQuiet) => isOwn && isQuiet));
    }

    /// <summary>
    /// There was no place for a peer. Whether all who have one are still there is asked at once, of its own account even those heard a moment ago: where clients of one
    /// account crash one after the other, none has been quiet. Meanwhile the initiate is held. False: there is nobody to ask, or too much is held.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="key">The association that found no place.</param>
    /// <param name="tryAgain">Tries again; false where it still finds none. The last time it must be answered.</param>
    public bool TryHold(AcsiServer server, AssociationKey key, Func<AcsiServer, bool, bool> tryAgain)
    {
        var asked = Others(server, key.Peer, key.BarePeer, static (isOwn, isQuiet) => isOwn || isQuiet);
        PingAll(asked);
        return _held.TryHold(key, asked, tryAgain);
    }

    /// <summary>Something came from a peer beside its requests.</summary>
    public void Heard(AcsiServer server, Jid? from)
    {
        var peer = from?.ToString();
        foreach (var association in server.Associations.Where(a => IsOf(a, peer)))
        {
            server.Heard(association);
        }
    }

    /// <summary>An answer came that nobody waits for: to a ping.</summary>
    public void TakeAnswer(AcsiServer server, Stanza answer)
    {
        if (answer.From is not { IsBare: false } from)
        {
            return;
        }

        var peer = from.ToString();
        var isError = answer.Type == "error";
        var step = _watch.Answered(peer, answer.Id, isError, isError && isOfServer(answer, _watch.NamesLanguage(peer)));
        if (step == PeerStep.Gone || (isError && !_watch.IsPast(peer, answer.Id) && PeerBounce.IsGone(answer)))
        {
            Gone(server, peer, $"the peer is gone: a ping came back ({StanzaError.Of(answer).Condition})");
            return;
        }

        if (!isError)
        {
            Heard(server, from);
        }

        if (!_watch.IsAsked(peer))
        {
            _held.Answered(server, peer, isGone: false);
        }
    }

    /// <summary>A message of ours came back.</summary>
    public void TakeBounce(AcsiServer server, Stanza error)
    {
        if (PeerBounce.IsGone(error))
        {
            GoneOrAsked(server, error.From!.ToString(), $"the peer is gone: a message came back ({StanzaError.Of(error).Condition})");
        }
    }

    /// <summary>A peer is said to be gone. Where it has just started anew it is asked whether it is there: what was said may be of who was there before, for a server tells it when it can.</summary>
    public void GoneOrAsked(AcsiServer server, string peer, string reason)
    {
        if (_watch.ReplacedAt(peer) is { } replaced && time.GetElapsedTime(replaced) < Aftermath)
        {
            PingAll([peer]);
        }
        else
        {
            Gone(server, peer, reason);
        }
    }

    /// <summary>A peer is gone.</summary>
    public void Gone(AcsiServer server, string peer, string reason)
    {
        server.Abort(a => IsOf(a, peer), AssociationEndCause.PeerGone, reason);
        _watch.Forget(peer);
        _held.Answered(server, peer, isGone: true);
    }

    /// <summary>A few seconds have passed.</summary>
    public void Tick(AcsiServer server)
    {
        _watch.Shift(server.ClockSteps - _clockSteps);
        _clockSteps = server.ClockSteps;
        var now = time.GetUtcNow();
        var peers = Mine(server).Where(a => !a.IsSuspended).GroupBy(a => a.Key.Peer, StringComparer.Ordinal).ToList();
        foreach (var associations in peers)
        {
            switch (_watch.Due(associations.Key, now, associations.Max(a => a.LastActivity), associations.Any(server.Listens)))
            {
                case PeerStep.Ping when Jid.Read(associations.Key) is { } jid:
                    Ping(jid);
                    break;
                case PeerStep.Gone:
                    Gone(server, associations.Key, "the peer does not answer pings");
                    break;
            }
        }

        _held.Tick(server);
        _watch.Keep(Mine(server).Select(a => a.Key.Peer).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The other peers of an account and of the connection, as far as they are to be asked.</summary>
    private HashSet<string> Others(AcsiServer server, string peer, string barePeer, Func<bool, bool, bool> which)
    {
        var now = time.GetUtcNow();
        return [.. Mine(server).Where(a => !a.IsSuspended && a.Key.Peer != peer && which(a.Key.BarePeer == barePeer, now - a.LastActivity >= Fresh)).Select(a => a.Key.Peer)];
    }

    private void PingAll(IEnumerable<string> peers)
    {
        foreach (var peer in peers)
        {
            if (!_watch.IsAsked(peer) && Jid.Read(peer) is { } jid)
            {
                Ping(jid);
            }
        }
    }

    private void Ping(Jid peer)
    {
        var id = _watch.Ping(peer.ToString(), time.GetUtcNow());
        sender.Enqueue(() => sender.Send(Stanza.Iq("get", id, peer, PingPayload)));
    }

    private IEnumerable<Association> Mine(AcsiServer server) => server.Associations.Where(a => a.Key.Connection == connection);

    private bool IsOf(Association association, string? peer) => association.Key.Connection == connection && association.Key.Peer == peer;
}
