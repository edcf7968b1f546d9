using System.CommandLine;
using System.CommandLine.Invocation;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent --version</c>: version, commit, runtime and how it was built.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        Console.WriteLine($"der-agent {BuildInfo.Line}");
        return ExitCodes.Success;
    }
}
