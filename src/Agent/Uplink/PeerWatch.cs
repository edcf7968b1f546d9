using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>What is due for a peer.</summary>
internal enum PeerStep
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It is pinged.</summary>
    Ping,
    /// <summary>It is gone: its associations end.</summary>
    Gone,
}

/// <summary>What is known of the life of one peer, by what it answers to pings (XEP-0199).</summary>
/// <param name="PingedAt">When it was pinged last and has not answered since; null: it owes no answer.</param>
/// <param name="Unanswered">Pings since it answered last.</param>
/// <param name="Answers">Pings that it answered in any way.</param>
/// <param name="IsDeaf">Whether it answered the first ping with an error: it knows no XEP-0199, and later errors prove nothing.</param>
internal readonly record struct PeerLife(DateTimeOffset? PingedAt, int Unanswered, int Answers, bool IsDeaf)
{
    /// <summary>A peer from which nothing came is pinged after this time.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    /// <summary>So is one that waits for reports: what is sent to it proves nothing, servers keep it for others.</summary>
    public static readonly TimeSpan QuietListener = TimeSpan.FromSeconds(60);

    /// <summary>A ping that is not answered is repeated after this time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int MostUnanswered = 3;

    /// <summary>It is pinged.</summary>
    public PeerLife Pinged(DateTimeOffset now) => this with { PingedAt = now, Unanswered = Unanswered + 1 };

    /// <summary>Something else came from it.</summary>
    public PeerLife Heard() => Answers == 0 ? this : this with { PingedAt = null, Unanswered = 0 };

    /// <summary>It answered a ping, or its server did for it.</summary>
    /// <param name="isError">Whether an error came.</param>
    /// <param name="isOfServer">Whether that is the error of its server for certain.</param>
    public (PeerLife Next, PeerStep Step) Answered(bool isError, bool isOfServer) => !isError ? (new(null, 0, Answers + 1, false), PeerStep.None)
        : !isOfServer && (Answers == 0 || IsDeaf) ? (new(null, 0, Answers + 1, true), PeerStep.None)
        : (this, PeerStep.Gone);

    /// <summary>What is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="heard">When something came from it last.</param>
    /// <param name="listens">Whether it waits for reports.</param>
    public PeerStep Due(DateTimeOffset now, DateTimeOffset heard, bool listens) => PingedAt is { } since
        ? now - since < Patience ? PeerStep.None : Unanswered >= MostUnanswered ? PeerStep.Gone : PeerStep.Ping
        : !IsDeaf && now - heard >= (listens ? QuietListener : Quiet) ? PeerStep.Ping : PeerStep.None;
}

/// <summary>The lives of the peers of a connection, by full JID. Touched on one server's loop only.</summary>
/// <param name="newId">Makes ids of stanzas.</param>
internal sealed class PeerWatch(Func<string> newId)
{
    private readonly Dictionary<string, (PeerLife Life, string? PingId, bool NamesLanguage, Aftermath? Past)> _lives = new(StringComparer.Ordinal);

    /// <summary>What may still come that was for who was there before, under the same full JID and the same association.</summary>
    /// <param name="Since">When it was replaced.</param>
    /// <param name="PingId">Its last ping.</param>
    private sealed record Aftermath(long Since, string? PingId);

    /// <summary>Pings a peer; the id of the ping.</summary>
    public string Ping(string peer, DateTimeOffset now)
    {
        var id = newId();
        var known = _lives.GetValueOrDefault(peer);
        _lives[peer] = known with { Life = known.Life.Pinged(now), PingId = id };
        return id;
    }

    /// <summary>Whether a peer was pinged and has not answered.</summary>
    public bool IsAsked(string peer) => Life(peer).PingedAt is not null;

    /// <summary>A peer has started anew: what was known of it is not known any more.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="namesLanguage">Whether what comes from it names a language.</param>
    /// <param name="replacedAt">Where another association of it was replaced: when, as elapsed times are measured.</param>
    public void Begin(string peer, bool namesLanguage, long? replacedAt = null) =>
        _lives[peer] = (default, null, namesLanguage, replacedAt is { } at ? new(at, _lives.GetValueOrDefault(peer).PingId) : _lives.GetValueOrDefault(peer).Past);

    /// <summary>Since when what comes back may be for who was there before; null: nobody was.</summary>
    public long? ReplacedAt(string peer) => _lives.GetValueOrDefault(peer).Past?.Since;

    /// <summary>Whether an id is that of a ping to who was there before.</summary>
    public bool IsPast(string peer, string? id) => id is not null && _lives.GetValueOrDefault(peer).Past?.PingId == id;

    /// <summary>Whether what comes from a peer names a language.</summary>
    public bool NamesLanguage(string peer) => _lives.GetValueOrDefault(peer).NamesLanguage;

    /// <summary>A peer is gone.</summary>
    public void Forget(string peer) => _lives.Remove(peer);

    /// <summary>An answer came; what follows. One to a ping that was repeated since is as good as any.</summary>
    /// <param name="peer">From whom.</param>
    /// <param name="id">Id of the answer.</param>
    /// <param name="isError">Whether it is an error.</param>
    /// <param name="isOfServer">Whether that is the error of its server for certain: then nobody is there, be it the first ping that came back.</param>
    public PeerStep Answered(string peer, string? id, bool isError, bool isOfServer = false)
    {
        if (!_lives.TryGetValue(peer, out var known) || id is null || (isError && id != known.PingId))
        {
            return PeerStep.None;
        }

        (known.Life, var step) = known.Life.Answered(isError, isOfServer);
        _lives[peer] = known;
        return step;
    }

    /// <summary>What is due for a peer.</summary>
    public PeerStep Due(string peer, DateTimeOffset now, DateTimeOffset heard, bool listens)
    {
        var known = _lives.GetValueOrDefault(peer);
        if (known.Life.PingedAt is { } since && heard > since)
        {
            known = known with { Life = known.Life.Heard(), PingId = null };
            _lives[peer] = known;
        }

        return known.Life.Due(now, heard, listens);
    }

    /// <summary>The clock was set: who has owed an answer for so long still does.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var (peer, known) in _lives.ToList())
        {
            _lives[peer] = known with { Life = known.Life with { PingedAt = known.Life.PingedAt + by } };
        }
    }

    /// <summary>Only those who are still there are remembered.</summary>
    public void Keep(IReadOnlySet<string> peers)
    {
        foreach (var gone in _lives.Keys.Where(p => !peers.Contains(p)).ToList())
        {
            _lives.Remove(gone);
        }
    }

    private PeerLife Life(string peer) => _lives.GetValueOrDefault(peer).Life;
}

/// <summary>Reads from a stanza that came back whether its addressee is gone (RFC 6120 §8.3.3).</summary>
internal static class PeerBounce
{
    private static readonly HashSet<string> Gone = new(StringComparer.Ordinal) { "recipient-unavailable", "item-not-found", "gone", "remote-server-not-found", "remote-server-timeout" };

    /// <summary>Whether an error says that nobody is there. To a message, service-unavailable says so too.</summary>
    public static bool IsGone(Stanza error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var condition = StanzaError.Of(error).Condition;
        return error is { Type: "error", From.IsBare: false } && (Gone.Contains(condition) || (error.Kind == StanzaKind.Message && condition == "service-unavailable"));
    }
}
