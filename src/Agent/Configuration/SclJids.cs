using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>Judges the JIDs of an SCL file: they are configured by people, so they must be in the form the server uses (RFC 7622 §3).</summary>
internal static class SclJids
{
    /// <summary>What is wrong with a JID, or null.</summary>
    public static string? Fault(string jid) => !Jid.TryParse(jid, out _) ? "it is not account@domain or account@domain/resource" : PreparedText.FaultOfJid(jid);
}
