using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace DerAgent.Storage;

/// <summary>Octets with a sum behind them (CRC-32C) that covers what they belong to as well: damage that the database does not see is seen here.</summary>
internal static class Sealed
{
    /// <summary>What a sum takes.</summary>
    public const int Octets = sizeof(uint);

    /// <summary>The value of a key with its sum.</summary>
    public static byte[] Seal(string key, ReadOnlySpan<byte> value) => With(value, Sum(Sum(uint.MaxValue, Encoding.UTF8.GetBytes(key)), value));

    /// <summary>The value of a key; null where it is damaged.</summary>
    public static byte[]? Open(string key, ReadOnlySpan<byte> sealedValue) =>
        sealedValue.Length >= Octets && Seal(key, sealedValue[..^Octets]) is var due && sealedValue.SequenceEqual(due) ? sealedValue[..^Octets].ToArray() : null;

    /// <summary>The body of an entry with its sum.</summary>
    public static byte[] Seal(long id, long block, ReadOnlySpan<byte> body) => With(body, Sum(Of(id, block), body));

    /// <summary>The body of an entry; null where it is damaged.</summary>
    public static ReadOnlyMemory<byte>? Open(long id, long block, byte[] sealedBody)
    {
        var body = sealedBody.AsMemory(0, Math.Max(0, sealedBody.Length - Octets));
        return sealedBody.Length >= Octets && BinaryPrimitives.ReadUInt32LittleEndian(sealedBody.AsSpan(body.Length)) == Sum(Of(id, block), body.Span) ? body : null;
    }

    private static uint Of(long id, long block) => BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, (ulong)id), (ulong)block);

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
