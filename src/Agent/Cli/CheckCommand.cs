using System.CommandLine;
using System.Text.Json;
using DerAgent.Devices;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent check</c>: what is wrong with the three files, and what will be served, before anything connects.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var plan = new Option<bool>("--plan") { Description = "Print the exchanges planned for each device." };
        var json = CommonOptions.Json();
        var command = new Command("check", """
            Checks agent.json, the SCL file and the device profiles, and says what will be served. Nothing is connected.

            Exit code 0: the agent would start; 2: it would not.
            Example: der-agent check --config agent.json --plan
            """)
        {
            config, plan, json,
        };
        command.SetAction(async (parse, _) =>
        {
            var configuration = Configuration.Load(parse.GetValue(config)!);
            await using var site = configuration.BuildSite(TimeProvider.System);
            if (parse.GetValue(json))
            {
                WriteJson(configuration);
            }
            else
            {
                Write(configuration, site, parse.GetValue(plan));
            }

            return configuration.IsUsable ? ExitCodes.Success : ExitCodes.Configuration;
        });
        return command;
    }

    private static void Write(Configuration configuration, Site? site, bool plan)
    {
        foreach (var finding in configuration.Findings)
        {
            Console.WriteLine(finding);
        }

        if (configuration.Model is not { } model || site is null)
        {
            return;
        }

        var nodes = model.LogicalDevices.SelectMany(d => d.LogicalNodes).ToList();
        var reports = nodes.SelectMany(n => n.ReportControls).ToList();
        Console.WriteLine($"{model.Name}/{model.AccessPoint}: {model.LogicalDevices.Count} logical devices, {nodes.Count} logical nodes, {model.Slots.Count} attributes");
        Console.WriteLine($"  attributes: {string.Join(", ", model.Slots.GroupBy(s => s.Fc).OrderBy(g => g.Key).Select(g => $"{g.Key} {g.Count()}"))}");
        Console.WriteLine($"  data sets: {nodes.Sum(n => n.DataSets.Count)}; report blocks: {reports.Count(r => r.Buffered)} buffered, {reports.Count(r => !r.Buffered)} unbuffered; logs: {nodes.Sum(n => n.LogControls.Count)}; setting groups: {nodes.Count(n => n.SettingControl is not null)}");
        Console.WriteLine($"  not served by this version: logs and setting groups (declared, readable), GOOSE and sampled values");
        Console.WriteLine($"  bindings: {site.BindingCount} to {site.Devices.Count} devices");
        foreach (var connection in configuration.Connections)
        {
            Console.WriteLine($"  connection {connection.Name}: {connection.Xmpp.Jid} at {(connection.Xmpp.Servers.Count > 0 ? string.Join(", ", connection.Xmpp.Servers) : "the servers of " + connection.Xmpp.Jid.Domain)}, {connection.Access.Jids.Count} peers");
        }

        foreach (var device in plan ? site.Devices : [])
        {
            Console.WriteLine($"  {device.Name} ({device.Profile}); SunSpec points stand at model x 1000 + offset until the device is asked:");
            foreach (var block in site.PlanOf(device.Name))
            {
                Console.WriteLine($"    {block}");
            }
        }

        Console.WriteLine(configuration.IsUsable ? "The agent would start." : "The agent would not start.");
    }

    private static void WriteJson(Configuration configuration)
    {
        using var stream = Console.OpenStandardOutput();
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteBoolean("usable", configuration.IsUsable);
        writer.WriteStartArray("findings");
        foreach (var finding in configuration.Findings)
        {
            writer.WriteStartObject();
            writer.WriteString("severity", finding.IsError ? "error" : "warning");
            writer.WriteString("place", finding.Place);
            writer.WriteString("text", finding.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber("attributes", configuration.Model?.Slots.Count ?? 0);
        writer.WriteString("ied", configuration.Model?.Name);
        writer.WriteEndObject();
        writer.Flush();
        stream.WriteByte((byte)'\n');
    }
}
