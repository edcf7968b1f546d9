using System.Runtime.CompilerServices;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Client;

/// <summary>Logs (IEC 61850-7-2 §17.3).</summary>
internal static class LogServices
{
    private static readonly EntryTime Beginning = EntryTime.From(new(1984, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Names of the logs of a logical device.</summary>
    public static Task<IReadOnlyList<string>> GetLogsAsync(this AcsiClient client, string logicalDevice, CancellationToken cancel) =>
        AcsiServices.NamesAsync(client, new GetNameListRequest(ObjectClass.Journal, NameScope.Domain, logicalDevice), cancel);

    /// <summary>QueryLogByTime and QueryLogAfter, page by page.</summary>
    /// <exception cref="AcsiException">There is no such log for us.</exception>
    public static async IAsyncEnumerable<JournalEntry> QueryLogAsync(this AcsiClient client, ObjectName log, LogQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(query);
        var request = new ReadJournalRequest(log, Time(query.Since), EndingTime: Time(query.Until), StartAfter: query.After is { } after ? new(Time(query.Since) ?? Beginning, after) : null);
        for (var left = query.Count; left is not <= 0;)
        {
            var page = await client.RequestAsync<ReadJournalResponse>(request with { NumberOfEntries = left }, cancel);
            foreach (var entry in page.Entries)
            {
                yield return entry;
            }

            if (!page.MoreFollows || page.Entries.Count == 0)
            {
                yield break;
            }

            left -= page.Entries.Count;
            request = request with { StartAfter = new(page.Entries[^1].Time, page.Entries[^1].Id) };
        }
    }

    /// <summary>InitializeJournal: empties a log, up to a time where one is given.</summary>
    /// <returns>How many entries went.</returns>
    public static async Task<uint> ClearLogAsync(this AcsiClient client, ObjectName log, DateTimeOffset? until, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        return (await client.RequestAsync<InitializeJournalResponse>(new InitializeJournalRequest(log, Time(until)), cancel)).Deleted;
    }

    private static EntryTime? Time(DateTimeOffset? time) => time is { } known ? EntryTime.From(known) : null;
}
