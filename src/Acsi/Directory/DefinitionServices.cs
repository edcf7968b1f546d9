using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>GetDataDirectory, GetDataDefinition (IEC 61850-7-2 §11.4.4, §11.4.5) as GetVariableAccessAttributes, at every level of the tree.</summary>
internal sealed class GetVariableAccessAttributesService(IedModel model, Permissions permissions) : ConfirmedService<GetVariableAccessAttributesRequest>(MmsService.GetVariableAccessAttributes)
{
    protected override ServiceOutcome Handle(ServiceCall call, GetVariableAccessAttributesRequest request)
    {
        var name = request.Name;
        if (name.Scope != NameScope.Domain)
        {
            return ServiceErrors.NonExistent(name.ToString());
        }

        var type = model.LogicalDevice(name.Domain)?.LogicalNode(name.Item) is { } ln
            ? permissions.Sees(call.Peer, ln) ? TypeDescriptions.Of(ln) : null
            : model.Node(name.Domain, name.Item) is { } node && permissions.Sees(call.Peer, node.LogicalNode) ? TypeDescriptions.Of(node) : null;
        return type is null ? ServiceErrors.NonExistent(name.ToString()) : new GetVariableAccessAttributesResponse(Deletable: false, type);
    }
}

/// <summary>GetDataSetDirectory (IEC 61850-7-2 §13.3.6) as GetNamedVariableListAttributes.</summary>
internal sealed class GetNamedVariableListAttributesService(DataSetCatalog dataSets, Permissions permissions)
    : ConfirmedService<GetNamedVariableListAttributesRequest>(MmsService.GetNamedVariableListAttributes)
{
    protected override ServiceOutcome Handle(ServiceCall call, GetNamedVariableListAttributesRequest request)
    {
        if (dataSets.Find(call.Peer, request.Name, permissions) is not { } set)
        {
            return ServiceErrors.NonExistent(request.Name.ToString());
        }

        return new GetNamedVariableListAttributesResponse(set.IsDeletable, set.Members.Select(Specification).ToValueList());
    }

    private static VariableSpecification Specification(DataNode member)
    {
        // An array element is its array with an alternate access; what follows the index are components.
        var steps = new List<AccessStep>();
        var node = member;
        while (node is not null && InsideArray(node))
        {
            steps.Insert(0, node.Parent!.IsArray ? new AccessStep.Index(uint.Parse(node.Name[1..^1])) : new AccessStep.Component(node.Name));
            node = node.Parent;
        }

        return new(ObjectName.In(member.LogicalNode.LogicalDevice.Name, node!.ItemId), steps.ToValueList());
    }

    private static bool InsideArray(DataNode node)
    {
        for (var around = node.Parent; around is not null; around = around.Parent)
        {
            if (around.IsArray)
            {
                return true;
            }
        }

        return false;
    }
}
