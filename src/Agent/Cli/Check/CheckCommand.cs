using System.CommandLine;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent check</c>: what is wrong with SCL files, or with a whole configuration, and what will be served, before anything connects.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file") { Description = "SCL files (ICD, CID, IID, SCD). Without one, the configuration is checked.", Arity = ArgumentArity.ZeroOrMore };
        var config = CommonOptions.Config();
        var ied = CommonOptions.Ied();
        var accessPoint = CommonOptions.AccessPoint();
        var xsd = new Option<string?>("--xsd") { Description = "Folder with SCL.xsd, or with one folder for each edition (2003, 2007B, 2007B4): checks against the XML schema." };
        var nsd = new Option<string?>("--nsd") { Description = "Folder with NSD files (IEC 61850-7-7): checks against the standards' own class definitions." };
        var profiles = CommonOptions.Profiles();
        var plan = new Option<bool>("--plan") { Description = "Print the exchanges planned for each device." };
        var strict = new Option<bool>("--strict") { Description = "Exit code 1 when there are warnings." };
        var all = new Option<bool>("--all") { Description = "Print every finding; else of many of a kind a few." };
        var fix = new Option<string?>("--fix") { Description = "Write the file to this one, which must not exist, with what can be mended for certain mended; prints what changes." };
        var json = CommonOptions.Json();
        var sarif = new Option<bool>("--sarif") { Description = "Print findings as SARIF 2.1.0, for code hosts and editors." };
        var command = new Command("check", """
            Says what is wrong with SCL files, line by line, and what the agent would serve of them. Nothing is connected.
            Without files, checks agent.json, its SCL file and the device profiles.

            Exit code 0: clean, or warnings only; 1: warnings, with --strict; 2: errors, the agent would not start.
            Of a file with several servers, of which none is chosen, the agent would start where it would with one of them.
            Examples: der-agent check pv-inverter.cid
                      der-agent check station.scd --ied PV1 --nsd nsd --xsd xsd --strict
                      der-agent check --config /etc/der-agent/agent.json --plan
                      der-agent check pv1.cid --fix pv1-mended.cid
            """)
        {
            files, config, ied, accessPoint, xsd, nsd, profiles, plan, strict, all, fix, json, sarif,
        };
        command.SetAction(async (parse, _) =>
        {
            var output = parse.GetValue(json) ? CheckOutput.Json : parse.GetValue(sarif) ? CheckOutput.Sarif : CheckOutput.Text;
            if (parse.GetValue(files) is not { Length: > 0 } paths)
            {
                return await ConfigurationCheck.RunAsync(parse.GetValue(config)!, parse.GetValue(plan), parse.GetValue(strict), output == CheckOutput.Json);
            }

            var check = new FileCheck(new() { Ied = parse.GetValue(ied), AccessPoint = parse.GetValue(accessPoint), SchemaFolder = parse.GetValue(xsd), NsdFolder = parse.GetValue(nsd), JidFault = SclJids.Fault }, parse.GetValue(profiles)!, parse.GetValue(plan), parse.GetValue(all));
            return parse.GetValue(fix) is not { } mended ? await check.RunAsync(paths, output, parse.GetValue(strict))
                : paths is [var one] ? await check.FixAsync(one, mended, parse.GetValue(strict))
                : await Told("--fix mends one file at a time.");
        });
        return command;
    }

    private static async Task<int> Told(string fault)
    {
        await Console.Error.WriteLineAsync(fault);
        return ExitCodes.Configuration;
    }
}

/// <summary>What a check prints.</summary>
internal enum CheckOutput
{
    /// <summary>Lines for people.</summary>
    Text,
    /// <summary>One JSON object.</summary>
    Json,
    /// <summary>SARIF 2.1.0.</summary>
    Sarif,
}
