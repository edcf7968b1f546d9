using System.Collections.Immutable;

namespace DerAgent.Modbus;

/// <summary>What a frame is.</summary>
internal enum FrameMeaning
{
    /// <summary>The answer to the open question.</summary>
    Answer,
    /// <summary>From whom was asked, to what was asked, and not what can be the answer: nonsense.</summary>
    Misfit,
    /// <summary>The answer to a question that was given up.</summary>
    Late,
    /// <summary>What was sent last, heard back.</summary>
    Echo,
    /// <summary>Nobody here asked for it.</summary>
    Foreign,
}

/// <summary>
/// Whose turn it is on a line where answers carry no transaction id. After a time-out nothing is asked until the late answer came, or it has settled that it will not. A value, and its transitions; pure.
/// </summary>
/// <typeparam name="TFrame">What comes over the line.</typeparam>
internal sealed record TurnState<TFrame>
{
    /// <summary>Questions given up that are remembered.</summary>
    private const int MostGivenUp = 3;

    /// <summary>What has not come within this time does not come.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    /// <summary>No line is kept quiet for longer.</summary>
    private static readonly TimeSpan LongestSettle = TimeSpan.FromSeconds(30);

    /// <summary>An answer in time lets what is known of the slowest one fade.</summary>
    private const double Fading = 1.0 / 64;

    /// <summary>The question that waits.</summary>
    public TurnQuestion<TFrame>? Open { get; private init; }

    /// <summary>What was sent last.</summary>
    public TurnQuestion<TFrame>? Last { get; private init; }

    /// <summary>Questions without an answer, the oldest first, each with when it is forgotten.</summary>
    public IReadOnlyList<(TurnQuestion<TFrame> Question, TimeSpan Until)> GivenUp { get; private init; } = [];

    /// <summary>Until when nothing is asked, so that a late answer meets no question.</summary>
    public TimeSpan SettledAt { get; private init; } = TimeSpan.MinValue;

    /// <summary>How many answers to earlier questions nobody could tell from the one that came last: the same question is asked as often again, and the last answer is its own, because a device answers in order.</summary>
    public int Doubts { get; private init; }

    /// <summary>The slowest answers, by unit; late ones, too.</summary>
    private ImmutableDictionary<byte, TimeSpan> Slowest { get; init; } = ImmutableDictionary<byte, TimeSpan>.Empty;

    /// <summary>A question goes out.</summary>
    public TurnState<TFrame> Asked(TurnQuestion<TFrame> question) => this with { Open = question, Last = question, GivenUp = [.. GivenUp.Where(g => g.Until > question.At)] };

    /// <summary>A frame came.</summary>
    public (TurnState<TFrame> State, FrameMeaning Meaning) Came(in TFrame frame, TimeSpan now)
    {
        if (Open is { } open && open.MayBeAnsweredBy(frame) && !IsPerhapsOfAnEarlierWrite(open, frame))
        {
            return (Took(open, now) with { Open = null, Doubts = DoubtsOf(frame, now) }, FrameMeaning.Answer);
        }

        for (var i = 0; i < GivenUp.Count; i++)
        {
            if (GivenUp[i].Question.MayBeAnsweredBy(frame))
            {
                var rest = GivenUp.Where((_, at) => at != i).ToList();
                var next = Took(GivenUp[i].Question, now) with { GivenUp = rest };
                return (rest.Exists(r => r.Until > now) ? next : next with { SettledAt = now < SettledAt ? now : SettledAt }, FrameMeaning.Late);
            }
        }

        // An answer that comes twice is no other master's.
        if (Open is null && Last is { } answered && answered.MayBeAnsweredBy(frame))
        {
            return (this, FrameMeaning.Late);
        }

        if (Last is { } last && last.IsEcho(frame))
        {
            return (this, FrameMeaning.Echo);
        }

        return Open is { } asked && asked.IsMisfit(frame)
            ? (this with { Open = null }, FrameMeaning.Misfit)
            : (this, FrameMeaning.Foreign);
    }

    /// <summary>The open question is given up.</summary>
    public TurnState<TFrame> TimedOut(TimeSpan now) => Open is not { } open ? this : this with
    {
        Open = null,
        GivenUp = [.. GivenUp.Append((open, open.At + Forgotten)).TakeLast(MostGivenUp)],
        SettledAt = now + SettleOf(open.Unit, open.Timeout),
    };

    /// <summary>Doubts were asked away: what may still come meets no question, and is forgotten then.</summary>
    public TurnState<TFrame> Cleared(byte unit, TimeSpan timeout, TimeSpan now)
    {
        var settled = now + SettleOf(unit, timeout);
        return this with { SettledAt = settled, GivenUp = [.. GivenUp.Select(g => g.Question.Unit == unit && g.Until > settled ? (g.Question, settled) : g)] };
    }

    /// <summary>The line was made anew, over which no old answer comes.</summary>
    public TurnState<TFrame> Renewed() => this with { Open = null, Last = null, GivenUp = [], SettledAt = TimeSpan.MinValue };

    /// <summary>How long a line is quiet after a time-out: the time-out again, or twice the slowest answer where that is less; where answers were seen later than that, until twice their time has passed since the question.</summary>
    private TimeSpan SettleOf(byte unit, TimeSpan timeout)
    {
        var settle = !Slowest.TryGetValue(unit, out var slowest) ? timeout : slowest * 2 <= timeout ? slowest * 2 : slowest <= timeout ? timeout : (slowest * 2) - timeout;
        return settle < LongestSettle ? settle : LongestSettle;
    }

    /// <summary>A write is never asked again; an exception that may answer an earlier one does not end it.</summary>
    private bool IsPerhapsOfAnEarlierWrite(TurnQuestion<TFrame> open, TFrame frame) => !open.IsRead && GivenUp.Any(g => g.Until > open.At && g.Question.MayBeAnsweredBy(frame));

    private int DoubtsOf(in TFrame answer, TimeSpan now)
    {
        var doubts = 0;
        foreach (var (question, until) in GivenUp)
        {
            doubts += until > now && question.MayBeAnsweredBy(answer) ? 1 : 0;
        }

        return doubts;
    }

    private TurnState<TFrame> Took(TurnQuestion<TFrame> question, TimeSpan now)
    {
        var took = now - question.At;
        var slowest = Slowest.GetValueOrDefault(question.Unit);
        return this with { Slowest = Slowest.SetItem(question.Unit, took > slowest ? took : slowest - ((slowest - took) * Fading)) };
    }
}
