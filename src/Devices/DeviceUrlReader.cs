using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>Reads device URLs; what is wrong with one is told in a sentence with an example.</summary>
internal static class DeviceUrlReader
{
    /// <summary>Port of Modbus/TCP Security.</summary>
    public const int SecurePort = 802;

    /// <summary>The schemes with what an example of each looks like.</summary>
    public static readonly IReadOnlyList<(string Scheme, LineKind Kind, string Example)> Schemes =
    [
        ("modbus-tcp", LineKind.ModbusTcp, "modbus-tcp://192.168.1.20:502?unit=1"),
        ("modbus-tls", LineKind.ModbusTls, "modbus-tls://inverter.example:802?unit=1"),
        ("modbus-rtu", LineKind.ModbusRtu, "modbus-rtu:///dev/serial/by-id/usb-…?baud=9600&parity=none&stop=1&unit=3"),
        ("modbus-rtu-tcp", LineKind.ModbusRtuTcp, "modbus-rtu-tcp://192.168.1.20:4001?unit=3"),
        ("modbus-ascii", LineKind.ModbusAscii, "modbus-ascii:///dev/ttyUSB0?baud=9600&bits=7&parity=even&unit=3"),
        ("modbus-ascii-tcp", LineKind.ModbusAsciiTcp, "modbus-ascii-tcp://192.168.1.20:4001?unit=3"),
        ("serial", LineKind.Serial, "serial:///dev/ttyS1?baud=9600&parity=none&unit=1"),
        ("serial-tcp", LineKind.SerialTcp, "serial-tcp://192.168.1.20:4001?unit=1"),
    ];

    /// <summary>Slowest line, in bit/s.</summary>
    public const int LeastBaud = 300;

    /// <summary>Fastest line, in bit/s.</summary>
    public const int MostBaud = 1_000_000;

    /// <summary>Parities as people write them.</summary>
    public static readonly IReadOnlyDictionary<string, SerialParity> Parities = new Dictionary<string, SerialParity>(StringComparer.Ordinal) { ["none"] = SerialParity.None, ["even"] = SerialParity.Even, ["odd"] = SerialParity.Odd };

    /// <summary>Reads one.</summary>
    public static DeviceUrl? Read(string text, out string fault)
    {
        fault = "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            fault = $"\"{text}\" is no device URL; write {Schemes[0].Example}.";
            return null;
        }

        var known = Schemes.FirstOrDefault(s => s.Scheme == uri.Scheme);
        if (known.Scheme is null)
        {
            fault = $"\"{text}\": {uri.Scheme}: is not served by this version; write {string.Join(", ", Schemes.Select(s => s.Scheme + ":"))}, e.g. {Schemes[0].Example}.";
            return null;
        }

        var path = Uri.UnescapeDataString(uri.AbsolutePath);
        var url = new DeviceUrl(known.Kind, "") { Port = uri.Port < 0 ? null : uri.Port };
        var isSerial = url.IsSerial;
        if (isSerial ? uri.Host.Length > 0 || path.Length < 2 : uri.Host.Length == 0 || path.Length > 1)
        {
            fault = isSerial ? $"\"{text}\" names no serial port; write {known.Example}, with three slashes." : $"\"{text}\" names no host; write {known.Example}.";
            return null;
        }

        var host = uri.Host.Trim('[', ']');
        if (!isSerial && HostAddress.Fault(uri.HostNameType == UriHostNameType.IPv6 ? host : HostAsWritten(uri)) is { } nobody)
        {
            fault = $"\"{text}\" leads nowhere: {nobody}.";
            return null;
        }

        // COM3 on Windows: what stands behind the slash is the name.
        url = url with { Place = !isSerial ? host : path.StartsWith("/COM", StringComparison.OrdinalIgnoreCase) && !path[1..].Contains('/', StringComparison.Ordinal) ? path[1..] : path };
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Take(url, pair) is not { } next)
            {
                var units = $"{url.Units.First}..{url.Units.Last}";
                fault = $"\"{pair}\" in \"{text}\" is not understood; known is unit={units}{(isSerial ? $", baud={LeastBaud}..{MostBaud}, parity=none|even|odd, stop=1|2, bits=7|8, echo=yes, rs485=kernel" : "")}.";
                return null;
            }

            url = next;
        }

        if (url is { Kind: LineKind.ModbusRtu, DataBits: 7 })
        {
            fault = $"\"{text}\" has 7 data bits; RTU needs 8, ASCII takes 7.";
            return null;
        }

        return url;
    }

    /// <summary>The host as it stands there: a URL reads 192.168.1.020 as 192.168.1.16.</summary>
    private static string HostAsWritten(Uri uri) => uri.OriginalString[(uri.Scheme.Length + 3)..].Split('/', '?', ':')[0];

    private static DeviceUrl? Take(DeviceUrl url, string pair) => pair.Split('=') switch
    {
        ["unit", var text] when byte.TryParse(text, out var id) && url.MayHaveUnit(id) => url with { Unit = id },
        _ when !url.IsSerial => null,
        ["baud", var text] when int.TryParse(text, out var baud) && baud is >= LeastBaud and <= MostBaud => url with { Baud = baud },
        ["parity", var text] when Parities.TryGetValue(text, out var parity) => url with { Parity = parity },
        ["stop", "1" or "2"] => url with { StopBits = pair[^1] - '0' },
        ["bits", "7" or "8"] => url with { DataBits = pair[^1] - '0' },
        ["echo", "yes"] => url with { HasEcho = true },
        ["rs485", "kernel"] => url with { UsesKernelRs485 = true },
        _ => null,
    };
}
