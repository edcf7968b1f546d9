using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>What a line speaks, and what carries it.</summary>
internal enum LineKind
{
    /// <summary>Modbus TCP.</summary>
    ModbusTcp,
    /// <summary>Modbus/TCP Security.</summary>
    ModbusTls,
    /// <summary>RTU on a serial port.</summary>
    ModbusRtu,
    /// <summary>RTU over a TCP connection.</summary>
    ModbusRtuTcp,
    /// <summary>ASCII on a serial port.</summary>
    ModbusAscii,
    /// <summary>ASCII over a TCP connection.</summary>
    ModbusAsciiTcp,
    /// <summary>A line protocol of its own, on a serial port.</summary>
    Serial,
    /// <summary>A line protocol of its own, over a TCP connection.</summary>
    SerialTcp,
}

/// <summary>Where a device is; what it does not say its profile says.</summary>
/// <param name="Kind">What its line speaks.</param>
/// <param name="Place">Host name or address, or the file of a serial port.</param>
internal sealed record DeviceUrl(LineKind Kind, string Place)
{
    /// <summary>TCP port; null: as the profile says.</summary>
    public int? Port { get; init; }

    /// <summary>Unit id; null: as the profile says.</summary>
    public byte? Unit { get; init; }

    /// <summary>Speed in bit/s; null: as the profile says.</summary>
    public int? Baud { get; init; }

    /// <summary>Parity; null: as the profile says.</summary>
    public SerialParity? Parity { get; init; }

    /// <summary>Stop bits; null: as the profile says.</summary>
    public int? StopBits { get; init; }

    /// <summary>Data bits; null: as the profile says.</summary>
    public int? DataBits { get; init; }

    /// <summary>Whether the port gives back what it sends.</summary>
    public bool HasEcho { get; init; }

    /// <summary>Whether the kernel turns the direction of the line.</summary>
    public bool UsesKernelRs485 { get; init; }

    /// <summary>How a secure connection is secured; null: by whom the system trusts, without a certificate of ours.</summary>
    public ModbusTls? Tls { get; init; }

    /// <summary>Whether it is a serial port.</summary>
    public bool IsSerial => Kind is LineKind.ModbusRtu or LineKind.ModbusAscii or LineKind.Serial;

    /// <summary>Whether it speaks Modbus; else what the profile of the device describes.</summary>
    public bool IsModbus => Kind is not (LineKind.Serial or LineKind.SerialTcp);

    /// <summary>Whether answers carry no id of their own.</summary>
    public bool HasNoIds => Kind is not (LineKind.ModbusTcp or LineKind.ModbusTls);

    /// <summary>The unit ids that a device on it may have; on a serial line 0 is everybody, and what is above 247 reserved (Modbus over Serial Line V1.02 §2.2).</summary>
    public (int First, int Last) Units => HasNoIds && IsModbus ? (1, 247) : (0, byte.MaxValue);

    /// <summary>Devices of one endpoint share one connection.</summary>
    public string Endpoint => IsSerial ? Place : $"{Place}:{Port}";

    /// <summary>How the line is opened; devices of one endpoint agree on it.</summary>
    public string Settings => IsSerial ? $"{Scheme} {Baud} bit/s, {DataBits} data bits, parity {ParityWord}, {StopBits} stop{(HasEcho ? ", echo" : "")}{(UsesKernelRs485 ? ", rs485=kernel" : "")}" : Scheme;

    /// <summary>Its parity, as people write it.</summary>
    public string ParityWord => DeviceUrlReader.Parities.First(p => p.Value == (Parity ?? SerialParity.None)).Key;

    /// <summary>Its scheme.</summary>
    public string Scheme => DeviceUrlReader.Schemes.First(s => s.Kind == Kind).Scheme;

    /// <summary>Reads a URL; null with a sentence where it is none that this version serves.</summary>
    public static DeviceUrl? Parse(string text, out string fault) => DeviceUrlReader.Read(text, out fault);

    /// <summary>Whether a device on it may have this unit id.</summary>
    public bool MayHaveUnit(int unit) => unit >= Units.First && unit <= Units.Last;

    /// <summary>The same with what the profile says where it says nothing.</summary>
    public DeviceUrl With(ModbusTraits traits)
    {
        ArgumentNullException.ThrowIfNull(traits);
        return this with
        {
            Port = IsSerial ? null : Port ?? (Kind == LineKind.ModbusTls ? DeviceUrlReader.SecurePort : traits.Port),
            Unit = Unit ?? traits.Unit,
            Baud = IsSerial ? Baud ?? traits.Baud : null,
            Parity = IsSerial ? Parity ?? DeviceUrlReader.Parities[traits.Parity] : null,
            StopBits = IsSerial ? StopBits ?? traits.StopBits : null,
            DataBits = IsSerial ? DataBits ?? traits.DataBits : null,
        };
    }
}
