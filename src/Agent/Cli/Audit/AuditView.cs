using System.Globalization;
using DerAgent.Acsi;
using DerAgent.Model;
using DerAgent.Storage;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary>Prints records of the store: who did what when, and what became of it; and what was in force before.</summary>
/// <param name="json">Whether for programs.</param>
/// <param name="zone">The time of people here.</param>
internal sealed class AuditView(bool json, TimeZoneInfo zone)
{
    /// <summary>Prints what a query asks for.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="query">The query.</param>
    /// <param name="count">The newest so many; null: all.</param>
    public void Run(string folder, AuditQuery query, int? count)
    {
        var found = new Queue<ServiceRecord>();
        var before = new Dictionary<string, ServiceRecord>(StringComparer.Ordinal);
        StorePeek.EachRecord(folder, record =>
        {
            if (!query.Concerns(record))
            {
                return;
            }

            if (record.Time < query.Since)
            {
                // What a command ended with, or the agent did by itself, stands until the next one.
                if (record is { IsOutcome: true, Cause: AddCause.None } or { Service: ServiceName.InternalChange, IsOutcome: false })
                {
                    before[record.Reference] = record;
                }

                return;
            }

            if (!(record.Time > query.Until))
            {
                found.Enqueue(record);
                if (found.Count > count)
                {
                    found.Dequeue();
                }
            }
        });

        foreach (var record in before.Values.Where(static r => r.Reference.Length > 0).OrderBy(static r => r.Time))
        {
            Print(record, isBefore: true);
        }

        foreach (var record in found)
        {
            Print(record, isBefore: false);
        }

        if (!json && found.Count == 0)
        {
            Console.WriteLine(query.Since is null ? "There is no such record." : $"There is no such record from {Time(query.Since.Value)}{(query.Until is { } until ? $" to {Time(until)}" : "")}{(before.Count > 0 ? "; above stands what was last before" : "")}.");
        }
    }

    private void Print(ServiceRecord record, bool isBefore)
    {
        if (json)
        {
            PrintJson(record, isBefore);
        }
        else if (isBefore)
        {
            AnsiConsole.MarkupLineInterpolated($"[grey]before: {Time(record.Time)}  {record.Text("")}[/]");
        }
        else
        {
            AnsiConsole.MarkupLineInterpolated($"{Time(record.Time)}  {record.Text("")}");
        }
    }

    private string Time(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture);

    private static void PrintJson(ServiceRecord record, bool isBefore) => ValueText.PrintJson(w =>
    {
        w.WriteString("time", record.Time);
        w.WriteBoolean("before", isBefore);
        w.WriteString("reference", record.Reference);
        w.WriteString("service", record.Service.ToString());
        w.WriteBoolean("outcome", record.IsOutcome);
        w.WriteString("client", record.Client);
        w.WriteString("status", record.Status.ToString());
        w.WriteString("addCause", record.Cause == AddCause.None ? null : record.Cause.ToString());
        w.WriteString("value", record.Value.Kind == DataKind.None ? null : record.Value.ToString());
        w.WriteBoolean("test", record.IsTest);
        w.WriteString("remark", record.Remark);
        w.WriteString("text", record.Text(""));
    });
}
