namespace DerAgent.Acsi.Tests;

/// <summary>The records of services that a store has.</summary>
internal static class TestRecords
{
    /// <summary>All of them, oldest first.</summary>
    public static IReadOnlyList<ServiceRecord> Of(IServerStore store)
    {
        var records = new List<ServiceRecord>();
        for (var next = store.NextRecord(0); next is { } found; next = store.NextRecord(found.Id))
        {
            records.Add(found.Record);
        }

        return records;
    }
}
