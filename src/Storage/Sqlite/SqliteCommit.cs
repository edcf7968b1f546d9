using DerAgent.Acsi;

namespace DerAgent.Storage;

/// <summary>What a commit brought about, to be shown to readers when it is done.</summary>
internal sealed class SqliteCommit
{
    /// <summary>Entries that came.</summary>
    public List<(string Block, long Id, int Octets, IRingEntry Entry)> Added { get; } = [];

    /// <summary>Single entries that went.</summary>
    public List<(string Block, long Id)> Dropped { get; } = [];

    /// <summary>Blocks whose entries went up to an id.</summary>
    public List<(string Block, long Through)> Trimmed { get; } = [];

    /// <summary>Blocks whose oldest entries had to make room.</summary>
    public IReadOnlyList<(string Block, long Through)> Evicted { get; set; } = [];

    /// <summary>Blocks that have got a number.</summary>
    public Dictionary<string, long> Blocks { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys with their values; null where they have none any more.</summary>
    public Dictionary<string, byte[]?> State { get; } = new(StringComparer.Ordinal);

    /// <summary>The greatest id among them.</summary>
    public long HighWater { get; set; }

    /// <summary>Shows it to readers.</summary>
    /// <param name="part">The part that was committed to.</param>
    /// <param name="content">What they see.</param>
    /// <param name="recent">Entries they find without reading.</param>
    public SqliteContent Apply(string part, SqliteContent content, RecentEntries recent)
    {
        var index = content.Parts[part];
        foreach (var (block, id, octets, entry) in Added)
        {
            index.Add(block, id, octets);
            if (entry is ReportEntry report)
            {
                recent.Add(id, report);
            }
        }

        foreach (var (block, id) in Dropped)
        {
            index.Remove(block, id);
        }

        foreach (var (block, through) in Trimmed.Concat(Evicted))
        {
            index.RemoveThrough(block, through);
        }

        foreach (var (key, value) in State)
        {
            if (value is null)
            {
                content.State.Remove(key);
            }
            else
            {
                content.State[key] = value;
            }
        }

        foreach (var (block, number) in Blocks)
        {
            content.Blocks.Add(block, number);
        }

        return content with { HighWater = HighWater };
    }
}
