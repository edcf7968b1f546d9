using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Runs the state machines of control objects: feeds events to the table, and does what the table says is to be done.</summary>
internal sealed class ControlMachine(CommandDoor door, ControlStatus status, ControlNotices notices, Behaviour behaviour, Action<WriteTicket, DataAccessError?> settle, AcsiOptions options, TimeProvider time)
{
    private readonly UndoDictionary<long, ControlObject> _byCommand = new();
    private readonly Queue<(ControlObject Control, CommandOutcome Outcome)> _own = new();
    private readonly List<(ControlObject Control, ControlState Before)> _moved = [];
    private IReadOnlyList<ControlObject> _objects = [];
    private DueQueue _due = new(0);

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
        !IsOwn(control, parameters) && door.Refuses(CommandOf(control, claimant, parameters, 0));

    /// <summary>An event happens to an object.</summary>
    public void Feed(ControlObject control, in ControlInput input)
    {
        var before = control.State;
        var (next, effects) = ControlTransitions.Next(before, input, control.Traits(options), time.GetUtcNow());
        _moved.Add((control, before));
        Move(control, next);
        foreach (var effect in effects)
        {
            // What an ended operation leaves behind is told with the parameters it had.
            Do(control, effect, before.IsBusy ? before : next);
        }
    }

    /// <summary>What moved stays moved.</summary>
    public void Commit()
    {
        _moved.Clear();
        _byCommand.Commit();
    }

    /// <summary>Takes back what moved since the last commit, the last move first.</summary>
    public void Undo()
    {
        for (var i = _moved.Count - 1; i >= 0; i--)
        {
            Move(_moved[i].Control, _moved[i].Before);
        }

        _moved.Clear();
        _byCommand.Undo();
        _own.Clear();
    }

    /// <summary>Ends what the agent itself has executed.</summary>
    public void CarryOn()
    {
        while (_own.TryDequeue(out var ended))
        {
            ended.Control.Outcome = ended.Outcome;
            Feed(ended.Control, new(ended.Outcome.Succeeded ? ControlEvent.Done : ControlEvent.Failed));
        }
    }

    private void Move(ControlObject control, in ControlState state)
    {
        control.Move(state);
        _due.Set(control.Index, state.Due);
    }

    private static bool IsOwn(ControlObject control, ControlParameters parameters) => parameters.Test || Behaviour.IsOwn(control.DataObject);

    private void Do(ControlObject control, ControlEffect effect, ControlState state)
    {
        switch (effect)
        {
            case ControlEffect.ShowSelected or ControlEffect.ShowUnselected:
                status.Selected(control, effect == ControlEffect.ShowSelected);
                break;
            case ControlEffect.ShowReceived:
                status.Received(control, state.Parameters!);
                break;
            case ControlEffect.ShowTaken:
                status.Taken(control);
                break;
            case ControlEffect.ShowOver:
                status.Over(control);
                _byCommand.Remove(control.CommandId, out _);
                break;
            case ControlEffect.Execute:
                Execute(control, state);
                break;
            case ControlEffect.Withdraw:
                door.Withdraw(control.CommandId);
                break;
            case ControlEffect.AnswerSuccess:
                Answer(control, null);
                break;
            case ControlEffect.AnswerFailure:
                Tell(state, p => notices.LastApplError(p, control.Oper!.Reference, state.Parameters!, control.Outcome.Failure));
                Answer(control, FailureOf(control.Outcome.Failure));
                break;
            case ControlEffect.ReportActivation or ControlEffect.TerminateWell:
                Tell(state, p => notices.Oper(p, control.Oper!, state.Parameters!));
                break;
            case ControlEffect.ReportRefusal or ControlEffect.TerminateBadly:
                Tell(state, p => notices.Failure(p, control.Oper!, state.Parameters!, control.Outcome.Failure));
                break;
            case ControlEffect.Log:
                notices.Log($"{control.Reference}: command of {state.ClientJid} ended with {control.Outcome.Failure}: {control.Outcome.Description}", isWarning: true);
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
                behaviour.Execute(control.DataObject, parameters.Value, time.GetUtcNow());
            }

            // The answer first: the end is fed when it has gone out.
            _own.Enqueue((control, CommandOutcome.Success));
            return;
        }

        var command = CommandOf(control, state.ClientJid, parameters, door.NewId());
        control.CommandId = command.Id;
        _byCommand.Set(command.Id, control);
        switch (door.Enter(command).Verdict)
        {
            case ClaimVerdict.Refused:
                _own.Enqueue((control, new(AddCause.BlockedBySwitchingHierarchy, "a higher authority claims it")));
                break;
            case ClaimVerdict.Shadowed:
                // What is in force satisfies it already.
                _own.Enqueue((control, CommandOutcome.Success));
                break;
        }
    }

    private Command CommandOf(ControlObject control, string claimant, ControlParameters parameters, long id)
    {
        var combination = CombinationOf(control.DataObject);
        var limit = combination switch { ClaimCombination.Minimum => "maxVal", ClaimCombination.Maximum => "minVal", _ => null };
        var releases = limit is null ? double.NaN : ControlChecks.Limit(status.Values, control, limit) ?? double.NaN;
        var value = parameters.Value.Kind == DataKind.Structure ? parameters.Value.Items[0] : parameters.Value;
        return new(id, [new(control.ControlValue!.FirstSlot, value, combination, releases)], new(claimant, 0), parameters.OperTime.Seconds == 0 ? CommandSource.Operate : CommandSource.ActivationTime);
    }

    /// <summary>Upper limits take the least of all claims, lower limits the greatest (security design §3).</summary>
    private static ClaimCombination CombinationOf(DataObject dataObject) =>
        dataObject.Name.Contains("Max", StringComparison.Ordinal) ? ClaimCombination.Minimum
        : dataObject.Name.Contains("Min", StringComparison.Ordinal) ? ClaimCombination.Maximum
        : ClaimCombination.Highest;

    private void Answer(ControlObject control, DataAccessError? failure)
    {
        if (control.Ticket is { } ticket)
        {
            control.Ticket = null;
            settle(ticket, failure);
        }
    }

    private static DataAccessError FailureOf(AddCause cause) => cause switch
    {
        AddCause.AbortionByCommunicationLoss => DataAccessError.HardwareFault,
        AddCause.InconsistentParameters => DataAccessError.ObjectValueInvalid,
        _ => DataAccessError.ObjectAccessDenied,
    };
}
