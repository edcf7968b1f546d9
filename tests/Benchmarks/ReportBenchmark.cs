using System.Diagnostics;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Benchmarks;

/// <summary>Cutting a report of 1 600 members into segments: time and octets of the whole way from the record to the stanzas' contents.</summary>
internal static class ReportBenchmark
{
    public static void Run(RatioTable table)
    {
        const int count = 1_600;
        var measured = DataValue.Structure(DataValue.Structure(DataValue.Float32(1.5f)), Quality.Good.ToValue(), DataValue.UtcTime(0x6500000000000012));
        var report = new Report
        {
            ReportId = "brcbAll", Fields = OptionalFields.SequenceNumber | OptionalFields.ReportTimeStamp | OptionalFields.ReasonForInclusion | OptionalFields.DataReference | OptionalFields.EntryId,
            SequenceNumber = 1, TimeOfEntry = DateTimeOffset.UnixEpoch.AddYears(50), EntryId = OctetString.Of(new byte[8]), MemberCount = count,
            Members = [.. Enumerable.Range(0, count).Select(i => new ReportMember(i, measured, TriggerConditions.DataChange))],
            References = [.. Enumerable.Range(0, count).Select(i => $"PV1LD0/MMXU{i}$MX$TotW")],
        };
        var end = new AssociationEnd("1", MmsDialect.Tr2015).Negotiated(new InitiateResponse { LocalDetailCalled = 65_000 }, isCalling: false);
        var (times, allocated, octets) = (new List<double>(), 0L, 0L);
        for (var i = 0; i < 60; i++)
        {
            var (start, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            var segments = ReportFormat.Write(report, end);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            (allocated, octets) = (GC.GetAllocatedBytesForCurrentThread() - before, segments.Sum(s => (long)s.Length));
        }

        table.Add($"a report of {count} members in segments, {octets / 1000} kB", RatioTable.Median(times[20..]), " ms", 10, null);
        table.Add("allocated for it", allocated / 1e6, " MB", 2, null);
    }
}
