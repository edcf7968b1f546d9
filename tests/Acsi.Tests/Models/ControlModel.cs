using DerAgent.Mms;

namespace DerAgent.Acsi.Tests;

/// <summary>The controls of the shipped inverter as acsi-semantics §7 describes them, written from that alone. What they share with the server are the results of writes and the causes.</summary>
internal sealed class ControlModel
{
    /// <summary>What a command says, beside the time.</summary>
    public sealed record Command(double Value, int Category, uint Number, bool Test);

    /// <summary>What a client is told unasked: LastApplError, or the end of a command.</summary>
    public sealed record Notice(string Reference, int? Cause, bool IsTermination);

    /// <summary>A control object: its model, times, and what is under way.</summary>
    private sealed class Control(string item, bool isSbo, bool isEnhanced, bool isOwn, double? operateTimeout)
    {
        public string Item => item;

        public bool IsSbo => isSbo;

        public bool IsEnhanced => isEnhanced;

        public bool IsOwn => isOwn;

        public double? OperateTimeout => operateTimeout;

        public string? Client { get; set; }

        public bool IsSelected { get; set; }

        public bool IsExecuting { get; set; }

        public Command? With { get; set; }

        public DateTimeOffset? Due { get; set; }

        public int Run { get; set; }

        public void Idle() => (Client, IsSelected, IsExecuting, With, Due) = (null, false, false, null, null);
    }

    public const string Limit = "DWMX1$CO$WMaxSptPct";
    public const string Position = "CSWI1$CO$Pos";
    public const string LocSta = "LLN0$CO$LocSta";
    public const string Mode = "LLN0$CO$Mod";
    private const double SelectTimeout = 30;

    private readonly Dictionary<string, Control> _controls = new[]
    {
        new Control(Limit, false, true, false, 90), new Control(Position, true, true, false, 20), new Control(LocSta, true, false, true, null), new Control(Mode, false, false, true, null),
    }.ToDictionary(c => c.Item);

    /// <summary>Who is told what, in order.</summary>
    public List<(string Client, Notice Notice)> Told { get; } = [];

    /// <summary>Commands at the hardware, oldest first: of which object, and which run of it.</summary>
    public Queue<(string Item, int Run)> Orders { get; } = new();

    public long ModeValue { get; private set; } = 1;

    public bool StationIsInControl { get; private set; }

    public DateTimeOffset? Due => _controls.Values.Min(c => c.Due);

    public bool IsSelected(string item) => _controls[item].IsSelected || (_controls[item].IsSbo && _controls[item].IsExecuting);

    /// <summary>Select by reading SBO: whether it is granted.</summary>
    public bool Select(string client, string item, DateTimeOffset now)
    {
        var control = _controls[item];
        if (control.IsSelected || control.IsExecuting || ModeValue is 2 or 4 or 5)
        {
            return false;
        }

        (control.Client, control.IsSelected, control.With, control.Due) = (client, true, null, now.AddSeconds(SelectTimeout));
        return true;
    }

    /// <summary>SBOw, Oper or Cancel; the result of the write.</summary>
    public DataAccessError? Write(string client, string item, string verb, Command command, DateTimeOffset now)
    {
        var control = _controls[item];
        if (Refusal(client, control, verb, command) is { } refusal)
        {
            Told.Add((client, new($"PV1LD0/{item}${verb}", refusal.Cause, false)));
            if (verb == "Oper" && refusal.Cause == 26 && control.IsSelected && control.Client == client)
            {
                control.Idle();
            }

            return refusal.Result;
        }

        switch (verb)
        {
            case "SBOw":
                (control.Client, control.IsSelected, control.With, control.Due) = (client, true, command, now.AddSeconds(SelectTimeout));
                break;
            case "Cancel":
                control.Idle();
                break;
            default:
                Operate(client, control, command, now);
                break;
        }

        return null;
    }

    /// <summary>A command ended at the hardware: with 25 well, with anything else not.</summary>
    public void Ended(int cause)
    {
        var (item, run) = Orders.Dequeue();
        if (_controls[item] is { IsExecuting: true } control && control.Run == run)
        {
            End(control, cause);
        }
    }

    /// <summary>The time that is due has come.</summary>
    public void Tick(DateTimeOffset now)
    {
        foreach (var control in _controls.Values.Where(c => c.Due <= now))
        {
            if (control.IsExecuting)
            {
                End(control, 16);
            }
            else
            {
                control.Idle();
            }
        }
    }

    /// <summary>An association has ended: what it had selected is free, what it commanded goes on and is told to nobody.</summary>
    public void Gone(string client)
    {
        foreach (var control in _controls.Values.Where(c => c.Client == client))
        {
            if (control.IsSelected)
            {
                control.Idle();
            }

            control.Client = null;
        }
    }

    private (int Cause, DataAccessError Result)? Refusal(string client, Control control, string verb, Command command)
    {
        const DataAccessError denied = DataAccessError.ObjectAccessDenied, later = DataAccessError.TemporarilyUnavailable;
        if (client.StartsWith("view", StringComparison.Ordinal))
        {
            return (20, denied);
        }

        if (command.Category is < 0 or > 8)
        {
            return (verb == "SBOw" ? 3 : 26, denied);
        }

        if (verb == "SBOw" && control.IsSelected)
        {
            return (control.Client == client ? 19 : 27, later);
        }

        if (control.IsExecuting)
        {
            return (12, later);
        }

        if (verb == "Cancel" || (verb == "Oper" && control.IsSbo))
        {
            if (!control.IsSelected)
            {
                return (18, denied);
            }

            if (control.Client != client)
            {
                return (27, later);
            }
        }

        if (verb == "Cancel")
        {
            return null;
        }

        if (verb == "Oper" && control.With is { } selected && selected != command)
        {
            return (26, denied);
        }

        if (control.Item != Mode && !(ModeValue == 1 ? !command.Test : ModeValue == 3 && command.Test))
        {
            return (8, denied);
        }

        if (command.Category switch { 2 or 5 => !StationIsInControl, 0 or 3 or 6 => StationIsInControl, _ => false })
        {
            return (2, denied);
        }

        return control.Item == Limit && command.Value is < 0 or > 100 ? (26, DataAccessError.ObjectValueInvalid) : null;
    }

    private void Operate(string client, Control control, Command command, DateTimeOffset now)
    {
        (control.Client, control.With, control.IsSelected, control.IsExecuting, control.Run) = (client, command, false, true, control.Run + 1);
        control.Due = control.OperateTimeout is { } limit ? now.AddSeconds(limit) : null;
        if (!control.IsOwn && !command.Test)
        {
            Orders.Enqueue((control.Item, control.Run));
            return;
        }

        if (!command.Test)
        {
            (ModeValue, StationIsInControl) = (control.Item == Mode ? (long)command.Value : ModeValue, control.Item == LocSta ? command.Value != 0 : StationIsInControl);
        }

        End(control, 25);
    }

    private void End(Control control, int cause)
    {
        if (control is { IsEnhanced: true, Client: { } client })
        {
            Told.Add((client, new($"PV1LD0/{control.Item}$Oper", cause == 25 ? null : cause, true)));
        }

        control.Idle();
    }
}
