namespace DerAgent.Security;

/// <summary>What a subject may do (IEC 62351-8 §5).</summary>
[Flags]
public enum AccessRights
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Directories and definitions.</summary>
    View = 1,
    /// <summary>Values.</summary>
    Read = 2,
    /// <summary>Report control blocks.</summary>
    Reporting = 4,
    /// <summary>Commands.</summary>
    Control = 8,
    /// <summary>Parameters and configuration.</summary>
    Config = 16,
}

/// <summary>What a peer may do, and where.</summary>
/// <param name="Rights">What.</param>
/// <param name="Area">Where: patterns of logical nodes; empty: everywhere.</param>
public sealed record AccessGrant(AccessRights Rights, IReadOnlyList<string> Area);

/// <summary>One entry of a connection's access list.</summary>
/// <param name="Jid">Bare JID of the peer.</param>
/// <param name="Roles">Its roles.</param>
/// <param name="Area">Logical nodes it may see; empty: all.</param>
public sealed record AccessEntry(string Jid, IReadOnlyList<string> Roles, IReadOnlyList<string> Area);

/// <summary>Who may do what over one connection. Who is not on it may nothing, not even know that we are here.</summary>
public sealed class AccessList
{
    private const AccessRights Look = AccessRights.View | AccessRights.Read | AccessRights.Reporting;
    private readonly Dictionary<string, AccessGrant> _grants = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A list of these entries.</summary>
    public AccessList(IEnumerable<AccessEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        foreach (var entry in entries)
        {
            _grants[entry.Jid] = new(RightsOf(entry.Roles), entry.Area);
        }
    }

    /// <summary>Roles with a meaning (IEC 62351-8 table 2).</summary>
    public static IReadOnlyList<string> KnownRoles { get; } = ["VIEWER", "OPERATOR", "ENGINEER", "INSTALLER", "SECADM", "SECAUD", "RBACMNT"];

    /// <summary>JIDs on the list.</summary>
    public IReadOnlyCollection<string> Jids => _grants.Keys;

    /// <summary>What a bare JID may do; null: it is not on the list.</summary>
    public AccessGrant? Find(string bareJid) => _grants.GetValueOrDefault(bareJid);

    /// <summary>The sum of what the roles may do: OPERATOR commands, all others look.</summary>
    private static AccessRights RightsOf(IReadOnlyList<string> roles) =>
        roles.Count == 0 ? AccessRights.None : roles.Contains("OPERATOR", StringComparer.Ordinal) ? Look | AccessRights.Control | AccessRights.Config : Look;
}
