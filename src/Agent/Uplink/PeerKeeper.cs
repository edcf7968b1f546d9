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
    private static readonly byte[] PingPayload = System.Text.Encoding.UTF8.GetBytes($"<ping xmlns=\"{Namespaces.Ping}\"/>");
    private readonly PeerWatch _watch = new(newId);

    /// <summary>A peer has associated: it is pinged at once, to learn whether it answers pings at all.</summary>
    public void Associated(Jid peer)
    {
        _watch.Forget(peer.ToString());
        Ping(peer);
    }

    /// <summary>Something came from a peer beside its requests.</summary>
    public void Heard(AcsiServer server, Jid? from)
    {
        foreach (var association in Of(server, from?.ToString()))
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
        foreach (var association in Of(server, peer))
        {
            server.Abort(association, AssociationEndCause.PeerGone, reason);
        }

        _watch.Forget(peer);
    }

    /// <summary>A few seconds have passed.</summary>
    public void Tick(AcsiServer server)
    {
        var now = time.GetUtcNow();
        var peers = server.Associations.Where(a => a.Key.Connection == connection && !a.IsSuspended).GroupBy(a => a.Key.Peer, StringComparer.Ordinal).ToList();
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

        _watch.Keep(server.Associations.Where(a => a.Key.Connection == connection).Select(a => a.Key.Peer).ToHashSet(StringComparer.Ordinal));
    }

    private void Ping(Jid peer)
    {
        var id = _watch.Ping(peer.ToString(), time.GetUtcNow());
        sender.Enqueue(() => sender.Send(Stanza.Iq("get", id, peer, PingPayload)));
    }

    private List<Association> Of(AcsiServer server, string? peer) => [.. server.Associations.Where(a => a.Key.Connection == connection && a.Key.Peer == peer)];
}
