namespace DerAgent.Devices;

/// <summary>Reads where a point of a profile is and what its value is; with a SunSpec point of the same name, adds to it.</summary>
internal static class PointReader
{
    private static readonly string[] Kinds = ["holding", "input", "coil", "discrete"];

    public static PointDefinition Read(string name, YamlMap map, PointDefinition? basis)
    {
        var kinds = map.Uppermost(Kinds);
        var isOwn = basis is null || kinds.Count > 0;
        var point = isOwn ? ReadType(ReadAddress(name, map, kinds), map) : basis! with { Name = name };
        point = point with
        {
            Order = TraitsReader.ReadOrder(map) ?? point.Order,
            ScaleFactor = map.Text("scale-factor") ?? point.ScaleFactor,
            Group = map.Text("group") ?? point.Group,
            IsAlone = map.Truth("alone") ?? point.IsAlone,
            WriteFunction = TraitsReader.ReadWriteFunction(map, "6", "16", "22") ?? point.WriteFunction,
        };

        // What is said of a point of several models holds for each of them.
        return ReadValue(point with { Alternatives = isOwn ? [] : [.. basis!.Alternatives.Select(a => Read(name, map, a))] }, map);
    }

    /// <summary>Reads what a point is worth, how often it is read, what may be done with it: the same wherever it stands.</summary>
    public static PointDefinition ReadValue(PointDefinition point, YamlMap map)
    {
        ArgumentNullException.ThrowIfNull(point);
        ArgumentNullException.ThrowIfNull(map);
        point = point with
        {
            Bits = ReadBits(map, point) ?? point.Bits,
            Offset = ReadBounded(map, "offset") ?? point.Offset,
            Scale = ReadScale(map) ?? point.Scale,
            IsAbsolute = map.Truth("abs") ?? point.IsAbsolute,
            Unit = map.Text("unit") ?? point.Unit,
            Range = ReadRange(map) ?? point.Range,
            Map = map.Map("map") is { } texts ? ReadMap(texts) : point.Map,
            Poll = map.Word("poll", "normal", "fast", "slow", "once") switch
            {
                "fast" => PollClass.Fast,
                "slow" => PollClass.Slow,
                "once" => PollClass.Once,
                "normal" => PollClass.Normal,
                _ => point.Poll,
            },
            Access = map.Word("access", "read", "write", "write-only") switch { "write" => PointAccess.Write, "write-only" => PointAccess.WriteOnly, _ => PointAccess.Read },
        };

        // A map of numbers bounds the value by itself.
        return ReadNone(point.Range is null && point.Map.IsNumeric ? point with { Range = point.Map.Bounds } : point, map);
    }

    private static PointDefinition ReadAddress(string name, YamlMap map, IReadOnlyList<string> kinds)
    {
        if (kinds is not [var key])
        {
            map.Refuse($"Point \"{name}\" needs exactly one of holding, input, coil, discrete with its address from 0, or sunspec.");
            return new() { Name = name };
        }

        var kind = (RegisterKind)Array.IndexOf(Kinds, key);
        return new()
        {
            Name = name,
            Kind = kind,
            Address = (int)(map.Number(key, 0, RegisterSpace.Size - 1) ?? 0),
            Type = kind is RegisterKind.Coil or RegisterKind.Discrete ? PointType.Bit : PointType.UInt16,
        };
    }

    private static PointDefinition ReadType(PointDefinition point, YamlMap map)
    {
        if (point.Type == PointType.Bit)
        {
            if (map.Has("type"))
            {
                map.Refuse("type", "Coils and discrete inputs have no type; length says how many of them make the value.");
            }

            return point with { Length = (int)(map.Number("length", 1, 16) ?? 1) };
        }

        var text = map.Text("type");
        (PointType Type, int Length)? found = text switch
        {
            null or "uint16" => (PointType.UInt16, 1),
            "int16" => (PointType.Int16, 1),
            "int32" => (PointType.Int32, 2),
            "uint32" => (PointType.UInt32, 2),
            "int64" => (PointType.Int64, 4),
            "uint64" => (PointType.UInt64, 4),
            "float32" => (PointType.Float32, 2),
            "float64" => (PointType.Float64, 4),
            "string" => (PointType.Text, ReadLength(map, 125) ?? Missing(map)),
            "bits" => (PointType.Bits, ReadLength(map, 4) ?? 1),
            "bcd" => (PointType.Bcd, ReadLength(map, 4) ?? 1),
            "time" => (PointType.Time, 2),
            _ => null,
        };
        if (found is null)
        {
            map.Refuse("type", $"type \"{text}\" is unknown: int16, uint16, int32, uint32, int64, uint64, float32, float64, bits, string, bcd, time.");
            return point;
        }

        if (found.Value.Type is not (PointType.Text or PointType.Bits or PointType.Bcd) && map.Has("length"))
        {
            map.Refuse("length", $"{text ?? "uint16"} has its own length; length is for string, bits, bcd, and coils.");
        }

        return point with { Type = found.Value.Type, Length = found.Value.Length };
    }

    private static int? ReadLength(YamlMap map, int most) => (int?)map.Number("length", 1, most);

    private static int Missing(YamlMap map)
    {
        if (!map.Has("length"))
        {
            map.Refuse("type", "A string needs length, its number of registers.");
        }

        return 1;
    }

    private static (int Low, int High)? ReadBits(YamlMap map, PointDefinition point)
    {
        var bits = map.Numbers("bits");
        var most = point.Said is null ? (16 * point.Length) - 1 : 59;
        (int Low, int High)? found = bits switch { [var one] => (one, one), [var low, var high] => (low, high), _ => null };
        if (found is { } range && (range.Low > range.High || range.High > most))
        {
            map.Refuse("bits", $"bits is one bit or the lowest and the highest one, from 0 to {most}, e.g. [8, 15].");
            return null;
        }

        if (found is null && map.Has("bits"))
        {
            map.Refuse("bits", "bits is one bit or the lowest and the highest one, e.g. [8, 15].");
        }

        if (found is not null && point.Said is { As: not SaidAs.Hex })
        {
            map.Refuse("bits", "bits are taken from what is said in hexadecimal digits (type: hex).");
        }
        else if (found is not null && point.Said is null && point.Type is not (PointType.UInt16 or PointType.UInt32 or PointType.UInt64 or PointType.Bits))
        {
            map.Refuse("bits", "bits are taken from uint16, uint32, uint64 or bits.");
        }

        return found;
    }

    private static double? ReadScale(YamlMap map)
    {
        var scale = ReadBounded(map, "scale");
        if (scale is 0)
        {
            map.Refuse("scale", "scale is not 0: every value would be 0.");
        }

        return scale;
    }

    /// <summary>A number that arithmetic can take.</summary>
    private static double? ReadBounded(YamlMap map, string key)
    {
        var number = map.Real(key);
        if (number is < -1e15 or > 1e15)
        {
            map.Refuse(key, $"{key} is from -1e15 to 1e15.");
            return null;
        }

        return number;
    }

    private static (double Low, double High)? ReadRange(YamlMap map)
    {
        var numbers = map.Reals("range");
        if (numbers is [var low, var high] && low <= high)
        {
            return (low, high);
        }

        if (map.Has("range"))
        {
            map.Refuse("range", "range is two numbers, the lower one first, e.g. [0, 100].");
        }

        return null;
    }

    private static ValueMap ReadMap(YamlMap map)
    {
        var texts = new List<KeyValuePair<long, string>>();
        foreach (var (key, value) in map.Texts())
        {
            if (YamlScalars.Whole(key) is { } raw)
            {
                texts.RemoveAll(t => t.Key == raw);
                texts.Add(new(raw, value));
            }
            else
            {
                map.Refuse(key, $"map: \"{key}\" is no whole number.");
            }
        }

        return new(texts);
    }

    private static PointDefinition ReadNone(PointDefinition point, YamlMap map)
    {
        var texts = map.Texts("none");
        if (texts.Count == 0)
        {
            return point;
        }

        var none = new List<decimal>();
        foreach (var text in texts)
        {
            if (text is "max" or "min")
            {
                none.Add(Extreme(point.Type, text == "max"));
            }
            else if (YamlScalars.Whole(text) is { } whole)
            {
                none.Add(whole);
            }
            else if (decimal.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number))
            {
                none.Add(number);
            }
            else
            {
                map.Refuse("none", $"none: \"{text}\" is neither a number nor max or min.");
            }
        }

        return point with { None = none };
    }

    private static decimal Extreme(PointType type, bool max) => type switch
    {
        PointType.Int16 => max ? short.MaxValue : short.MinValue,
        PointType.Int32 => max ? int.MaxValue : int.MinValue,
        PointType.Int64 => max ? long.MaxValue : long.MinValue,
        PointType.UInt32 or PointType.Time => max ? uint.MaxValue : 0,
        PointType.UInt64 => max ? ulong.MaxValue : 0,
        _ => max ? ushort.MaxValue : 0,
    };
}
