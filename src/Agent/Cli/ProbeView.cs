using System.Text.Json;
using DerAgent.Devices;

namespace DerAgent.Agent.Cli;

/// <summary>What a probe found, for people and for programs.</summary>
internal static class ProbeView
{
    /// <summary>Prints it.</summary>
    public static void Print(ProbeReport report, bool isJson)
    {
        if (isJson)
        {
            PrintJson(report);
            return;
        }

        foreach (var line in Lines(report))
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>For people.</summary>
    private static IEnumerable<string> Lines(ProbeReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        yield return $"{report.Url}, unit {report.Unit}: {(report.Answers ? "it answers" : "it does not answer. Look at the unit id, and whether Modbus is switched on in the device")}";
        if (report.Units.Count > 1)
        {
            yield return $"  unit ids that answer: {string.Join(", ", report.Units)}; name one with ?unit= for another of them";
        }

        if (report.Identification is { Count: > 0 } said)
        {
            yield return $"  says of itself: {string.Join(", ", said.Select(o => o.Value).Where(t => t.Length > 0))}";
        }

        if (report.Models.Count > 0)
        {
            yield return $"  SunSpec: {string.Join(" ", report.Common.Where(c => c.Length > 0))}; models {string.Join(", ", report.Models.Select(m => $"{m.Model} at {m.Address}"))}";
        }

        if (report.LargestBlock is { } block)
        {
            yield return $"  gives {block} registers in one answer";
        }

        foreach (var refused in report.Refused)
        {
            yield return $"  refused: {refused}";
        }

        foreach (var finding in report.Findings)
        {
            yield return $"  {finding}";
        }

        if (report.Points.Count > 0)
        {
            yield return "";
            var width = report.Points.Max(p => p.Name.Length);
            foreach (var point in report.Points)
            {
                yield return $"  {point.Name.PadRight(width)}  {string.Join("  ", point.Values)} {point.Unit}{(point.Doubt is null ? "" : $"   ? {point.Doubt}")}";
            }
        }

        if (report.Needs.Count + report.Sheet.Count > 0)
        {
            yield return "";
            yield return "Before it is put into service:";
        }

        foreach (var need in report.Needs)
        {
            yield return $"  [{(need.IsMet ? "x" : " ")}] {need.Point} must be {need.ShouldBe}, and is {need.Is ?? "not read"}{(need.IsMet || need.Hint.Length == 0 ? "" : $": {need.Hint}")}";
        }

        foreach (var line in report.Sheet)
        {
            yield return $"  [ ] {line.What}: {line.Text}";
        }

        if (report.Profile is null && report.Proposed.Count > 0)
        {
            yield return $"Profiles that may fit: {string.Join(", ", report.Proposed)}. Ask again with --profile {report.Proposed[0]}";
        }
    }

    /// <summary>For programs: one object.</summary>
    private static void PrintJson(ProbeReport report) => ValueText.PrintJson(json =>
    {
        json.WriteString("url", report.Url);
        json.WriteNumber("unit", report.Unit);
        Array(json, "units", report.Units, u => json.WriteNumberValue(u));
        json.WriteBoolean("answers", report.Answers);
        json.WriteStartObject("identification");
        foreach (var (id, text) in report.Identification ?? new Dictionary<byte, string>())
        {
            json.WriteString($"{id}", text);
        }

        json.WriteEndObject();
        Array(json, "common", report.Common, json.WriteStringValue);
        Array(json, "models", report.Models, m =>
        {
            json.WriteStartObject();
            json.WriteNumber("model", m.Model);
            json.WriteNumber("address", m.Address);
            json.WriteNumber("length", m.Length);
            json.WriteEndObject();
        });
        if (report.LargestBlock is { } block)
        {
            json.WriteNumber("largestBlock", block);
        }

        Array(json, "proposed", report.Proposed, json.WriteStringValue);
        Array(json, "refused", report.Refused, json.WriteStringValue);
        Array(json, "findings", report.Findings, json.WriteStringValue);
        Array(json, "points", report.Points, p =>
        {
            json.WriteStartObject();
            json.WriteString("point", p.Name);
            Array(json, "values", p.Values, json.WriteStringValue);
            json.WriteString("unit", p.Unit);
            json.WriteString("doubt", p.Doubt);
            json.WriteEndObject();
        });
        Array(json, "needs", report.Needs, n =>
        {
            json.WriteStartObject();
            json.WriteString("point", n.Point);
            json.WriteString("is", n.Is);
            json.WriteString("shouldBe", n.ShouldBe);
            json.WriteBoolean("isMet", n.IsMet);
            json.WriteString("hint", n.Hint);
            json.WriteEndObject();
        });
        Array(json, "sheet", report.Sheet, l => json.WriteStringValue($"{l.What}: {l.Text}"));
    });

    /// <summary>For programs: one unit of a scan.</summary>
    public static void PrintJson(DeviceUrl url, FoundUnit unit) => ValueText.PrintJson(json =>
    {
        json.WriteString("url", url.Endpoint);
        json.WriteNumber("unit", unit.Unit);
        json.WriteString("settings", url.Settings);
        json.WriteString("says", unit.Says);
        json.WriteBoolean("garbled", unit.IsGarbled);
    });

    private static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(item);
        }

        json.WriteEndArray();
    }
}
