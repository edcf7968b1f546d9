using System.Buffers.Binary;

namespace DerAgent.Tests;

/// <summary>A file that has one number all over it: half of one and half of another is seen.</summary>
internal static class NumberedFile
{
    /// <summary>Its name in the file store.</summary>
    public const string Name = "LD/PV1LD0/kill.bin";

    /// <summary>Its octets.</summary>
    public const int Octets = 4_000;

    /// <summary>The number of a file; 0 where there is none. One that is not whole is told.</summary>
    public static long Read(string path, Action<string> damaged)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        var octets = File.ReadAllBytes(path);
        var value = octets.Length < 8 ? 0 : BinaryPrimitives.ReadInt64LittleEndian(octets);
        if (!octets.AsSpan().SequenceEqual(Content(value, Octets)))
        {
            damaged($"the file has {octets.Length} octets, and is not that of number {value}");
        }

        return value;
    }

    /// <summary>So many octets of the file of a number.</summary>
    public static byte[] Content(long value, int octets)
    {
        var content = new byte[octets];
        for (var i = 0; i < octets; i += 8)
        {
            BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(i), value);
        }

        return content;
    }
}
