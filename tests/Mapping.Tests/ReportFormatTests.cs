using CsCheck;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Mapping.Tests;

/// <summary>Reports as they go on the wire (IEC 61850-8-1 §17.2): what one side writes the other reads, in one piece or in segments.</summary>
public sealed class ReportFormatTests
{
    private const OptionalFields All = OptionalFields.SequenceNumber | OptionalFields.ReportTimeStamp | OptionalFields.ReasonForInclusion | OptionalFields.DataSetName
        | OptionalFields.DataReference | OptionalFields.BufferOverflow | OptionalFields.EntryId | OptionalFields.ConfigurationRevision;

    [Fact]
    public void What_is_written_is_read_in_both_dialects()
    {
        foreach (var dialect in MmsDialect.All)
        {
            var report = Some(count: 20, included: [0, 3, 19], All);
            var read = Assert.Single(Segments(report, dialect, 65_000));
            Assert.Equal(report with { Members = [], References = null }, read with { Members = [] });
            Assert.Equal(report.Members.Select(m => m with { Reference = $"LD/LN$MX$M{m.Index}" }), read.Members);
        }
    }

    [Fact] // any fields, any members, any size of PDU: no value is cut, none is lost or doubled, every segment fits
    public void Segments_hold_every_member_once_and_in_order_whatever_the_size()
    {
        var cases = Gen.Select(Gen.Int[1, 200], Gen.Int[0, 0x1FF], Gen.Int[2_600, 20_000], Gen.Bool, Gen.Int);
        cases.Sample((count, fields, size, isEdition, seed) =>
        {
            var random = new Random(seed);
            var included = Enumerable.Range(0, count).Where(_ => random.Next(4) > 0).DefaultIfEmpty(0).ToArray();
            var report = Some(count, included, (OptionalFields)((fields << 1) & (int)All));
            var dialect = isEdition ? MmsDialect.Ed2018 : MmsDialect.Tr2015;
            var segments = Segments(report, dialect, size);
            Assert.Equal(report.Members.Select(m => m.Value), segments.SelectMany(s => s.Members).Select(m => m.Value));
            Assert.Equal(included, segments.SelectMany(s => s.Members).Select(m => m.Index));
            Assert.All(segments, s => Assert.Equal(count, s.MemberCount));
            if (segments.Count == 1)
            {
                Assert.Null(segments[0].SubSequenceNumber);
                return;
            }

            Assert.Equal(Enumerable.Range(0, segments.Count).Select(i => (uint?)i), segments.Select(s => s.SubSequenceNumber));
            Assert.Equal([.. Enumerable.Repeat(true, segments.Count - 1), false], segments.Select(s => s.MoreSegmentsFollow));
        }, iter: 300);
    }

    [Fact]
    public void A_member_larger_than_a_PDU_is_never_cut()
    {
        var report = Some(3, [0, 1, 2], All) with { Members = [new(1, DataValue.VisibleString(new string('x', 5_000)), TriggerConditions.DataChange)] };
        Assert.Empty(ReportFormat.Write(report, End(MmsDialect.Tr2015, 3_000)));
    }

    private static List<Report> Segments(Report report, MmsDialect dialect, int size)
    {
        var end = End(dialect, size);
        var envelopes = ReportFormat.Write(report, end).Select(s => AssociationEnvelope.Read(new[] { "<message>"u8.ToArray(), s, "</message>"u8.ToArray() }.SelectMany(o => o).ToArray(), out _)!).ToList();
        Assert.All(envelopes, e => Assert.True(e.Pdu.Length <= size));
        return [.. envelopes.Select(e => ReportFormat.Read(((UnconfirmedPdu)end.Read(e).Pdu!).Report)!)];
    }

    private static AssociationEnd End(MmsDialect dialect, int size) => new AssociationEnd("1", dialect).Negotiated(new InitiateResponse { LocalDetailCalled = size }, isCalling: false);

    private static Report Some(int count, int[] included, OptionalFields fields)
    {
        bool Has(OptionalFields field) => (fields & field) != OptionalFields.None;
        return new()
        {
            ReportId = "rpt<1>",
            Fields = fields,
            SequenceNumber = Has(OptionalFields.SequenceNumber) ? 65_535 : null,
            TimeOfEntry = Has(OptionalFields.ReportTimeStamp) ? new DateTimeOffset(2026, 11, 25, 12, 0, 0, 250, TimeSpan.Zero) : null,
            DataSet = Has(OptionalFields.DataSetName) ? "LD/LN$ds" : null,
            BufferOverflow = Has(OptionalFields.BufferOverflow) ? true : null,
            EntryId = Has(OptionalFields.EntryId) ? OctetString.From([0, 1, 2, 3, 4, 5, 6, 7]) : null,
            ConfigurationRevision = Has(OptionalFields.ConfigurationRevision) ? 7UL : null,
            MemberCount = count,
            Members = [.. included.Select(i => new ReportMember(i, DataValue.Structure(DataValue.Float32(i), DataValue.Bits(0, 13)), Has(OptionalFields.ReasonForInclusion) ? TriggerConditions.DataChange : TriggerConditions.None))],
            References = [.. Enumerable.Range(0, count).Select(i => $"LD/LN$MX$M{i}")],
        };
    }
}
