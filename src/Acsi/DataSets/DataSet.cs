using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A data set as the server uses it: members as slot ranges, and the member of each slot (IEC 61850-7-2 §13).</summary>
internal sealed class DataSet
{
    private readonly Dictionary<int, int[]> _membersOfSlot = [];

    public DataSet(LogicalNode holder, string reference, IReadOnlyList<DataNode> members)
    {
        Holder = holder;
        Reference = reference;
        Members = members;
        for (var i = 0; i < members.Count; i++)
        {
            int[] alone = [i];
            for (var slot = members[i].FirstSlot; slot < members[i].FirstSlot + members[i].SlotCount; slot++)
            {
                _membersOfSlot[slot] = _membersOfSlot.TryGetValue(slot, out var others) ? [.. others, i] : alone;
            }
        }
    }

    /// <summary>The logical node that holds it.</summary>
    public LogicalNode Holder { get; }

    /// <summary>References of the members as reports carry them.</summary>
    public IReadOnlyList<string> References => field ??= [.. Members.Select(m => m.Reference)];

    /// <summary><c>LD/LN$name</c>.</summary>
    public string Reference { get; }

    public IReadOnlyList<DataNode> Members { get; }

    /// <summary>What entries must agree in to be entries of it: names, types and order of its members.</summary>
    public string Signature => field ??= DataSetSignature.Of(Members);

    /// <summary>The members that hold the slot: several where one is a part of another.</summary>
    public ReadOnlySpan<int> MembersOf(int slot) => _membersOfSlot.GetValueOrDefault(slot);
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
                _sets.TryAdd((ln.LogicalDevice.Name, $"{ln.Name}${set.Name}"), new DataSet(ln, $"{ln.Reference}${set.Name}", set.Members));
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

    /// <summary>By name, as far as the peer may know of it.</summary>
    public DataSet? Find(Association peer, ObjectName name, Permissions permissions) =>
        name.Scope == NameScope.Domain && Find(name.Domain, name.Item) is { } set && permissions.Sees(peer, set.Holder) ? set : null;

    public IEnumerable<string> Names(string domain, Association peer, Permissions permissions) =>
        _sets.Where(s => s.Key.Domain == domain && permissions.Sees(peer, s.Value.Holder)).Select(s => s.Key.Item);
}
