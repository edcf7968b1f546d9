using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Attributes of report control blocks (IEC 61850-8-1 §17.2, §17.3).</summary>
internal enum ReportAttribute
{
    RptID,
    RptEna,
    Resv,
    DatSet,
    ConfRev,
    OptFlds,
    BufTm,
    SqNum,
    TrgOps,
    IntgPd,
    GI,
    PurgeBuf,
    EntryID,
    TimeofEntry,
    ResvTms,
    Owner,
}

/// <summary>Where the attributes of a block stand in the value store: resolved by name once, at load.</summary>
internal sealed class ReportAttributes
{
    private static readonly ReportAttribute[] All = Enum.GetValues<ReportAttribute>();
    private readonly int[] _slots;
    private readonly ValueStore _values;

    public ReportAttributes(DataNode block, ValueStore values)
    {
        _values = values;
        _slots = [.. All.Select(a => block.Child(a.ToString())?.FirstSlot ?? -1)];
    }

    /// <summary>Which attribute stands in a slot; null: none of the block.</summary>
    public ReportAttribute? Of(int slot) => Array.IndexOf(_slots, slot) is >= 0 and var index ? (ReportAttribute)index : null;

    public bool Has(ReportAttribute attribute) => _slots[(int)attribute] >= 0;

    /// <summary>What the SCL file says.</summary>
    public ReportState Load(DataSetCatalog dataSets)
    {
        var reference = Get(ReportAttribute.DatSet).AsText();
        return new()
        {
            ReportId = Get(ReportAttribute.RptID).AsText(),
            DataSetReference = reference,
            DataSet = dataSets.Find(reference),
            ConfigurationRevision = (uint)Get(ReportAttribute.ConfRev).AsUnsigned(),
            OptionalFields = (OptionalFields)Get(ReportAttribute.OptFlds).AsBits(),
            TriggerOptions = (TriggerConditions)Get(ReportAttribute.TrgOps).AsBits(),
            BufferTime = TimeSpan.FromMilliseconds(Get(ReportAttribute.BufTm).AsUnsigned()),
            IntegrityPeriod = TimeSpan.FromMilliseconds(Get(ReportAttribute.IntgPd).AsUnsigned()),
            ReservationTime = Has(ReportAttribute.ResvTms) ? Get(ReportAttribute.ResvTms).AsInteger() : 0,
        };
    }

    /// <summary>Shows what has changed.</summary>
    public void Show(in ReportState before, in ReportState after)
    {
        if (before.ReportId != after.ReportId)
        {
            Set(ReportAttribute.RptID, DataValue.VisibleString(after.ReportId));
        }

        if (before.DataSetReference != after.DataSetReference)
        {
            Set(ReportAttribute.DatSet, DataValue.VisibleString(after.DataSetReference));
        }

        if (before.ReservedFor != after.ReservedFor)
        {
            Set(ReportAttribute.Resv, DataValue.Boolean(after.ReservedFor.Length > 0));
            Set(ReportAttribute.Owner, DataValue.Octets(Octets64.Of(after.ReservedFor)));
        }

        if (before.EntryId != after.EntryId)
        {
            Set(ReportAttribute.EntryID, EntryIds.ToValue(after.EntryId));
        }

        ShowIf(before.IsEnabled != after.IsEnabled, ReportAttribute.RptEna, DataValue.Boolean(after.IsEnabled));
        ShowIf(before.ConfigurationRevision != after.ConfigurationRevision, ReportAttribute.ConfRev, DataValue.Unsigned(after.ConfigurationRevision));
        ShowIf(before.OptionalFields != after.OptionalFields, ReportAttribute.OptFlds, DataValue.Bits((ulong)after.OptionalFields, Get(ReportAttribute.OptFlds).BitCount));
        ShowIf(before.TriggerOptions != after.TriggerOptions, ReportAttribute.TrgOps, DataValue.Bits((ulong)after.TriggerOptions, Get(ReportAttribute.TrgOps).BitCount));
        ShowIf(before.BufferTime != after.BufferTime, ReportAttribute.BufTm, DataValue.Unsigned((ulong)after.BufferTime.TotalMilliseconds));
        ShowIf(before.IntegrityPeriod != after.IntegrityPeriod, ReportAttribute.IntgPd, DataValue.Unsigned((ulong)after.IntegrityPeriod.TotalMilliseconds));
        ShowIf(before.SequenceNumber != after.SequenceNumber, ReportAttribute.SqNum, DataValue.Unsigned(after.SequenceNumber));
        ShowIf(before.TimeOfEntry != after.TimeOfEntry, ReportAttribute.TimeofEntry, after.TimeOfEntry.ToValue());
        ShowIf(before.ReservationTime != after.ReservationTime, ReportAttribute.ResvTms, DataValue.Integer(after.ReservationTime));
    }

    public DataValue Get(ReportAttribute attribute) => _slots[(int)attribute] is >= 0 and var slot ? _values[slot] : default;

    private void ShowIf(bool changed, ReportAttribute attribute, in DataValue value)
    {
        if (changed)
        {
            Set(attribute, value);
        }
    }

    private void Set(ReportAttribute attribute, in DataValue value)
    {
        if (_slots[(int)attribute] is >= 0 and var slot)
        {
            _values.Set(slot, value);
        }
    }
}
