using DerAgent.Acsi;

namespace DerAgent.Storage;

/// <summary>Keeps the state in memory: bounded, and lost with the process. It outlives a new configuration, and commits at once.</summary>
/// <param name="capacity">Most entries of one block; 500 of a dozen measurements take about 1 MB.</param>
internal sealed class MemoryStore(int capacity = 500) : IServerStore
{
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EntryRing<IRingEntry>> _entries = new(StringComparer.Ordinal);
    private readonly List<(string Block, long Through)> _evicted = [];
    private long _issued;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, byte[]> Load() => new Dictionary<string, byte[]>(_values, StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<StateChange> changes, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(changes);
        _evicted.Clear();
        for (var i = 0; i < changes.Count; i++)
        {
            if (Take(changes[i]) is > 0 and var gone)
            {
                _evicted.Add((changes[i].Name, gone));
            }
        }

        return new(new CommitResult(_evicted));
    }

    /// <inheritdoc/>
    public long HighWater { get; private set; }

    /// <inheritdoc/>
    public long NewId(long least) => _issued = Math.Max(Math.Max(_issued, HighWater) + 1, least);

    /// <inheritdoc/>
    public StoredEntry? Next(string block, long id) =>
        Find(block, id) is { } found ? new(found.Id, (ReportEntry)found.Entry) : null;

    /// <inheritdoc/>
    public StoredLogEntry? NextLogged(string block, long id) => Find(block, id) is { } found ? new(found.Id, (LogEntry)found.Entry) : null;

    /// <inheritdoc/>
    public int Count(string block, long after, long through) => _entries.TryGetValue(block, out var entries) ? Math.Max(0, entries.FirstAfter(through) - entries.FirstAfter(after)) : 0;

    /// <inheritdoc/>
    public (long Id, ServiceRecord Record)? NextRecord(long id) => Find(ServiceRecord.Block, id) is { } found ? (found.Id, (ServiceRecord)found.Entry) : null;

    /// <inheritdoc/>
    public bool Contains(string block, long id) => Find(block, id - 1) is { } entry && entry.Id == id;

    /// <inheritdoc/>
    public long Newest(string block) => _entries.TryGetValue(block, out var entries) && entries.Count > 0 ? entries[entries.Count - 1].Id : 0;

    /// <summary>Makes a change; id of the entry that had to make room, or 0.</summary>
    private long Take(in StateChange change)
    {
        switch (change.Kind)
        {
            case StateChangeKind.Put:
                _values[change.Name] = change.Value ?? [];
                break;
            case StateChangeKind.Remove:
                _values.Remove(change.Name);
                break;
            case StateChangeKind.Append:
                return Append(change.Name, change.Id, change.Entry!);
            case StateChangeKind.Drop when Contains(change.Name, change.Id):
                _entries[change.Name].RemoveAt(_entries[change.Name].FirstAfter(change.Id - 1));
                break;
            case StateChangeKind.Trim when _entries.TryGetValue(change.Name, out var trimmed):
                while (trimmed.Count > 0 && trimmed[0].Id <= change.Id)
                {
                    trimmed.RemoveFirst();
                }

                break;
        }

        return 0;
    }

    private (long Id, IRingEntry Entry)? Find(string block, long id) =>
        _entries.TryGetValue(block, out var entries) && entries.FirstAfter(id) is var place && place < entries.Count ? entries[place] : null;

    private long Append(string block, long id, IRingEntry entry)
    {
        if (!_entries.TryGetValue(block, out var entries))
        {
            entries = _entries[block] = new();
        }

        if (entries.Count > 0 && entries[entries.Count - 1].Id >= id)
        {
            // It is there already, or has gone again: a commit that failed is tried once more.
            return 0;
        }

        var gone = entries.Count >= capacity ? entries.RemoveFirst() : 0;
        entries.Add(id, entry);
        HighWater = Math.Max(HighWater, id);
        return gone;
    }
}
