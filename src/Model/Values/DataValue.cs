using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace DerAgent.Model;

/// <summary>One value as MMS Data knows it (ISO 9506-2 §14.4.2): a primitive without allocation, or a structure or array of values.</summary>
public readonly struct DataValue : IEquatable<DataValue>
{
    private readonly object? _object;
    private readonly ulong _bits;
    private readonly int _count;

    private DataValue(DataKind kind, ulong bits, int count = 0, object? reference = null)
    {
        Kind = kind;
        _bits = bits;
        _count = count;
        _object = reference;
    }

    /// <summary>Which alternative this is.</summary>
    public DataKind Kind { get; }

    /// <summary>Number of bits of a bit string.</summary>
    public int BitCount => _count;

    /// <summary>Members of a structure or array; empty for anything else.</summary>
    public IReadOnlyList<DataValue> Items => _object as DataValue[] ?? [];

    /// <summary>A boolean.</summary>
    public static DataValue Boolean(bool value) => new(DataKind.Boolean, value ? 1UL : 0);

    /// <summary>A signed number.</summary>
    public static DataValue Integer(long value) => new(DataKind.Integer, (ulong)value);

    /// <summary>An unsigned number.</summary>
    public static DataValue Unsigned(ulong value) => new(DataKind.Unsigned, value);

    /// <summary>A single-precision number.</summary>
    public static DataValue Float32(float value) => new(DataKind.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>A double-precision number.</summary>
    public static DataValue Float64(double value) => new(DataKind.Float64, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A bit string of up to 64 bits; bit <c>i</c> of the string is <c>1 &lt;&lt; i</c> of <paramref name="bits"/>.</summary>
    public static DataValue Bits(ulong bits, int count) => count is >= 0 and <= 64
        ? new(DataKind.BitString, count == 64 ? bits : bits & ((1UL << count) - 1), count)
        : throw new ArgumentOutOfRangeException(nameof(count), count, "0 to 64 bits; longer strings come as bool[]");

    /// <summary>A bit string of any length.</summary>
    public static DataValue Bits(ReadOnlySpan<bool> bits)
    {
        if (bits.Length > 64)
        {
            return new(DataKind.BitString, 0, bits.Length, bits.ToArray());
        }

        ulong packed = 0;
        for (var i = 0; i < bits.Length; i++)
        {
            packed |= bits[i] ? 1UL << i : 0;
        }

        return Bits(packed, bits.Length);
    }

    /// <summary>An octet string; the array is taken over, not copied.</summary>
    public static DataValue Octets(byte[] value) => new(DataKind.OctetString, 0, 0, value);

    /// <summary>A VisibleString.</summary>
    public static DataValue VisibleString(string value) => new(DataKind.VisibleString, 0, 0, value);

    /// <summary>An MMSString (UNICODE STRING of IEC 61850).</summary>
    public static DataValue MmsString(string value) => new(DataKind.MmsString, 0, 0, value);

    /// <summary>A UTC time from its 8 octets, big-endian.</summary>
    public static DataValue UtcTime(ulong octets) => new(DataKind.UtcTime, octets);

    /// <summary>A binary time from its 6 octets, big-endian.</summary>
    public static DataValue BinaryTime(ulong octets) => new(DataKind.BinaryTime, octets);

    /// <summary>A structure; the array is taken over.</summary>
    public static DataValue Structure(params DataValue[] members) => new(DataKind.Structure, 0, 0, members);

    /// <summary>An array; the array is taken over.</summary>
    public static DataValue Array(params DataValue[] elements) => new(DataKind.Array, 0, 0, elements);

    /// <summary>The boolean; false for other kinds.</summary>
    public bool AsBoolean() => Kind == DataKind.Boolean && _bits != 0;

    /// <summary>The signed number; unsigned ones that fit count too.</summary>
    public bool TryAsInteger(out long value)
    {
        value = (long)_bits;
        return Kind == DataKind.Integer || (Kind == DataKind.Unsigned && _bits <= long.MaxValue);
    }

    /// <summary>The signed number, 0 for other kinds.</summary>
    public long AsInteger() => TryAsInteger(out var value) ? value : 0;

    /// <summary>The unsigned number, 0 for other kinds and negative numbers.</summary>
    public ulong AsUnsigned() => Kind == DataKind.Unsigned || (Kind == DataKind.Integer && (long)_bits >= 0) ? _bits : 0;

    /// <summary>Any number as a double; NaN for other kinds.</summary>
    public double AsDouble() => Kind switch
    {
        DataKind.Float32 => BitConverter.UInt32BitsToSingle((uint)_bits),
        DataKind.Float64 => BitConverter.UInt64BitsToDouble(_bits),
        DataKind.Integer => (long)_bits,
        DataKind.Unsigned => _bits,
        _ => double.NaN,
    };

    /// <summary>Bit <paramref name="index"/> of a bit string; false beyond its end.</summary>
    public bool Bit(int index) => _object is bool[] many ? (uint)index < (uint)many.Length && many[index] : index is >= 0 and < 64 && ((_bits >> index) & 1) != 0;

    /// <summary>The first 64 bits of a bit string, bit <c>i</c> as <c>1 &lt;&lt; i</c>.</summary>
    public ulong AsBits() => _bits;

    /// <summary>The octets of an octet string; empty for other kinds.</summary>
    public ReadOnlySpan<byte> AsOctets() => _object as byte[] ?? [];

    /// <summary>The text of a VisibleString or MMSString; empty for other kinds.</summary>
    public string AsText() => _object as string ?? "";

    /// <summary>The 8 octets of a UTC time or the 6 of a binary time, big-endian, as a number.</summary>
    public ulong AsTimeOctets() => Kind is DataKind.UtcTime or DataKind.BinaryTime ? _bits : 0;

    /// <inheritdoc/>
    public bool Equals(DataValue other)
    {
        if (Kind != other.Kind || _bits != other._bits || _count != other._count)
        {
            return false;
        }

        return (_object, other._object) switch
        {
            (null, null) => true,
            (string a, string b) => a == b,
            (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
            (bool[] a, bool[] b) => a.AsSpan().SequenceEqual(b),
            (DataValue[] a, DataValue[] b) => a.AsSpan().SequenceEqual(b),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DataValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _object switch
    {
        string s => HashCode.Combine(Kind, s),
        System.Array a => HashCode.Combine(Kind, a.Length),
        _ => HashCode.Combine(Kind, _bits, _count),
    };

    /// <summary>Same kind and same content.</summary>
    public static bool operator ==(DataValue left, DataValue right) => left.Equals(right);

    /// <summary>Other kind or other content.</summary>
    public static bool operator !=(DataValue left, DataValue right) => !left.Equals(right);

    /// <summary>The value as a person reads it: numbers in decimal, bits as 0 and 1, octets in hex, times in ISO 8601.</summary>
    public override string ToString() => Kind switch
    {
        DataKind.None => "-",
        DataKind.Boolean => _bits != 0 ? "true" : "false",
        DataKind.Integer => ((long)_bits).ToString(CultureInfo.InvariantCulture),
        DataKind.Unsigned => _bits.ToString(CultureInfo.InvariantCulture),
        DataKind.Float32 => BitConverter.UInt32BitsToSingle((uint)_bits).ToString("R", CultureInfo.InvariantCulture),
        DataKind.Float64 => BitConverter.UInt64BitsToDouble(_bits).ToString("R", CultureInfo.InvariantCulture),
        DataKind.BitString => BitText(),
        DataKind.OctetString => Convert.ToHexString(AsOctets()),
        DataKind.UtcTime => Timestamp.FromOctets(_bits).ToString(),
        DataKind.BinaryTime => EntryTime.FromOctets(_bits).ToString(),
        DataKind.Structure => "{" + string.Join(", ", Items) + "}",
        DataKind.Array => "[" + string.Join(", ", Items) + "]",
        _ => AsText(),
    };

    /// <summary>The members of a structure or array as a span, without allocation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<DataValue> ItemSpan() => _object as DataValue[];

    private string BitText()
    {
        var text = new StringBuilder(_count);
        for (var i = 0; i < _count; i++)
        {
            text.Append(Bit(i) ? '1' : '0');
        }

        return text.ToString();
    }
}
