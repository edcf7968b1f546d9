using System.Text.Json;
using DerAgent.Client;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary>Prints the directory of an agent.</summary>
internal sealed class BrowseView(bool json, bool all)
{
    public async Task<int> RunAsync(AcsiClient client, CancellationToken cancel)
    {
        foreach (var device in await client.GetServerDirectoryAsync(cancel))
        {
            var variables = await client.GetVariablesAsync(device, cancel);
            var dataSets = await client.GetDataSetsAsync(device, cancel);
            if (json)
            {
                ValueText.PrintJson(w => Write(w, device, variables, dataSets));
            }
            else
            {
                Print(device, variables, dataSets);
            }
        }

        return ExitCodes.Success;
    }

    private static void Write(Utf8JsonWriter writer, string device, IReadOnlyList<string> variables, IReadOnlyList<string> dataSets)
    {
        writer.WriteString("logicalDevice", device);
        writer.WriteStartArray("variables");
        foreach (var name in variables)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("dataSets");
        foreach (var name in dataSets)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }

    private void Print(string device, IReadOnlyList<string> variables, IReadOnlyList<string> dataSets)
    {
        var tree = new Tree(device) { Guide = TreeGuide.Ascii };
        foreach (var node in variables.Select(v => v.Split('$')).Where(p => p.Length >= 3).GroupBy(p => p[0], StringComparer.Ordinal))
        {
            var branch = tree.AddNode(node.Key);
            if (all)
            {
                foreach (var path in node)
                {
                    branch.AddNode(Markup.Escape($"{string.Join('.', path.Skip(2))} [{path[1]}]"));
                }

                continue;
            }

            foreach (var item in node.Where(p => p.Length == 3).GroupBy(p => p[2], StringComparer.Ordinal))
            {
                branch.AddNode(Markup.Escape($"{item.Key} [{string.Join(' ', item.Select(p => p[1]))}]"));
            }
        }

        var sets = tree.AddNode("data sets");
        foreach (var set in dataSets)
        {
            sets.AddNode(Markup.Escape(set));
        }

        AnsiConsole.Write(tree);
    }
}
