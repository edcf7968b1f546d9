using System.Buffers;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Mapping;

/// <summary>The report on the wire (IEC 61850-8-1 §17.2): the list of access results both sides share, read and written side by side.</summary>
internal static class ReportFormat
{
    /// <summary>More than the digits of a segment's number and the word for its successor take.</summary>
    private const int SegmentSlack = 32;

    /// <summary>Reads a report; null where the information report is none.</summary>
    public static Report? Read(InformationReport information)
    {
        ArgumentNullException.ThrowIfNull(information);
        if (information.Variables is not VariableAccess.Named { Name: { Scope: NameScope.Vmd, Item: "RPT" } } || information.Results.Count < 3 || information.Results.Any(r => r.Failure is not null))
        {
            return null;
        }

        var at = 0;
        DataValue Next() => at < information.Results.Count ? information.Results[at++].Value : default;
        var id = Next().AsText();
        var fields = (OptionalFields)Next().AsBits();
        DataValue? If(OptionalFields field) => (fields & field) != OptionalFields.None ? Next() : null;
        var report = new Report
        {
            ReportId = id,
            Fields = fields,
            SequenceNumber = (uint?)If(OptionalFields.SequenceNumber)?.AsUnsigned(),
            TimeOfEntry = If(OptionalFields.ReportTimeStamp) is { } time ? EntryTime.FromOctets(time.AsTimeOctets()).ToDateTimeOffset() : null,
            DataSet = If(OptionalFields.DataSetName)?.AsText(),
            BufferOverflow = If(OptionalFields.BufferOverflow)?.AsBoolean(),
            EntryId = If(OptionalFields.EntryId) is { } entry ? OctetString.From(entry.AsOctets()) : null,
            ConfigurationRevision = If(OptionalFields.ConfigurationRevision)?.AsUnsigned(),
            SubSequenceNumber = (uint?)If(OptionalFields.Segmentation)?.AsUnsigned(),
            MoreSegmentsFollow = If(OptionalFields.Segmentation)?.AsBoolean() ?? false,
            Members = [],
        };
        var inclusion = Next();
        var indexes = Enumerable.Range(0, inclusion.BitCount).Where(inclusion.Bit).ToList();
        var references = report.Has(OptionalFields.DataReference) ? indexes.Select(_ => Next().AsText()).ToList() : null;
        var values = indexes.Select(_ => Next()).ToList();
        var reasons = report.Has(OptionalFields.ReasonForInclusion) ? indexes.Select(_ => (TriggerConditions)Next().AsBits()).ToList() : null;
        return report with { MemberCount = inclusion.BitCount, Members = [.. indexes.Select((index, i) => new ReportMember(index, values[i], reasons?[i] ?? TriggerConditions.None, references?[i]))] };
    }

    /// <summary>
    /// The contents of the stanzas that carry a report: one, or its segments where it is larger than a PDU. Each member is encoded once.
    /// Empty where a single member is larger than a PDU: its value is never cut in two.
    /// </summary>
    public static IReadOnlyList<byte[]> Write(Report report, AssociationEnd end)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(end);
        var parts = new MemberParts(report, end.Dialect);
        var whole = report with { Fields = report.Fields & ~OptionalFields.Segmentation, SubSequenceNumber = null };
        if (Size(whole, parts, end) <= end.MaxPduSize)
        {
            return [Segment(whole, parts, 0, report.Members.Count, end)];
        }

        // Segments carry both segment fields whether the client asked for them or not: it could not put them together otherwise.
        var segmented = report with { Fields = report.Fields | OptionalFields.Segmentation, SubSequenceNumber = 0 };
        var room = end.MaxPduSize - SegmentSlack - Size(segmented, parts, end, withoutMembers: true);
        var segments = new List<byte[]>();
        for (var first = 0; first < report.Members.Count;)
        {
            var (next, left) = (first, room);
            while (next < report.Members.Count && parts.SizeOf(next) <= left)
            {
                left -= parts.SizeOf(next++);
            }

            if (next == first)
            {
                return [];
            }

            segments.Add(Segment(segmented with { SubSequenceNumber = (uint)segments.Count, MoreSegmentsFollow = next < report.Members.Count }, parts, first, next, end));
            first = next;
        }

        return segments;
    }

    private static int Size(Report report, MemberParts parts, AssociationEnd end, bool withoutMembers = false)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        WriteSegment(output, report, parts, 0, 0, end.Dialect);
        return output.WrittenCount + (withoutMembers ? 0 : parts.TotalSize);
    }

    private static byte[] Segment(Report report, MemberParts parts, int first, int next, AssociationEnd end)
    {
        var output = new ArrayBufferWriter<byte>(2048 + report.MemberCount + parts.SizeOf(first, next));
        WriteSegment(output, report, parts, first, next, end.Dialect);
        return AssociationEnvelope.Write(end.Id, output.WrittenSpan);
    }

    private static void WriteSegment(ArrayBufferWriter<byte> output, Report report, MemberParts parts, int first, int next, MmsDialect dialect)
    {
        var writer = new InformationReportWriter(output, dialect);
        writer.Start(ObjectName.Vmd("RPT"));
        writer.Add(DataValue.VisibleString(report.ReportId));
        writer.Add(DataValue.Bits((ulong)report.Fields, 10));
        AddIf(OptionalFields.SequenceNumber, DataValue.Unsigned(report.SequenceNumber ?? 0));
        AddIf(OptionalFields.ReportTimeStamp, EntryTime.From(report.TimeOfEntry ?? default).ToValue());
        AddIf(OptionalFields.DataSetName, DataValue.VisibleString(report.DataSet ?? ""));
        AddIf(OptionalFields.BufferOverflow, DataValue.Boolean(report.BufferOverflow ?? false));
        AddIf(OptionalFields.EntryId, DataValue.Octets(report.EntryId?.ToArray() ?? []));
        AddIf(OptionalFields.ConfigurationRevision, DataValue.Unsigned(report.ConfigurationRevision ?? 0));
        AddIf(OptionalFields.Segmentation, DataValue.Unsigned(report.SubSequenceNumber ?? 0));
        AddIf(OptionalFields.Segmentation, DataValue.Boolean(report.MoreSegmentsFollow));
        var included = new bool[report.MemberCount];
        for (var i = first; i < next; i++)
        {
            included[report.Members[i].Index] = true;
        }

        writer.Add(DataValue.Bits(included.AsSpan()));
        parts.WriteTo(output, first, next);
        writer.End();

        void AddIf(OptionalFields field, in DataValue value)
        {
            if (report.Has(field))
            {
                writer.Add(value);
            }
        }
    }
}
