using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Log control blocks and logs (IEC 61850-7-2 §17.3): what is logged when, and how it is queried. Times and pages are in <see cref="JournalTests"/>.</summary>
public sealed class LogTests
{
    private const string Lcb = "LLN0$LG$EventLog";
    private const string Position = "CSWI1$ST$Pos$stVal";
    private static readonly IedModel Model = TestIed.Load(TestScl.Shipped);
    private static readonly ObjectName Log = ObjectName.In("PV1LD0", "LLN0$GeneralLog");
    private readonly MemoryStore _store = new(10_000);
    private readonly TestIed _ied;
    private readonly Association _peer;

    public LogTests()
    {
        _ied = new(Model, null, _store);
        _peer = Operator(_ied);
    }

    [Fact] // sLog1: GetLCBValues, in the order of IEC 61850-8-1; an empty log has zeros and equal times
    public void A_block_shows_its_log()
    {
        Assert.Equal("{true, PV1LD0/LLN0$GeneralLog, PV1LD0/LLN0$Status, 1984-01-01T00:00:00.000Z, 1984-01-01T00:00:00.000Z, 0000000000000000, 0000000000000000, 011000, 0}", _ied.Read(_peer, Lcb).Value.ToString());
        Turn(2);
        var (first, at) = (Assert.Single(Query()), _ied.Time.GetUtcNow());
        _ied.Advance(1);
        Turn(1);
        var last = Query()[^1];
        Assert.Equal((at, first.Id), (OfTime("OldEntrTm"), OfId("OldEntr")));
        Assert.Equal((at.AddSeconds(1), last.Id), (OfTime("NewEntrTm"), OfId("NewEntr")));

        DateTimeOffset OfTime(string name) => EntryTime.FromOctets(_ied.Read(_peer, $"{Lcb}${name}").Value.AsTimeOctets()).ToDateTimeOffset();
        OctetString OfId(string name) => OctetString.Of(_ied.Read(_peer, $"{Lcb}${name}").Value.AsOctets().ToArray());
    }

    [Fact] // sLog2: an event is one entry, of each triggered member its value and its reason
    public void An_event_is_an_entry()
    {
        Turn(1);
        Turn(2);
        _ied.Advance(1);
        _ied.Measure(Position, CodedEnum.ToValue(2), Quality.Invalid);
        _ied.Advance(1);
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(5));
        var entries = Query().Skip(1).ToList();
        Assert.Equal(2, entries.Count);
        Assert.Equal(["PV1LD0/CSWI1$ST$Pos", "ReasonCode"], entries[0].Variables.Select(v => v.Tag));
        Assert.Equal(["PV1LD0/CSWI1$ST$Pos", "ReasonCode"], entries[1].Variables.Select(v => v.Tag));
        Assert.Equal(["0100000", "0010000"], entries.Select(e => e.Variables[1].Value.ToString()));
        Assert.Equal(CodedEnum.ToValue(2), entries[0].Variables[0].Value.Items[Model.Node("PV1LD0", "CSWI1$ST$Pos")!.Children.Select(c => c.Name).ToList().IndexOf("stVal")]);
    }

    [Fact] // sLog3: that logging ends and begins is logged
    public void Turning_it_off_and_on_is_an_entry_each()
    {
        Assert.Null(Set("LogEna", DataValue.Boolean(false)));
        Turn(2);
        Assert.Null(Set("LogEna", DataValue.Boolean(true)));
        Assert.Null(Set("LogEna", DataValue.Boolean(true)));
        Assert.Equal(["false", "true"], Query().Select(e => Assert.Single(e.Variables, v => v.Tag == "PV1LD0/LLN0$LG$EventLog$LogEna").Value.ToString()));
        Assert.All(Query(), e => Assert.Equal("0000001", e.Variables[1].Value.ToString()));
    }

    [Fact] // sLog4: the other attributes, while it is off; what is logged follows them
    public void What_is_logged_can_be_changed_while_it_is_off()
    {
        foreach (var (attribute, value) in new[] { ("LogRef", DataValue.VisibleString("")), ("DatSet", DataValue.VisibleString("PV1LD0/LLN0$Measurements")), ("TrgOps", DataValue.Bits(0x12, 6)), ("IntgPd", DataValue.Unsigned(5_000)) })
        {
            Assert.Equal(DataAccessError.TemporarilyUnavailable, Set(attribute, value));
        }

        Assert.Null(Set("LogEna", DataValue.Boolean(false)));
        Assert.Null(Set("DatSet", DataValue.VisibleString("PV1LD0/LLN0$Measurements")));
        Assert.Null(Set("TrgOps", DataValue.Bits((ulong)TriggerConditions.Integrity, 6)));
        Assert.Null(Set("IntgPd", DataValue.Unsigned(5_000)));
        Assert.Null(Set("LogEna", DataValue.Boolean(true)));
        var before = Query().Count;
        _ied.Advance(12);
        var entries = Query().Skip(before).ToList();
        Assert.Equal(2, entries.Count);
        Assert.All(entries, e => Assert.Equal((12, "0000100"), (e.Variables.Count, e.Variables[1].Value.ToString())));

        // And it is so after a restart.
        var after = new TestIed(Model, null, _store, null, new(_ied.Time.GetUtcNow()));
        Assert.Equal("PV1LD0/LLN0$Measurements", after.Read(Operator(after), Lcb + "$DatSet").Value.AsText());
        after.Advance(5.1);
        Assert.Equal(before + 3, Query(after).Count);
    }

    [Theory] // sLogN1
    [InlineData("LogEna", 1, 7)]
    [InlineData("LogRef", "PV1LD0/LLN0$Other", 11)]
    [InlineData("DatSet", "PV1LD0/LLN0$None", 11)]
    [InlineData("DatSet", "@mine", 11)]
    [InlineData("TrgOps", 1, 7)]
    [InlineData("IntgPd", 99, 11)]
    [InlineData("OldEntr", 1, 3)]
    [InlineData("NewEntrTm", 1, 3)]
    public void What_cannot_be_set_is_refused(string attribute, object value, int failure)
    {
        Assert.Null(Set("LogEna", DataValue.Boolean(false)));
        Assert.Equal((DataAccessError)failure, Set(attribute, value is string text ? DataValue.VisibleString(text) : DataValue.Unsigned((ulong)(int)value)));
        Assert.Equal("PV1LD0/LLN0$GeneralLog", _ied.Read(_peer, Lcb + "$LogRef").Value.AsText());
    }

    [Theory] // sLogN2: with nothing to log, or nowhere to log it, it is not enabled
    [InlineData("LogRef")]
    [InlineData("DatSet")]
    public void Nothing_is_logged_nowhere(string attribute)
    {
        Assert.Null(Set("LogEna", DataValue.Boolean(false)));
        Assert.Null(Set(attribute, DataValue.VisibleString("")));
        Assert.Equal(DataAccessError.ObjectValueInvalid, Set("LogEna", DataValue.Boolean(true)));
    }

    [Fact] // LogSettings of the SCL file
    public void What_the_file_fixes_is_not_changed()
    {
        var ied = new TestIed(TestScl.Shipped.Replace("<ConfLogControl max=\"4\"/>", "<ConfLogControl max=\"4\"/><LogSettings logEna=\"Dyn\" datSet=\"Conf\" trgOps=\"Fix\" intgPd=\"Conf\"/>", StringComparison.Ordinal));
        var peer = Operator(ied);
        Assert.Null(ied.Write(peer, Lcb + "$LogEna", DataValue.Boolean(false)));
        Assert.Equal(DataAccessError.ObjectAccessDenied, ied.Write(peer, Lcb + "$DatSet", DataValue.VisibleString("PV1LD0/LLN0$Measurements")));
        Assert.Equal(DataAccessError.ObjectAccessDenied, ied.Write(peer, Lcb + "$TrgOps", DataValue.Bits(0x12, 6)));
        Assert.Null(ied.Write(peer, Lcb + "$DatSet", DataValue.VisibleString("PV1LD0/LLN0$Status")));
    }

    [Fact] // several blocks feed one log, also from another logical device; a data set that is logged is not deleted
    public void Several_blocks_feed_one_log()
    {
        var scl = TestScl.Shipped.Replace("<LogControl name=\"EventLog\"", "<LogControl name=\"Power\" datSet=\"Measurements\" logName=\"GeneralLog\" ldInst=\"LD0\"><TrgOps dchg=\"true\"/></LogControl><LogControl name=\"EventLog\"", StringComparison.Ordinal);
        var ied = new TestIed(scl);
        var peer = Operator(ied);
        ied.Measure((Position, CodedEnum.ToValue(1)), ("MMXU1$MX$TotW$mag$f", DataValue.Float32(7)));
        Assert.Equal(["PV1LD0/CSWI1$ST$Pos", "PV1LD0/MMXU1$MX$TotW"], Query(ied, peer).Select(e => e.Variables[0].Tag).Order());
        Assert.Equal(["LLN0$GeneralLog"], ied.Ask<GetNameListResponse>(peer, new GetNameListRequest(ObjectClass.Journal, NameScope.Domain, "PV1LD0")).Identifiers);

        ied.Ask<DefineNamedVariableListResponse>(peer, new DefineNamedVariableListRequest(ObjectName.In("PV1LD0", "LLN0$mine"), [new(ObjectName.In("PV1LD0", "MMXU1$MX$TotW"))]));
        Assert.Null(ied.Write(peer, "LLN0$LG$Power$LogEna", DataValue.Boolean(false)));
        Assert.Null(ied.Write(peer, "LLN0$LG$Power$DatSet", DataValue.VisibleString("PV1LD0/LLN0$mine")));
        Assert.IsType<ConfirmedError>(ied.Ask(peer, new DeleteNamedVariableListRequest(ScopeOfDelete.Specific, [ObjectName.In("PV1LD0", "LLN0$mine")])));
    }

    [Fact] // LOGGING is a right of its own, CONFIG that to remove; of an entry everybody sees what he may read
    public void Everybody_reads_of_a_log_what_he_may()
    {
        Turn(2);
        _ied.Measure("DGEN1$ST$DEROpSt$stVal", DataValue.Integer(1));
        var plain = _ied.Associate("plain@dso.example/1", Right.View | Right.Read);
        Assert.Equal("access/object-access-denied", Class(_ied.Ask(plain, new ReadJournalRequest(Log))));
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(plain, Lcb + "$LogEna", DataValue.Boolean(false)));
        var reader = _ied.Associate("reader@dso.example/1", Right.View | Right.Read | Right.Logging, area: ["PV1LD0/LLN0", "PV1LD0/CSWI*"]);
        Assert.Equal("access/object-access-denied", Class(_ied.Ask(reader, new InitializeJournalRequest(Log))));
        Assert.Equal(["PV1LD0/CSWI1$ST$Pos"], Query(_ied, reader).Select(e => e.Variables[0].Tag));
        var other = _ied.Associate("other@dso.example/1", Right.View | Right.Read | Right.Logging, area: ["PV1LD0/MMXU*"]);
        Assert.Equal("access/object-non-existent", Class(_ied.Ask(other, new ReadJournalRequest(Log))));
        Assert.Equal("access/object-non-existent", Class(_ied.Ask(_peer, new ReadJournalRequest(ObjectName.In("PV1LD0", "LLN0$None")))));
        Assert.Equal("access/object-non-existent", Class(_ied.Ask(_peer, new InitializeJournalRequest(ObjectName.Vmd("x")))));
    }

    [Fact] // durable: an entry is told when it is committed, and is there after a power cut
    public void What_was_told_is_there_after_a_power_cut()
    {
        var store = new LateStore(10_000);
        var ied = new TestIed(Model, null, store);
        var peer = Operator(ied);
        ied.Measure(Position, CodedEnum.ToValue(2));
        ied.Server.Handle(peer, "q", new ConfirmedRequest(77, new ReadJournalRequest(Log)));
        ied.Drain();
        Assert.Null(ied.LateAnswer(peer));
        Assert.Empty(Query(new TestIed(Model, null, store.AfterPowerCut())));
        store.Succeed();
        ied.Drain();
        Assert.Single(Assert.IsType<ReadJournalResponse>(Assert.IsType<ConfirmedResponse>(ied.LateAnswer(peer)).Service).Entries);
        Assert.Single(Query(new TestIed(Model, null, store.AfterPowerCut())));
    }

    [Fact] // a store that takes nothing: entries are lost, and that is said; the log goes on afterwards
    public void What_the_store_does_not_take_is_lost_and_said()
    {
        var store = new LateStore(10_000) { IsPrompt = true };
        var ied = new TestIed(Model, null, store);
        var peer = Operator(ied);
        ied.Measure(Position, CodedEnum.ToValue(2));
        store.IsPrompt = false;
        ied.Advance(1);
        ied.Measure(Position, CodedEnum.ToValue(1));
        store.FailForLong(ied);
        ied.Measure(Position, CodedEnum.ToValue(2));
        Assert.Single(Query(ied, peer));
        Assert.Contains(ied.Left.OfType<AcsiEffect.Log>(), l => l.Text.Contains("entries of the log were lost", StringComparison.Ordinal));
        store.Recover(ied);
        ied.Measure(Position, CodedEnum.ToValue(1));
        Assert.Equal(2, Query(ied, peer).Count);
        Assert.Equal(Query(ied, peer)[^1].Id.Span.ToArray(), ied.Read(peer, Lcb + "$NewEntr").Value.AsOctets().ToArray());
    }

    [Fact] // a disk that neither gives nor takes: whoever queries is told, and everything else goes on
    public void A_log_that_cannot_be_read_stops_nobody()
    {
        var store = new LateStore(10_000) { IsPrompt = true };
        var ied = new TestIed(Model, null, store);
        var peer = Operator(ied);
        ied.Measure(Position, CodedEnum.ToValue(2));
        store.Unreadable = Journal.Prefix + Log;
        Assert.Equal(ErrorClass.Resource, Assert.IsType<ConfirmedError>(ied.Ask(peer, new ReadJournalRequest(Log))).Error.Class);
        store.IsPrompt = false;
        ied.Advance(1);
        ied.Measure(Position, CodedEnum.ToValue(1));
        store.FailForLong(ied);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, ied.Write(peer, "MMXU1$CF$TotW$db", DataValue.Unsigned(7)));
        store.Recover(ied);
        Assert.Null(ied.Write(peer, "MMXU1$CF$TotW$db", DataValue.Unsigned(7)));
        ied.Measure(Position, CodedEnum.ToValue(2));
        store.Unreadable = "";
        Assert.Equal(2, Query(ied, peer).Count);
        Assert.Equal(Query(ied, peer)[^1].Id.Span.ToArray(), ied.Read(peer, Lcb + "$NewEntr").Value.AsOctets().ToArray());

        // Nor does one that cannot be read at the start.
        store.Unreadable = Journal.Prefix + Log;
        var again = new TestIed(Model, null, store, null, new(ied.Time.GetUtcNow()));
        again.Measure(Position, CodedEnum.ToValue(1));
        store.Unreadable = "";
        Assert.Equal(3, Query(again).Count);
        Assert.Equal(Query(again)[0].Id.Span.ToArray(), again.Read(Operator(again), Lcb + "$OldEntr").Value.AsOctets().ToArray());
    }

    private static Association Operator(TestIed ied) => ied.Associate("log@dso.example/1", (Right)0xFFF);

    private static string Class(MmsPdu? answer) => Assert.IsType<ConfirmedError>(answer).Error.ToString().Split(':')[0];

    private void Turn(long position) => _ied.Measure(Position, CodedEnum.ToValue(position));

    private DataAccessError? Set(string attribute, DataValue value) => _ied.Write(_peer, $"{Lcb}${attribute}", value);

    private ValueList<JournalEntry> Query() => Query(_ied, _peer);

    private static ValueList<JournalEntry> Query(TestIed ied, Association? peer = null) => ied.Ask<ReadJournalResponse>(peer ?? Operator(ied), new ReadJournalRequest(Log)).Entries;
}
