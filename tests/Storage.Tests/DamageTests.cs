using DerAgent.Acsi;

namespace DerAgent.Storage.Tests;

/// <summary>A file with damaged pages: settings are not lost, entries only where their own page was hit, the file stays aside, and it is said.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Settings = 400;
    private const int Entries = 9_000;
    private const int PageOctets = 4096;
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-store.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_hundred_damaged_pages_take_no_setting_with_them()
    {
        var random = new Random(20261126);
        var file = await MakeAsync();
        var pages = file.Length / PageOctets;
        var found = 0;
        for (var i = 0; i < 200; i++)
        {
            // Every tenth time it is the first page, which says where all else stands.
            var page = i % 10 == 0 ? 0 : random.Next(pages);
            var damaged = (byte[])file.Clone();
            Damage(damaged.AsSpan(page * PageOctets, PageOctets), i % 4, random);

            // An inner page of the ring (its first octet says so) leads to all that is below it.
            found += Look(damaged, $"{i}: page {page} of {pages}, kind {i % 4}", file[page * PageOctets] == 5 ? Entries : 160) ? 1 : 0;
        }

        // Damage to what nobody needs, the free part of a page, is none.
        Assert.InRange(found, 120, 200);
    }

    [Fact] // a disk that lost whole stretches
    public async Task Several_damaged_pages_take_what_is_on_them()
    {
        var random = new Random(7);
        var file = await MakeAsync();
        for (var i = 0; i < 20; i++)
        {
            // The ring stands behind the settings.
            var damaged = (byte[])file.Clone();
            for (var n = 0; n < 5; n++)
            {
                random.NextBytes(damaged.AsSpan(random.Next((file.Length / PageOctets) - 50, file.Length / PageOctets) * PageOctets, PageOctets));
            }

            Look(damaged, $"{i}", mostLost: 5 * 160);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5_000)]
    public void What_is_no_database_is_put_aside(int octets)
    {
        var path = Path.Combine(_folder, SqliteStore.FileName);
        var garbage = new byte[octets];
        new Random(1).NextBytes(garbage);
        File.WriteAllBytes(path, garbage);
        using var store = SqliteStore.Open(_folder, new(), TimeProvider.System);
        Assert.Empty(store.Part("AP1").Load());
        if (octets > 0)
        {
            Assert.Contains("was damaged. It is kept as", Assert.Single(store.Damages), StringComparison.Ordinal);
            Assert.Equal(garbage, File.ReadAllBytes(Path.Combine(Assert.Single(Directory.GetDirectories(_folder)), SqliteStore.FileName)));
        }
    }

    [Fact] // found by the look through the whole file, while everything goes on
    public async Task Damage_that_is_found_later_is_mended_while_running()
    {
        var file = await MakeAsync();
        for (var page = 1; page < file.Length / PageOctets; page++)
        {
            // A count of free octets that is wrong stands in nobody's way, yet.
            file[(page * PageOctets) + 7] ^= 0x50;
        }

        await File.WriteAllBytesAsync(Path.Combine(_folder, SqliteStore.FileName), file, TestContext.Current.CancellationToken);
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var store = SqliteStore.Open(_folder, new(), TimeProvider.System, s => told.TrySetResult(s));
        Assert.Contains("was damaged. It is kept as", await told.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var part = store.Part("AP1");
        await part.CommitAsync([new(StateChangeKind.Put, "after", Value: [1])], TestContext.Current.CancellationToken);
        Assert.Equal([1], part.Load()["after"]);
        Assert.Equal(Settings + 1, part.Load().Count);
        Assert.Equal(Entries / 3, Enumerable.Range(1, Entries).Count(i => part.Contains("b0", i)));
        Assert.Equal(file.Length, new FileInfo(Path.Combine(Assert.Single(Directory.GetDirectories(_folder)), SqliteStore.FileName)).Length);
    }

    private static void Damage(Span<byte> page, int kind, Random random)
    {
        switch (kind)
        {
            case 0:
                random.NextBytes(page);
                break;
            case 1:
                page.Clear();
                break;
            case 2:
                page[random.Next(page.Length)] ^= (byte)(1 << random.Next(8));
                break;
            default:
                random.NextBytes(page[(page.Length / 2)..]);
                break;
        }
    }

    /// <summary>A file as a running agent leaves it.</summary>
    private async Task<byte[]> MakeAsync()
    {
        using (var store = SqliteStore.Open(_folder, new(), TimeProvider.System))
        {
            var part = store.Part("AP1");
            await part.CommitAsync([.. Enumerable.Range(0, Settings).Select(i => new StateChange(StateChangeKind.Put, $"setting/PV1LD0/MMXU1$CF$TotW$db{i}", Value: [(byte)i, (byte)(i >> 8), 1, 2, 3]))], TestContext.Current.CancellationToken);
            for (var i = 0; i < Entries; i += 100)
            {
                await part.CommitAsync([.. Enumerable.Range(i, 100).Select(n => new StateChange(StateChangeKind.Append, $"b{n % 3}", n + 1, Entry: TestEntries.Of(n)))], TestContext.Current.CancellationToken);
            }
        }

        return await File.ReadAllBytesAsync(Path.Combine(_folder, SqliteStore.FileName), TestContext.Current.CancellationToken);
    }

    /// <summary>Opens it, and looks what is left; whether the damage was noticed.</summary>
    private static bool Look(byte[] damaged, string what, int mostLost)
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-store.").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, SqliteStore.FileName), damaged);
            using var store = SqliteStore.Open(folder, new(), TimeProvider.System);
            var part = store.Part("AP1");
            var state = part.Load();
            for (var i = 0; i < Settings; i++)
            {
                Assert.True(state.TryGetValue($"setting/PV1LD0/MMXU1$CF$TotW$db{i}", out var value) && value is [_, _, 1, 2, 3] && value[0] == (byte)i && value[1] == (byte)(i >> 8), $"{what}: setting {i} is lost; {string.Join(' ', store.Damages)} {state.Count}");
            }

            var there = 0;
            for (var b = 0; b < 3; b++)
            {
                foreach (var found in part.EntriesOf($"b{b}"))
                {
                    Assert.Equal(found.Id - 1, found.Entry.Members[0].Value.AsInteger());
                    there++;
                }
            }

            Assert.True(there >= Entries - mostLost, $"{what}: {Entries - there} entries are lost; {string.Join(' ', store.Damages)}");
            if (store.Damages.Count > 0)
            {
                Assert.True(part.HasLost);
                Assert.Equal(damaged, File.ReadAllBytes(Path.Combine(Assert.Single(Directory.GetDirectories(folder)), SqliteStore.FileName)));
            }

            return store.Damages.Count > 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
