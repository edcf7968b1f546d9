using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>GetDataDirectory, GetDataDefinition (IEC 61850-7-2 §11.4.4, §11.4.5) as GetVariableAccessAttributes, at every level of the tree.</summary>
internal sealed class GetVariableAccessAttributesService(IedModel model)
{
    public ServiceOutcome Handle(Association peer, GetVariableAccessAttributesRequest request)
    {
        var name = request.Name;
        if (name.Scope != NameScope.Domain)
        {
            return ServiceErrors.NonExistent(name.ToString());
        }

        var type = model.LogicalDevice(name.Domain)?.LogicalNode(name.Item) is { } ln
            ? peer.Sees(ln) ? TypeDescriptions.Of(ln) : null
            : model.Node(name.Domain, name.Item) is { } node && peer.Sees(node.LogicalNode) ? TypeDescriptions.Of(node) : null;
        if (type is null)
        {
            return ServiceErrors.NonExistent(name.ToString());
        }

        var response = new GetVariableAccessAttributesResponse(Deletable: false, type);
        return MmsCodec.ToArray(new ConfirmedResponse(uint.MaxValue, response), peer.Dialect).Length > peer.MaxPduSize
            ? new ServiceError(ErrorClass.Service, ErrorCode.ServicePduSize, $"the type of {name} is larger than the PDU size; ask for its parts")
            : response;
    }
}

/// <summary>GetDataSetDirectory (IEC 61850-7-2 §13.3.6) as GetNamedVariableListAttributes.</summary>
internal sealed class GetNamedVariableListAttributesService(DataSetCatalog dataSets)
{
    public ServiceOutcome Handle(Association peer, GetNamedVariableListAttributesRequest request)
    {
        var name = request.Name;
        if (name.Scope != NameScope.Domain || dataSets.Find(name.Domain, name.Item) is not { } set || !set.VisibleTo(peer))
        {
            return ServiceErrors.NonExistent(name.ToString());
        }

        return new GetNamedVariableListAttributesResponse(Deletable: false, set.Members.Select(Specification).ToValueList());
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

/// <summary>Identify, Status and GetDomainAttributes: asked for by MMS conformance (ISO 9506-2 §10, §11).</summary>
internal sealed class VmdServices(IedModel model)
{
    public IdentifyResponse Identify() => new(
        model.Identity.Manufacturer.Length > 0 ? model.Identity.Manufacturer : "der-agent",
        model.Identity.Type.Length > 0 ? model.Identity.Type : "DER agent",
        model.Identity.ConfigVersion);

    public static StatusResponse Status() => new(Logical: 0, Physical: 0);

    public ServiceOutcome Handle(Association peer, GetDomainAttributesRequest request) =>
        model.LogicalDevice(request.Domain) is { } device && device.LogicalNodes.Any(peer.Sees)
            ? new GetDomainAttributesResponse([], State: 2, Deletable: false, Sharable: false, [], UploadInProgress: 0)
            : ServiceErrors.NonExistent(request.Domain);
}
