using System.Text.Json;

namespace DerAgent.Agent.Cli;

/// <summary>Checks agent.json with everything it names: the same that the service does before it starts.</summary>
internal static class ConfigurationCheck
{
    public static async Task<int> RunAsync(string path, bool plan, bool strict, bool json)
    {
        var configuration = Configuration.LoadAtStart(path);
        await using var site = configuration.BuildSite(TimeProvider.System);
        if (json)
        {
            WriteJson(configuration);
        }
        else
        {
            Write(configuration, site, plan);
        }

        return !configuration.WouldStart ? ExitCodes.Configuration : strict && configuration.Findings.Count > 0 ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static void Write(Configuration configuration, Devices.Site? site, bool plan)
    {
        foreach (var finding in configuration.Findings)
        {
            Console.WriteLine(finding);
        }

        foreach (var server in site is null ? [] : configuration.Servers)
        {
            foreach (var line in ServedReport.Lines(server.Model, site!, plan))
            {
                Console.WriteLine(line);
            }
        }

        foreach (var connection in configuration.Connections)
        {
            Console.WriteLine($"  connection {connection.Name}: {connection.Xmpp.Jid} at {(connection.Xmpp.Servers.Count > 0 ? string.Join(", ", connection.Xmpp.Servers) : "the servers of " + connection.Xmpp.Jid.Domain)}, {Counted.Of(connection.Access.Jids.Count, "peer")}, access point {connection.Server.AccessPoint}");
        }

        Console.WriteLine(configuration.WouldStart ? "The agent would start." : !configuration.IsUsable ? "The agent would not start." : "The agent would not start before there is room for what may not be lost.");
    }

    private static void WriteJson(Configuration configuration)
    {
        using var stream = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("usable", configuration.WouldStart);
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
            writer.WriteNumber("attributes", configuration.Servers.Sum(s => s.Model.Declared.Count()));
            writer.WriteString("ied", configuration.Servers is [var first, ..] ? first.Model.Name : null);
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }
}
