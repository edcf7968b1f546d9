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
internal sealed class PendingWrite(Association peer, uint invokeId, int count)
{
    private readonly DataAccessError?[] _results = new DataAccessError?[count];
    private int _open = count;

    public Association Peer { get; } = peer;

    public uint InvokeId { get; } = invokeId;

    public bool IsComplete => _open == 0;

    public WriteResponse Response => new(_results.ToValueList());

    public void Set(int index, DataAccessError? result)
    {
        _results[index] = result;
        _open--;
    }
}

/// <summary>Names one variable of a write under way.</summary>
internal readonly record struct WriteTicket(PendingWrite Write, int Index);

/// <summary>SetDataValues, SetDataSetValues, control and control blocks (IEC 61850-7-2 §11.4.3, §13.3.3, §17, §20): MMS Write, each variable by itself.</summary>
internal sealed class WriteService(
    ValueStore values, VariableResolver resolver, DataSetCatalog dataSets, ControlService controls, ReportService reports, ParameterWrites parameters)
{
    /// <summary>Writes; null where an error of the whole service is in <paramref name="error"/>.</summary>
    public PendingWrite? Handle(Association peer, uint invokeId, WriteRequest request, out ServiceError? error)
    {
        error = null;
        var targets = Targets(peer, request, ref error);
        if (error is not null)
        {
            return null;
        }

        if (targets.Count != request.Data.Count)
        {
            error = new(ErrorClass.Definition, ErrorCode.DefinitionTypeInconsistent, $"{targets.Count} variables and {request.Data.Count} values");
            return null;
        }

        var write = new PendingWrite(peer, invokeId, targets.Count);
        for (var i = 0; i < targets.Count; i++)
        {
            var step = Write(peer, targets[i], request.Data[i], new WriteTicket(write, i));
            if (!step.IsPending)
            {
                write.Set(i, step.Failure);
            }
        }

        return write;
    }

    private List<ResolvedVariable> Targets(Association peer, WriteRequest request, ref ServiceError? error)
    {
        if (request.Variables is VariableAccess.List list)
        {
            return [.. list.Items.Select(v => resolver.Resolve(peer, v))];
        }

        var name = ((VariableAccess.Named)request.Variables).Name;
        if (name.Scope == NameScope.Domain && dataSets.Find(name.Domain, name.Item) is { } set && set.VisibleTo(peer))
        {
            return [.. set.Members.Select(m => new ResolvedVariable([m], DataKind.None, null))];
        }

        error = ServiceErrors.NonExistent(name.ToString());
        return [];
    }

    private WriteStep Write(Association peer, ResolvedVariable target, DataValue value, WriteTicket ticket)
    {
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
            FunctionalConstraint.CO => controls.Write(peer, node, value, ticket),
            FunctionalConstraint.BR or FunctionalConstraint.RP => reports.Write(peer, node, value),
            FunctionalConstraint.LG or FunctionalConstraint.GO or FunctionalConstraint.MS or FunctionalConstraint.US => DataAccessError.ObjectAccessUnsupported,
            FunctionalConstraint.SP when node.DataObject is null => DataAccessError.ObjectAccessUnsupported,
            _ => WriteData(peer, node, value, ticket),
        };
    }

    private WriteStep WriteData(Association peer, DataNode node, in DataValue value, WriteTicket ticket)
    {
        if (DataWrite.Refuse(peer, node) is { } refused)
        {
            return refused;
        }

        var accepted = new List<DataValue>(node.SlotCount);
        if (DataWrite.Check(node, value, accepted) is { } wrong)
        {
            return wrong;
        }

        if (parameters.IsBound(node))
        {
            return parameters.Start(node, accepted, ticket);
        }

        for (var i = 0; i < accepted.Count; i++)
        {
            values.Set(node.FirstSlot + i, accepted[i]);
        }

        return WriteStep.Done;
    }
}
