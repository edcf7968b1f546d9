using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace DerAgent.Devices;

/// <summary>A YAML mapping that remembers which of its keys were understood, so that the rest can be refused.</summary>
internal sealed class YamlMap(YamlMappingNode node, string file, List<ProfileFinding> findings, string path)
{
    private const int MaxFindings = 200;
    private const int MaxNumbers = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public bool Has(string key) => Find(key) is not null;

    public void Refuse(string text) => Refuse(node, text);

    public void RefuseRest()
    {
        foreach (var (key, _) in node.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "?";
            if (!_known.Contains(name))
            {
                Refuse(key, $"\"{path}{name}\" is not understood by this version; remove it or correct the spelling.");
            }
        }
    }

    public void Skip(string key) => _known.Add(key);

    public void SkipAll(params string[] keys)
    {
        Array.ForEach(keys, Skip);
        RefuseRest();
    }

    public string? Text(string key, bool required = false)
    {
        var value = Find(key);
        if (value is YamlScalarNode { Value: { Length: > 0 } text })
        {
            return text;
        }

        if (value is not null || required)
        {
            Refuse(value ?? node, $"\"{path}{key}\" {(value is null ? "is missing" : "must be a text")}.");
        }

        return null;
    }

    public string? Word(string key, params string[] words)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (!words.Contains(text))
        {
            Refuse(Find(key)!, $"\"{path}{key}\" is {string.Join(", ", words)}, not \"{text}\".");
        }

        return text;
    }

    public double? Real(string key) => Text(key) is { } text ? ToReal(Find(key)!, key, text) : null;

    public double? Number(string key, double low, double high)
    {
        if (Real(key) is not { } number)
        {
            return null;
        }

        if (number < low || number > high || number != Math.Floor(number))
        {
            Refuse(Find(key)!, $"\"{path}{key}\" must be a whole number from {low} to {high}.");
            return null;
        }

        return number;
    }

    public TimeSpan? Duration(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        var digits = text.TrimEnd('s', 'm', 'h');
        var unit = text[digits.Length..] switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, _ => 0 };
        if (unit == 0 || !double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !(number >= 0))
        {
            Refuse(Find(key)!, $"\"{path}{key}\" is a time such as 500ms, 10s, 5m or 1h, not \"{text}\".");
            return null;
        }

        if (number * unit > Longest.TotalSeconds)
        {
            Refuse(Find(key)!, $"\"{path}{key}\" is longer than {Longest.TotalDays:0} days.");
            return null;
        }

        return TimeSpan.FromSeconds(number * unit);
    }

    public IReadOnlyList<string> Texts(string key)
    {
        switch (Find(key))
        {
            case YamlScalarNode { Value: { } text }:
                return [text];
            case YamlSequenceNode list when list.Children.All(c => c is YamlScalarNode):
                return [.. list.Children.Select(c => ((YamlScalarNode)c).Value ?? "")];
            case { } other:
                Refuse(other, $"\"{path}{key}\" is a text or a list of texts.");
                return [];
            default:
                return [];
        }
    }

    public IReadOnlyList<double> Reals(string key) => [.. Texts(key).Select(t => ToReal(Find(key)!, key, t) ?? 0)];

    /// <summary>Whole numbers; <c>701-714</c> stands for all in between.</summary>
    public IReadOnlyList<int> Numbers(string key)
    {
        var numbers = new List<int>();
        foreach (var text in Texts(key))
        {
            var parts = text.Split('-');
            if (numbers.Count > MaxNumbers)
            {
                Refuse(Find(key)!, $"\"{path}{key}\" has more than {MaxNumbers} numbers.");
                return [];
            }

            if (parts.Length <= 2 && int.TryParse(parts[0], out var low) && int.TryParse(parts[^1], out var high) && low >= 0 && high >= low && high - low < 1000)
            {
                numbers.AddRange(Enumerable.Range(low, high - low + 1));
            }
            else
            {
                Refuse(Find(key)!, $"\"{path}{key}\": \"{text}\" is no number or range of numbers.");
            }
        }

        return numbers;
    }

    public YamlMap? Map(string key)
    {
        var value = Find(key);
        if (value is null or YamlMappingNode)
        {
            return value is YamlMappingNode map ? new YamlMap(map, file, findings, $"{path}{key}.") : null;
        }

        Refuse(value, $"\"{path}{key}\" must be a mapping.");
        return null;
    }

    public IEnumerable<YamlMap> List(string key)
    {
        var value = Find(key);
        if (value is not null and not YamlSequenceNode)
        {
            Refuse(value, $"\"{path}{key}\" is a list of mappings.");
        }

        foreach (var item in (value as YamlSequenceNode)?.Children ?? [])
        {
            if (item is YamlMappingNode map)
            {
                yield return new YamlMap(map, file, findings, $"{path}{key}.");
            }
            else
            {
                Refuse(item, $"\"{path}{key}\" is a list of mappings.");
            }
        }
    }

    /// <summary>All values, which must be mappings.</summary>
    public IEnumerable<(string Key, YamlMap Value)> Maps()
    {
        foreach (var key in node.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? ""))
        {
            if (Map(key) is { } map)
            {
                yield return (key, map);
            }
        }
    }

    /// <summary>All values, which must be texts.</summary>
    public IEnumerable<(string Key, string Value)> Pairs()
    {
        foreach (var key in node.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? ""))
        {
            if (Text(key) is { } text)
            {
                yield return (key, text);
            }
        }
    }

    private double? ToReal(YamlNode at, string key, string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        Refuse(at, $"\"{path}{key}\" must be a number, not \"{text}\".");
        return null;
    }

    private YamlNode? Find(string key)
    {
        _known.Add(key);
        return node.Children.FirstOrDefault(p => p.Key is YamlScalarNode scalar && scalar.Value == key).Value;
    }

    private void Refuse(YamlNode at, string text)
    {
        // A file that is wrong everywhere is told enough.
        if (findings.Count < MaxFindings)
        {
            findings.Add(new(file, at.Start.Line, at.Start.Column, text));
        }
    }
}
