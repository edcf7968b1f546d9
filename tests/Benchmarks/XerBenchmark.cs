using System.Xml;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Benchmarks;

/// <summary>Decoding a report of 5 kB, against XmlReader merely walking the same octets.</summary>
internal static class XerBenchmark
{
    public static void Run(RatioTable table)
    {
        var measured = DataValue.Structure(DataValue.Structure(DataValue.Float32(1.5f)), Quality.Good.ToValue(), DataValue.UtcTime(0x6500000000000012));
        var results = new List<AccessResult> { DataValue.VisibleString("report"), DataValue.Bits(0x7E, 10), DataValue.Unsigned(5) };
        while (Encode(results).Length < 5_000)
        {
            results.Add(measured);
        }

        var xml = Encode(results);
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit };
        var (decode, walk) = RatioTable.Pair(
            () =>
            {
                if (MmsCodec.Read(xml).Pdu is null)
                {
                    throw new InvalidOperationException("The report was not decoded.");
                }
            },
            () =>
            {
                using var reader = XmlReader.Create(new MemoryStream(xml), settings);
                while (reader.Read())
                {
                }
            },
            rounds: 40,
            inner: 100);
        table.Add($"XER decode of a {xml.Length} octet report / XmlReader walking it", decode / walk, "", 0.9, 0.8);
    }

    private static byte[] Encode(List<AccessResult> results) =>
        MmsCodec.ToArray(new UnconfirmedPdu(new(new VariableAccess.Named(ObjectName.Vmd("RPT")), results.ToValueList())), MmsDialect.Tr2015);
}
