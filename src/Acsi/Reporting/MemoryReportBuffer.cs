namespace DerAgent.Acsi;

/// <summary>The entries of buffered blocks in memory: bounded, lost with the process.</summary>
/// <param name="capacity">Most entries of one block; 500 of a dozen measurements take about 1 MB.</param>
/// <param name="firstId">Id of the first entry; take a number that rises over restarts.</param>
public sealed class MemoryReportBuffer(int capacity = 500, long firstId = 1) : IReportBuffer
{
    private readonly Dictionary<string, EntryRing> _blocks = new(StringComparer.Ordinal);
    private long _next = firstId;

    /// <inheritdoc/>
    public long Append(string block, ReportEntry entry, out long dropped)
    {
        if (!_blocks.TryGetValue(block, out var entries))
        {
            entries = _blocks[block] = new();
        }

        dropped = entries.Count >= capacity ? entries.RemoveFirst().Id : 0;
        entries.Add(new StoredEntry(_next, entry));
        return _next++;
    }

    /// <inheritdoc/>
    public StoredEntry? Next(string block, long id) =>
        _blocks.TryGetValue(block, out var entries) && entries.FirstAfter(id) is var place && place < entries.Count ? entries[place] : null;

    /// <inheritdoc/>
    public bool Contains(string block, long id) => Next(block, id - 1) is { } entry && entry.Id == id;

    /// <inheritdoc/>
    public void Remove(string block, long id)
    {
        if (Contains(block, id))
        {
            _blocks[block].RemoveAt(_blocks[block].FirstAfter(id - 1));
        }
    }

    /// <inheritdoc/>
    public void Purge(string block) => _blocks.Remove(block);

    /// <summary>Entries by rising id, in a ring that grows as it is needed.</summary>
    private sealed class EntryRing
    {
        private StoredEntry[] _items = new StoredEntry[8];
        private int _first;

        public int Count { get; private set; }

        public StoredEntry this[int place] => _items[(_first + place) % _items.Length];

        public void Add(StoredEntry entry)
        {
            if (Count == _items.Length)
            {
                var greater = new StoredEntry[_items.Length * 2];
                for (var i = 0; i < Count; i++)
                {
                    greater[i] = this[i];
                }

                (_items, _first) = (greater, 0);
            }

            _items[(_first + Count++) % _items.Length] = entry;
        }

        public StoredEntry RemoveFirst()
        {
            var first = this[0];
            _items[_first] = default;
            _first = (_first + 1) % _items.Length;
            Count--;
            return first;
        }

        public void RemoveAt(int place)
        {
            for (; place < Count - 1; place++)
            {
                _items[(_first + place) % _items.Length] = this[place + 1];
            }

            _items[(_first + --Count) % _items.Length] = default;
        }

        /// <summary>The place of the oldest entry after an id; <see cref="Count"/> where there is none.</summary>
        public int FirstAfter(long id)
        {
            var (low, high) = (0, Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = this[middle].Id > id ? (low, middle) : (middle + 1, high);
            }

            return low;
        }
    }
}
