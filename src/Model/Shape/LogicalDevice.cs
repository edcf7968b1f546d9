namespace DerAgent.Model;

/// <summary>A logical device (IEC 61850-7-2 §9); an MMS domain on the wire.</summary>
public sealed class LogicalDevice
{
    private readonly Dictionary<string, LogicalNode> _byName;

    internal LogicalDevice(string name, string inst, IReadOnlyList<LogicalNode> logicalNodes)
    {
        Name = name;
        Inst = inst;
        LogicalNodes = logicalNodes;
        _byName = logicalNodes.GroupBy(n => n.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        foreach (var ln in logicalNodes)
        {
            ln.LogicalDevice = this;
        }
    }

    /// <summary>Domain name: IED name and inst, or the SCL <c>ldName</c>.</summary>
    public string Name { get; }

    /// <summary>Instance as in the SCL file, e.g. <c>LD0</c>.</summary>
    public string Inst { get; }

    /// <summary>Logical nodes, LLN0 first.</summary>
    public IReadOnlyList<LogicalNode> LogicalNodes { get; }

    /// <summary>The logical node of that name, or null.</summary>
    public LogicalNode? LogicalNode(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The logical node of that name, or null.</summary>
    public LogicalNode? LogicalNode(ReadOnlySpan<char> name) => _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var found) ? found : null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
