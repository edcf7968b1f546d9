using System.CommandLine;
using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent show</c>: what is in an SCL file, as a tree, as lines, or as a page.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "SCL file." };
        var ied = CommonOptions.Ied();
        var accessPoint = CommonOptions.AccessPoint();
        var flat = new Option<bool>("--flat") { Description = "One line for each attribute the file declares: reference, functional constraint, type, value; sorted." };
        var html = new Option<bool>("--html") { Description = "A page that needs nothing else, with search, for a browser." };
        var depth = new Option<int>("--depth") { Description = "Levels of the tree: 1 logical devices, 2 logical nodes, 3 data objects, 4 attributes.", DefaultValueFactory = _ => 3 };
        var command = new Command("show", """
            Shows what is in an SCL file.

            Examples: der-agent show pv-inverter.cid
                      der-agent show station.scd --ied PV1 --flat
                      der-agent show pv-inverter.cid --html > pv-inverter.html
            """)
        {
            file, ied, accessPoint, flat, html, depth,
        };
        command.SetAction((parse, _) => Task.FromResult(
            parse.GetValue(flat)
                ? Flat(parse.GetValue(file)!, parse.GetValue(ied), parse.GetValue(accessPoint))
                : Tree(parse.GetValue(file)!, new() { Ied = parse.GetValue(ied), AccessPoint = parse.GetValue(accessPoint) }, parse.GetValue(html), parse.GetValue(depth))));
        return command;
    }

    private static int Flat(string path, string? ied, string? accessPoint)
    {
        try
        {
            var lines = SclInspector.Flat(path, ied, accessPoint, out var findings);
            foreach (var line in lines)
            {
                Console.WriteLine(line);
            }

            var errors = findings.Where(f => f.Severity == SclSeverity.Error).ToList();
            errors.ForEach(e => Console.Error.WriteLine(e));
            return errors.Count > 0 && lines.Count == 0 ? ExitCodes.Configuration : ExitCodes.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{path} cannot be read: {e.Message}");
            return ExitCodes.Configuration;
        }
    }

    private static int Tree(string path, SclOptions options, bool html, int depth)
    {
        var models = new List<IedModel>();
        var inspection = SclInspector.Inspect(path, new() { Ied = options.Ied, AccessPoint = options.AccessPoint }, server =>
        {
            models.Add(server.Model);
            return [];
        });
        if (models.Count == 0)
        {
            foreach (var finding in inspection.Findings)
            {
                Console.Error.WriteLine(finding);
            }

            return ExitCodes.Configuration;
        }

        if (html)
        {
            HtmlPage.Write(Console.Out, path, models, inspection.Findings);
        }
        else
        {
            models.ForEach(m => ModelTree.Write(m, depth));
        }

        return ExitCodes.Success;
    }
}
