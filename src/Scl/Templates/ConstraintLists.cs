using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Nodes gathered by functional constraint, in the order they came.</summary>
internal sealed class ConstraintLists
{
    private readonly List<DataNode>?[] _lists = new List<DataNode>?[32];

    public void Add(DataNode node) => (_lists[(int)node.Fc] ??= []).Add(node);

    /// <summary>Makes a node of each constraint's nodes, and forgets them.</summary>
    /// <param name="name">Name of the nodes; null: that of the constraint.</param>
    /// <param name="isArray">Whether they are arrays of what was gathered.</param>
    public DataNode[] Close(string? name, bool isArray)
    {
        var count = 0;
        foreach (var list in _lists)
        {
            count += list is { Count: > 0 } ? 1 : 0;
        }

        var closed = new DataNode[count];
        count = 0;
        for (var fc = 0; count < closed.Length; fc++)
        {
            if (_lists[fc] is { Count: > 0 } nodes)
            {
                var constraint = (FunctionalConstraint)fc;
                closed[count++] = IedModelBuilder.Group(name ?? constraint.ToString(), constraint, nodes.ToArray(), isArray);
                nodes.Clear();
            }
        }

        return closed;
    }
}
