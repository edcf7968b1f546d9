using System.Text;
using System.Text.Json;

namespace DerAgent.Agent;

/// <summary>Where the parts of a JSON file stand, by path: <c>connections[0].access[1].jid</c>.</summary>
internal sealed class JsonPlaces
{
    private readonly Dictionary<string, (int Line, int Column)> _places = new(StringComparer.Ordinal);

    /// <summary>Those of no file.</summary>
    public static JsonPlaces None { get; } = new();

    /// <summary>Where a list holds null, the first time; null: none does. Readers of lists would hand it on where nobody expects it.</summary>
    public (int Line, int Column)? NullInList { get; private set; }

    /// <summary>A key that stands twice in one object, the first such, and where; null: none does. Readers take one of the two, and nobody knows which was meant.</summary>
    public (string Path, int Line, int Column)? Twice { get; private set; }

    /// <summary>The places of a file.</summary>
    /// <param name="json">The file, in UTF-8.</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="JsonException">It is no JSON, or deeper than <paramref name="options"/> says.</exception>
    public static JsonPlaces Of(ReadOnlySpan<byte> json, JsonReaderOptions options)
    {
        var places = new JsonPlaces();
        var reader = new Utf8JsonReader(json, options);
        var around = new Stack<(string Path, int Index, HashSet<string>? Keys)>();
        var (name, line, begin, seen) = ("", 1, 0, 0);
        while (reader.Read())
        {
            var at = (int)reader.TokenStartIndex;
            for (; seen < at; seen++)
            {
                (line, begin) = json[seen] == '\n' ? (line + 1, seen + 1) : (line, begin);
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    // As it stands there: a name that must be unescaped, or cannot be, is none of ours.
                    name = Encoding.UTF8.GetString(reader.ValueSpan);
                    if (!around.Peek().Keys!.Add(name))
                    {
                        places.Twice ??= (around.Peek().Path is { Length: > 0 } holder ? $"{holder}.{name}" : name, line, at - begin + 1);
                    }

                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    around.Pop();
                    break;
                default:
                    places.NullInList ??= reader.TokenType == JsonTokenType.Null && around.TryPeek(out var list) && list.Keys is null ? (line, at - begin + 1) : null;
                    var path = Next(around, name);
                    places._places.TryAdd(path, (line, at - begin + 1));
                    if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    {
                        around.Push((path, 0, reader.TokenType == JsonTokenType.StartObject ? new(StringComparer.Ordinal) : null));
                    }

                    break;
            }
        }

        return places;
    }

    /// <summary>Where a part stands, or the nearest part around it; 1:1 where nothing of it does.</summary>
    public (int Line, int Column) Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        for (var part = path; part.Length > 0; part = Around(part))
        {
            if (_places.TryGetValue(part, out var place))
            {
                return place;
            }
        }

        return _places.GetValueOrDefault("", (1, 1));
    }

    /// <summary>The part that a sentence begins with; empty: none.</summary>
    public string Subject(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split(' ', 3);
        var part = words[0].TrimEnd(':', ',', '.');
        if (words.Length > 1 && $"{part}.{words[1].TrimEnd(':', ',')}" is var inner && _places.ContainsKey(inner))
        {
            return inner;
        }

        while (part.Length > 0 && !_places.ContainsKey(part))
        {
            part = Around(part);
        }

        return part;
    }

    private static string Around(string part) => part[..Math.Max(0, part.LastIndexOfAny(['.', '[']))];

    private static string Next(Stack<(string Path, int Index, HashSet<string>? Keys)> around, string name)
    {
        if (!around.TryPop(out var parent))
        {
            return "";
        }

        around.Push(parent with { Index = parent.Index + 1 });
        return parent.Keys is null ? $"{parent.Path}[{parent.Index}]" : parent.Path.Length == 0 ? name : $"{parent.Path}.{name}";
    }
}
