using DerAgent.Acsi;
using DerAgent.Storage;

namespace DerAgent.Agent.Tests.Soak;

/// <summary>Stores that outlive the agent: a disk that may be full, and a process that may be gone.</summary>
internal sealed class SoakStores(MemoryStores kept) : IAgentStore
{
    /// <summary>Whether the process is gone: nothing of it is kept any more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether the disk is full; it is for the next process, too.</summary>
    public Func<bool> IsFull { get; init; } = static () => false;

    public bool IsDamaged => false;

    public Action? Damaged { get; set; }

    public IServerStore Part(string name) => new Store(kept.Part(name), this);

    public IStateStore State(string name) => Part("@" + name);

    private sealed class Store(IServerStore inner, SoakStores all) : IServerStore
    {
        public long HighWater => inner.HighWater;

        public IReadOnlyDictionary<string, byte[]> Load() => inner.Load();

        public ValueTask<CommitResult> CommitAsync(IReadOnlyList<StateChange> changes, CancellationToken cancel) =>
            all.IsGone || all.IsFull() ? throw new IOException("no space left on device") : inner.CommitAsync(changes, cancel);

        public long NewId(long least) => inner.NewId(least);

        public StoredEntry? Next(string block, long id) => inner.Next(block, id);

        public StoredLogEntry? NextLogged(string block, long id) => inner.NextLogged(block, id);

        public (long Id, ServiceRecord Record)? NextRecord(long id) => inner.NextRecord(id);

        public int Count(string block, long after, long through) => inner.Count(block, after, through);

        public bool Contains(string block, long id) => inner.Contains(block, id);

        public long Newest(string block) => inner.Newest(block);
    }
}
