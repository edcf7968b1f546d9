using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Values of Mod and Beh (IEC 61850-7-4 <c>BehaviourModeKind</c>).</summary>
internal enum BehaviourMode
{
    On = 1,
    Blocked = 2,
    Test = 3,
    TestBlocked = 4,
    Off = 5,
}

/// <summary>Mod and Beh: the stricter of a logical device's and a logical node's mode (IEC 61850-7-4 annex A).</summary>
internal sealed class Behaviour
{
    private readonly ValueStore _values;
    private readonly Dictionary<LogicalNode, BehaviourMode> _modes = [];
    private readonly ClockQuality _timeQuality;

    public Behaviour(ValueStore values, DateTimeOffset now, ClockQuality timeQuality)
    {
        _values = values;
        _timeQuality = timeQuality;
        foreach (var ln in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            // A mode nobody set is on, and good: it is the agent's own decision.
            Publish(ln.DataObject("Mod"), Present(ln.DataObject("Mod")), now);
        }

        Refresh(now);
    }

    /// <summary>Control objects the agent itself carries out: the mode, and who is in control.</summary>
    public static bool IsOwn(DataObject dataObject) => dataObject is { Parent: null, Name: "Mod" or "LocSta" };

    /// <summary>Called when the mode of a logical node has changed: what it produces shows that at once.</summary>
    public Action<LogicalNode, DateTimeOffset> Changed { get; set; } = static (_, _) => { };

    public BehaviourMode Of(LogicalNode ln) => _modes.GetValueOrDefault(ln, BehaviourMode.On);

    /// <summary>Whether a command with that Test flag is carried out in that mode.</summary>
    public static bool Allows(BehaviourMode mode, bool test) => mode switch
    {
        BehaviourMode.On => !test,
        BehaviourMode.Test => test,
        _ => false,
    };

    /// <summary>Carries out a command to an object the agent owns.</summary>
    public void Execute(DataObject dataObject, in DataValue value, DateTimeOffset now)
    {
        if (dataObject.Attribute("stVal") is not { IsLeaf: true } status)
        {
            return;
        }

        _values.Set(status.FirstSlot, value);
        SetTime(status, now);
        if (dataObject.Name == "Mod")
        {
            Refresh(now);
        }
    }

    private static BehaviourMode Stricter(BehaviourMode device, BehaviourMode node) => (device, node) switch
    {
        (BehaviourMode.Blocked, BehaviourMode.Test) or (BehaviourMode.Test, BehaviourMode.Blocked) => BehaviourMode.TestBlocked,
        _ => (BehaviourMode)Math.Max((int)device, (int)node),
    };

    /// <summary>Takes the modes from the values: they were set, or taken back.</summary>
    public void Refresh(DateTimeOffset now)
    {
        foreach (var device in _values.Model.LogicalDevices)
        {
            var mode = Present(device.LogicalNode("LLN0")?.DataObject("Mod"));
            foreach (var ln in device.LogicalNodes)
            {
                var own = Stricter(mode, Present(ln.DataObject("Mod")));
                var before = Of(ln);
                _modes[ln] = own;
                Publish(ln.DataObject("Beh"), own, now);
                if (own != before)
                {
                    Changed(ln, now);
                }
            }
        }
    }

    private BehaviourMode Present(DataObject? mod) =>
        mod?.Attribute("stVal") is { IsLeaf: true } node && _values[node.FirstSlot].AsInteger() is >= 1 and <= 5 and var value ? (BehaviourMode)value : BehaviourMode.On;

    private void Publish(DataObject? dataObject, BehaviourMode mode, DateTimeOffset now)
    {
        if (dataObject?.Attribute("stVal") is not { IsLeaf: true } status)
        {
            return;
        }

        var value = DataValue.Integer((int)mode);
        var known = status.Parent!.Child("q") is not { } q || Quality.FromValue(_values[q.FirstSlot]).IsGood;
        if (known && _values[status.FirstSlot] == value)
        {
            return;
        }

        _values.Set(status.FirstSlot, value);
        SetTime(status, now);
    }

    private void SetTime(DataNode status, DateTimeOffset now)
    {
        if (status.Parent!.Child("q") is { IsLeaf: true } quality)
        {
            _values.Set(quality.FirstSlot, Quality.Good.ToValue());
        }

        if (status.Parent.Child("t") is { IsLeaf: true } time)
        {
            _values.Set(time.FirstSlot, Timestamp.From(now, _timeQuality.Value).ToValue());
        }
    }
}
