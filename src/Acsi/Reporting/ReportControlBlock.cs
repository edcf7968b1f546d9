using DerAgent.Mapping;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>A report control block: what never changes of it, and its state (IEC 61850-7-2 §17.2, §17.3).</summary>
internal sealed class ReportControlBlock
{
    private ReportState _state;

    public ReportControlBlock(int index, ReportControlDefinition definition, ValueStore values, DataSetCatalog dataSets)
    {
        Index = index;
        Definition = definition;
        Attributes = new(definition.Node, values);
        _state = Attributes.Load(dataSets);
    }

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
        _state = next;
    }

    /// <summary>Takes a state back; the values that showed it are taken back elsewhere.</summary>
    public void Restore(in ReportState before) => _state = before;

    /// <summary>The report of an entry (IEC 61850-7-2 §17.2.3.2). Fields of buffered blocks never stand in unbuffered reports.</summary>
    public Report ToReport(ReportEntry entry, long id) => new()
    {
        ReportId = _state.ReportId.Length > 0 ? _state.ReportId : Reference,
        Fields = IsBuffered ? _state.OptionalFields : _state.OptionalFields & ~(OptionalFields.BufferOverflow | OptionalFields.EntryId),
        SequenceNumber = _state.SequenceNumber,
        TimeOfEntry = entry.Time,
        DataSet = _state.DataSetReference,
        BufferOverflow = _state.HasOverflow,
        EntryId = IsBuffered ? EntryIds.ToOctets(id) : null,
        ConfigurationRevision = _state.ConfigurationRevision,
        MemberCount = entry.MemberCount,
        Members = entry.Members,
        References = _state.DataSet?.References,
    };
}
