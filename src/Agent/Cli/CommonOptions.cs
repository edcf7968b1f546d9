using System.CommandLine;

namespace DerAgent.Agent.Cli;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<string> Config() => new("--config", "-c")
    {
        Description = "The file agent.json; without it the one here, else the one of the installed service.",
        DefaultValueFactory = _ => File.Exists(Here) || !File.Exists(Installed) ? Here : Installed,
    };

    private const string Here = "agent.json";

    private static string Installed => OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "der-agent", Here) : $"/etc/der-agent/{Here}";

    public static Option<string?> Trace() => new("--trace")
    {
        Description = "Append every stanza to this file: time, direction, connection, association, XML. Logins are left out, and what strangers send. At 16 MB the file becomes FILE.1 and a new one begins.",
    };

    /// <summary>Opens a trace; null where none is asked for, or it cannot be opened: then <paramref name="fault"/> says why.</summary>
    public static StanzaTrace? OpenTrace(string? path, Action<string> warn, out string? fault)
    {
        fault = null;
        try
        {
            return path is null ? null : new StanzaTrace(path, TimeProvider.System, warn);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            fault = $"the trace {path} cannot be written: {e.Message}";
            return null;
        }
    }

    public static Option<string?> Ied() => new("--ied") { Description = "IED, where the file has several." };

    public static Option<string?> AccessPoint() => new("--ap") { Description = "Access point, where the IED has several." };

    public static Option<string[]> Profiles() => new("--profiles") { Description = "Folders with device profiles, beside those shipped.", DefaultValueFactory = _ => [] };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON, one object a line, for programs." };
}
