using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Select, SelectWithValue, Operate, TimeActivatedOperate and Cancel (IEC 61850-7-2 §20).</summary>
internal sealed class ControlService
{
    private readonly Dictionary<DataNode, ControlObject> _controls = [];
    private readonly ValueStore _values;
    private readonly AcsiOptions _options;
    private readonly TimeProvider _time;
    private readonly ControlChecks _checks;
    private readonly ControlNotices _notices;
    private readonly ControlExecution _execution;

    public ControlService(ValueStore values, AcsiOptions options, TimeProvider time, ControlChecks checks, ControlNotices notices, ControlExecution execution)
    {
        (_values, _options, _time, _checks, _notices, _execution) = (values, options, time, checks, notices, execution);
        foreach (var dataObject in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.DataObjects).SelectMany(d => d.SelfAndDescendants()))
        {
            if (dataObject.Node(FunctionalConstraint.CO) is { } node && dataObject.Attribute("ctlModel") is not null)
            {
                _controls[node] = new ControlObject(dataObject, node, values);
            }
        }
    }

    public DateTimeOffset? NextDue => _controls.Values.Min(c => c.Due);

    /// <summary>Select by reading SBO: the reference, or empty when refused.</summary>
    public DataValue Select(Association peer, DataNode sbo)
    {
        if (sbo.Parent is null || !_controls.TryGetValue(sbo.Parent, out var control) || _checks.Check(control, ControlVerb.Select, peer, null) is not null)
        {
            return DataValue.VisibleString("");
        }

        MarkSelected(control, peer, null);
        return DataValue.VisibleString(control.Reference);
    }

    /// <summary>SelectWithValue, Operate or Cancel by writing the structure of that name.</summary>
    public WriteStep Write(Association peer, DataNode node, in DataValue value, WriteTicket ticket, bool isDenied)
    {
        if (node.Parent is null || !_controls.TryGetValue(node.Parent, out var control) || Verb(node.Name) is not { } verb)
        {
            return DataAccessError.ObjectAccessDenied;
        }

        var accepted = new List<DataValue>(node.SlotCount);
        if (DataWrite.Check(node, value, accepted) is { } wrong)
        {
            return wrong;
        }

        var parameters = ControlParameters.From(node, DataWrite.Compose(node, accepted));
        if ((isDenied ? ControlChecks.NoAccess : _checks.Check(control, verb, peer, parameters)) is { } refusal)
        {
            Refuse(control, node, peer, parameters, verb, refusal);
            return refusal.Failure;
        }

        for (var i = 0; i < accepted.Count; i++)
        {
            _values.Set(node.FirstSlot + i, accepted[i]);
        }

        return verb switch
        {
            ControlVerb.SelectWithValue => MarkSelected(control, peer, parameters),
            ControlVerb.Cancel => Cancel(control),
            _ => Operate(control, peer, parameters, ticket),
        };
    }

    /// <summary>Releases what an association has selected; commands under way go on.</summary>
    public void Release(Association peer)
    {
        foreach (var control in _controls.Values.Where(c => c.Client == peer))
        {
            control.Client = null;
            if (control.State == ControlState.Ready)
            {
                _execution.Unselect(control);
            }
        }
    }

    /// <summary>Does what is due: ends selections, starts waiting commands, ends executions that take too long.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var control in _controls.Values)
        {
            if (control.Due > now || control.Due is null)
            {
                continue;
            }

            switch (control.State)
            {
                case ControlState.Ready:
                    _execution.Unselect(control);
                    break;
                case ControlState.WaitForActivationTime:
                    _execution.StartDue(control, _checks.CheckProcess(control, control.Parameters! with { OperTime = default }));
                    break;
                case ControlState.Operating:
                    _execution.TimeLimitOver(control);
                    break;
                default:
                    control.Due = null;
                    break;
            }
        }
    }

    private static ControlVerb? Verb(string name) => name switch
    {
        "Oper" => ControlVerb.Operate,
        "SBOw" => ControlVerb.SelectWithValue,
        "Cancel" => ControlVerb.Cancel,
        _ => null,
    };

    private void Refuse(ControlObject control, DataNode node, Association peer, ControlParameters parameters, ControlVerb verb, ControlRefusal refusal)
    {
        if (!refusal.IsSilent)
        {
            _notices.LastApplError(peer, node.Reference, parameters, refusal.Cause);
        }

        // What contradicts its selection ends it (IEC 61850-7-2 §20.2.3).
        if (verb == ControlVerb.Operate && refusal.Cause == AddCause.InconsistentParameters && control.State == ControlState.Ready && control.Client == peer)
        {
            _execution.Unselect(control);
        }
    }

    private WriteStep MarkSelected(ControlObject control, Association peer, ControlParameters? parameters)
    {
        control.State = ControlState.Ready;
        control.Client = peer;
        control.ClientJid = peer.Key.BarePeer;
        control.Parameters = parameters;
        control.Due = _time.GetUtcNow() + (control.SelectTimeout ?? _options.SelectTimeout);
        _execution.SetFlag(control, "stSeld", true);
        return WriteStep.Done;
    }

    private WriteStep Cancel(ControlObject control)
    {
        var waited = control.State == ControlState.WaitForActivationTime;
        if (waited && control.IsEnhanced)
        {
            _notices.Terminate(control, AddCause.AbortionByCancel);
        }

        _execution.Unselect(control);
        return WriteStep.Done;
    }

    private WriteStep Operate(ControlObject control, Association peer, ControlParameters parameters, WriteTicket ticket)
    {
        control.Client = peer;
        control.ClientJid = peer.Key.BarePeer;
        control.Parameters = parameters;
        if (parameters.OperTime.Seconds != 0 && parameters.OperTime.ToDateTimeOffset() > _time.GetUtcNow())
        {
            control.State = ControlState.WaitForActivationTime;
            control.Due = parameters.OperTime.ToDateTimeOffset();
            return WriteStep.Done;
        }

        return _execution.Start(control, ticket);
    }
}
