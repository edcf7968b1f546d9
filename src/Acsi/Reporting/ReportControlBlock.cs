using DerAgent.Mapping;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A report control block: what never changes of it, and its state (IEC 61850-7-2 §17.2, §17.3).</summary>
internal sealed class ReportControlBlock : IStoredItem
{
    private readonly ReportState _configured;
    private ReportState _state;
    private ReportHeading? _heading;

    public ReportControlBlock(int index, ReportControlDefinition definition, ValueStore values, DataSetCatalog dataSets)
    {
        Index = index;
        Definition = definition;
        Attributes = new(definition.Node, values);
        _configured = _state = Attributes.Load(dataSets);
    }

    /// <inheritdoc/>
    public string Key => StoredKeys.Report + Reference;

    /// <summary>Its number in the server.</summary>
    public int Index { get; }

    public ReportControlDefinition Definition { get; }

    public ReportAttributes Attributes { get; }

    public DataNode Node => Definition.Node;

    public bool IsBuffered => Definition.Buffered;

    public bool HasReservationTime => Attributes.Has(ReportAttribute.ResvTms);

    /// <summary><c>LD/LN$BR$name</c>: names the block in the buffer and in reports without RptID.</summary>
    public string Reference => Node.Reference;

    /// <summary>Its state; values come from <see cref="ReportRules"/> and <see cref="ReportWriteRules"/>.</summary>
    public ref readonly ReportState State => ref _state;

    /// <summary>Takes over a state, and shows it.</summary>
    public void Move(in ReportState next)
    {
        Attributes.Show(_state, next);
        _heading = ReportRules.DiffersDurably(_state, next, keepsReservation: false) ? null : _heading;
        _state = next;
    }

    /// <summary>The entries of a buffered block.</summary>
    public BlockEntries? Entries { get; set; }

    /// <summary>The step that last changed something durable of it: no report leaves before that is committed.</summary>
    public long WrittenIn { get; set; }

    /// <summary>Whether its entries could not be read; tried again after the next commit.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>Unbuffered entries that were lost.</summary>
    public long Losses { get; set; }

    /// <summary>What is not as the SCL file says.</summary>
    public byte[]? Encode() => ReportSettings.Encode(_configured, _state, HasReservationTime);

    /// <summary>What was not as the SCL file said, as far as it fits what it says now; null where the octets are damaged.</summary>
    public ReportState? Decode(ReadOnlyMemory<byte> stored, DataSetCatalog dataSets) => ReportSettings.Decode(_configured, stored, dataSets);

    /// <summary>What its reports say of it; the same object as long as nothing of that changes.</summary>
    public ReportHeading Heading => _heading ??= new(
        _state.ReportId.Length > 0 ? _state.ReportId : Reference, IsBuffered, _state.OptionalFields, _state.DataSetReference, _state.ConfigurationRevision, _state.DataSet?.References);
}

/// <summary>What every report of a block says of it.</summary>
/// <param name="ReportId">RptID.</param>
/// <param name="IsBuffered">Whether the block is buffered.</param>
/// <param name="OptionalFields">OptFlds.</param>
/// <param name="DataSet">DatSet.</param>
/// <param name="ConfigurationRevision">ConfRev.</param>
/// <param name="References">References of the data set's members.</param>
internal sealed record ReportHeading(string ReportId, bool IsBuffered, OptionalFields OptionalFields, string DataSet, uint ConfigurationRevision, IReadOnlyList<string>? References)
{
    /// <summary>The report of an entry (IEC 61850-7-2 §17.2.3.2). Fields of buffered blocks never stand in unbuffered reports.</summary>
    public Report ToReport(ReportEntry entry, long id, uint sequenceNumber, bool hasOverflow) => new()
    {
        ReportId = ReportId,
        Fields = IsBuffered ? OptionalFields : OptionalFields & ~(OptionalFields.BufferOverflow | OptionalFields.EntryId),
        SequenceNumber = sequenceNumber,
        TimeOfEntry = entry.Time,
        DataSet = DataSet,
        BufferOverflow = hasOverflow,
        EntryId = IsBuffered ? EntryIds.ToOctets(id) : null,
        ConfigurationRevision = ConfigurationRevision,
        MemberCount = entry.MemberCount,
        Members = entry.Members,
        References = References,
    };
}
