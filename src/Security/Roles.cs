using DerAgent.Model;

namespace DerAgent.Security;

/// <summary>Roles and their rights (IEC 62351-8 table 2; private roles from -1 down are ours).</summary>
public static class Roles
{
    private const Right Operator = Right.View | Right.Read | Right.Reporting | Right.Logging | Right.Control;

    /// <summary>Every role with its number and rights.</summary>
    public static IReadOnlyDictionary<string, (int Number, Right Rights)> All { get; } = new Dictionary<string, (int Number, Right Rights)>(StringComparer.Ordinal)
    {
        ["VIEWER"] = (0, Right.View),
        ["OPERATOR"] = (1, Operator),
        ["ENGINEER"] = (2, Right.View | Right.Read | Right.DataSet | Right.Reporting | Right.Logging | Right.FileRead | Right.FileWrite | Right.FileManagement | Right.Config | Right.SettingGroup),
        ["INSTALLER"] = (3, Right.View | Right.Read | Right.FileRead | Right.FileWrite | Right.Config),
        ["SECADM"] = (4, Right.View | Right.Security),
        ["SECAUD"] = (5, Right.View | Right.Logging),
        ["RBACMNT"] = (6, Right.View),
        ["DSO_OPERATOR"] = (-1, Operator | Right.Config),
        ["AGGREGATOR_OPERATOR"] = (-2, Operator | Right.Config),
        ["MONITOR"] = (-3, Right.View | Right.Read | Right.Reporting | Right.Logging | Right.FileRead),
    };

    /// <summary>The sum of what roles may do; a role nobody knows gives nothing.</summary>
    public static Right RightsOf(IEnumerable<string> roles)
    {
        ArgumentNullException.ThrowIfNull(roles);
        return roles.Aggregate(Right.None, (sum, role) => sum | (All.TryGetValue(role, out var known) ? known.Rights : Right.None));
    }
}
