namespace DerAgent.Devices;

/// <summary>A block that is read again and again, and how that goes: each block fails alone. Touched by its line only.</summary>
internal sealed class PlannedBlock(ReadBlock block, TimeSpan due, TimeSpan? period)
{
    /// <summary>Answers in a row that gave nothing before its values are old.</summary>
    public const int MissesUntilOld = 3;

    /// <summary>Refusals in a row before less is asked for at once: one alone may be a slip.</summary>
    private const int RefusalsUntilSplit = 2;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);
    private static readonly TimeSpan MissStep = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestMiss = TimeSpan.FromMinutes(1);
    private TimeSpan _retry;
    private TimeSpan _asked = due - (period ?? TimeSpan.FromSeconds(1));
    private bool _isTimed;
    private int _refusals;

    public ReadBlock Block => block;

    /// <summary>When it is read next, by the line's clock.</summary>
    public TimeSpan Due { get; private set; } = due;

    /// <summary>How often it is read; null: once.</summary>
    public TimeSpan? Period => period;

    /// <summary>Polls in a row that gave nothing.</summary>
    public int Missed { get; private set; }

    /// <summary>Since when it gives nothing; null while it does.</summary>
    public TimeSpan? FailedSince { get; private set; }

    /// <summary>Whether the device refuses it, so that it is asked for rarely.</summary>
    public bool IsRefused => _retry > TimeSpan.Zero;

    /// <summary>How long it takes, as seen lately.</summary>
    public TimeSpan Took { get; private set; } = block.Expected;

    public ExchangeClass Class => block.Poll == PollClass.Fast ? ExchangeClass.Fast : ExchangeClass.Slow;

    /// <summary>The share of the line's time it needs.</summary>
    public double Load => period is { } time && !IsRefused ? Took / time : 0;

    /// <summary>By how much of its period it is late: since it was asked for last, whenever it should have been.</summary>
    public double LateAt(TimeSpan now) => ((now - _asked) / (IsRefused ? LongestRetry : period ?? TimeSpan.FromSeconds(1))) - 1;

    /// <summary>It was read in this time.</summary>
    public void Lasted(TimeSpan time)
    {
        Took = _isTimed ? Took + ((time - Took) / 8) : time;
        _isTimed = true;
    }

    /// <summary>It was read; gives since when it had not been, where anybody noticed.</summary>
    public TimeSpan? Answered(TimeSpan now)
    {
        var since = Missed >= MissesUntilOld || IsRefused ? FailedSince : null;
        (Missed, _refusals, _retry, FailedSince) = (0, 0, TimeSpan.Zero, null);
        Next(now, period ?? TimeSpan.MaxValue);
        return since;
    }

    /// <summary>It gave nothing, and is asked again after <paramref name="again"/>. True where its values are old from now on.</summary>
    public bool Failed(TimeSpan now, TimeSpan again)
    {
        FailedSince ??= now;
        Missed++;

        // What gives nothing for good must not cost the others their time.
        var longer = MissStep * (Missed - MissesUntilOld);
        Next(now, longer < again ? again : longer < LongestMiss ? longer : LongestMiss);
        return Missed == MissesUntilOld;
    }

    /// <summary>The device refused it. True where that was not the first time in a row: less must be asked for at once, or it is not there.</summary>
    public bool Refused(TimeSpan now)
    {
        FailedSince ??= now;
        Missed++;
        if (++_refusals < RefusalsUntilSplit && !IsRefused)
        {
            Next(now, period ?? TimeSpan.FromSeconds(1));
            return false;
        }

        return true;
    }

    /// <summary>There is nothing less to ask for: it is asked for again after a minute, and ever more rarely. True where that is new.</summary>
    public bool GiveUp(TimeSpan now)
    {
        var isNew = !IsRefused;
        _asked = now;
        _retry = isNew ? FirstRetry : _retry * 2 < LongestRetry ? _retry * 2 : LongestRetry;
        Due = now + _retry;
        return isNew;
    }

    /// <summary>It is asked for now.</summary>
    public void Hurry(TimeSpan now) => Due = now;

    private void Next(TimeSpan now, TimeSpan after)
    {
        _asked = now;

        // From when it was due, so that it does not drift; a poll that could not keep up is not made up for.
        var from = now - Due < after ? Due : now;
        Due = after == TimeSpan.MaxValue ? after : from + after;
    }
}
