using CsCheck;
using DerAgent.Acsi;
using DerAgent.Model;

namespace DerAgent.Storage.Tests;

/// <summary>The store on disk: what was committed is there when it is opened again, and no more than there is room for.</summary>
public sealed class SqliteStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-store.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_committed_is_there_when_it_is_opened_again()
    {
        using (var store = SqliteStore.Open(_folder, new(), TimeProvider.System))
        {
            var part = store.Part("AP1");
            await CommitAsync(part, new(StateChangeKind.Put, "a", Value: [1]), new(StateChangeKind.Put, "b", Value: [2]), new(StateChangeKind.Put, "a", Value: [3]), new(StateChangeKind.Put, "c", Value: []));
            await CommitAsync(part, new(StateChangeKind.Remove, "b"), new(StateChangeKind.Remove, "never"), new(StateChangeKind.Append, "x", 10, Entry: TestEntries.Of(1)), new(StateChangeKind.Append, "y", 11, Entry: TestEntries.Of(2)), new(StateChangeKind.Append, "x", 12, Entry: TestEntries.Of(3)));
            await CommitAsync(store.Part("AP2"), new(StateChangeKind.Put, "a", Value: [9]), new(StateChangeKind.Append, "x", 13, Entry: TestEntries.Of(4)));
        }

        using var again = SqliteStore.Open(_folder, new(), TimeProvider.System);
        var found = again.Part("AP1");
        Assert.Equal(["a:3", "c:"], found.Load().Select(v => $"{v.Key}:{string.Concat(v.Value)}").Order(StringComparer.Ordinal));
        Assert.Equal([9], Assert.Single(again.Part("AP2").Load()).Value);
        Assert.Equal([10L, 12], found.IdsOf("x"));
        Assert.Equal([11L], found.IdsOf("y"));
        Assert.Equal([13L], again.Part("AP2").IdsOf("x"));
        Assert.Equal(3, found.Next("x", 10)!.Value.Entry.Members[0].Value.AsInteger());
        Assert.Equal((12L, 11L, 0L, 13L), (found.Newest("x"), found.Newest("y"), found.Newest("z"), found.HighWater));
        Assert.True(found.Contains("x", 10) && !found.Contains("x", 11) && !found.Contains("y", 10));
    }

    [Fact] // ids never come again, also where every entry has gone
    public async Task The_greatest_id_is_known_after_a_purge()
    {
        using (var store = SqliteStore.Open(_folder, new(), TimeProvider.System))
        {
            await CommitAsync(store.Part("AP1"), new(StateChangeKind.Append, "x", 70, Entry: TestEntries.Of(1)), new(StateChangeKind.Append, "y", 71, Entry: TestEntries.Of(1)));
            await CommitAsync(store.Part("AP1"), new(StateChangeKind.Trim, "y", 71), new(StateChangeKind.Trim, "x", 71));
        }

        using var again = SqliteStore.Open(_folder, new(), TimeProvider.System);
        Assert.Equal(71, again.Part("AP1").HighWater);
        Assert.Null(again.Part("AP1").Next("x", 0));
    }

    [Fact] // servers of several access points measure the same at the same moment
    public async Task Entries_of_two_parts_never_stand_in_each_others_place()
    {
        using (var store = SqliteStore.Open(_folder, new(), TimeProvider.System))
        {
            foreach (var part in new[] { store.Part("AP1"), store.Part("AP2") })
            {
                await CommitAsync(part, [.. Enumerable.Range(1, 3).Select(_ => Append("x", part.NewId(7L << 16)))]);
            }
        }

        using var again = SqliteStore.Open(_folder, new(), TimeProvider.System);
        var (first, second) = (again.Part("AP1").IdsOf("x"), again.Part("AP2").IdsOf("x"));
        Assert.Equal((3, 3), (first.Count, second.Count));
        Assert.Empty(first.Intersect(second));
        Assert.True(again.Part("AP1").NewId(0) > second[^1]);
    }

    [Fact] // a chatty block takes nothing from the others, and what went is told
    public async Task The_block_that_has_most_makes_room()
    {
        using var store = SqliteStore.Open(_folder, new() { MaxEntries = 640 }, TimeProvider.System);
        var part = store.Part("AP1");
        await CommitAsync(part, [.. Enumerable.Range(1, 30).Select(i => Append("quiet", i))]);
        var evicted = new List<(string Block, long Through)>();
        for (var i = 0; i < 40; i++)
        {
            evicted.AddRange((await CommitAsync(part, [.. Enumerable.Range(0, 25).Select(n => Append("chatty", 100 + (25 * i) + n))])).Evicted);
        }

        Assert.Equal(30, part.IdsOf("quiet").Count);
        var left = part.IdsOf("chatty");
        Assert.InRange(left.Count, 560, 640);
        Assert.Equal(1_099, left[^1]);
        Assert.Equal(("chatty", left[0] - 1), evicted[^1]);
        Assert.All(evicted, e => Assert.Equal("chatty", e.Block));
    }

    [Fact] // the file stays about as large as it may be, whatever is written into it
    public async Task The_file_does_not_grow_beyond_its_size()
    {
        using var store = SqliteStore.Open(_folder, new() { MaxOctets = 1 << 20, CheckpointOctets = 1 << 18 }, TimeProvider.System);
        var part = store.Part("AP1");
        for (var i = 0; i < 200; i++)
        {
            await CommitAsync(part, [.. Enumerable.Range(0, 100).Select(n => Append(n % 7 == 0 ? "a" : "b", 1 + (100L * i) + n, size: 100))]);
        }

        Assert.InRange(new FileInfo(Path.Combine(_folder, SqliteStore.FileName)).Length, 1 << 19, (1 << 20) + (1 << 18));
        Assert.InRange(new FileInfo(Path.Combine(_folder, SqliteStore.FileName + "-wal")).Length, 0, 1 << 19);
        Assert.InRange(part.IdsOf("a").Count, 500, 20_000);
        Assert.InRange(part.IdsOf("b").Count, 500, 20_000);
    }

    [Fact] // somebody reads all the time: the log of what is committed stays bounded all the same, for no read keeps back its end for longer than itself
    public async Task The_log_stays_bounded_while_somebody_reads_without_end()
    {
        using var store = SqliteStore.Open(_folder, new() { RecentOctets = 0 }, TimeProvider.System);
        var part = store.Part("AP1");
        using var stop = new CancellationTokenSource();
        await CommitAsync(part, Append("a", 1, size: 4_000));
        var reads = 0;
        var reader = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    for (var next = part.Next("a", 0); next is { } found && !stop.IsCancellationRequested; next = part.Next("a", found.Id))
                    {
                        reads++;
                    }
                }
            },
            CancellationToken.None);
        var largest = 0L;
        for (var i = 0; i < 300; i++)
        {
            await CommitAsync(part, [.. Enumerable.Range(0, 25).Select(n => Append("a", 2 + (25L * i) + n, size: 4_000))]);
            largest = Math.Max(largest, new FileInfo(Path.Combine(_folder, SqliteStore.FileName + "-wal")).Length);
        }

        await stop.CancelAsync();
        await reader;
        Assert.InRange(largest, 1, 8 << 20);
        Assert.True(reads > 1_000, $"{reads} reads: too few to prove anything");
    }

    [Fact] // whatever comes, and however often it is opened again, it holds what the store in memory holds
    public Task It_agrees_with_the_store_in_memory() => Gen.Select(Gen.Int[0, 5], Gen.Int[1, 60], Gen.Int[0, 2]).Array[1, 60].SampleAsync(
        async moves =>
        {
            var folder = Directory.CreateTempSubdirectory("der-agent-store.").FullName;
            var store = SqliteStore.Open(folder, new(), TimeProvider.System);
            try
            {
                var memory = new MemoryStore(capacity: 1_000);
                long next = 1;
                foreach (var (kind, number, block) in moves)
                {
                    var name = $"b{block}";
                    StateChange? change = kind switch
                    {
                        0 or 1 => Append(name, next++),
                        2 => memory.Contains(name, number) ? new StateChange(StateChangeKind.Drop, name, number) : null,
                        3 => new StateChange(StateChangeKind.Trim, name, Math.Min(number, next - 1)),
                        4 => new StateChange(number % 3 == 0 ? StateChangeKind.Remove : StateChangeKind.Put, name, Value: [(byte)number]),
                        _ => null,
                    };
                    if (change is { } one)
                    {
                        await memory.CommitAsync([one], CancellationToken.None);
                        await store.Part("AP1").CommitAsync([one], CancellationToken.None);
                    }
                    else if (kind == 5 && number < 20)
                    {
                        store.Dispose();
                        store = SqliteStore.Open(folder, new(), TimeProvider.System);
                    }

                    var part = store.Part("AP1");
                    Assert.Equal(memory.Load().OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => (v.Key, v.Value[0])), part.Load().OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => (v.Key, v.Value[0])));
                    Assert.Equal(memory.HighWater, part.HighWater);
                    for (var b = 0; b < 3; b++)
                    {
                        Assert.Equal(memory.IdsOf($"b{b}"), part.IdsOf($"b{b}"));
                        Assert.Equal(memory.Newest($"b{b}"), part.Newest($"b{b}"));
                    }
                }
            }
            finally
            {
                store.Dispose();
                Directory.Delete(folder, recursive: true);
            }
        },
        iter: 60,
        threads: 2);

    [Fact] // a commit that failed is tried once more: nothing is there twice
    public async Task The_same_entry_may_come_again()
    {
        using var store = SqliteStore.Open(_folder, new(), TimeProvider.System);
        var part = store.Part("AP1");
        await CommitAsync(part, Append("x", 5));
        await CommitAsync(part, Append("x", 5), Append("x", 6));
        Assert.Equal([5L, 6], part.IdsOf("x"));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused_with_a_sentence() =>
        Assert.Contains("does not exist. Create it", Assert.Throws<StorageException>(() => SqliteStore.Open(Path.Combine(_folder, "gone"), new(), TimeProvider.System)).Message, StringComparison.Ordinal);

    [Fact] // a clock that was set back is to be noticed
    public void The_time_of_the_last_start_is_known()
    {
        var first = DateTimeOffset.UnixEpoch.AddYears(56);
        using (var store = SqliteStore.Open(_folder, new(), new Clock(first)))
        {
            Assert.Null(store.OpenedBefore);
        }

        using (var store = SqliteStore.Open(_folder, new(), new Clock(first.AddDays(-1))))
        {
            Assert.Equal(first, store.OpenedBefore);
        }
    }

    [Fact]
    public void A_folder_that_another_agent_uses_is_refused()
    {
        using var first = SqliteStore.Open(_folder, new(), TimeProvider.System);
        Assert.Contains("Another agent uses", Assert.Throws<StorageException>(() => SqliteStore.Open(_folder, new(), TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_newer_program_is_refused_and_left_alone()
    {
        SqliteStore.Open(_folder, new(), TimeProvider.System).Dispose();
        var path = Path.Combine(_folder, SqliteStore.FileName);
        using (var database = new SqliteDatabase(path, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite, 65_536))
        {
            database.Execute("PRAGMA user_version = 99");
        }

        var before = File.ReadAllBytes(path);
        Assert.Contains("of a newer der-agent (version 99", Assert.Throws<StorageException>(() => SqliteStore.Open(_folder, new(), TimeProvider.System)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    private static StateChange Append(string block, long id, int size = 1) => new(StateChangeKind.Append, block, id, Entry: TestEntries.Of(DataValue.Octets(new byte[size]), DateTimeOffset.UnixEpoch));

    private static async Task<CommitResult> CommitAsync(IServerStore store, params StateChange[] changes) => await store.CommitAsync(changes, TestContext.Current.CancellationToken);

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
