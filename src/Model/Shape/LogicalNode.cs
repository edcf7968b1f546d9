namespace DerAgent.Model;

/// <summary>A logical node (IEC 61850-7-2 §10): its data objects, data sets and control blocks.</summary>
public sealed class LogicalNode
{
    private readonly Dictionary<FunctionalConstraint, DataNode> _constraints = [];
    private readonly Dictionary<string, DataObject> _byName;

    internal LogicalNode(string name, string lnClass, IReadOnlyList<DataObject> dataObjects)
    {
        Name = name;
        LnClass = lnClass;
        DataObjects = dataObjects;
        _byName = new(dataObjects.Count, StringComparer.Ordinal);
        foreach (var dataObject in dataObjects)
        {
            _byName.TryAdd(dataObject.Name, dataObject);
        }
    }

    /// <summary>Prefix, class and instance, e.g. <c>MMXU1</c>.</summary>
    public string Name { get; }

    /// <summary>Class, e.g. <c>MMXU</c>.</summary>
    public string LnClass { get; }

    /// <summary>The logical device around it.</summary>
    public LogicalDevice LogicalDevice { get; internal set; } = null!;

    /// <summary>Data objects in the order of the type.</summary>
    public IReadOnlyList<DataObject> DataObjects { get; }

    /// <summary>Data sets of the SCL file.</summary>
    public IReadOnlyList<DataSetDefinition> DataSets { get; internal set; } = [];

    /// <summary>Report control blocks, one entry for each instance.</summary>
    public IReadOnlyList<ReportControlDefinition> ReportControls { get; internal set; } = [];

    /// <summary>Log control blocks.</summary>
    public IReadOnlyList<LogControlDefinition> LogControls { get; internal set; } = [];

    /// <summary>Names of the logs the node keeps.</summary>
    public IReadOnlyList<string> Logs { get; internal set; } = [];

    /// <summary>The setting-group control block (LLN0 only), or null.</summary>
    public SettingControlDefinition? SettingControl { get; internal set; }

    /// <summary>GOOSE and sampled-value control blocks.</summary>
    public IReadOnlyList<StreamControlDefinition> StreamControls { get; internal set; } = [];

    /// <summary>Reference, e.g. <c>PV1LD0/MMXU1</c>.</summary>
    public string Reference => $"{LogicalDevice.Name}/{Name}";

    /// <summary>The tree under each functional constraint, in the order of the wire.</summary>
    public IReadOnlyDictionary<FunctionalConstraint, DataNode> Constraints => _constraints;

    /// <summary>The tree under one constraint, or null.</summary>
    public DataNode? Constraint(FunctionalConstraint fc) => _constraints.GetValueOrDefault(fc);

    /// <summary>The data object of that name, or null.</summary>
    public DataObject? DataObject(string name) => _byName.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override string ToString() => Reference;

    internal void Add(DataNode constraint) => _constraints[constraint.Fc] = constraint;
}
