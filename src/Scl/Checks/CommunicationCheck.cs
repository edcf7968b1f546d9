namespace DerAgent.Scl;

/// <summary>Addresses of the Communication section (IEC 61850-6 §9.4): whose they are, and whether they are any. Made once the servers have been looked at.</summary>
/// <param name="document">The file.</param>
/// <param name="chosen">The IED that is looked at alone, or null: of addresses of others nothing is known then.</param>
/// <param name="jidFault">What is wrong with a JID, or null; null: nobody knows.</param>
/// <param name="findings">Where findings go.</param>
internal sealed class CommunicationCheck(SclDocument document, string? chosen, Func<string, string?>? jidFault, SclFindings findings)
{
    private readonly Dictionary<string, SclElement> _jids = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string?, string?), SclElement> _owners = [];

    /// <summary>Checks them all.</summary>
    public void Run()
    {
        foreach (var connected in document.ConnectedAccessPoints)
        {
            var reference = $"{connected["iedName"]}/{connected["apName"]}";
            CheckOwner(connected, reference);
            foreach (var p in connected.All("Address").SelectMany(a => a.All("P")).Where(p => p["type"] == "JID"))
            {
                CheckJid(connected, p, reference);
            }
        }
    }

    private void CheckOwner(SclElement connected, string reference)
    {
        if (document.Ied(connected["iedName"]) is { } ied)
        {
            if (ied.AccessPoints.All(a => a.Name != connected["apName"]))
            {
                findings.Warning(SclCodes.BadAddress, connected, reference, $"ConnectedAP names the access point \"{connected["apName"]}\", which {ied.Name} does not have; its addresses count for nobody.", $"Correct apName{Offered(ied.AccessPoints.Select(a => a.Name))}.");
            }
        }
        else if (chosen is null && !document.Clients.Contains(connected.Get("iedName")))
        {
            // It is no client either, of which the file has no more than the address.
            findings.Warning(SclCodes.BadAddress, connected, reference, $"ConnectedAP names the IED \"{connected["iedName"]}\", which is not in the file; its addresses count for nobody.", $"Correct iedName{Offered(document.Outline.Select(i => i.Name))}.");
        }
    }

    private void CheckJid(SclElement connected, SclElement p, string reference)
    {
        var jid = p.Text.Trim();
        if (jidFault?.Invoke(jid) is { } fault)
        {
            findings.Warning(SclCodes.BadAddress, p, reference, $"\"{jid}\" is no JID: {fault}.", "Write account@domain/resource.");
        }

        var owner = (connected["iedName"], connected["apName"]);
        if (_owners.TryGetValue(owner, out var before) && before.Text.Trim() != jid)
        {
            findings.Warning(SclCodes.BadAddress, p, reference, $"The access point has two JIDs, {before.Text.Trim()} (line {before.Line}) and {jid}; the last one counts.", "Remove one of them.");
        }
        else if (before is null && !_jids.TryAdd(jid, p))
        {
            findings.Warning(SclCodes.BadAddress, p, reference, $"{jid} is the JID of another access point already (line {_jids[jid].Line}); who asks for one of them may get the other.", "Give each access point a JID of its own.");
        }

        _owners[owner] = p;
    }

    private static string Offered(IEnumerable<string?> names) => names.Where(n => !string.IsNullOrEmpty(n)).Take(10).ToList() is { Count: > 0 } offered ? $": {string.Join(", ", offered)}" : "";
}
