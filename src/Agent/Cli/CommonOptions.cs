using System.CommandLine;

namespace DerAgent.Agent.Cli;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<string> Config() => new("--config", "-c")
    {
        Description = "The file agent.json.",
        DefaultValueFactory = _ => "agent.json",
    };

    public static Option<string?> Trace() => new("--trace")
    {
        Description = "Append every stanza to this file: time, direction, connection, association, XML. Logins are left out.",
    };

    public static Option<string?> Ied() => new("--ied") { Description = "IED, where the file has several." };

    public static Option<string?> AccessPoint() => new("--ap") { Description = "Access point, where the IED has several." };

    public static Option<string[]> Profiles() => new("--profiles") { Description = "Folders with device profiles, beside those shipped.", DefaultValueFactory = _ => [] };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON, one object a line, for programs." };
}
