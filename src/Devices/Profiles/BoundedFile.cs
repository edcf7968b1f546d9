namespace DerAgent.Devices;

/// <summary>Reads the small files people write, and no more of them than such a file can have: a device file or a wrong name must not fill the memory.</summary>
internal static class BoundedFile
{
    /// <summary>Most octets of a profile or of agent.json.</summary>
    public const int MaxOctets = 1 << 20;

    /// <summary>The octets of a file.</summary>
    /// <exception cref="IOException">It cannot be read, or has more than <see cref="MaxOctets"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return Read(file);
    }

    /// <summary>The octets of a stream.</summary>
    /// <exception cref="IOException">It has more than <see cref="MaxOctets"/>.</exception>
    public static byte[] Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var content = new MemoryStream();
        var part = new byte[16 * 1024];
        while (stream.Read(part) is > 0 and var count)
        {
            content.Write(part, 0, count);
            if (content.Length > MaxOctets)
            {
                throw new IOException($"it has more than {MaxOctets} octets, which no such file needs");
            }
        }

        return content.ToArray();
    }
}
