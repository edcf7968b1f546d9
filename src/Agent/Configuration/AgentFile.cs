using System.Text;
using System.Text.Json;

namespace DerAgent.Agent;

/// <summary>Reads <c>agent.json</c> into its options. Whatever the file holds becomes a finding with its place.</summary>
internal static class AgentFile
{
    private const int MaxDepth = 32;
    private const string Hint = "See docs/agent.schema.json.";

    private static readonly JsonReaderOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth };

    /// <summary>The options; null where the finding says why there are none.</summary>
    public static AgentOptions? Read(string path, ReadOnlySpan<byte> file, out JsonPlaces places, out ConfigurationFinding? finding)
    {
        finding = null;
        var json = Utf8(file);
        places = JsonPlaces.Of(json, Reading);
        try
        {
            if (NullInList(json) is { } at)
            {
                finding = new(true, $"{path}:{Place(json, at)}", $"null is no entry of a list. {Hint}");
                return null;
            }

            var options = JsonSerializer.Deserialize(json, AgentJson.Default.AgentOptions);
            if (options is null || options.Devices.Values.Contains(null!))
            {
                finding = new(true, path, options is null ? $"The file holds null instead of an object. {Hint}" : $"\"devices\" holds null instead of {{\"url\": …}}. {Hint}");
                return null;
            }

            return options;
        }
        catch (JsonException e)
        {
            finding = new(true, $"{path}:{(e.LineNumber ?? 0) + 1}:{(e.BytePositionInLine ?? 0) + 1}", $"{Explain(e)} {Hint}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or NotSupportedException or FormatException)
        {
            finding = new(true, path, $"{e.Message} {Hint}");
        }

        return null;
    }

    /// <summary>Editors of Windows write a mark before the text, or UTF-16 altogether.</summary>
    private static ReadOnlySpan<byte> Utf8(ReadOnlySpan<byte> file) =>
        file.StartsWith("\uFEFF"u8) ? file[3..]
        : file is [0xFF, 0xFE, ..] ? Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(file[2..]))
        : file is [0xFE, 0xFF, ..] ? Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(file[2..]))
        : file is [not 0, 0, ..] ? Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(file))
        : file is [0, not 0, ..] ? Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(file))
        : file;

    /// <summary>Where a list holds null. The reader below would hand it on where nobody expects it; it also bounds the depth.</summary>
    private static long? NullInList(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Reading);
        var lists = new Stack<bool>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    lists.Push(reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    lists.Pop();
                    break;
                case JsonTokenType.Null when lists.TryPeek(out var isList) && isList:
                    return reader.TokenStartIndex;
            }
        }

        return null;
    }

    private static string Place(ReadOnlySpan<byte> json, long at)
    {
        var before = json[..(int)at];
        return $"{before.Count((byte)'\n') + 1}:{before.Length - before.LastIndexOf((byte)'\n')}";
    }

    private static string Explain(JsonException e)
    {
        var text = e.Message;
        var end = text.IndexOf(" Path:", StringComparison.Ordinal);
        return $"{e.Path}: {(end > 0 ? text[..end] : text)}";
    }
}
