using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>Reads from presence whether a peer is gone (IEC TR 61850-80-3 §7.5.4).</summary>
internal static class PeerPresence
{
    /// <summary>
    /// The full JID whose associations a presence ends, or null. Presence of a bare JID says nothing of a session: a server acknowledges our subscription
    /// request with <c>unavailable</c> (RFC 6121 §3.1.3), also while the partner is there and has just associated.
    /// </summary>
    /// <param name="type">Type of the presence.</param>
    /// <param name="from">Its sender.</param>
    public static string? Gone(string? type, Jid? from) => type is "unavailable" or "error" && from is { IsBare: false } ? from.ToString() : null;
}
