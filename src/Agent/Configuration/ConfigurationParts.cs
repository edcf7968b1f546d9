using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Security;
using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>Something about the configuration that needs mending.</summary>
/// <param name="IsError">Whether the agent cannot run like that.</param>
/// <param name="Place">File and place in it.</param>
/// <param name="Text">One sentence, with the remedy.</param>
internal sealed record ConfigurationFinding(bool IsError, string Place, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {(IsError ? "error" : "warning")}: {Text}";
}

/// <summary>A connection ready to be opened.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Xmpp">How to reach the server.</param>
/// <param name="Access">Who may do what.</param>
/// <param name="Server">Which of the served servers it leads to.</param>
/// <param name="Source">What agent.json says of it.</param>
internal sealed record ConnectionSetup(string Name, XmppOptions Xmpp, AccessList Access, ServedServer Server, ConnectionOptions Source);

/// <summary>A server of the IED as it is served. Access points with <c>ServerAt</c> share one.</summary>
/// <param name="AccessPoint">The access point that holds it.</param>
/// <param name="Load">The load with the model.</param>
internal sealed record ServedServer(string AccessPoint, SclLoad Load)
{
    /// <summary>The model.</summary>
    public IedModel Model => Load.Model!;
}
