using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Nodes gathered by functional constraint, in the order they came.</summary>
internal sealed class ConstraintLists
{
    private readonly List<DataNode>?[] _lists = new List<DataNode>?[32];

    public void Add(DataNode node) => (_lists[(int)node.Fc] ??= []).Add(node);

    /// <summary>Gives each constraint's nodes, and forgets them.</summary>
    public void Close(Action<FunctionalConstraint, List<DataNode>> take)
    {
        for (var fc = 0; fc < _lists.Length; fc++)
        {
            if (_lists[fc] is { Count: > 0 } nodes)
            {
                take((FunctionalConstraint)fc, nodes);
                nodes.Clear();
            }
        }
    }
}
