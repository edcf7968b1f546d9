using System.Numerics;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The logs of the server: those that the SCL file declares, and those that a log control block of it names. Bounded by the store's room and by age.</summary>
internal sealed class Journals
{
    private static readonly TimeSpan AgeLooks = TimeSpan.FromHours(1);
    private readonly Dictionary<string, Journal> _byReference = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Journal> _byBlock = new(StringComparer.Ordinal);
    private readonly History<(Journal Journal, StoredLogEntry? First, StoredLogEntry? Last, int Steps)> _history;
    private readonly ILogBuffer _committed;
    private readonly RingEntries _entries;
    private readonly StepJournal _journal;
    private readonly Queue<AcsiEffect> _effects;
    private readonly AcsiOptions _options;

    public Journals(IedModel model, ILogBuffer committed, RingEntries entries, StepJournal journal, StoredState stored, Queue<AcsiEffect> effects, AcsiOptions options, DateTimeOffset now)
    {
        (_committed, _entries, _journal, _effects, _options) = (committed, entries, journal, effects, options);
        _history = new(journal, static old =>
        {
            (old.Journal.First, old.Journal.Last) = (old.First, old.Last);
            old.Journal.Steps.RemoveRange(Math.Min(old.Steps, old.Journal.Steps.Count), Math.Max(0, old.Journal.Steps.Count - old.Steps));
        });
        foreach (var ln in model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            foreach (var name in ln.Logs)
            {
                Open(ln, name, stored);
            }
        }

        foreach (var reference in model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.LogControls).Select(l => l.LogReference))
        {
            if (model.Held(reference) is { } log)
            {
                Open(log.Holder, log.Name, stored);
            }
        }

        NextDue = options.LogAge > TimeSpan.Zero && _byReference.Count > 0 ? now : null;
    }

    /// <summary>When <see cref="Tick"/> is to be called next.</summary>
    public DateTimeOffset? NextDue { get; private set; }

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<Journal> All => _byReference.Values;

    /// <summary>The log of a reference, or null.</summary>
    public Journal? Find(string reference) => _byReference.GetValueOrDefault(reference);

    /// <summary>Before the oldest and the newest entries are shown: looks for them where the disk did not give them before.</summary>
    public void Look(Journal journal)
    {
        if (!journal.IsCounted)
        {
            Recount(journal);
        }
    }

    /// <summary>Something happened. Where the store takes nothing it is lost, and that is told.</summary>
    public void Append(Journal journal, LogEntry entry)
    {
        var id = _entries.Append(journal.Entries, "", entry, isAwaited: false);
        if (id == 0)
        {
            Lose(journal);
            return;
        }

        Note(journal);
        var logged = new StoredLogEntry(id, entry);
        if (journal.Last is { } before && entry.EntryTime < before.Entry.EntryTime)
        {
            journal.AddStep(id);
            _journal.Touch(journal);
        }

        (journal.First, journal.Last) = (journal.First ?? logged, logged);
    }

    /// <summary>The entries after an id, oldest first, those that are not committed too: what is told of them waits for their commit.</summary>
    public IEnumerable<StoredLogEntry> After(Journal journal, long id)
    {
        while (Next(journal, id) is { } next)
        {
            yield return next;
            id = next.Id;
        }
    }

    /// <summary>The oldest entry after an id, or null.</summary>
    public StoredLogEntry? Next(Journal journal, long id)
    {
        var after = Math.Max(id, journal.Entries.PurgedThrough);
        var next = _committed.NextLogged(journal.Entries.Reference, after);
        while (next is { } found && journal.Entries.IsDropped(found.Id))
        {
            next = _committed.NextLogged(journal.Entries.Reference, found.Id);
        }

        foreach (var (_, waiting, _, entry) in journal.Entries.Uncommitted)
        {
            if (waiting > after && (next is null || waiting < next.Value.Id))
            {
                return new(waiting, (LogEntry)entry);
            }
        }

        return next;
    }

    /// <summary>Whether an entry is there.</summary>
    public bool Contains(Journal journal, long id) => id > 0 && Next(journal, id - 1) is { } found && found.Id == id;

    /// <summary>Who is told of an entry waits for its commit.</summary>
    public void WaitFor(Journal journal, long id)
    {
        foreach (var (step, waiting, _, _) in journal.Entries.Uncommitted)
        {
            if (waiting == id)
            {
                _journal.WaitFor(step);
            }
        }
    }

    /// <summary>Removes the entries up to one; how many there were.</summary>
    public int RemoveThrough(Journal journal, long through)
    {
        var after = journal.Entries.PurgedThrough;
        if (journal.First is not { } first || through < first.Id)
        {
            return 0;
        }

        var count = _committed.Count(journal.Entries.Reference, after, through)
            - journal.Entries.Dropped.Count(d => d.Id > after && d.Id <= through && IsCommitted(d.Id))
            + journal.Entries.Uncommitted.Count(u => u.Id > after && u.Id <= through && !IsCommitted(u.Id));
        Note(journal);
        _entries.Purge(journal.Entries, through);
        Recount(journal);
        return count;

        bool IsCommitted(long id) => _committed.Count(journal.Entries.Reference, id - 1, id) > 0;
    }

    /// <summary>Removes one entry.</summary>
    public void Remove(Journal journal, long id)
    {
        Note(journal);
        _entries.Drop(journal.Entries, id);
        Recount(journal);
    }

    /// <summary>Entries had to make room in the store.</summary>
    public void Evicted(string block, long through)
    {
        if (_byBlock.TryGetValue(block, out var journal) && journal.First?.Id <= through)
        {
            journal.ForgetSteps(through);
            Recount(journal);
        }
    }

    /// <summary>Entries that were not committed are lost.</summary>
    public void Lost(string block)
    {
        if (_byBlock.TryGetValue(block, out var journal))
        {
            Recount(journal);
            Lose(journal);
        }
    }

    /// <summary>What is too old goes.</summary>
    public void Tick(DateTimeOffset now)
    {
        if (NextDue > now || NextDue is null)
        {
            return;
        }

        NextDue = now + AgeLooks;
        foreach (var journal in _byReference.Values)
        {
            try
            {
                if (journal.First is { } first && first.Entry.Time < now - _options.LogAge)
                {
                    RemoveThrough(journal, JournalQuery.Before(this, journal, now - _options.LogAge));
                }
            }
            catch (IOException)
            {
                // A disk that does not give the log now may do so the next time.
            }
        }
    }

    private void Open(LogicalNode holder, string name, StoredState stored)
    {
        var reference = $"{holder.Reference}${name}";
        if (_byReference.ContainsKey(reference))
        {
            return;
        }

        var journal = new Journal(holder, name, _entries.Open(Journal.Prefix + reference, "", ""));
        if (stored.Find(journal.Key) is { } octets && !journal.Restore(octets))
        {
            // Nobody knows where the clock was set back: everything is looked at.
            journal.UnorderedThrough = journal.Entries.Newest;
            stored.Tell(journal.Key, "it is damaged");
        }

        _byReference.Add(reference, journal);
        _byBlock.Add(journal.Entries.Reference, journal);
        Recount(journal);
    }

    /// <summary>Looks which entries are the oldest and the newest. A disk that does not give them stops nothing else: they are looked for again when they are to be shown.</summary>
    private void Recount(Journal journal)
    {
        try
        {
            var first = Next(journal, 0);
            (journal.First, journal.Last, journal.IsCounted) = (first, first is null ? null : Next(journal, journal.Entries.Last - 1) ?? After(journal, first.Value.Id - 1).Last(), true);
        }
        catch (IOException)
        {
            journal.IsCounted = false;
        }
    }

    private void Note(Journal journal) => _history.Note((journal, journal.First, journal.Last, journal.Steps.Count));

    private void Lose(Journal journal)
    {
        if (BitOperations.IsPow2(++journal.Losses))
        {
            _effects.Enqueue(new AcsiEffect.Log($"{journal.Reference}: entries of the log were lost, the store takes nothing ({journal.Losses} times so far)", IsWarning: true));
        }
    }
}
