namespace DerAgent.Model;

/// <summary>Puts an <see cref="IedModel"/> together: the one place where nodes get their slots.</summary>
/// <remarks>Used by the SCL reader. Everything given to it is taken over.</remarks>
public sealed class IedModelBuilder(string iedName, string accessPoint, ServerCapabilities capabilities)
{
    private readonly List<LogicalDevice> _devices = [];
    private readonly List<LogicalNode> _nodes = [];

    /// <summary>Devices the site has.</summary>
    public List<DeviceDeclaration> Devices { get; } = [];

    /// <summary>Checks of control objects.</summary>
    public Dictionary<DataObject, ControlRules> ControlRules { get; } = [];

    /// <summary>Fail-safes of logical nodes.</summary>
    public Dictionary<LogicalNode, FailSafeRule> FailSafes { get; } = [];

    /// <summary>Address parameters of the connected access point.</summary>
    public Dictionary<string, string> Address { get; } = new(StringComparer.Ordinal);

    /// <summary>Manufacturer, type, version.</summary>
    public IedIdentity Identity { get; set; } = new("", "", "");

    /// <summary>A leaf attribute.</summary>
    public static DataNode Leaf(string name, FunctionalConstraint fc, LeafSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new(name, fc, source);
    }

    /// <summary>The leaf of another constraint that mirrors one (FC SE beside SG).</summary>
    public static DataNode Mirror(DataNode leaf, FunctionalConstraint fc)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        return new(leaf.Name, fc, leaf.Source with { IsMirror = true });
    }

    /// <summary>A structure or, with <paramref name="isArray"/>, an array of <paramref name="children"/>.</summary>
    public static DataNode Group(string name, FunctionalConstraint fc, IEnumerable<DataNode> children, bool isArray = false) => new(name, fc, children as DataNode[] ?? [.. children], isArray);

    /// <summary>A data object with its sub data objects.</summary>
    public static DataObject DataObject(string name, string cdc, IEnumerable<DataObject> children) => new(name, cdc, children as DataObject[] ?? [.. children]);

    /// <summary>Says that <paramref name="node"/> is <paramref name="dataObject"/> under the node's constraint.</summary>
    public static void Attach(DataObject dataObject, DataNode node)
    {
        ArgumentNullException.ThrowIfNull(dataObject);
        ArgumentNullException.ThrowIfNull(node);
        dataObject.Add(node);
        node.DataObject = dataObject;
    }

    /// <summary>Says which nodes a data object has under its constraints: all of them at once.</summary>
    public static void Attach(DataObject dataObject, DataNode[] nodes)
    {
        ArgumentNullException.ThrowIfNull(dataObject);
        ArgumentNullException.ThrowIfNull(nodes);
        dataObject.Take(nodes);
        foreach (var node in nodes)
        {
            node.DataObject = dataObject;
        }
    }

    /// <summary>A logical node with its data objects and constraint trees; control blocks follow by <see cref="AddControlBlocks"/>.</summary>
    public LogicalNode AddLogicalNode(string name, string lnClass, IEnumerable<DataObject> dataObjects, IEnumerable<DataNode> constraints)
    {
        var ln = new LogicalNode(name, lnClass, [.. dataObjects]);
        foreach (var dataObject in ln.DataObjects)
        {
            SetLogicalNode(dataObject, ln);
        }

        ArgumentNullException.ThrowIfNull(constraints);
        foreach (var constraint in constraints.OrderBy(c => c.Fc))
        {
            ln.Add(constraint);
        }

        _nodes.Add(ln);
        return ln;
    }

    /// <summary>Adds the control blocks of a logical node.</summary>
    /// <param name="ln">The node.</param>
    /// <param name="logicalDevice">Domain name of its logical device.</param>
    /// <param name="reports">Report control blocks, an entry an instance.</param>
    /// <param name="logs">Log control blocks.</param>
    /// <param name="settings">Setting-group control block, or null.</param>
    /// <param name="streams">GOOSE and sampled-value control blocks.</param>
    public void AddControlBlocks(
        LogicalNode ln,
        string logicalDevice,
        IReadOnlyList<ReportControlDefinition> reports,
        IReadOnlyList<LogControlDefinition> logs,
        SettingControlDefinition? settings,
        IReadOnlyList<StreamControlDefinition> streams)
    {
        ArgumentNullException.ThrowIfNull(ln);
        ln.ReportControls = reports;
        ln.LogControls = logs;
        ln.SettingControl = settings;
        ln.StreamControls = streams;
        Merge(ln, reports.Select(r => ControlBlockNodes.Report(r, capabilities, ln, logicalDevice)));
        Merge(ln, logs.Select(l => ControlBlockNodes.Log(l, ln, logicalDevice)));
        Merge(ln, streams.Select(s => ControlBlockNodes.Stream(s, ln, logicalDevice)));
        if (settings is not null)
        {
            Merge(ln, [ControlBlockNodes.Setting(settings, capabilities)]);
        }
    }

    /// <summary>Closes a logical device over the nodes added since the last one.</summary>
    public LogicalDevice AddLogicalDevice(string name, string inst)
    {
        var device = new LogicalDevice(name, inst, [.. _nodes]);
        _nodes.Clear();
        _devices.Add(device);
        return device;
    }

    /// <summary>Sets the data sets and log names of a node.</summary>
    public static void SetDataSets(LogicalNode ln, IReadOnlyList<DataSetDefinition> dataSets, IReadOnlyList<string> logs)
    {
        ArgumentNullException.ThrowIfNull(ln);
        ln.DataSets = dataSets;
        ln.Logs = logs;
    }

    /// <summary>Numbers the slots and closes the model.</summary>
    public IedModel Build()
    {
        var slots = new List<DataNode>();
        foreach (var ln in _devices.SelectMany(d => d.LogicalNodes))
        {
            foreach (var (_, constraint) in ln.Constraints.OrderBy(c => c.Key))
            {
                constraint.LogicalNode = ln;
                Number(constraint, slots);
            }
        }

        return new IedModel(iedName, accessPoint, _devices, [.. slots])
        {
            Devices = Devices,
            ControlRules = ControlRules,
            FailSafes = FailSafes,
            Address = Address,
            Capabilities = capabilities,
            Identity = Identity,
        };
    }

    private static void Number(DataNode node, List<DataNode> slots)
    {
        node.FirstSlot = slots.Count;
        if (node.IsLeaf)
        {
            slots.Add(node);
        }

        foreach (var child in node.Components)
        {
            Number(child, slots);
        }

        node.SlotCount = slots.Count - node.FirstSlot;
    }

    private static void Merge(LogicalNode ln, IEnumerable<DataNode> blocks)
    {
        foreach (var group in blocks.GroupBy(b => b.Fc))
        {
            // A logical node's SP tree may hold set points beside the SGCB.
            var existing = ln.Constraint(group.Key)?.Children ?? [];
            ln.Add(new DataNode(group.Key.ToString(), group.Key, [.. existing, .. group]));
        }
    }

    private static void SetLogicalNode(DataObject dataObject, LogicalNode ln)
    {
        dataObject.LogicalNode = ln;
        foreach (var inner in dataObject.DataObjects)
        {
            SetLogicalNode(inner, ln);
        }
    }
}
