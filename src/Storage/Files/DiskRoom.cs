namespace DerAgent.Storage;

/// <summary>What the systems call a full disk.</summary>
internal static class DiskRoom
{
    private const int NoSpace = 28;
    private const int OverQuota = 122;
    private const int DiskFull = unchecked((int)0x80070070);

    /// <summary>Whether something failed for want of room.</summary>
    public static bool IsMissing(Exception e) => e.HResult is NoSpace or OverQuota or DiskFull;
}
