using DerAgent.Acsi;
using DerAgent.Tests;

namespace DerAgent.Storage.Tests;

/// <summary>A file of every version of the tables that was ever released lies beside the tests, and is opened by this program. With WRITE_STORE=1 the one of the present version is made.</summary>
public sealed class StoredVersionTests
{
    private static readonly string Files = Path.Combine(Corpus.Root, "tests", "Storage.Tests", "Stored");

    public static TheoryData<int> Versions() => [.. Enumerable.Range(1, SqliteSchema.Version)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_version_is_opened_and_goes_on(int version)
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-store.").FullName;
        try
        {
            File.Copy(Path.Combine(Files, $"v{version}.db"), Path.Combine(folder, SqliteStore.FileName));
            for (var time = 0; time < 2; time++)
            {
                using var store = SqliteStore.Open(folder, new(), TimeProvider.System);
                var part = store.Part("AP1");
                Assert.Equal(["claim/x:7", "report/LD/LLN0$BR$b01:1 2 3", "setting/ü:255"], part.Load().Where(v => v.Key != "after").Select(v => $"{v.Key}:{string.Join(' ', v.Value)}").Order(StringComparer.Ordinal));
                Assert.Equal([0], store.Part("AP2").Load()["setting/ü"]);
                for (var id = 1; id <= 300; id += id == 200 ? 100 : 1)
                {
                    var entry = part.Next(id % 3 == 0 ? "LD/LLN0$BR$b01" : "LD/LLN0$BR$b02", id - 1)!.Value;
                    Assert.Equal((id, id), (entry.Id, entry.Entry.Members[0].Value.AsInteger()));
                }

                Assert.Equal(400, part.HighWater);
                if (time == 0)
                {
                    await part.CommitAsync([new(StateChangeKind.Put, "after", Value: [1])], TestContext.Current.CancellationToken);
                }
                else
                {
                    Assert.Equal([1], part.Load()["after"]);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact] // an update that is taken back, and made again: up, down, up
    public async Task The_version_before_finds_its_own_file()
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-store.").FullName;
        try
        {
            // Up: what was there is kept beside.
            var file = Path.Combine(folder, SqliteStore.FileName);
            File.Copy(Path.Combine(Files, "v1.db"), file);
            using (var store = SqliteStore.Open(folder, new(), TimeProvider.System))
            {
                await store.Part("AP1").CommitAsync([new(StateChangeKind.Put, "after", Value: [1])], TestContext.Current.CancellationToken);
            }

            using (var copy = new SqliteDatabase(StoreCopies.Of(file, 1), Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly, 65_536))
            {
                Assert.Equal(1, copy.Number("PRAGMA user_version"));
            }

            // Down, seen by this program: the newer one changed the tables, and kept ours.
            File.Move(file, Path.Combine(folder, "ours.db"));
            File.Delete(StoreCopies.Of(file, 1));
            File.Move(Path.Combine(folder, "ours.db"), StoreCopies.Of(file, SqliteSchema.Version));
            File.Copy(StoreCopies.Of(file, SqliteSchema.Version), file);
            using (var newer = new SqliteDatabase(file, Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite, 65_536))
            {
                newer.Execute("PRAGMA user_version = 77");
                newer.Execute("DROP TABLE twin");
            }

            var told = new List<string>();
            using (var store = SqliteStore.Open(folder, new(), TimeProvider.System, told.Add))
            {
                Assert.Equal([1], store.Part("AP1").Load()["after"]);
                Assert.Contains("was of a newer der-agent (version 77", Assert.Single(told), StringComparison.Ordinal);
            }

            // Up again: the newer one's file is there for it; here another start finds all as it was.
            Assert.True(File.Exists(StoreCopies.Of(file, 77)));
            using (var store = SqliteStore.Open(folder, new(), TimeProvider.System, told.Add))
            {
                Assert.Equal([1], store.Part("AP1").Load()["after"]);
                Assert.Single(told);
            }

            // After a month it goes.
            File.SetLastWriteTimeUtc(StoreCopies.Of(file, 77), DateTime.UtcNow.AddDays(-31));
            using (SqliteStore.Open(folder, new(), TimeProvider.System))
            {
                Assert.False(File.Exists(StoreCopies.Of(file, 77)));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory] // of a damaged file of the first version, too, what can be read is read: settings, and entries from either end
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_damaged_file_of_the_first_version_is_read_as_far_as_it_goes(int page)
    {
        const int octets = 4096;
        var folder = Directory.CreateTempSubdirectory("der-agent-store.").FullName;
        try
        {
            var file = File.ReadAllBytes(Path.Combine(Files, "v1.db"));
            new Random(page).NextBytes(file.AsSpan(page * octets, octets));
            File.WriteAllBytes(Path.Combine(folder, SqliteStore.FileName), file);
            using var store = SqliteStore.Open(folder, new(), TimeProvider.System);
            var part = store.Part("AP1");
            Assert.Contains("5 settings", Assert.Single(store.Damages), StringComparison.Ordinal);
            Assert.Equal(["claim/x", "report/LD/LLN0$BR$b01", "setting/ü"], part.Load().Keys.Order(StringComparer.Ordinal));
            var ids = part.IdsOf("LD/LLN0$BR$b01").Concat(part.IdsOf("LD/LLN0$BR$b02")).ToList();
            Assert.InRange(ids.Count, 100, 200);
            Assert.All(part.EntriesOf("LD/LLN0$BR$b01"), e => Assert.Equal(e.Id, e.Entry.Members[0].Value.AsInteger()));
            Assert.Equal(file, File.ReadAllBytes(Path.Combine(Assert.Single(Directory.GetDirectories(folder)), SqliteStore.FileName)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_file_of_this_version_is_made_when_it_is_asked_for()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("WRITE_STORE") == "1", "It is made with WRITE_STORE=1.");
        var folder = Directory.CreateTempSubdirectory("der-agent-store.").FullName;
        using (var store = SqliteStore.Open(folder, new(), TimeProvider.System))
        {
            List<StateChange> changes =
            [
                new(StateChangeKind.Put, "claim/x", Value: [7]), new(StateChangeKind.Put, "report/LD/LLN0$BR$b01", Value: [1, 2, 3]), new(StateChangeKind.Put, "setting/ü", Value: [255]), new(StateChangeKind.Put, "setting/gone", Value: [1]),
                .. Enumerable.Range(1, 400).Select(i => new StateChange(StateChangeKind.Append, i % 3 == 0 ? "LD/LLN0$BR$b01" : "LD/LLN0$BR$b02", i, Entry: TestEntries.Of(i))),
            ];
            await store.Part("AP1").CommitAsync(changes, TestContext.Current.CancellationToken);
            await store.Part("AP1").CommitAsync([new(StateChangeKind.Remove, "setting/gone"), .. Enumerable.Range(301, 100).Concat(Enumerable.Range(201, 99)).Select(i => new StateChange(StateChangeKind.Drop, i % 3 == 0 ? "LD/LLN0$BR$b01" : "LD/LLN0$BR$b02", i))], TestContext.Current.CancellationToken);
            await store.Part("AP2").CommitAsync([new(StateChangeKind.Put, "setting/ü", Value: [0])], TestContext.Current.CancellationToken);
        }

        Directory.CreateDirectory(Files);
        File.Copy(Path.Combine(folder, SqliteStore.FileName), Path.Combine(Files, $"v{SqliteSchema.Version}.db"), overwrite: true);
        Directory.Delete(folder, recursive: true);
    }
}
