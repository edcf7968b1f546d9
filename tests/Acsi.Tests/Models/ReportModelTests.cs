using CsCheck;
using DerAgent.Mapping;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>Whatever clients write to report control blocks, and whatever happens meanwhile: answers, attributes and reports are those of the reference model.</summary>
public sealed class ReportModelTests
{
    private static readonly IedModel Model = TestIed.PvInverter().Model;
    private static readonly string[] Clients = ["a@dso.example/1", "a@dso.example/2", "b@dso.example/1"];

    private static readonly (string Attribute, object Value)[] Writes =
    [
        ("RptEna", true), ("RptEna", true), ("RptEna", true), ("RptEna", false), ("GI", true), ("GI", true), ("GI", false), ("PurgeBuf", true), ("PurgeBuf", false),
        ("Resv", true), ("Resv", false), ("ResvTms", 5L), ("ResvTms", 0L), ("ResvTms", -2L),
        ("DatSet", "PV1LD0/LLN0$Status"), ("DatSet", "PV1LD0/LLN0$Measurements"), ("DatSet", "PV1LD0/LLN0$None"), ("DatSet", ""),
        ("RptID", "one"), ("RptID", ""), ("OptFlds", 0x3FEUL & ~0x1UL), ("OptFlds", 0x1DEUL), ("BufTm", 0UL), ("BufTm", 300UL), ("BufTm", 2_000UL),
        ("TrgOps", 0x32UL), ("TrgOps", 0x02UL), ("TrgOps", 0x12UL), ("TrgOps", 0UL), ("IntgPd", 0UL), ("IntgPd", 50UL), ("IntgPd", 700UL), ("IntgPd", 900_000UL),
        ("EntryID", "first"), ("EntryID", "middle"), ("EntryID", "last"), ("EntryID", 0), ("EntryID", -1),
        ("ConfRev", 5UL), ("SqNum", 5UL), ("Owner", "x"),
    ];

    private static readonly Gen<(int Kind, int Client, int Block, int Write, int Argument)[]> Moves =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, Writes.Length - 1], Gen.Int[0, 40]).Array[1, 60];

    [Fact] // sRp, sBr and their negative cases, in whatever order
    public void Report_control_blocks_do_what_the_semantics_say() => Moves.Sample(
        moves =>
        {
            var world = new World();
            foreach (var move in moves)
            {
                world.Move(move.Kind, Clients[move.Client], move.Block, move.Write, move.Argument);
                world.Compare();
            }
        },
        iter: 2_000,
        threads: 2);

    private sealed class World
    {
        private readonly TestIed _ied = new(Model);
        private readonly Dictionary<string, Association> _peers = [];
        private readonly Association _observer;
        private readonly (string Item, ReportModel Model, Dictionary<int, long> Ids, List<(string Client, Report Report)> Seen)[] _blocks;
        private int _associations;
        private bool _isOn;
        private float _power;

        public World()
        {
            _observer = _ied.Associate("observer@dso.example/1");
            Array.ForEach(Clients, Associate);
            _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(_power));
            Turn();

            // What came before this is in no model.
            Assert.Null(_ied.Write(_observer, "LLN0$BR$brcbStatus01$PurgeBuf", DataValue.Boolean(true)));
            Assert.Null(_ied.Write(_observer, "LLN0$BR$brcbStatus01$ResvTms", DataValue.Integer(0)));
            var start = _ied.Time.GetUtcNow();
            _blocks =
            [
                ("LLN0$BR$brcbStatus01", Block(true, "PV1LD0/LLN0$BR$brcbStatus01", start), [], []),
                ("LLN0$RP$urcbMeas01", Block(false, "PV1LD0/LLN0$RP$urcbMeas01", start), [], []),
            ];
        }

        public void Move(int kind, string client, int at, int write, int argument)
        {
            var now = _ied.Time.GetUtcNow();
            switch (kind)
            {
                case 0:
                    Turn();
                    Array.ForEach(_blocks, b => b.Model.Change("PV1LD0/LLN0$Status", 3, now));
                    break;
                case 1:
                    _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(++_power));
                    Array.ForEach(_blocks, b => b.Model.Change("PV1LD0/LLN0$Measurements", 0, now));
                    break;
                case 2:
                    Advance(now.AddMilliseconds(argument * argument * 10));
                    break;
                case 3 when argument % 3 == 0:
                    Take();
                    _ied.Server.Abort(_peers[client], AssociationEndCause.PeerGone, "gone");
                    _ied.Drain();
                    Array.ForEach(_blocks, b => b.Model.End(client, now));
                    Associate(client);
                    break;
                default:
                    Write(client, at, Writes[write]);
                    break;
            }
        }

        /// <summary>Answers are compared where they come; attributes and reports here.</summary>
        public void Compare()
        {
            Take();
            foreach (var (item, model, ids, seen) in _blocks)
            {
                var node = Model.Node("PV1LD0", item)!;
                var whole = _ied.Read(_observer, item).Value;
                foreach (var (name, value) in model.Attributes())
                {
                    Assert.Equal((item, name, value), (item, name, whole.Items[node.Children.Select(c => c.Name).ToList().IndexOf(name)]));
                }

                Assert.Equal(model.Reports.Count, seen.Count);
                for (var i = 0; i < seen.Count; i++)
                {
                    CompareReport(model.Reports[i], seen[i], ids, model);
                }

                model.Reports.Clear();
                seen.Clear();
                if (model.NewestShown is { } newest && (newest == 0 || ids.ContainsKey(newest)))
                {
                    Assert.Equal(newest == 0 ? 0 : ids[newest], IdOf(whole.Items[node.Children.Select(c => c.Name).ToList().IndexOf("EntryID")].AsOctets()));
                }
            }
        }

        private static void CompareReport((string Client, ReportModel.Expected Report) expected, (string Client, Report Report) actual, Dictionary<int, long> ids, ReportModel model)
        {
            var (entry, report) = (expected.Report.Entry, actual.Report);
            Assert.Equal((expected.Client, expected.Report.ReportId), (actual.Client, report.ReportId));
            Assert.Equal(expected.Report.SequenceNumber, report.SequenceNumber ?? expected.Report.SequenceNumber);
            Assert.Equal(expected.Report.HasOverflow, report.BufferOverflow ?? expected.Report.HasOverflow);
            Assert.Equal(expected.Report.DataSet, report.DataSet ?? expected.Report.DataSet);
            Assert.Equal(entry.Members, report.Members.Select(m => m.Index));
            if (report.Fields.HasFlag(OptionalFields.ReasonForInclusion))
            {
                var reason = entry.Kind switch { "gi" => TriggerConditions.GeneralInterrogation, "integrity" => TriggerConditions.Integrity, _ => TriggerConditions.DataChange };
                Assert.All(report.Members, m => Assert.Equal(reason, m.Reason));
            }

            if (report.EntryId is { } octets)
            {
                var id = IdOf(octets.Span);
                Assert.Equal(ids.GetValueOrDefault(entry.Number, id), id);
                Assert.All(ids.Where(k => k.Key != entry.Number), k => Assert.Equal(k.Key < entry.Number, k.Value < id));
                ids[entry.Number] = id;
            }
        }

        private void Write(string client, int at, (string Attribute, object Value) write)
        {
            var (item, model, ids, _) = _blocks[at];
            var (attribute, value) = write;
            if (at == 0 ? attribute == "Resv" : attribute is "ResvTms" or "PurgeBuf" or "EntryID")
            {
                return;
            }

            if (value is string place && attribute == "EntryID")
            {
                var known = model.Buffer.Where(e => ids.ContainsKey(e.Number)).ToList();
                value = known.Count == 0 ? 0 : known[place switch { "first" => 0, "middle" => known.Count / 2, _ => ^1 }].Number;
            }

            var data = (attribute, value) switch
            {
                ("EntryID", int number) => DataValue.Octets(number switch { 0 => new byte[8], -1 => [1, 2, 3, 4, 5, 6, 7, 8], _ => Octets(ids[number]) }),
                ("OptFlds", ulong bits) => DataValue.Bits(bits, 10),
                ("TrgOps", ulong bits) => DataValue.Bits(bits, 6),
                ("Owner", _) => DataValue.Octets([1]),
                (_, bool flag) => DataValue.Boolean(flag),
                (_, long number) => DataValue.Integer(number),
                (_, ulong number) => DataValue.Unsigned(number),
                (_, string text) => DataValue.VisibleString(text),
                _ => throw new InvalidOperationException(attribute),
            };
            Assert.Equal((attribute, value, model.Write(client, attribute, value, _ied.Time.GetUtcNow())), (attribute, value, _ied.Write(_peers[client], $"{item}${attribute}", data)));
        }

        private void Advance(DateTimeOffset end)
        {
            while (_blocks.Select(b => b.Model.Due).Min() is { } due && due <= end)
            {
                Array.ForEach(_blocks, b => b.Model.Tick(due));
            }

            _ied.Advance((end - _ied.Time.GetUtcNow()).TotalSeconds);
        }

        private void Take()
        {
            foreach (var client in Clients)
            {
                foreach (var report in _ied.Reports(_peers[client]).Select(ReportFormat.Read).OfType<Report>())
                {
                    // EntryID stands in every report of the buffered block, whatever options are written here, and never in another's.
                    var block = report.EntryId is not null ? 0 : 1;
                    _blocks[block].Seen.Add((client, report));
                }
            }
        }

        private void Turn()
        {
            _isOn = !_isOn;
            _ied.Measure("CSWI1$ST$Pos$stVal", CodedEnum.ToValue(_isOn ? 2 : 1));
        }

        private void Associate(string client) => _peers[client] = _ied.Associate(client, id: $"{++_associations}");

        private static ReportModel Block(bool isBuffered, string reference, DateTimeOffset start)
        {
            var node = Model.Node("PV1LD0", reference["PV1LD0/".Length..])!;
            DataValue Of(string name) => node.Child(name)!.InitialValue;
            return new(isBuffered, reference, Of("RptID").AsText(), Of("DatSet").AsText(), Of("OptFlds").AsBits(), Of("BufTm").AsUnsigned(), Of("TrgOps").AsBits(), Of("IntgPd").AsUnsigned(), start);
        }

        private static long IdOf(ReadOnlySpan<byte> octets) => System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(octets);

        private static byte[] Octets(long id)
        {
            var octets = new byte[8];
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(octets, id);
            return octets;
        }
    }
}
