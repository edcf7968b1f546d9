using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Asks the authority on behalf of an association, where names become nodes: the resolver, directories, members of data sets and report blocks.</summary>
internal sealed class Permissions(IAuthority authority, TimeProvider time)
{
    public Access Of(Association peer, Right right, DataNode? node) => authority.Allows(peer.Subject, right, node, time.GetUtcNow());

    /// <summary>Whether the peer may know of the logical node.</summary>
    public bool Sees(Association peer, LogicalNode ln) => ln.Constraints.Values.FirstOrDefault() is { } node && Of(peer, Right.View, node) == Access.Allowed;

    /// <summary>Why a right is refused on a node; null where it is not.</summary>
    public DataAccessError? Refuse(Association peer, Right right, DataNode node) => Of(peer, right, node) switch
    {
        Access.Hidden => DataAccessError.ObjectNonExistent,
        Access.Denied => DataAccessError.ObjectAccessDenied,
        _ => null,
    };

    /// <summary>Whether the peer may read every member of a data set: else it may enable no block on it.</summary>
    public bool ReadsAll(Association peer, DataSet set) => set.Members.All(m => Of(peer, Right.Read, m) == Access.Allowed);
}
