using DerAgent.Mapping;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A report control block: its attributes in the value store, who has it, and its entry in the making (IEC 61850-7-2 §17.2, §17.3).</summary>
internal sealed class ReportControlBlock
{
    private readonly ValueStore _values;
    private readonly Dictionary<string, int> _slots;

    public ReportControlBlock(ReportControlDefinition definition, ValueStore values, DataSetCatalog dataSets)
    {
        Definition = definition;
        _values = values;
        _slots = definition.Node.Children.ToDictionary(c => c.Name, c => c.FirstSlot, StringComparer.Ordinal);
        DataSet = dataSets.Find(DataSetReference);
    }

    public ReportControlDefinition Definition { get; }

    public DataNode Node => Definition.Node;

    public bool IsBuffered => Definition.Buffered;

    /// <summary><c>LD/LN$BR$name</c>: names the block in the journal and in reports without RptID.</summary>
    public string Reference => Node.Reference;

    public DataSet? DataSet { get; set; }

    /// <summary>Association that enabled or reserved the block.</summary>
    public Association? Owner { get; set; }

    /// <summary>Bare JID the block is reserved for, or empty.</summary>
    public string ReservedFor { get; set; } = "";

    /// <summary>When a reservation without association ends.</summary>
    public DateTimeOffset? ReservationEnds { get; set; }

    /// <summary>When the entry in the making is complete (BufTm).</summary>
    public DateTimeOffset? EntryDue { get; set; }

    /// <summary>When the next integrity report is due.</summary>
    public DateTimeOffset? IntegrityDue { get; set; }

    /// <summary>Last entry sent, or after which sending goes on.</summary>
    public long SentThrough { get; set; }

    /// <summary>Whether EntryID was written since the block was disabled.</summary>
    public bool IsResynchronized { get; set; }

    /// <summary>Whether the next report tells that entries were lost.</summary>
    public bool HasOverflow { get; set; }

    /// <summary>Unbuffered entries that wait for a suspended association.</summary>
    public Queue<ReportEntry> Waiting { get; } = new();

    /// <summary>Id of the last general-interrogation entry in the buffer.</summary>
    public long LastInterrogation { get; set; }

    /// <summary>The entry in the making.</summary>
    public PendingEntry? Pending { get; set; }

    public bool IsEnabled
    {
        get => Get("RptEna").AsBoolean();
        set => Set("RptEna", DataValue.Boolean(value));
    }

    public string ReportId => Get("RptID").AsText() is { Length: > 0 } id ? id : Reference;

    public string DataSetReference => Get("DatSet").AsText();

    public ulong ConfigurationRevision
    {
        get => Get("ConfRev").AsUnsigned();
        set => Set("ConfRev", DataValue.Unsigned(value & uint.MaxValue));
    }

    public OptionalFields OptionalFields => (OptionalFields)Get("OptFlds").AsBits();

    public TriggerConditions TriggerOptions => (TriggerConditions)Get("TrgOps").AsBits();

    public TimeSpan BufferTime => TimeSpan.FromMilliseconds(Get("BufTm").AsUnsigned());

    public TimeSpan IntegrityPeriod => TimeSpan.FromMilliseconds(Get("IntgPd").AsUnsigned());

    public uint SequenceNumber
    {
        get => (uint)Get("SqNum").AsUnsigned();
        set => Set("SqNum", DataValue.Unsigned(value & (IsBuffered ? 0xFFFFu : 0xFFu)));
    }

    /// <summary>ResvTms in seconds; null where the block has none.</summary>
    public long? ReservationTime => Has("ResvTms") ? Get("ResvTms").AsInteger() : null;

    /// <summary>The report of an entry (IEC 61850-7-2 §17.2.3.2). Fields of buffered blocks never stand in unbuffered reports.</summary>
    public Report ToReport(ReportEntry entry, long id) => new()
    {
        ReportId = ReportId,
        Fields = IsBuffered ? OptionalFields : OptionalFields & ~(OptionalFields.BufferOverflow | OptionalFields.EntryId),
        SequenceNumber = SequenceNumber,
        TimeOfEntry = entry.Time,
        DataSet = DataSetReference,
        BufferOverflow = HasOverflow,
        EntryId = EntryIds.ToOctets(id),
        ConfigurationRevision = ConfigurationRevision,
        MemberCount = entry.MemberCount,
        Members = entry.Members,
        References = DataSet?.References,
    };

    public bool Has(string attribute) => _slots.ContainsKey(attribute);

    public DataValue Get(string attribute) => _slots.TryGetValue(attribute, out var slot) ? _values[slot] : default;

    public void Set(string attribute, in DataValue value)
    {
        if (_slots.TryGetValue(attribute, out var slot))
        {
            _values.Set(slot, value);
        }
    }
}

/// <summary>An entry in the making: the members triggered so far.</summary>
internal sealed class PendingEntry(DateTimeOffset time)
{
    private readonly SortedDictionary<int, ReportMember> _members = [];

    public DateTimeOffset Time { get; } = time;

    public bool Holds(int member) => _members.ContainsKey(member);

    public void Add(int member, in DataValue value, TriggerConditions reason) => _members[member] = new(member, value, reason);

    public ReportEntry Close(int memberCount) => new(Time, memberCount, [.. _members.Values], TriggerConditions.None);
}
