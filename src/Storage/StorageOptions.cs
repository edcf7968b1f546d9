namespace DerAgent.Storage;

/// <summary>How much the store keeps, and when it moves what was committed to its place.</summary>
internal sealed record StorageOptions
{
    /// <summary>Octets of the file, about; the oldest entries go before it grows beyond.</summary>
    public long MaxOctets { get; init; } = 64 << 20;
    /// <summary>Entries in all: each takes 16 octets of memory.</summary>
    public int MaxEntries { get; init; } = 200_000;
    /// <summary>Octets of the write-ahead log after which what it holds is moved to its place, between two commits.</summary>
    public long CheckpointOctets { get; init; } = 4 << 20;
    /// <summary>Whether a commit is on the medium when it is done. False: the last ones may be lost with the power, never more than those.</summary>
    public bool IsSynchronous { get; init; } = true;
    /// <summary>Octets of entries that stay in memory because they are most likely sent next.</summary>
    public int RecentOctets { get; init; } = 512 * 1024;
}

/// <summary>The store cannot be used, and why: a sentence for whoever installs the agent.</summary>
internal sealed class StorageException : Exception
{
    /// <summary>An exception without a sentence.</summary>
    public StorageException()
    {
    }

    /// <inheritdoc cref="StorageException(string, Exception)"/>
    public StorageException(string message)
        : base(message)
    {
    }

    /// <summary>The store cannot be used.</summary>
    /// <param name="message">What is wrong, and what to do.</param>
    /// <param name="inner">What was thrown.</param>
    public StorageException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
