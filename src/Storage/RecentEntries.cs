using DerAgent.Acsi;

namespace DerAgent.Storage;

/// <summary>The entries that came last: who reports live finds them here and not in the file. Bounded in octets.</summary>
/// <param name="capacity">Octets they may take.</param>
internal sealed class RecentEntries(int capacity)
{
    private readonly Dictionary<long, ReportEntry> _entries = [];
    private readonly Queue<long> _order = new();
    private long _octets;

    /// <summary>The entry, if it is one of them.</summary>
    public ReportEntry? Find(long id) => _entries.GetValueOrDefault(id);

    /// <summary>An entry has come; the oldest make room.</summary>
    public void Add(long id, ReportEntry entry)
    {
        if (!_entries.TryAdd(id, entry))
        {
            return;
        }

        _order.Enqueue(id);
        _octets += entry.Octets;
        while (_octets > capacity && _order.TryDequeue(out var oldest))
        {
            if (_entries.Remove(oldest, out var gone))
            {
                _octets -= gone.Octets;
            }
        }
    }
}
