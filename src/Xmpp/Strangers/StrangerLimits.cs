namespace DerAgent.Xmpp;

/// <summary>
/// How many strangers are answered: few a second each, and not many a second all together, so that their flood costs a line nothing. Those beyond are dropped
/// without a word, as a server does with what it has no room for.
/// </summary>
/// <param name="perStranger">Answers a second to one stranger.</param>
/// <param name="forAll">Answers a second to all of a connection.</param>
internal sealed class StrangerLimits(int perStranger = 10, int forAll = 100)
{
    /// <summary>Strangers that are remembered; of more, the one heard longest ago is forgotten.</summary>
    public const int MostRemembered = 1_000;

    /// <summary>Octets of strangers that are given back at once.</summary>
    public const int EchoAtOnce = 256 << 10;

    /// <summary>Octets of strangers that are given back each second in the long run: the line may be one that is paid by the octet.</summary>
    public const int EchoPerSecond = 16 << 10;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, LinkedListNode<(string Jid, Share Share)>> _strangers = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Jid, Share Share)> _heard = new();
    private Share _all;
    private double _echo = EchoAtOnce;
    private TimeSpan _echoAt;

    /// <summary>Answers in the second that began then.</summary>
    private readonly record struct Share(TimeSpan Since, int Count);

    /// <summary>Strangers that are remembered.</summary>
    public int Remembered => _strangers.Count;

    /// <summary>Whether one more answer may go to a stranger now; it is counted.</summary>
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
        var may = own.Count <= perStranger && all.Count <= forAll;
        if (may)
        {
            (share, _all) = (own, all);
        }

        _strangers[name] = _heard.AddLast((name, share));
        return may;
    }

    /// <summary>Whether so many octets of a stranger may be given back to it now; they are counted.</summary>
    public bool MayEcho(int octets, TimeSpan now)
    {
        _echo = Math.Min(EchoAtOnce, _echo + ((now - _echoAt).TotalSeconds * EchoPerSecond));
        _echoAt = now;
        if (octets > _echo)
        {
            return false;
        }

        _echo -= octets;
        return true;
    }

    private static Share Next(Share share, TimeSpan now) => share.Count == 0 || now - share.Since >= Second ? new(now, 1) : share with { Count = share.Count + 1 };
}
