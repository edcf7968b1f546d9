using System.Net;

namespace DerAgent.Xmpp;

/// <summary>A server that let us in.</summary>
/// <param name="Server">Its name and port.</param>
/// <param name="Address">Where it was then.</param>
public sealed record KnownServer(XmppEndpoint Server, IPAddress Address);

/// <summary>Remembers the servers that let us in, for the day on which DNS does not answer.</summary>
public interface IKnownServers
{
    /// <summary>Them, the last one first.</summary>
    IReadOnlyList<KnownServer> Servers { get; }

    /// <summary>A server let us in. Must not throw.</summary>
    void Served(KnownServer server);
}
