using DerAgent.Acsi;
using DerAgent.Mapping;
using DerAgent.Model;

namespace DerAgent.Storage.Tests;

/// <summary>Entries of one member, and the way through those of a block.</summary>
internal static class TestEntries
{
    /// <summary>An entry that holds a number.</summary>
    public static ReportEntry Of(int value) => Of(DataValue.Integer(value), DateTimeOffset.UnixEpoch.AddSeconds(value));

    /// <summary>An entry that holds a value.</summary>
    public static ReportEntry Of(DataValue value, DateTimeOffset time) => new(time, 1, [new ReportMember(0, value, TriggerConditions.DataChange)], TriggerConditions.None);

    /// <summary>The entries of a block, oldest first.</summary>
    public static IEnumerable<StoredEntry> EntriesOf(this IReportBuffer store, string block)
    {
        for (var entry = store.Next(block, 0); entry is { } found; entry = store.Next(block, found.Id))
        {
            yield return found;
        }
    }

    /// <summary>The ids of a block, oldest first.</summary>
    public static List<long> IdsOf(this IReportBuffer store, string block) => [.. store.EntriesOf(block).Select(e => e.Id)];
}
