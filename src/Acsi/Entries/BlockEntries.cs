using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The entries of one buffered block, or of a journal. What is stored under its key says of which data set they are.</summary>
/// <param name="reference">Reference of the block.</param>
internal sealed class BlockEntries(string reference) : IStoredItem
{
    public string Reference => reference;

    public string Key => StoredKeys.Entries + reference;

    /// <summary>It goes with the first entry of its data set, and says nothing without it.</summary>
    public bool IsLazy => true;

    /// <summary>The newest committed entry; 0 where there is none.</summary>
    public long Newest { get; set; }

    /// <summary>The newest entry, committed or not.</summary>
    public long Last => Uncommitted.Count > 0 ? Uncommitted[^1].Id : Newest;

    /// <summary>Entries up to this one are purged.</summary>
    public long PurgedThrough { get; set; }

    /// <summary>The data set that the entries are of.</summary>
    public string Signature { get; set; } = "";

    /// <summary>Entries whose commit is not done, by rising id, the steps that made them, and their sizes.</summary>
    public List<(long Step, long Id, int Octets, IRingEntry Entry)> Uncommitted { get; } = [];

    /// <summary>Entries removed whose removal is not committed.</summary>
    public List<(long Step, long Id)> Dropped { get; } = [];

    /// <summary>Whether an entry that is still there is removed.</summary>
    public bool IsDropped(long id)
    {
        foreach (var dropped in Dropped)
        {
            if (dropped.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Everything up to a step is committed; how many octets of entries that were.</summary>
    public long Committed(long through)
    {
        var (count, octets) = (0, 0L);
        while (count < Uncommitted.Count && Uncommitted[count].Step <= through)
        {
            octets += Uncommitted[count].Octets;
            Newest = Uncommitted[count++].Id;
        }

        Uncommitted.RemoveRange(0, count);
        while (Dropped.Count > 0 && Dropped[0].Step <= through)
        {
            Dropped.RemoveAt(0);
        }

        return octets;
    }

    public byte[]? Encode() => Signature.Length == 0 ? null : DataValueBinary.ToArray(output => output.Write(Signature));

    /// <summary>The data set that stored entries are of; null where the octets are damaged.</summary>
    public static string? Decode(ReadOnlyMemory<byte> stored) => DataValueBinary.TryRead(stored, static input => input.ReadString(), out var signature) ? signature : null;
}
