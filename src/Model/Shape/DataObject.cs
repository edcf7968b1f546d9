namespace DerAgent.Model;

/// <summary>A data object or sub data object (IEC 61850-7-2 §11): what an engineer calls <c>MMXU1.TotW</c>, across its functional constraints.</summary>
public sealed class DataObject
{
    // A handful at most: looking through them is faster than hashing, and far smaller.
    private DataNode[] _nodes = [];

    internal DataObject(string name, string cdc, IReadOnlyList<DataObject> children)
    {
        Name = name;
        Cdc = cdc;
        DataObjects = children;
        foreach (var child in children)
        {
            child.Parent = this;
        }
    }

    /// <summary>Name; with the index in brackets for an element of an array of data objects.</summary>
    public string Name { get; }

    /// <summary>Common data class, e.g. <c>MV</c> (IEC 61850-7-3).</summary>
    public string Cdc { get; }

    /// <summary>Sub data objects.</summary>
    public IReadOnlyList<DataObject> DataObjects { get; }

    /// <summary>The data object around a sub data object.</summary>
    public DataObject? Parent { get; private set; }

    /// <summary>The logical node that holds the object.</summary>
    public LogicalNode LogicalNode { get; internal set; } = null!;

    /// <summary>Its functionally constrained nodes (FCDs).</summary>
    public IReadOnlyList<DataNode> Nodes => _nodes;

    /// <summary>Path below the logical node, e.g. <c>A.phsA</c>.</summary>
    public string Path => Parent is null ? Name : Name.StartsWith('(') ? Parent.Path + Name : $"{Parent.Path}.{Name}";

    /// <summary>Reference as an engineer writes it, e.g. <c>PV1LD0/MMXU1.TotW</c>.</summary>
    public string Reference => $"{LogicalNode.Reference}.{Path}";

    /// <summary>The object under a functional constraint, or null.</summary>
    public DataNode? Node(FunctionalConstraint fc)
    {
        foreach (var node in _nodes)
        {
            if (node.Fc == fc)
            {
                return node;
            }
        }

        return null;
    }

    /// <summary>The attribute of that name under any constraint (SE, the mirror of SG, last), or null.</summary>
    public DataNode? Attribute(string name)
    {
        foreach (var node in _nodes)
        {
            if (node.Fc != FunctionalConstraint.SE && node.Child(name) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The object and all objects below it.</summary>
    public IEnumerable<DataObject> SelfAndDescendants() => DataObjects.SelectMany(d => d.SelfAndDescendants()).Prepend(this);

    /// <inheritdoc/>
    public override string ToString() => Reference;

    internal void Add(DataNode node) => _nodes = [.. _nodes, node];

    internal void Take(DataNode[] nodes) => _nodes = nodes;
}
