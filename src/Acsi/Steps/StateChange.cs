namespace DerAgent.Acsi;

/// <summary>How the durable state changes.</summary>
internal enum StateChangeKind
{
    /// <summary>A key has this value from now on.</summary>
    Put,
    /// <summary>A key has no value any more.</summary>
    Remove,
    /// <summary>A block has another entry, newer than all others.</summary>
    Append,
    /// <summary>One entry of a block goes.</summary>
    Drop,
    /// <summary>The entries of a block up to an id go.</summary>
    Trim,
}

/// <summary>One change of what must outlive a power cut.</summary>
/// <param name="Kind">How it changes.</param>
/// <param name="Name">The key, or the reference of the block.</param>
/// <param name="Id">Id of the entry.</param>
/// <param name="Value">The value of a key: compact binary.</param>
/// <param name="Entry">The entry.</param>
internal readonly record struct StateChange(StateChangeKind Kind, string Name, long Id = 0, byte[]? Value = null, IRingEntry? Entry = null)
{
    /// <summary>Whether nobody waits for its commit: an entry of a block that nobody has enabled.</summary>
    public bool IsLazy { get; init; }

    /// <summary>What the key stands for, to ask it for its value anew.</summary>
    internal IStoredItem? Item { get; init; }

    /// <summary>The present value of something, or that it has none.</summary>
    internal static StateChange Of(IStoredItem item) =>
        item.Encode() is { } value ? new(StateChangeKind.Put, item.Key, Value: value) { Item = item, IsLazy = item.IsLazy } : new(StateChangeKind.Remove, item.Key) { Item = item, IsLazy = item.IsLazy };
}

/// <summary>Something that must outlive a power cut, under a key of its own.</summary>
internal interface IStoredItem
{
    /// <summary>Its key: what it is, a slash, and which.</summary>
    string Key { get; }

    /// <summary>Whether nobody waits for its commit.</summary>
    bool IsLazy => false;

    /// <summary>Its present value; null where there is nothing to keep.</summary>
    byte[]? Encode();
}
