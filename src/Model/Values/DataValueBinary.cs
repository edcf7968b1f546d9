using System.Text;

namespace DerAgent.Model;

/// <summary>The compact binary form of a value, for what must outlive a power cut. It is ours, stands in no message, and carries its kind in its first octet.</summary>
public static class DataValueBinary
{
    private const int MaxDepth = 32;

    /// <summary>Writes a value.</summary>
    public static void Write(BinaryWriter output, in DataValue value)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write((byte)value.Kind);
        switch (value.Kind)
        {
            case DataKind.Boolean:
                output.Write(value.AsBoolean());
                break;
            case DataKind.Integer:
                output.Write7BitEncodedInt64(value.AsInteger());
                break;
            case DataKind.Unsigned:
                output.Write7BitEncodedInt64((long)value.AsUnsigned());
                break;
            case DataKind.Float32:
                output.Write((float)value.AsDouble());
                break;
            case DataKind.Float64:
                output.Write(value.AsDouble());
                break;
            case DataKind.BitString:
                WriteBits(output, value);
                break;
            case DataKind.OctetString:
                output.Write7BitEncodedInt(value.AsOctets().Length);
                output.Write(value.AsOctets());
                break;
            case DataKind.VisibleString or DataKind.MmsString:
                output.Write(value.AsText());
                break;
            case DataKind.UtcTime or DataKind.BinaryTime:
                output.Write(value.AsTimeOctets());
                break;
            case DataKind.Structure or DataKind.Array:
                output.Write7BitEncodedInt(value.ItemSpan().Length);
                foreach (ref readonly var item in value.ItemSpan())
                {
                    Write(output, item);
                }

                break;
        }
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="EndOfStreamException">The octets end too early.</exception>
    /// <exception cref="FormatException">They are no value.</exception>
    public static DataValue Read(BinaryReader input) => Read(input, 0);

    /// <summary>Runs a reader over stored octets; false where they are damaged.</summary>
    public static bool TryRead<T>(ReadOnlyMemory<byte> octets, Func<BinaryReader, T> read, out T value)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            using var input = new BinaryReader(new MemoryStream(octets.ToArray(), writable: false), Encoding.UTF8);
            value = read(input);
            return input.BaseStream.Position == input.BaseStream.Length;
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or OverflowException)
        {
            value = default!;
            return false;
        }
    }

    /// <summary>The octets that a writer writes.</summary>
    public static byte[] ToArray(Action<BinaryWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var octets = new MemoryStream();
        using var output = new BinaryWriter(octets, Encoding.UTF8);
        write(output);
        output.Flush();
        return octets.ToArray();
    }

    /// <summary>A number of things that each take an octet or more: never more than there are octets.</summary>
    /// <exception cref="FormatException">It cannot be.</exception>
    public static int ReadCount(BinaryReader input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var count = input.Read7BitEncodedInt();
        return count >= 0 && count <= input.BaseStream.Length - input.BaseStream.Position ? count : throw new FormatException("more than there is");
    }

    private static DataValue Read(BinaryReader input, int depth) => (DataKind)input.ReadByte() switch
    {
        DataKind.None => default,
        DataKind.Boolean => DataValue.Boolean(input.ReadBoolean()),
        DataKind.Integer => DataValue.Integer(input.Read7BitEncodedInt64()),
        DataKind.Unsigned => DataValue.Unsigned((ulong)input.Read7BitEncodedInt64()),
        DataKind.Float32 => DataValue.Float32(input.ReadSingle()),
        DataKind.Float64 => DataValue.Float64(input.ReadDouble()),
        DataKind.BitString => ReadBits(input),
        DataKind.OctetString => DataValue.Octets(input.ReadBytes(ReadCount(input))),
        DataKind.VisibleString => DataValue.VisibleString(input.ReadString()),
        DataKind.MmsString => DataValue.MmsString(input.ReadString()),
        DataKind.UtcTime => DataValue.UtcTime(input.ReadUInt64()),
        DataKind.BinaryTime => DataValue.BinaryTime(input.ReadUInt64()),
        DataKind.Structure when depth < MaxDepth => DataValue.Structure(ReadItems(input, depth)),
        DataKind.Array when depth < MaxDepth => DataValue.Array(ReadItems(input, depth)),
        var kind => throw new FormatException($"{kind} is no kind of value, or nested too deep"),
    };

    private static DataValue[] ReadItems(BinaryReader input, int depth)
    {
        var items = new DataValue[ReadCount(input)];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Read(input, depth + 1);
        }

        return items;
    }

    private static void WriteBits(BinaryWriter output, in DataValue value)
    {
        output.Write7BitEncodedInt(value.BitCount);
        for (var octet = 0; octet < value.BitCount; octet += 8)
        {
            var bits = 0;
            for (var bit = 0; bit < 8; bit++)
            {
                bits |= value.Bit(octet + bit) ? 1 << bit : 0;
            }

            output.Write((byte)bits);
        }
    }

    private static DataValue ReadBits(BinaryReader input)
    {
        var count = input.Read7BitEncodedInt();
        if (count < 0 || (count + 7L) / 8 > input.BaseStream.Length - input.BaseStream.Position)
        {
            throw new FormatException("more bits than there are");
        }

        var octets = input.ReadBytes((count + 7) / 8);
        var bits = new bool[count];
        for (var i = 0; i < count; i++)
        {
            bits[i] = ((octets[i / 8] >> (i % 8)) & 1) != 0;
        }

        return DataValue.Bits(bits);
    }
}
