using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>InitializeJournal (ISO 9506-2 §16.4): removes the entries of a log, all of them or the old ones.</summary>
internal sealed class InitializeJournalService(Journals journals, JournalRights rights, ServiceRecords records) : ConfirmedService<InitializeJournalRequest>(MmsService.InitializeJournal)
{
    protected override ServiceOutcome Handle(ServiceCall call, InitializeJournalRequest request)
    {
        var (journal, error) = rights.Find(call.Peer, request.Journal, Right.Config);
        if (journal is null)
        {
            return error!;
        }

        var count = Remove(journal, request);
        records.Journal(journal.Reference, call.Peer.Key.BarePeer, count);
        return new InitializeJournalResponse((uint)count);
    }

    private int Remove(Journal journal, InitializeJournalRequest request)
    {
        if (journal.Last is not { } last)
        {
            return 0;
        }

        if (request.LimitingTime is not { } limit)
        {
            return journals.RemoveThrough(journal, last.Id);
        }

        if (request.LimitingEntry is { } entry && EntryIds.FromOctets(entry) is { } id && journals.Contains(journal, id))
        {
            return journals.RemoveThrough(journal, id);
        }

        // Up to a time: what the clock was set back behind goes one by one.
        var gone = JournalQuery.Entries(journals, journal, new(0, null, limit.ToDateTimeOffset())).Select(e => e.Id).ToList();
        var count = 0;
        if (gone.Count > 0 && journal.First is { } first && gone[0] == first.Id)
        {
            var through = Prefix(journal, gone);
            count = journals.RemoveThrough(journal, gone[through - 1]);
            gone.RemoveRange(0, through);
        }

        gone.ForEach(id => journals.Remove(journal, id));
        return count + gone.Count;
    }

    /// <summary>How many of the ids are the first entries of the log, without a gap.</summary>
    private int Prefix(Journal journal, List<long> ids)
    {
        var count = 0;
        foreach (var entry in journals.After(journal, 0))
        {
            if (count >= ids.Count || entry.Id != ids[count])
            {
                break;
            }

            count++;
        }

        return count;
    }
}
