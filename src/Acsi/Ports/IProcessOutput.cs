using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Where commands and parameters go: the hardware. Outcomes come back as messages to the server.</summary>
public interface IProcessOutput
{
    /// <summary>Whether writes to this leaf go to hardware.</summary>
    bool IsBound(DataNode leaf);

    /// <summary>Starts a write and returns at once. The outcome comes back through <see cref="AcsiServer.CommandAccepted"/> and <see cref="AcsiServer.CommandCompleted"/>.</summary>
    void Start(ProcessCommand command);
}

/// <summary>A value on its way to the hardware.</summary>
/// <param name="Id">Names the command in its outcome.</param>
/// <param name="Target">The bound leaf: <c>Oper.ctlVal</c> of a control, or a parameter.</param>
/// <param name="Value">The value.</param>
/// <param name="TimeLimit">How long the execution may take; null: as the device profile says.</param>
public sealed record ProcessCommand(long Id, DataNode Target, DataValue Value, TimeSpan? TimeLimit);
