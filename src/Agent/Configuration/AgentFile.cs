using System.Text;
using System.Text.Json;
using DerAgent.Devices;

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
        (finding, places) = (null, JsonPlaces.None);
        var json = Utf8(file);
        try
        {
            // It bounds the depth, too.
            places = JsonPlaces.Of(json, Reading);
            if (places.NullInList is (var line, var column))
            {
                finding = new(true, $"{path}:{line}:{column}", $"null is no entry of a list. {Hint}");
                return null;
            }

            if (places.Twice is var (key, keyLine, keyColumn))
            {
                finding = new(true, $"{path}:{keyLine}:{keyColumn}", $"{key} stands here for the second time. Take one of the two away.");
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
            // The reader is past the part it does not like.
            var (errorLine, errorColumn) = JsonWords.PathOf(e) is { Length: > 0 } part ? places.Of(part) : ((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            finding = new(true, $"{path}:{errorLine}:{errorColumn}", $"{JsonWords.Of(e, AgentJson.Default.AgentOptions)} {Hint}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or NotSupportedException or FormatException)
        {
            finding = new(true, path, $"{e.Message} {Hint}");
        }

        return null;
    }

    /// <summary>The text of the file, whatever its encoding.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string Text(string path) => Encoding.UTF8.GetString(Utf8(BoundedFile.Read(path)));

    /// <summary>Editors of Windows write a mark before the text, or UTF-16 altogether.</summary>
    private static ReadOnlySpan<byte> Utf8(ReadOnlySpan<byte> file) =>
        file.StartsWith("\uFEFF"u8) ? file[3..]
        : file is [0xFF, 0xFE, ..] ? Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(file[2..]))
        : file is [0xFE, 0xFF, ..] ? Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(file[2..]))
        : file is [not 0, 0, ..] ? Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(file))
        : file is [0, not 0, ..] ? Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(file))
        : file;
}
