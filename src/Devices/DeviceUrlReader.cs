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
    ];

    private const int LastUnitOfSerial = 247;
    private const int LeastBaud = 300;
    private const int MostBaud = 1_000_000;

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
            fault = $"\"{uri.Scheme}:\" is not served by this version; write {string.Join(", ", Schemes.Select(s => s.Scheme + ":"))}, e.g. {Schemes[0].Example}.";
            return null;
        }

        var path = Uri.UnescapeDataString(uri.AbsolutePath);
        var isSerial = known.Kind is LineKind.ModbusRtu or LineKind.ModbusAscii;
        if (isSerial ? uri.Host.Length > 0 || path.Length < 2 : uri.Host.Length == 0 || path.Length > 1)
        {
            fault = isSerial ? $"\"{text}\" names no serial port; write {known.Example}, with three slashes." : $"\"{text}\" names no host; write {known.Example}.";
            return null;
        }

        // COM3 on Windows: what stands behind the slash is the name.
        var place = !isSerial ? uri.Host.Trim('[', ']') : path.StartsWith("/COM", StringComparison.OrdinalIgnoreCase) && !path[1..].Contains('/', StringComparison.Ordinal) ? path[1..] : path;
        var url = new DeviceUrl(known.Kind, place) { Port = uri.Port < 0 ? null : uri.Port };
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Take(url, pair, isSerial) is not { } next)
            {
                var units = url.HasNoIds ? $"1..{LastUnitOfSerial}" : "0..255";
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

    private static DeviceUrl? Take(DeviceUrl url, string pair, bool isSerial) => pair.Split('=') switch
    {
        ["unit", var text] when byte.TryParse(text, out var id) && (!url.HasNoIds || id is > 0 and <= LastUnitOfSerial) => url with { Unit = id },
        ["baud", var text] when isSerial && int.TryParse(text, out var baud) && baud is >= LeastBaud and <= MostBaud => url with { Baud = baud },
        ["parity", "none"] when isSerial => url with { Parity = SerialParity.None },
        ["parity", "even"] when isSerial => url with { Parity = SerialParity.Even },
        ["parity", "odd"] when isSerial => url with { Parity = SerialParity.Odd },
        ["stop", "1" or "2"] when isSerial => url with { StopBits = pair[^1] - '0' },
        ["bits", "7" or "8"] when isSerial => url with { DataBits = pair[^1] - '0' },
        ["echo", "yes"] when isSerial => url with { HasEcho = true },
        ["rs485", "kernel"] when isSerial => url with { UsesKernelRs485 = true },
        _ => null,
    };
}
