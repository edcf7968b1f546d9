namespace DerAgent.Model;

/// <summary>A slot whose value was set, and what that may trigger.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Reason">dchg, qchg or dupd as the attribute's triggers allow; None for an attribute without triggers.</param>
/// <param name="Old">The value before.</param>
public readonly record struct ValueChange(int Slot, TriggerConditions Reason, DataValue Old);

/// <summary>The values of an IED, one by slot. Touched by the IED loop only; not synchronised.</summary>
public sealed class ValueStore
{
    private readonly DataValue[] _values;
    private readonly bool[] _isKnown;
    private readonly DataNode[] _leaves;
    private readonly List<ValueChange> _changes = [];

    /// <summary>The values of a model at start: SCL values where given, else the type's default.</summary>
    /// <param name="model">The model.</param>
    /// <param name="startTime">Time stamp of data whose value the SCL file gives.</param>
    public ValueStore(IedModel model, Timestamp startTime = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        _leaves = [.. model.Slots];
        _values = new DataValue[_leaves.Length];
        _isKnown = new bool[_leaves.Length];
        for (var i = 0; i < _values.Length; i++)
        {
            _isKnown[i] = _leaves[i].InitialValue.Kind != DataKind.None;
            _values[i] = _leaves[i].InitialValue.Kind == DataKind.None ? _leaves[i].Type.Default : _leaves[i].InitialValue;
        }

        SetQualityOfConstants(startTime);
    }

    /// <summary>The shape.</summary>
    public IedModel Model { get; }

    /// <summary>Changes since the last <see cref="ClearChanges"/>, in order.</summary>
    public IReadOnlyList<ValueChange> Changes => _changes;

    /// <summary>The value in a slot.</summary>
    public ref readonly DataValue this[int slot] => ref _values[slot];

    /// <summary>Whether somebody has given a slot its value: the SCL file, a source or a client. Else it is the default of its type, which says nothing.</summary>
    public bool IsKnown(int slot) => _isKnown[slot];

    /// <summary>Nobody knows the value of a slot any more, until somebody sets it.</summary>
    public void Forget(int slot) => _isKnown[slot] = false;

    /// <summary>The value of a leaf, or the structure or array below a node.</summary>
    public DataValue Read(DataNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.IsLeaf)
        {
            return _values[node.FirstSlot];
        }

        var items = new DataValue[node.Children.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Read(node.Children[i]);
        }

        return node.IsArray ? DataValue.Array(items) : DataValue.Structure(items);
    }

    /// <summary>Sets a slot and notes what the change may trigger (IEC 61850-7-2 §17.2.3.2.2.9).</summary>
    public void Set(int slot, in DataValue value)
    {
        ref var present = ref _values[slot];
        var changed = !present.Equals(value);
        var old = present;
        present = value;
        _isKnown[slot] = true;
        var triggers = _leaves[slot].Triggers;
        var reason = triggers & TriggerConditions.DataUpdate;
        if (changed)
        {
            reason |= triggers & (TriggerConditions.DataChange | TriggerConditions.QualityChange);
        }

        if (changed || reason != TriggerConditions.None)
        {
            _changes.Add(new(slot, reason, old));
        }
    }

    /// <summary>Shows a value in a leaf: sets it where it differs, for the same value again is no update. Nothing where there is no such leaf.</summary>
    public void Show(DataNode? leaf, in DataValue value)
    {
        if (leaf is { IsLeaf: true } && _values[leaf.FirstSlot] != value)
        {
            Set(leaf.FirstSlot, value);
        }
    }

    /// <summary>Sets a slot where that is no event: nothing is triggered.</summary>
    public void SetQuietly(int slot, in DataValue value)
    {
        var old = _values[slot];
        _isKnown[slot] = true;
        if (!old.Equals(value))
        {
            _values[slot] = value;
            _changes.Add(new(slot, TriggerConditions.None, old));
        }
    }

    /// <summary>Forgets the noted changes: the batch is complete.</summary>
    public void ClearChanges() => _changes.Clear();

    /// <summary>Takes the noted changes back, the last one first: what set them failed.</summary>
    public void Undo()
    {
        for (var i = _changes.Count - 1; i >= 0; i--)
        {
            _values[_changes[i].Slot] = _changes[i].Old;
        }

        _changes.Clear();
    }

    private void SetQualityOfConstants(Timestamp startTime)
    {
        // A value given by the SCL file is good from start; anything else is invalid until a source speaks (IEC 61850-7-3 §6.2.2).
        foreach (var dataObject in Model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.DataObjects).SelectMany(d => d.SelfAndDescendants()))
        {
            if (dataObject.Attribute("q") is { IsLeaf: true, InitialValue.Kind: DataKind.None } quality
                && quality.Parent!.Children.Any(c => c.Name is not ("q" or "t" or "d") && c.Leaves().Any(l => l.InitialValue.Kind != DataKind.None)))
            {
                _values[quality.FirstSlot] = Quality.Good.ToValue();
                if (quality.Parent.Child("t") is { IsLeaf: true, Type.Basic: BasicType.Timestamp } time)
                {
                    _values[time.FirstSlot] = startTime.ToValue();
                }
            }
        }
    }
}
