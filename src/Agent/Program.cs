using System.CommandLine;
using DerAgent.Agent.Cli;

var root = new RootCommand("Puts a solar inverter, battery or CHP unit on the smart grid: an IEC 61850 server over XMPP.")
{
    RunCommand.Create(),
    CheckCommand.Create(),
    SimCommand.Create(),
    ClientCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
