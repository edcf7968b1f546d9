using System.CommandLine;
using System.Globalization;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent client log</c>: what was logged, oldest first.</summary>
internal static class LogCommand
{
    private const string Reason = "ReasonCode";
    private const ulong ApplicationTrigger = 1 << 6;

    public static Command Create(ClientSession session)
    {
        var log = new Argument<string?>("log") { Description = "The log, e.g. PV1LD0/LLN0.GeneralLog; without it the logs there are.", Arity = ArgumentArity.ZeroOrOne };
        var since = new Option<string?>("--since") { Description = "Not earlier than this, e.g. 2026-03-01T06:00Z." };
        var until = new Option<string?>("--until") { Description = "Not later than this." };
        var after = new Option<string?>("--after") { Description = "Only what comes after the entry of this id (hex)." };
        var count = new Option<int?>("--count") { Description = "At most so many entries." };
        var clear = new Option<bool>("--clear") { Description = "Empty the log (up to --until); the entries are gone for everybody." };
        var command = new Command("log", """
            Prints the entries of a log (QueryLogByTime, QueryLogAfter); without a name the logs there are.

            Example: der-agent client log --jid view@dso.example --password-file view.secret --to pv1@dso.example/IEC PV1LD0/LLN0.GeneralLog --since 2026-03-01
            """) { log, since, until, after, count, clear };
        command.SetAction((parse, cancel) => session.RunAsync(
            parse,
            async (client, dictionary, c) =>
            {
                if (parse.GetValue(log) is not { } name)
                {
                    return await ListAsync(client, session.WantsJson(parse), c);
                }

                var query = new LogQuery { Since = TimeText.ParseOptional(parse.GetValue(since)), Until = TimeText.ParseOptional(parse.GetValue(until)), After = parse.GetValue(after) is { } entry ? EntryIdText.Parse(entry) : null, Count = parse.GetValue(count) };
                return parse.GetValue(clear) ? await ClearAsync(client, Log(name), query, c) : await PrintAsync(client, dictionary, Log(name), query, session.WantsJson(parse), c);
            },
            cancel));
        return command;
    }

    private static async Task<int> ListAsync(AcsiClient client, bool json, CancellationToken cancel)
    {
        foreach (var device in await client.GetServerDirectoryAsync(cancel))
        {
            foreach (var log in await client.GetLogsAsync(device, cancel))
            {
                if (json)
                {
                    ValueText.PrintJson(w => w.WriteString("log", $"{device}/{log.Replace('$', '.')}"));
                }
                else
                {
                    Console.WriteLine($"{device}/{log.Replace('$', '.')}");
                }
            }
        }

        return ExitCodes.Success;
    }

    private static async Task<int> ClearAsync(AcsiClient client, ObjectName log, LogQuery query, CancellationToken cancel)
    {
        if (query is not { Since: null, After: null, Count: null })
        {
            throw new FormatException("--clear goes with --until alone: a log is emptied from its beginning");
        }

        Console.WriteLine($"{log}: {await client.ClearLogAsync(log, query.Until, cancel)} entries deleted");
        return ExitCodes.Success;
    }

    private static async Task<int> PrintAsync(AcsiClient client, VariableDictionary dictionary, ObjectName log, LogQuery query, bool json, CancellationToken cancel)
    {
        await foreach (var entry in client.QueryLogAsync(log, query, cancel))
        {
            var members = await MembersAsync(dictionary, entry, cancel);
            if (json)
            {
                PrintJson(entry, members);
                continue;
            }

            AnsiConsole.MarkupLineInterpolated($"[bold]{entry.Time.ToDateTimeOffset():yyyy-MM-dd'T'HH:mm:ss.fff'Z'}[/]  {entry.Id}");
            foreach (var (variable, value, reason) in members)
            {
                Console.WriteLine($"  {variable.Name}  {ValueText.Line(value, variable)}{(reason is null ? "" : $"  ({reason})")}");
            }
        }

        return ExitCodes.Success;
    }

    private static void PrintJson(JournalEntry entry, IEnumerable<(KnownVariable Variable, DataValue Value, string? Reason)> members) => ValueText.PrintJson(w =>
    {
        w.WriteString("time", entry.Time.ToDateTimeOffset().ToString("O", CultureInfo.InvariantCulture));
        w.WriteString("entryID", entry.Id.ToString());
        w.WriteStartArray("members");
        foreach (var (variable, value, reason) in members)
        {
            ValueText.WriteMember(w, reason, value, variable);
        }

        w.WriteEndArray();
    });

    /// <summary>Each value with the reason that stands behind it.</summary>
    private static async Task<IReadOnlyList<(KnownVariable Variable, DataValue Value, string? Reason)>> MembersAsync(VariableDictionary dictionary, JournalEntry entry, CancellationToken cancel)
    {
        var members = new List<(KnownVariable Variable, DataValue Value, string? Reason)>();
        for (var i = 0; i < entry.Variables.Count; i++)
        {
            if (entry.Variables[i] is { Tag: not Reason } variable)
            {
                var reason = i + 1 < entry.Variables.Count && entry.Variables[i + 1] is { Tag: Reason, Value.Kind: DataKind.BitString } next ? Text(next.Value.AsBits()) : null;
                var name = ObjectReferences.Parse(variable.Tag) ?? ObjectName.In("", variable.Tag);
                members.Add((await dictionary.FindAsync(name, cancel), variable.Value, reason));
            }
        }

        return members;
    }

    private static string Text(ulong reason) => (reason & ApplicationTrigger) == 0 ? ((TriggerConditions)reason).ToString() : nameof(ApplicationTrigger);

    private static ObjectName Log(string text) =>
        ObjectReferences.ParseNamed(text) ?? throw new FormatException($"\"{text}\" is no log; write LD/LN.Log, e.g. PV1LD0/LLN0.GeneralLog");
}
