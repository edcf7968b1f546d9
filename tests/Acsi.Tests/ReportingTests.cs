using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Buffered and unbuffered reporting (IEC 61850-7-2 §17).</summary>
public sealed class ReportingTests
{
    private const string Brcb = "LLN0$BR$brcbStatus01";
    private const string Urcb = "LLN0$RP$urcbMeas01";
    private readonly TestIed _ied = TestIed.PvInverter();

    [Fact] // Rp: the fields of an unbuffered report
    public void An_unbuffered_report_holds_the_fields_asked_for_and_never_those_of_buffered_ones()
    {
        var peer = _ied.Associate();
        Set(peer, Urcb, "OptFlds", DataValue.Bits(0x3FE, 10));
        Set(peer, Urcb, "RptEna", DataValue.Boolean(true));
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(500));
        var report = Client(Assert.Single(_ied.Reports(peer)));
        Assert.Equal("urcbMeas", report.ReportId);
        Assert.Equal(0u, report.SequenceNumber);
        Assert.Equal(_ied.Time.GetUtcNow(), report.TimeOfEntry);
        Assert.Equal("PV1LD0/LLN0$Measurements", report.DataSet);
        Assert.Null(report.EntryId);
        Assert.Null(report.BufferOverflow);
        var member = Assert.Single(report.Members);
        Assert.Equal("PV1LD0/MMXU1$MX$TotW", member.Reference);
        Assert.Equal(TriggerConditions.DataChange | TriggerConditions.QualityChange, member.Reason);
    }

    [Fact] // IEC 61850-7-2 §17.2.2: an integrity report is due each IntgPd while RptEna
    public void Integrity_report_comes_each_period()
    {
        var peer = _ied.Associate();
        Set(peer, Urcb, "IntgPd", DataValue.Unsigned(2_000));
        Set(peer, Urcb, "RptEna", DataValue.Boolean(true));
        _ied.Advance(6);
        Assert.Equal([0u, 1u, 2u], _ied.Reports(peer).Select(r => Client(r).SequenceNumber!.Value));
    }

    [Fact] // the period counts from the write, not from what was due before it
    public void A_new_integrity_period_counts_from_its_write()
    {
        var peer = _ied.Associate();
        Set(peer, Brcb, "IntgPd", DataValue.Unsigned(10_000));
        _ied.Advance(3);
        Set(peer, Brcb, "IntgPd", DataValue.Unsigned(2_000));
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        _ied.Advance(1.9);
        Assert.Empty(_ied.Reports(peer));
        _ied.Advance(0.2);
        Assert.Single(_ied.Reports(peer));
    }

    [Fact] // a defect in the middle of a step: state, values and entries are as before it
    public void A_step_that_fails_leaves_its_blocks_as_they_were()
    {
        var peer = _ied.Associate();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Set(peer, Urcb, "RptEna", DataValue.Boolean(true));
        var before = (_ied.Read(peer, Brcb).Value, _ied.Read(peer, Urcb).Value);
        var due = _ied.Server.NextDue;
        var failing = new FailingList(new ProcessValue(_ied.Model.Node("PV1LD0", "CSWI1$ST$Pos$stVal")!.FirstSlot, DataValue.Bits(1, 2), Quality.Good, _ied.Time.GetUtcNow()));
        Assert.Throws<InvalidOperationException>(() => _ied.Server.Update(failing));
        _ied.Server.Tick();
        _ied.Server.Undo();
        Assert.Equal(before, (_ied.Read(peer, Brcb).Value, _ied.Read(peer, Urcb).Value));
        Assert.Equal(due, _ied.Server.NextDue);
        Assert.Empty(_ied.Reports(peer));
        Switch(true);
        Assert.Single(_ied.Reports(peer));
    }

    [Fact] // what a step that failed had done to blocks, entries and calls is taken back as a whole
    public void A_step_that_is_undone_leaves_no_entry_and_no_purge_and_its_request_has_failed()
    {
        Switch(true);
        var peer = _ied.Associate();
        var before = _ied.Read(peer, Brcb).Value;
        foreach (var (attribute, value) in new[] { ("PurgeBuf", DataValue.Boolean(true)), ("IntgPd", DataValue.Unsigned(7_000)), ("RptEna", DataValue.Boolean(true)), ("GI", DataValue.Boolean(true)) })
        {
            _ied.Server.Handle(peer, "iq", new ConfirmedRequest(900, TestIed.Writing($"{Brcb}${attribute}", value)));
        }

        _ied.Server.Undo();
        _ied.Drain();
        Assert.IsType<ConfirmedError>(_ied.LateAnswer(peer));
        Assert.Null(_ied.LateAnswer(peer));
        Assert.Empty(peer.Outstanding);
        Assert.Equal(before, _ied.Read(peer, Brcb).Value);
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Assert.Equal("10", Assert.Single(_ied.Reports(peer).Select(Client)).Members.Single().Value.Items.First(i => i.BitCount == 2).ToString());
    }

    [Fact]
    public void A_general_interrogation_holds_all_members_and_reads_back_false()
    {
        var peer = _ied.Associate();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Set(peer, Brcb, "GI", DataValue.Boolean(true));
        var report = Client(Assert.Single(_ied.Reports(peer)));
        Assert.Equal(6, report.Members.Count);
        Assert.All(report.Members, m => Assert.Equal(TriggerConditions.GeneralInterrogation, m.Reason));
        Assert.False(_ied.Read(peer, Brcb + "$GI").Value.AsBoolean());
    }

    [Fact] // a data set that holds an object and a part of it: a change includes both
    public void A_change_includes_every_member_that_holds_it()
    {
        var scl = TestScl.Shipped;
        var at = scl.IndexOf("<FCDA", scl.IndexOf("<DataSet name=\"Measurements\"", StringComparison.Ordinal), StringComparison.Ordinal);
        var ied = new TestIed(scl.Insert(at, "<FCDA ldInst=\"LD0\" lnClass=\"MMXU\" lnInst=\"1\" doName=\"TotW\" daName=\"mag.f\" fc=\"MX\"/>"));
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, Urcb + "$OptFlds", DataValue.Bits(0x3FE, 10)));
        Assert.Null(ied.Write(peer, Urcb + "$RptEna", DataValue.Boolean(true)));
        ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(5));
        var members = Client(Assert.Single(ied.Reports(peer))).Members;
        Assert.Equal(["PV1LD0/MMXU1$MX$TotW$mag$f", "PV1LD0/MMXU1$MX$TotW"], members.Select(m => m.Reference).OrderByDescending(r => r!.Length));
    }

    [Fact] // each variable of a PDU is a write of its own
    public void Several_writes_of_one_attribute_in_one_PDU_make_an_entry_each()
    {
        var scl = TestScl.Shipped;
        var at = scl.IndexOf("<FCDA", scl.IndexOf("<DataSet name=\"Measurements\"", StringComparison.Ordinal), StringComparison.Ordinal);
        var ied = new TestIed(scl.Insert(at, "<FCDA ldInst=\"LD0\" lnClass=\"DWMX\" lnInst=\"1\" doName=\"RmpRteUse\" fc=\"SP\"/>"));
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, Urcb + "$RptEna", DataValue.Boolean(true)));
        var name = new VariableSpecification(ObjectName.In("PV1LD0", "DWMX1$SP$RmpRteUse$setVal"));
        var written = ied.Ask<WriteResponse>(peer, new WriteRequest(new VariableAccess.List([name, name, name]), [DataValue.Boolean(true), DataValue.Boolean(false), DataValue.Boolean(true)]));
        Assert.All(written.Results, r => Assert.Null(r));
        Assert.Equal(["true", "false", "true"], ied.Reports(peer).Select(r => Client(r).Members.Single().Value.Items[0].ToString()));
    }

    [Fact] // Br: buffering goes on while disabled and without any client
    public void What_happened_while_nobody_listened_is_sent_in_order_once_enabled()
    {
        Switch(true);
        Switch(false);
        Switch(true);
        var peer = _ied.Associate();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        var reports = _ied.Reports(peer).Select(Client).ToList();
        Assert.Equal([0u, 1u, 2u], reports.Select(r => r.SequenceNumber!.Value));
        Assert.Equal(["10", "01", "10"], reports.Select(r => r.Members.Single().Value.Items.First(i => i.BitCount == 2).ToString()));
        Assert.Equal(reports.Select(r => r.EntryId.ToString()), reports.Select(r => r.EntryId.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_full_buffer_drops_the_oldest_and_says_so_once()
    {
        var ied = TestIed.PvInverter(store: new MemoryStore(capacity: 2));
        for (var i = 0; i < 4; i++)
        {
            ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(i % 2 == 0 ? 1UL : 2UL, 2));
        }

        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, Brcb + "$RptEna", DataValue.Boolean(true)));
        Assert.Equal([true, false], ied.Reports(peer).Select(r => Client(r).BufferOverflow!.Value));
    }

    [Fact]
    public void Entries_that_were_sent_make_room_without_an_overflow()
    {
        var ied = TestIed.PvInverter(store: new MemoryStore(capacity: 2));
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, Brcb + "$RptEna", DataValue.Boolean(true)));
        for (var i = 0; i < 6; i++)
        {
            ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(i % 2 == 0 ? 1UL : 2UL, 2));
        }

        // The first one tells, for nobody said which entry he knows.
        Assert.Equal([true, false, false, false, false, false], ied.Reports(peer).Select(r => Client(r).BufferOverflow!.Value));
    }

    [Theory] // a change purges, the same value does not, OptFlds never does
    [InlineData("IntgPd", 900_000u, false)]
    [InlineData("IntgPd", 5_000u, true)]
    [InlineData("BufTm", 10u, true)]
    [InlineData("BufTm", 0u, false)]
    public void A_change_of_a_parameter_purges_the_buffer(string attribute, uint value, bool purges)
    {
        Switch(true);
        var peer = _ied.Associate();
        Set(peer, Brcb, attribute, DataValue.Unsigned(value));
        Set(peer, Brcb, "OptFlds", DataValue.Bits(0x3FE, 10));
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Assert.Equal(purges ? 0 : 1, _ied.Reports(peer).Count);
    }

    [Fact] // Br: PurgeBuf
    public void PurgeBuf_empties_the_buffer_and_reads_back_false()
    {
        Switch(true);
        var peer = _ied.Associate();
        Set(peer, Brcb, "PurgeBuf", DataValue.Boolean(true));
        Assert.False(_ied.Read(peer, Brcb + "$PurgeBuf").Value.AsBoolean());
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Assert.Empty(_ied.Reports(peer));
    }

    [Fact] // IEC 61850-7-2 §17.2.2.9: BufTm
    public void Triggers_within_BufTm_join_one_entry_and_a_second_one_of_a_member_starts_the_next()
    {
        var peer = _ied.Associate();
        Set(peer, Urcb, "BufTm", DataValue.Unsigned(1_000));
        Set(peer, Urcb, "RptEna", DataValue.Boolean(true));
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(1));
        _ied.Advance(0.3);
        _ied.Measure("MMXU1$MX$Hz$mag$f", DataValue.Float32(50));
        Assert.Empty(_ied.Reports(peer));
        _ied.Advance(0.3);
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(2));
        Assert.Equal(2, Client(Assert.Single(_ied.Reports(peer))).Members.Count);
        _ied.Advance(1.1);
        Assert.Single(Client(Assert.Single(_ied.Reports(peer))).Members);
    }

    [Fact]
    public void One_snapshot_never_straddles_two_reports()
    {
        var peer = _ied.Associate();
        Set(peer, Urcb, "RptEna", DataValue.Boolean(true));
        _ied.Measure(("MMXU1$MX$PhV$phsA$cVal$mag$f", DataValue.Float32(230)), ("MMXU1$MX$PhV$phsB$cVal$mag$f", DataValue.Float32(231)), ("MMXU1$MX$PhV$phsC$cVal$mag$f", DataValue.Float32(232)), ("MMXU1$MX$Hz$mag$f", DataValue.Float32(50)));
        Assert.Equal(2, Client(Assert.Single(_ied.Reports(peer))).Members.Count);
    }

    [Fact] // RpN, BrN: while enabled, only RptEna, GI; read-only attributes never
    public void What_may_not_be_written_is_refused()
    {
        var peer = _ied.Associate();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Write(peer, Brcb + "$BufTm", DataValue.Unsigned(5)));
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Write(peer, Brcb + "$RptEna", DataValue.Boolean(true)));
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(peer, Brcb + "$ConfRev", DataValue.Unsigned(5)));
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(peer, Brcb + "$SqNum", DataValue.Unsigned(5)));
        Assert.Equal(DataAccessError.TypeInconsistent, _ied.Write(peer, Brcb + "$RptEna", DataValue.Integer(0)));
        Set(peer, Brcb, "RptEna", DataValue.Boolean(false));
        Assert.Equal(DataAccessError.ObjectValueInvalid, _ied.Write(peer, Brcb + "$DatSet", DataValue.VisibleString("PV1LD0/LLN0$None")));
        Assert.Equal(DataAccessError.ObjectValueInvalid, _ied.Write(peer, Brcb + "$IntgPd", DataValue.Unsigned(50)));
    }

    [Fact]
    public void Another_data_set_raises_ConfRev_and_none_cannot_be_enabled()
    {
        var peer = _ied.Associate();
        Set(peer, Brcb, "DatSet", DataValue.VisibleString("PV1LD0/LLN0$Energy"));
        Assert.Equal(2u, _ied.Read(peer, Brcb + "$ConfRev").Value.AsUnsigned());
        Set(peer, Brcb, "DatSet", DataValue.VisibleString(""));
        Assert.Equal(DataAccessError.ObjectAttributeInconsistent, _ied.Write(peer, Brcb + "$RptEna", DataValue.Boolean(true)));
    }

    [Fact] // reservation
    public void A_reserved_block_is_unavailable_to_others_until_its_time_runs_out()
    {
        var first = _ied.Associate("a@dso.example/1");
        var second = _ied.Associate("b@dso.example/1");
        Set(first, Brcb, "ResvTms", DataValue.Integer(20));
        Assert.Equal("a@dso.example", System.Text.Encoding.UTF8.GetString(_ied.Read(second, Brcb + "$Owner").Value.AsOctets()));
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Write(second, Brcb + "$RptEna", DataValue.Boolean(true)));
        _ied.Server.Abort(first, AssociationEndCause.PeerGone, "gone");
        _ied.Advance(19);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Write(second, Brcb + "$RptEna", DataValue.Boolean(true)));
        Set(_ied.Associate("a@dso.example/2"), Brcb, "RptEna", DataValue.Boolean(true));
        Set(_ied.Server.Find(new("dso", "a@dso.example/2", "1"))!, Brcb, "RptEna", DataValue.Boolean(false));
        _ied.Server.Abort(_ied.Server.Find(new("dso", "a@dso.example/2", "1"))!, AssociationEndCause.PeerGone, "gone");
        _ied.Advance(21);
        Set(second, Brcb, "RptEna", DataValue.Boolean(true));
    }

    [Fact]
    public void The_first_write_reserves_an_unbuffered_block_and_the_end_of_the_association_frees_it()
    {
        var first = _ied.Associate("a@dso.example/1");
        var second = _ied.Associate("b@dso.example/1");
        Set(first, Urcb, "IntgPd", DataValue.Unsigned(1_000));
        Assert.True(_ied.Read(second, Urcb + "$Resv").Value.AsBoolean());
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Write(second, Urcb + "$RptEna", DataValue.Boolean(true)));
        _ied.Server.Abort(first, AssociationEndCause.PeerGone, "gone");
        Set(second, Urcb, "RptEna", DataValue.Boolean(true));
    }

    [Fact]
    public void Reports_wait_while_the_stream_is_down_and_come_once()
    {
        var peer = _ied.Associate();
        Set(peer, Brcb, "RptEna", DataValue.Boolean(true));
        _ied.Server.Suspend(peer, true);
        Switch(true);
        Assert.Empty(_ied.Reports(peer));
        _ied.Server.Suspend(peer, false);
        Assert.Single(_ied.Reports(peer));
        Assert.Empty(_ied.Reports(peer));
    }

    [Fact] // segmentation
    public void A_report_larger_than_the_PDU_comes_in_segments_and_no_value_is_cut()
    {
        var peer = _ied.Associate(pduSize: 8_192);
        Set(peer, Urcb, "DatSet", DataValue.VisibleString("PV1LD0/LLN0$Measurements"));
        Set(peer, Urcb, "OptFlds", DataValue.Bits(0x3FE & ~0x200UL, 10));
        Set(peer, Urcb, "RptEna", DataValue.Boolean(true));
        Set(peer, Urcb, "GI", DataValue.Boolean(true));
        var whole = Client(Assert.Single(_ied.Reports(peer)));
        Assert.Null(whole.SubSequenceNumber);

        // The same block for a peer with a tiny PDU, as no client may ask for, but as a great data set makes it.
        var ied = TestIed.PvInverter(new AcsiOptions { MinPduSize = 1_000 });
        var tiny = ied.Associate(pduSize: 2_600);
        Assert.Null(ied.Write(tiny, Urcb + "$RptEna", DataValue.Boolean(true)));
        Assert.Null(ied.Write(tiny, Urcb + "$GI", DataValue.Boolean(true)));
        var raw = ied.Reports(tiny);
        var segments = raw.Select(Client).ToList();
        Assert.True(segments.Count > 1);
        Assert.All(raw, r => Assert.True(MmsCodec.ToArray(new UnconfirmedPdu(r), MmsDialect.Tr2015).Length <= 2_600));
        Assert.Equal(Enumerable.Range(0, segments.Count).Select(i => (uint?)i), segments.Select(s => s.SubSequenceNumber));
        Assert.Single(segments.Select(s => s.SequenceNumber).Distinct());
        Assert.Equal([.. Enumerable.Repeat(true, segments.Count - 1), false], segments.Select(s => s.MoreSegmentsFollow));
        Assert.Equal(Enumerable.Range(0, 6), segments.SelectMany(s => s.Members).Select(m => m.Index));
    }

    private void Switch(bool on) => _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(on ? 1UL : 2UL, 2));

    private void Set(Association peer, string block, string attribute, DataValue value) => Assert.Null(_ied.Write(peer, $"{block}${attribute}", value));

    private static Report Client(InformationReport report) => ReportFormat.Read(report)!;

    /// <summary>A batch that breaks after its first value.</summary>
    private sealed class FailingList(ProcessValue first) : IReadOnlyList<ProcessValue>
    {
        public int Count => 2;

        public ProcessValue this[int index] => index == 0 ? first : throw new InvalidOperationException("a defect");

        public IEnumerator<ProcessValue> GetEnumerator() => throw new NotSupportedException();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
