using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>CreateDataSet (IEC 61850-7-2 §13.3.4) as DefineNamedVariableList: one that outlives its client, in a logical node, or one of the association alone.</summary>
internal sealed class CreateDataSetService(IedModel model, DataSetCatalog dataSets, VariableResolver resolver, Permissions permissions, ServiceRecords records, AcsiOptions options)
    : ConfirmedService<DefineNamedVariableListRequest>(MmsService.DefineNamedVariableList)
{
    private const int MaxName = 32;

    protected override ServiceOutcome Handle(ServiceCall call, DefineNamedVariableListRequest request)
    {
        var (peer, name) = (call.Peer, request.Name);
        LogicalNode? holder = null;
        List<DataNode> members = [];
        var error = Place(peer, name, out holder) ?? Room(peer, name, request.Members.Count) ?? Members(peer, request.Members, members);

        // What a role may not view does not exist for it, and leaves no trace that others could wonder at.
        if (error is not { Class: ErrorClass.Access, Code: ErrorCode.AccessObjectNonExistent })
        {
            records.DataSet(ServiceName.CreateDataSet, name, peer, error);
        }

        if (error is not null)
        {
            return error;
        }

        if (holder is null)
        {
            dataSets.Add(peer, name.Item, members);
        }
        else
        {
            dataSets.Add(new DataSet(holder, $"{name.Domain}/{name.Item}", members, isDeletable: true));
        }

        return new DefineNamedVariableListResponse();
    }

    /// <summary>Whether there may be one of that name; its logical node, where it is not the association's.</summary>
    private ServiceError? Place(Association peer, ObjectName name, out LogicalNode? holder)
    {
        holder = null;
        if (name.Scope == NameScope.Vmd)
        {
            return ServiceErrors.Unsupported("data sets stand in a logical node, or belong to an association");
        }

        var own = name.Item;
        if (name.Scope == NameScope.Domain)
        {
            var dollar = name.Item.IndexOf('$', StringComparison.Ordinal);
            holder = model.LogicalDevice(name.Domain)?.LogicalNode(dollar < 0 ? name.Item : name.Item[..dollar]);
            if (holder is null || !permissions.Sees(peer, holder))
            {
                return ServiceErrors.NonExistent(name.ToString());
            }

            own = dollar < 0 ? "" : name.Item[(dollar + 1)..];
        }

        return permissions.Of(peer, Right.DataSet, holder?.Constraints.Values.FirstOrDefault()) != Access.Allowed ? ServiceErrors.Denied(name.ToString())
            : !IsName(own) ? new ServiceError(ErrorClass.Definition, ErrorCode.DefinitionTypeInconsistent, $"a data set has a name of 1 to {MaxName} letters, digits and underscores")
            : dataSets.Find(peer, name, permissions) is not null ? new ServiceError(ErrorClass.Definition, ErrorCode.DefinitionObjectExists, $"{name} is there already")
            : null;
    }

    /// <summary>Whether there is room for it, as far as the SCL file says.</summary>
    private ServiceError? Room(Association peer, ObjectName name, int members)
    {
        var most = model.Capabilities.DynamicDataSets;
        var (present, limit) = name.Scope == NameScope.Domain ? (dataSets.Created, most) : (dataSets.Names(peer).Count(), Math.Min(most, options.MaxDataSetsPerAssociation));
        return present >= limit ? Full(limit == 0 ? "the SCL file lets clients create no data sets" : $"there are {present} data sets of clients already, as many as may be")
            : members > model.Capabilities.DynamicDataSetMembers ? Full($"a data set of clients has {model.Capabilities.DynamicDataSetMembers} members at most")
            : members == 0 ? new ServiceError(ErrorClass.Definition, ErrorCode.DefinitionTypeInconsistent, "a data set has members")
            : null;
    }

    private ServiceError? Members(Association peer, ValueList<VariableSpecification> wanted, List<DataNode> members)
    {
        var known = new HashSet<DataNode>();
        foreach (var variable in wanted)
        {
            if (!IsPlace(variable.AlternateAccess))
            {
                return new(ErrorClass.Definition, ErrorCode.DefinitionInvalidAddress, $"{variable.Name} is reached by an index, and by nothing else");
            }

            if (resolver.Resolve(peer, MmsService.GetVariableAccessAttributes, variable) is not { Failure: null, Single: { DataObject: not null } member })
            {
                return new(ErrorClass.Definition, ErrorCode.DefinitionObjectUndefined, $"{variable.Name} is no data");
            }

            if (!known.Add(member))
            {
                return new(ErrorClass.Definition, ErrorCode.DefinitionObjectAttributeInconsistent, $"{variable.Name} is a member twice");
            }

            members.Add(member);
        }

        return null;
    }

    /// <summary>An index, and what of its element is meant.</summary>
    private static bool IsPlace(ValueList<AccessStep> steps) => steps.Count == 0 || (steps[0] is AccessStep.Index && steps.All(s => s is AccessStep.Index or AccessStep.Component));

    private static bool IsName(string name) => name.Length is > 0 and <= MaxName && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static ServiceError Full(string why) => new(ErrorClass.Resource, ErrorCode.ResourceCapabilityUnavailable, why);
}
