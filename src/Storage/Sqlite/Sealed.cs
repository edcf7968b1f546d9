using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace DerAgent.Storage;

/// <summary>Octets with a sum behind them (CRC-32C) that covers what they belong to as well: damage that the database does not see is seen here.</summary>
internal static class Sealed
{
    /// <summary>What a sum takes.</summary>
    private const int Octets = sizeof(uint);

    /// <summary>The value of a key with its sum.</summary>
    public static byte[] Seal(string key, ReadOnlySpan<byte> value) => With(value, Sum(Of(key), value));

    /// <summary>The value of a key; null where it is damaged.</summary>
    public static byte[]? Open(string key, ReadOnlySpan<byte> all) => IsWhole(all, Of(key)) ? all[..^Octets].ToArray() : null;

    /// <summary>The body of an entry with its sum.</summary>
    public static byte[] Seal(long id, long block, ReadOnlySpan<byte> body) => With(body, Sum(Of(id, block), body));

    /// <summary>The body of an entry; null where it is damaged.</summary>
    public static ReadOnlyMemory<byte>? Open(long id, long block, byte[] all) => IsWhole(all, Of(id, block)) ? all.AsMemory(0, all.Length - Octets) : null;

    private static uint Of(string key) => Sum(uint.MaxValue, Encoding.UTF8.GetBytes(key));

    private static uint Of(long id, long block) => BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, (ulong)id), (ulong)block);

    private static bool IsWhole(ReadOnlySpan<byte> all, uint owner) =>
        all.Length >= Octets && BinaryPrimitives.ReadUInt32LittleEndian(all[^Octets..]) == Sum(owner, all[..^Octets]);

    private static byte[] With(ReadOnlySpan<byte> octets, uint sum)
    {
        var all = new byte[octets.Length + Octets];
        octets.CopyTo(all);
        BinaryPrimitives.WriteUInt32LittleEndian(all.AsSpan(octets.Length), sum);
        return all;
    }

    private static uint Sum(uint sum, ReadOnlySpan<byte> octets)
    {
        for (; octets.Length >= sizeof(ulong); octets = octets[sizeof(ulong)..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(octets));
        }

        foreach (var octet in octets)
        {
            sum = BitOperations.Crc32C(sum, octet);
        }

        return sum;
    }
}
