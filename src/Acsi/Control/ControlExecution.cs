using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Carries out accepted commands: the way from Operate to its one termination (IEC 61850-7-2 §20.2, §20.5.4).</summary>
internal sealed class ControlExecution(
    ValueStore values, Behaviour behaviour, IProcessOutput output, CommandTable commands, ControlNotices notices, AcsiOptions options, TimeProvider time)
{
    private static readonly TimeSpan LateTolerance = TimeSpan.FromSeconds(60);

    /// <summary>Starts the execution. With normal security the write is answered when the output is accepted, with enhanced security now.</summary>
    public WriteStep Start(ControlObject control, WriteTicket? ticket)
    {
        var now = time.GetUtcNow();
        var parameters = control.Parameters!;
        var enhanced = control.IsEnhanced;
        control.State = ControlState.Operating;
        SetFlag(control, "opRcvd", true);
        CopyOrigin(control, parameters);
        if (parameters.Test || Behaviour.IsOwn(control.DataObject))
        {
            if (!parameters.Test)
            {
                behaviour.Execute(control.DataObject, parameters.Value, now);
            }

            Finish(control, CommandOutcome.Success, enhanced);
            return WriteStep.Done;
        }

        var id = commands.Add(new CommandTable.Handler(
            Accepted: () => Accepted(control, enhanced ? null : ticket),
            Failed: outcome => Failed(control, parameters, enhanced ? null : ticket, outcome),
            Completed: outcome => Finish(control, outcome, enhanced)));
        control.CommandId = id;
        control.Due = control.OperateTimeout is { } limit ? now + limit : null;
        output.Start(new ProcessCommand(id, control.ControlValue!, Leaf(parameters.Value), control.OperateTimeout));
        return enhanced || ticket is null ? WriteStep.Done : WriteStep.Pending;
    }

    /// <summary>Starts a waiting command whose time has come, unless it is refused now or hopelessly late.</summary>
    public void StartDue(ControlObject control, ControlRefusal? refusal)
    {
        if (time.GetUtcNow() - control.Due > LateTolerance)
        {
            Abort(control, AddCause.TimeLimitOver);
        }
        else if (refusal is { } refused)
        {
            Abort(control, refused.Cause);
        }
        else
        {
            SetFlag(control, "tOpOk", true);
            Start(control, null);
        }
    }

    /// <summary>An execution has outlived operTimeout.</summary>
    public void TimeLimitOver(ControlObject control) =>
        notices.Settle(commands.Complete(control.CommandId, new(AddCause.TimeLimitOver, "operTimeout passed")));

    /// <summary>Back to where nothing is selected.</summary>
    public void Unselect(ControlObject control)
    {
        control.State = ControlState.Unselected;
        control.Client = null;
        control.ClientJid = "";
        control.Parameters = null;
        control.Due = null;
        SetFlag(control, "stSeld", false);
    }

    /// <summary>Sets a boolean status such as stSeld where it is modelled.</summary>
    public void SetFlag(ControlObject control, string name, bool value)
    {
        if (control.Status(name) is { IsLeaf: true } node)
        {
            values.Set(node.FirstSlot, DataValue.Boolean(value));
        }
    }

    private static DataValue Leaf(in DataValue value) => value.Kind == DataKind.Structure ? value.Items[0] : value;

    private CommandTable.Settled Accepted(ControlObject control, WriteTicket? ticket)
    {
        SetFlag(control, "opOk", true);
        return new(ticket, null);
    }

    private CommandTable.Settled Failed(ControlObject control, ControlParameters parameters, WriteTicket? ticket, CommandOutcome outcome)
    {
        if (ticket is null)
        {
            return default;
        }

        if (control.Client is { } client)
        {
            notices.LastApplError(client, control.Oper!.Reference, parameters, outcome.Failure);
        }

        return new(ticket, outcome.Failure switch
        {
            AddCause.AbortionByCommunicationLoss => DataAccessError.HardwareFault,
            AddCause.InconsistentParameters => DataAccessError.ObjectValueInvalid,
            _ => DataAccessError.ObjectAccessDenied,
        });
    }

    private void Finish(ControlObject control, CommandOutcome outcome, bool enhanced)
    {
        SetFlag(control, "opRcvd", false);
        SetFlag(control, "opOk", false);
        SetFlag(control, "tOpOk", false);
        if (enhanced)
        {
            notices.Terminate(control, outcome.Failure);
        }

        if (!outcome.Succeeded)
        {
            notices.Log($"{control.Reference}: command of {control.ClientJid} ended with {outcome.Failure}: {outcome.Description}", isWarning: true);
        }

        Leave(control);
    }

    private void Abort(ControlObject control, AddCause cause)
    {
        if (control.IsEnhanced)
        {
            notices.Terminate(control, cause);
        }

        notices.Log($"{control.Reference}: the time-activated command of {control.ClientJid} was not executed: {cause}", isWarning: true);
        Leave(control);
    }

    private void Leave(ControlObject control)
    {
        if (control.IsSbo && control.KeepsSelection && control.Client is not null)
        {
            control.State = ControlState.Ready;
            control.Due = time.GetUtcNow() + (control.SelectTimeout ?? options.SelectTimeout);
            return;
        }

        Unselect(control);
    }

    private void CopyOrigin(ControlObject control, ControlParameters parameters)
    {
        if (control.Status("origin") is { } origin)
        {
            var written = control.Oper?.Child("origin");
            for (var i = 0; written is not null && i < Math.Min(origin.SlotCount, written.SlotCount); i++)
            {
                values.Set(origin.FirstSlot + i, values[written.FirstSlot + i]);
            }
        }

        if (control.Status("ctlNum") is { IsLeaf: true } number && parameters.ControlNumber.Kind != DataKind.None)
        {
            values.Set(number.FirstSlot, parameters.ControlNumber);
        }
    }
}
