using System.Text.Encodings.Web;
using System.Text.Json;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary>Findings and inventories as one JSON object; its keys are part of the interface (<c>docs/commands.md</c>).</summary>
internal static class CheckJson
{
    // For programs and logs, not for web pages: letters stay letters.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IReadOnlyList<SclInspection> inspections)
    {
        using var stream = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            Write(writer, inspections);
        }

        stream.WriteByte((byte)'\n');
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<SclInspection> inspections)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("files");
        foreach (var inspection in inspections)
        {
            writer.WriteStartObject();
            writer.WriteString("file", inspection.File);
            writer.WriteString("edition", inspection.Edition);
            if (inspection.Schema is not null)
            {
                writer.WriteString("schema", inspection.Schema);
            }

            writer.WriteStartArray("findings");
            foreach (var finding in inspection.Findings)
            {
                Write(writer, finding);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("servers");
            foreach (var server in inspection.Servers)
            {
                Write(writer, server.Inventory);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("verdicts");
            foreach (var server in inspection.Servers)
            {
                writer.WriteStartObject();
                writer.WriteString("ied", server.Inventory.Ied);
                writer.WriteString("ap", server.Inventory.AccessPoint);
                writer.WriteNumber("errors", server.Errors);
                writer.WriteNumber("warnings", server.Warnings);
                writer.WriteBoolean("starts", server.WouldStart);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SclFinding finding)
    {
        writer.WriteStartObject();
        writer.WriteString("code", finding.Code);
        writer.WriteString("severity", finding.Severity switch { SclSeverity.Error => "error", SclSeverity.Warning => "warning", _ => "info" });
        writer.WriteNumber("line", finding.Line);
        writer.WriteNumber("column", finding.Column);
        writer.WriteString("ref", finding.Reference);
        writer.WriteString("text", finding.FullText);
        writer.WriteString("remedy", finding.Remedy);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ServerInventory server)
    {
        writer.WriteStartObject();
        writer.WriteString("ied", server.Ied);
        writer.WriteString("ap", server.AccessPoint);
        writer.WriteNumber("ld", server.LogicalDevices);
        writer.WriteNumber("ln", server.LogicalNodes);
        writer.WriteNumber("leaves", server.Leaves);
        foreach (var (fc, count) in ServerInventory.CountedConstraints.Zip(server.ByConstraint))
        {
            writer.WriteNumber(fc, count);
        }

        writer.WriteNumber("val", server.Values);
        writer.WriteNumber("ds", server.DataSets);
        writer.WriteNumber("fcda", server.Fcdas);
        writer.WriteNumber("member", server.Members);
        writer.WriteNumber("fcda_bad", server.EmptyFcdas);
        writer.WriteNumber("brcb", server.BufferedReports);
        writer.WriteNumber("urcb", server.UnbufferedReports);
        writer.WriteNumber("lcb", server.Logs);
        writer.WriteNumber("gocb", server.Gooses);
        writer.WriteNumber("svcb", server.SampledValues);
        writer.WriteNumber("sgcb", server.SettingGroups);
        writer.WriteNumber("unresolved", server.Unresolved);
        writer.WriteString("sha", server.Sha);
        writer.WriteEndObject();
    }
}
