namespace DerAgent.Xmpp;

/// <summary>
/// Subscription requests of strangers: refused after a time of which nobody can say whether a person or a program let it pass. Servers deliver the open ones again at
/// every login; that changes nothing. Touched by the connection's loop only.
/// </summary>
/// <param name="share">A random number from 0 to 1.</param>
internal sealed class OpenSubscriptions(Func<double> share)
{
    /// <summary>Requests that may be open; of more, the oldest is refused at once.</summary>
    public const int Most = 100;

    /// <summary>None is refused before.</summary>
    public static readonly TimeSpan AtLeast = TimeSpan.FromHours(1);

    /// <summary>None is refused later.</summary>
    public static readonly TimeSpan AtMost = TimeSpan.FromHours(24);

    private readonly List<(Jid From, TimeSpan Due)> _open = [];

    /// <summary>Those that are open.</summary>
    public int Count => _open.Count;

    /// <summary>A request came; null, or the one that is to be refused in its place.</summary>
    public Jid? Add(Jid from, TimeSpan now)
    {
        if (_open.Exists(o => o.From == from))
        {
            return null;
        }

        _open.Add((from, now + AtLeast + (share() * (AtMost - AtLeast))));
        if (_open.Count <= Most)
        {
            return null;
        }

        var oldest = _open[0].From;
        _open.RemoveAt(0);
        return oldest;
    }

    /// <summary>Takes out those of whom something holds.</summary>
    public List<Jid> TakeWhere(Func<Jid, bool> holds)
    {
        var taken = _open.Where(o => holds(o.From)).Select(o => o.From).ToList();
        _open.RemoveAll(o => taken.Contains(o.From));
        return taken;
    }

    /// <summary>Takes out those that are to be refused now.</summary>
    public List<Jid> TakeDue(TimeSpan now)
    {
        var due = _open.Where(o => o.Due <= now).Select(o => o.From).ToList();
        _open.RemoveAll(o => o.Due <= now);
        return due;
    }
}
