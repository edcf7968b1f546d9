using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The checks before a control service is accepted, in the order of IEC 61850-7-2 §20 as decided; the first failure is the answer.</summary>
internal sealed class ControlChecks(ValueStore values, Behaviour behaviour, ControlConditions conditions, IProcessOutput output, TimeProvider time)
{
    private static readonly TimeSpan PastTolerance = TimeSpan.FromSeconds(2);

    /// <summary>The sender's role may not command this object.</summary>
    public static ControlRefusal? NoAccess => new ControlRefusal(AddCause.NoAccessAuthority, DataAccessError.ObjectAccessDenied);

    /// <summary>Nobody's command: its origin is none.</summary>
    public static ControlRefusal BadOrigin(ControlVerb verb) => new(verb == ControlVerb.SelectWithValue ? AddCause.SelectFailed : AddCause.InconsistentParameters, DataAccessError.ObjectAccessDenied);

    public ControlRefusal? Check(ControlObject control, ControlVerb verb, Association peer, ControlParameters? parameters)
    {
        var isSelect = verb is ControlVerb.Select or ControlVerb.SelectWithValue;
        if (parameters is not null && !ControlParameters.HasOrigin(parameters.Node, parameters.Structure))
        {
            return BadOrigin(verb);
        }

        return CheckState(control, verb, peer, isSelect)
            ?? CheckSelection(control, verb, parameters)
            ?? (verb == ControlVerb.Cancel ? CheckModel(control, verb) : CheckProcess(control, parameters) ?? CheckModel(control, verb));
    }

    /// <summary>The tests that are made again when a waiting command's time has come.</summary>
    public ControlRefusal? CheckProcess(ControlObject control, ControlParameters? parameters)
    {
        var beh = behaviour.Of(control.DataObject.LogicalNode);
        var isMode = control.DataObject is { Name: "Mod", Parent: null };
        if (!isMode && !Behaviour.Allows(beh, parameters?.Test ?? beh is BehaviourMode.Test or BehaviourMode.TestBlocked))
        {
            return new(AddCause.BlockedByMode, DataAccessError.ObjectAccessDenied);
        }

        // CmdBlk blocks every command of its logical node (IEC 61850-7-4 §6.3).
        if (!isMode && control.DataObject.LogicalNode.DataObject("CmdBlk")?.Attribute("stVal") is { IsLeaf: true } block && values[block.FirstSlot].AsBoolean())
        {
            return new(AddCause.BlockedByCommand, DataAccessError.ObjectAccessDenied);
        }

        if (parameters is not null && !LevelAllows(control.DataObject.LogicalNode, parameters.OriginCategory))
        {
            return new(AddCause.BlockedBySwitchingHierarchy, DataAccessError.ObjectAccessDenied);
        }

        if (conditions.OneOfN(control) is { } another)
        {
            return new(another, DataAccessError.TemporarilyUnavailable);
        }

        if (parameters is null)
        {
            return null;
        }

        if (!InRange(control, parameters))
        {
            return new(AddCause.InconsistentParameters, DataAccessError.ObjectValueInvalid);
        }

        if ((conditions.Position(control, parameters.Value) ?? conditions.Check(control, parameters) ?? conditions.Device(control)) is { } cause)
        {
            return new(cause, DataAccessError.ObjectAccessDenied);
        }

        return parameters.OperTime.Seconds != 0 && parameters.OperTime.ToDateTimeOffset() < time.GetUtcNow() - PastTolerance
            ? new(AddCause.InconsistentParameters, DataAccessError.ObjectValueInvalid)
            : null;
    }

    private static ControlRefusal? CheckState(ControlObject control, ControlVerb verb, Association peer, bool isSelect)
    {
        var state = control.State;
        if (isSelect && state.Phase == ControlPhase.Ready)
        {
            return new(state.Client == peer.Key ? AddCause.ObjectAlreadySelected : AddCause.LockedByOtherClient, DataAccessError.TemporarilyUnavailable);
        }

        if (state.IsBusy && !(verb == ControlVerb.Cancel && state.Phase == ControlPhase.Waiting))
        {
            return new(AddCause.CommandAlreadyInExecution, DataAccessError.TemporarilyUnavailable);
        }

        var needsSelection = verb == ControlVerb.Cancel || (verb == ControlVerb.Operate && control.IsSbo);
        if (needsSelection && state.Phase == ControlPhase.Unselected)
        {
            return new(AddCause.ObjectNotSelected, DataAccessError.ObjectAccessDenied);
        }

        // A waiting command belongs to the device: its client may come back under a new association to cancel it.
        var isOther = state.Phase == ControlPhase.Waiting ? state.ClientJid != peer.Key.BarePeer : state.Client != peer.Key;
        return needsSelection && isOther ? new(AddCause.LockedByOtherClient, DataAccessError.TemporarilyUnavailable) : null;
    }

    private static ControlRefusal? CheckSelection(ControlObject control, ControlVerb verb, ControlParameters? parameters) =>
        verb == ControlVerb.Operate && control.Model == ControlModel.SboEnhanced && control.State.Parameters is { } selected && !parameters!.Matches(selected)
            ? new(AddCause.InconsistentParameters, DataAccessError.ObjectAccessDenied)
            : null;

    private ControlRefusal? CheckModel(ControlObject control, ControlVerb verb)
    {
        var fits = (verb, control.Model) switch
        {
            (_, ControlModel.StatusOnly) => false,
            (ControlVerb.Select, _) => control.Model == ControlModel.SboNormal,
            (ControlVerb.SelectWithValue, _) => control.Model == ControlModel.SboEnhanced,
            _ => true,
        };
        var isServed = control.ControlValue is { } value && (output.IsBound(value) || Behaviour.IsOwn(control.DataObject));
        return fits && isServed ? null : new(AddCause.NotSupported, DataAccessError.ObjectAccessDenied, IsSilent: !fits);
    }

    /// <summary>Local and remote (IEC 61850-7-4 annex B): who has the object decides by Loc, LocKey and LocSta; MltLev lets lower levels in too.</summary>
    private bool LevelAllows(LogicalNode ln, long category)
    {
        var lln0 = ln.LogicalDevice.LogicalNode("LLN0");
        bool? Flag(string name) => (ln.DataObject(name)?.Attribute("stVal") ?? lln0?.DataObject(name)?.Attribute("stVal")) is { } node ? values[node.FirstSlot].AsBoolean() : null;
        bool IsSet(string name) => lln0?.DataObject(name)?.Attribute("setVal") is { } node && values[node.FirstSlot].AsBoolean();

        var local = Flag("Loc") ?? Flag("LocKey");
        var station = Flag("LocSta");
        var several = IsSet("MltLev");
        return category switch
        {
            1 or 4 => local is null or true || several,
            2 or 5 => local is not true && (station is null or true || several),
            // 0, not-supported, is what common clients send unless told otherwise: it ranks as remote.
            0 or 3 or 6 => local is not true && station is not true,
            _ => true,
        };
    }

    private bool InRange(ControlObject control, ControlParameters parameters)
    {
        var number = parameters.Number;
        var isAnalogue = parameters.Value.Kind is DataKind.Structure or DataKind.Float32 or DataKind.Float64;
        if (isAnalogue && !double.IsFinite(number))
        {
            return false;
        }

        if (double.IsNaN(number) || Limit(control, "minVal") is not { } low || Limit(control, "maxVal") is not { } high || (low == 0 && high == 0))
        {
            return true;
        }

        if (number < low || number > high)
        {
            return false;
        }

        var step = Limit(control, "stepSize") ?? 0;
        var steps = step > 0 ? (number - low) / step : 0;
        return Math.Abs(steps - Math.Round(steps)) < 1e-3;
    }

    private double? Limit(ControlObject control, string name) => Limit(values, control, name);

    /// <summary>The number of minVal, maxVal or stepSize; null where there is none.</summary>
    public static double? Limit(ValueStore values, ControlObject control, string name) =>
        control.DataObject.Attribute(name)?.Leaves().FirstOrDefault() is { } leaf ? values[leaf.FirstSlot].AsDouble() : null;
}
