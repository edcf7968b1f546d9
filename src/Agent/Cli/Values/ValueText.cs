using System.Text.Json;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Agent.Cli;

/// <summary>Values with names, units and literals, for people and programs.</summary>
internal static class ValueText
{
    private static readonly string[] MainAttributes = ["mag", "cVal", "stVal", "actVal", "mxVal", "valWTr"];

    /// <summary>The leaves of a value as <c>name value</c>.</summary>
    /// <param name="shown">The name of the variable as it is shown.</param>
    /// <param name="value">Its value.</param>
    /// <param name="variable">What is known of it.</param>
    public static IEnumerable<(string Name, string Value)> Leaves(string shown, DataValue value, KnownVariable variable) => Leaves(shown, value, variable, variable.Type, []);

    private static IEnumerable<(string Name, string Value)> Leaves(string shown, DataValue value, KnownVariable variable, TypeDescription? type, string[] below) => type switch
    {
        TypeDescription.Structure structure when IsOf(value, structure) => structure.Components.SelectMany((c, i) => Leaves($"{shown}.{c.Name}", value.Items[i], variable, c.Type, [.. below, c.Name])),
        TypeDescription.Array array when value.Kind == DataKind.Array => value.Items.SelectMany((v, i) => Leaves($"{shown}({i})", v, variable, array.Element, below)),
        _ => [(shown, variable.Text(below, value))],
    };

    /// <summary>A measured value on one line, where the structure is one: value, quality, time.</summary>
    public static string? OneLine(in DataValue value, KnownVariable variable) => OneLine(value, variable, variable.Type, []);

    /// <summary>A value on one line, whatever it is.</summary>
    public static string Line(in DataValue value, KnownVariable variable) => OneLine(value, variable) ?? variable.Text([], value);

    private static string? OneLine(DataValue value, KnownVariable variable, TypeDescription? type, string[] below)
    {
        if (type is not TypeDescription.Structure structure || !IsOf(value, structure))
        {
            return null;
        }

        var parts = structure.Components.Select((c, i) => (c.Name, c.Type, Value: value.Items[i])).ToDictionary(static p => p.Name, StringComparer.Ordinal);
        if (!parts.TryGetValue("q", out var quality) || !parts.TryGetValue("t", out var time))
        {
            // Three phases: each by itself.
            var phases = parts.Values.Select(p => (p.Name, Line: OneLine(p.Value, variable, p.Type, [.. below, p.Name]))).ToList();
            return phases.Count > 0 && phases.All(static p => p.Line is not null) ? string.Join(" | ", phases.Select(static p => $"{p.Name} {p.Line}")) : null;
        }

        var name = MainAttributes.FirstOrDefault(parts.ContainsKey);
        var main = name is null ? "" : First(parts[name].Value, variable, parts[name].Type, [.. below, name]) + "  ";
        return $"{main}{Quality.FromValue(quality.Value)}  {time.Value}";
    }

    /// <summary>The first number of a value: of a vector its magnitude.</summary>
    private static string First(in DataValue value, KnownVariable variable, TypeDescription? type, string[] below) =>
        type is TypeDescription.Structure { Components: [var first, ..] } structure && IsOf(value, structure) ? First(value.Items[0], variable, first.Type, [.. below, first.Name]) : variable.Text(below, value);

    /// <summary>Writes a value as JSON: structures as objects with the names of their components, numbers as numbers, qualities in words.</summary>
    public static void Write(Utf8JsonWriter writer, in DataValue value, KnownVariable variable) => Write(writer, value, variable.Type, variable.Path.Count > 0 ? variable.Path[^1] : "");

    private static void Write(Utf8JsonWriter writer, in DataValue value, TypeDescription? type, string name)
    {
        switch (value.Kind)
        {
            case DataKind.Structure when type is TypeDescription.Structure structure && IsOf(value, structure):
                writer.WriteStartObject();
                for (var i = 0; i < value.Items.Count; i++)
                {
                    writer.WritePropertyName(structure.Components[i].Name);
                    Write(writer, value.Items[i], structure.Components[i].Type, structure.Components[i].Name);
                }

                writer.WriteEndObject();
                break;
            case DataKind.Structure or DataKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.Items)
                {
                    Write(writer, item, (type as TypeDescription.Array)?.Element, name);
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
            case DataKind.Float32 when float.IsFinite((float)value.AsDouble()):
                writer.WriteNumberValue((float)value.AsDouble());
                break;
            case DataKind.Float64 when double.IsFinite(value.AsDouble()):
                writer.WriteNumberValue(value.AsDouble());
                break;
            case DataKind.BitString when value.BitCount == 13 && name == "q":
                writer.WriteStringValue(Quality.FromValue(value).ToString());
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }

    /// <summary>Writes a member of a report or of a log's entry as JSON.</summary>
    public static void WriteMember(Utf8JsonWriter writer, string? reason, in DataValue value, KnownVariable variable)
    {
        writer.WriteStartObject();
        writer.WriteString("reference", variable.Name.ToString());
        writer.WriteString("reason", reason);
        writer.WritePropertyName("value");
        Write(writer, value, variable);
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

    private static bool IsOf(in DataValue value, TypeDescription.Structure type) => value.Kind == DataKind.Structure && value.Items.Count == type.Components.Count;
}
