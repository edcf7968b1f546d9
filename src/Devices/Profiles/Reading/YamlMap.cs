using DerAgent.Model;
using YamlDotNet.RepresentationModel;

namespace DerAgent.Devices;

/// <summary>
/// A YAML mapping that remembers which of its keys were understood, so that the rest can be refused. Several may lie over each other, as variants over a profile: the first one that has a key decides.
/// </summary>
internal sealed class YamlMap(IReadOnlyList<YamlMappingNode> layers, string file, List<ProfileFinding> findings, string path)
{
    private const int MaxFindings = 200;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Its keys, each once, in the order of the text.</summary>
    public IReadOnlyList<string> Keys => [.. layers.Reverse().SelectMany(l => l.Children.Keys).OfType<YamlScalarNode>().Select(k => k.Value ?? "").Distinct(StringComparer.Ordinal)];

    public bool Has(string key) => Find(key) is not null;

    public bool IsText(string key) => Find(key) is YamlScalarNode;

    public bool IsMap(string key) => Find(key) is YamlMappingNode;

    /// <summary>Those of the keys that the uppermost layer with any of them has: they replace those below.</summary>
    public IReadOnlyList<string> Uppermost(IReadOnlyList<string> keys)
    {
        _known.UnionWith(keys);
        return layers.Select(l => keys.Where(k => Find(l, k) is not null).ToList()).FirstOrDefault(found => found.Count > 0) ?? [];
    }

    /// <summary>This mapping under another one of the same place.</summary>
    public YamlMap Under(YamlMap above) => new([.. above.Layers, .. layers], file, findings, path);

    private IReadOnlyList<YamlMappingNode> Layers => layers;

    public void Refuse(string text) => Refuse(layers[0], text, isError: true);

    /// <summary>Refuses the value of a key, at its place.</summary>
    public void Refuse(string key, string text) => Refuse(Find(key) ?? layers[0], text, isError: true);

    /// <summary>Says something about the value of a key that does not forbid the profile.</summary>
    public void Warn(string key, string text) => Refuse(Find(key) ?? layers[0], text, isError: false);

    public void RefuseRest()
    {
        foreach (var key in layers.SelectMany(l => l.Children.Keys))
        {
            var name = (key as YamlScalarNode)?.Value ?? "?";
            if (!_known.Contains(name))
            {
                var near = Spelling.Nearest(name, _known);
                Refuse(key, $"\"{path}{name}\" is not understood by this version; {(near is null ? "remove it or correct the spelling." : $"did you mean \"{near}\"?")}", isError: true);
            }
        }
    }

    public void Skip(string key) => _known.Add(key);

    public string? Text(string key, bool required = false)
    {
        var value = Find(key);
        if (value is YamlScalarNode { Value: { Length: > 0 } text })
        {
            return text;
        }

        if (value is not null || required)
        {
            Refuse(value ?? layers[0], $"\"{path}{key}\" {(value is null ? "is missing" : "must be a text")}.", isError: true);
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
            Refuse(key, $"\"{path}{key}\" is {string.Join(", ", words)}, not \"{text}\".");
        }

        return text;
    }

    /// <summary>True or false; null where the key is not there.</summary>
    public bool? Truth(string key) => Word(key, "true", "false") is { } word ? word == "true" : null;

    public double? Real(string key) => Text(key) is { } text ? ToReal(key, text) : null;

    public double? Number(string key, double low, double high)
    {
        if (Real(key) is not { } number)
        {
            return null;
        }

        if (number < low || number > high || number != Math.Floor(number))
        {
            Refuse(key, $"\"{path}{key}\" must be a whole number from {low} to {high}.");
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

        if (YamlScalars.Duration(text, out var fault) is { } time)
        {
            return time;
        }

        Refuse(key, $"\"{path}{key}\" {fault}");
        return null;
    }

    public IReadOnlyList<string> Texts(string key)
    {
        switch (Find(key))
        {
            case YamlScalarNode { Value: { } text }:
                return [text];
            case YamlSequenceNode list when list.Children.All(c => c is YamlScalarNode):
                return [.. list.Children.Select(c => ((YamlScalarNode)c).Value ?? "")];
            case { }:
                Refuse(key, $"\"{path}{key}\" is a text or a list of texts.");
                return [];
            default:
                return [];
        }
    }

    public IReadOnlyList<double> Reals(string key) => [.. Texts(key).Select(t => ToReal(key, t) ?? 0)];

    /// <summary>Whole numbers; <c>701-714</c> stands for all in between.</summary>
    public IReadOnlyList<int> Numbers(string key)
    {
        var numbers = YamlScalars.Numbers(Texts(key), out var fault);
        if (fault is not null)
        {
            Refuse(key, $"\"{path}{key}\" {fault}");
        }

        return numbers;
    }

    /// <summary>A list of pairs of whole numbers, e.g. <c>[[41000, 41999]]</c>.</summary>
    public IReadOnlyList<(int First, int Last)> Pairs(string key, int low, int high)
    {
        var pairs = new List<(int, int)>();
        foreach (var item in (Find(key) as YamlSequenceNode)?.Children ?? [])
        {
            if (item is YamlSequenceNode { Children: [YamlScalarNode first, YamlScalarNode last] } && YamlScalars.Whole(first.Value) is { } from && YamlScalars.Whole(last.Value) is { } to && from >= low && to >= from && to <= high)
            {
                pairs.Add(((int)from, (int)to));
            }
            else
            {
                Refuse(item, $"\"{path}{key}\" is a list of pairs, first and last from {low} to {high}, e.g. [[41000, 41999]].", isError: true);
            }
        }

        if (pairs.Count == 0 && Find(key) is { } other and not YamlSequenceNode)
        {
            Refuse(other, $"\"{path}{key}\" is a list of pairs, e.g. [[41000, 41999]].", isError: true);
        }

        return pairs;
    }

    public YamlMap? Map(string key)
    {
        var value = Find(key);
        if (value is null or YamlMappingNode)
        {
            // What lies below under the same key is part of it.
            return value is YamlMappingNode ? new YamlMap([.. layers.Select(l => Find(l, key)).OfType<YamlMappingNode>()], file, findings, $"{path}{key}.") : null;
        }

        Refuse(value, $"\"{path}{key}\" must be a mapping.", isError: true);
        return null;
    }

    public IEnumerable<YamlMap> List(string key)
    {
        var value = Find(key);
        if (value is not null and not YamlSequenceNode)
        {
            Refuse(value, $"\"{path}{key}\" is a list of mappings.", isError: true);
        }

        foreach (var item in (value as YamlSequenceNode)?.Children ?? [])
        {
            if (item is YamlMappingNode map)
            {
                yield return new YamlMap([map], file, findings, $"{path}{key}.");
            }
            else
            {
                Refuse(item, $"\"{path}{key}\" is a list of mappings.", isError: true);
            }
        }
    }

    /// <summary>All values, which must be mappings.</summary>
    public IEnumerable<(string Key, YamlMap Value)> Maps()
    {
        foreach (var key in Keys)
        {
            if (Map(key) is { } map)
            {
                yield return (key, map);
            }
        }
    }

    /// <summary>All values, which must be texts.</summary>
    public IEnumerable<(string Key, string Value)> Texts()
    {
        foreach (var key in Keys)
        {
            if (Text(key) is { } text)
            {
                yield return (key, text);
            }
        }
    }

    private double? ToReal(string key, string text)
    {
        if (YamlScalars.Real(text) is { } number)
        {
            return number;
        }

        Refuse(key, $"\"{path}{key}\" must be a number, not \"{text}\".");
        return null;
    }

    private YamlNode? Find(string key)
    {
        _known.Add(key);
        return layers.Select(l => Find(l, key)).FirstOrDefault(n => n is not null);
    }

    private static YamlNode? Find(YamlMappingNode layer, string key) => layer.Children.FirstOrDefault(p => p.Key is YamlScalarNode scalar && scalar.Value == key).Value;

    private void Refuse(YamlNode at, string text, bool isError)
    {
        // A file that is wrong everywhere is told enough; one thing is told once, however many variants share it.
        var finding = new ProfileFinding(file, at.Start.Line, at.Start.Column, text, isError);
        if (findings.Count < MaxFindings && !findings.Contains(finding))
        {
            findings.Add(finding);
        }
    }
}
