using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The data sets of the server by name: those of the SCL file, those that clients have created, and those of one association alone (IEC 61850-7-2 §13).</summary>
internal sealed class DataSetCatalog
{
    private const char OfAssociation = '@';
    private readonly UndoDictionary<(string Domain, string Item), DataSet> _sets;
    private readonly UndoDictionary<(AssociationKey Association, string Name), DataSet> _own;
    private readonly Dictionary<(string Domain, string Item), StoredDataSet> _stored = [];
    private readonly StepJournal _journal;

    public DataSetCatalog(IedModel model, StepJournal journal)
    {
        _journal = journal;
        (_sets, _own) = (new(journal), new(journal));
        foreach (var ln in model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            foreach (var set in ln.DataSets)
            {
                if (Find(ln.LogicalDevice.Name, $"{ln.Name}${set.Name}") is null)
                {
                    _sets.Set((ln.LogicalDevice.Name, $"{ln.Name}${set.Name}"), new DataSet(ln, $"{ln.Reference}${set.Name}", set.Members));
                }
            }
        }
    }

    /// <summary>Whether a control block uses a data set: then it is not to be deleted.</summary>
    public Func<DataSet, bool> IsUsed { get; set; } = static _ => false;

    /// <summary>Called when data sets of an association have gone with it.</summary>
    public Action<DataSet> Gone { get; set; } = static _ => { };

    /// <summary>Data sets of clients that outlive them.</summary>
    public int Created => _sets.Values.Count(s => s.IsDeletable);

    /// <summary>Whether a reference is one of a data set of an association alone.</summary>
    public static bool IsOfAssociation(string reference) => reference.Length > 0 && reference[0] == OfAssociation;

    public DataSet? Find(string domain, string item) => _sets.TryGetValue((domain, item), out var set) ? set : null;

    /// <summary>By the reference a control block carries: <c>LD/LN$name</c>.</summary>
    public DataSet? Find(string reference)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? null : Find(reference[..slash], reference[(slash + 1)..]);
    }

    /// <summary>The same, or <c>@name</c> of an association.</summary>
    public DataSet? Find(AssociationKey peer, string reference) =>
        !IsOfAssociation(reference) ? Find(reference) : _own.TryGetValue((peer, reference[1..]), out var own) ? own : null;

    /// <summary>By name, as far as the peer may know of it.</summary>
    public DataSet? Find(Association peer, ObjectName name, Permissions permissions)
    {
        var found = name.Scope switch
        {
            NameScope.Domain => Find(name.Domain, name.Item) is { Holder: { } holder } set && permissions.Sees(peer, holder) ? set : null,
            NameScope.Association => _own.TryGetValue((peer.Key, name.Item), out var own) ? own : null,
            _ => null,
        };
        _journal.WaitFor(found?.WrittenIn ?? 0);
        return found;
    }

    /// <summary>Names of those that a logical device holds, as far as the peer may know of them.</summary>
    public IEnumerable<string> Names(string domain, Association peer, Permissions permissions) =>
        _sets.Keys.Where(k => k.Domain == domain && permissions.Sees(peer, Find(k.Domain, k.Item)!.Holder!)).Select(k => k.Item);

    /// <summary>Names of those that are the peer's alone.</summary>
    public IEnumerable<string> Names(Association peer) => _own.Keys.Where(k => k.Association == peer.Key).Select(k => k.Name);

    /// <summary>A client has created one that outlives it.</summary>
    public void Add(DataSet set)
    {
        var name = (set.Holder!.LogicalDevice.Name, set.Reference[(set.Reference.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        set.WrittenIn = _journal.Step;
        _sets.Set(name, set);
        Touch(name);
    }

    /// <summary>A client has created one for itself.</summary>
    public void Add(Association peer, string name, IReadOnlyList<DataNode> members) => _own.Set((peer.Key, name), new DataSet(null, OfAssociation + name, members, isDeletable: true));

    /// <summary>One that a client had created is no more.</summary>
    public void Remove(Association peer, ObjectName name)
    {
        if (name.Scope == NameScope.Association)
        {
            _own.Remove((peer.Key, name.Item), out _);
        }
        else if (_sets.Remove((name.Domain, name.Item), out _))
        {
            Touch((name.Domain, name.Item));
        }
    }

    /// <summary>An association has ended: its data sets go with it.</summary>
    public void Release(AssociationKey peer)
    {
        foreach (var key in _own.Keys.Where(k => k.Association == peer).ToList())
        {
            if (_own.Remove(key, out var gone))
            {
                Gone(gone);
            }
        }
    }

    /// <summary>The associations that have data sets of their own.</summary>
    public IEnumerable<AssociationKey> Owners => _own.Keys.Select(k => k.Association);

    /// <summary>Puts one in place that a client had created; why not, where it fits the model no more.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reference"><c>LD/LN$name</c>.</param>
    /// <param name="stored">Its members as they were stored.</param>
    public string? Restore(IedModel model, string reference, ReadOnlyMemory<byte> stored)
    {
        if (model.Held(reference) is not var (holder, name))
        {
            return "its logical node is not in the model";
        }

        if (StoredDataSet.Decode(stored) is not { } members)
        {
            return "it is damaged";
        }

        if (Find(reference) is not null)
        {
            return "the SCL file has one of that name";
        }

        var nodes = members.Select(model.NodeOf).ToList();
        if (nodes.Contains(null))
        {
            return $"{members[nodes.IndexOf(null)]} is not in the model";
        }

        _sets.Set((holder.LogicalDevice.Name, $"{holder.Name}${name}"), new DataSet(holder, reference, nodes!, isDeletable: true));
        return null;
    }

    private void Touch((string Domain, string Item) name)
    {
        if (!_stored.TryGetValue(name, out var item))
        {
            _stored.Add(name, item = new($"{name.Domain}/{name.Item}", () => Find(name.Domain, name.Item)));
        }

        _journal.Touch(item);
    }
}
