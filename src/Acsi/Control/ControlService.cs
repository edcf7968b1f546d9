using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Select, SelectWithValue, Operate, TimeActivatedOperate and Cancel (IEC 61850-7-2 §20): checks a request, and feeds the state machine of its object.</summary>
internal sealed class ControlService
{
    private static readonly TimeSpan LateTolerance = TimeSpan.FromSeconds(60);
    private readonly Dictionary<DataNode, ControlObject> _controls = [];
    private readonly ValueStore _values;
    private readonly TimeProvider _time;
    private readonly ControlChecks _checks;
    private readonly ControlMachine _machine;
    private readonly ControlNotices _notices;
    private readonly ServiceRecords _records;
    private readonly List<(ControlObject Control, StoredControl Stored)> _found = [];
    private readonly CallTable _calls;
    private readonly StepJournal _journal;

    public ControlService(ValueStore values, TimeProvider time, ControlChecks checks, ControlNotices notices, ServiceRecords records, ControlMachine machine, CallTable calls, StepJournal journal)
    {
        (_values, _time, _checks, _notices, _records, _machine, _calls, _journal) = (values, time, checks, notices, records, machine, calls, journal);
        foreach (var dataObject in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.DataObjects).SelectMany(d => d.SelfAndDescendants()))
        {
            if (dataObject.Node(FunctionalConstraint.CO) is { } node && dataObject.Attribute("ctlModel") is not null)
            {
                _controls[node] = new ControlObject(_controls.Count, dataObject, node, values, values.Model.ControlRules.GetValueOrDefault(dataObject));
            }
        }

        machine.Watch([.. _controls.Values]);
    }

    public DateTimeOffset? NextDue => _machine.NextDue;

    /// <summary>The control objects of the server.</summary>
    public IReadOnlyCollection<ControlObject> Objects => _controls.Values;

    /// <summary>Select by reading SBO: the reference, or empty when refused.</summary>
    public DataValue Select(Association peer, DataNode sbo)
    {
        if (sbo.Parent is null || !_controls.TryGetValue(sbo.Parent, out var control))
        {
            return DataValue.VisibleString("");
        }

        var refusal = _checks.Check(control, ControlVerb.Select, peer, null);
        _records.Control(control, ServiceName.Select, peer.Key.BarePeer, null, new(refusal?.Cause ?? AddCause.None, ""), connection: peer.Key.Connection);
        if (refusal is not null)
        {
            return DataValue.VisibleString("");
        }

        _machine.Feed(control, new(ControlEvent.Select, peer.Key));
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
            // Who may not command learns nothing of the type; and who commands comes before what is commanded.
            var misfit = isDenied ? ControlChecks.NoAccess!.Value
                : ControlParameters.HasOrigin(node, value) ? new(AddCause.InconsistentParameters, wrong)
                : ControlChecks.BadOrigin(verb);
            Refuse(control, node, peer, ControlParameters.FromAny(node, value), verb, misfit);
            return misfit.Failure;
        }

        var parameters = ControlParameters.From(node, DataWrite.Compose(node, accepted));
        if ((isDenied ? ControlChecks.NoAccess : _checks.Check(control, verb, peer, parameters) ?? Arbitrate(control, verb, peer, parameters)) is { } refusal)
        {
            Refuse(control, node, peer, parameters, verb, refusal);
            return refusal.Failure;
        }

        _calls.NoteCommand(control, parameters);
        for (var i = 0; i < accepted.Count; i++)
        {
            _values.Set(node.FirstSlot + i, accepted[i]);
        }

        switch (verb)
        {
            case ControlVerb.SelectWithValue:
                Record(control, parameters, peer, CommandOutcome.Success);
                _machine.Feed(control, new(ControlEvent.Select, peer.Key, parameters));
                return WriteStep.Done;
            case ControlVerb.Cancel:
                Record(control, parameters, peer, CommandOutcome.Success);
                _machine.Feed(control, new(ControlEvent.Cancel, peer.Key), new(AddCause.AbortionByCancel, "cancelled"));
                return WriteStep.Done;
            default:
                return Operate(control, peer, parameters, ticket);
        }
    }

    /// <summary>Commands that were accepted are taken back, because they could not be stored: nothing was written.</summary>
    public void TakenBack(Association peer, IReadOnlyList<(ControlObject Control, ControlParameters Parameters)> commands)
    {
        foreach (var (control, parameters) in commands)
        {
            _notices.LastApplError(peer.Key, parameters.Node.Reference, parameters, AddCause.BlockedByProcess);
            Record(control, parameters, peer, new(AddCause.BlockedByProcess, "the store takes nothing; nothing was written"));
        }
    }

    /// <summary>Carries on what waits until the answer of its request has gone out: what the agent itself executes ends after the response, never before.</summary>
    public void CarryOn() => _machine.CarryOn();

    /// <summary>The hardware took the value of a command.</summary>
    public void Taken(long id)
    {
        if (_machine.Find(id) is { } control)
        {
            _machine.Feed(control, new(ControlEvent.Taken));
        }
    }

    /// <summary>A command ended at the hardware.</summary>
    public void Ended(long id, CommandOutcome outcome)
    {
        if (_machine.Find(id) is { } control)
        {
            _machine.Feed(control, new(outcome.Succeeded ? ControlEvent.Done : ControlEvent.Failed), outcome);
        }
        else
        {
            _machine.RestEnded(id, outcome);
        }
    }

    /// <summary>Releases what an association has selected; commands under way go on.</summary>
    public void Release(AssociationKey peer)
    {
        foreach (var control in _controls.Values.Where(c => c.State.Client == peer))
        {
            _machine.Feed(control, new(ControlEvent.ClientGone));
        }
    }

    /// <summary>Objects that somebody has selected or operates.</summary>
    public IEnumerable<AssociationKey> Clients => _controls.Values.Select(c => c.State.Client).OfType<AssociationKey>();

    /// <summary>Does what is due: ends selections, starts waiting commands, ends executions that take too long. False where nothing was.</summary>
    public bool Tick(DateTimeOffset now)
    {
        if (_machine.NextDue is not { } due || due > now)
        {
            return false;
        }

        while (_machine.DueBy(now) is { } control)
        {
            if (control.Record.RestDue <= now)
            {
                _machine.Rest(control, "");
                continue;
            }

            switch (control.State.Phase)
            {
                case ControlPhase.Ready:
                    _machine.Feed(control, new(ControlEvent.SelectionOver));
                    break;
                case ControlPhase.Waiting:
                    Activate(control, now);
                    break;
                case ControlPhase.Executing when control.State.Pulses?.Due <= now:
                    _machine.Feed(control, new(ControlEvent.PulseEdge));
                    break;
                case ControlPhase.Executing:
                    _machine.Feed(control, new(ControlEvent.TimeLimitOver), new(AddCause.TimeLimitOver, "operTimeout passed"));
                    break;
            }
        }

        _machine.CarryOn();
        return true;
    }

    /// <summary>What was under way with an object when the agent stopped: what waited for its time waits again, anything else has ended. False where it fits no object.</summary>
    /// <param name="node">The object.</param>
    /// <param name="decode">Reads what was stored.</param>
    /// <param name="isOld">Whether it is to be stored anew, in its present form.</param>
    public bool Restore(DataNode? node, Func<ControlObject, StoredControl?> decode, bool isOld = false)
    {
        if (node is null || !_controls.TryGetValue(node, out var control) || decode(control) is not { } stored)
        {
            return false;
        }

        if (stored is { Phase: ControlPhase.Waiting, Parameters: { } parameters })
        {
            _machine.Restore(control, stored.ClientJid, parameters);
            if (isOld)
            {
                _machine.StoreAnew(control, stored.CommandId);
            }
        }
        else
        {
            _found.Add((control, stored));
        }

        return true;
    }

    /// <summary>Tells what had not ended when the agent stopped: whether it was carried out is not known, and it is never written again.</summary>
    public void TellFound()
    {
        foreach (var (control, stored) in _found)
        {
            _machine.StoreAnew(control, stored.CommandId);
            var isOver = stored.Phase == ControlPhase.Executing && stored.Due <= _time.GetUtcNow();
            _records.Control(
                control,
                ServiceName.InternalChange,
                stored.ClientJid,
                stored.Parameters,
                new(isOver ? AddCause.TimeLimitOver : AddCause.Unknown, stored.Phase == ControlPhase.Executing ? StoredCommand.UnderWay : "the selection ended with the agent's stop"),
                isOutcome: stored.Phase == ControlPhase.Executing);
            if (stored is { Phase: ControlPhase.Executing, Parameters: { Test: false } parameters } && parameters.Value.AsBoolean())
            {
                _machine.RestIfPulsed(control, stored.ClientJid);
            }
        }

        _found.Clear();
    }

    private static ControlVerb? Verb(string name) => name switch
    {
        "Oper" => ControlVerb.Operate,
        "SBOw" => ControlVerb.SelectWithValue,
        "Cancel" => ControlVerb.Cancel,
        _ => null,
    };

    private ControlRefusal? Arbitrate(ControlObject control, ControlVerb verb, Association peer, ControlParameters parameters) =>
        verb == ControlVerb.Operate && !IsLater(parameters) && _machine.IsOutranked(control, peer.Key.BarePeer, parameters)
            ? new ControlRefusal(AddCause.BlockedBySwitchingHierarchy, DataAccessError.ObjectAccessDenied)
            : null;

    private void Refuse(ControlObject control, DataNode node, Association peer, ControlParameters parameters, ControlVerb verb, ControlRefusal refusal)
    {
        if (!refusal.IsSilent)
        {
            _notices.LastApplError(peer.Key, node.Reference, parameters, refusal.Cause);
        }

        Record(control, parameters, peer, new(refusal.Cause, ""));

        // What contradicts its selection ends it (IEC 61850-7-2 §20.2.3).
        if (verb == ControlVerb.Operate && refusal.Cause == AddCause.InconsistentParameters && control.State is { Phase: ControlPhase.Ready } && control.State.Client == peer.Key)
        {
            _machine.Feed(control, new(ControlEvent.Contradict));
        }
    }

    private void Record(ControlObject control, ControlParameters parameters, Association peer, CommandOutcome outcome) =>
        _records.Control(control, parameters.Service, peer.Key.BarePeer, parameters, outcome, connection: peer.Key.Connection);

    private bool IsLater(ControlParameters parameters) => parameters.OperTime.Seconds != 0 && parameters.OperTime.ToDateTimeOffset() > _time.GetUtcNow();

    private WriteStep Operate(ControlObject control, Association peer, ControlParameters parameters, WriteTicket ticket)
    {
        if (IsLater(parameters) || control.IsEnhanced)
        {
            Record(control, parameters, peer, CommandOutcome.Success);
        }

        if (IsLater(parameters))
        {
            _machine.Feed(control, new(ControlEvent.OperateLater, peer.Key, parameters));
            return WriteStep.Done;
        }

        // With normal security the write is answered when the output is accepted, with enhanced security now.
        _machine.Await(control, control.IsEnhanced ? null : ticket);
        _machine.Feed(control, new(ControlEvent.Operate, peer.Key, parameters));
        return control.Record.Ticket is null ? WriteStep.Done : WriteStep.Pending;
    }

    /// <summary>The tests are made again when the time has come; what an outage made late is not carried out.</summary>
    private void Activate(ControlObject control, DateTimeOffset now)
    {
        var parameters = control.State.Parameters!;
        var refusal = now - control.State.Due > LateTolerance ? AddCause.TimeLimitOver
            : _journal.IsRefusing ? AddCause.BlockedByProcess
            : _checks.CheckProcess(control, parameters with { OperTime = default })?.Cause
            ?? (_machine.IsOutranked(control, control.State.ClientJid, parameters) ? AddCause.BlockedBySwitchingHierarchy : (AddCause?)null);
        if (refusal is { } cause)
        {
            _machine.Feed(control, new(ControlEvent.RefuseActivation), new(cause, "the time-activated command was not executed"));
            return;
        }

        _machine.Feed(control, new(ControlEvent.Activate));
    }
}
