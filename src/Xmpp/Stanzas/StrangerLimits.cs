namespace DerAgent.Xmpp;

/// <summary>
/// How many strangers are answered: few a second each, and not many a second all together, so that their flood costs a line nothing. Those beyond are dropped
/// without a word, as a server does with what it has no room for.
/// </summary>
internal sealed class StrangerLimits
{
    /// <summary>Refusals a second to one stranger.</summary>
    public const int PerStranger = 10;

    /// <summary>Refusals a second to all of a connection.</summary>
    public const int ForAll = 100;

    /// <summary>Strangers that are remembered; of more, the one heard longest ago is forgotten.</summary>
    public const int MostRemembered = 1_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, LinkedListNode<(string Jid, Share Share)>> _strangers = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Jid, Share Share)> _heard = new();
    private Share _all;

    /// <summary>Refusals in the second that began then.</summary>
    private readonly record struct Share(TimeSpan Since, int Count);

    /// <summary>Strangers that are remembered.</summary>
    public int Remembered => _strangers.Count;

    /// <summary>Whether one more refusal may go to a stranger now; it is counted.</summary>
    /// <param name="stranger">Its bare JID.</param>
    /// <param name="now">The time.</param>
    public bool MayAnswer(Jid stranger, TimeSpan now)
    {
        var name = stranger.ToString();
        var share = default(Share);
        if (_strangers.Remove(name, out var known))
        {
            share = known.Value.Share;
            _heard.Remove(known);
        }
        else if (_strangers.Count >= MostRemembered)
        {
            _strangers.Remove(_heard.First!.Value.Jid);
            _heard.RemoveFirst();
        }

        var (own, all) = (Next(share, now), Next(_all, now));
        var may = own.Count <= PerStranger && all.Count <= ForAll;
        if (may)
        {
            (share, _all) = (own, all);
        }

        _strangers[name] = _heard.AddLast((name, share));
        return may;
    }

    private static Share Next(Share share, TimeSpan now) => share.Count == 0 || now - share.Since >= Second ? new(now, 1) : share with { Count = share.Count + 1 };
}
