using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A log control block: what never changes of it, and its state (IEC 61850-7-2 §17.3.2).</summary>
internal sealed class LogControlBlock : IStoredItem
{
    private readonly LogState _configured;
    private readonly ValueStore _values;

    public LogControlBlock(LogControlDefinition definition, ValueStore values, DataSetCatalog dataSets)
    {
        (Definition, _values) = (definition, values);
        var reference = Text("DatSet");
        State = _configured = new(
            definition.Enabled,
            Text("LogRef"),
            reference,
            dataSets.Find(reference),
            (TriggerConditions)Get("TrgOps").AsBits(),
            TimeSpan.FromMilliseconds(Get("IntgPd").AsUnsigned()),
            null);
    }

    public LogControlDefinition Definition { get; }

    /// <summary><c>LN$LG$name</c>.</summary>
    public DataNode Node => Definition.Node;

    /// <summary>Its state.</summary>
    public LogState State { get; private set; }

    /// <summary>The step that last changed something durable of it.</summary>
    public long WrittenIn { get; set; }

    /// <inheritdoc/>
    public string Key => StoredKeys.Log + Node.Reference;

    /// <summary>Takes over a state, and shows it.</summary>
    public void Move(in LogState next)
    {
        State = next;
        Show("LogEna", DataValue.Boolean(next.IsEnabled));
        Show("LogRef", DataValue.VisibleString(next.LogReference));
        Show("DatSet", DataValue.VisibleString(next.DataSetReference));
        Show("TrgOps", DataValue.Bits((ulong)next.TriggerOptions, AttributeType.TriggerOptions.Size));
        Show("IntgPd", DataValue.Unsigned((ulong)next.IntegrityPeriod.TotalMilliseconds));
    }

    /// <summary>Shows the oldest and the newest entry of its log (IEC 61850-7-2 §17.3.2.2.6 and on): all zero, and equal times, where it is empty.</summary>
    public void ShowEntries(StoredLogEntry? first, StoredLogEntry? last)
    {
        Show("OldEntrTm", Time(first));
        Show("NewEntrTm", Time(last));
        Show("OldEntr", EntryIds.ToValue(first?.Id ?? 0));
        Show("NewEntr", EntryIds.ToValue(last?.Id ?? 0));

        static DataValue Time(StoredLogEntry? entry) => (entry is { } found ? EntryTime.From(found.Entry.Time) : default).ToValue();
    }

    /// <summary>What is not as the SCL file says, as a whole.</summary>
    public byte[]? Encode()
    {
        var state = State;
        return !state.DiffersDurably(_configured) ? null : DataValueBinary.ToArray(output =>
        {
            output.Write(state.IsEnabled);
            output.Write(state.LogReference);
            output.Write(state.DataSetReference);
            output.Write((byte)state.TriggerOptions);
            output.Write(state.IntegrityPeriod.Ticks);
        });
    }

    /// <summary>What was stored; null where it is damaged. A data set or a log that is no longer there is none, and then nothing is logged.</summary>
    public static LogState? Decode(ReadOnlyMemory<byte> stored, DataSetCatalog dataSets, Journals journals)
    {
        if (!DataValueBinary.TryRead(stored, static input => (IsEnabled: input.ReadBoolean(), Log: input.ReadString(), DataSet: input.ReadString(), Triggers: (TriggerConditions)input.ReadByte(), Period: input.ReadInt64()), out var found) || found.Period < 0)
        {
            return null;
        }

        var set = dataSets.Find(found.DataSet);
        var log = journals.Find(found.Log) is null ? "" : found.Log;
        return new(found.IsEnabled && set is not null && log.Length > 0, log, set is null ? "" : found.DataSet, set, found.Triggers, new(found.Period), null);
    }

    private DataValue Get(string name) => Node.Child(name) is { IsLeaf: true } leaf ? _values[leaf.FirstSlot] : default;

    private string Text(string name) => Get(name).AsText();

    private void Show(string name, in DataValue value) => _values.Show(Node.Child(name), value);
}
