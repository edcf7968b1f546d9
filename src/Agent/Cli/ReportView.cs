using DerAgent.Client;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary>What to do with a report control block.</summary>
/// <param name="Count">Stop after so many reports.</param>
/// <param name="IntegrityPeriod">IntgPd to set.</param>
/// <param name="Interrogate">Whether to ask for a general interrogation.</param>
/// <param name="After">EntryID to resume after.</param>
internal sealed record ReportViewOptions(int? Count, uint? IntegrityPeriod, bool Interrogate, string? After);

/// <summary>Enables a report control block and prints what it sends.</summary>
internal sealed class ReportView(bool json)
{
    public async Task<int> RunAsync(AcsiClient client, VariableDictionary dictionary, string reference, ReportViewOptions options, CancellationToken cancel)
    {
        var block = ObjectReferences.Parse(reference) ?? throw new FormatException($"\"{reference}\" is no report control block; write LD/LN.name[BR] or [RP], e.g. PV1LD0/LLN0.brcbMeas01[BR]");
        ObjectName Attribute(string name) => ObjectName.In(block.Domain, $"{block.Item}${name}");
        var dataSet = (await client.ReadAsync(Attribute("DatSet"), cancel)).AsText();
        var members = await MembersAsync(client, dictionary, dataSet, cancel);
        await SetAsync(client, Attribute("RptEna"), DataValue.Boolean(false), cancel);
        if (options.IntegrityPeriod is { } period)
        {
            await SetAsync(client, Attribute("IntgPd"), DataValue.Unsigned(period), cancel);
        }

        if (options.After is { } entry)
        {
            await SetAsync(client, Attribute("EntryID"), DataValue.Octets(EntryIdText.Parse(entry).ToArray()), cancel);
        }

        await SetAsync(client, Attribute("RptEna"), DataValue.Boolean(true), cancel);
        if (options.Interrogate)
        {
            await SetAsync(client, Attribute("GI"), DataValue.Boolean(true), cancel);
        }

        await PrintAllAsync(client, members, options.Count, cancel);
        await SetAsync(client, Attribute("RptEna"), DataValue.Boolean(false), CancellationToken.None);
        return ExitCodes.Success;
    }

    private static async Task SetAsync(AcsiClient client, ObjectName attribute, DataValue value, CancellationToken cancel)
    {
        if (await client.WriteAsync(attribute, value, cancel) is { } failure)
        {
            throw new AcsiException($"{attribute} = {value}: {failure}");
        }
    }

    private static async Task<IReadOnlyList<KnownVariable>> MembersAsync(AcsiClient client, VariableDictionary dictionary, string dataSet, CancellationToken cancel)
    {
        var slash = dataSet.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            throw new AcsiException("the block has no data set");
        }

        var directory = await client.GetDataSetDirectoryAsync(ObjectName.In(dataSet[..slash], dataSet[(slash + 1)..]), cancel);
        return await dictionary.OfAsync([.. directory.Members.Select(static m => m.Name)], cancel);
    }

    private async Task PrintAllAsync(AcsiClient client, IReadOnlyList<KnownVariable> members, int? count, CancellationToken cancel)
    {
        var seen = 0;
        try
        {
            await foreach (var information in client.InformationReports.ReadAllAsync(cancel))
            {
                if (ReportFormat.Read(information) is { } report)
                {
                    Print(report, members);
                    if (++seen >= count)
                    {
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped by the user; the block is disabled all the same.
        }
    }

    private void Print(Report report, IReadOnlyList<KnownVariable> members)
    {
        if (json)
        {
            ValueText.PrintJson(w =>
            {
                w.WriteString("rptID", report.ReportId);
                w.WriteNumber("sqNum", report.SequenceNumber ?? 0);
                w.WriteString("timeOfEntry", report.TimeOfEntry?.ToString("O"));
                w.WriteString("entryID", report.EntryId?.ToString());
                w.WriteStartArray("members");
                foreach (var member in report.Members)
                {
                    ValueText.WriteMember(w, member.Reason == TriggerConditions.None ? null : member.Reason.ToString(), member.Value, members[member.Index]);
                }

                w.WriteEndArray();
            });
            return;
        }

        AnsiConsole.MarkupLineInterpolated($"[bold]{report.ReportId}[/] SqNum {report.SequenceNumber} {report.TimeOfEntry:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}{(report.EntryId is null ? "" : $" EntryID {report.EntryId}")}{(report.BufferOverflow == true ? " entries before were lost" : "")}");
        foreach (var member in report.Members)
        {
            var variable = members[member.Index];
            Console.WriteLine($"  {variable.Name}  {ValueText.Line(member.Value, variable)}  ({member.Reason})");
        }
    }
}
