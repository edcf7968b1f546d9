using DerAgent.Acsi;
using DerAgent.Agent.Hosting;
using DerAgent.Devices;
using DerAgent.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>What must not be forgotten of devices, in the store.</summary>
public sealed class DeviceMemoryStoreTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Fact]
    public async Task What_is_kept_is_there_after_a_restart_and_takes_nothing_of_the_servers_room()
    {
        using (var store = SqliteStore.Open(_folder, new(), TimeProvider.System))
        {
            store.Part("A");
            await using var memory = New(store.State("devices"));
            await memory.KeepAsync("inv1", Record("first"));
            await memory.KeepAsync("inv1", Record("second"));
            await memory.KeepAsync("inv2", Record("other"));
            Assert.Equal("second", memory.Of("inv1")!.SerialNumber);
        }

        using (var store = SqliteStore.Open(_folder, new(), TimeProvider.System))
        {
            await using var memory = New(store.State("devices"));
            Assert.Equal("second", memory.Of("inv1")!.SerialNumber);
            Assert.Equal("other", memory.Of("inv2")!.SerialNumber);
            Assert.Null(memory.Of("inv3"));
            Assert.Empty(store.Part("A").Load());
        }
    }

    [Fact]
    public async Task A_store_that_takes_nothing_holds_nobody_back_and_is_tried_again()
    {
        var store = new SickStore { IsSick = true };
        await using var memory = New(store);
        await memory.KeepAsync("inv1", Record("first")).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Empty(store.Kept);
        store.IsSick = false;
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("first", DeviceRecordCodec.Decode(store.Kept["device/inv1"])!.SerialNumber);
    }

    [Fact]
    public async Task A_damaged_record_costs_its_device_alone()
    {
        var store = new SickStore();
        store.Kept["device/inv1"] = [1, 2, 3];
        store.Kept["device/inv2"] = DeviceRecordCodec.Encode(Record("good"));
        await using var memory = New(store);
        Assert.Null(memory.Of("inv1"));
        Assert.Equal("good", memory.Of("inv2")!.SerialNumber);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static DeviceRecord Record(string serialNumber) => new(serialNumber, [], [], [], new Dictionary<string, double>(), []);

    private DeviceMemory New(IStateStore store) => new(store, _time, NullLogger.Instance);

    private sealed class SickStore : IStateStore
    {
        public bool IsSick { get; set; }

        public Dictionary<string, byte[]> Kept { get; } = [];

        public IReadOnlyDictionary<string, byte[]> Load() => Kept;

        public ValueTask<CommitResult> CommitAsync(IReadOnlyList<StateChange> changes, CancellationToken cancel)
        {
            if (IsSick)
            {
                return ValueTask.FromException<CommitResult>(new IOException("the disk is full"));
            }

            foreach (var change in changes)
            {
                Kept[change.Name] = change.Value!;
            }

            return new(CommitResult.Done);
        }
    }
}
