namespace DerAgent.Acsi;

/// <summary>A journal in memory: bounded, lost with the process.</summary>
/// <param name="capacity">Most entries of one block; 500 of a dozen measurements take about 1 MB.</param>
/// <param name="firstId">Id of the first entry; take a number that rises over restarts.</param>
public sealed class MemoryJournal(int capacity = 500, long firstId = 1) : IJournal
{
    private readonly Dictionary<string, LinkedList<StoredEntry>> _blocks = new(StringComparer.Ordinal);
    private long _next = firstId;

    /// <inheritdoc/>
    public long Append(string block, ReportEntry entry, out long dropped)
    {
        if (!_blocks.TryGetValue(block, out var entries))
        {
            entries = _blocks[block] = new();
        }

        dropped = 0;
        if (entries.Count >= capacity)
        {
            dropped = entries.First!.Value.Id;
            entries.RemoveFirst();
        }

        entries.AddLast(new StoredEntry(_next, entry));
        return _next++;
    }

    /// <inheritdoc/>
    public StoredEntry? Next(string block, long id)
    {
        if (!_blocks.TryGetValue(block, out var entries) || entries.Last is null || entries.Last.Value.Id <= id)
        {
            return null;
        }

        // A reader is nearly always at the end: look from there.
        var node = entries.Last;
        while (node.Previous is { } before && before.Value.Id > id)
        {
            node = before;
        }

        return node.Value;
    }

    /// <inheritdoc/>
    public bool Contains(string block, long id) => _blocks.TryGetValue(block, out var entries) && entries.Any(e => e.Id == id);

    /// <inheritdoc/>
    public void Remove(string block, long id)
    {
        if (_blocks.TryGetValue(block, out var entries) && entries.FirstOrDefault(e => e.Id == id) is { } entry)
        {
            entries.Remove(entry);
        }
    }

    /// <inheritdoc/>
    public void Purge(string block) => _blocks.Remove(block);
}
