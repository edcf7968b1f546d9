using DerAgent.Acsi;

namespace DerAgent.Agent;

/// <summary>
/// Initiates that found no place, held until it is known whether those who have one are still there: a few, and for a few seconds. Else a client that crashes again
/// and again is refused because of what it left behind. Touched on the server's loop only.
/// </summary>
/// <param name="time">Clock.</param>
internal sealed class HeldInitiates(TimeProvider time)
{
    private const int Most = 32;
    private const int MostOfAccount = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly List<Held> _held = [];

    /// <summary>Holds one. False where there is nobody to wait for, or too many are held. One of the same name takes the place of the one before: its client has started anew.</summary>
    /// <param name="key">The association it would become.</param>
    /// <param name="asked">Full JIDs of those who are asked.</param>
    /// <param name="tryAgain">Tries again; false where it still finds none. The last time it must be answered.</param>
    public bool TryHold(AssociationKey key, IReadOnlySet<string> asked, Func<AcsiServer, bool, bool> tryAgain)
    {
        _held.RemoveAll(h => h.Key == key);
        if (asked.Count == 0 || _held.Count >= Most || _held.Count(h => h.Key.BarePeer == key.BarePeer) >= MostOfAccount)
        {
            return false;
        }

        _held.Add(new(key, [.. asked], time.GetTimestamp(), tryAgain));
        return true;
    }

    /// <summary>One of those who were asked is there, or is gone: who waited for the last answer, or may have a place now, is tried again, the first come first.</summary>
    public void Answered(AcsiServer server, string peer, bool isGone)
    {
        foreach (var held in _held.Where(h => h.Asked.Remove(peer)).ToList())
        {
            var isLast = held.Asked.Count == 0;
            if (isLast || isGone)
            {
                Try(server, held, isLast);
            }
        }
    }

    /// <summary>A few seconds have passed: who has waited long enough is answered.</summary>
    public void Tick(AcsiServer server)
    {
        foreach (var held in _held.Where(h => time.GetElapsedTime(h.Since) >= Patience).ToList())
        {
            Try(server, held, isLast: true);
        }
    }

    private void Try(AcsiServer server, Held held, bool isLast)
    {
        // Out before it is tried: what it sets off may come back here.
        if (_held.Remove(held) && !held.TryAgain(server, isLast) && !isLast)
        {
            _held.Add(held);
        }
    }

    private sealed record Held(AssociationKey Key, HashSet<string> Asked, long Since, Func<AcsiServer, bool, bool> TryAgain);
}
