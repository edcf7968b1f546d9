using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>QueryLogByTime, QueryLogAfter (IEC 61850-7-2 §17.3.5.2, §17.3.5.3) as ReadJournal: entries in the order of their ids, as many as a PDU takes.</summary>
internal sealed class ReadJournalService(Journals journals, JournalRights rights, IPduMeasure measure) : ConfirmedService<ReadJournalRequest>(MmsService.ReadJournal)
{
    private const string ReasonCode = "ReasonCode";

    /// <summary>Entries of which the peer may read nothing that are passed over for one answer: others wait meanwhile.</summary>
    private const int MostPassedOver = 1_000;

    protected override ServiceOutcome Handle(ServiceCall call, ReadJournalRequest request)
    {
        var (journal, error) = rights.Find(call.Peer, request.Journal, Right.Logging);
        if (journal is null)
        {
            return error!;
        }

        if (request.NumberOfEntries < 0)
        {
            return ServiceErrors.Unsupported("a log is read forwards");
        }

        return Range(journal, request) is { } range ? Page(call.Peer, journal, range, request.NumberOfEntries ?? int.MaxValue) : new ReadJournalResponse([], MoreFollows: false);
    }

    /// <summary>Which entries are wanted; null: none can be.</summary>
    private JournalRange? Range(Journal journal, ReadJournalRequest request)
    {
        var (from, until) = (request.StartingTime?.ToDateTimeOffset(), request.EndingTime?.ToDateTimeOffset());
        if (request.StartAfter is { } after)
        {
            // The next page of a query by time still has its beginning: the clock may have been set back. Where the entry is unknown, it goes on with what is later than its time.
            return EntryIds.FromOctets(after.Entry) is { } known && journals.Contains(journal, known)
                ? new(known, from, until)
                : new(0, after.Time.ToDateTimeOffset().AddMilliseconds(1), until);
        }

        if (request.StartingEntry is { } first)
        {
            return EntryIds.FromOctets(first) is { } id && journals.Contains(journal, id) ? new(id - 1, null, until) : null;
        }

        return new(0, from, until);
    }

    private ReadJournalResponse Page(Association peer, Journal journal, JournalRange range, int most)
    {
        var page = new List<JournalEntry>();
        var (room, passed) = (peer.MaxPduSize - measure.Envelope, 0);
        foreach (var (id, entry) in JournalQuery.Entries(journals, journal, range))
        {
            if (page.Count >= most)
            {
                break;
            }

            var shown = Shown(peer, id, entry);
            if (shown.Variables.Count == 0 && ++passed <= MostPassedOver)
            {
                continue;
            }

            room -= measure.OfEntry(shown);
            if (room < 0 && page.Count > 0)
            {
                return new([.. page], MoreFollows: true);
            }

            page.Add(room < 0 ? Cut(peer, shown) : shown);
            journals.WaitFor(journal, id);
            if (passed > MostPassedOver)
            {
                // From here it can be gone on.
                return new([.. page], MoreFollows: true);
            }
        }

        return new([.. page], MoreFollows: false);
    }

    /// <summary>What of an entry the peer may know: what lies in its area.</summary>
    private JournalEntry Shown(Association peer, long id, LogEntry entry)
    {
        var variables = new List<JournalVariable>(2 * entry.Members.Count);
        foreach (var member in entry.Members)
        {
            if (rights.MayRead(peer, member.Reference))
            {
                variables.Add(new(member.Reference, member.Value));
                variables.Add(new(ReasonCode, DataValue.Bits((ulong)member.Reason, LogMember.ReasonBits)));
            }
        }

        return new(EntryIds.ToOctets(id), EntryTime.From(entry.Time), [.. variables]);
    }

    /// <summary>An entry that alone is larger than a PDU, as far as it fits.</summary>
    private JournalEntry Cut(Association peer, JournalEntry entry)
    {
        while (entry.Variables.Count > 0 && measure.OfEntry(entry) > peer.MaxPduSize - measure.Envelope)
        {
            entry = entry with { Variables = [.. entry.Variables.SkipLast(2)] };
        }

        return entry;
    }
}
