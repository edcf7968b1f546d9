using DerAgent.Acsi;

namespace DerAgent.Agent;

/// <summary>Looks at an SCL file that a client sets: it is taken only where the agent would run with it.</summary>
/// <param name="path">Path of agent.json.</param>
/// <param name="time">Clock.</param>
internal sealed class SetConfiguration(string path, TimeProvider time)
{
    /// <summary>Characters of a fault that are told.</summary>
    private const int MostText = 400;

    /// <summary>Why a file may not have its name; null where it may.</summary>
    /// <param name="name">The name.</param>
    /// <param name="draft">Where the file is.</param>
    public string? FaultOf(string name, string draft)
    {
        if (!FileNames.IsWithin(name, FileRights.Configuration))
        {
            return null;
        }

        var next = Configuration.Load(path, draft);
        if (next.Options is null)
        {
            return "agent.json cannot be read";
        }

        if (name != next.SetSclName)
        {
            return $"this agent takes {next.SetSclName}, and nothing else in that folder";
        }

        // Nothing is connected with it.
        _ = next.BuildSite(time)?.DisposeAsync().AsTask();
        var errors = next.Findings.Where(f => f.IsError).ToList();
        var text = errors.Count == 0 ? null : $"{errors[0]}{(errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "")}".Replace(draft, name, StringComparison.Ordinal);
        return text is { Length: > MostText } ? text[..MostText] : text ?? (next.IsUsable ? null : "it cannot be served");
    }
}
