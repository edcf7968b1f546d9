using DerAgent.Acsi;
using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>Looks after the peers of a connection: pings those from which nothing comes, and ends the associations of those that are gone. Touched on the server's loop only.</summary>
/// <param name="connection">Name of the connection.</param>
/// <param name="sender">What goes out over it.</param>
/// <param name="newId">Makes ids of stanzas.</param>
/// <param name="time">Clock.</param>
internal sealed class PeerKeeper(string connection, UplinkSender sender, Func<string> newId, TimeProvider time)
{
    /// <summary>Who was heard so recently is there.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private static readonly byte[] PingPayload = System.Text.Encoding.UTF8.GetBytes($"<ping xmlns=\"{Namespaces.Ping}\"/>");
    private readonly PeerWatch _watch = new(newId);

    /// <summary>
    /// A peer has associated: it is pinged at once, to learn whether it answers pings at all. So is whoever has been quiet and may be what its client left behind
    /// when it crashed.
    /// </summary>
    public void Associated(AcsiServer server, Jid peer)
    {
        _watch.Forget(peer.ToString());
        Ping(peer);
        PingQuiet(server, a => a.Key.Peer != peer.ToString() && a.Key.BarePeer == peer.Bare.ToString());
    }

    /// <summary>There was no place for a peer: whether all who have one are still there is asked at once, so that it finds one when it comes again.</summary>
    public void Refused(AcsiServer server) => PingQuiet(server, static _ => true);

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
        if (_watch.Answered(peer, answer.Id, isError) == PeerStep.Gone || (isError && PeerBounce.IsGone(answer)))
        {
            Gone(server, peer, $"the peer is gone: a ping came back ({StanzaError.Of(answer).Condition})");
        }
        else if (!isError)
        {
            Heard(server, from);
        }
    }

    /// <summary>A message of ours came back.</summary>
    public void TakeBounce(AcsiServer server, Stanza error)
    {
        if (PeerBounce.IsGone(error))
        {
            Gone(server, error.From!.ToString(), $"the peer is gone: a message came back ({StanzaError.Of(error).Condition})");
        }
    }

    /// <summary>A peer is gone.</summary>
    public void Gone(AcsiServer server, string peer, string reason)
    {
        server.Abort(a => IsOf(a, peer), AssociationEndCause.PeerGone, reason);
        _watch.Forget(peer);
    }

    /// <summary>A few seconds have passed.</summary>
    public void Tick(AcsiServer server)
    {
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

        _watch.Keep(Mine(server).Select(a => a.Key.Peer).ToHashSet(StringComparer.Ordinal));
    }

    private void PingQuiet(AcsiServer server, Func<Association, bool> which)
    {
        var now = time.GetUtcNow();
        foreach (var quiet in Mine(server).Where(a => !a.IsSuspended && now - a.LastActivity >= Fresh && which(a)).Select(a => a.Key.Peer).Distinct(StringComparer.Ordinal).ToList())
        {
            if (!_watch.IsAsked(quiet) && Jid.Read(quiet) is { } jid)
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
