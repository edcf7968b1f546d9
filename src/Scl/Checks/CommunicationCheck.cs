namespace DerAgent.Scl;

/// <summary>Addresses of the Communication section (IEC 61850-6 §9.4): whose they are, and whether they are any.</summary>
internal static class CommunicationCheck
{
    /// <summary>Checks them, once the servers have been looked at.</summary>
    /// <param name="document">The file.</param>
    /// <param name="chosen">The IED that is looked at alone, or null: of addresses of others nothing is known then.</param>
    /// <param name="jidFault">What is wrong with a JID, or null; null: nobody knows.</param>
    /// <param name="findings">Where findings go.</param>
    public static void Run(SclDocument document, string? chosen, Func<string, string?>? jidFault, SclFindings findings)
    {
        var known = new Dictionary<string, SclElement>(StringComparer.OrdinalIgnoreCase);
        var owners = new Dictionary<(string?, string?), (string Jid, SclElement P)>();
        foreach (var connected in (document.Communication?.All("SubNetwork") ?? []).SelectMany(s => s.All("ConnectedAP")))
        {
            var ied = document.Outline.Find(i => i.Name == connected["iedName"]);
            var reference = $"{connected["iedName"]}/{connected["apName"]}";
            if (ied is null && (chosen is not null || document.Clients.Contains(connected.Get("iedName"))))
            {
                // A client of which the file has no more than the address; or perhaps one.
            }
            else if (ied is null)
            {
                findings.Warning(SclCodes.BadAddress, connected, reference, $"ConnectedAP names the IED \"{connected["iedName"]}\", which is not in the file; its addresses count for nobody.", $"Correct iedName{Offered(document.Outline.Select(i => i.Name))}.");
            }
            else if (ied.AccessPoints.All(a => a.Name != connected["apName"]))
            {
                findings.Warning(SclCodes.BadAddress, connected, reference, $"ConnectedAP names the access point \"{connected["apName"]}\", which {ied.Name} does not have; its addresses count for nobody.", $"Correct apName{Offered(ied.AccessPoints.Select(a => a.Name))}.");
            }

            foreach (var p in connected.All("Address").SelectMany(a => a.All("P")).Where(p => p["type"] == "JID"))
            {
                CheckJid(connected, p, reference, known, owners, jidFault, findings);
            }
        }
    }

    private static void CheckJid(
        SclElement connected, SclElement p, string reference, Dictionary<string, SclElement> known, Dictionary<(string?, string?), (string Jid, SclElement P)> owners, Func<string, string?>? jidFault, SclFindings findings)
    {
        var jid = p.Text.Trim();
        var owner = (connected["iedName"], connected["apName"]);
        if (jidFault?.Invoke(jid) is { } fault)
        {
            findings.Warning(SclCodes.BadAddress, p, reference, $"\"{jid}\" is no JID: {fault}.", "Write account@domain/resource.");
        }

        if (owners.TryGetValue(owner, out var before) && before.Jid != jid)
        {
            findings.Warning(SclCodes.BadAddress, p, reference, $"The access point has two JIDs, {before.Jid} (line {before.P.Line}) and {jid}; the last one counts.", "Remove one of them.");
        }
        else if (before.P is null && !known.TryAdd(jid, p))
        {
            findings.Warning(SclCodes.BadAddress, p, reference, $"{jid} is the JID of another access point already (line {known[jid].Line}); who asks for one of them may get the other.", "Give each access point a JID of its own.");
        }

        owners[owner] = (jid, p);
    }

    private static string Offered(IEnumerable<string?> names) => names.Where(n => !string.IsNullOrEmpty(n)).Take(10).ToList() is { Count: > 0 } offered ? $": {string.Join(", ", offered)}" : "";
}
