using System.CommandLine;
using DerAgent.Storage;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent audit</c>: who did what, from the records of the store.</summary>
internal static class AuditCommand
{
    private const double DefaultMinutes = 15;

    public static Command Create()
    {
        var command = new Command("audit", "Looks into the records of commands, settings, files and refusals that the agent keeps. It may run, or not.");
        command.Subcommands.Add(Show());
        return command;
    }

    private static Command Show()
    {
        var config = CommonOptions.Config();
        var json = CommonOptions.Json();
        var reference = new Option<string?>("--object") { Description = "Only of this: a logical device, a logical node, a data object, e.g. DWMX1 or PV1LD0/DWMX1.WMaxSptPct." };
        var client = new Option<string?>("--client") { Description = "Only of this partner: its JID, or a part of it." };
        var around = new Option<string?>("--around") { Description = "Only around a time: 11:36 by the clock here, the last one that has been; or 2026-03-01T11:36Z." };
        var within = new Option<double>("--within") { Description = "Minutes before and after --around.", DefaultValueFactory = _ => DefaultMinutes };
        var since = new Option<string?>("--since") { Description = "Only since then, e.g. 2026-03-01T06:00Z." };
        var until = new Option<string?>("--until") { Description = "Only until then." };
        var failed = new Option<bool>("--failed") { Description = "Only what was refused or went wrong." };
        var count = new Option<int?>("--count") { Description = "The newest so many." };
        var command = new Command("show", """
            Prints records, the oldest first: what, who, how it ended, what was seen of it. With a time, what was done last before stands first: it was in force until then.

            Who curtailed the plant at 11:36?  der-agent audit show --object DWMX1 --around 11:36
            """) { config, reference, client, around, within, since, until, failed, count, json };
        command.SetAction(async (parse, cancel) =>
        {
            try
            {
                var configuration = Configuration.LoadOptions(parse.GetValue(config)!);
                if (configuration.Options is null)
                {
                    throw new FormatException(configuration.Findings.Count > 0 ? configuration.Findings[0].ToString() : "there is no configuration");
                }

                var query = new AuditQuery(parse.GetValue(reference), parse.GetValue(client), TimeText.ParseOptional(parse.GetValue(since)), TimeText.ParseOptional(parse.GetValue(until)), parse.GetValue(failed));
                query = parse.GetValue(around) is { } middle ? query.Around(middle, parse.GetValue(within), TimeProvider.System) : query;
                new AuditView(parse.GetValue(json), TimeZoneInfo.Local).Run(configuration.DataFolder, query, parse.GetValue(count));
                return ExitCodes.Success;
            }
            catch (Exception e) when (e is FormatException or StorageException)
            {
                await Console.Error.WriteLineAsync("der-agent audit: " + e.Message);
                return ExitCodes.Configuration;
            }
        });
        return command;
    }
}
