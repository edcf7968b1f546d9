namespace DerAgent.Acsi;

/// <summary>The report control blocks at start: as the SCL file says, with what clients wrote over it; disabled, a reservation running (IEC 61850-7-2 §17.2.2).</summary>
internal static class ReportRestore
{
    public static void Run(ReportBlocks blocks, RingEntries entries, DataSetCatalog dataSets, StoredState stored, DateTimeOffset now)
    {
        foreach (var block in blocks.All)
        {
            var state = block.State;
            if (stored.Find(block.Key) is { } settings)
            {
                if (block.Decode(settings, dataSets) is { } kept)
                {
                    state = Reserve(kept, now);
                }
                else
                {
                    stored.Tell(block.Key, "it is damaged");
                }
            }

            if (block.IsBuffered)
            {
                block.Entries = Open(block, state.DataSet?.Signature ?? "", entries, stored);
                state = block.Entries.PurgedThrough > 0 ? ReportRules.Lost(state) : state;

                // Nobody knows where in it: it is told whatever entry its client knows.
                state = entries.HasLost ? ReportRules.LostBehind(state, 0) : state;
            }

            blocks.Load(block, ReportRules.StartIntegrity(state, block.IsBuffered, now));
        }
    }

    /// <summary>The peer has as long to come back as if its association had ended now.</summary>
    private static ReportState Reserve(in ReportState state, DateTimeOffset now) =>
        state.ReservedFor.Length == 0 ? state
        : state.ReservationTime > 0 ? state with { ReservationEnds = now + TimeSpan.FromSeconds(state.ReservationTime) }
        : state with { ReservedFor = "" };

    /// <summary>Entries of another data set than the one of today say nothing a client could read.</summary>
    private static BlockEntries Open(ReportControlBlock block, string signature, RingEntries entries, StoredState stored)
    {
        var key = StoredKeys.Entries + block.Reference;
        var of = stored.Find(key) is { } octets && BlockEntries.Decode(octets) is { } known ? known : "";
        var opened = entries.Open(block.Reference, signature, of);
        if (opened.PurgedThrough > 0)
        {
            stored.Tell(key, "the data set has changed, its entries are gone; the next report says so");
        }

        return opened;
    }
}
