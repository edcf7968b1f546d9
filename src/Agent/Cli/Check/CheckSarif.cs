using System.Reflection;
using System.Text.Json;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary>Findings as SARIF (OASIS Static Analysis Results Interchange Format 2.1.0): what code hosts and editors show at the line.</summary>
internal static class CheckSarif
{
    public static void Write(IReadOnlyList<SclInspection> inspections)
    {
        using var stream = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true }))
        {
            Write(writer, inspections);
        }

        stream.WriteByte((byte)'\n');
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<SclInspection> inspections)
    {
        var findings = inspections.SelectMany(i => i.Findings).ToList();
        var rules = findings.Select(f => f.Code).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        writer.WriteString("version", "2.1.0");
        writer.WriteStartArray("runs");
        writer.WriteStartObject();
        WriteTool(writer, rules);
        writer.WriteString("columnKind", "utf16CodeUnits");
        writer.WriteStartArray("results");
        foreach (var finding in findings)
        {
            Write(writer, finding, rules.IndexOf(finding.Code));
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter writer, List<string> rules)
    {
        writer.WriteStartObject("tool");
        writer.WriteStartObject("driver");
        writer.WriteString("name", "der-agent");
        writer.WriteString("version", typeof(CheckSarif).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0");
        writer.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("id", rule);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SclFinding finding, int rule)
    {
        writer.WriteStartObject();
        writer.WriteString("ruleId", finding.Code);
        writer.WriteNumber("ruleIndex", rule);
        writer.WriteString("level", finding.Severity switch { SclSeverity.Error => "error", SclSeverity.Warning => "warning", _ => "note" });
        writer.WriteStartObject("message");
        writer.WriteString("text", $"{(finding.Reference.Length > 0 ? finding.Reference + ": " : "")}{finding.FullText} {finding.Remedy}".TrimEnd());
        writer.WriteEndObject();
        writer.WriteStartArray("locations");
        writer.WriteStartObject();
        writer.WriteStartObject("physicalLocation");
        writer.WriteStartObject("artifactLocation");
        writer.WriteString("uri", Uri.EscapeDataString(finding.File.Replace('\\', '/')).Replace("%2F", "/", StringComparison.Ordinal));
        writer.WriteEndObject();
        writer.WriteStartObject("region");
        writer.WriteNumber("startLine", Math.Max(1, finding.Line));
        writer.WriteNumber("startColumn", Math.Max(1, finding.Column));
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
