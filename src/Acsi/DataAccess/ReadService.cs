using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>GetDataValues, GetAllDataValues, GetDataSetValues and the reads of control blocks (IEC 61850-7-2 §11.4.2, §10.2.3, §13.3.2): MMS Read.</summary>
internal sealed class ReadService(ValueStore values, VariableResolver resolver, DataSetCatalog dataSets, Permissions permissions, ControlService controls, ReportService reports, LogService logs, ParameterWrites parameters, SettingGroupService settingGroups)
    : ConfirmedService<ReadRequest>(MmsService.Read)
{
    protected override ServiceOutcome Handle(ServiceCall call, ReadRequest request)
    {
        ValueList<AccessResult> results;
        if (request.Variables is VariableAccess.Named named)
        {
            if (dataSets.Find(call.Peer, named.Name, permissions) is not { } set)
            {
                return ServiceErrors.NonExistent(named.Name.ToString());
            }

            results = set.Members.Select(m => permissions.Refuse(call.Peer, Right.Read, m) is { } refused ? (AccessResult)refused : Unavailable(m) is { } not ? not : values.Read(m)).ToValueList();
        }
        else
        {
            results = ((VariableAccess.List)request.Variables).Items.Select(v => Read(call.Peer, v)).ToValueList();
        }

        return new ReadResponse(results, request.SpecificationWithResult ? request.Variables : null);
    }

    private AccessResult Read(Association peer, VariableSpecification variable)
    {
        var resolved = resolver.Resolve(peer, MmsService.Read, variable);
        if (resolved.Single is { Fc: FunctionalConstraint.CO, Name: "SBO", IsLeaf: true } select)
        {
            // A select that is refused, for whatever reason, is an empty string.
            return resolved.Failure is null ? controls.Select(peer, select) : DataValue.VisibleString("");
        }

        if ((resolved.Failure ?? (resolved.Single is { } single ? Unavailable(single) : null)) is { } failure)
        {
            return failure;
        }

        for (var i = 0; i < resolved.Nodes.Count; i++)
        {
            if (resolved.Nodes[i].Fc == FunctionalConstraint.BR)
            {
                reports.ShowNewest(resolved.Nodes[i]);
            }
            else if (resolved.Nodes[i].Fc == FunctionalConstraint.LG)
            {
                logs.ShowEntries(resolved.Nodes[i]);
            }
        }

        return resolved.Read(values);
    }

    /// <summary>
    /// There are no values being edited (FC SE) while nobody edits. A setting that stands in a device and was never read from it
    /// has no value either: 0 would be one.
    /// </summary>
    private DataAccessError? Unavailable(DataNode node) =>
        settingGroups.Unreadable(node) ?? (node is { Fc: FunctionalConstraint.SP or FunctionalConstraint.CF or FunctionalConstraint.SG, DataObject: not null } && node.Leaves().Any(l => !values.IsKnown(l.FirstSlot) && parameters.IsBound(l))
            ? DataAccessError.TemporarilyUnavailable
            : null);
}
