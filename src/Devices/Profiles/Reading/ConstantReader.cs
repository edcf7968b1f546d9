using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Reads values of points that a profile names: numbers in the point's unit, or literals of its map.</summary>
internal sealed class ConstantReader(IReadOnlyDictionary<string, PointDefinition> points)
{
    /// <summary>The point a key names; null after a finding.</summary>
    public PointDefinition? Find(YamlMap map, string key, string name)
    {
        if (points.TryGetValue(name, out var point))
        {
            return point;
        }

        map.Refuse(key, Spelling.Nearest(name, points.Keys) is { } near ? $"There is no point \"{name}\"; did you mean \"{near}\"?" : $"There is no point \"{name}\" in the profile.");
        return null;
    }

    /// <summary>The point that the text of a key names; null where there is no such key, or after a finding.</summary>
    public string? Name(YamlMap map, string key, bool required = false) =>
        map.Text(key, required) is { } name && Find(map, key, name) is not null ? name : null;

    /// <summary>A value of a point; null after a finding.</summary>
    public static double? Value(YamlMap map, string key, PointDefinition point, string text)
    {
        if (!point.Map.IsNumeric && point.Map.RawOf(text) is { } raw)
        {
            return raw;
        }

        if (YamlScalars.Real(text) is { } number)
        {
            return number;
        }

        map.Refuse(key, point.Map.IsEmpty ? $"\"{text}\" is no number for the point \"{point.Name}\"." : $"\"{text}\" is neither a number nor a literal of the point \"{point.Name}\".");
        return null;
    }

    /// <summary>The values that a key, which names a point, lists.</summary>
    public IReadOnlyList<double> Values(YamlMap map, string key)
    {
        var texts = map.Texts(key);
        return Find(map, key, key) is { } point ? [.. texts.Select(t => Value(map, key, point, t)).OfType<double>()] : [];
    }

    /// <summary>Points with the values they must have, e.g. <c>{Lock: 2}</c>.</summary>
    public IReadOnlyList<PointCondition> Conditions(YamlMap? map)
    {
        var conditions = new List<PointCondition>();
        foreach (var (name, text) in map?.Texts() ?? [])
        {
            if (Find(map!, name, name) is { } point && Value(map!, name, point, text) is { } value)
            {
                if (!point.IsReadable)
                {
                    map!.Refuse(name, $"The point \"{name}\" is write-only: nobody learns what it reads.");
                }

                conditions.Add(new(name, value));
            }
        }

        return conditions;
    }
}
