using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Who may do what with a log, and read what of its entries.</summary>
internal sealed class JournalRights(IedModel model, Journals journals, Permissions permissions)
{
    private readonly Dictionary<string, DataNode?> _nodes = new(StringComparer.Ordinal);

    /// <summary>The log of a name as far as the peer may do something with it, or why not.</summary>
    public (Journal? Journal, ServiceError? Error) Find(Association peer, ObjectName name, Right right)
    {
        if (name.Scope != NameScope.Domain || journals.Find($"{name.Domain}/{name.Item}") is not { } journal || !permissions.Sees(peer, journal.Holder))
        {
            return (null, ServiceErrors.NonExistent(name.ToString()));
        }

        return Allows(peer, journal, right) ? (journal, null) : (null, ServiceErrors.Denied(name.ToString()));
    }

    /// <summary>Whether the peer may do something with a log.</summary>
    public bool Allows(Association peer, Journal journal, Right right) => permissions.Of(peer, right, journal.Holder.Constraints.Values.First()) == Access.Allowed;

    /// <summary>Whether the peer may read what an entry holds of a reference. What the model has no more is shown to who may read everything.</summary>
    public bool MayRead(Association peer, string reference)
    {
        if (!_nodes.TryGetValue(reference, out var node))
        {
            _nodes.Add(reference, node = model.NodeOf(reference));
        }

        return node is null ? peer.Subject.Area.Count == 0 : permissions.Of(peer, Right.Logging, node) == Access.Allowed;
    }
}
