using System.Buffers.Binary;
using DerAgent.Model;

namespace DerAgent.Mms;

/// <summary>Data (ISO 9506-2 §14.4.2).</summary>
internal static class DataCodec
{
    public static void Write(XerWriter w, in DataValue value)
    {
        switch (value.Kind)
        {
            case DataKind.Boolean:
                w.Boolean("boolean"u8, value.AsBoolean());
                break;
            case DataKind.Integer:
                w.Number("integer"u8, value.AsInteger());
                break;
            case DataKind.Unsigned:
                w.Start("unsigned"u8);
                w.Unsigned(value.AsUnsigned());
                w.End("unsigned"u8);
                break;
            case DataKind.BitString:
                w.Start("bit-string"u8);
                WriteBits(w, value);
                w.End("bit-string"u8);
                break;
            case DataKind.Float32:
                w.Start("floating-point"u8);
                WriteFloat(w, BitConverter.SingleToUInt32Bits((float)value.AsDouble()), 4, 8);
                w.End("floating-point"u8);
                break;
            case DataKind.Float64:
                w.Start("floating-point"u8);
                WriteFloat(w, BitConverter.DoubleToUInt64Bits(value.AsDouble()), 8, 11);
                w.End("floating-point"u8);
                break;
            case DataKind.OctetString:
                w.Start("octet-string"u8);
                w.Hex(value.AsOctets());
                w.End("octet-string"u8);
                break;
            case DataKind.VisibleString:
                w.Text("visible-string"u8, value.AsText());
                break;
            case DataKind.MmsString:
                w.Text("mMSString"u8, value.AsText());
                break;
            case DataKind.UtcTime:
                w.Start("utc-time"u8);
                w.Hex(value.AsTimeOctets(), 8);
                w.End("utc-time"u8);
                break;
            case DataKind.BinaryTime:
                w.Start("binary-time"u8);
                w.Hex(value.AsTimeOctets(), 6);
                w.End("binary-time"u8);
                break;
            case DataKind.Structure:
                w.Start("structure"u8);
                WriteItems(w, value);
                w.End("structure"u8);
                break;
            case DataKind.Array:
                w.Start("array"u8);
                WriteItems(w, value);
                w.End("array"u8);
                break;
            default:
                throw new InvalidOperationException("A value of kind None has no form on the wire.");
        }
    }

    /// <summary>Reads the alternative whose start tag was read last.</summary>
    public static DataValue Read(ref XerReader r, int nesting = 1)
    {
        var name = r.Name;
        if (name.SequenceEqual("floating-point"u8))
        {
            return ReadFloat(ref r);
        }

        if (name.SequenceEqual("bit-string"u8))
        {
            return ReadBits(ref r);
        }

        if (name.SequenceEqual("utc-time"u8))
        {
            return DataValue.UtcTime(r.HexNumber(8));
        }

        if (name.SequenceEqual("integer"u8))
        {
            return DataValue.Integer(r.Integer());
        }

        if (name.SequenceEqual("structure"u8))
        {
            return DataValue.Structure(ReadItems(ref r, nesting));
        }

        if (name.SequenceEqual("boolean"u8))
        {
            return DataValue.Boolean(r.Boolean());
        }

        if (name.SequenceEqual("unsigned"u8))
        {
            return DataValue.Unsigned(r.Unsigned());
        }

        if (name.SequenceEqual("visible-string"u8))
        {
            return DataValue.VisibleString(r.Text());
        }

        if (name.SequenceEqual("octet-string"u8))
        {
            return DataValue.Octets(r.Octets());
        }

        if (name.SequenceEqual("mMSString"u8))
        {
            return DataValue.MmsString(r.Text());
        }

        if (name.SequenceEqual("binary-time"u8))
        {
            return ReadBinaryTime(ref r);
        }

        if (name.SequenceEqual("array"u8))
        {
            return DataValue.Array(ReadItems(ref r, nesting));
        }

        r.Fail(XerFault.InvalidArgument, $"<{XerReader.Shown(name)}> is no type of data");
        return default;
    }

    /// <summary>Whether the start tag read last only wraps an item of a list.</summary>
    public static bool IsWrapper(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("Data"u8) || name.SequenceEqual("CHOICE"u8) || name.SequenceEqual("SEQUENCE"u8) || name.SequenceEqual("AccessResult"u8);

    /// <summary>An item of a list of Data, wrapped or bare.</summary>
    public static DataValue ReadItem(ref XerReader r, int nesting)
    {
        if (!IsWrapper(r.Name))
        {
            return Read(ref r, nesting);
        }

        if (!r.Choice())
        {
            return default;
        }

        var value = Read(ref r, nesting);
        r.EndChoice();
        return value;
    }

    private static void WriteItems(XerWriter w, in DataValue value)
    {
        foreach (ref readonly var item in value.ItemSpan())
        {
            w.StartItem("Data"u8);
            Write(w, item);
            w.EndItem("Data"u8);
        }
    }

    private static DataValue[] ReadItems(ref XerReader r, int nesting)
    {
        if (nesting >= r.MaxNesting)
        {
            r.Fail(XerFault.MaxRecursionExceeded, $"data nested deeper than {r.MaxNesting}");
            return [];
        }

        // Structures are small: their members need no list on the way.
        var first = default(FirstItems);
        var count = 0;
        List<DataValue>? more = null;
        for (; r.NextChild(); count++)
        {
            var item = ReadItem(ref r, nesting + 1);
            if (count < FirstItems.Length)
            {
                first[count] = item;
            }
            else
            {
                (more ??= []).Add(item);
            }
        }

        return more is null ? ((ReadOnlySpan<DataValue>)first)[..count].ToArray() : [.. first, .. more];
    }

    [System.Runtime.CompilerServices.InlineArray(Length)]
    private struct FirstItems
    {
        public const int Length = 8;
        private DataValue _first;
    }

    private static void WriteBits(XerWriter w, in DataValue value)
    {
        Span<byte> text = stackalloc byte[128];
        for (var start = 0; start < value.BitCount; start += text.Length)
        {
            var count = Math.Min(text.Length, value.BitCount - start);
            for (var i = 0; i < count; i++)
            {
                text[i] = value.Bit(start + i) ? (byte)'1' : (byte)'0';
            }

            w.Raw(text[..count]);
        }
    }

    private static DataValue ReadBits(ref XerReader r)
    {
        var token = r.Token();
        if (token.IndexOfAnyExcept((byte)'0', (byte)'1') >= 0)
        {
            r.Fail(XerFault.InvalidArgument, $"\"{XerReader.Shown(token)}\" is no bit string");
            return DataValue.Bits(0, 0);
        }

        if (token.Length <= 64)
        {
            ulong bits = 0;
            for (var i = 0; i < token.Length; i++)
            {
                bits |= (ulong)(token[i] & 1) << i;
            }

            return DataValue.Bits(bits, token.Length);
        }

        var many = new bool[token.Length];
        for (var i = 0; i < many.Length; i++)
        {
            many[i] = token[i] == '1';
        }

        return DataValue.Bits(many.AsSpan());
    }

    private static void WriteFloat(XerWriter w, ulong bits, int octets, byte exponentWidth)
    {
        if (w.Dialect.FloatsHaveExponentWidth)
        {
            w.Hex(exponentWidth, 1);
        }

        w.Hex(bits, octets);
    }

    private static DataValue ReadFloat(ref XerReader r)
    {
        Span<byte> octets = stackalloc byte[9];
        octets = octets[..r.Octets(octets)];
        switch (octets.Length)
        {
            case 5 when octets[0] == 8:
                return DataValue.Float32(BinaryPrimitives.ReadSingleBigEndian(octets[1..]));
            case 4:
                return DataValue.Float32(BinaryPrimitives.ReadSingleBigEndian(octets));
            case 9 when octets[0] == 11:
                return DataValue.Float64(BinaryPrimitives.ReadDoubleBigEndian(octets[1..]));
            case 8:
                return DataValue.Float64(BinaryPrimitives.ReadDoubleBigEndian(octets));
            default:
                r.Fail(XerFault.InvalidArgument, "a floating-point is not of 4, 5, 8 or 9 octets");
                return DataValue.Float32(0);
        }
    }

    private static DataValue ReadBinaryTime(ref XerReader r)
    {
        Span<byte> octets = stackalloc byte[6];
        octets = octets[..r.Octets(octets)];
        if (octets.Length is not (4 or 6))
        {
            r.Fail(XerFault.InvalidArgument, "a binary time is not of 4 or 6 octets");
            return DataValue.BinaryTime(0);
        }

        ulong number = 0;
        foreach (var octet in octets)
        {
            number = (number << 8) | octet;
        }

        return DataValue.BinaryTime(octets.Length == 4 ? number << 16 : number);
    }
}
