using CsCheck;
using DerAgent.Acsi;
using DerAgent.Model;

namespace DerAgent.Storage.Tests;

/// <summary>The store in memory: values by key, entries by block.</summary>
public sealed class MemoryStoreTests
{
    private static readonly ReportEntry Entry = new(DateTimeOffset.UnixEpoch, 1, [], TriggerConditions.None);

    [Fact]
    public async Task A_key_has_the_value_put_last_until_it_is_removed()
    {
        var store = new MemoryStore();
        await CommitAsync(store, new(StateChangeKind.Put, "a", Value: [1]), new(StateChangeKind.Put, "b", Value: [2]), new(StateChangeKind.Put, "a", Value: [3]));
        var loaded = store.Load();
        Assert.Equal(["a:3", "b:2"], loaded.Select(v => $"{v.Key}:{v.Value[0]}").Order(StringComparer.Ordinal));
        await CommitAsync(store, new StateChange(StateChangeKind.Remove, "a"), new(StateChangeKind.Remove, "c"));
        Assert.Equal(["b"], store.Load().Keys);
        Assert.Equal(2, loaded.Count);
    }

    [Fact]
    public async Task The_oldest_entries_of_a_full_block_make_room_and_it_is_said_how_far()
    {
        var store = new MemoryStore(capacity: 20);
        var result = await CommitAsync(store, [.. Enumerable.Range(1, 30).Select(i => new StateChange(StateChangeKind.Append, "a", i, Entry: Entry))]);
        Assert.Equal(("a", 10L), result.Evicted[^1]);
        Assert.Equal(10, result.Evicted.Count);
        Assert.Empty((await CommitAsync(store, new StateChange(StateChangeKind.Append, "b", 31, Entry: Entry))).Evicted);
        await CommitAsync(store, new(StateChangeKind.Drop, "a", 15), new(StateChangeKind.Drop, "a", 30), new(StateChangeKind.Drop, "a", 5), new(StateChangeKind.Drop, "c", 5));
        Assert.Equal([.. Enumerable.Range(11, 4).Select(i => (long)i), .. Enumerable.Range(16, 14).Select(i => (long)i)], store.IdsOf("a"));
        Assert.Equal((false, true, false, 29L, 31L, 0L), (store.Contains("a", 15), store.Contains("a", 16), store.Contains("b", 16), store.Newest("a"), store.Newest("b"), store.Newest("c")));
        await CommitAsync(store, new StateChange(StateChangeKind.Trim, "a", 25));
        Assert.Equal([26L, 27, 28, 29], store.IdsOf("a"));
        await CommitAsync(store, new StateChange(StateChangeKind.Trim, "a", 99));
        Assert.Null(store.Next("a", 0));
    }

    [Fact] // whatever comes, it holds what a list would hold
    public void It_agrees_with_a_list() => Gen.Select(Gen.Int[0, 2], Gen.Int[1, 60]).Array[1, 80].Sample(moves =>
    {
        var store = new MemoryStore(capacity: 7);
        var expected = new List<long>();
        long next = 1;
        foreach (var (kind, number) in moves)
        {
            var change = kind switch
            {
                0 => new StateChange(StateChangeKind.Append, "a", next++, Entry: Entry),
                1 => new StateChange(StateChangeKind.Drop, "a", number),
                _ => new StateChange(StateChangeKind.Trim, "a", number / 2),
            };
            Assert.True(store.CommitAsync([change], CancellationToken.None).AsTask().IsCompletedSuccessfully);
            switch (change.Kind)
            {
                case StateChangeKind.Append:
                    expected.Add(change.Id);
                    expected.RemoveRange(0, Math.Max(0, expected.Count - 7));
                    break;
                case StateChangeKind.Drop:
                    expected.Remove(change.Id);
                    break;
                default:
                    expected.RemoveAll(id => id <= change.Id);
                    break;
            }

            Assert.Equal(expected, store.IdsOf("a"));
        }
    });

    [Fact] // an entry as compact binary, and back
    public void An_entry_is_read_as_it_was_written_and_a_damaged_one_is_none()
    {
        var value = DataValue.Structure(DataValue.Float32(1.5f), Quality.Good.ToValue(), Timestamp.From(DateTimeOffset.UnixEpoch.AddDays(20_000)).ToValue());
        var entry = new ReportEntry(new DateTimeOffset(2026, 11, 25, 1, 2, 3, TimeSpan.Zero), 9, [new(2, value, TriggerConditions.DataChange), new(8, DataValue.MmsString("ü"), TriggerConditions.Integrity)], TriggerConditions.None);
        var octets = entry.ToArray();
        var read = ReportEntry.Read(octets)!;
        Assert.Equal((entry.Time, entry.MemberCount, entry.Trigger), (read.Time, read.MemberCount, read.Trigger));
        Assert.Equal(entry.Members, read.Members);
        Assert.All(Enumerable.Range(0, octets.Length), length => Assert.Null(ReportEntry.Read(octets.AsMemory(0, length))));
        Assert.Null(ReportEntry.Read(new byte[] { 1, 2, 3 }));
    }

    private static async Task<CommitResult> CommitAsync(MemoryStore store, params StateChange[] changes) => await store.CommitAsync(changes, TestContext.Current.CancellationToken);
}
