namespace DerAgent.Storage;

/// <summary>
/// Which entries the store has: ids and sizes by block, 16 octets each, so that none is looked for in the file. Where there is no room the oldest of the block
/// that has most goes: a chatty one takes nothing from the others (IEC 61850-7-2 §17.2.2).
/// </summary>
internal sealed class EntryIndex
{
    /// <summary>What an entry takes in the file beside its body.</summary>
    private const int Overhead = 16;

    private readonly Dictionary<string, Block> _blocks = new(StringComparer.Ordinal);

    private sealed class Block
    {
        public EntryRing<int> Entries { get; } = new();

        public long Octets { get; set; }
    }

    /// <summary>Octets of all entries.</summary>
    public long Octets { get; private set; }

    /// <summary>Number of all entries.</summary>
    public int Count { get; private set; }

    /// <summary>An entry has come; its id is greater than all others of its block.</summary>
    public void Add(string block, long id, int octets)
    {
        if (!_blocks.TryGetValue(block, out var found))
        {
            _blocks.Add(block, found = new());
        }

        found.Entries.Add(id, octets);
        Count++;
        Grow(found, octets + Overhead);
    }

    /// <summary>The id of the newest entry of a block; 0 where there is none.</summary>
    public long Newest(string block) => _blocks.TryGetValue(block, out var found) && found.Entries.Count > 0 ? found.Entries[found.Entries.Count - 1].Id : 0;

    /// <summary>The id of the oldest entry of a block after an id; 0 where there is none.</summary>
    public long After(string block, long id) =>
        _blocks.TryGetValue(block, out var found) && found.Entries.FirstAfter(id) is var place && place < found.Entries.Count ? found.Entries[place].Id : 0;

    /// <summary>How many entries of a block there are after an id, up to and with another.</summary>
    public int CountOf(string block, long after, long through) =>
        _blocks.TryGetValue(block, out var found) ? Math.Max(0, found.Entries.FirstAfter(through) - found.Entries.FirstAfter(after)) : 0;

    /// <summary>Whether the entry is there.</summary>
    public bool Contains(string block, long id) => After(block, id - 1) == id;

    /// <summary>An entry has gone.</summary>
    public void Remove(string block, long id)
    {
        if (Contains(block, id))
        {
            var found = _blocks[block];
            var place = found.Entries.FirstAfter(id - 1);
            Grow(found, -(found.Entries[place].Entry + Overhead));
            found.Entries.RemoveAt(place);
            Count--;
        }
    }

    /// <summary>The ids of a block up to one, oldest first.</summary>
    public List<long> Through(string block, long id)
    {
        var ids = new List<long>();
        if (_blocks.TryGetValue(block, out var found))
        {
            for (var i = 0; i < found.Entries.Count && found.Entries[i].Id <= id; i++)
            {
                ids.Add(found.Entries[i].Id);
            }
        }

        return ids;
    }

    /// <summary>The entries of a block up to one have gone.</summary>
    public void RemoveThrough(string block, long id)
    {
        if (!_blocks.TryGetValue(block, out var found))
        {
            return;
        }

        while (found.Entries.Count > 0 && found.Entries[0].Id <= id)
        {
            Grow(found, -(found.Entries[0].Entry + Overhead));
            found.Entries.RemoveFirst();
            Count--;
        }
    }

    /// <summary>Blocks that have entries which another index has not, each with the last of them.</summary>
    public IEnumerable<(string Block, long Through)> Missing(EntryIndex other)
    {
        foreach (var (name, block) in _blocks)
        {
            for (var i = block.Entries.Count - 1; i >= 0; i--)
            {
                if (!other.Contains(name, block.Entries[i].Id))
                {
                    yield return (name, block.Entries[i].Id);
                    break;
                }
            }
        }
    }

    /// <summary>
    /// What must go so that there is room: blocks, and the last of their oldest entries. More than need be, a sixty-fourth of all, so that it happens seldom
    /// and touches the same places of the file together.
    /// </summary>
    /// <param name="maxOctets">Octets there may be.</param>
    /// <param name="maxCount">Entries there may be.</param>
    public IReadOnlyList<(string Block, long Through)> Excess(long maxOctets, int maxCount)
    {
        if (Octets <= maxOctets && Count <= maxCount)
        {
            return [];
        }

        var (octets, count) = (Octets - (maxOctets - (maxOctets / 64)), Count - (maxCount - (maxCount / 64)));
        var gone = new Dictionary<string, int>(StringComparer.Ordinal);
        var largest = new PriorityQueue<string, long>(_blocks.Select(b => (b.Key, -b.Value.Octets)));
        while ((octets > 0 || count > 0) && largest.TryDequeue(out var name, out var present))
        {
            var entries = _blocks[name].Entries;
            if (gone.GetValueOrDefault(name) is var place && place < entries.Count)
            {
                var size = entries[place].Entry + Overhead;
                gone[name] = place + 1;
                octets -= size;
                count--;
                largest.Enqueue(name, present + size);
            }
        }

        return [.. gone.Select(g => (g.Key, _blocks[g.Key].Entries[g.Value - 1].Id))];
    }

    private void Grow(Block block, int octets)
    {
        block.Octets += octets;
        Octets += octets;
    }
}
