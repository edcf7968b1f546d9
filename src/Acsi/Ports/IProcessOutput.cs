using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Where commands and parameters go: the hardware. They are started and withdrawn by effects; outcomes come back as messages to the server.</summary>
internal interface IProcessOutput
{
    /// <summary>Whether writes to this leaf go to hardware.</summary>
    bool IsBound(DataNode leaf);

    /// <summary>Starts a write and returns at once. The outcome comes back through <see cref="AcsiServer.CommandAccepted"/> and <see cref="AcsiServer.CommandCompleted"/>.</summary>
    void Start(ProcessCommand command);

    /// <summary>Nobody wants what was commanded through this leaf any more: what of it is in force is let go of. Nobody waits for it.</summary>
    void LetGo(DataNode leaf);

    /// <summary>How the fail-safe of a set point is, to be shown with the devices that it leads to.</summary>
    void ShowFailSafe(DataNode leaf, bool isActive, bool isExpired, bool isBlocked);

    /// <summary>A command is written no further; nobody waits for its outcome.</summary>
    void Withdraw(long id);
}

/// <summary>Values on their way to the hardware.</summary>
/// <param name="Id">Names the command in its outcome.</param>
/// <param name="Targets">What is set; the outcome is the worst of them.</param>
internal sealed record ProcessCommand(long Id, IReadOnlyList<ProcessTarget> Targets);

/// <summary>One value of a command.</summary>
/// <param name="Leaf">The bound leaf: <c>Oper.ctlVal</c> of a control, or a parameter.</param>
/// <param name="Value">The value.</param>
internal readonly record struct ProcessTarget(DataNode Leaf, DataValue Value);
