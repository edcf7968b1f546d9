namespace DerAgent.Acsi;

/// <summary>
/// The entries of buffered blocks and of journals as the loop sees them: what is committed stands in the store and may be sent, what is not yet is kept here. Ids
/// rise over restarts, purges and the loss of the store, whatever the database does.
/// </summary>
internal sealed class RingEntries
{
    private readonly IReportBuffer _committed;
    private readonly StepJournal _journal;
    private readonly AcsiOptions _options;
    private readonly TimeProvider _time;
    private readonly History<Undo> _history;
    private readonly List<BlockEntries> _open = [];
    private long _openOctets;

    /// <summary>What a step did to a block's entries.</summary>
    private enum Deed
    {
        Append,
        Drop,
        Purge,
    }

    /// <summary>How it was before.</summary>
    private readonly record struct Undo(Deed Deed, BlockEntries Block, long Id, long Purged, string Signature);

    public RingEntries(IReportBuffer committed, StepJournal journal, AcsiOptions options, TimeProvider time)
    {
        (_committed, _journal, _options, _time) = (committed, journal, options, time);
        _history = new(journal, Restore);
        LastId = committed.HighWater;
    }

    /// <summary>Whether entries were lost before the start, and nobody knows which.</summary>
    public bool HasLost => _committed.HasLost;

    /// <summary>The id given last.</summary>
    public long LastId { get; private set; }

    /// <summary>The entries of a block that the store has, if they are of this data set.</summary>
    /// <param name="reference">Reference of the block.</param>
    /// <param name="signature">Its data set: names and sizes of its members, in order.</param>
    /// <param name="stored">The same when the entries were made.</param>
    public BlockEntries Open(string reference, string signature, string stored)
    {
        var block = new BlockEntries(reference) { Newest = _committed.Newest(reference), Signature = stored };
        if (block.Newest > 0 && stored != signature)
        {
            Purge(block);
        }

        return block;
    }

    /// <summary>An id greater than any before.</summary>
    public long NewId() => LastId = _committed.NewId(Math.Max(LastId + 1, _time.GetUtcNow().ToUnixTimeMilliseconds() << 16));

    /// <summary>Appends an entry; 0 where it is lost, because the store takes nothing.</summary>
    /// <param name="block">The block.</param>
    /// <param name="signature">Its data set.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="isAwaited">Whether somebody gets it as soon as it is committed.</param>
    public long Append(BlockEntries block, string signature, IRingEntry entry, bool isAwaited)
    {
        if (_journal.IsRefusing || _openOctets >= _options.MaxUncommitted)
        {
            return 0;
        }

        var id = NewId();
        _history.Note(new(Deed.Append, block, id, block.PurgedThrough, block.Signature));
        if (block.Signature != signature)
        {
            block.Signature = signature;
            _journal.Touch(block);
        }

        Watch(block);
        var octets = entry.Octets;
        block.Uncommitted.Add((_journal.Step, id, octets, entry));
        _openOctets += octets;
        _journal.Change(new(StateChangeKind.Append, block.Reference, id, Entry: entry) { IsLazy = !isAwaited });
        return id;
    }

    /// <summary>Whether something is committed after <paramref name="id"/>.</summary>
    public static bool HasNext(BlockEntries block, long id) => block.Newest > Math.Max(id, block.PurgedThrough);

    /// <summary>The oldest committed entry after <paramref name="id"/>, or null.</summary>
    public StoredEntry? Next(BlockEntries block, long id)
    {
        var next = _committed.Next(block.Reference, Math.Max(id, block.PurgedThrough));
        while (next is { } found && block.IsDropped(found.Id))
        {
            next = _committed.Next(block.Reference, found.Id);
        }

        return next;
    }

    /// <summary>The newest committed entry; 0 where there is none.</summary>
    public static long NewestOf(BlockEntries block) => block.Newest > block.PurgedThrough && !block.IsDropped(block.Newest) ? block.Newest : 0;

    /// <summary>A committed entry, or null.</summary>
    public StoredEntry? Find(BlockEntries block, long id) => _committed.Next(block.Reference, id - 1) is { } found && found.Id == id ? found : null;

    /// <summary>Whether the entry is there, committed or not.</summary>
    public bool Contains(BlockEntries block, long id) =>
        id > block.PurgedThrough && !block.IsDropped(id) && (block.Uncommitted.Exists(u => u.Id == id) || _committed.Contains(block.Reference, id));

    /// <summary>Removes one entry.</summary>
    public void Drop(BlockEntries block, long id)
    {
        _history.Note(new(Deed.Drop, block, id, block.PurgedThrough, block.Signature));
        Mask(block, id);
    }

    /// <summary>Removes all entries.</summary>
    public void Purge(BlockEntries block) => Purge(block, LastId);

    /// <summary>Removes the entries up to one.</summary>
    public void Purge(BlockEntries block, long through)
    {
        _history.Note(new(Deed.Purge, block, 0, block.PurgedThrough, block.Signature));
        block.PurgedThrough = Math.Max(block.PurgedThrough, through);
        _journal.Change(new(StateChangeKind.Trim, block.Reference, through));
    }

    /// <summary>Everything up to a step is committed.</summary>
    public void Committed(long through)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            var block = _open[i];
            _openOctets -= block.Committed(through);

            if (block.Uncommitted.Count == 0 && block.Dropped.Count == 0)
            {
                _open.RemoveAt(i);
            }
        }
    }

    /// <summary>What is not committed is lost; the blocks that lost something.</summary>
    public IReadOnlyList<BlockEntries> Vanish()
    {
        BlockEntries[] lost = [.. _open.Where(b => b.Uncommitted.Count > 0)];
        foreach (var block in lost)
        {
            foreach (var (_, id, _, _) in block.Uncommitted)
            {
                // Whether a commit that failed was carried out all the same is not known: what may stand in the buffer is not there for anybody.
                Mask(block, id);
            }

            block.Uncommitted.Clear();
        }

        _openOctets = 0;
        return lost;
    }

    /// <summary>An entry is gone; until that is committed, it may still stand in the buffer.</summary>
    private void Mask(BlockEntries block, long id)
    {
        Watch(block);
        block.Dropped.Add((_journal.Step, id));
        _journal.Change(new(StateChangeKind.Drop, block.Reference, id));
    }

    private void Watch(BlockEntries block)
    {
        if (block.Uncommitted.Count == 0 && block.Dropped.Count == 0)
        {
            _open.Add(block);
        }
    }

    private void Restore(Undo undo)
    {
        var block = undo.Block;
        (block.PurgedThrough, block.Signature) = (undo.Purged, undo.Signature);
        if (undo.Deed == Deed.Drop)
        {
            block.Dropped.RemoveAll(d => d.Id == undo.Id);
        }
        else if (undo.Deed == Deed.Append && block.Uncommitted.FindIndex(u => u.Id == undo.Id) is >= 0 and var place)
        {
            _openOctets -= block.Uncommitted[place].Octets;
            block.Uncommitted.RemoveAt(place);
        }

        if (block.Uncommitted.Count == 0 && block.Dropped.Count == 0)
        {
            _open.Remove(block);
        }
    }
}
