namespace DerAgent.Devices;

/// <summary>What is wrong with a profile.</summary>
/// <param name="File">File name.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Text">One sentence, with the remedy.</param>
internal sealed record ProfileFinding(string File, long Line, long Column, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}: error: {Text}";
}

/// <summary>A profile, or what is wrong with it.</summary>
/// <param name="Profile">The profile; null where something is wrong.</param>
/// <param name="Findings">What is wrong.</param>
internal sealed record ProfileLoad(DeviceProfile? Profile, IReadOnlyList<ProfileFinding> Findings);

/// <summary>Reads device profiles. A key that is not understood is refused, never passed over.</summary>
internal static class ProfileReader
{
    /// <summary>Reads a file.</summary>
    public static ProfileLoad Load(string path)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(BoundedFile.Read(path)));
            return Load(reader, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, [new(path, 0, 0, $"The profile cannot be read: {e.Message}")]);
        }
    }

    /// <summary>Reads from a reader; <paramref name="name"/> stands for the file in findings.</summary>
    public static ProfileLoad Load(TextReader reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var findings = new List<ProfileFinding>();
        if (YamlDocument.Read(reader.ReadToEnd(), name, findings) is not { } map)
        {
            return new(null, findings);
        }

        var profile = Read(map);
        map.RefuseRest();
        return new(findings.Count == 0 ? profile : null, findings);
    }

    private static DeviceProfile Read(YamlMap map)
    {
        var traits = ReadTraits(map.Map("modbus"));
        map.Skip("models");
        map.Map("verified")?.SkipAll("manual", "by", "date");
        var sunSpec = map.Map("sunspec");
        var bases = sunSpec?.Numbers("bases") ?? [];
        var models = sunSpec?.Numbers("models") ?? [];
        sunSpec?.RefuseRest();
        if (sunSpec is not null && (bases.Count == 0 || models.Count == 0))
        {
            sunSpec.Refuse("sunspec needs bases and models, e.g. {bases: [40000, 0, 50000], models: [1, 103]}.");
        }

        if (bases.Any(b => b > 65_533))
        {
            sunSpec!.Refuse("bases are addresses from 0 to 65533: marker and first model must fit behind them.");
        }

        var points = SunSpecProfilePoints.Of(models, map);
        var own = map.Map("points");
        foreach (var (key, point) in own?.Maps() ?? [])
        {
            var basis = point.Text("sunspec") ?? key;
            if (basis != key && !points.ContainsKey(basis))
            {
                point.Refuse($"sunspec \"{basis}\" is no point of the listed models; write model.point, e.g. 103.St.");
            }

            points[key] = PointReader.Read(key, point, points.GetValueOrDefault(basis));
            point.RefuseRest();
            AddReadBack(points, key);
            CheckSpan(points[key], point, traits);
            CheckSpan(points.GetValueOrDefault($"{key}@read", points[key]), point, traits);
        }

        if (points.Count == 0)
        {
            map.Refuse("A profile without points feeds nothing; give points, or sunspec models.");
        }

        var profile = new DeviceProfile
        {
            Name = map.Text("profile", required: true) ?? "",
            Maker = map.Text("maker") ?? "",
            Modbus = traits,
            SunSpecBases = [.. bases],
            Points = points,
        };
        CheckReferences(profile, map);
        return profile;
    }

    /// <summary>A value may be read back at another address than it is written to; that address becomes a point of its own.</summary>
    private static void AddReadBack(Dictionary<string, PointDefinition> points, string name)
    {
        var point = points[name];
        if (point.Verify is not { Read: { } read } verify || !ushort.TryParse(read, out var address))
        {
            return;
        }

        var own = point.Model == 0 && point.Address == address;
        var back = $"{name}@read";
        points[name] = point with { Verify = verify with { Read = own ? null : back } };
        if (!own)
        {
            points[back] = new PointDefinition { Name = back, Kind = point.Kind, Address = address, Type = point.Type, Length = point.Length, Scale = point.Scale, ScaleFactor = point.ScaleFactor, None = point.None };
        }
    }

    /// <summary>All registers of a point exist, and one exchange reads or writes it.</summary>
    private static void CheckSpan(PointDefinition point, YamlMap map, ModbusTraits traits)
    {
        if (point.Model == 0 && point.Address + point.Length > RegisterSpace.Size)
        {
            map.Refuse($"Point \"{point.Name}\" takes the {point.Length} registers {point.Address} to {point.Address + point.Length - 1}; the last address is {RegisterSpace.Size - 1}.");
        }

        if (point.Length > traits.MaxRead)
        {
            map.Refuse($"Point \"{point.Name}\" has {point.Length} registers; one exchange reads {traits.MaxRead} (max-read).");
        }

        if (point.IsWritable && point.Length > traits.MaxWrite)
        {
            map.Refuse($"Point \"{point.Name}\" has {point.Length} registers; one exchange writes {traits.MaxWrite} (max-write).");
        }
    }

    private static ModbusTraits ReadTraits(YamlMap? map)
    {
        if (map is null)
        {
            return new();
        }

        var defaults = new ModbusTraits();
        var traits = new ModbusTraits
        {
            MaxRead = (int)(map.Number("max-read", 1, 125) ?? defaults.MaxRead),
            MaxWrite = (int)(map.Number("max-write", 1, 123) ?? defaults.MaxWrite),
            MaxGap = (int)(map.Number("max-gap", 0, 124) ?? defaults.MaxGap),
            Gap = TimeSpan.FromMilliseconds(map.Number("gap-ms", 0, 60_000) ?? 0),
            ConnectDelay = TimeSpan.FromMilliseconds(map.Number("connect-delay-ms", 0, 60_000) ?? 0),
            Timeout = TimeSpan.FromMilliseconds(map.Number("timeout-ms", 1, 600_000) ?? defaults.Timeout.TotalMilliseconds),
            Unit = (byte)(map.Number("unit", 0, 247) ?? defaults.Unit),
            WriteFunction = (int)(map.Number("write-function", 6, 16) ?? defaults.WriteFunction),
            LowWordFirst = map.Word("word-order", "high-first", "low-first") == "low-first",
        };
        if (traits.WriteFunction is not (6 or 16))
        {
            map.Refuse("write-function is 6 or 16.");
        }

        map.RefuseRest();
        return traits;
    }

    private static void CheckReferences(DeviceProfile profile, YamlMap map)
    {
        foreach (var point in profile.Points.Values)
        {
            var named = point.Steps.Select(s => s.Point).Append(point.ScaleFactor).Append(point.Effect?.Point).Append(point.Effect?.Of).Append(point.Verify?.Read);
            foreach (var name in named.OfType<string>().Where(n => !profile.Points.ContainsKey(n)))
            {
                map.Refuse($"Point \"{point.Name}\" names the point \"{name}\", which the profile does not have.");
            }

            if (point.Steps.Count > 0 && point.Steps.All(s => s.Value is not null))
            {
                map.Refuse($"The steps of \"{point.Name}\" write the commanded value nowhere; leave the value out in one of them.");
            }
        }
    }
}

/// <summary>Every point of the listed SunSpec models, under its name and under <c>model.name</c>.</summary>
internal static class SunSpecProfilePoints
{
    public static Dictionary<string, PointDefinition> Of(IReadOnlyList<int> models, YamlMap map)
    {
        var points = new Dictionary<string, PointDefinition>(StringComparer.Ordinal);
        foreach (var id in models)
        {
            if (SunSpecModel.Find(id) is not { } model)
            {
                map.Refuse($"SunSpec model {id} is not known to this version.");
                continue;
            }

            foreach (var point in model.Points.Where(p => p.Type != "pad" && p.Name is not ("ID" or "L")))
            {
                var definition = Definition(model, point);
                points[$"{id}.{point.Name}"] = definition with { Name = $"{id}.{point.Name}" };
                points.TryAdd(point.Name, definition);
            }
        }

        return points;
    }

    private static PointDefinition Definition(SunSpecModel model, SunSpecPoint point)
    {
        var (type, none) = Type(point.Type);
        return new()
        {
            Name = point.Name,
            Model = model.Id,
            Address = point.Offset,
            Length = point.Size,
            Type = type,
            None = none is { } sentinel ? [sentinel] : [],
            ScaleFactor = point.ScaleFactor is null ? null : $"{model.Id}.{point.ScaleFactor}",
            Unit = point.Unit,
            Map = point.Symbols,
            IsWritable = false,
            Poll = model.Id switch { 1 or 120 or 702 => PollClass.Once, 121 or 123 or 124 or 704 => PollClass.Slow, _ => PollClass.Normal },
        };
    }

    private static (PointType Type, decimal? None) Type(string type) => type switch
    {
        "int16" or "sunssf" => (PointType.Int16, -32768),
        "uint16" or "enum16" or "bitfield16" or "count" => (PointType.UInt16, 65535),
        "int32" => (PointType.Int32, int.MinValue),
        "uint32" or "enum32" or "bitfield32" => (PointType.UInt32, uint.MaxValue),
        "acc32" => (PointType.UInt32, 0),
        "int64" => (PointType.Int64, long.MinValue),
        "uint64" or "bitfield64" => (PointType.UInt64, ulong.MaxValue),
        "acc64" => (PointType.UInt64, 0),
        "float32" => (PointType.Float32, null),
        "float64" => (PointType.Float64, null),
        "string" => (PointType.Text, null),
        "acc16" => (PointType.UInt16, 0),
        _ => (PointType.UInt16, null),
    };
}
