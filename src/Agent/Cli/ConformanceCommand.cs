using System.CommandLine;
using System.Text;
using DerAgent.Agent.Conformance;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent conformance</c>: the statements that a test lab asks for, of what is configured.</summary>
internal static class ConformanceCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var folder = new Option<string?>("--out") { Description = "Folder for the pages; without it they are printed." };
        var command = new Command("conformance", """
            Writes PICS (models and services), PIXIT (limits, times, choices), MICS (logical nodes and data objects) and the tests of each service, as Markdown,
            generated from the configuration: what they say is what is served.

            Example: der-agent conformance --config /etc/der-agent/agent.json --out conformance
            """) { config, folder };
        command.SetAction((parse, cancel) => RunAsync(parse.GetValue(config)!, parse.GetValue(folder), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string path, string? folder, CancellationToken cancel)
    {
        var configuration = Configuration.LoadAtStart(path);
        foreach (var finding in configuration.Findings.Where(f => f.IsError))
        {
            await Console.Error.WriteLineAsync(finding.ToString());
        }

        if (!configuration.IsUsable)
        {
            await Console.Error.WriteLineAsync("der-agent conformance: a configuration that cannot be used conforms to nothing; mend the errors above");
            return ExitCodes.Configuration;
        }

        try
        {
            foreach (var (file, text) in ConformanceStatement.Pages(configuration))
            {
                if (folder is null)
                {
                    Console.WriteLine(text);
                }
                else
                {
                    Directory.CreateDirectory(folder);
                    await File.WriteAllTextAsync(Path.Combine(folder, file), text, new UTF8Encoding(false), cancel);
                    Console.WriteLine(Path.Combine(folder, file));
                }
            }

            return ExitCodes.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"der-agent conformance: {e.Message}");
            return ExitCodes.Failure;
        }
    }
}
