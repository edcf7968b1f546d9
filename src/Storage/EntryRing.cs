namespace DerAgent.Storage;

/// <summary>Entries by rising id, in a ring that grows as it is needed.</summary>
/// <typeparam name="T">What is kept of an entry.</typeparam>
internal sealed class EntryRing<T>
{
    private (long Id, T Entry)[] _items = new (long, T)[8];
    private int _first;

    public int Count { get; private set; }

    public (long Id, T Entry) this[int place] => _items[(_first + place) % _items.Length];

    /// <summary>Adds an entry, whose id is greater than all others.</summary>
    public void Add(long id, T entry)
    {
        if (Count == _items.Length)
        {
            var greater = new (long, T)[_items.Length * 2];
            for (var i = 0; i < Count; i++)
            {
                greater[i] = this[i];
            }

            (_items, _first) = (greater, 0);
        }

        _items[(_first + Count++) % _items.Length] = (id, entry);
    }

    /// <summary>Removes the oldest entry; its id.</summary>
    public long RemoveFirst()
    {
        var id = this[0].Id;
        _items[_first] = default;
        _first = (_first + 1) % _items.Length;
        Count--;
        return id;
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
