using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// The data objects of LTRK (IEC 61850-7-2 §22, IEC 61850-7-4 LTRK): each shows the last service of its kind. What a service had no parameter for is shown as its type's default.
/// </summary>
internal sealed class TrackingObjects
{
    private static readonly Dictionary<string, string[]> OfControls = new(StringComparer.Ordinal)
    {
        ["SPC"] = ["SpcTrk"], ["DPC"] = ["DpcTrk"], ["INC"] = ["IncTrk"], ["ENC"] = ["EncTrk"], ["APC"] = ["ApcFTrk", "ApcIntTrk", "ApcTrk"], ["BSC"] = ["BscTrk"], ["ISC"] = ["IscTrk"], ["BAC"] = ["BacTrk"],
    };

    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.OrdinalIgnoreCase) { ["oldEnt"] = "OldEntr", ["newEnt"] = "NewEntr" };
    private readonly Dictionary<LogicalDevice, LogicalNode> _byDevice = [];
    private readonly List<LogicalNode> _all = [];
    private readonly ValueStore _values;
    private readonly Behaviour _behaviour;
    private readonly ChangeFeed _changes;
    private readonly ClockQuality _timeQuality;
    private readonly HashSet<DataNode> _shown = [];
    private long _batch;

    public TrackingObjects(ValueStore values, Behaviour behaviour, ChangeFeed changes, ClockQuality timeQuality)
    {
        (_values, _behaviour, _changes, _timeQuality) = (values, behaviour, changes, timeQuality);
        foreach (var ln in values.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).Where(n => n.LnClass == "LTRK"))
        {
            _all.Add(ln);
            _byDevice.TryAdd(ln.LogicalDevice, ln);
        }
    }

    /// <summary>The model.</summary>
    public IedModel Model => _values.Model;

    /// <summary>Shows a service of control.</summary>
    public void Show(ServiceRecord record, ControlObject control, ControlParameters? parameters)
    {
        if (Begin(record, control.DataObject.LogicalNode, ltrk => ObjectOf(ltrk, control)) is not { } tracker)
        {
            return;
        }

        foreach (var member in tracker.Children)
        {
            if (control.Oper?.Child(member.Name) is not null)
            {
                Set(member, parameters?.Member(member.Name) ?? default);
            }
        }

        Set(tracker.Child("respAddCause"), DataValue.Integer((int)record.Cause));
    }

    /// <summary>Shows a control block as it is, with what was to be set where something was.</summary>
    public void Show(ServiceRecord record, DataNode block, DataNode? attribute, in DataValue value)
    {
        if (Begin(record, block.LogicalNode, ltrk => Tracker(ltrk.DataObject(NameOf(block.Fc)))) is not { } tracker)
        {
            return;
        }

        foreach (var member in tracker.Children)
        {
            var wanted = OtherNames.GetValueOrDefault(member.Name, member.Name);
            if (block.Children.FirstOrDefault(c => c.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)) is { } source)
            {
                var shown = source == attribute ? value : _values.Read(source);
                Set(member, shown.Kind == DataKind.VisibleString && source.Name is "DatSet" or "LogRef" ? DataValue.VisibleString(AcsiReference.OfMms(shown.AsText())) : shown);
            }
        }
    }

    /// <summary>Shows any other service.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="device">The logical device it was about; null: the whole server.</param>
    public void ShowOther(ServiceRecord record, LogicalDevice? device)
    {
        if (device is null)
        {
            _all.ForEach(l => ShowGeneral(l, record));
        }
        else if (NodeOf(device) is { } ltrk)
        {
            ShowGeneral(ltrk, record);
        }
    }

    private static string NameOf(FunctionalConstraint block) => block switch
    {
        FunctionalConstraint.BR => "BrcbTrk",
        FunctionalConstraint.RP => "UrcbTrk",
        FunctionalConstraint.LG => "LocbTrk",
        FunctionalConstraint.GO => "GocbTrk",
        FunctionalConstraint.MS => "MsvcbTrk",
        FunctionalConstraint.US => "UsvcbTrk",
        _ => "SgcbTrk",
    };

    /// <summary>Shows what every tracker has; the tracker, or null where GenTrk or nothing shows the record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="ln">Where it happened.</param>
    /// <param name="find">The tracker of its kind; null where there is none.</param>
    private DataNode? Begin(ServiceRecord record, LogicalNode ln, Func<LogicalNode, DataNode?> find)
    {
        if (NodeOf(ln.LogicalDevice) is not { } ltrk)
        {
            return null;
        }

        if (find(ltrk) is { } tracker)
        {
            return Begin(tracker, record) ? tracker : null;
        }

        ShowGeneral(ltrk, record);
        return null;
    }

    private void ShowGeneral(LogicalNode ltrk, ServiceRecord record)
    {
        if (Tracker(ltrk.DataObject("GenTrk")) is { } tracker)
        {
            Begin(tracker, record);
        }
    }

    /// <summary>What a logical device does is tracked in its own LTRK, else in the first there is.</summary>
    private LogicalNode? NodeOf(LogicalDevice device) => _byDevice.TryGetValue(device, out var own) ? own : _all.Count > 0 ? _all[0] : null;

    private static DataNode? Tracker(DataObject? dataObject) => dataObject?.Node(FunctionalConstraint.SR);

    /// <summary>The tracker for a control: of its class, and one that its value fits; there may be several for enumerations.</summary>
    private static DataNode? ObjectOf(LogicalNode ltrk, ControlObject control)
    {
        var names = OfControls.GetValueOrDefault(control.DataObject.Cdc, []);
        return ltrk.DataObjects
            .Where(d => Array.Exists(names, n => d.Name.StartsWith(n, StringComparison.Ordinal) && d.Name.AsSpan(n.Length).IndexOfAnyExceptInRange('0', '9') < 0))
            .Select(Tracker)
            .FirstOrDefault(t => t?.Child("ctlVal") is { } value && IsAlike(value, control.Oper?.Child("ctlVal")));
    }

    private static bool IsAlike(DataNode one, DataNode? other) =>
        other is null || (one.IsLeaf
            ? other.IsLeaf && one.Type.Basic == other.Type.Basic && (one.Type.Enumeration is not { } literals || other.Type.Enumeration is not { } others || others.Literals.Keys.All(o => literals.HasOrdinal(o)))
            : one.Children.Count == other.Children.Count && one.Children.Zip(other.Children).All(p => p.First.Name == p.Second.Name && IsAlike(p.First, p.Second)));

    /// <summary>Shows what every tracker has; false where the logical node is off.</summary>
    private bool Begin(DataNode tracker, ServiceRecord record)
    {
        if (_behaviour.Of(tracker.LogicalNode) == BehaviourMode.Off)
        {
            return false;
        }

        // Two services of one step are two events.
        if (_batch == _changes.Batch && _shown.Contains(tracker))
        {
            _changes.Tell();
        }

        if (_batch != _changes.Batch)
        {
            _shown.Clear();
            _batch = _changes.Batch;
        }

        _shown.Add(tracker);
        Set(tracker.Child("objRef"), DataValue.VisibleString(record.Reference));
        Set(tracker.Child("serviceType"), DataValue.Integer((int)record.Service));
        Set(tracker.Child("errorCode"), DataValue.Integer((int)record.Status));
        Set(tracker.Child("originatorID"), DataValue.Octets(Octets64.Of(record.Client)));
        Set(tracker.Child("t"), Timestamp.From(record.Time, _timeQuality.Value).ToValue());
        return true;
    }

    /// <summary>Sets a member, however deep; to what its type has where the value does not fit.</summary>
    private void Set(DataNode? member, in DataValue value)
    {
        if (member is null)
        {
            return;
        }

        var accepted = new List<DataValue>(member.SlotCount);
        var fits = value.Kind != DataKind.None && DataWrite.Check(member, value, accepted) is null;
        foreach (var leaf in member.Leaves())
        {
            _values.Set(leaf.FirstSlot, fits ? accepted[leaf.FirstSlot - member.FirstSlot] : leaf.Type.Default);
        }
    }
}
