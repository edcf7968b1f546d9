namespace DerAgent.Acsi;

/// <summary>Which partners are there, and when each was last: an association, or available presence, or else his last stanza.</summary>
internal sealed class Partners(AssociationTable associations)
{
    /// <summary>More partners than anybody has; of more the ones that were there longest ago are forgotten.</summary>
    private const int Most = 1000;
    private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<(string Connection, string Peer)> _present = [];

    /// <summary>Whether a partner is there.</summary>
    /// <param name="jid">His bare JID.</param>
    public bool IsThere(string jid) => associations.Present.Any(a => a.Key.BarePeer == jid) || _present.Any(p => AssociationKey.Bare(p.Peer) == jid);

    /// <summary>When he was last there; null: not since the start.</summary>
    public DateTimeOffset? LastSeen(string jid) => _seen.TryGetValue(jid, out var at) ? at : null;

    /// <summary>Something came from him, or he is there at this moment.</summary>
    public void Seen(string jid, DateTimeOffset now)
    {
        if (_seen.Count >= Most && !_seen.ContainsKey(jid))
        {
            _seen.Remove(_seen.MinBy(s => s.Value).Key);
        }

        _seen[jid] = now;
    }

    /// <summary>A session of his shows itself, or is gone.</summary>
    public void Show(string connection, string peer, bool isAvailable, DateTimeOffset now)
    {
        if (isAvailable ? _present.Count < Most && _present.Add((connection, peer)) : _present.Remove((connection, peer)))
        {
            Seen(AssociationKey.Bare(peer), now);
        }
    }

    /// <summary>A connection is down: nobody knows any more who is there beyond it.</summary>
    public void Lost(string connection, DateTimeOffset now)
    {
        foreach (var (_, peer) in _present.Where(p => p.Connection == connection))
        {
            Seen(AssociationKey.Bare(peer), now);
        }

        _present.RemoveWhere(p => p.Connection == connection);
    }

    /// <summary>The clock was set.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var jid in _seen.Keys.ToList())
        {
            _seen[jid] += by;
        }
    }
}
