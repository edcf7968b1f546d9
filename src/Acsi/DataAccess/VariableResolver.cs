using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What a variable specification names: nodes of the tree, or why none.</summary>
/// <param name="Nodes">One node; several for a logical node (its constraints) or a range of array elements.</param>
/// <param name="Shape">How several nodes are put together.</param>
/// <param name="Failure">Why there is none.</param>
internal readonly record struct ResolvedVariable(IReadOnlyList<DataNode> Nodes, DataKind Shape, DataAccessError? Failure)
{
    /// <summary>The only node; null where there are several.</summary>
    public DataNode? Single => Shape == DataKind.None && Nodes.Count == 1 ? Nodes[0] : null;

    public DataValue Read(ValueStore values) => Shape switch
    {
        DataKind.Structure => DataValue.Structure([.. Nodes.Select(values.Read)]),
        DataKind.Array => DataValue.Array([.. Nodes.Select(values.Read)]),
        _ => values.Read(Nodes[0]),
    };
}

/// <summary>
/// Finds the nodes of variable specifications, alternate access included (IEC 61850-8-1 §7.3, ISO 9506-2 §14.2). Here names become nodes, and here it is asked
/// whether the peer may. What it may know of and not do keeps its node beside the failure: a refused control says why.
/// </summary>
internal sealed class VariableResolver(IedModel model, Permissions permissions)
{
    public ResolvedVariable Resolve(Association peer, MmsService service, VariableSpecification variable)
    {
        var name = variable.Name;
        if (name.Scope != NameScope.Domain)
        {
            return Fail(DataAccessError.ObjectNonExistent);
        }

        if (model.LogicalDevice(name.Domain)?.LogicalNode(name.Item) is { } ln)
        {
            return !permissions.Sees(peer, ln) ? Fail(DataAccessError.ObjectNonExistent)
                : variable.AlternateAccess.Count > 0 ? Fail(DataAccessError.ObjectAccessUnsupported)
                : Allow(peer, service, new([.. ln.Constraints.Values.OrderBy(c => c.Fc)], DataKind.Structure, null));
        }

        return model.Node(name.Domain, name.Item) is { } node ? Allow(peer, service, Walk(node, variable.AlternateAccess)) : Fail(DataAccessError.ObjectNonExistent);
    }

    private ResolvedVariable Allow(Association peer, MmsService service, ResolvedVariable variable)
    {
        foreach (var node in variable.Nodes)
        {
            if (permissions.Refuse(peer, RightTable.Of(service, node), node) is { } refused)
            {
                // What is hidden must not be told from what is not there.
                return refused == DataAccessError.ObjectNonExistent ? Fail(refused) : variable with { Failure = refused };
            }
        }

        return variable;
    }

    private static ResolvedVariable Walk(DataNode node, ValueList<AccessStep> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            switch (steps[i])
            {
                case AccessStep.Component component:
                    if (node.IsArray || node.Child(component.Name) is not { } child)
                    {
                        return Fail(DataAccessError.ObjectNonExistent);
                    }

                    node = child;
                    break;
                case AccessStep.Index index:
                    if (!node.IsArray || index.Number >= node.Children.Count)
                    {
                        return Fail(DataAccessError.ObjectNonExistent);
                    }

                    node = node.Children[(int)index.Number];
                    break;
                case AccessStep.IndexRange range when node.IsArray && i == steps.Count - 1:
                    return range.Count == 0 || range.Low >= node.Children.Count || range.Count > node.Children.Count - range.Low
                        ? Fail(DataAccessError.ObjectNonExistent)
                        : new([.. node.Children.Skip((int)range.Low).Take((int)range.Count)], DataKind.Array, null);
                case AccessStep.AllElements when node.IsArray && i == steps.Count - 1:
                    return new([node], DataKind.None, null);
                default:
                    return Fail(DataAccessError.ObjectAccessUnsupported);
            }
        }

        return new([node], DataKind.None, null);
    }

    private static ResolvedVariable Fail(DataAccessError failure) => new([], DataKind.None, failure);
}
