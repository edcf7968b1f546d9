namespace DerAgent.Xmpp;

/// <summary>Octets that may wait somewhere, within what a greater whole may hold. May be asked from several threads.</summary>
/// <param name="limit">Octets that may be held.</param>
/// <param name="whole">The budget that this one is a part of, or null.</param>
public sealed class OctetBudget(long limit, OctetBudget? whole = null)
{
    private long _used;

    /// <summary>Octets that may be held.</summary>
    public long Limit => limit;

    /// <summary>Octets that are held.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Whether more than this share of it, or of a greater whole, is used.</summary>
    /// <param name="share">0 to 1.</param>
    public bool IsBeyond(double share) => Used > limit * share || (whole?.IsBeyond(share) ?? false);

    /// <summary>Takes octets; false, and nothing is taken, where they do not fit.</summary>
    public bool TryTake(long octets)
    {
        var used = Used;
        while (true)
        {
            if (used + octets > limit)
            {
                return false;
            }

            var seen = Interlocked.CompareExchange(ref _used, used + octets, used);
            if (seen == used)
            {
                break;
            }

            used = seen;
        }

        if (whole is null || whole.TryTake(octets))
        {
            return true;
        }

        Interlocked.Add(ref _used, -octets);
        return false;
    }

    /// <summary>Gives octets back that were taken.</summary>
    public void Give(long octets)
    {
        Interlocked.Add(ref _used, -octets);
        whole?.Give(octets);
    }
}
