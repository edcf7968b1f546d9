namespace DerAgent.Agent.Clock;

/// <summary>What a server said, by its name.</summary>
/// <param name="Server">The server.</param>
/// <param name="Sample">What it said.</param>
internal sealed record ClockVoter(string Server, SntpSample Sample)
{
    /// <summary>What nobody measures: jitter of a network, and of a process.</summary>
    private static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(5);

    /// <summary>The least its offset may be.</summary>
    public TimeSpan Least => Sample.Offset - Sample.Bound - Jitter;

    /// <summary>The most its offset may be.</summary>
    public TimeSpan Most => Sample.Offset + Sample.Bound + Jitter;
}

/// <summary>
/// Outvotes those who tell a false time (as RFC 5905 §11.2.1 does): those are right whose intervals have a point in common, if they are more than half. A clock that was
/// right a while ago has a voice too, within what it may have drifted: one server does not move it far against its word, two that agree do.
/// </summary>
internal static class ClockVote
{
    /// <summary>Name of our own voice.</summary>
    public const string Own = "";

    /// <summary>Who is right; none where they contradict each other and none has a majority.</summary>
    /// <param name="answers">What the servers said.</param>
    /// <param name="own">How far our own clock may be off; null: it has no voice.</param>
    public static IReadOnlyList<ClockVoter> Choose(IReadOnlyList<ClockVoter> answers, TimeSpan? own)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var voters = own is { } bound ? [.. answers, new ClockVoter(Own, new(TimeSpan.Zero, TimeSpan.Zero, bound))] : answers;
        IReadOnlyList<ClockVoter> best = [];
        foreach (var point in voters.SelectMany(v => new[] { v.Least, v.Most }))
        {
            var agree = voters.Where(v => v.Least <= point && point <= v.Most).ToList();
            if (agree.Count > best.Count)
            {
                best = agree;
            }
        }

        // One alone is believed: there is nobody to contradict it.
        return best.Count * 2 > voters.Count ? [.. best.Where(v => v.Server != Own)] : [];
    }

    /// <summary>The offset of those who are right: the better one is known, the more it counts.</summary>
    public static TimeSpan OffsetOf(IReadOnlyList<ClockVoter> right)
    {
        ArgumentNullException.ThrowIfNull(right);
        var (sum, weights) = (0.0, 0.0);
        foreach (var voter in right)
        {
            var weight = 1 / (voter.Most - voter.Least).TotalSeconds;
            (sum, weights) = (sum + (weight * voter.Sample.Offset.TotalSeconds), weights + weight);
        }

        return TimeSpan.FromSeconds(sum / weights);
    }
}
