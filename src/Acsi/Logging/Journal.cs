using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// A log as a journal of entries by rising id (IEC 61850-7-2 §17.3.1). Within what the clock was not set back the times rise too: a query by time looks at no more
/// than it must. What is stored under its key: where the clock was set back.
/// </summary>
internal sealed class Journal(LogicalNode holder, string name, BlockEntries entries) : IStoredItem
{
    /// <summary>What the names of blocks of logs begin with; those of report control blocks have no colon.</summary>
    public const string Prefix = "log:";

    /// <summary>Places where the clock was set back that are remembered: of more of them the oldest ones are one, and every entry before is looked at.</summary>
    private const int MaxSteps = 64;

    /// <summary>The logical node that holds it.</summary>
    public LogicalNode Holder => holder;

    /// <summary><c>LD/LN$name</c>.</summary>
    public string Reference { get; } = $"{holder.Reference}${name}";

    /// <summary>Its entries.</summary>
    public BlockEntries Entries => entries;

    /// <summary>The oldest entry, committed or not; null where it is empty.</summary>
    public StoredLogEntry? First { get; set; }

    /// <summary>The newest entry, committed or not; null where it is empty.</summary>
    public StoredLogEntry? Last { get; set; }

    /// <summary>Whether these two are known: a disk may not have given them.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Entries before which the clock was set back, by rising id.</summary>
    public List<long> Steps { get; } = [];

    /// <summary>The entry up to which times may go anywhere.</summary>
    public long UnorderedThrough { get; set; }

    /// <summary>Entries that were lost because the store took nothing.</summary>
    public long Losses { get; set; }

    public string Key { get; } = $"{StoredKeys.Journal}{holder.Reference}${name}";

    /// <summary>Nobody waits for it: what it says is found again by looking.</summary>
    public bool IsLazy => true;

    /// <summary>The clock was set back before an entry.</summary>
    public void AddStep(long id)
    {
        Steps.Add(id);
        if (Steps.Count > MaxSteps)
        {
            UnorderedThrough = Steps[1] - 1;
            Steps.RemoveAt(0);
        }
    }

    /// <summary>Entries up to one are gone.</summary>
    public void ForgetSteps(long through) => Steps.RemoveAll(s => s <= through);

    public byte[]? Encode() => Steps.Count == 0 && UnorderedThrough == 0 ? null : DataValueBinary.ToArray(output =>
    {
        output.Write7BitEncodedInt64(UnorderedThrough);
        output.Write7BitEncodedInt(Steps.Count);
        Steps.ForEach(output.Write7BitEncodedInt64);
    });

    /// <summary>Takes over what was stored; false where it is damaged.</summary>
    public bool Restore(ReadOnlyMemory<byte> stored)
    {
        if (!DataValueBinary.TryRead(stored, Read, out var found))
        {
            return false;
        }

        UnorderedThrough = found.Unordered;
        Steps.AddRange(found.Steps);
        return true;
    }

    private static (long Unordered, List<long> Steps) Read(BinaryReader input)
    {
        var unordered = input.Read7BitEncodedInt64();
        var steps = new List<long>();
        for (var count = DataValueBinary.ReadCount(input); count > 0; count--)
        {
            steps.Add(input.Read7BitEncodedInt64());
        }

        return (unordered, steps);
    }
}
