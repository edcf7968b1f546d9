using System.Text.Json;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Agent.Cli;

/// <summary>Values with the names of their components, for people and programs.</summary>
internal static class ValueText
{
    private static readonly string[] MainAttributes = ["mag", "cVal", "stVal", "actVal", "mxVal", "valWTr"];

    /// <summary>The leaves of a value as <c>name value</c>.</summary>
    public static IEnumerable<(string Name, string Value)> Leaves(string name, DataValue value, TypeDescription? type)
    {
        switch (type)
        {
            case TypeDescription.Structure structure when value.Kind == DataKind.Structure && value.Items.Count == structure.Components.Count:
                return structure.Components.SelectMany((c, i) => Leaves($"{name}.{c.Name}", value.Items[i], c.Type));
            case TypeDescription.Array array when value.Kind == DataKind.Array:
                return value.Items.SelectMany((v, i) => Leaves($"{name}({i})", v, array.Element));
            default:
                return [(name, Text(name, value))];
        }
    }

    /// <summary>The value of a leaf: qualities in words.</summary>
    public static string Text(string name, in DataValue value) =>
        value.Kind == DataKind.BitString && value.BitCount == 13 && name.EndsWith(".q", StringComparison.Ordinal) ? Quality.FromValue(value).ToString() : value.ToString();

    /// <summary>A measured value on one line, where the structure is one: value, quality, time.</summary>
    public static string? OneLine(DataValue value, TypeDescription? type)
    {
        if (type is not TypeDescription.Structure structure || value.Items.Count != structure.Components.Count)
        {
            return null;
        }

        var parts = new Dictionary<string, DataValue>(StringComparer.Ordinal);
        for (var i = 0; i < structure.Components.Count; i++)
        {
            parts[structure.Components[i].Name] = value.Items[i];
        }

        if (!parts.TryGetValue("q", out var quality) || !parts.TryGetValue("t", out var time))
        {
            // Three phases: each by itself.
            var phases = structure.Components.Select((c, i) => (c.Name, Line: OneLine(value.Items[i], c.Type))).ToList();
            return phases.Count > 0 && phases.All(p => p.Line is not null) ? string.Join(" | ", phases.Select(p => $"{p.Name} {p.Line}")) : null;
        }

        var main = MainAttributes.Where(parts.ContainsKey).Select(n => parts[n]).FirstOrDefault();
        while (main.Kind == DataKind.Structure && main.Items.Count > 0)
        {
            main = main.Items[0];
        }

        return $"{main}  {Quality.FromValue(quality)}  {time}";
    }

    /// <summary>Writes a value as JSON.</summary>
    public static void Write(Utf8JsonWriter writer, in DataValue value)
    {
        switch (value.Kind)
        {
            case DataKind.Structure or DataKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.Items)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case DataKind.Boolean:
                writer.WriteBooleanValue(value.AsBoolean());
                break;
            case DataKind.Integer:
                writer.WriteNumberValue(value.AsInteger());
                break;
            case DataKind.Unsigned:
                writer.WriteNumberValue(value.AsUnsigned());
                break;
            case DataKind.Float32 or DataKind.Float64 when double.IsFinite(value.AsDouble()):
                writer.WriteNumberValue(value.AsDouble());
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }

    /// <summary>Writes a member of a report or of a log's entry as JSON.</summary>
    public static void WriteMember(Utf8JsonWriter writer, string reference, string? reason, in DataValue value)
    {
        writer.WriteStartObject();
        writer.WriteString("reference", reference);
        writer.WriteString("reason", reason);
        writer.WritePropertyName("value");
        Write(writer, value);
        writer.WriteEndObject();
    }

    /// <summary>Prints one JSON object on a line of its own.</summary>
    public static void PrintJson(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        Console.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
