using System.Buffers;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Makes the information reports of an entry, in segments where one is too large (IEC 61850-7-2 §17.2.3.2, IEC 61850-8-1 §17.2).</summary>
internal static class ReportEncoder
{
    private const int AssociationContext = 256;

    /// <summary>The reports of an entry in order; empty where a single member is larger than the PDU.</summary>
    public static IReadOnlyList<InformationReport> Encode(ReportControlBlock block, ReportEntry entry, long entryId, bool overflow, Association peer)
    {
        var whole = Segment(block, entry, entryId, overflow, entry.Members, null, false);
        if (Estimate(entry) < peer.MaxPduSize || Size(whole, peer) <= peer.MaxPduSize)
        {
            return [whole];
        }

        return Cut(block, entry, entryId, overflow, peer);
    }

    private static List<InformationReport> Cut(ReportControlBlock block, ReportEntry entry, long entryId, bool overflow, Association peer)
    {
        var room = peer.MaxPduSize - AssociationContext - Size(Segment(block, entry, entryId, overflow, [], uint.MaxValue, true), peer);
        var parts = new List<List<ReportMember>>();
        var left = 0;
        foreach (var member in entry.Members)
        {
            var size = Size(Segment(block, entry, entryId, overflow, [member], 0, true), peer) - Size(Segment(block, entry, entryId, overflow, [], 0, true), peer);
            if (size > room)
            {
                return [];
            }

            if (parts.Count == 0 || size > left)
            {
                parts.Add([]);
                left = room;
            }

            parts[^1].Add(member);
            left -= size;
        }

        return [.. parts.Select((part, i) => Segment(block, entry, entryId, overflow, part, (uint)i, i < parts.Count - 1))];
    }

    private static InformationReport Segment(
        ReportControlBlock block, ReportEntry entry, long entryId, bool overflow, IReadOnlyList<ReportMember> members, uint? subSequence, bool more)
    {
        // Segments carry both segment fields whether the client asked for them or not: it could not put them together otherwise.
        var fields = (block.OptionalFields & ~OptionalFields.Segmentation) | (subSequence is null ? OptionalFields.None : OptionalFields.Segmentation);
        if (!block.IsBuffered)
        {
            fields &= ~(OptionalFields.BufferOverflow | OptionalFields.EntryId);
        }

        var results = new List<AccessResult>
        {
            DataValue.VisibleString(block.ReportId),
            DataValue.Bits((ulong)fields, 10),
        };
        AddHeader(results, block, entry, entryId, overflow, fields, subSequence, more);
        AddMembers(results, block, entry, members, fields);
        return new(new VariableAccess.Named(ObjectName.Vmd("RPT")), results.ToValueList());
    }

    private static void AddHeader(
        List<AccessResult> results, ReportControlBlock block, ReportEntry entry, long entryId, bool overflow, OptionalFields fields, uint? subSequence, bool more)
    {
        void AddIf(OptionalFields field, DataValue value)
        {
            if ((fields & field) != OptionalFields.None)
            {
                results.Add(value);
            }
        }

        AddIf(OptionalFields.SequenceNumber, DataValue.Unsigned(block.SequenceNumber));
        AddIf(OptionalFields.ReportTimeStamp, EntryTime.From(entry.Time).ToValue());
        AddIf(OptionalFields.DataSetName, DataValue.VisibleString(block.DataSetReference));
        AddIf(OptionalFields.BufferOverflow, DataValue.Boolean(overflow));
        AddIf(OptionalFields.EntryId, EntryIds.ToValue(entryId));
        AddIf(OptionalFields.ConfigurationRevision, DataValue.Unsigned(block.ConfigurationRevision));
        AddIf(OptionalFields.Segmentation, DataValue.Unsigned(subSequence ?? 0));
        AddIf(OptionalFields.Segmentation, DataValue.Boolean(more));
    }

    private static void AddMembers(List<AccessResult> results, ReportControlBlock block, ReportEntry entry, IReadOnlyList<ReportMember> members, OptionalFields fields)
    {
        var included = new bool[entry.MemberCount];
        foreach (var member in members)
        {
            included[member.Index] = true;
        }

        results.Add(DataValue.Bits(included.AsSpan()));
        if ((fields & OptionalFields.DataReference) != OptionalFields.None)
        {
            results.AddRange(members.Select(m => (AccessResult)DataValue.VisibleString(block.DataSet!.Members[m.Index].Reference)));
        }

        results.AddRange(members.Select(m => (AccessResult)m.Value));
        if ((fields & OptionalFields.ReasonForInclusion) != OptionalFields.None)
        {
            results.AddRange(members.Select(m => (AccessResult)DataValue.Bits((ulong)m.Reason, 6)));
        }
    }

    /// <summary>More octets than the report will have, without encoding it.</summary>
    private static long Estimate(ReportEntry entry) => 2_000 + (entry.Members.Count * 320L) + entry.Members.Sum(m => Octets(m.Value)) + entry.MemberCount;

    private static long Octets(in DataValue value)
    {
        var octets = 80L + (value.AsText().Length * 6) + (value.AsOctets().Length * 2) + value.BitCount;
        foreach (ref readonly var item in value.ItemSpan())
        {
            octets += Octets(item);
        }

        return octets;
    }

    private static int Size(InformationReport report, Association peer)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        MmsCodec.Write(output, new UnconfirmedPdu(report), peer.Dialect);
        return output.WrittenCount;
    }
}

/// <summary>Entry ids on the wire: 8 octets, big-endian (IEC 61850-8-1 §8.1.3.9).</summary>
internal static class EntryIds
{
    public static DataValue ToValue(long id)
    {
        var octets = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(octets, id);
        return DataValue.Octets(octets);
    }

    public static long? FromValue(in DataValue value) =>
        value.AsOctets().Length == 8 ? System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(value.AsOctets()) : null;
}
