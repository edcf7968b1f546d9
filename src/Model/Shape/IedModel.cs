namespace DerAgent.Model;

/// <summary>The shape of one IED as one access point shows it: built once from SCL, never changed (IEC 61850-7-2 §8).</summary>
public sealed class IedModel
{
    private readonly Dictionary<string, LogicalDevice> _byName;

    internal IedModel(string name, string accessPoint, IReadOnlyList<LogicalDevice> logicalDevices, DataNode[] slots)
    {
        Name = name;
        AccessPoint = accessPoint;
        LogicalDevices = logicalDevices;
        Slots = slots;
        _byName = logicalDevices.GroupBy(d => d.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    }

    /// <summary>IED name.</summary>
    public string Name { get; }

    /// <summary>Access point of the server.</summary>
    public string AccessPoint { get; }

    /// <summary>Logical devices in the order of the file.</summary>
    public IReadOnlyList<LogicalDevice> LogicalDevices { get; }

    /// <summary>The leaf of each slot.</summary>
    public IReadOnlyList<DataNode> Slots { get; }

    /// <summary>The attributes that the file declares, each once: those of control blocks are not among them.</summary>
    public IEnumerable<DataNode> Declared => Slots.Where(static s => s is { DataObject: not null, IsMirror: false });

    /// <summary>Device declarations of the SCL file (<c>Private type="DerAgent:Devices"</c>).</summary>
    public IReadOnlyList<DeviceDeclaration> Devices { get; internal set; } = [];

    /// <summary>Checks of control objects that the SCL file asks for.</summary>
    public IReadOnlyDictionary<DataObject, ControlRules> ControlRules { get; internal set; } = new Dictionary<DataObject, ControlRules>();

    /// <summary>Logical nodes whose set points have a fail-safe.</summary>
    public IReadOnlyDictionary<LogicalNode, FailSafeRule> FailSafes { get; internal set; } = new Dictionary<LogicalNode, FailSafeRule>();

    /// <summary>Address parameters of the connected access point, e.g. <c>JID</c> (IEC 61850-6 §9.4.4).</summary>
    public IReadOnlyDictionary<string, string> Address { get; internal set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Capabilities from the SCL <c>Services</c> element.</summary>
    public ServerCapabilities Capabilities { get; internal set; } = new();

    /// <summary>Manufacturer, type and configuration version of the IED element.</summary>
    public IedIdentity Identity { get; internal set; } = new("", "", "");

    /// <summary>The logical device of that domain name, or null.</summary>
    public LogicalDevice? LogicalDevice(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The node of an MMS domain and item id, e.g. <c>PV1LD0</c> and <c>MMXU1$MX$TotW$mag$f</c>; null where there is none.
    /// A bare logical node name has no node: it spans several constraints.</summary>
    public DataNode? Node(string domain, string itemId)
    {
        ArgumentNullException.ThrowIfNull(itemId);
        var ln = itemId.IndexOf('$', StringComparison.Ordinal);
        if (ln < 0 || LogicalDevice(domain)?.LogicalNode(itemId.AsSpan(0, ln)) is not { } node)
        {
            return null;
        }

        var rest = itemId.AsSpan(ln + 1);
        var end = rest.IndexOf('$') is >= 0 and var dollar ? dollar : rest.Length;
        return TryParse(rest[..end], out var fc) ? node.Constraint(fc)?.Descendant(rest[end..]) : null;
    }

    /// <summary>The node of a reference as reports carry it, e.g. <c>PV1LD0/MHAI1$MX$HA$phsAHar(3)$cVal</c>; null where there is none.</summary>
    public DataNode? NodeOf(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var slash = reference.IndexOf('/', StringComparison.Ordinal);

        // An element is a component of its array.
        return slash < 0 ? null : Node(reference[..slash], reference[(slash + 1)..].Replace("(", "$(", StringComparison.Ordinal));
    }

    /// <summary>What a logical node holds under a reference <c>LD/LN$name</c>, a data set or a log: the logical node and the name; null where there is no such node.</summary>
    public (LogicalNode Holder, string Name)? Held(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var (slash, dollar) = (reference.IndexOf('/', StringComparison.Ordinal), reference.IndexOf('$', StringComparison.Ordinal));
        return slash > 0 && dollar > slash && LogicalDevice(reference[..slash])?.LogicalNode(reference[(slash + 1)..dollar]) is { } holder ? (holder, reference[(dollar + 1)..]) : null;
    }

    /// <summary>A data object by engineer's reference, e.g. <c>PV1LD0/MMXU1.A.phsA</c>; null where there is none.</summary>
    public DataObject? DataObject(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return null;
        }

        var parts = reference[(slash + 1)..].Split('.');
        var found = parts.Length < 2 ? null : LogicalDevice(reference[..slash])?.LogicalNode(parts[0])?.DataObject(parts[1]);
        foreach (var name in parts.Skip(2))
        {
            found = found?.DataObjects.FirstOrDefault(d => d.Name == name);
        }

        return found;
    }

    /// <summary>The constraint of two letters; false for anything else, <c>XX</c> included.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out FunctionalConstraint fc) =>
        Enum.TryParse(text, ignoreCase: false, out fc) && text.Length == 2 && char.IsLetter(text[0]);
}

/// <summary>Who made the IED and which configuration it has.</summary>
/// <param name="Manufacturer">Manufacturer.</param>
/// <param name="Type">Product type.</param>
/// <param name="ConfigVersion">Configuration version.</param>
public sealed record IedIdentity(string Manufacturer, string Type, string ConfigVersion);
