namespace DerAgent.Devices;

/// <summary>Reads one point of a profile; with a SunSpec point of the same name, adds to it.</summary>
internal static class PointReader
{
    private static readonly string[] Kinds = ["holding", "input", "coil", "discrete"];

    public static PointDefinition Read(string name, YamlMap map, PointDefinition? basis)
    {
        var point = basis is null ? ReadAddress(name, map) : basis with { Name = name };
        if (basis is null && map.Text("type") is { } type)
        {
            point = ReadType(point, type, map);
        }

        point = point with
        {
            Scale = ReadScale(map) ?? point.Scale,
            ScaleFactor = map.Text("scale-factor") ?? point.ScaleFactor,
            Unit = map.Text("unit") ?? point.Unit,
            Group = map.Text("group") ?? point.Group,
            Poll = map.Word("poll", "normal", "fast", "slow", "once") switch
            {
                "fast" => PollClass.Fast,
                "slow" => PollClass.Slow,
                "once" => PollClass.Once,
                "normal" => PollClass.Normal,
                _ => point.Poll,
            },
            Range = ReadRange(map) ?? point.Range,
            IsWritable = map.Word("access", "read", "write") == "write",
            MinInterval = map.Duration("min-interval") ?? TimeSpan.Zero,
            Map = map.Map("map") is { } literals ? Literals(literals) : point.Map,
        };
        point = ReadNone(point, map);
        return ReadWriting(point, map);
    }

    private static double? ReadScale(YamlMap map)
    {
        var scale = map.Real("scale");
        if (scale is 0)
        {
            map.Refuse("scale is not 0: every value would be 0.");
        }

        return scale;
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
            map.Refuse("range is two numbers, the lower one first, e.g. [0, 100].");
        }

        return null;
    }

    private static PointDefinition ReadAddress(string name, YamlMap map)
    {
        var kinds = Kinds.Where(map.Has).ToList();
        if (kinds.Count != 1)
        {
            map.Refuse($"Point \"{name}\" needs exactly one of holding, input, coil, discrete with its address from 0.");
            return new() { Name = name };
        }

        var kind = (RegisterKind)Array.IndexOf(Kinds, kinds[0]);
        return new()
        {
            Name = name,
            Kind = kind,
            Address = (int)(map.Number(kinds[0], 0, 65_535) ?? 0),
            Type = kind is RegisterKind.Coil or RegisterKind.Discrete ? PointType.Bit : PointType.UInt16,
        };
    }

    private static PointDefinition ReadType(PointDefinition point, string type, YamlMap map)
    {
        var length = (int)(map.Number("length", 1, 125) ?? 1);
        (PointType Type, int Length)? found = type switch
        {
            "int16" => (PointType.Int16, 1),
            "uint16" => (PointType.UInt16, 1),
            "int32" => (PointType.Int32, 2),
            "uint32" => (PointType.UInt32, 2),
            "int64" => (PointType.Int64, 4),
            "uint64" => (PointType.UInt64, 4),
            "float32" => (PointType.Float32, 2),
            "float64" => (PointType.Float64, 4),
            "string" => (PointType.Text, length),
            _ => null,
        };
        if (found is null)
        {
            map.Refuse($"type \"{type}\" is unknown: int16, uint16, int32, uint32, int64, uint64, float32, float64, string.");
            return point;
        }

        return point with { Type = found.Value.Type, Length = found.Value.Length };
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
            else if (decimal.TryParse(text, out var number))
            {
                none.Add(number);
            }
            else
            {
                map.Refuse($"none: \"{text}\" is neither a number nor max or min.");
            }
        }

        return point with { None = none };
    }

    private static PointDefinition ReadWriting(PointDefinition point, YamlMap map)
    {
        if (map.Map("verify") is { } verify)
        {
            point = point with { Verify = new(verify.Real("tolerance") ?? 0, verify.Duration("within") ?? TimeSpan.FromSeconds(10), verify.Text("read")) };
            verify.RefuseRest();
        }

        if (map.Map("effect") is { } effect)
        {
            point = point with
            {
                Effect = new(
                    effect.Text("point", required: true) ?? "",
                    effect.Text("of"),
                    effect.Real("tolerance") ?? 0,
                    effect.Duration("within") ?? TimeSpan.FromSeconds(60),
                    effect.Word("kind", "limit", "set-point") != "set-point"),
            };
            effect.RefuseRest();
        }

        var steps = new List<WriteStep>();
        foreach (var step in map.List("steps"))
        {
            steps.Add(new(step.Text("write", required: true) ?? "", step.Real("value")));
            step.RefuseRest();
        }

        return steps.Count == 0 ? point : point with { Steps = steps };
    }

    private static Dictionary<long, string> Literals(YamlMap map)
    {
        var literals = new Dictionary<long, string>();
        foreach (var (key, value) in map.Pairs())
        {
            if (long.TryParse(key, out var raw))
            {
                literals[raw] = value;
            }
            else
            {
                map.Refuse($"map: \"{key}\" is no whole number.");
            }
        }

        return literals;
    }

    private static decimal Extreme(PointType type, bool max) => type switch
    {
        PointType.Int16 => max ? short.MaxValue : short.MinValue,
        PointType.Int32 => max ? int.MaxValue : int.MinValue,
        PointType.Int64 => max ? long.MaxValue : long.MinValue,
        PointType.UInt32 => max ? uint.MaxValue : 0,
        PointType.UInt64 => max ? ulong.MaxValue : 0,
        _ => max ? ushort.MaxValue : 0,
    };
}
