using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The values that outlive a power cut: parameters (SP, CF), substitutes where that is wanted (SV), and the state of what the agent itself carries out (IEC 61850-7-3 §5, IEC 61850-7-4 Mod, LocSta).</summary>
internal sealed class StoredSettings
{
    private readonly ValueStore _values;
    private readonly StepJournal _journal;
    private readonly TimeProvider _time;
    private readonly History<(Setting Setting, string Writer, DateTimeOffset Time)> _history;
    private readonly Setting?[] _settings;

    public StoredSettings(ValueStore values, StepJournal journal, AcsiOptions options, TimeProvider time)
    {
        (_values, _journal, _time) = (values, journal, time);
        _history = new(journal, static old => old.Setting.By(old.Writer, old.Time));
        _settings = [.. values.Model.Slots.Select(s => IsStored(s, options.PersistSubstitution) ? new Setting(s, values) : null)];
    }

    /// <summary>Puts a stored value in place; why not, if it does not fit.</summary>
    public string? Restore(DataNode? node, ReadOnlyMemory<byte> stored, DateTimeOffset now, byte timeQuality)
    {
        if (node is null || _settings[node.FirstSlot] is not { } setting)
        {
            return "it is no setting of the model";
        }

        if (StoredSetting.Read(stored) is not { } found || node.Type.Accept(found.Value, out var accepted) != ValueFault.None)
        {
            return "its value does not fit its type";
        }

        setting.By(found.Writer, found.Time);
        _values.SetQuietly(node.FirstSlot, accepted);
        if (node.Fc == FunctionalConstraint.ST)
        {
            Set(node.Parent?.Child("q"), Quality.Good.ToValue());
            Set(node.Parent?.Child("t"), Timestamp.From(now, timeQuality).ToValue());
        }

        return null;
    }

    /// <summary>A client sets what is below a node: that is stored with it.</summary>
    public void Written(DataNode node, string client)
    {
        for (var slot = node.FirstSlot; slot < node.FirstSlot + node.SlotCount; slot++)
        {
            if (_settings[slot] is { } setting)
            {
                _history.Note((setting, setting.Writer, setting.Time));
                setting.By(client, _time.GetUtcNow());
            }
        }
    }

    /// <summary>Notes what of the changes of the step under way must be stored.</summary>
    public void Note(IReadOnlyList<ValueChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (_settings[changes[i].Slot] is { } setting)
            {
                _journal.Touch(setting);
            }
        }
    }

    private static bool IsStored(DataNode leaf, bool isSubstitutionStored) => leaf.DataObject is { } dataObject
        && (leaf.Fc is FunctionalConstraint.SP or FunctionalConstraint.CF || (leaf.Fc == FunctionalConstraint.SV && isSubstitutionStored) || (leaf.Fc == FunctionalConstraint.ST && leaf.Name == "stVal" && Behaviour.IsOwn(dataObject)));

    private void Set(DataNode? node, in DataValue value)
    {
        if (node is { IsLeaf: true })
        {
            _values.SetQuietly(node.FirstSlot, value);
        }
    }

    private sealed class Setting(DataNode leaf, ValueStore values) : IStoredItem
    {
        public string Key => StoredKeys.Setting + leaf.Reference;

        /// <summary>Who wrote it; empty where nobody knows.</summary>
        public string Writer { get; private set; } = "";

        /// <summary>When.</summary>
        public DateTimeOffset Time { get; private set; } = DateTimeOffset.MinValue;

        public void By(string writer, DateTimeOffset time) => (Writer, Time) = (writer, time);

        public byte[]? Encode() => new StoredSetting(values[leaf.FirstSlot], Writer, Time).ToArray();
    }
}
