namespace DerAgent.Devices;

/// <summary>Every point of the listed SunSpec models, under its name and under <c>model.name</c>.</summary>
internal static class SunSpecProfilePoints
{
    public static Dictionary<string, PointDefinition> Of(IReadOnlyList<int> models, YamlMap? map)
    {
        var points = new Dictionary<string, PointDefinition>(StringComparer.Ordinal);
        foreach (var id in models)
        {
            if (SunSpecModel.Find(id) is not { } model)
            {
                map!.Warn("models", $"SunSpec model {id} is not known to this version: its points cannot be bound.");
                continue;
            }

            foreach (var point in model.Points.Concat(model.CurvePoints).Where(p => p.Type != "pad" && p.Name is not ("ID" or "L")))
            {
                var definition = Definition(model, point);
                points[$"{id}.{point.Name}"] = definition with { Name = $"{id}.{point.Name}" };
                if (!points.TryAdd(point.Name, definition))
                {
                    points[point.Name] = points[point.Name] with { Alternatives = [.. points[point.Name].Alternatives, definition] };
                }
            }
        }

        return points;
    }

    /// <summary>The point of the models that a point of the profile stands on: of its own name, or those that it names, of which the first one that a device has counts. Null: it stands on none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="map">What the profile says of it.</param>
    /// <param name="points">The points of the models.</param>
    public static PointDefinition? Basis(string name, YamlMap map, IReadOnlyDictionary<string, PointDefinition> points)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(points);
        var named = map.Texts("sunspec");
        var found = new List<PointDefinition>();
        foreach (var one in named.Count == 0 ? [name] : named)
        {
            if (points.TryGetValue(one, out var point))
            {
                found.Add(point);
            }
            else if (named.Count > 0)
            {
                map.Refuse("sunspec", $"sunspec \"{one}\" is no point of the listed models; write model.point, e.g. 103.St.");
            }
        }

        return found is not [var first, .. var rest] ? null : rest.Count == 0 ? first : first with { Alternatives = [.. first.Alternatives, .. rest.SelectMany(p => p.Alternatives.Prepend(p))] };
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
            Curve = point.Curve,
            Type = type,
            // The models are high word first whatever the maker's own registers are.
            Order = WordOrder.HighFirst,
            None = none is { } sentinel ? [sentinel] : [],
            ScaleFactor = point.ScaleFactor is null ? null : $"{model.Id}.{point.ScaleFactor}",
            Unit = point.Unit,
            Map = new([.. point.Symbols]),
            Poll = model.Id switch { 1 or 120 or 702 => PollClass.Once, 121 or 123 or 124 or 126 or (>= 703 and <= 712) => PollClass.Slow, _ => PollClass.Normal },
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
