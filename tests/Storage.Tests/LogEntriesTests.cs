using DerAgent.Acsi;
using DerAgent.Model;

namespace DerAgent.Storage.Tests;

/// <summary>Entries of logs on disk: in their order, counted, beside those of reports, and no more of them than there is room for.</summary>
public sealed class LogEntriesTests : IDisposable
{
    private const string Log = Journal.Prefix + "LD0/LLN0$GeneralLog";
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-store.").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Entries_are_there_in_their_order_when_it_is_opened_again()
    {
        using (var store = SqliteStore.Open(_folder, new(), TimeProvider.System))
        {
            var part = store.Part("AP1");
            await part.CommitAsync([.. Enumerable.Range(1, 50).SelectMany(i => new[] { Append(2 * i, Of(i)), new StateChange(StateChangeKind.Append, "x", (2 * i) + 1, Entry: TestEntries.Of(i)) })], Cancel);
            await part.CommitAsync([new(StateChangeKind.Trim, Log, 20)], Cancel);
        }

        using var again = SqliteStore.Open(_folder, new(), TimeProvider.System);
        var found = again.Part("AP1");
        var entries = Entries(found).ToList();
        Assert.Equal(Enumerable.Range(11, 40), entries.Select(e => (int)e.Entry.Members[0].Value.AsInteger()));
        Assert.All(entries, e => Assert.Equal((Start.AddSeconds(e.Id / 2.0), 50), (e.Entry.Time, found.IdsOf("x").Count)));
        Assert.Equal((40, 40, 3, 0, 0), (found.Count(Log, 0, long.MaxValue), found.Count(Log, 20, 100), found.Count(Log, 22, 28), found.Count(Log, 28, 28), found.Count("log:none", 0, 100)));
        Assert.Equal(entries[5].Id, found.NextLogged(Log, entries[4].Id)!.Value.Id);
        Assert.Null(found.NextLogged(Log, 100));
    }

    [Fact] // a log without end makes room by its oldest entries, and takes nothing from the reports
    public async Task The_oldest_entries_of_a_full_log_make_room_and_it_is_said_how_far()
    {
        using var store = SqliteStore.Open(_folder, new() { MaxEntries = 640 }, TimeProvider.System);
        var part = store.Part("AP1");
        await part.CommitAsync([.. Enumerable.Range(1, 30).Select(i => new StateChange(StateChangeKind.Append, "x", i, Entry: TestEntries.Of(i)))], Cancel);
        var evicted = new List<(string Block, long Through)>();
        for (var i = 0; i < 40; i++)
        {
            evicted.AddRange((await part.CommitAsync([.. Enumerable.Range(0, 25).Select(n => Append(100 + (25 * i) + n, Of(n)))], Cancel)).Evicted);
        }

        Assert.Equal(30, part.IdsOf("x").Count);
        Assert.InRange(part.Count(Log, 0, long.MaxValue), 560, 640);
        Assert.Equal((Log, Entries(part).First().Id - 1), evicted[^1]);
        Assert.All(evicted, e => Assert.Equal(Log, e.Block));
    }

    [Fact] // an entry as compact binary, and back
    public void An_entry_is_read_as_it_was_written_and_a_damaged_one_is_none()
    {
        var entry = new LogEntry(Start, [new("LD0/LLN0$ST$Beh", DataValue.Structure(DataValue.Integer(1), Quality.Good.ToValue()), 2), new("LD0/LLN0$LG$EventLog$LogEna", DataValue.Boolean(true), LogMember.ApplicationTrigger)]);
        var octets = entry.ToArray();
        var read = LogEntry.Read(octets)!;
        Assert.Equal(entry.Time, read.Time);
        Assert.Equal(entry.Members, read.Members);
        Assert.All(Enumerable.Range(0, octets.Length), length => Assert.Null(LogEntry.Read(octets.AsMemory(0, length))));
    }

    private static LogEntry Of(int value) => new(Start.AddSeconds(value), [new("LD0/MMTR1$ST$SupWh", DataValue.Integer(value), 2)]);

    private static StateChange Append(long id, LogEntry entry) => new(StateChangeKind.Append, Log, id, Entry: entry);

    private static IEnumerable<StoredLogEntry> Entries(IServerStore part)
    {
        for (var entry = part.NextLogged(Log, 0); entry is { } found; entry = part.NextLogged(Log, found.Id))
        {
            yield return found;
        }
    }
}
