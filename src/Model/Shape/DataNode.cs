namespace DerAgent.Model;

/// <summary>What may be written to an attribute whose value is set in SCL (<c>valKind</c>, IEC 61850-6 §9.5.4.2).</summary>
public enum ValueKind
{
    /// <summary>Set at run time and writable where its constraint allows (Set).</summary>
    Set,
    /// <summary>Specification only (Spec).</summary>
    Spec,
    /// <summary>Configured, not writable (Conf).</summary>
    Conf,
    /// <summary>Read-only (RO).</summary>
    ReadOnly,
}

/// <summary>
/// One functionally constrained node of the tree as it is named on the wire: <c>LN$FC$DO$DA…</c> (IEC 61850-8-1 §7.3).
/// The leaves below a node own consecutive slots of the <see cref="ValueStore"/>, so any node is a range of slots.
/// </summary>
public sealed class DataNode
{
    /// <summary>Looking through so many is as fast as hashing, and takes no memory.</summary>
    private const int Few = 20;

    internal static readonly IReadOnlyDictionary<uint, DataValue> NoGroups = new Dictionary<uint, DataValue>();

    // A model has tens of thousands of these: a leaf has no children and the rest no source, and only few are owned by something themselves.
    private readonly object _content;
    private readonly byte _fc;
    private object? _owner;
    private Names? _names;

    internal DataNode(string name, FunctionalConstraint fc, DataNode[] children, bool isArray = false)
    {
        Name = name;
        _fc = (byte)fc;
        _content = children;
        IsArray = isArray;
        foreach (var child in children)
        {
            child.Parent = this;
        }
    }

    internal DataNode(string name, FunctionalConstraint fc, LeafSource source)
    {
        Name = name;
        _fc = (byte)fc;
        _content = source;
    }

    /// <summary>Component name; the index in brackets for an array element.</summary>
    public string Name { get; }

    /// <summary>Functional constraint of the node and everything below it.</summary>
    public FunctionalConstraint Fc => (FunctionalConstraint)_fc;

    /// <summary>The node above; null for the node of the constraint itself (<c>LN$FC</c>).</summary>
    public DataNode? Parent { get; private set; }

    /// <summary>Components of a structure or elements of an array, in the order of the type.</summary>
    public IReadOnlyList<DataNode> Children => Components;

    internal DataNode[] Components => _content as DataNode[] ?? [];

    /// <summary>Whether this node carries a value itself.</summary>
    public bool IsLeaf => _content is LeafSource;

    /// <summary>Whether the children are elements of an array.</summary>
    public bool IsArray { get; }

    /// <summary>What a leaf has from its template and instance.</summary>
    internal LeafSource Source => Leaf ?? throw new InvalidOperationException($"{this} is no leaf.");

    private LeafSource? Leaf => _content as LeafSource;

    /// <summary>Type of a leaf.</summary>
    public AttributeType Type => Leaf?.Type ?? default;

    /// <summary>First slot of the leaves below (or of this leaf).</summary>
    public int FirstSlot { get; internal set; }

    /// <summary>Number of leaves.</summary>
    public int SlotCount { get; internal set; }

    /// <summary>Changes of this leaf that may trigger a report (from the template's <c>dchg</c>, <c>qchg</c>, <c>dupd</c>).</summary>
    public TriggerConditions Triggers => Leaf?.Triggers ?? TriggerConditions.None;

    /// <summary>Value from SCL, or kind None.</summary>
    public DataValue InitialValue => Leaf?.Initial ?? default;

    /// <summary>Values by setting group from SCL (<c>sGroup</c>); empty where it gives none.</summary>
    public IReadOnlyDictionary<uint, DataValue> GroupValues => Leaf?.Groups ?? NoGroups;

    /// <summary>What <c>valKind</c> says of the value.</summary>
    public ValueKind ValueKind => Leaf?.Kind ?? ValueKind.Set;

    /// <summary>The SCL <c>sAddr</c>, or null: where the value comes from (see <c>docs/devices.md</c>).</summary>
    public string? ShortAddress => Leaf?.ShortAddress;

    /// <summary>Device meant where <see cref="ShortAddress"/> names none: the nearest enclosing <c>DerAgent:Device</c>.</summary>
    public string? Device => Leaf?.Device;

    /// <summary>Whether the template does not have this leaf: it mirrors one of the other setting constraint (SG, SE).</summary>
    public bool IsMirror => Leaf?.IsMirror ?? false;

    /// <summary>What an integer stands for (ScaledValueConfig: sVC, magSVC, angSVC; IEC 61850-7-3 §6.6): value = integer × factor + offset. Factor 1 and offset 0 where the file says none, or none that can be.</summary>
    public (double Factor, double Offset) Scaling
    {
        get
        {
            if (Name != "i" || Parent is not { } parent || DataObject?.Node(FunctionalConstraint.CF) is not { } configuration)
            {
                return (1, 0);
            }

            var isComplex = parent is { Name: "mag" or "ang", Parent.Name: "cVal" or "instCVal" };
            var scaled = configuration.Child(!isComplex ? "sVC" : parent.Name == "mag" ? "magSVC" : "angSVC");
            double Number(string name, double otherwise) => scaled?.Child(name) is { IsLeaf: true, InitialValue: { Kind: not DataKind.None } value } && double.IsFinite(value.AsDouble()) ? value.AsDouble() : otherwise;
            return Number("scaleFactor", 1) is not 0 and var factor ? (factor, Number("offset", 0)) : (1, 0);
        }
    }

    /// <summary>The innermost data object the node belongs to; null for <c>LN$FC</c> and control blocks.</summary>
    public DataObject? DataObject
    {
        get
        {
            for (var node = this; node is not null; node = node.Parent)
            {
                if (node._owner is DataObject owner)
                {
                    return owner;
                }
            }

            return null;
        }
        internal set => _owner = value;
    }

    /// <summary>The logical node the tree belongs to.</summary>
    public LogicalNode LogicalNode
    {
        get
        {
            var node = this;
            while (node.Parent is { } parent)
            {
                node = parent;
            }

            return (LogicalNode)node._owner!;
        }
        internal set => _owner = value;
    }

    /// <summary>MMS item id, e.g. <c>MMXU1$MX$TotW$mag$f</c>; array elements are named like their array.</summary>
    public string ItemId => (_names ??= new()).ItemId ??= Parent is null ? $"{LogicalNode.Name}${Fc}" : Parent.IsArray ? Parent.ItemId : $"{Parent.ItemId}${Name}";

    /// <summary>Reference as reports carry it, e.g. <c>PV1LD0/MMXU1$MX$TotW$mag$f</c>, array index as <c>(7)</c>.</summary>
    public string Reference => (_names ??= new()).Reference ??= Parent is null
        ? $"{LogicalNode.LogicalDevice.Name}/{LogicalNode.Name}${Fc}"
        : Parent.IsArray ? Parent.Reference + Name : $"{Parent.Reference}${Name}";

    /// <summary>The child of that name, or null.</summary>
    public DataNode? Child(string name) => Child(name.AsSpan());

    /// <summary>The child of that name, or null.</summary>
    public DataNode? Child(ReadOnlySpan<char> name)
    {
        if (Components.Length <= Few)
        {
            foreach (var child in Components)
            {
                if (name.SequenceEqual(child.Name))
                {
                    return child;
                }
            }

            return null;
        }

        var byName = (_names ??= new()).Children ??= Children.GroupBy(c => c.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        return byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var found) ? found : null;
    }

    /// <summary>The node below at a path of component names, each after a <c>$</c>, e.g. <c>$TotW$mag</c>; this one for an empty path, null where there is none.</summary>
    public DataNode? Descendant(ReadOnlySpan<char> path)
    {
        var node = this;
        while (path.Length > 0 && node is not null)
        {
            path = path[1..];
            var end = path.IndexOf('$') is >= 0 and var dollar ? dollar : path.Length;
            node = node.Child(path[..end]);
            path = path[end..];
        }

        return node;
    }

    /// <summary>The way from a node above to this one, as <see cref="Descendant"/> takes it; array indices stand as components.</summary>
    public string Path(DataNode above)
    {
        ArgumentNullException.ThrowIfNull(above);
        return this == above || Parent is null ? "" : $"{Parent.Path(above)}${Name}";
    }

    /// <summary>Whether one of the two nodes is the other, or lies within it.</summary>
    public bool Overlaps(DataNode other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return FirstSlot < other.FirstSlot + other.SlotCount && other.FirstSlot < FirstSlot + SlotCount;
    }

    /// <summary>All leaves, in slot order.</summary>
    public IEnumerable<DataNode> Leaves() => IsLeaf ? [this] : Children.SelectMany(c => c.Leaves());

    /// <inheritdoc/>
    public override string ToString() => Reference;

    /// <summary>Names that were asked for; most nodes are never named.</summary>
    private sealed class Names
    {
        public string? ItemId { get; set; }

        public string? Reference { get; set; }

        public Dictionary<string, DataNode>? Children { get; set; }
    }
}

/// <summary>What a leaf has from its template and instance. Leaves that have the same share one.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Triggers">Its trigger options.</param>
/// <param name="Initial">Value from SCL, or kind None.</param>
/// <param name="Kind">The <c>valKind</c>.</param>
/// <param name="ShortAddress">The <c>sAddr</c>.</param>
/// <param name="Device">Nearest enclosing device.</param>
public sealed record LeafSource(AttributeType Type, TriggerConditions Triggers, DataValue Initial, ValueKind Kind, string? ShortAddress, string? Device)
{
    /// <summary>Whether the leaf mirrors one of another constraint.</summary>
    public bool IsMirror { get; init; }

    /// <summary>Values by setting group; empty where SCL gives none.</summary>
    public IReadOnlyDictionary<uint, DataValue> Groups { get; init; } = DataNode.NoGroups;
}
