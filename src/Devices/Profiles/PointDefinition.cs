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
    /// <summary>A coil or discrete input.</summary>
    Bit,
}

/// <summary>How often a point is read.</summary>
internal enum PollClass
{
    /// <summary>Every second.</summary>
    Fast,
    /// <summary>Every 5 seconds.</summary>
    Normal,
    /// <summary>Every minute.</summary>
    Slow,
    /// <summary>Once after connecting.</summary>
    Once,
}

/// <summary>One value of a kind of hardware: where it is, how it is read, how it is written.</summary>
internal sealed record PointDefinition
{
    /// <summary>Name in bindings.</summary>
    public required string Name { get; init; }
    /// <summary>Kind of register.</summary>
    public RegisterKind Kind { get; init; }
    /// <summary>First address, from 0; relative to the model for SunSpec until discovery.</summary>
    public int Address { get; init; }
    /// <summary>SunSpec model the address is relative to; 0: none.</summary>
    public int Model { get; init; }
    /// <summary>How registers make the value.</summary>
    public PointType Type { get; init; }
    /// <summary>Number of registers.</summary>
    public int Length { get; init; } = 1;
    /// <summary>Value = raw times scale.</summary>
    public double Scale { get; init; } = 1;
    /// <summary>Point that holds the power of ten to scale with, or null.</summary>
    public string? ScaleFactor { get; init; }
    /// <summary>Unit, for people.</summary>
    public string Unit { get; init; } = "";
    /// <summary>Raw values that mean "not implemented".</summary>
    public IReadOnlyList<decimal> None { get; init; } = [];
    /// <summary>Lowest and highest value that make sense.</summary>
    public (double Low, double High)? Range { get; init; }
    /// <summary>Literals of raw values.</summary>
    public IReadOnlyDictionary<long, string> Map { get; init; } = new Dictionary<long, string>();
    /// <summary>How often it is read.</summary>
    public PollClass Poll { get; init; } = PollClass.Normal;
    /// <summary>Points of one group are read in one exchange.</summary>
    public string? Group { get; init; }
    /// <summary>Whether it may be written.</summary>
    public bool IsWritable { get; init; }
    /// <summary>How a write is checked; null: by reading the point itself.</summary>
    public WriteVerification? Verify { get; init; }
    /// <summary>What the write must bring about in the measured world; null: nothing is measured.</summary>
    public WriteEffect? Effect { get; init; }
    /// <summary>Registers to write in order; empty: the point alone.</summary>
    public IReadOnlyList<WriteStep> Steps { get; init; } = [];
    /// <summary>Shortest time between two writes.</summary>
    public TimeSpan MinInterval { get; init; }
}

/// <summary>The written value is read back.</summary>
/// <param name="Tolerance">Greatest difference, in the point's unit.</param>
/// <param name="Within">How long the device may take.</param>
/// <param name="Read">Point that is read back; null: the written point itself.</param>
internal sealed record WriteVerification(double Tolerance, TimeSpan Within, string? Read = null);

/// <summary>A measured point shows the effect.</summary>
/// <param name="Point">The measured point.</param>
/// <param name="Of">Point the percentage relates to; null: the value is in the measured point's unit.</param>
/// <param name="Tolerance">Greatest difference: percent of <paramref name="Of"/>, or the measured point's unit.</param>
/// <param name="Within">How long the process may take.</param>
/// <param name="IsLimit">Whether the measured value may also lie below: the write is a limit.</param>
internal sealed record WriteEffect(string Point, string? Of, double Tolerance, TimeSpan Within, bool IsLimit);

/// <summary>One write of a sequence.</summary>
/// <param name="Point">Point to write.</param>
/// <param name="Value">Value to write; null: the commanded value.</param>
internal sealed record WriteStep(string Point, double? Value);

/// <summary>How a kind of hardware talks Modbus.</summary>
internal sealed record ModbusTraits
{
    /// <summary>Most registers of one read.</summary>
    public int MaxRead { get; init; } = 125;
    /// <summary>Most registers of one write.</summary>
    public int MaxWrite { get; init; } = 123;
    /// <summary>Most unneeded registers that are read to save an exchange.</summary>
    public int MaxGap { get; init; } = 16;
    /// <summary>Pause between answer and next question.</summary>
    public TimeSpan Gap { get; init; }
    /// <summary>Pause after connecting.</summary>
    public TimeSpan ConnectDelay { get; init; }
    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);
    /// <summary>Unit id where the URL gives none.</summary>
    public byte Unit { get; init; } = 1;
    /// <summary>Function code of writes of one register: 6 or 16.</summary>
    public int WriteFunction { get; init; } = 16;
    /// <summary>Whether the low word comes first.</summary>
    public bool LowWordFirst { get; init; }
}

/// <summary>A kind of hardware (see <c>docs/devices.md</c>).</summary>
internal sealed record DeviceProfile
{
    /// <summary>Name in the SCL file.</summary>
    public required string Name { get; init; }
    /// <summary>Maker.</summary>
    public string Maker { get; init; } = "";
    /// <summary>How it talks Modbus.</summary>
    public ModbusTraits Modbus { get; init; } = new();
    /// <summary>Base registers to look for SunSpec models at; empty: no SunSpec device.</summary>
    public IReadOnlyList<int> SunSpecBases { get; init; } = [];
    /// <summary>Points by name.</summary>
    public required IReadOnlyDictionary<string, PointDefinition> Points { get; init; }
}
