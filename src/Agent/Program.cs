using System.CommandLine;
using DerAgent.Agent;
using DerAgent.Agent.Cli;
using Spectre.Console;

if (Console.IsOutputRedirected)
{
    // Programs read lines; only a terminal has a width to break them at.
    AnsiConsole.Profile.Width = 10_000;
}

var root = new RootCommand("Puts a solar inverter, battery or CHP unit on the smart grid: an IEC 61850 server over XMPP.")
{
    RunCommand.Create(),
    CheckCommand.Create(),
    ShowCommand.Create(),
    ConformanceCommand.Create(),
    ScaffoldCommand.Create(),
    ProfileCommand.Create(),
    ProbeCommand.Create(),
    SimCommand.Create(),
    ClientCommand.Create(),
    AuditCommand.Create(),
};

// Whoever reports a fault is asked for all of it.
root.Options.OfType<VersionOption>().First().Action = new VersionAction();

// What was tried on a device is let go of before the program ends, whoever ends it.
var configuration = new InvocationConfiguration();
configuration.ProcessTerminationTimeout = args.Contains("--command", StringComparer.Ordinal) ? ProbeTrial.LongestEnd : configuration.ProcessTerminationTimeout;
var parse = root.Parse(args);
var result = await parse.InvokeAsync(configuration);

// The command line is at fault, and what went wrong with it has been said.
return parse.Errors.Count > 0 ? ExitCodes.Configuration : result;
