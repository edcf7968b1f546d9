using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is kept of a report control block: the attributes that are not as the SCL file says, each with its number, and the reservation (IEC 61850-7-2 §17.2.2).</summary>
internal static class ReportSettings
{
    private const byte End = byte.MaxValue;

    public static byte[]? Encode(in ReportState configured, in ReportState state, bool keepsReservation)
    {
        if (!ReportRules.DiffersDurably(configured, state, keepsReservation))
        {
            return null;
        }

        var (before, after) = (configured, state);
        return DataValueBinary.ToArray(output =>
        {
            void Put(bool differs, ReportAttribute attribute, Action write)
            {
                if (differs)
                {
                    output.Write((byte)attribute);
                    write();
                }
            }

            Put(before.ReportId != after.ReportId, ReportAttribute.RptID, () => output.Write(after.ReportId));
            Put(before.DataSetReference != after.DataSetReference, ReportAttribute.DatSet, () => output.Write(DataSetCatalog.IsOfAssociation(after.DataSetReference) ? "" : after.DataSetReference));
            Put(before.ConfigurationRevision != after.ConfigurationRevision, ReportAttribute.ConfRev, () => output.Write(after.ConfigurationRevision));
            Put(before.OptionalFields != after.OptionalFields, ReportAttribute.OptFlds, () => output.Write((int)after.OptionalFields));
            Put(before.TriggerOptions != after.TriggerOptions, ReportAttribute.TrgOps, () => output.Write((int)after.TriggerOptions));
            Put(before.BufferTime != after.BufferTime, ReportAttribute.BufTm, () => output.Write(after.BufferTime.Ticks));
            Put(before.IntegrityPeriod != after.IntegrityPeriod, ReportAttribute.IntgPd, () => output.Write(after.IntegrityPeriod.Ticks));

            // A general interrogation takes the one before it out of the buffer, whenever that was.
            Put(after.LastInterrogation > 0, ReportAttribute.GI, () => output.Write(after.LastInterrogation));

            // The reservation of an unbuffered block ends with its association, and so with the process.
            Put(keepsReservation && after.ReservationTime > 0, ReportAttribute.ResvTms, () => output.Write(after.ReservationTime));
            Put(keepsReservation && after.ReservedFor.Length > 0, ReportAttribute.Owner, () => output.Write(after.ReservedFor));
            output.Write(End);
        });
    }

    public static ReportState? Decode(ReportState configured, ReadOnlyMemory<byte> stored, DataSetCatalog dataSets) =>
        DataValueBinary.TryRead(stored, input => Read(configured, input, dataSets), out var state) ? state : null;

    private static ReportState Read(ReportState state, BinaryReader input, DataSetCatalog dataSets)
    {
        for (var attribute = input.ReadByte(); attribute != End; attribute = input.ReadByte())
        {
            state = (ReportAttribute)attribute switch
            {
                ReportAttribute.RptID => state with { ReportId = input.ReadString() },
                ReportAttribute.DatSet => WithDataSet(state, input.ReadString(), dataSets),
                ReportAttribute.ConfRev => state with { ConfigurationRevision = Math.Max(state.ConfigurationRevision, input.ReadUInt32()) },
                ReportAttribute.OptFlds => state with { OptionalFields = (OptionalFields)input.ReadInt32() },
                ReportAttribute.TrgOps => state with { TriggerOptions = (TriggerConditions)input.ReadInt32() },
                ReportAttribute.BufTm => state with { BufferTime = TimeSpan.FromTicks(input.ReadInt64()) },
                ReportAttribute.IntgPd => state with { IntegrityPeriod = TimeSpan.FromTicks(input.ReadInt64()) },
                ReportAttribute.GI => state with { LastInterrogation = input.ReadInt64() },
                ReportAttribute.ResvTms => state.ReservationTime == -1 ? Skip(state, input) : state with { ReservationTime = input.ReadInt64() },
                ReportAttribute.Owner => state with { ReservedFor = input.ReadString() },
                var unknown => throw new FormatException($"{unknown} is kept of no block"),
            };
        }

        return state;
    }

    /// <summary>A data set that is no longer there is none.</summary>
    private static ReportState WithDataSet(in ReportState state, string reference, DataSetCatalog dataSets) =>
        reference.Length == 0 || dataSets.Find(reference) is not null ? state with { DataSetReference = reference, DataSet = dataSets.Find(reference) } : state;

    private static ReportState Skip(in ReportState state, BinaryReader input)
    {
        input.ReadInt64();
        return state;
    }
}
