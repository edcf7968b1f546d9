using DerAgent.Model;
using DerAgent.Security;
using DerAgent.Xmpp;

namespace DerAgent.Agent;

/// <summary>Mistakes in connections that no reader notices: everything is well-formed, and nobody gets what was meant.</summary>
internal static class ConnectionChecks
{
    /// <summary>What is wrong with a connection by itself.</summary>
    /// <param name="options">The connection.</param>
    /// <param name="password">Its password, if there is one.</param>
    public static IEnumerable<(bool IsError, string Key, string Text)> Of(ConnectionOptions options, string? password)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (PreparedText.FaultOfJid(options.Jid) is { } fault)
        {
            yield return (IsForeign(options.Jid), "jid", $"The jid \"{options.Jid}\" is not in the form that its server uses: {fault}.");
        }

        if (password is not null && PreparedText.FaultOfPassword(password) is { } unprepared)
        {
            yield return (true, "passwordFile", $"The password is not in the form that the server compares with: {unprepared}.");
        }

        foreach (var (entry, key) in options.Access.Select((a, i) => (a, $"access[{i}].jid")))
        {
            if (PreparedText.FaultOfJid(entry.Jid) is { } peerFault)
            {
                yield return (IsForeign(entry.Jid), key, $"access: \"{entry.Jid}\" is not in the form that its server uses: {peerFault}.");
            }

            if (Jid.Read(entry.Jid) is { Local: null })
            {
                yield return (false, key, $"access: {entry.Jid} is a whole domain: it names the server itself and none of its accounts; write account@{entry.Jid}.");
            }
        }

        foreach (var twice in options.Access.Select((a, i) => (Jid: Jid.Read(a.Jid)?.ToString() ?? "", Index: i)).Where(a => a.Jid.Length > 0).GroupBy(a => a.Jid, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return (true, $"access[{twice.Last().Index}].jid", $"access: {twice.Key} is listed {twice.Count()} times; give it all its roles in one entry.");
        }
    }

    /// <summary>Areas that no logical node of the model is in.</summary>
    public static IEnumerable<(bool IsError, string Key, string Text)> OfAreas(ConnectionOptions options, IedModel model)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(model);
        var nodes = model.LogicalDevices.SelectMany(d => d.LogicalNodes).ToList();
        return from entry in options.Access.Select((a, i) => (a.Jid, a.Area, Index: i))
               from area in entry.Area.Select((a, i) => (Name: a, Index: i))
               where !nodes.Exists(n => Authority.IsWithin(area.Name, n))
               select (false, $"access[{entry.Index}].area[{area.Index}]", $"access: the area \"{area.Name}\" of {entry.Jid} holds no logical node; they are written {nodes[0].Reference}.");
    }

    /// <summary>Connections that would throw each other out.</summary>
    public static IEnumerable<string> OfAll(IEnumerable<ConnectionSetup> connections) => connections
        .GroupBy(c => c.Xmpp.Jid.ToString(), StringComparer.Ordinal)
        .Where(g => g.Count() > 1)
        .Select(g => $"The connections {string.Join(" and ", g.Select(c => c.Name))} log in as {g.Key}: at one service each would throw the other out.");

    /// <summary>What others may write, they may decide; null: only its owner and group may.</summary>
    public static string? OfFile(string file)
    {
        try
        {
            return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & UnixFileMode.OtherWrite) != UnixFileMode.None
                ? $"{file} can be written by everybody on this machine, who could let anybody in; run: chmod o-w {file}"
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever reads it tells.
            return null;
        }
    }

    /// <summary>Beyond ASCII nothing is put right here: the text must be as the server writes it.</summary>
    private static bool IsForeign(string text) => text.Any(c => c > '\x7F');
}
