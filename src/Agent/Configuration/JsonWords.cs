using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DerAgent.Agent;

/// <summary>What is wrong with <c>agent.json</c> in the words of the file, and not of the program that reads it.</summary>
internal static class JsonWords
{
    /// <summary>Where the reader says the place, which is told before the sentence.</summary>
    private static readonly string[] Places = [" Path:", " LineNumber:"];

    /// <summary>The sentence for a failure of the reader.</summary>
    /// <param name="failure">What the reader says.</param>
    /// <param name="root">What the whole file is.</param>
    public static string Of(JsonException failure, JsonTypeInfo root)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var path = PathOf(failure);
        var text = failure.Message;
        foreach (var place in Places)
        {
            var end = text.IndexOf(place, StringComparison.Ordinal);
            text = end > 0 ? text[..end] : text;
        }

        var where = path.Length > 0 ? $"{path}: " : "";
        if (text.Contains("could not be mapped", StringComparison.Ordinal))
        {
            var name = Quoted(text);
            var keys = Keys(path.EndsWith(name, StringComparison.Ordinal) ? path[..^name.Length].TrimEnd('.') : path, root);
            var near = keys.FirstOrDefault(k => string.Equals(k, name, StringComparison.OrdinalIgnoreCase));
            return near is not null ? $"{where}\"{name}\" is no key here; \"{near}\" is." : $"{where}\"{name}\" is no key here{(keys.Count > 0 ? $"; these are: {string.Join(", ", keys)}" : "")}.";
        }

        if (text.Contains("missing required properties", StringComparison.Ordinal))
        {
            return $"{where}{text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim().TrimEnd('.').Replace('\'', '"')} must be given here.";
        }

        if (text.Contains("could not be converted", StringComparison.Ordinal) || text.Contains("null values", StringComparison.Ordinal))
        {
            return $"{where}this must be {Kind(At(path, root))}.";
        }

        return text.StartsWith("Expected depth to be zero", StringComparison.Ordinal) ? "a } or ] is missing before the end of the file." : $"{where}{text}";
    }

    /// <summary>The part that a failure is about; empty: the file.</summary>
    public static string PathOf(JsonException failure) => failure.Path is { Length: > 2 } given ? given.TrimStart('$', '.') : "";

    private static string Quoted(string text) => text.Split('\'') is [_, var name, ..] ? name : "";

    private static List<string> Keys(string path, JsonTypeInfo root) => At(path, root) is { Kind: JsonTypeInfoKind.Object } type ? [.. type.Properties.Select(static p => p.Name).Where(static n => n != "$schema")] : [];

    /// <summary>What the part of a path is; null: it is not known.</summary>
    private static JsonTypeInfo? At(string path, JsonTypeInfo root)
    {
        var type = root;
        foreach (var part in path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            var next = type.Kind == JsonTypeInfoKind.Object ? type.Properties.FirstOrDefault(p => p.Name == part)?.PropertyType : type.ElementType;
            if (next is null || AgentJson.Default.GetTypeInfo(next) is not { } known)
            {
                return null;
            }

            type = known;
        }

        return type;
    }

    private static string Kind(JsonTypeInfo? type) => type switch
    {
        { Kind: JsonTypeInfoKind.Enumerable } => "a list in brackets, [ ]",
        { Kind: JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary } => "an object in braces, { }",
        { Type: var own } when own == typeof(string) => "a text in quotes",
        { Type: var own } when own == typeof(bool) => "true or false",
        { Type: var own } when own == typeof(int) => "a whole number",
        _ => "something else",
    };
}
