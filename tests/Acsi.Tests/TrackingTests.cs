using System.Text;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Service tracking (IEC 61850-7-2 §22) and the audit: every service that is no query leaves one record, and both are made of it.</summary>
public sealed class TrackingTests
{
    private const string Limit = "DWMX1$CO$WMaxSptPct$Oper";
    private const string LocSta = "LLN0$CO$LocSta";
    private const string Position = "CSWI1$CO$Pos";
    private const string Brcb = "LLN0$BR$brcbStatus01";
    private readonly MemoryStore _store = new();
    private readonly TestIed _ied;

    public TrackingTests() => _ied = new TestIed(TrackingScl.Text(), null, _store);

    [Fact] // sTrk: Operate and CommandTermination
    public void A_command_is_tracked_when_it_is_accepted_and_when_it_has_ended()
    {
        var peer = Auditor(_ied);
        var trackers = Watch(peer);
        Assert.Null(_ied.Write(peer, Limit, _ied.Command(Analogue(50))));
        _ied.HardwareObeys();
        var reports = trackers();
        Assert.Equal(["46 0 25", "47 0 25"], reports.Select(Control));
        Assert.All(reports, r => Assert.Equal(("ApcFTrk", "PV1LD0/DWMX1.WMaxSptPct", "control@dso.example"), (r.Name, Text(r, "objRef"), Octets(r, "originatorID"))));
        Assert.Equal((50, 7u, 3), (Member(reports[0], "ctlVal").Items[0].AsDouble(), Member(reports[0], "ctlNum").AsUnsigned(), Member(reports[0], "origin").Items[0].AsInteger()));
        Assert.Equal(_ied.Time.GetUtcNow(), Timestamp.FromValue(Member(reports[0], "t")).ToDateTimeOffset());
    }

    [Fact] // a negative service is tracked with what it asked for
    public void A_command_that_is_refused_is_tracked_with_its_cause()
    {
        var peer = Auditor(_ied);
        var trackers = Watch(peer);
        Assert.NotNull(_ied.Write(peer, Limit, _ied.Command(Analogue(150))));
        var refused = Assert.Single(trackers());
        Assert.Equal(("46 6 26", 150), (Control(refused), Member(refused, "ctlVal").Items[0].AsDouble()));
        Assert.Null(_ied.Write(peer, Limit, _ied.Command(Analogue(50))));
        _ied.Server.CommandCompleted(_ied.Commands.Dequeue().Id, new(AddCause.AbortionDueToDeviation, "it reads 40"));
        Assert.Equal(["46 0 25", "47 12 22"], trackers().Select(Control));
    }

    [Fact] // Select, SelectWithValue, Cancel, and what nobody asked for
    public void Selections_are_tracked_and_their_ends_too()
    {
        var peer = Auditor(_ied);
        var trackers = Watch(peer);
        _ied.Read(peer, LocSta + "$SBO");
        _ied.Read(peer, LocSta + "$SBO");
        _ied.Advance(31);
        Assert.Equal(["SpcTrk 43 0 25", "SpcTrk 43 2 19", "SpcTrk 54 12 16"], trackers().Select(r => $"{r.Name} {Control(r)}"));

        _ied.Write(peer, Position + "$SBOw", _ied.Command(DataValue.Boolean(false)));
        var cancel = DataValue.Structure([.. _ied.Command(DataValue.Boolean(false)).Items.Take(5)]);
        _ied.Write(peer, Position + "$Cancel", cancel);
        _ied.Write(peer, Position + "$Cancel", cancel);
        Assert.Equal(["DpcTrk 44 0 25", "DpcTrk 45 0 25", "DpcTrk 45 9 18"], trackers().Select(r => $"{r.Name} {Control(r)}"));

        var other = _ied.Associate("other@dso.example/1");
        _ied.Write(other, Position + "$SBOw", _ied.Command(DataValue.Boolean(false)));
        _ied.Server.Abort(other, AssociationEndCause.PeerGone, "gone");
        Assert.Equal(["DpcTrk 44 0 25", "DpcTrk 54 11 23", "GenTrk 2 0"], trackers().Where(r => r.Name != "GenTrk" || Text(r, "objRef") == "PV1").Select(r => r.Name == "GenTrk" ? $"GenTrk {General(r)}" : $"{r.Name} {Control(r)}").Where(t => t != "GenTrk 1 0"));
    }

    [Fact] // a control of normal security, carried out by the agent itself; the tracker is the one whose enumeration has the value
    public void A_mode_is_tracked_once_with_the_tracker_of_its_enumeration()
    {
        var peer = Auditor(_ied);
        var trackers = Watch(peer);
        Assert.Null(_ied.Write(peer, "LLN0$CO$Mod$Oper", _ied.Command(DataValue.Integer(3))));
        var one = Assert.Single(trackers());
        Assert.Equal(("EncTrk2", "46 0 25", 3), (one.Name, Control(one), Member(one, "ctlVal").AsInteger()));
    }

    [Fact] // SetBRCBValues, SetURCBValues: the block with what was to be set, refused or not; each attribute by itself
    public void Writes_of_report_control_blocks_are_tracked()
    {
        var peer = Auditor(_ied);
        var trackers = Watch(peer);
        Assert.Null(_ied.Write(peer, Brcb + "$IntgPd", DataValue.Unsigned(5_000)));
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(peer, Brcb + "$ConfRev", DataValue.Unsigned(9)));
        var urcb = TestIed.Writing("LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true)) with
        {
            Variables = new VariableAccess.List([Variable("LLN0$RP$urcbMeas01$BufTm"), Variable("LLN0$RP$urcbMeas01$RptEna")]),
            Data = [DataValue.Unsigned(7), DataValue.Boolean(true)],
        };
        _ied.Ask(peer, urcb);
        var reports = trackers();
        Assert.Equal(["BrcbTrk 24 0", "BrcbTrk 24 3", "UrcbTrk 26 0", "UrcbTrk 26 0"], reports.Select(r => $"{r.Name} {General(r)}"));
        Assert.Equal(("PV1LD0/LLN0.brcbStatus01", "PV1LD0/LLN0.Status", 5_000u), (Text(reports[0], "objRef"), Text(reports[0], "datSet"), Member(reports[0], "intgPd").AsUnsigned()));
        Assert.Equal(9u, Member(reports[1], "confRev").AsUnsigned());
        Assert.Equal((false, true), (Member(reports[2], "rptEna").AsBoolean(), Member(reports[3], "rptEna").AsBoolean()));
        Assert.Equal(7u, Member(reports[3], "bufTm").AsUnsigned());
    }

    [Fact] // InternalChange: a lost association disables, a time that runs out frees
    public void What_nobody_asked_of_a_block_is_tracked()
    {
        var peer = Auditor(_ied);
        var trackers = Watch(peer);
        var other = _ied.Associate("other@dso.example/1");
        Assert.Null(_ied.Write(other, Brcb + "$RptEna", DataValue.Boolean(true)));
        Assert.Null(_ied.Write(other, "LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true)));
        trackers();
        _ied.Server.Abort(other, AssociationEndCause.PeerGone, "gone");
        var lost = trackers().Where(r => r.Name != "GenTrk").ToList();
        Assert.Equal(["BrcbTrk 54 0", "UrcbTrk 54 0"], lost.Select(r => $"{r.Name} {General(r)}").Order());
        Assert.All(lost, r => Assert.Equal(("other@dso.example", false), (Octets(r, "originatorID"), Member(r, "rptEna").AsBoolean())));
        Assert.Equal(10, Member(lost.Single(r => r.Name == "BrcbTrk"), "resvTms").AsInteger());
        _ied.Advance(11);
        var freed = Assert.Single(trackers());
        Assert.Equal(("BrcbTrk", "54 0", 0, "other@dso.example"), (freed.Name, General(freed), Member(freed, "resvTms").AsInteger(), Octets(freed, "originatorID")));
    }

    [Fact]
    public void Log_and_setting_group_control_blocks_have_trackers_of_their_own()
    {
        var peer = Auditor(_ied);
        var trackers = Watch(peer);
        _ied.Write(peer, "LLN0$LG$log$LogEna", DataValue.Boolean(true));
        _ied.Write(peer, "LLN0$SP$SGCB$ActSG", DataValue.Unsigned(2));
        _ied.Write(peer, "LLN0$SP$SGCB$EditSG", DataValue.Unsigned(2));
        _ied.Write(peer, "LLN0$SP$SGCB$CnfEdit", DataValue.Boolean(true));
        var reports = trackers();
        Assert.Equal(["LocbTrk 28 0", "SgcbTrk 16 0", "SgcbTrk 17 0", "SgcbTrk 19 0"], reports.Select(r => $"{r.Name} {General(r)}"));
        Assert.Equal((true, "PV1LD0/LLN0.Status"), (Member(reports[0], "logEna").AsBoolean(), Text(reports[0], "datSet")));
        Assert.Equal((2u, 2u), (Member(reports[1], "actSG").AsUnsigned(), Member(reports[1], "numOfSG").AsUnsigned()));
    }

    [Fact] // everything else: data, associations
    public void Other_services_are_tracked_by_GenTrk()
    {
        var peer = Auditor(_ied);
        var trackers = Watch(peer);
        _ied.Write(peer, "MMXU1$CF$TotW$db", DataValue.Unsigned(500));
        _ied.Write(peer, "MMXU1$CF$TotW$db", DataValue.Boolean(true));
        _ied.Write(peer, "MMXU1$MX$TotW$mag$f", DataValue.Float32(1));
        _ied.Read(peer, "MMXU1$CF$TotW$db");
        _ied.Ask(peer, new WriteRequest(new VariableAccess.Named(ObjectName.In("PV1LD0", "LLN0$Energy")), [_ied.Ask<ReadResponse>(peer, new ReadRequest(new VariableAccess.Named(ObjectName.In("PV1LD0", "LLN0$Energy")))).Results[0].Value]));
        var other = _ied.Associate("other@dso.example/1");
        _ied.Ask(other, new IdentifyRequest());
        _ied.Server.Handle(other, "x", new ConcludeRequest());
        var reports = trackers();
        Assert.Equal(["8 0", "8 10", "8 3", "12 3", "1 0", "3 0"], reports.Select(General));
        Assert.Equal(["PV1LD0/MMXU1.TotW.db", "PV1LD0/MMXU1.TotW.mag.f", "PV1LD0/LLN0.Energy", "PV1"], reports.Select(r => Text(r, "objRef")).Distinct());
        Assert.Equal("other@dso.example", Octets(reports[4], "originatorID"));
    }

    [Fact] // what has no tracker of its own goes to GenTrk; without LTRK nothing is shown, and nothing fails
    public void A_missing_tracker_is_replaced_by_GenTrk()
    {
        var ied = new TestIed(TrackingScl.Text("ApcFTrk", "BrcbTrk"));
        var peer = Auditor(ied);
        ied.Write(peer, Limit, ied.Command(Analogue(150)));
        Assert.Equal("PV1LD0/DWMX1.WMaxSptPct", ied.Read(peer, "LTRK1$SR$GenTrk$objRef").Value.AsText());
        ied.Write(peer, Brcb + "$IntgPd", DataValue.Unsigned(5_000));
        Assert.Equal("PV1LD0/LLN0.brcbStatus01", ied.Read(peer, "LTRK1$SR$GenTrk$objRef").Value.AsText());
    }

    [Fact] // another maker's file
    public void A_file_of_another_maker_is_tracked_too()
    {
        var ied = new TestIed(TestIed.Load(File.ReadAllText(Corpus.Path("scl", "public", "le-ltrk.icd"))), isBound: n => n.Fc == FunctionalConstraint.CO);
        var peer = Auditor(ied);

        // Of normal security: the service ends when the output is accepted.
        Assert.Null(ied.Ask(peer, Writing("GGIO1$CO$SPCSO2$Oper", ied.Command(DataValue.Boolean(true)))));
        Assert.Equal("", Read("SpcTrk$objRef").AsText());
        ied.HardwareObeys();
        Assert.NotNull(ied.LateAnswer(peer));
        Assert.Equal(("simpleIOGenericIO/GGIO1.SPCSO2", 46, 0, true, 25), (Read("SpcTrk$objRef").AsText(), Read("SpcTrk$serviceType").AsInteger(), Read("SpcTrk$errorCode").AsInteger(), Read("SpcTrk$ctlVal").AsBoolean(), Read("SpcTrk$respAddCause").AsInteger()));
        Assert.Equal(DataAccessError.ObjectAccessUnsupported, Write("LLN0$GO$gcbEvents$GoEna", DataValue.Boolean(true)));
        Assert.Equal(("simpleIOGenericIO/LLN0.gcbEvents", 34, 7, true, "simpleIOGenericIO/LLN0.Events"), (Read("GocbTrk$objRef").AsText(), Read("GocbTrk$serviceType").AsInteger(), Read("GocbTrk$errorCode").AsInteger(), Read("GocbTrk$goEna").AsBoolean(), Read("GocbTrk$datSet").AsText()));
        Assert.Null(Write("LLN0$BR$Measurements01$PurgeBuf", DataValue.Boolean(true)));
        Assert.Equal((24, true), (Read("BrcbTrk$serviceType").AsInteger(), Read("BrcbTrk$purgeBuf").AsBoolean()));

        DataAccessError? Write(string item, DataValue value) => Assert.Single(ied.Ask<WriteResponse>(peer, Writing(item, value)).Results);

        static WriteRequest Writing(string item, DataValue value) => new(new VariableAccess.List([new VariableSpecification(ObjectName.In("simpleIOGenericIO", item))]), [value]);

        DataValue Read(string item) => Assert.Single(ied.Ask<ReadResponse>(peer, new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("simpleIOGenericIO", "LTRK1$SR$" + item))]))).Results).Value;
    }

    [Fact] // trackers are data: nobody writes them
    public void Tracking_objects_are_read_only()
    {
        var peer = Auditor(_ied);
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(peer, "LTRK1$SR$GenTrk$objRef", DataValue.VisibleString("x")));
    }

    [Fact] // over a restart: the operate that was under way has one end, told, tracked, kept, and is not written again
    public void What_was_under_way_at_a_power_cut_ends_once()
    {
        var peer = Auditor(_ied);
        Assert.Null(_ied.Write(peer, Limit, _ied.Command(Analogue(50))));
        _ied.Read(peer, LocSta + "$SBO");
        _ied.Time.Advance(TimeSpan.FromSeconds(10));

        var after = new TestIed(TrackingScl.Text(), null, _store, time: new(_ied.Time.GetUtcNow()));
        Assert.Empty(after.Commands);
        var outcome = Assert.Single(TestRecords.Of(_store), r => r.IsOutcome);
        Assert.Equal((ServiceName.InternalChange, AddCause.Unknown, "control@dso.example", 7), (outcome.Service, outcome.Cause, outcome.Client, outcome.ControlNumber));
        Assert.Single(TestRecords.Of(_store), r => r is { Service: ServiceName.InternalChange, IsOutcome: false, Reference: "PV1LD0/LLN0.LocSta" });
        var reader = Auditor(after);
        Enable(after, reader);
        Assert.Equal(["ApcFTrk 46 0 25", "SpcTrk 43 0 25", "SpcTrk 54 12 0", "ApcFTrk 54 12 0"], Trackers(after, reader).Where(r => r.Name is not "BrcbTrk" and not "GenTrk").Select(r => $"{r.Name} {Control(r)}"));
        Assert.DoesNotContain(_store.Load().Keys, k => k.StartsWith("control/", StringComparison.Ordinal));

        // And once: the next start tells nothing.
        var count = TestRecords.Of(_store).Count;
        _ = new TestIed(TrackingScl.Text(), null, _store, time: new(_ied.Time.GetUtcNow()));
        Assert.Equal(count, TestRecords.Of(_store).Count);
    }

    [Fact]
    public void What_had_outlived_its_operTimeout_ended_for_that()
    {
        var peer = Auditor(_ied);
        Assert.Null(_ied.Write(peer, Limit, _ied.Command(Analogue(50))));
        _ = new TestIed(TrackingScl.Text(), null, _store, time: new(_ied.Time.GetUtcNow().AddSeconds(100)));
        Assert.Equal(AddCause.TimeLimitOver, Assert.Single(TestRecords.Of(_store), r => r.IsOutcome).Cause);
    }

    [Fact] // a model without the object: the command ends all the same, and only once
    public void What_fits_the_model_no_more_has_its_end_too()
    {
        var peer = Auditor(_ied);
        Assert.Null(_ied.Write(peer, Limit, _ied.Command(Analogue(50))));
        var other = TrackingScl.Text().Replace("name=\"WMaxSptPct\"", "name=\"WMaxSptPct2\"", StringComparison.Ordinal);
        var after = new TestIed(other, null, _store, time: new(_ied.Time.GetUtcNow()));
        Assert.Single(TestRecords.Of(_store), r => r is { IsOutcome: true, Status: ServiceStatus.InstanceNotAvailable });
        Assert.Contains(after.Left.OfType<AcsiEffect.Log>(), l => l.IsWarning && l.Text.Contains("no such object", StringComparison.Ordinal));
        _ = new TestIed(other, null, _store, time: new(_ied.Time.GetUtcNow()));
        Assert.Single(TestRecords.Of(_store), r => r.IsOutcome);
    }

    [Fact] // who, what, when, result
    public void The_audit_tells_who_commanded_what_when_and_what_became_of_it()
    {
        var peer = Auditor(_ied);
        _ied.Write(peer, Limit, _ied.Command(Analogue(50)));
        _ied.Advance(1);
        _ied.HardwareObeys();
        _ied.Write(_ied.Associate("view@dso.example/1", Right.View | Right.Read), Limit, _ied.Command(Analogue(60)));
        _ied.Write(peer, "MMXU1$CF$TotW$db", DataValue.Unsigned(500));
        var records = TestRecords.Of(_store);
        Assert.Equal(
            [
                "PV1LD0/DWMX1.WMaxSptPct = 50: Operate of control@dso.example (remote-control \"test\") accepted",
                "PV1LD0/DWMX1.WMaxSptPct = 50: command of control@dso.example was carried out",
                "PV1LD0/DWMX1.WMaxSptPct = 60: Operate of view@dso.example (remote-control \"test\") refused with NoAccessAuthority (20)",
                "PV1LD0/MMXU1.TotW.db = 500: SetDataValues of control@dso.example accepted",
            ],
            records.Select(r => r.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(1), records[1].Time - records[0].Time);
        Assert.Equal("test", Encoding.UTF8.GetString(records[0].OriginIdent.AsOctets()));
    }

    [Fact]
    public void A_record_comes_back_from_its_octets_and_damaged_ones_are_none()
    {
        var record = new ServiceRecord(ServiceName.Operate, "LD/LN.DO", ServiceStatus.AccessViolation, "a@b", _ied.Time.GetUtcNow())
        {
            Cause = AddCause.BlockedByMode, IsOutcome = true, IsTest = true, Value = Analogue(5), OriginCategory = 3, OriginIdent = DataValue.Octets([1, 2]), ControlNumber = 200, Remark = "ä",
        };
        var octets = record.ToArray();
        Assert.Equal(record, ServiceRecord.Read(octets));
        for (var i = 0; i < octets.Length; i++)
        {
            Assert.Null(ServiceRecord.Read(octets.AsMemory(0, i)));
        }
    }

    [Fact] // the store takes nothing: what has happened is kept up to a bound, what is lost is counted
    public void Records_of_what_happens_while_the_store_takes_nothing_come_later()
    {
        var store = new LateStore { IsPrompt = true };
        var ied = new TestIed(TrackingScl.Text(), null, store);
        var peer = Auditor(ied);
        Assert.Null(ied.Write(peer, Limit, ied.Command(Analogue(50))));
        store.IsPrompt = false;
        ied.HardwareObeys();
        store.FailForLong(ied);

        // What is refused anyway is refused for its own reason.
        ied.Reports(peer);
        Assert.Equal(DataAccessError.ObjectValueInvalid, ied.Write(peer, Limit, ied.Command(Analogue(150))));
        Assert.Equal((long)AddCause.InconsistentParameters, Assert.Single(ied.Reports(peer)).Results[0].Value.Items[^1].AsInteger());
        Assert.Equal(DataAccessError.ObjectAccessDenied, ied.Write(peer, "MMXU1$MX$TotW$mag$f", DataValue.Float32(1)));
        Assert.NotNull(ied.Write(peer, Limit, ied.Command(Analogue(50))));
        store.Recover(ied);
        Assert.Equal(
            [AddCause.None, AddCause.None, AddCause.InconsistentParameters, AddCause.BlockedByProcess],
            TestRecords.Of(store.AfterPowerCut()).Where(r => r.Service != ServiceName.SetDataValues).Select(r => r.Cause));
        Assert.Single(TestRecords.Of(store.AfterPowerCut()), r => r.IsOutcome);
    }

    [Fact]
    public void Of_records_that_wait_for_the_store_not_more_than_so_many_are_kept()
    {
        var journal = new StepJournal { IsRefusing = true };
        var audit = new AuditTrail(new RingEntries(_store, journal, new(), _ied.Time), journal, _ied.Time);
        for (var i = 0; i < 300; i++)
        {
            audit.Add(new(ServiceName.Operate, "x", ServiceStatus.NoError, "a@b", _ied.Time.GetUtcNow()));
        }

        journal.IsRefusing = false;
        audit.StoreWorks();
        var changes = new List<StateChange>();
        journal.Collect(changes);
        Assert.Equal(AuditTrail.MaxKept + 1, changes.Count);
        Assert.Equal($"{300 - AuditTrail.MaxKept} records were lost while the store took nothing", ((ServiceRecord)changes[^1].Entry!).Remark);
    }

    [Fact] // who is refused again and again wears out no medium: twenty a minute leave a record, the rest is counted
    public void Refusals_without_end_leave_few_records()
    {
        var peer = _ied.Associate("view@dso.example/1", Right.View | Right.Read);
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(peer, i % 2 == 0 ? Limit : "MMXU1$CF$TotW$db", i % 2 == 0 ? _ied.Command(Analogue(i)) : DataValue.Unsigned(1)));
        }

        Assert.Equal(RefusalBudget.Records, TestRecords.Of(_store).Count);
        _ied.Advance(59);
        Assert.NotNull(_ied.Write(Auditor(_ied), Limit, _ied.Command(Analogue(150))));
        Assert.Equal(RefusalBudget.Records + 1, TestRecords.Of(_store).Count);
        _ied.Advance(2);
        Assert.Equal(("view@dso.example", "480 more of its services were refused within a minute"), (TestRecords.Of(_store)[^1].Client, TestRecords.Of(_store)[^1].Remark));
        Assert.NotNull(_ied.Write(peer, Limit, _ied.Command(Analogue(50))));
        Assert.Equal(AddCause.NoAccessAuthority, TestRecords.Of(_store)[^1].Cause);
        _ied.Advance(120);
        Assert.Equal(RefusalBudget.Records + 3, TestRecords.Of(_store).Count);
    }

    /// <summary>What others did is seen by those alone whose area names LTRK.</summary>
    private static Association Auditor(TestIed ied) => ied.Associate(rights: (Right)(-1), area: "*");

    private static VariableSpecification Variable(string item) => new(ObjectName.In("PV1LD0", item));

    private static DataValue Analogue(float value) => DataValue.Structure(DataValue.Float32(value));

    private static string Control((string Name, DataValue Value) report) => $"{General(report)} {Member(report, "respAddCause").AsInteger()}";

    private static string General((string Name, DataValue Value) report) => $"{Member(report, "serviceType").AsInteger()} {Member(report, "errorCode").AsInteger()}";

    private static string Text((string Name, DataValue Value) report, string member) => Member(report, member).AsText();

    private static string Octets((string Name, DataValue Value) report, string member) => Encoding.UTF8.GetString(Member(report, member).AsOctets());

    private static DataValue Member((string Name, DataValue Value) report, string member)
    {
        var node = Shape.Node("PV1LD0", $"LTRK1$SR${report.Name}")!;
        return report.Value.Items[node.Children.Select(c => c.Name).ToList().IndexOf(member)];
    }

    private static readonly IedModel Shape = TestIed.Load(TrackingScl.Text());

    /// <summary>Enables the block of the trackers; what they reported since the last call.</summary>
    private Func<List<(string Name, DataValue Value)>> Watch(Association peer)
    {
        Enable(_ied, peer);
        Trackers(_ied, peer);
        return () => Trackers(_ied, peer);
    }

    private static void Enable(TestIed ied, Association peer) => Assert.Null(ied.Write(peer, "LLN0$BR$brcbTrk01$RptEna", DataValue.Boolean(true)));

    /// <summary>The trackers that were reported since the last call; those of the block that reports them apart.</summary>
    private static List<(string Name, DataValue Value)> Trackers(TestIed ied, Association peer)
    {
        var set = Shape.Node("PV1LD0", "LTRK1$SR")!.Children;
        return [.. ied.Reports(peer)
            .Select(ReportFormat.Read)
            .Where(r => r?.ReportId == "trk")
            .SelectMany(r => r!.Members.Select(m => (set[m.Index].Name, m.Value)))
            .Where(m => m.Name != "BrcbTrk" || !m.Value.Items[0].AsText().EndsWith("brcbTrk01", StringComparison.Ordinal))];
    }
}
