namespace DerAgent.Devices;

/// <summary>Reads what a profile says of the device as a whole.</summary>
internal static class TraitsReader
{
    public static ModbusTraits ReadModbus(YamlMap? map)
    {
        var defaults = new ModbusTraits();
        if (map is null)
        {
            return defaults;
        }

        if (map.Has("word-order"))
        {
            map.Refuse("word-order", "\"modbus.word-order\" is called order.");
        }

        int Whole(string key, int low, int high, int otherwise) => (int)(map.Number(key, low, high) ?? otherwise);
        var traits = ReadLine(map) with
        {
            Order = ReadOrder(map) ?? defaults.Order,
            MaxRead = Whole("max-read", 1, 125, defaults.MaxRead),
            MaxWrite = Whole("max-write", 1, 123, defaults.MaxWrite),
            MaxGap = Whole("max-gap", 0, 124, defaults.MaxGap),
            WriteFunction = ReadWriteFunction(map, "6", "16") ?? defaults.WriteFunction,
            IgnoresTransactionId = map.Word("transaction-id", "ignore") is not null,
            Borders = [.. map.Numbers("borders").Where(b => b > 0).Distinct().Order()],
            Forbidden = [.. map.Pairs("forbidden", 0, RegisterSpace.Size - 1)],
        };
        map.RefuseRest();
        return traits;
    }

    /// <summary>What every line has, whatever is spoken on it.</summary>
    public static ModbusTraits ReadLine(YamlMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        var defaults = new ModbusTraits();
        int Whole(string key, int low, int high, int otherwise) => (int)(map.Number(key, low, high) ?? otherwise);
        TimeSpan Milliseconds(string key, int low, int high, TimeSpan otherwise) => TimeSpan.FromMilliseconds(map.Number(key, low, high) ?? otherwise.TotalMilliseconds);
        return new()
        {
            Port = Whole("port", 1, 65_535, defaults.Port),
            Baud = Whole("baud", DeviceUrlReader.LeastBaud, DeviceUrlReader.MostBaud, defaults.Baud),
            Parity = map.Word("parity", [.. DeviceUrlReader.Parities.Keys]) is { } parity && DeviceUrlReader.Parities.ContainsKey(parity) ? parity : defaults.Parity,
            StopBits = Whole("stop", 1, 2, defaults.StopBits),
            Unit = (byte)Whole("unit", 0, 255, defaults.Unit),
            Gap = Milliseconds("gap-ms", 0, 60_000, defaults.Gap),
            ConnectDelay = Milliseconds("connect-delay-ms", 0, 60_000, defaults.ConnectDelay),
            UnitChangeDelay = Milliseconds("unit-change-delay-ms", 0, 60_000, defaults.UnitChangeDelay),
            Timeout = Milliseconds("timeout-ms", 1, 600_000, defaults.Timeout),
            IsSingleClient = map.Truth("single-client") ?? false,
        };
    }

    /// <summary>The word order a mapping says; null where it says none.</summary>
    public static WordOrder? ReadOrder(YamlMap map) => map.Word("order", "high-first", "low-first") switch
    {
        "high-first" => WordOrder.HighFirst,
        "low-first" => WordOrder.LowFirst,
        _ => null,
    };

    /// <summary>The function code of writes a mapping says; null where it says none.</summary>
    /// <param name="map">The mapping.</param>
    /// <param name="words">What it may be: of points also 22.</param>
    public static int? ReadWriteFunction(YamlMap map, params string[] words) => map.Word("write-function", words) is { } word && words.Contains(word, StringComparer.Ordinal) ? int.Parse(word, System.Globalization.CultureInfo.InvariantCulture) : null;

    public static PollPeriods ReadPolls(YamlMap? map)
    {
        var defaults = new PollPeriods();
        if (map is null)
        {
            return defaults;
        }

        TimeSpan Period(string key, TimeSpan otherwise)
        {
            if (map.Duration(key) is not { } time)
            {
                return otherwise;
            }

            if (time < PollPeriods.Least)
            {
                map.Refuse(key, $"A period of {time.TotalMilliseconds:0} ms is too short; the least is 10ms.");
                return otherwise;
            }

            return time;
        }

        var polls = new PollPeriods { Fast = Period("fast", defaults.Fast), Normal = Period("normal", defaults.Normal), Slow = Period("slow", defaults.Slow) };
        if (polls.Fast > polls.Normal || polls.Normal > polls.Slow)
        {
            map.Refuse("Periods grow from fast to slow.");
        }

        map.RefuseRest();
        return polls;
    }

    public static IReadOnlyDictionary<int, WriteExceptionMeaning> ReadWriteExceptions(YamlMap? map)
    {
        var exceptions = new Dictionary<int, WriteExceptionMeaning>();
        foreach (var key in map?.Keys ?? [])
        {
            var word = map!.Word(key, "busy", "refused", "out-of-range", "not-permitted");
            if (YamlScalars.Whole(key) is { } code and >= 0 and <= 255)
            {
                exceptions[(int)code] = word switch
                {
                    "busy" => WriteExceptionMeaning.Busy,
                    "out-of-range" => WriteExceptionMeaning.OutOfRange,
                    "not-permitted" => WriteExceptionMeaning.NotPermitted,
                    _ => WriteExceptionMeaning.Refused,
                };
            }
            else
            {
                map.Refuse(key, $"write-exceptions: \"{key}\" is no exception code from 0 to 255.");
            }
        }

        return exceptions;
    }

    public static IReadOnlyList<ProfileNeed> ReadNeeds(YamlMap map, ConstantReader constants)
    {
        var needs = new List<ProfileNeed>();
        foreach (var need in map.List("needs"))
        {
            var point = need.Text("point", required: true) ?? "";
            var hint = need.Text("hint") ?? "";
            if (!need.Has("is"))
            {
                need.Refuse("\"needs.is\" is missing: the value the point must read.");
            }
            else if (constants.Find(need, "point", point) is { } definition && need.Text("is") is { } text && ConstantReader.Value(need, "is", definition, text) is { } value)
            {
                if (!definition.IsReadable)
                {
                    need.Refuse("point", $"The point \"{point}\" is write-only: nobody learns what it reads.");
                }

                needs.Add(new(point, value, hint));
            }

            need.RefuseRest();
        }

        return needs;
    }

    public static IReadOnlyList<NoneWhen> ReadNoneWhen(YamlMap? map, ConstantReader constants) =>
        map is null ? [] : [.. map.Keys.Select(k => new NoneWhen(k, constants.Values(map, k)))];
}
