namespace DerAgent.Acsi;

/// <summary>Keeps what must outlive a power cut: values by key, and the entries of buffered blocks. One caller at a time, one commit under way at a time.</summary>
internal interface IStateStore
{
    /// <summary>What was committed: every key with its value. Called once, before the first commit.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    IReadOnlyDictionary<string, byte[]> Load();

    /// <summary>Commits changes in order, all of them or none; done when they would survive a power cut. The list is not touched until then. The same changes may come again, after a commit that failed: an entry that is there is not there twice.</summary>
    /// <returns>What had to make room.</returns>
    /// <exception cref="IOException">They could not be committed. Whether they were is then not known: what counts is written again.</exception>
    ValueTask<CommitResult> CommitAsync(IReadOnlyList<StateChange> changes, CancellationToken cancel);
}

/// <summary>What a commit brought with it.</summary>
/// <param name="Evicted">Blocks whose oldest entries had to make room, and the id of the last one that went; to be read before the next commit.</param>
internal readonly record struct CommitResult(IReadOnlyList<(string Block, long Through)> Evicted)
{
    /// <summary>There was room for everything.</summary>
    public static CommitResult Done { get; } = new([]);
}
