namespace DerAgent.Devices;

/// <summary>Where a register lives (Modbus Application Protocol V1.1b3 §4.3).</summary>
internal enum RegisterKind
{
    /// <summary>Holding registers.</summary>
    Holding,
    /// <summary>Input registers.</summary>
    Input,
    /// <summary>Coils.</summary>
    Coil,
    /// <summary>Discrete inputs.</summary>
    Discrete,
}

/// <summary>The addresses of one kind of register (Modbus Application Protocol V1.1b3 §4.4).</summary>
internal static class RegisterSpace
{
    /// <summary>Number of addresses.</summary>
    public const int Size = 65_536;
}

/// <summary>How the registers of a point make its value.</summary>
internal enum PointType
{
    /// <summary>Signed, 1 register.</summary>
    Int16,
    /// <summary>Unsigned, 1 register.</summary>
    UInt16,
    /// <summary>Signed, 2 registers.</summary>
    Int32,
    /// <summary>Unsigned, 2 registers.</summary>
    UInt32,
    /// <summary>Signed, 4 registers.</summary>
    Int64,
    /// <summary>Unsigned, 4 registers.</summary>
    UInt64,
    /// <summary>IEEE 754, 2 registers.</summary>
    Float32,
    /// <summary>IEEE 754, 4 registers.</summary>
    Float64,
    /// <summary>Text, two characters a register.</summary>
    Text,
    /// <summary>Coils or discrete inputs: one, or a pattern with the first one as the lowest bit.</summary>
    Bit,
    /// <summary>Flags, 1 to 4 registers.</summary>
    Bits,
    /// <summary>Decimal digits, four a register, 1 to 4 registers.</summary>
    Bcd,
    /// <summary>Seconds since 1970, 2 registers.</summary>
    Time,
    /// <summary>As messages of a line protocol say it.</summary>
    Said,
}

/// <summary>Which word of a number of several registers comes first.</summary>
internal enum WordOrder
{
    /// <summary>The high word.</summary>
    HighFirst,
    /// <summary>The low word.</summary>
    LowFirst,
}

/// <summary>How often a point is read, the most often first.</summary>
internal enum PollClass
{
    /// <summary>Every second, if the profile does not say otherwise.</summary>
    Fast,
    /// <summary>Every 5 seconds.</summary>
    Normal,
    /// <summary>Every minute.</summary>
    Slow,
    /// <summary>Once after connecting.</summary>
    Once,
}

/// <summary>What may be done with a point.</summary>
internal enum PointAccess
{
    /// <summary>It is read.</summary>
    Read,
    /// <summary>It is read and written.</summary>
    Write,
    /// <summary>It is written; the device does not let it be read.</summary>
    WriteOnly,
}

/// <summary>One value of a kind of hardware: where it is, how it is read, how it is written.</summary>
internal sealed record PointDefinition
{
    /// <summary>Function code that changes some bits of a register.</summary>
    public const int MaskWrite = 22;

    /// <summary>Name in bindings.</summary>
    public required string Name { get; init; }
    /// <summary>Kind of register.</summary>
    public RegisterKind Kind { get; init; }
    /// <summary>First address, from 0; relative to the model for SunSpec until discovery.</summary>
    public int Address { get; init; }
    /// <summary>SunSpec model the address is relative to; 0: none.</summary>
    public int Model { get; init; }
    /// <summary>The same point in other SunSpec models, the preferred first: of the models that a device has the first one counts.</summary>
    public IReadOnlyList<PointDefinition> Alternatives { get; init; } = [];
    /// <summary>Of a point of a SunSpec curve: what its place depends on until discovery; null: nothing.</summary>
    public CurvePlace? Curve { get; init; }
    /// <summary>How registers make the value.</summary>
    public PointType Type { get; init; }
    /// <summary>Number of registers or coils.</summary>
    public int Length { get; init; } = 1;
    /// <summary>Word order; null: the device's.</summary>
    public WordOrder? Order { get; init; }
    /// <summary>Lowest and highest bit of the registers that are the value; null: all.</summary>
    public (int Low, int High)? Bits { get; init; }

    /// <summary>Where it stands in messages of a line protocol, of which the address is its number only; null: it is in registers.</summary>
    public SaidPlace? Said { get; init; }

    /// <summary>Added to the raw number before it is scaled.</summary>
    public double Offset { get; init; }
    /// <summary>Value = (raw + <see cref="Offset"/>) × scale.</summary>
    public double Scale { get; init; } = 1;
    /// <summary>Point that holds the power of ten to scale with, or null.</summary>
    public string? ScaleFactor { get; init; }
    /// <summary>Whether the sign is dropped.</summary>
    public bool IsAbsolute { get; init; }
    /// <summary>Raw values that mean "not implemented".</summary>
    public IReadOnlyList<decimal> None { get; init; } = [];
    /// <summary>Literals or numbers of raw values.</summary>
    public ValueMap Map { get; init; } = ValueMap.Empty;
    /// <summary>Unit, for people.</summary>
    public string Unit { get; init; } = "";
    /// <summary>Lowest and highest value that make sense.</summary>
    public (double Low, double High)? Range { get; init; }

    /// <summary>How often it is read.</summary>
    public PollClass Poll { get; init; } = PollClass.Normal;
    /// <summary>Points of one group are read in one exchange.</summary>
    public string? Group { get; init; }
    /// <summary>Whether it is read in an exchange of its own.</summary>
    public bool IsAlone { get; init; }

    /// <summary>What may be done with it.</summary>
    public PointAccess Access { get; init; }
    /// <summary>How it is written; null: not at all.</summary>
    public WriteRules? Writing { get; init; }
    /// <summary>Function code of writes of one register, 6 or 16, or of some of its bits 22; null: the device's. Bits without 22 are read, changed and written in one turn of the line.</summary>
    public int? WriteFunction { get; init; }

    /// <summary>Whether it may be written.</summary>
    public bool IsWritable => Access != PointAccess.Read;

    /// <summary>Whether it may be read.</summary>
    public bool IsReadable => Access != PointAccess.WriteOnly;

    /// <summary>The address behind its last register.</summary>
    public int End => Address + Length;

    /// <summary>The least difference of two values that the registers can hold; 0: none to speak of.</summary>
    public double Step => Said is { } said ? said.To is null ? 0 : Math.Abs(Scale) * Math.Pow(10, -said.Format.Decimals) : Type is PointType.Float32 or PointType.Float64 || ScaleFactor is not null ? 0 : Math.Abs(Scale);
}
