using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Runs the state machines of control objects: feeds events to the table, and does what the table says is to be done.</summary>
internal sealed class ControlMachine
{
    private static readonly TimeSpan RestAgain = TimeSpan.FromSeconds(10);
    private readonly UndoDictionary<long, ControlObject> _byCommand;
    private readonly UndoDictionary<long, ControlObject> _resting;
    private readonly Queue<(ControlObject Control, CommandOutcome Outcome)> _own = new();
    private readonly History<(ControlObject Control, ControlRecord Before, long WrittenIn)> _history;
    private readonly CommandDoor _door;
    private readonly ControlStatus _status;
    private readonly ControlNotices _notices;
    private readonly ServiceRecords _records;
    private readonly Behaviour _behaviour;
    private readonly CallTable _calls;
    private readonly StoredSettings _settings;
    private readonly StepJournal _journal;
    private readonly AcsiOptions _options;
    private readonly TimeProvider _time;
    private IReadOnlyList<ControlObject> _objects = [];
    private DueQueue _due = new(0);

    public ControlMachine(CommandDoor door, ControlStatus status, ControlNotices notices, ServiceRecords records, Behaviour behaviour, CallTable calls, StoredSettings settings, StepJournal journal, AcsiOptions options, TimeProvider time)
    {
        (_door, _status, _notices, _records, _behaviour, _calls, _settings, _journal, _options, _time) = (door, status, notices, records, behaviour, calls, settings, journal, options, time);
        _byCommand = new(journal);
        _resting = new(journal);
        _history = new(journal, old => Restore(old.Control, old.Before, old.WrittenIn));
    }

    /// <summary>When something of an object is due next.</summary>
    public DateTimeOffset? NextDue => _due.First;

    /// <summary>The objects of the server, by their index.</summary>
    public void Watch(IReadOnlyList<ControlObject> objects) => (_objects, _due) = (objects, new DueQueue(objects.Count));

    /// <summary>The object that is due first, if it is due by now.</summary>
    public ControlObject? DueBy(DateTimeOffset now) => _due.DueBy(now) is { } index ? _objects[index] : null;

    /// <summary>The object whose command that is, or null.</summary>
    public ControlObject? Find(long commandId) => _byCommand.TryGetValue(commandId, out var control) ? control : null;

    /// <summary>Whether somebody above claims the object against such a command.</summary>
    public bool IsOutranked(ControlObject control, string claimant, ControlParameters parameters) =>
        !IsOwn(control, parameters) && _door.Refuses(CommandOf(control, claimant, parameters, 0));

    /// <summary>An event happens to an object.</summary>
    /// <param name="control">The object.</param>
    /// <param name="input">The event.</param>
    /// <param name="outcome">How its execution, or its waiting, ended, where it did.</param>
    public void Feed(ControlObject control, in ControlInput input, CommandOutcome? outcome = null)
    {
        // Who sees the object as it is, may be told so only when what made it so is committed.
        _journal.WaitFor(control.WrittenIn);
        var before = control.State;
        var (next, effects) = ControlTransitions.Next(before, input, control.Traits(_options), _time.GetUtcNow());
        Move(control, control.Record with { State = next, Outcome = outcome ?? control.Record.Outcome });
        if (before != next && (before.Phase != ControlPhase.Unselected || next.Phase != ControlPhase.Unselected))
        {
            Touch(control);
        }

        foreach (var effect in effects)
        {
            // What an ended operation leaves behind is told with the parameters it had.
            Do(control, effect, before.IsBusy ? before : next);
        }

        Record(control, input.Event, before, next);
    }

    /// <summary>A write waits for the execution of an object.</summary>
    public void Await(ControlObject control, WriteTicket? ticket) => Move(control, control.Record with { Ticket = ticket });

    /// <summary>A command that was stored waits for its activation time again.</summary>
    public void Restore(ControlObject control, string clientJid, ControlParameters parameters) =>
        Move(control, control.Record with { State = ControlTransitions.Restored(clientJid, parameters) });

    /// <summary>What is stored of an object is to be what it is now; the id of a command that it had is given to no other.</summary>
    public void StoreAnew(ControlObject control, long commandId)
    {
        _door.Reserve(commandId);
        Touch(control);
    }

    /// <summary>Puts the output of an object to rest, on behalf of who operated it: a pulse that nobody ends any more may be standing.</summary>
    public void Rest(ControlObject control, string claimant)
    {
        var command = new Command(_door.NewId(), [new(control.ControlValue!.FirstSlot, DataValue.Boolean(false))], new(claimant, 0), CommandSource.Release);
        Move(control, control.Record with { RestId = command.Id, RestDue = null });
        _resting.Set(command.Id, control);
        _door.Enter(command);
    }

    /// <summary>The same where the object gives pulses: the power went while it did.</summary>
    public void RestIfPulsed(ControlObject control, string claimant)
    {
        if (control.Traits(_options).Pulse is not null)
        {
            Rest(control, claimant);
        }
    }

    /// <summary>A command that puts an output to rest has ended: where it failed, it comes again, until it succeeds or somebody operates the object.</summary>
    public void RestEnded(long id, CommandOutcome outcome)
    {
        if (_resting.Remove(id, out var control) && control.Record.RestId == id)
        {
            Move(control, control.Record with { RestId = 0, RestDue = outcome.Succeeded ? null : _time.GetUtcNow() + RestAgain });
            if (!outcome.Succeeded)
            {
                _notices.Warn($"{control.Reference}: the output could not be put to rest after a pulse: {outcome.Description}; it is tried again");
            }
        }
    }

    /// <summary>The step failed: what was to be carried on is not.</summary>
    public void Undo() => _own.Clear();

    /// <summary>Ends what the agent itself has executed.</summary>
    public void CarryOn()
    {
        while (_own.TryDequeue(out var ended))
        {
            Feed(ended.Control, new(ended.Outcome.Succeeded ? ControlEvent.Done : ControlEvent.Failed), ended.Outcome);
        }
    }

    /// <summary>An accepted command has ended, here and nowhere else; or a selection has, and nobody asked for that.</summary>
    private void Record(ControlObject control, ControlEvent what, in ControlState before, in ControlState next)
    {
        if (before.IsBusy && !next.IsBusy)
        {
            var (isTold, outcome) = (before.Client is not null && control.IsEnhanced, control.Record.Outcome);

            // With normal security the answer told how it ended, unless it ended badly afterwards.
            var isTracked = isTold || (!outcome.Succeeded && (control.IsEnhanced || before.IsTaken || before.Phase == ControlPhase.Waiting));
            _records.Control(control, isTold ? ServiceName.CommandTermination : ServiceName.InternalChange, before.ClientJid, before.Parameters, outcome, isOutcome: true, isTracked);
        }
        else if (before.Phase == ControlPhase.Ready && what is ControlEvent.SelectionOver or ControlEvent.ClientGone)
        {
            var why = what == ControlEvent.SelectionOver ? new CommandOutcome(AddCause.TimeLimitOver, "the selection ran out") : new(AddCause.AbortionByCommunicationLoss, "the association that had selected it has ended");
            _records.Control(control, ServiceName.InternalChange, before.ClientJid, before.Parameters, why);
        }
    }

    private void Move(ControlObject control, in ControlRecord record)
    {
        _history.Note((control, control.Record, control.WrittenIn));
        control.Move(record);
        _due.Set(control.Index, DueOf(record));
    }

    /// <summary>The clock was set: what is due stays as far away as it was.</summary>
    public void Shift(TimeSpan by)
    {
        foreach (var control in _objects)
        {
            if (DueOf(control.Record) is not null)
            {
                Move(control, control.Record with { State = control.State.Shift(by), RestDue = control.Record.RestDue + by });
            }
        }
    }

    private static DateTimeOffset? DueOf(in ControlRecord record) => DueQueue.Earliest(record.State.NextDue, record.RestDue);

    private void Restore(ControlObject control, in ControlRecord before, long writtenIn)
    {
        control.WrittenIn = writtenIn;
        control.Move(before);
        _due.Set(control.Index, DueOf(before));
    }

    private void Touch(ControlObject control)
    {
        _journal.Touch(control);
        control.WrittenIn = _journal.Step;
    }

    private static bool IsOwn(ControlObject control, ControlParameters parameters) => parameters.Test || Behaviour.IsOwn(control.DataObject);

    private void Do(ControlObject control, ControlEffect effect, ControlState state)
    {
        switch (effect)
        {
            case ControlEffect.ShowSelected or ControlEffect.ShowUnselected:
                _status.Selected(control, effect == ControlEffect.ShowSelected);
                break;
            case ControlEffect.ShowReceived:
                _status.Received(control, state.Parameters!);
                break;
            case ControlEffect.ShowTaken:
                _status.Taken(control);
                break;
            case ControlEffect.ShowOver:
                _status.Over(control);
                _byCommand.Remove(control.Record.CommandId, out _);
                break;
            case ControlEffect.Execute:
                Execute(control, state);
                break;
            case ControlEffect.SwitchPulse:
                _byCommand.Remove(control.Record.CommandId, out _);
                Order(control, state, DataValue.Boolean(control.State.Pulses is { IsOn: true }));
                break;
            case ControlEffect.Rest:
                Rest(control, state.ClientJid);
                break;
            case ControlEffect.Withdraw:
                _door.Withdraw(control.Record.CommandId);
                break;
            case ControlEffect.AnswerSuccess:
                Answer(control, state, CommandOutcome.Success);
                break;
            case ControlEffect.AnswerFailure:
                Tell(state, p => _notices.LastApplError(p, control.Oper!.Reference, state.Parameters!, control.Record.Outcome.Failure));
                Answer(control, state, control.Record.Outcome);
                break;
            case ControlEffect.ReportActivation:
                Tell(state, p => _notices.Oper(p, control.Oper!, state.Parameters!.Structure));
                break;
            case ControlEffect.TerminateWell:
                Tell(state, p => _notices.Oper(p, control.Oper!, state.Parameters!.WithoutTime()));
                break;
            case ControlEffect.ReportRefusal or ControlEffect.TerminateBadly:
                // What is executed has no activation time to come any more.
                var structure = state.Phase == ControlPhase.Executing ? state.Parameters!.WithoutTime() : state.Parameters!.Structure;
                Tell(state, p => _notices.Failure(p, control.Oper!, state.Parameters!, structure, control.Record.Outcome.Failure));
                break;
        }
    }

    private static void Tell(in ControlState state, Action<AssociationKey> tell)
    {
        if (state.Client is { } client)
        {
            tell(client);
        }
    }

    private void Execute(ControlObject control, in ControlState state)
    {
        var parameters = state.Parameters!;
        if (IsOwn(control, parameters))
        {
            if (!parameters.Test)
            {
                _behaviour.Execute(control.DataObject, parameters.Value, _time.GetUtcNow());
                if (control.Status("stVal") is { } status)
                {
                    _settings.Written(status, state.ClientJid);
                }
            }

            // The answer first: the end is fed when it has gone out.
            _own.Enqueue((control, CommandOutcome.Success));
            return;
        }

        // Who operates it, takes it out of its rest.
        Move(control, control.Record with { RestId = 0, RestDue = null });
        Order(control, state, null);
    }

    /// <summary>Gives the value of the operation to the hardware, or another one in its course.</summary>
    private void Order(ControlObject control, in ControlState state, DataValue? other)
    {
        var command = CommandOf(control, state.ClientJid, state.Parameters!, _door.NewId(), other);
        Move(control, control.Record with { CommandId = command.Id });
        _byCommand.Set(command.Id, control);
        switch (_door.Enter(command).Verdict)
        {
            case ClaimVerdict.Refused:
                _own.Enqueue((control, new(AddCause.BlockedBySwitchingHierarchy, "a higher authority claims it")));
                break;
            case ClaimVerdict.Shadowed:
                // What is in force satisfies it already.
                _own.Enqueue((control, CommandOutcome.Success));
                break;
            default:
                control.WrittenIn = _journal.Step;
                break;
        }
    }

    private Command CommandOf(ControlObject control, string claimant, ControlParameters parameters, long id, DataValue? other = null)
    {
        var value = other ?? (parameters.Value.Kind == DataKind.Structure ? parameters.Value.Items[0] : parameters.Value);
        return new(id, [TargetOf(control, value)], new(claimant, 0), parameters.OperTime.Seconds == 0 ? CommandSource.Operate : CommandSource.ActivationTime);
    }

    /// <summary>A value of an object as the target of a command: how claims on it combine, and which value releases them.</summary>
    public CommandTarget TargetOf(ControlObject control, in DataValue value)
    {
        ArgumentNullException.ThrowIfNull(control);
        var combination = CombinationOf(control.DataObject);
        var limit = combination switch { ClaimCombination.Minimum => "maxVal", ClaimCombination.Maximum => "minVal", _ => null };
        return new(control.ControlValue!.FirstSlot, value, combination, limit is null ? double.NaN : ControlChecks.Limit(_status.Values, control, limit) ?? double.NaN);
    }

    /// <summary>Upper limits take the least of all claims, lower limits the greatest (security design §3).</summary>
    private static ClaimCombination CombinationOf(DataObject dataObject) =>
        dataObject.Name.Contains("Max", StringComparison.Ordinal) ? ClaimCombination.Minimum
        : dataObject.Name.Contains("Min", StringComparison.Ordinal) ? ClaimCombination.Maximum
        : ClaimCombination.Highest;

    /// <summary>With normal security the service ends here, with enhanced security it has ended when it was accepted.</summary>
    private void Answer(ControlObject control, in ControlState state, CommandOutcome outcome)
    {
        if (control.Record.Ticket is { } ticket)
        {
            Move(control, control.Record with { Ticket = null });
            _calls.Settle(ticket, outcome.Succeeded ? null : FailureOf(outcome.Failure));
            _records.Control(control, state.Parameters!.Service, state.ClientJid, state.Parameters, outcome);
        }
    }

    private static DataAccessError FailureOf(AddCause cause) => cause switch
    {
        AddCause.AbortionByCommunicationLoss => DataAccessError.HardwareFault,
        AddCause.InconsistentParameters => DataAccessError.ObjectValueInvalid,
        _ => DataAccessError.ObjectAccessDenied,
    };
}
