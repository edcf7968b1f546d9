using DerAgent.Model;

namespace DerAgent.Security;

/// <summary>One entry of a connection's access list.</summary>
/// <param name="Jid">Bare JID of the peer.</param>
/// <param name="Roles">Its roles.</param>
/// <param name="Area">Logical nodes it may see; empty: all.</param>
public sealed record AccessEntry(string Jid, IReadOnlyList<string> Roles, IReadOnlyList<string> Area);

/// <summary>Who may do what over one connection. Who is not on it may nothing, not even know that we are here.</summary>
public sealed class AccessList
{
    private readonly Dictionary<string, Subject> _subjects = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A list of these entries.</summary>
    public AccessList(IEnumerable<AccessEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var entry in entries)
        {
            _subjects[entry.Jid] = new(entry.Jid, Roles.RightsOf(entry.Roles), entry.Area);
        }
    }

    /// <summary>JIDs on the list.</summary>
    public IReadOnlyCollection<string> Jids => _subjects.Keys;

    /// <summary>The subject of a bare JID; null: it is not on the list.</summary>
    public Subject? Find(string bareJid) => _subjects.GetValueOrDefault(bareJid);

    /// <summary>Those who may less, or less far, by the list that comes than by this one.</summary>
    public IReadOnlyList<string> ShrunkBy(AccessList next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return [.. _subjects.Values.Where(s => next.Find(s.Peer) is not { } after || (s.Rights & ~after.Rights) != Right.None || IsNarrower(after.Area, s.Area)).Select(s => s.Peer)];
    }

    private static bool IsNarrower(IReadOnlyList<string> next, IReadOnlyList<string> before) =>
        next.Count > 0 && (before.Count == 0 || before.Except(next, StringComparer.Ordinal).Any());
}
