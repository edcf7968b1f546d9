using DerAgent.Mapping;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Keeps the entries of buffered report control blocks (IEC 61850-7-2 §17.2.2).</summary>
public interface IReportBuffer
{
    /// <summary>Appends an entry; its id is greater than any before, over restarts too.</summary>
    /// <param name="block">Reference of the control block.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="dropped">Id of the oldest entry where it had to go; 0 where there was room.</param>
    long Append(string block, ReportEntry entry, out long dropped);

    /// <summary>The oldest entry after <paramref name="id"/>, or null.</summary>
    StoredEntry? Next(string block, long id);

    /// <summary>Whether the entry is still there.</summary>
    bool Contains(string block, long id);

    /// <summary>Removes one entry.</summary>
    void Remove(string block, long id);

    /// <summary>Removes all entries.</summary>
    void Purge(string block);
}

/// <summary>An entry with its id.</summary>
/// <param name="Id">The id.</param>
/// <param name="Entry">The entry.</param>
public readonly record struct StoredEntry(long Id, ReportEntry Entry);

/// <summary>What one report tells (IEC 61850-7-2 §17.2.3.2).</summary>
/// <param name="Time">When the first trigger happened.</param>
/// <param name="MemberCount">Members of the data set.</param>
/// <param name="Members">The included ones, by index.</param>
/// <param name="Trigger">Integrity, general interrogation, or None for changes.</param>
public sealed record ReportEntry(DateTimeOffset Time, int MemberCount, IReadOnlyList<ReportMember> Members, TriggerConditions Trigger);
