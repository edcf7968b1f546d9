using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>SetBRCBValues and SetURCBValues: who may write which attribute when (IEC 61850-7-2 §17.2.2, §17.2.5, IEC 61850-8-1 §17).</summary>
internal sealed class ReportWriteRules(IedModel model, DataSetCatalog dataSets, Permissions permissions, IJournal journal, AcsiOptions options)
{
    public DataAccessError? Write(Association peer, ReportControlBlock block, string attribute, in DataValue value)
    {
        if (attribute is "ConfRev" or "SqNum" or "TimeofEntry" or "Owner")
        {
            return DataAccessError.ObjectAccessDenied;
        }

        if (Reservation(peer, block) is { } taken)
        {
            return taken;
        }

        if (block.IsEnabled && attribute is not ("RptEna" or "GI" or "ResvTms" or "Resv"))
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        var failure = attribute switch
        {
            "RptEna" => WriteEnable(peer, block, value.AsBoolean()),
            "Resv" => WriteReserve(block, value.AsBoolean()),
            "ResvTms" => WriteReservationTime(block, value.AsInteger()),
            "GI" => block.IsEnabled || !value.AsBoolean() ? null : DataAccessError.TemporarilyUnavailable,
            "PurgeBuf" => WritePurge(block, value.AsBoolean()),
            "EntryID" => WriteEntryId(block, value),
            "DatSet" => WriteDataSet(peer, block, value.AsText()),
            _ => WriteOption(block, attribute, value),
        };
        if (failure is null && !(attribute is "Resv" && !value.AsBoolean()) && !(attribute is "ResvTms" && value.AsInteger() == 0))
        {
            Reserve(peer, block);
        }

        return failure;
    }

    /// <summary>Frees a reservation.</summary>
    public static void Free(ReportControlBlock block)
    {
        block.Owner = null;
        block.ReservedFor = "";
        block.ReservationEnds = null;
        block.Set("Resv", DataValue.Boolean(false));
        block.Set("Owner", DataValue.Octets([]));
        if (block.ReservationTime is > 0)
        {
            block.Set("ResvTms", DataValue.Integer(0));
        }
    }

    private static DataAccessError? Reservation(Association peer, ReportControlBlock block)
    {
        if (block.ReservationTime == -1 && !block.Definition.Clients.Any(c => IsNamed(peer, c)))
        {
            return DataAccessError.ObjectAccessDenied;
        }

        var isOthers = block.Owner is not null ? block.Owner != peer : block.ReservedFor.Length > 0 && block.ReservedFor != peer.Key.BarePeer;
        return isOthers ? DataAccessError.TemporarilyUnavailable : null;
    }

    /// <summary>SCL names a client by its IED; its JID, or the local part of it, says the same.</summary>
    private static bool IsNamed(Association peer, string client)
    {
        var bare = peer.Key.BarePeer;
        return string.Equals(bare, client, StringComparison.OrdinalIgnoreCase) || string.Equals(bare.Split('@')[0], client, StringComparison.OrdinalIgnoreCase);
    }

    private void Reserve(Association peer, ReportControlBlock block)
    {
        block.Owner = peer;
        block.ReservedFor = peer.Key.BarePeer;
        block.ReservationEnds = null;
        block.Set("Resv", DataValue.Boolean(true));
        block.Set("Owner", DataValue.Octets(System.Text.Encoding.UTF8.GetBytes(peer.Key.BarePeer.Length <= 64 ? peer.Key.BarePeer : peer.Key.BarePeer[..64])));
        if (block.ReservationTime == 0)
        {
            block.Set("ResvTms", DataValue.Integer((long)options.ImplicitReservation.TotalSeconds));
        }
    }

    private DataAccessError? WriteEnable(Association peer, ReportControlBlock block, bool enable)
    {
        if (!enable)
        {
            return null;
        }

        return block.IsEnabled ? DataAccessError.TemporarilyUnavailable
            : block.DataSet is not { } set ? DataAccessError.ObjectAttributeInconsistent
            : !permissions.ReadsAll(peer, set) ? DataAccessError.ObjectAccessDenied
            : null;
    }

    private static DataAccessError? WriteReserve(ReportControlBlock block, bool reserve)
    {
        if (reserve)
        {
            return null;
        }

        if (block.IsEnabled)
        {
            return DataAccessError.TemporarilyUnavailable;
        }

        Free(block);
        return null;
    }

    private static DataAccessError? WriteReservationTime(ReportControlBlock block, long seconds)
    {
        if (block.ReservationTime == -1)
        {
            return DataAccessError.ObjectAccessDenied;
        }

        if (seconds < 0)
        {
            return DataAccessError.ObjectValueInvalid;
        }

        if (seconds == 0)
        {
            if (block.IsEnabled)
            {
                return DataAccessError.TemporarilyUnavailable;
            }

            Free(block);
        }

        block.Set("ResvTms", DataValue.Integer(seconds));
        return null;
    }

    private DataAccessError? WritePurge(ReportControlBlock block, bool purge)
    {
        if (purge)
        {
            Purge(block);
        }

        return null;
    }

    private void Purge(ReportControlBlock block)
    {
        journal.Purge(block.Reference);
        block.Pending = null;
        block.EntryDue = null;
        block.SentThrough = 0;
        block.IsResynchronized = false;
        block.HasOverflow = false;
        block.LastInterrogation = 0;
        block.Set("EntryID", EntryIds.ToValue(0));
        block.Set("TimeofEntry", default(EntryTime).ToValue());
    }

    private DataAccessError? WriteEntryId(ReportControlBlock block, in DataValue value)
    {
        if (EntryIds.FromValue(value) is not { } id)
        {
            return DataAccessError.ObjectValueInvalid;
        }

        if (id != 0 && !journal.Contains(block.Reference, id))
        {
            block.SentThrough = 0;
            block.IsResynchronized = true;
            block.HasOverflow = true;
            return DataAccessError.ObjectValueInvalid;
        }

        block.SentThrough = id;
        block.IsResynchronized = true;
        block.Set("EntryID", value);
        return null;
    }

    private DataAccessError? WriteDataSet(Association peer, ReportControlBlock block, string reference)
    {
        if (model.Capabilities.ReportDataSet != SettingAccess.Dynamic)
        {
            return reference == block.DataSetReference ? null : DataAccessError.ObjectAccessDenied;
        }

        var set = reference.Length == 0 ? null : dataSets.Find(reference);
        if (reference.Length > 0 && (set is null || !permissions.Sees(peer, set.Holder) || !reference.StartsWith(block.Node.LogicalNode.LogicalDevice.Name + "/", StringComparison.Ordinal)))
        {
            return DataAccessError.ObjectValueInvalid;
        }

        if (reference == block.DataSetReference)
        {
            return null;
        }

        block.Set("DatSet", DataValue.VisibleString(reference));
        block.DataSet = set;
        block.ConfigurationRevision++;
        PurgeIfBuffered(block);
        return null;
    }

    private DataAccessError? WriteOption(ReportControlBlock block, string attribute, in DataValue value)
    {
        var access = attribute switch
        {
            "RptID" => model.Capabilities.ReportId,
            "OptFlds" => model.Capabilities.ReportOptionalFields,
            "BufTm" => model.Capabilities.ReportBufferTime,
            "TrgOps" => model.Capabilities.ReportTriggerOptions,
            "IntgPd" => model.Capabilities.ReportIntegrityPeriod,
            _ => SettingAccess.Configured,
        };
        if (block.Get(attribute) == value)
        {
            return null;
        }

        if (access != SettingAccess.Dynamic)
        {
            return DataAccessError.ObjectAccessDenied;
        }

        if (attribute == "IntgPd" && value.AsUnsigned() is > 0 and var period && period < options.MinIntegrityPeriod.TotalMilliseconds)
        {
            return DataAccessError.ObjectValueInvalid;
        }

        // An empty RptID stands for the block's reference, also on read (IEC 61850-7-2 §17.2.2.2).
        block.Set(attribute, attribute == "RptID" && value.AsText().Length == 0 ? DataValue.VisibleString(block.Reference) : value);
        if (attribute != "OptFlds")
        {
            PurgeIfBuffered(block);
        }

        return null;
    }

    private void PurgeIfBuffered(ReportControlBlock block)
    {
        if (block.IsBuffered)
        {
            Purge(block);
        }
    }
}
