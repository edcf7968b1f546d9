using System.Text.Json;
using DerAgent.Tests;
using YamlDotNet.RepresentationModel;

namespace DerAgent.Devices.Tests;

/// <summary>The JSON Schema of profiles, which editors use, and the reader, which decides, know the same keys.</summary>
public sealed class ProfileSchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Corpus.Root, "device-profiles", "profile.schema.json"))).RootElement;

    public static TheoryData<string> PointKeys()
    {
        var data = new TheoryData<string>();
        foreach (var key in Schema.GetProperty("$defs").GetProperty("point").GetProperty("properties").EnumerateObject())
        {
            data.Add(key.Name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(PointKeys))]
    public void Every_key_of_a_point_is_read(string key)
    {
        var value = Sample(Schema.GetProperty("$defs").GetProperty("point").GetProperty("properties").GetProperty(key));
        var rest = key switch
        {
            "holding" or "input" or "coil" or "discrete" => $"{key}: 1",
            "length" => "holding: 1, type: string, length: 4",
            "sunspec" => "sunspec: 103.St",
            "scale-factor" => "holding: 1, scale-factor: W",
            _ => $"holding: 1, {key}: {value}",
        };
        var isLine = key is "in" or "to" or "capture" or "words";
        rest = key switch { "in" => "in: x", "to" => "in: x, to: y, access: write", "capture" => "in: x, capture: P", "words" => "in: x, words: {RUN: 3}", _ => rest };
        AssertUnderstood($"profile: p\n{(isLine ? "serial: {end: x}\nexchanges: {x: {send: x, answer: '(?<P>.*)'}, y: {send: 'y{P}', answer: x}}" : "sunspec: {bases: [40000], models: [103]}")}\npoints:\n  P: {{{rest}}}\n");
    }

    [Theory]
    [InlineData("modbus")]
    [InlineData("verified")]
    [InlineData("sunspec")]
    [InlineData("serial")]
    public void Every_key_of_a_section_is_read(string section)
    {
        var keys = Resolve(Schema.GetProperty("properties").GetProperty(section)).GetProperty("properties").EnumerateObject()
            .Select(p => section == "sunspec" ? $"{p.Name}: {(p.Name == "bases" ? "[40000]" : "[103]")}" : $"{p.Name}: {Sample(p.Value)}");
        AssertUnderstood($"profile: p\n{section}: {{{string.Join(", ", keys)}}}\npoints:\n  P: {{{(section == "serial" ? "in: x" : "holding: 1")}}}\n");
    }

    [Theory]
    [InlineData("x: 1")]
    [InlineData("modbus: {x: 1}")]
    [InlineData("verified: {x: 1}")]
    [InlineData("serial: {x: 1}")]
    [InlineData("serial: {checksum: {x: 1}}")]
    [InlineData("serial: {end: x}\nexchanges: {x: {x: 1}}")]
    [InlineData("points: {P: {holding: 1, x: 1}}")]
    [InlineData("points: {P: {holding: 1, access: write, verify: {x: 1}}}")]
    [InlineData("points: {P: {holding: 1, access: write, effect: {point: P, x: 1}}}")]
    public void A_key_the_schema_does_not_know_is_refused(string text)
    {
        using var reader = new StringReader($"profile: p\n{text}\n");
        Assert.Contains(ProfileReader.Load(reader, "p.yaml").Findings, f => f.Text.Contains("not understood", StringComparison.Ordinal));
    }

    [Fact]
    public void The_shipped_profiles_keep_to_the_schema()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Corpus.Root, "device-profiles"), "*.yaml"))
        {
            var yaml = new YamlStream();
            using var reader = new StreamReader(file);
            yaml.Load(reader);
            Check((YamlMappingNode)yaml.Documents[0].RootNode, Schema, file);
        }
    }

    [Fact]
    public void The_example_of_the_documentation_is_a_profile_without_findings()
    {
        var text = File.ReadAllText(Path.Combine(Corpus.Root, "docs", "devices.md")).ReplaceLineEndings("\n");
        var start = text.IndexOf("```yaml\nprofile:", StringComparison.Ordinal) + "```yaml\n".Length;
        var example = text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
        using var reader = new StringReader(example);
        var load = ProfileReader.Load(reader, "docs/devices.md");
        Assert.Empty(load.Findings);
        Assert.NotNull(load.Profile!.Points["WMaxLimPct"].Writing!.Effect);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(example));
        Check((YamlMappingNode)yaml.Documents[0].RootNode, Schema, "docs/devices.md");
    }

    [Fact] // whoever looks a key up finds it
    public void Each_key_of_the_schema_is_in_the_documentation()
    {
        var text = File.ReadAllText(Path.Combine(Corpus.Root, "docs", "devices.md"));
        var keys = Schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).Concat(Schema.GetProperty("$defs").GetProperty("point").GetProperty("properties").EnumerateObject().Select(p => p.Name))
            .Concat(Schema.GetProperty("$defs").GetProperty("modbus").GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.All(keys.Distinct(StringComparer.Ordinal), k => Assert.Matches($"[\n`{{ ]{k}[:`,}} ]", text));
    }

    private static void Check(YamlMappingNode node, JsonElement schema, string place)
    {
        schema = Resolve(schema);
        foreach (var (key, value) in node.Children)
        {
            var name = ((YamlScalarNode)key).Value!;
            JsonElement inner;
            if (!schema.TryGetProperty("properties", out var properties) || !properties.TryGetProperty(name, out inner))
            {
                var isOpen = schema.TryGetProperty("additionalProperties", out inner) && inner.ValueKind == JsonValueKind.Object;
                Assert.True(isOpen || properties.ValueKind == JsonValueKind.Undefined, $"{place}: {name}");
                if (!isOpen)
                {
                    continue;
                }
            }

            if (value is YamlMappingNode map)
            {
                Check(map, inner, $"{place}: {name}");
            }
        }
    }

    private static JsonElement Resolve(JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? Schema.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1]) : schema;

    private static void AssertUnderstood(string yaml)
    {
        using var reader = new StringReader(yaml);
        Assert.DoesNotContain(ProfileReader.Load(reader, "p.yaml").Findings, f => f.Text.Contains("not understood", StringComparison.Ordinal));
    }

    /// <summary>A value the schema allows.</summary>
    private static string Sample(JsonElement schema)
    {
        schema = Resolve(schema);
        if (schema.TryGetProperty("enum", out var values))
        {
            return values[0].ToString();
        }

        if (schema.TryGetProperty("properties", out var properties))
        {
            return $"{{{string.Join(", ", properties.EnumerateObject().Select(p => $"{p.Name}: {Sample(p.Value)}"))}}}";
        }

        return (schema.TryGetProperty("type", out var type) ? type.ToString() : "") switch
        {
            "integer" or "number" => "1",
            "array" => schema.TryGetProperty("items", out var items) ? $"[{Sample(items)}, {Sample(items)}]" : "[]",
            "object" => "{1: a}",
            _ when schema.TryGetProperty("pattern", out _) => "1s",
            _ => "P",
        };
    }
}
