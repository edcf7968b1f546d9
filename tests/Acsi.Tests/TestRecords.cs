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

    /// <summary>
    /// How many commands were accepted: each of them has one end, no end is of a command that was not accepted, and what waits for its time or is under way has none yet.
    /// </summary>
    public static int Accepted(IServerStore store)
    {
        var records = Of(store);
        var accepted = records.Count(r => r is { IsOutcome: false, Status: ServiceStatus.NoError, Service: ServiceName.Operate or ServiceName.TimeActivatedOperate });
        var open = store.Load().Count(s => s.Key.StartsWith(StoredKeys.Control, StringComparison.Ordinal) && (ControlPhase)s.Value[0] is ControlPhase.Waiting or ControlPhase.Executing);
        Assert.Equal(accepted, records.Count(r => r.IsOutcome) + open);
        return accepted;
    }
}
