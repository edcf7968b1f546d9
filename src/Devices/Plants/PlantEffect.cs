using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>What a plant has to do.</summary>
internal abstract record PlantEffect
{
    /// <summary>A member is given a limit in W, or none any more.</summary>
    public sealed record Write(int Member, long Id, double? Watts) : PlantEffect;

    /// <summary>What a member was given is nobody's any more: it is left as it is.</summary>
    public sealed record Leave(int Member) : PlantEffect;

    /// <summary>A command is in force.</summary>
    public sealed record Accepted(long Id) : PlantEffect;

    /// <summary>A command has ended.</summary>
    public sealed record Ended(long Id, CommandOutcome Outcome) : PlantEffect;

    /// <summary>What must not be forgotten over a restart has changed.</summary>
    public sealed record Keep : PlantEffect;

    /// <summary>A line for people.</summary>
    public sealed record Tell(string Text, bool IsWarning) : PlantEffect;
}
