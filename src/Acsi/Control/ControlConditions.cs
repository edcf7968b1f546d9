using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What the process has to say to a command before it is accepted, read from the model and its values (IEC 61850-7-2 §20.2.2, IEC 61850-7-4 CILO, RSYN).</summary>
internal sealed class ControlConditions(ValueStore values, ParameterWrites parameters)
{
    private const int SynchroCheck = 0;
    private const int InterlockCheck = 1;
    private const long On = 2;
    private const long Off = 1;
    private const long Lower = 1;
    private const long Higher = 2;
    private readonly Dictionary<string, List<ControlObject>> _scopes = new(StringComparer.Ordinal);

    /// <summary>The objects of the server. What the agent carries out itself, the mode above all, is in no scope.</summary>
    public void Watch(IEnumerable<ControlObject> objects)
    {
        foreach (var control in objects.Where(c => ScopeOf(c).Length > 0))
        {
            (_scopes.TryGetValue(ScopeOf(control), out var scope) ? scope : _scopes[ScopeOf(control)] = []).Add(control);
        }
    }

    /// <summary>Another object of the scope is selected or executed; one that waits for its time is not active yet.</summary>
    public AddCause? OneOfN(ControlObject control) =>
        ScopeOf(control) is { Length: > 0 } scope && _scopes[scope].Exists(o => o != control && o.State.Phase is ControlPhase.Ready or ControlPhase.Executing)
            ? AddCause.OneOfNControl
            : null;

    /// <summary>Where it is already, or what cannot be reached from there.</summary>
    public AddCause? Position(ControlObject control, in DataValue wanted)
    {
        var dataObject = control.DataObject;
        if (dataObject.Cdc is "BSC" or "BAC")
        {
            return StepLimit(control, CodedEnum.OrdinalOf(wanted));
        }

        if (control.Rules?.ChecksPosition != true || dataObject.Attribute("stVal") is not { IsLeaf: true } status || IsUnknown(status))
        {
            return null;
        }

        ref readonly var present = ref values[status.FirstSlot];
        if (dataObject.Cdc != "DPC")
        {
            return present == wanted ? AddCause.PositionReached : null;
        }

        var position = CodedEnum.OrdinalOf(present);
        return position == (wanted.AsBoolean() ? On : Off) ? AddCause.PositionReached : position is On or Off ? null : AddCause.InvalidPosition;
    }

    /// <summary>Interlocking and synchronism, where the command asks for the check and the model has who decides.</summary>
    public AddCause? Check(ControlObject control, ControlParameters command)
    {
        var isOn = command.Value.Kind != DataKind.Boolean || command.Value.AsBoolean();
        return IsAsked(command, InterlockCheck) && IsForbidden(Decider(control, "CILO", isOn ? "EnaCls" : "EnaOpn")) ? AddCause.BlockedByInterlocking
            : IsAsked(command, SynchroCheck) && isOn && IsForbidden(Decider(control, "RSYN", "Rel")) ? AddCause.BlockedBySynchrocheck
            : null;
    }

    /// <summary>The health of the device, and parameters of the logical node that are on their way to it.</summary>
    public AddCause? Device(ControlObject control)
    {
        const int alarm = 3;
        var ln = control.DataObject.LogicalNode;
        return ln.DataObject("Health")?.Attribute("stVal") is { } health && values[health.FirstSlot].AsInteger() == alarm ? AddCause.BlockedByHealth
            : parameters.IsChanging(ln) ? AddCause.ParameterChangeInExecution
            : null;
    }

    private static string ScopeOf(ControlObject control) => Behaviour.IsOwn(control.DataObject) ? "" : control.Rules?.Scope ?? "";

    private AddCause? StepLimit(ControlObject control, long step)
    {
        var node = control.DataObject.Attribute("valWTr")?.Child("posVal") ?? control.DataObject.Attribute("mxVal")?.Leaves().FirstOrDefault();
        if (node is not { IsLeaf: true } position || IsUnknown(position))
        {
            return null;
        }

        var present = values[position.FirstSlot].AsDouble();
        var (low, high) = (ControlChecks.Limit(values, control, "minVal"), ControlChecks.Limit(values, control, "maxVal"));
        return low < high && ((step == Higher && present >= high) || (step == Lower && present <= low)) ? AddCause.StepLimit : null;
    }

    private static bool IsAsked(ControlParameters command, int check) => command.Check.Kind == DataKind.BitString && command.Check.Bit(check);

    /// <summary>The object that decides: of the logical node of the same prefix and instance, else of the only one of its class in the logical device.</summary>
    private static DataNode? Decider(ControlObject control, string lnClass, string name)
    {
        var ln = control.DataObject.LogicalNode;
        var at = ln.Name.IndexOf(ln.LnClass, StringComparison.Ordinal);
        var twin = at < 0 ? null : ln.LogicalDevice.LogicalNode(string.Concat(ln.Name.AsSpan(0, at), lnClass, ln.Name.AsSpan(at + ln.LnClass.Length)));
        if (twin is null && ln.LogicalDevice.LogicalNodes.Where(n => n.LnClass == lnClass).Take(2).ToList() is [var only])
        {
            twin = only;
        }

        return twin?.DataObject(name)?.Attribute("stVal");
    }

    /// <summary>What is not known is not allowed.</summary>
    private bool IsForbidden(DataNode? status) => status is { IsLeaf: true } && (IsUnknown(status) || !values[status.FirstSlot].AsBoolean());

    private bool IsUnknown(DataNode status)
    {
        for (var node = status.Parent; node is not null; node = node.Parent)
        {
            if (node.Child("q") is { IsLeaf: true } quality)
            {
                return Quality.FromValue(values[quality.FirstSlot]).Validity == Validity.Invalid;
            }
        }

        return false;
    }
}
