namespace DerAgent.Scl;

/// <summary>Whom a ClientLN means (IEC 61850-6 §9.3.8): an IED of the file, with a logical node of its, by the JID of its access point; or a JID itself.</summary>
/// <param name="document">The file.</param>
internal sealed class ReportClients(SclDocument document)
{
    /// <summary>The JIDs of a client: those of its access point in this file, or what the file names it by where that is one.</summary>
    public IReadOnlyList<string> JidsOf(SclElement client)
    {
        var name = client.Get("iedName");
        document.Clients.Add(name);
        return IsJid(name) ? [name] : [.. document.Address(name, client["apRef"]).Where(a => a.Type == "JID" && a.Value.Length > 0).Select(a => a.Value).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Why a ClientLN means nobody, as the end of a sentence; null: it means somebody, or an IED of which the file has no more than the address.</summary>
    public string? Fault(SclElement client)
    {
        var name = client.Get("iedName");
        if (IsJid(name))
        {
            return null;
        }

        if (document.Ied(name) is not { } ied)
        {
            return document.Address(name, null).Any() ? null : $"{name}, an IED that the file does not have";
        }

        var node = SclNames.LogicalNodeOf(client);
        return ied.Nodes.Contains($"{client["ldInst"]}/{node}") || ied.Nodes.Contains($"/{node}") ? null : $"{client["ldInst"]}/{node} of {name}, a logical node that it does not have";
    }

    private static bool IsJid(string name) => name.Contains('@', StringComparison.Ordinal);
}
