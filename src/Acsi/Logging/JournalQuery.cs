namespace DerAgent.Acsi;

/// <summary>Which entries of a log are wanted.</summary>
/// <param name="After">Only those after this id.</param>
/// <param name="From">Only those of this time or later; null: of any.</param>
/// <param name="Until">Only those of this time or earlier; null: of any.</param>
internal readonly record struct JournalRange(long After, DateTimeOffset? From, DateTimeOffset? Until);

/// <summary>
/// Finds the entries of a range in the order of their ids (acsi-semantics §6). The ids between two places where the clock was set back have rising times: where these begin
/// is found by halving, and behind what is too late the next such place comes.
/// </summary>
internal static class JournalQuery
{
    /// <summary>The entries of a range, oldest first.</summary>
    public static IEnumerable<StoredLogEntry> Entries(Journals journals, Journal journal, JournalRange range)
    {
        var id = range.After;
        while (true)
        {
            var end = EndOfOrder(journal, id);
            var isOrdered = id >= journal.UnorderedThrough;
            if (isOrdered && range.From is { } from)
            {
                id = LastBefore(journals, journal, id, end, from);
            }

            foreach (var entry in journals.After(journal, id))
            {
                if (entry.Id >= end)
                {
                    break;
                }

                id = entry.Id;
                var time = entry.Entry.EntryTime;
                if (time > range.Until && isOrdered)
                {
                    break;
                }

                if (!(time < range.From) && !(time > range.Until))
                {
                    yield return entry;
                }
            }

            if (end == long.MaxValue)
            {
                yield break;
            }

            id = Math.Max(id, end - 1);
        }
    }

    /// <summary>The id of the last entry that is older than a time, before any that is not.</summary>
    public static long Before(Journals journals, Journal journal, DateTimeOffset time)
    {
        if (journal.UnorderedThrough == 0)
        {
            return LastBefore(journals, journal, 0, EndOfOrder(journal, 0), time);
        }

        var last = 0L;
        foreach (var entry in journals.After(journal, 0))
        {
            if (entry.Entry.EntryTime >= time)
            {
                break;
            }

            last = entry.Id;
        }

        return last;
    }

    /// <summary>The place after an id where the clock was set back next; the end of all where it was not.</summary>
    private static long EndOfOrder(Journal journal, long id)
    {
        if (id < journal.UnorderedThrough)
        {
            return journal.UnorderedThrough + 1;
        }

        var next = journal.Steps.FindIndex(s => s > id + 1);
        return next < 0 ? long.MaxValue : journal.Steps[next];
    }

    /// <summary>The last id after which all entries up to <paramref name="end"/> are of a time or later; found by halving.</summary>
    private static long LastBefore(Journals journals, Journal journal, long id, long end, DateTimeOffset time)
    {
        var (low, high) = (id, Math.Min(end, (journal.Last?.Id ?? 0) + 1));
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (journals.Next(journal, middle - 1) is { } entry && entry.Id < high && entry.Entry.EntryTime < time)
            {
                low = entry.Id;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
