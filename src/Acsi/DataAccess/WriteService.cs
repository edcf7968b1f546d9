using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The result of one written variable: known now, or when the hardware has answered.</summary>
internal readonly record struct WriteStep(bool IsPending, DataAccessError? Failure)
{
    public static WriteStep Done => new(false, null);

    public static WriteStep Pending => new(true, null);

    public static implicit operator WriteStep(DataAccessError failure) => new(false, failure);

    public static implicit operator WriteStep(DataAccessError? failure) => new(false, failure);
}

/// <summary>A write under way: answered when its last variable has a result.</summary>
/// <param name="call">The call.</param>
/// <param name="count">How many variables it has.</param>
/// <param name="dataSet">The data set whose members they are; null where they are named each.</param>
internal sealed class PendingWrite(ServiceCall call, int count, ObjectName? dataSet = null)
{
    private readonly DataAccessError?[] _results = new DataAccessError?[count];
    private int _open = count;

    public ServiceCall Call => call;

    public ObjectName? DataSet => dataSet;

    /// <summary>The first failure; null where there is none.</summary>
    public DataAccessError? Failure => Array.Find(_results, r => r is not null);

    public bool IsComplete => _open == 0;

    public WriteResponse Response => new(_results.ToValueList());

    public void Set(int index, DataAccessError? result)
    {
        _results[index] = result;
        _open--;
    }

    /// <summary>A result is taken back: the step that brought it failed.</summary>
    public void Reopen(int index)
    {
        _results[index] = null;
        _open++;
    }
}

/// <summary>Names one variable of a write under way.</summary>
internal readonly record struct WriteTicket(PendingWrite Write, int Index);

/// <summary>SetDataValues, SetDataSetValues, control and control blocks (IEC 61850-7-2 §11.4.3, §13.3.3, §17, §20): MMS Write, each variable by itself.</summary>
internal sealed class WriteService(
    ValueStore values, VariableResolver resolver, DataSetCatalog dataSets, Permissions permissions, ControlService controls, ReportService reports, LogService logs, ParameterWrites parameters, SettingGroupService settingGroups, ServiceRecords records, StoredSettings settings, ProcessUpdates updates, ChangeFeed changes)
    : ConfirmedService<WriteRequest>(MmsService.Write)
{
    protected override ServiceOutcome Handle(ServiceCall call, WriteRequest request)
    {
        if (Targets(call.Peer, request, out var error) is not { } targets)
        {
            return error!;
        }

        if (targets.Count != request.Data.Count)
        {
            return new ServiceError(ErrorClass.Definition, ErrorCode.DefinitionTypeInconsistent, $"{targets.Count} variables and {request.Data.Count} values");
        }

        var write = new PendingWrite(call, targets.Count, (request.Variables as VariableAccess.Named)?.Name);
        for (var i = 0; i < targets.Count; i++)
        {
            var step = Write(call.Peer, targets[i], request.Data[i], new WriteTicket(write, i));
            if (!step.IsPending)
            {
                write.Set(i, step.Failure);
                if (write.DataSet is null)
                {
                    Record(call.Peer, targets[i], request.Data[i], step.Failure);
                }
            }

            // Each variable is a write of its own: what is written twice in one PDU changes twice.
            changes.Tell();
        }

        if (!write.IsComplete)
        {
            return ServiceOutcome.Pending;
        }

        records.DataSet(write);
        return write.Response;
    }

    /// <summary>Nobody commands, or sets what is measured, by a data set.</summary>
    private static DataAccessError? RefuseInSet(DataNode member) =>
        member.Fc is FunctionalConstraint.ST or FunctionalConstraint.MX or FunctionalConstraint.CO ? DataAccessError.ObjectAccessDenied : null;

    /// <summary>Every write is a service; those of controls tell of themselves.</summary>
    private void Record(Association peer, ResolvedVariable target, in DataValue value, DataAccessError? failure)
    {
        // What a role may not view does not exist for it, and leaves no trace that others could wonder at.
        if (target.Single is not { } node || failure == DataAccessError.ObjectNonExistent)
        {
            return;
        }

        var (client, status) = (peer.Key.BarePeer, ServiceStatuses.Of(failure));
        if (node.DataObject is not null)
        {
            if (node.Fc != FunctionalConstraint.CO)
            {
                records.Data(node, value, client, status, peer.Key.Connection);
            }
        }
        else if (BlockOf(node) is { } block)
        {
            records.Block(block, node, value, client, status, peer.Key.Connection);
        }
    }

    /// <summary>The control block that a node is, or is a part of: below its constraint.</summary>
    private static DataNode? BlockOf(DataNode node)
    {
        var block = node;
        while (block.Parent is { Parent: not null } parent)
        {
            block = parent;
        }

        return block.Parent is null ? null : block;
    }

    private List<ResolvedVariable>? Targets(Association peer, WriteRequest request, out ServiceError? error)
    {
        error = null;
        if (request.Variables is VariableAccess.List list)
        {
            return [.. list.Items.Select(v => resolver.Resolve(peer, MmsService.Write, v))];
        }

        var name = ((VariableAccess.Named)request.Variables).Name;
        if (dataSets.Find(peer, name, permissions) is not { } set)
        {
            error = ServiceErrors.NonExistent(name.ToString());
            return null;
        }

        if (permissions.Of(peer, Right.DataSet, null) != Access.Allowed)
        {
            error = ServiceErrors.Denied(name.ToString());
            return null;
        }

        return [.. set.Members.Select(m => new ResolvedVariable([m], DataKind.None, permissions.Refuse(peer, RightTable.Of(MmsService.Write, m), m) ?? RefuseInSet(m)))];
    }

    private WriteStep Write(Association peer, ResolvedVariable target, DataValue value, WriteTicket ticket)
    {
        // A control that the peer may know of and not command is refused by the control service: it says why (IEC 61850-7-2 §20.5.2.9).
        if (ticket.Write.DataSet is null && target is { Failure: DataAccessError.ObjectAccessDenied, Single: { Fc: FunctionalConstraint.CO } denied })
        {
            return controls.Write(peer, denied, value, ticket, isDenied: true);
        }

        if (target.Failure is { } failure)
        {
            return failure;
        }

        if (target.Single is not { } node)
        {
            return DataAccessError.ObjectAccessDenied;
        }

        return node.Fc switch
        {
            FunctionalConstraint.CO => controls.Write(peer, node, value, ticket, isDenied: false),
            FunctionalConstraint.BR or FunctionalConstraint.RP => reports.Write(peer, node, value),
            FunctionalConstraint.GO or FunctionalConstraint.MS or FunctionalConstraint.US => StreamBlockWrites.Write(node, value),
            FunctionalConstraint.LG => logs.Write(peer, node, value),
            FunctionalConstraint.SP when node.DataObject is null => settingGroups.Write(peer, node, value, ticket),
            FunctionalConstraint.SE => settingGroups.WriteEdited(peer, node, value),
            _ => WriteData(peer, node, value, ticket),
        };
    }

    private WriteStep WriteData(Association peer, DataNode node, in DataValue value, WriteTicket ticket)
    {
        if (DataWrite.Refuse(node) is { } refused)
        {
            return refused;
        }

        var accepted = new List<DataValue>(node.SlotCount);
        if ((DataWrite.Check(node, value, accepted) ?? SettingRange.Refuse(values, node, accepted)) is { } wrong)
        {
            return wrong;
        }

        if (parameters.IsBound(node))
        {
            return parameters.Start(peer, node, accepted, ticket);
        }

        for (var i = 0; i < accepted.Count; i++)
        {
            values.Set(node.FirstSlot + i, accepted[i]);
        }

        settings.Written(node, peer.Key.BarePeer);
        if (node.Fc is FunctionalConstraint.SV or FunctionalConstraint.BL)
        {
            foreach (var dataObject in node.Leaves().Select(l => l.DataObject).Distinct())
            {
                updates.OnSubstitution(dataObject);
            }
        }

        return WriteStep.Done;
    }
}
