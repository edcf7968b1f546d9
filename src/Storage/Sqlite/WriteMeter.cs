namespace DerAgent.Storage;

/// <summary>Counts the octets that the store hands to the system: the log of what is committed, and its move to its place. Flash wears with each of them.</summary>
internal sealed class WriteMeter
{
    private const string OfThread = "/proc/thread-self/io";
    private long _octets;

    /// <summary>Octets so far.</summary>
    public long Octets => Interlocked.Read(ref _octets);

    /// <summary>Called on the store's thread, which writes nothing else.</summary>
    /// <param name="pages">Pages written since it was called last, where the system does not tell.</param>
    public void Count(int pages)
    {
        if (Read(OfThread, "wchar: ") is { } told)
        {
            Interlocked.Exchange(ref _octets, told);
        }
        else
        {
            Interlocked.Add(ref _octets, 4120L * pages);
        }
    }

    /// <summary>Octets that the process had the system write to its disks; null where the system does not tell.</summary>
    public static long? OfProcess => Read("/proc/self/io", "write_bytes: ");

    private static long? Read(string path, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            foreach (var line in File.ReadLines(path))
            {
                if (line.StartsWith(name, StringComparison.Ordinal))
                {
                    return long.Parse(line.AsSpan(name.Length), System.Globalization.CultureInfo.InvariantCulture);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // Not every kernel tells.
        }

        return null;
    }
}
