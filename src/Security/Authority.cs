using System.IO.Enumeration;
using DerAgent.Model;

namespace DerAgent.Security;

/// <summary>Answers the one question of access control: roles gave the rights, areas say where (IEC 62351-8).</summary>
public sealed class Authority : IAuthority
{
    /// <summary>Records of what others did: seen by those whose area names them, or who audit.</summary>
    private const string TrackingClass = "LTRK";

    /// <inheritdoc/>
    public Access Allows(Subject subject, Right right, DataNode? node, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (right == Right.None)
        {
            return Access.Allowed;
        }

        if ((subject.Rights & Right.View) == Right.None || (node is not null && !Covers(subject, node.LogicalNode)))
        {
            return Access.Hidden;
        }

        return (subject.Rights & right) == right ? Access.Allowed : Access.Denied;
    }

    /// <summary>Whether a logical node is within an area.</summary>
    /// <param name="area">A pattern such as <c>PV1LD0/MMXU*</c>.</param>
    /// <param name="node">The logical node.</param>
    public static bool IsWithin(string area, LogicalNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return FileSystemName.MatchesSimpleExpression(area, node.Reference, ignoreCase: false);
    }

    private static bool Covers(Subject subject, LogicalNode ln)
    {
        if (subject.Area.Count == 0)
        {
            return ln.LnClass != TrackingClass;
        }

        foreach (var pattern in subject.Area)
        {
            if (IsWithin(pattern, ln))
            {
                return true;
            }
        }

        return false;
    }
}
