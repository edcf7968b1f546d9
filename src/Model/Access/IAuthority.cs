namespace DerAgent.Model;

/// <summary>Who asks: a partner as his server authenticated him, with what was granted to him.</summary>
/// <param name="Peer">Bare JID.</param>
/// <param name="Rights">What he may do.</param>
/// <param name="Area">Where: patterns of logical nodes such as <c>PV1LD0/MMXU*</c>; empty: everywhere.</param>
public sealed record Subject(string Peer, Right Rights, IReadOnlyList<string> Area);

/// <summary>The answer to whether somebody may do something.</summary>
public enum Access
{
    /// <summary>For him it does not exist.</summary>
    Hidden,
    /// <summary>He may know of it, and not do that.</summary>
    Denied,
    /// <summary>He may.</summary>
    Allowed,
}

/// <summary>The one question of access control. It is asked where names become nodes, and nowhere else.</summary>
public interface IAuthority
{
    /// <summary>Whether a subject may use a right on a node.</summary>
    /// <param name="subject">Who.</param>
    /// <param name="right">What for; None asks nothing.</param>
    /// <param name="node">Where; null: the device itself.</param>
    /// <param name="now">When.</param>
    Access Allows(Subject subject, Right right, DataNode? node, DateTimeOffset now);
}
