namespace DerAgent.Agent;

/// <summary>What the program returns. Documented in <c>docs/commands.md</c>.</summary>
internal static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;
    /// <summary>Something failed that has no code of its own.</summary>
    public const int Failure = 1;
    /// <summary>A file is wrong: agent.json, SCL, profile; or the command line.</summary>
    public const int Configuration = 2;
    /// <summary>The XMPP server or the agent could not be reached, or refused the login.</summary>
    public const int Connection = 3;
    /// <summary>The agent answered a service with an error, or a command failed.</summary>
    public const int Service = 4;
}
