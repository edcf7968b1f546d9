using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A data set as the server uses it: members as slot ranges, and the member of each slot (IEC 61850-7-2 §13).</summary>
internal sealed class DataSet
{
    private readonly Dictionary<int, int> _memberOfSlot = [];

    public DataSet(string reference, IReadOnlyList<DataNode> members)
    {
        Reference = reference;
        Members = members;
        for (var i = 0; i < members.Count; i++)
        {
            for (var slot = members[i].FirstSlot; slot < members[i].FirstSlot + members[i].SlotCount; slot++)
            {
                _memberOfSlot.TryAdd(slot, i);
            }
        }
    }

    /// <summary><c>LD/LN$name</c>.</summary>
    public string Reference { get; }

    public IReadOnlyList<DataNode> Members { get; }

    /// <summary>The member that holds the slot, or -1.</summary>
    public int MemberOf(int slot) => _memberOfSlot.GetValueOrDefault(slot, -1);

    /// <summary>Whether the peer may see every member; else the set does not exist for it.</summary>
    public bool VisibleTo(Association peer) => Members.All(m => peer.Sees(m.LogicalNode));
}

/// <summary>The data sets of the server by name.</summary>
internal sealed class DataSetCatalog
{
    private readonly Dictionary<(string Domain, string Item), DataSet> _sets = [];

    public DataSetCatalog(IedModel model)
    {
        foreach (var ln in model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            foreach (var set in ln.DataSets)
            {
                _sets.TryAdd((ln.LogicalDevice.Name, $"{ln.Name}${set.Name}"), new DataSet($"{ln.Reference}${set.Name}", set.Members));
            }
        }
    }

    public DataSet? Find(string domain, string item) => _sets.GetValueOrDefault((domain, item));

    /// <summary>By the reference a control block carries: <c>LD/LN$name</c>.</summary>
    public DataSet? Find(string reference)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? null : Find(reference[..slash], reference[(slash + 1)..]);
    }

    public IEnumerable<string> Names(string domain, Association peer) =>
        _sets.Where(s => s.Key.Domain == domain && s.Value.VisibleTo(peer)).Select(s => s.Key.Item);
}
