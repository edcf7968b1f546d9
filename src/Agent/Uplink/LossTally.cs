using System.Globalization;

namespace DerAgent.Agent;

/// <summary>What a connection drops, refuses or loses.</summary>
internal enum Loss
{
    /// <summary>Stanzas of strangers: to them nobody is here.</summary>
    Stranger,
    /// <summary>Of these, requests that got no answer because there were too many.</summary>
    Unanswered,
    /// <summary>Stanzas beyond the limits.</summary>
    BeyondLimits,
    /// <summary>Requests beyond the negotiated number.</summary>
    Rejected,
    /// <summary>Of these, requests whose rejection was not even sent.</summary>
    RejectedUnsaid,
    /// <summary>Requests that could not be read.</summary>
    Unreadable,
    /// <summary>Associations refused.</summary>
    Refused,
    /// <summary>Stanzas that the connection did not take.</summary>
    NotTaken,
    /// <summary>Stanzas given up with a session that could not be resumed.</summary>
    GivenUp,
    /// <summary>Stanzas of ours that came back.</summary>
    CameBack,
}

/// <summary>
/// Counts what a connection drops, refuses or loses: nothing of that is silent, and nobody can fill a log with it. Each kind has a few lines a minute of its own,
/// the rest is one line a minute; once an hour all of it is. May be told things from several threads.
/// </summary>
internal sealed class LossTally
{
    private const int LinesPerMinute = 5;
    private const int MinutesPerHour = 60;
    private static readonly int Kinds = Enum.GetValues<Loss>().Length;
    private readonly Lock _gate = new();
    private readonly long[] _total = new long[Kinds];
    private readonly long[] _minute = new long[Kinds];
    private readonly long[] _hour = new long[Kinds];
    private readonly string?[] _last = new string?[Kinds];
    private int _minutes;

    /// <summary>How many of a kind there were since the start.</summary>
    public long this[Loss kind]
    {
        get
        {
            lock (_gate)
            {
                return _total[(int)kind];
            }
        }
    }

    /// <summary>Counts; whether a line of its own may be logged for it.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="who">To whom, for people.</param>
    /// <param name="count">How often.</param>
    public bool Add(Loss kind, string? who = null, long count = 1)
    {
        lock (_gate)
        {
            _total[(int)kind] += count;
            _hour[(int)kind] += count;
            _last[(int)kind] = who ?? _last[(int)kind];
            return (_minute[(int)kind] += count) <= LinesPerMinute;
        }
    }

    /// <summary>A minute has passed: what happened in it beyond what had lines of its own, or null; and once an hour what happened in that.</summary>
    public (string? Minute, string? Hour) Tick()
    {
        lock (_gate)
        {
            var minute = Text(_minute, static (kind, count) => count > (kind is Loss.Stranger or Loss.Unanswered ? 0 : LinesPerMinute));
            Array.Clear(_minute);
            if (++_minutes % MinutesPerHour != 0)
            {
                return (minute, null);
            }

            var hour = Text(_hour, static (_, count) => count > 0);
            Array.Clear(_hour);
            return (minute, hour);
        }
    }

    private string? Text(long[] counts, Func<Loss, long, bool> isShown)
    {
        var parts = Enum.GetValues<Loss>().Where(k => isShown(k, counts[(int)k])).Select(k => Part(k, counts[(int)k])).ToList();
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }

    private string Part(Loss kind, long count)
    {
        var what = kind switch
        {
            Loss.Stranger => "stanzas of strangers",
            Loss.Unanswered => "requests of strangers without an answer",
            Loss.BeyondLimits => "stanzas beyond the limits",
            Loss.Rejected => "requests beyond the negotiated number",
            Loss.RejectedUnsaid => "of them without a word",
            Loss.Unreadable => "requests that could not be read",
            Loss.Refused => "associations refused",
            Loss.NotTaken => "stanzas not taken by the connection",
            Loss.GivenUp => "stanzas given up with their session",
            _ => "stanzas that came back",
        };
        var last = _last[(int)kind];
        return string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(last is null ? "" : $" (last: {last})")}");
    }
}
