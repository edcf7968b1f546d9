using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>DeleteDataSet (IEC 61850-7-2 §13.3.5) as DeleteNamedVariableList, of named ones only: how many there were, and how many are gone.</summary>
internal sealed class DeleteDataSetService(DataSetCatalog dataSets, Permissions permissions, ServiceRecords records) : ConfirmedService<DeleteNamedVariableListRequest>(MmsService.DeleteNamedVariableList)
{
    protected override ServiceOutcome Handle(ServiceCall call, DeleteNamedVariableListRequest request)
    {
        var peer = call.Peer;
        if (request.Scope != ScopeOfDelete.Specific)
        {
            return ServiceErrors.Unsupported("data sets are deleted by their names");
        }

        var found = request.Names.Distinct().Select(n => (Name: n, Set: dataSets.Find(peer, n, permissions))).Where(s => s.Set is not null).ToList();
        foreach (var (name, set) in found)
        {
            // All of them, or none.
            if (permissions.Of(peer, Right.DataSet, set!.Holder?.Constraints.Values.FirstOrDefault()) != Access.Allowed)
            {
                return Refuse(peer, name, ServiceErrors.Denied(name.ToString()));
            }

            if (set.IsDeletable && dataSets.IsUsed(set))
            {
                return Refuse(peer, name, new ServiceError(ErrorClass.Service, ErrorCode.ServiceObjectConstraintConflict, $"{name} is used by a control block"));
            }
        }

        foreach (var (name, set) in found)
        {
            if (set!.IsDeletable)
            {
                dataSets.Remove(peer, name);
            }

            records.DataSet(ServiceName.DeleteDataSet, name, peer, set.IsDeletable ? null : ServiceErrors.Denied(name.ToString()));
        }

        return new DeleteNamedVariableListResponse((uint)found.Count, (uint)found.Count(s => s.Set!.IsDeletable));
    }

    private ServiceError Refuse(Association peer, ObjectName name, ServiceError error)
    {
        records.DataSet(ServiceName.DeleteDataSet, name, peer, error);
        return error;
    }
}
