using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A setting: the attribute that shows the active value (FC SG), and the one that is edited (FC SE).</summary>
/// <param name="Active">Under SG.</param>
/// <param name="Edited">Under SE.</param>
internal readonly record struct Setting(DataNode Active, DataNode Edited)
{
    /// <summary>What the SCL file says for a group.</summary>
    public DataValue Configured(uint group) => Active.GroupValues.TryGetValue(group, out var value) ? value
        : Active.InitialValue is { Kind: not DataKind.None } single ? single
        : Active.Type.Default;
}

/// <summary>A setting-group control block with the settings of its logical device (IEC 61850-7-2 §16). What is stored under its key: which group is active, since when.</summary>
internal sealed class SettingGroupBlock : IStoredItem
{
    private readonly ValueStore _values;
    private readonly DataNode? _reservation;
    private readonly Dictionary<string, int> _byReference;

    public SettingGroupBlock(int index, LogicalDevice device, SettingControlDefinition definition, ValueStore values)
    {
        (Index, Device, Definition, _values) = (index, device, definition, values);
        Settings = [.. device.LogicalNodes.SelectMany(Pairs)];
        _byReference = Settings.Select((s, i) => (s.Active.Reference, i)).ToDictionary(s => s.Reference, s => s.i, StringComparer.Ordinal);
        _reservation = Node.Child("ResvTms");
        State = new(definition.ActiveGroup, Timestamp.Zero);
    }

    /// <summary>Its number in the server.</summary>
    public int Index { get; }

    public LogicalDevice Device { get; }

    public SettingControlDefinition Definition { get; }

    /// <summary><c>LLN0$SP$SGCB</c>.</summary>
    public DataNode Node => Definition.Node;

    /// <summary>The settings, in the order of the SCL file.</summary>
    public IReadOnlyList<Setting> Settings { get; }

    /// <summary>Its state.</summary>
    public SettingGroupState State { get; private set; }

    /// <summary>The step that last changed something durable of it.</summary>
    public long WrittenIn { get; set; }

    /// <inheritdoc/>
    public string Key => StoredKeys.ActiveGroup + Device.Name;

    /// <summary>Whether a group has that number.</summary>
    public bool Has(ulong group) => group >= 1 && group <= Definition.NumberOfGroups;

    /// <summary>The number of the setting whose active value has a reference; null where there is none.</summary>
    public int? Find(string reference) => _byReference.TryGetValue(reference, out var setting) ? setting : null;

    /// <summary>Takes over a state, and shows it.</summary>
    public void Move(in SettingGroupState next)
    {
        State = next;
        Show("LActTm", next.ActivatedAt.ToValue());
        Show("ActSG", DataValue.Unsigned(next.Active));
        Show("EditSG", DataValue.Unsigned(next.Edited));
        if (_reservation is not null)
        {
            Show("ResvTms", DataValue.Unsigned(next.Edited > 0 ? Definition.ReservationTime : 0));
        }
    }

    /// <inheritdoc/>
    public byte[]? Encode()
    {
        var (active, at) = (State.Active, State.ActivatedAt);
        return active == Definition.ActiveGroup && at == Timestamp.Zero ? null : DataValueBinary.ToArray(output =>
        {
            output.Write7BitEncodedInt((int)active);
            DataValueBinary.Write(output, at.ToValue());
        });
    }

    /// <summary>What was stored; null where it is damaged, or no such group is there any more.</summary>
    public SettingGroupState? Decode(ReadOnlyMemory<byte> stored) =>
        DataValueBinary.TryRead(stored, static input => (Active: input.Read7BitEncodedInt(), At: DataValueBinary.Read(input)), out var found) && found.Active > 0 && Has((ulong)found.Active) && found.At.Kind == DataKind.UtcTime
            ? new((uint)found.Active, Timestamp.FromValue(found.At))
            : null;

    private static IEnumerable<Setting> Pairs(LogicalNode ln)
    {
        var (active, edited) = (ln.Constraint(FunctionalConstraint.SG), ln.Constraint(FunctionalConstraint.SE));
        if (active is null || edited is null)
        {
            yield break;
        }

        foreach (var leaf in active.Leaves())
        {
            // Templates that declare both may declare them differently.
            if (edited.Descendant(leaf.Path(active)) is { IsLeaf: true } twin && twin.Type == leaf.Type)
            {
                yield return new(leaf, twin);
            }
        }
    }

    private void Show(string name, in DataValue value) => _values.Show(Node.Child(name), value);
}
