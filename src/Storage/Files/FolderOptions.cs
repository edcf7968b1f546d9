namespace DerAgent.Storage;

/// <summary>How much the file store takes.</summary>
internal sealed record FolderOptions
{
    /// <summary>Octets of all files, those that are being made, and those that are gone and still read.</summary>
    public long MaxOctets { get; init; } = 32 << 20;
    /// <summary>Files in all.</summary>
    public int MaxFiles { get; init; } = 2_000;
}
