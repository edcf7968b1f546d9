namespace DerAgent.Model;

/// <summary>Type of a leaf attribute: basic type, size and, for enumerations, the literals.</summary>
/// <param name="Basic">The basic type.</param>
/// <param name="Size">Width in bits (numbers), number of bits (bit strings) or greatest length (strings).</param>
/// <param name="Enumeration">Literals of an <see cref="BasicType.Enumerated"/> or named CODED ENUM.</param>
public readonly record struct AttributeType(BasicType Basic, int Size = 0, EnumType? Enumeration = null)
{
    /// <summary>BOOLEAN.</summary>
    public static AttributeType Boolean => new(BasicType.Boolean);
    /// <summary>INT16.</summary>
    public static AttributeType Int16 => new(BasicType.Integer, 16);
    /// <summary>INT8U.</summary>
    public static AttributeType Int8U => new(BasicType.Unsigned, 8);
    /// <summary>INT16U.</summary>
    public static AttributeType Int16U => new(BasicType.Unsigned, 16);
    /// <summary>INT32U.</summary>
    public static AttributeType Int32U => new(BasicType.Unsigned, 32);
    /// <summary>FLOAT32.</summary>
    public static AttributeType Float32 => new(BasicType.Float, 32);
    /// <summary>ObjectReference, 129 characters at most.</summary>
    public static AttributeType ObjectReference => new(BasicType.VisibleString, 129);
    /// <summary>EntryID, 8 octets.</summary>
    public static AttributeType EntryId => new(BasicType.OctetString, 8);
    /// <summary>EntryTime.</summary>
    public static AttributeType EntryTime => new(BasicType.EntryTime);
    /// <summary>TimeStamp.</summary>
    public static AttributeType Timestamp => new(BasicType.Timestamp);
    /// <summary>Quality.</summary>
    public static AttributeType Quality => new(BasicType.Quality, 13);
    /// <summary>Trigger options: 6 bits.</summary>
    public static AttributeType TriggerOptions => new(BasicType.BitString, 6);
    /// <summary>Optional fields of a report: 10 bits.</summary>
    public static AttributeType OptionalFields => new(BasicType.BitString, 10);

    /// <summary>The value an attribute of this type has before anything is known about it.</summary>
    public DataValue Default => Basic switch
    {
        BasicType.Boolean => DataValue.Boolean(false),
        BasicType.Integer or BasicType.Enumerated => DataValue.Integer(Enumeration?.Initial ?? 0),
        BasicType.Unsigned => DataValue.Unsigned(0),
        BasicType.Float => Size == 64 ? DataValue.Float64(0) : DataValue.Float32(0),
        BasicType.BitString => DataValue.Bits(0, Size),
        BasicType.Quality => Model.Quality.Invalid.ToValue(),
        BasicType.Timestamp => Model.Timestamp.Zero.ToValue(),
        BasicType.EntryTime => default(EntryTime).ToValue(),
        BasicType.OctetString => DataValue.Octets(Size == 8 ? new byte[8] : []),
        BasicType.UnicodeString => DataValue.MmsString(""),
        _ => DataValue.VisibleString(""),
    };

    /// <summary>Checks <paramref name="value"/> against this type and brings it into the type's own form
    /// (an integer written to an unsigned attribute and the reverse, a float of the other width).</summary>
    /// <returns>What is wrong, or <see cref="ValueFault.None"/>.</returns>
    public ValueFault Accept(in DataValue value, out DataValue accepted)
    {
        accepted = value;
        return Basic switch
        {
            BasicType.Boolean => value.Kind == DataKind.Boolean ? ValueFault.None : ValueFault.Type,
            BasicType.Integer => AcceptInteger(value, out accepted),
            BasicType.Unsigned => AcceptUnsigned(value, out accepted),
            BasicType.Enumerated => AcceptOrdinal(value, out accepted),
            BasicType.Float => AcceptFloat(value, out accepted),
            BasicType.BitString => value.Kind != DataKind.BitString ? ValueFault.Type : value.BitCount == Size ? ValueFault.None : ValueFault.Range,
            BasicType.Quality => value.Kind != DataKind.BitString ? ValueFault.Type : value.BitCount == 13 ? ValueFault.None : ValueFault.Range,
            BasicType.Timestamp => value.Kind == DataKind.UtcTime ? ValueFault.None : ValueFault.Type,
            BasicType.EntryTime => value.Kind == DataKind.BinaryTime ? ValueFault.None : ValueFault.Type,
            BasicType.OctetString => value.Kind != DataKind.OctetString ? ValueFault.Type : value.AsOctets().Length <= Size ? ValueFault.None : ValueFault.Range,
            BasicType.UnicodeString => AcceptText(value, DataKind.MmsString),
            _ => AcceptText(value, DataKind.VisibleString),
        };
    }

    private ValueFault AcceptText(in DataValue value, DataKind kind)
    {
        if (value.Kind != kind)
        {
            return ValueFault.Type;
        }

        // The size of UNICODE STRING is one of characters, whatever octets they take (IEC 61850-7-2 §6.1.2).
        return CharactersOf(value.AsText()) <= Size ? ValueFault.None : ValueFault.Range;
    }

    private static int CharactersOf(string text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            count -= char.IsSurrogatePair(text[i - 1], text[i]) ? 1 : 0;
        }

        return count;
    }

    private ValueFault AcceptInteger(in DataValue value, out DataValue accepted)
    {
        accepted = value;
        if (!value.TryAsInteger(out var number))
        {
            return value.Kind is DataKind.Integer or DataKind.Unsigned ? ValueFault.Range : ValueFault.Type;
        }

        accepted = DataValue.Integer(number);
        return Size >= 64 || (number >= -(1L << (Size - 1)) && number < 1L << (Size - 1)) ? ValueFault.None : ValueFault.Range;
    }

    private ValueFault AcceptUnsigned(in DataValue value, out DataValue accepted)
    {
        accepted = value;
        if (value.Kind == DataKind.Unsigned)
        {
            return Size >= 64 || value.AsUnsigned() < 1UL << Size ? ValueFault.None : ValueFault.Range;
        }

        if (!value.TryAsInteger(out var number))
        {
            return ValueFault.Type;
        }

        accepted = DataValue.Unsigned((ulong)Math.Max(0, number));
        return number >= 0 && (Size >= 63 || number < 1L << Size) ? ValueFault.None : ValueFault.Range;
    }

    private ValueFault AcceptOrdinal(in DataValue value, out DataValue accepted)
    {
        accepted = value;
        if (!value.TryAsInteger(out var number))
        {
            return ValueFault.Type;
        }

        accepted = DataValue.Integer(number);
        return Enumeration is null || Enumeration.HasOrdinal(number) ? ValueFault.None : ValueFault.Range;
    }

    private ValueFault AcceptFloat(in DataValue value, out DataValue accepted)
    {
        accepted = value;
        if (value.Kind is not (DataKind.Float32 or DataKind.Float64))
        {
            return ValueFault.Type;
        }

        accepted = Size == 64 ? DataValue.Float64(value.AsDouble()) : DataValue.Float32((float)value.AsDouble());
        return ValueFault.None;
    }
}

/// <summary>What is wrong with a value for an attribute.</summary>
public enum ValueFault
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It is of another type.</summary>
    Type,
    /// <summary>It is of the right type, but too long, too great or not one of the ordinals.</summary>
    Range,
}
