using DerAgent.Acsi;

namespace DerAgent.Storage;

/// <summary>What the agent keeps: each of its servers has a part of it.</summary>
internal interface IAgentStore
{
    /// <summary>Whether something was found damaged since the start; what could be read of it is there.</summary>
    bool IsDamaged { get; }

    /// <summary>Called when something was found damaged after the start, on a thread of the store's.</summary>
    Action? Damaged { get; set; }

    /// <summary>The part of a server.</summary>
    /// <param name="name">Its name: that of its access point.</param>
    IServerStore Part(string name);

    /// <summary>What something else keeps that is no server: values by key, no entries, so that it takes nothing of the servers' room.</summary>
    /// <param name="name">Its name.</param>
    IStateStore State(string name);
}
