using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// SetBRCBValues and SetURCBValues: who may write which attribute when, and what the block is then (IEC 61850-7-2 §17.2.2, §17.2.5, IEC 61850-8-1 §17).
/// The rules look at the block and at what surrounds it, and change nothing.
/// </summary>
internal sealed class ReportWriteRules(IedModel model, DataSetCatalog dataSets, Permissions permissions, RingEntries entries, AcsiOptions options)
{
    public ReportChange Write(Association peer, ReportControlBlock block, ReportAttribute attribute, in DataValue value, DateTimeOffset now)
    {
        var change = attribute switch
        {
            ReportAttribute.RptEna => WriteEnable(peer, block, value.AsBoolean(), now),
            ReportAttribute.Resv => value.AsBoolean() ? new(block.State) : Free(block),
            ReportAttribute.ResvTms => WriteReservationTime(block, value.AsInteger()),
            ReportAttribute.GI => !value.AsBoolean() ? new(block.State)
                : block.State.IsEnabled ? new(block.State, ReportEffect.Interrogate)
                : Failure(block, DataAccessError.TemporarilyUnavailable),
            ReportAttribute.PurgeBuf => value.AsBoolean() ? ReportRules.Purge(block.State) : new(block.State),
            ReportAttribute.EntryID => WriteEntryId(peer, block, value),
            ReportAttribute.DatSet => WriteDataSet(peer, block, value.AsText(), now),
            _ => WriteOption(block, attribute, value, now),
        };
        var frees = (attribute == ReportAttribute.Resv && !value.AsBoolean()) || (attribute == ReportAttribute.ResvTms && value.AsInteger() == 0);
        return change.Failure is null && !frees ? change with { Next = ReportRules.Reserve(change.Next, peer.Key, options.ImplicitReservation) } : change;
    }

    private static ReportChange Failure(ReportControlBlock block, DataAccessError failure) => new(block.State, ReportEffect.None, failure);

    /// <summary>Why the peer may not write an attribute now, whatever the value; null where it may.</summary>
    public static DataAccessError? Refuse(Association peer, ReportControlBlock block, ReportAttribute attribute)
    {
        if (attribute is ReportAttribute.ConfRev or ReportAttribute.SqNum or ReportAttribute.TimeofEntry or ReportAttribute.Owner)
        {
            return DataAccessError.ObjectAccessDenied;
        }

        ref readonly var state = ref block.State;
        if (state.ReservationTime == -1 && !block.Definition.Clients.Any(c => IsNamed(peer, c)))
        {
            return DataAccessError.ObjectAccessDenied;
        }

        var isOthers = state.Owner is { } owner ? owner != peer.Key : state.ReservedFor.Length > 0 && state.ReservedFor != peer.Key.BarePeer;
        var isFixed = state.IsEnabled && attribute is not (ReportAttribute.RptEna or ReportAttribute.GI or ReportAttribute.ResvTms or ReportAttribute.Resv);
        return isOthers || isFixed ? DataAccessError.TemporarilyUnavailable : null;
    }

    /// <summary>A JID is compared whole: somebody of the same name at another server is somebody else. Only its resource counts case (RFC 7622 §3.4).</summary>
    private static bool IsNamed(Association peer, string client)
    {
        var slash = client.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? string.Equals(peer.Key.BarePeer, client, StringComparison.OrdinalIgnoreCase)
            : string.Equals(peer.Key.BarePeer, client[..slash], StringComparison.OrdinalIgnoreCase) && peer.Key.Peer.AsSpan(peer.Key.BarePeer.Length).SequenceEqual(client.AsSpan(slash));
    }

    private ReportChange WriteEnable(Association peer, ReportControlBlock block, bool enable, DateTimeOffset now)
    {
        if (!enable)
        {
            return new(ReportRules.Disable(block.State, block.IsBuffered));
        }

        return block.State.IsEnabled ? Failure(block, DataAccessError.TemporarilyUnavailable)
            : block.State.DataSet is not { } set ? Failure(block, DataAccessError.ObjectAttributeInconsistent)
            : !permissions.ReadsAll(peer, set) ? Failure(block, DataAccessError.ObjectAccessDenied)
            : ReportRules.Enable(block.State, block.IsBuffered, now);
    }

    private static ReportChange Free(ReportControlBlock block) =>
        block.State.IsEnabled ? Failure(block, DataAccessError.TemporarilyUnavailable) : new(ReportRules.Free(block.State));

    private static ReportChange WriteReservationTime(ReportControlBlock block, long seconds) =>
        // It stays what the file says; who it is assigned to may write it all the same, as clients of Edition 2.1 must.
        block.State.ReservationTime == -1 ? new(block.State)
        : seconds < 0 ? Failure(block, DataAccessError.ObjectValueInvalid)
        : seconds == 0 ? Free(block)
        : new(block.State with { ReservationTime = seconds });

    private ReportChange WriteEntryId(Association peer, ReportControlBlock block, in DataValue value)
    {
        if (!block.IsBuffered || EntryIds.FromValue(value) is not { } id)
        {
            return Failure(block, DataAccessError.ObjectValueInvalid);
        }

        // After an unknown entry the whole buffer is sent, and it is said that something is missing (IEC 61850-7-2 §17.2.2.15).
        return id == 0 || entries.Contains(block.Entries!, id)
            ? new(ReportRules.Resynchronize(block.State, id, peer.Key.BarePeer))
            : new(block.State with { SentThrough = 0, IsResynchronized = true, HasOverflow = true }, ReportEffect.None, DataAccessError.ObjectValueInvalid);
    }

    private ReportChange WriteDataSet(Association peer, ReportControlBlock block, string reference, DateTimeOffset now)
    {
        ref readonly var state = ref block.State;
        if (model.Capabilities.ReportDataSet != SettingAccess.Dynamic)
        {
            return reference == state.DataSetReference ? new(state) : Failure(block, DataAccessError.ObjectAccessDenied);
        }

        // What ends with its association buffers nothing for the time after it.
        var set = reference.Length == 0 || (block.IsBuffered && DataSetCatalog.IsOfAssociation(reference)) ? null : dataSets.Find(peer.Key, reference);
        if (reference.Length > 0 && (set is null || (set.Holder is { } holder && (!permissions.Sees(peer, holder) || holder.LogicalDevice != block.Node.LogicalNode.LogicalDevice))))
        {
            return Failure(block, DataAccessError.ObjectValueInvalid);
        }

        return reference == state.DataSetReference
            ? new(state)
            : Reconfigure(block, ReportRules.WithDataSet(state, reference, set), now);
    }

    private ReportChange WriteOption(ReportControlBlock block, ReportAttribute attribute, in DataValue value, DateTimeOffset now)
    {
        ref readonly var state = ref block.State;
        var access = attribute switch
        {
            ReportAttribute.RptID => model.Capabilities.ReportId,
            ReportAttribute.OptFlds => model.Capabilities.ReportOptionalFields,
            ReportAttribute.BufTm => model.Capabilities.ReportBufferTime,
            ReportAttribute.TrgOps => model.Capabilities.ReportTriggerOptions,
            _ => model.Capabilities.ReportIntegrityPeriod,
        };
        if (block.Attributes.Get(attribute) == value)
        {
            return new(state);
        }

        if (access != SettingAccess.Dynamic)
        {
            return Failure(block, DataAccessError.ObjectAccessDenied);
        }

        if (attribute == ReportAttribute.IntgPd && options.IsTooShort(value.AsUnsigned()))
        {
            return Failure(block, DataAccessError.ObjectValueInvalid);
        }

        return attribute switch
        {
            ReportAttribute.OptFlds => new(state with { OptionalFields = (OptionalFields)value.AsBits() }),
            // An empty RptID stands for the block's reference, also on read (IEC 61850-7-2 §17.2.2.2).
            ReportAttribute.RptID => Purge(block, state with { ReportId = value.AsText() is { Length: > 0 } id ? id : block.Reference }),
            ReportAttribute.BufTm => Purge(block, state with { BufferTime = TimeSpan.FromMilliseconds(value.AsUnsigned()) }),
            ReportAttribute.TrgOps => Reconfigure(block, state with { TriggerOptions = (TriggerConditions)value.AsBits() }, now),
            _ => Reconfigure(block, state with { IntegrityPeriod = TimeSpan.FromMilliseconds(value.AsUnsigned()) }, now),
        };
    }

    /// <summary>What makes entries has changed: what was buffered goes, and the integrity period counts from now.</summary>
    private static ReportChange Reconfigure(ReportControlBlock block, in ReportState state, DateTimeOffset now) => Purge(block, ReportRules.StartIntegrity(state, block.IsBuffered, now));

    private static ReportChange Purge(ReportControlBlock block, in ReportState state) => block.IsBuffered ? ReportRules.Purge(state) : new(state);
}
