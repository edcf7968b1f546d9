namespace DerAgent.Devices;

/// <summary>Reads what a profile says of a line protocol: its messages and its exchanges.</summary>
internal static class SerialReader
{
    private const int MostText = 64;
    private static readonly string[] ModbusKeys = ["modbus", "sunspec", "write-exceptions"];

    /// <summary>Reads it.</summary>
    /// <param name="map">What stands under <c>serial</c>.</param>
    /// <param name="profile">The profile.</param>
    public static (ModbusTraits Line, SerialTraits Serial) Read(YamlMap map, YamlMap profile)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(profile);
        foreach (var key in ModbusKeys.Where(profile.Has))
        {
            profile.Refuse(key, $"A profile has serial or {key}, not both: a device speaks one of the two.");
        }

        var line = TraitsReader.ReadLine(map) with { DataBits = (int)(map.Number("bits", 7, 8) ?? 8) };
        var (begin, end) = (Octets(map, "begin"), Octets(map, "end"));
        var format = new MessageFormat { Begin = begin, End = end, Checksum = ReadChecksum(map.Map("checksum")) };
        if (format.Checksum is { IsOctets: true, IsAfterEnd: false } && end.Length > 0)
        {
            map.Refuse("checksum", "A checksum of octets before the end may look like the end; say place: after-end, as: hex, or give answers a length instead of end.");
        }

        if (end.Length == 0 && format.Checksum.IsAfterEnd)
        {
            map.Refuse("checksum", "place: after-end needs end.");
        }

        var traits = new SerialTraits
        {
            Format = format,
            Exchanges = ReadExchanges(profile.Map("exchanges"), end.Length > 0),
            Refused = Pattern(map, "refused", out _),
            Busy = Pattern(map, "busy", out _),
            OutOfRange = Pattern(map, "out-of-range", out _),
            Unasked = Pattern(map, "unasked", out _),
        };
        if (traits.Exchanges.Count == 0)
        {
            map.Refuse("A line protocol needs exchanges, e.g. exchanges: {status: {send: \"S\", answer: \"S(?<W>[0-9]+)\"}}.");
        }

        map.RefuseRest();
        return (line, traits);
    }

    private static string Octets(YamlMap map, string key)
    {
        var text = map.Text(key) ?? "";
        if (text.Length > MostText || text.Any(c => c > 0xFF))
        {
            map.Refuse(key, $"{key} is at most {MostText} octets, e.g. \"\\r\\n\" or \"\\x02\", in double quotes.");
            return "";
        }

        return text;
    }

    private static LineChecksum ReadChecksum(YamlMap? map)
    {
        if (map is null)
        {
            return LineChecksum.None;
        }

        var checksum = new LineChecksum
        {
            Kind = map.Word("kind", "none", "xor", "sum", "crc16") switch { "xor" => ChecksumKind.Xor, "sum" => ChecksumKind.Sum, "crc16" => ChecksumKind.Crc16, _ => ChecksumKind.None },
            IsOctets = map.Word("as", "hex", "octets") == "octets",
            IsLowFirst = TraitsReader.ReadOrder(map) == WordOrder.LowFirst,
            IsAfterEnd = map.Word("place", "before-end", "after-end") == "after-end",
            Separator = Octets(map, "separator"),
        };
        if (!map.Has("kind"))
        {
            map.Refuse("checksum needs kind: none, xor, sum or crc16.");
        }

        map.RefuseRest();
        return checksum;
    }

    private static Dictionary<string, LineExchange> ReadExchanges(YamlMap? map, bool hasEnd)
    {
        var exchanges = new Dictionary<string, LineExchange>(StringComparer.Ordinal);
        foreach (var (name, exchange) in map?.Maps() ?? [])
        {
            var fault = "";
            var send = exchange.Text("send", required: true) is { } text ? MessageTemplate.Parse(text, out fault) : null;
            if (send is null && fault.Length > 0)
            {
                exchange.Refuse("send", fault);
            }

            IReadOnlyList<string> groups = [];
            var answer = exchange.Text("answer", required: true) is null ? null : Pattern(exchange, "answer", out groups);
            var length = (int?)exchange.Number("length", 1, MessageParser.MostOctets);
            if (hasEnd == (length is not null))
            {
                exchange.Refuse(hasEnd ? "length is for protocols without end; here the end of an answer is its end." : "Without end nobody knows when an answer is whole: give length, its octets, or serial: {end: \"\\r\\n\"}.");
            }

            exchange.RefuseRest();
            if (send is not null && answer is not null)
            {
                exchanges[name] = new(name, send, answer, length, groups);
            }
        }

        return exchanges;
    }

    /// <summary>A pattern that can be used, with the names of its groups; null where there is none, or after a finding.</summary>
    private static string? Pattern(YamlMap map, string key, out IReadOnlyList<string> groups)
    {
        groups = [];
        if (map.Text(key) is not { } text)
        {
            return null;
        }

        try
        {
            groups = LineMessages.Groups(LineMessages.Pattern(text, 1));
            return text;
        }
        catch (ArgumentException e)
        {
            map.Refuse(key, $"{key} is no pattern: {e.Message}");
        }
        catch (NotSupportedException)
        {
            map.Refuse(key, $"{key} looks ahead, behind or back, or repeats too much, which may take any time; write a pattern without that.");
        }

        return null;
    }
}
