using DerAgent.Acsi;

namespace DerAgent.Storage;

/// <summary>The part of the store that one server has.</summary>
/// <param name="store">The store.</param>
/// <param name="name">Name of the part.</param>
internal sealed class SqliteStorePart(SqliteStore store, string name) : IServerStore
{
    /// <inheritdoc/>
    public long HighWater => store.HighWater;

    /// <inheritdoc/>
    public long NewId(long least) => store.NewId(least);

    /// <inheritdoc/>
    public bool HasLost => store.IsDamaged;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, byte[]> Load() => store.Load(name);

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<StateChange> changes, CancellationToken cancel) => store.CommitAsync(name, changes);

    /// <inheritdoc/>
    public StoredEntry? Next(string block, long id) => store.Next(name, block, id);

    /// <inheritdoc/>
    public StoredLogEntry? NextLogged(string block, long id) => store.NextLogged(name, block, id);

    /// <inheritdoc/>
    public int Count(string block, long after, long through) => store.Count(name, block, after, through);

    /// <inheritdoc/>
    public (long Id, ServiceRecord Record)? NextRecord(long id) => store.NextRecord(name, id);

    /// <inheritdoc/>
    public bool Contains(string block, long id) => store.Contains(name, block, id);

    /// <inheritdoc/>
    public long Newest(string block) => store.Newest(name, block);
}
