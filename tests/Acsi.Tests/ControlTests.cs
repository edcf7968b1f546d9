using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>Control (IEC 61850-7-2 §20) with each model.</summary>
public sealed class ControlTests
{
    private const string Limit = "DWMX1$CO$WMaxSptPct";
    private const string Position = "CSWI1$CO$Pos";
    private const string LocSta = "LLN0$CO$LocSta";
    private const string Mode = "LLN0$CO$Mod";
    private readonly TestIed _ied = TestIed.PvInverter();

    [Fact] // DOes: direct with enhanced security
    public void DOes_is_answered_after_the_tests_and_terminated_by_the_process()
    {
        var peer = _ied.Associate();
        Assert.Null(Operate(peer, Limit, Analogue(50)));
        Assert.Empty(_ied.Reports(peer));
        _ied.HardwareObeys();
        Assert.Equal(new ControlNotice("PV1LD0/DWMX1$CO$WMaxSptPct$Oper", null, true), Notice(peer));
        Assert.Equal(3, _ied.Read(peer, "DWMX1$MX$WMaxSptPct$origin$orCat").Value.AsInteger());
        Assert.Equal(7u, _ied.Read(peer, "DWMX1$MX$WMaxSptPct$ctlNum").Value.AsUnsigned());
    }

    [Theory] // DOes: every failure of the process has its AddCause
    [InlineData(AddCause.BlockedByProcess)]
    [InlineData(AddCause.AbortionByCommunicationLoss)]
    [InlineData(AddCause.AbortionDueToDeviation)]
    [InlineData(AddCause.TimeLimitOver)]
    public void A_command_that_fails_at_the_process_is_terminated_negatively_once(AddCause cause)
    {
        var peer = _ied.Associate();
        Assert.Null(Operate(peer, Limit, Analogue(50)));
        var id = _ied.Commands.Dequeue().Id;
        _ied.Server.CommandCompleted(id, new(cause, "test"));
        _ied.Server.CommandCompleted(id, CommandOutcome.Success);
        Assert.Equal(new ControlNotice("PV1LD0/DWMX1$CO$WMaxSptPct$Oper", (int)cause, true), Notice(peer));
    }

    [Fact]
    public void Status_follows_the_process_and_not_the_command()
    {
        var peer = _ied.Associate();
        _ied.Measure("DWMX1$MX$WMaxSptPct$mxVal$f", DataValue.Float32(100));
        Operate(peer, Limit, Analogue(50));
        _ied.HardwareObeys();
        Assert.Equal(100, _ied.Read(peer, "DWMX1$MX$WMaxSptPct$mxVal$f").Value.AsDouble());
        _ied.Measure("DWMX1$MX$WMaxSptPct$mxVal$f", DataValue.Float32(50));
        Assert.Equal(50, _ied.Read(peer, "DWMX1$MX$WMaxSptPct$mxVal$f").Value.AsDouble());
    }

    [Fact]
    public void An_execution_that_outlives_operTimeout_ends_with_time_limit_over()
    {
        var peer = _ied.Associate();
        Operate(peer, Limit, Analogue(50));
        _ied.Advance(89);
        Assert.Empty(_ied.Reports(peer));
        _ied.Advance(2);
        Assert.Equal((int)AddCause.TimeLimitOver, Notice(peer).AddCause);
    }

    [Fact] // DOns: direct with normal security
    public void DOns_mode_is_carried_out_by_the_agent_itself()
    {
        var peer = _ied.Associate();
        Assert.Null(Operate(peer, Mode, DataValue.Integer(3)));
        Assert.Equal(3, _ied.Read(peer, "LLN0$ST$Mod$stVal").Value.AsInteger());
        Assert.Equal(3, _ied.Read(peer, "MMXU1$ST$Beh$stVal").Value.AsInteger());
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(1));
        Assert.Equal(QualityDetail.Test, Quality.FromValue(_ied.Read(peer, "MMXU1$MX$TotW$q").Value).Detail);
        Assert.Equal(DataAccessError.ObjectAccessDenied, Operate(peer, Limit, Analogue(50)));
        Assert.Equal((int)AddCause.BlockedByMode, Notice(peer).AddCause);
    }

    [Fact] // SBOns: select by reading SBO
    public void SBOns_must_be_selected_first_by_reading()
    {
        var peer = _ied.Associate();
        Assert.Equal(DataAccessError.ObjectAccessDenied, Operate(peer, LocSta, DataValue.Boolean(true)));
        Assert.Equal((int)AddCause.ObjectNotSelected, Notice(peer).AddCause);
        Assert.Equal("PV1LD0/LLN0$CO$LocSta", _ied.Read(peer, LocSta + "$SBO").Value.AsText());
        Assert.True(_ied.Read(peer, "LLN0$ST$LocSta$stSeld").Value.AsBoolean());
        Assert.Equal("", _ied.Read(_ied.Associate("other@dso.example/1"), LocSta + "$SBO").Value.AsText());
        Assert.Null(Operate(peer, LocSta, DataValue.Boolean(true)));
        Assert.False(_ied.Read(peer, "LLN0$ST$LocSta$stSeld").Value.AsBoolean());
        Assert.True(_ied.Read(peer, "LLN0$ST$LocSta$stVal").Value.AsBoolean());
    }

    [Fact] // SBOns: sboTimeout
    public void A_selection_runs_out()
    {
        var peer = _ied.Associate();
        _ied.Read(peer, LocSta + "$SBO");
        _ied.Advance(31);
        Assert.False(_ied.Read(peer, "LLN0$ST$LocSta$stSeld").Value.AsBoolean());
        Assert.Equal(DataAccessError.ObjectAccessDenied, Operate(peer, LocSta, DataValue.Boolean(true)));
    }

    [Fact] // SBOes: the whole conversation
    public void SBOes_selects_with_value_operates_and_terminates()
    {
        var peer = _ied.Associate();
        Assert.Null(Select(peer, Position, DataValue.Boolean(false)));
        Assert.Null(Operate(peer, Position, DataValue.Boolean(false)));
        Assert.Equal(DataValue.Boolean(false), _ied.Commands.Peek().Targets[0].Value);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Operate(peer, Position, DataValue.Boolean(true)));
        Assert.Equal((int)AddCause.CommandAlreadyInExecution, Notice(peer).AddCause);
        _ied.HardwareObeys();
        Assert.True(Notice(peer).IsTermination);
        Assert.Equal(DataAccessError.ObjectAccessDenied, Operate(peer, Position, DataValue.Boolean(false)));
    }

    [Fact] // SBOes: what is operated must be what was selected
    public void SBOes_other_parameters_than_selected_are_inconsistent_and_unselect()
    {
        var peer = _ied.Associate();
        Select(peer, Position, DataValue.Boolean(false));
        Assert.Equal(DataAccessError.ObjectAccessDenied, Operate(peer, Position, DataValue.Boolean(true)));
        Assert.Equal((int)AddCause.InconsistentParameters, Notice(peer).AddCause);
        Assert.False(_ied.Read(peer, "CSWI1$ST$Pos$stSeld").Value.AsBoolean());
    }

    [Fact] // SBOes: selections are exclusive, and go with their association
    public void A_selection_locks_others_out_until_its_association_ends()
    {
        var first = _ied.Associate("a@dso.example/1");
        var second = _ied.Associate("b@dso.example/1");
        Select(first, Position, DataValue.Boolean(false));
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Select(first, Position, DataValue.Boolean(false)));
        Assert.Equal((int)AddCause.ObjectAlreadySelected, Notice(first).AddCause);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Select(second, Position, DataValue.Boolean(false)));
        Assert.Equal((int)AddCause.LockedByOtherClient, Notice(second).AddCause);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Operate(second, Position, DataValue.Boolean(false)));
        _ied.Server.Abort(first, AssociationEndCause.PeerGone, "gone");
        Assert.Null(Select(second, Position, DataValue.Boolean(false)));
    }

    [Fact] // SBOes: cancel
    public void A_selection_is_cancelled()
    {
        var peer = _ied.Associate();
        Select(peer, Position, DataValue.Boolean(false));
        Assert.Null(_ied.Write(peer, Position + "$Cancel", Structure(DataValue.Boolean(false), check: false)));
        Assert.False(_ied.Read(peer, "CSWI1$ST$Pos$stSeld").Value.AsBoolean());
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(peer, Position + "$Cancel", Structure(DataValue.Boolean(false), check: false)));
    }

    [Fact] // CtlN: no right, no command, nothing changed
    public void Who_may_not_command_is_refused_with_no_access_authority()
    {
        var viewer = _ied.Associate(rights: Right.View | Right.Read | Right.Reporting);
        Assert.Equal(DataAccessError.ObjectAccessDenied, Operate(viewer, Limit, Analogue(50)));
        Assert.Equal((int)AddCause.NoAccessAuthority, Notice(viewer).AddCause);
        Assert.Equal(0, _ied.Read(viewer, Limit + "$Oper$ctlVal$f").Value.AsDouble());
        Assert.Empty(_ied.Commands);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    public void A_value_out_of_range_is_refused(float value)
    {
        var peer = _ied.Associate();
        Assert.Equal(DataAccessError.ObjectValueInvalid, Operate(peer, Limit, Analogue(value)));
        Assert.Equal((int)AddCause.InconsistentParameters, Notice(peer).AddCause);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(9)]
    public void A_category_of_origin_that_commands_may_not_have_is_refused(int category)
    {
        var peer = _ied.Associate();
        var structure = Structure(Analogue(50), category: category);
        Assert.NotNull(_ied.Write(peer, Limit + "$Oper", structure));
        Assert.Empty(_ied.Commands);
    }

    [Fact]
    public void With_station_in_control_remote_commands_are_blocked()
    {
        var peer = _ied.Associate();
        _ied.Read(peer, LocSta + "$SBO");
        Operate(peer, LocSta, DataValue.Boolean(true));
        _ied.Reports(peer);
        Assert.Equal(DataAccessError.ObjectAccessDenied, Operate(peer, Limit, Analogue(50)));
        Assert.Equal((int)AddCause.BlockedBySwitchingHierarchy, Notice(peer).AddCause);
    }

    [Fact]
    public void With_test_nothing_reaches_the_hardware()
    {
        var peer = _ied.Associate();
        Operate(peer, Mode, DataValue.Integer(3));
        Assert.Null(_ied.Write(peer, Limit + "$Oper", Structure(Analogue(50), test: true)));
        Assert.Empty(_ied.Commands);
        Assert.True(Notice(peer).IsTermination);
    }

    [Fact]
    public void Parts_of_a_control_and_status_only_objects_cannot_be_written()
    {
        var peer = _ied.Associate();
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(peer, Limit + "$Oper$ctlVal", Analogue(5)));
        Assert.Equal(DataAccessError.TypeInconsistent, _ied.Write(peer, Limit + "$Oper", DataValue.Float32(5)));
        Assert.Equal(DataAccessError.ObjectNonExistent, _ied.Write(peer, "LPHD1$CO$RsStat$Oper", DataValue.Boolean(true)));
    }

    [Theory] // Error of LastApplError is about time: 2 where it ran out, else 0
    [InlineData(AddCause.TimeLimitOver, 2)]
    [InlineData(AddCause.AbortionByTrip, 0)]
    [InlineData(AddCause.NoAccessAuthority, 0)]
    public void An_error_is_told_only_where_the_time_ran_out(AddCause cause, int error)
    {
        var peer = _ied.Associate();
        Assert.Null(Operate(peer, Limit, Analogue(50)));
        _ied.Server.CommandCompleted(_ied.Commands.Dequeue().Id, new(cause, "test"));
        Assert.Equal(error, Assert.Single(_ied.Reports(peer)).Results[0].Value.Items[1].AsInteger());
    }

    [Theory] // LastApplError also where the type does not fit: AddCause 26, with as much of the origin as can be told back
    [InlineData(9, 3)]
    [InlineData(1, 9)]
    public void A_structure_that_does_not_fit_is_refused_with_its_cause(int mode, int category)
    {
        var peer = _ied.Associate();
        Assert.NotNull(_ied.Write(peer, Mode + "$Oper", Structure(DataValue.Integer(mode), category)));
        var error = Assert.Single(_ied.Reports(peer)).Results[0].Value;
        Assert.Equal((long)AddCause.InconsistentParameters, error.Items[^1].AsInteger());
        Assert.Equal(7u, error.Items[3].AsUnsigned());
        Assert.NotNull(_ied.Write(peer, Mode + "$Oper", DataValue.Boolean(true)));
        Assert.Equal((long)AddCause.InconsistentParameters, Assert.Single(_ied.Reports(peer)).Results[0].Value.Items[^1].AsInteger());
    }

    [Fact] // CmdBlk of the logical node: AddCause 24, and its mode is commanded all the same
    public void A_logical_node_whose_commands_are_blocked_says_so()
    {
        var scl = TestScl.Shipped;
        var at = scl.IndexOf("<DO name=\"Beh\"", scl.IndexOf("<LNodeType id=\"DWMX\"", StringComparison.Ordinal), StringComparison.Ordinal);
        var ied = new TestIed(scl.Insert(at, "<DO name=\"CmdBlk\" type=\"SPS\"/>"));
        var peer = ied.Associate();
        ied.Measure("DWMX1$ST$CmdBlk$stVal", DataValue.Boolean(true));
        Assert.Equal(DataAccessError.ObjectAccessDenied, ied.Write(peer, Limit + "$Oper", Structure(Analogue(50))));
        Assert.Equal((long)AddCause.BlockedByCommand, Assert.Single(ied.Reports(peer)).Results[0].Value.Items[^1].AsInteger());
        Assert.Null(ied.Write(peer, "DWMX1$CO$Mod$Oper", Structure(DataValue.Integer(3))));
        ied.Measure("DWMX1$ST$CmdBlk$stVal", DataValue.Boolean(false));
        Assert.Null(ied.Write(peer, "DWMX1$CO$Mod$Oper", Structure(DataValue.Integer(1))));
        Assert.Null(ied.Write(peer, Limit + "$Oper", Structure(Analogue(50))));
    }

    [Fact] // a control that leads nowhere: AddCause 1
    public void An_unbound_control_says_that_it_is_not_supported()
    {
        var ied = new TestIed(TestScl.Shipped, isBound: _ => false);
        var peer = ied.Associate();
        Assert.Equal(DataAccessError.ObjectAccessDenied, ied.Write(peer, Limit + "$Oper", Structure(Analogue(50))));
        Assert.Equal((long)AddCause.NotSupported, Assert.Single(ied.Reports(peer)).Results[0].Value.Items[^1].AsInteger());
    }

    [Theory] // the response first, always: also where the agent itself carries a command out at once
    [InlineData(Mode, false)]
    [InlineData(Limit, true)]
    public void The_termination_never_comes_before_the_response(string item, bool isTest)
    {
        var ied = TestIed.PvInverter();
        if (isTest)
        {
            var other = ied.Associate("other@dso.example/1");
            Assert.Null(ied.Write(other, Mode + "$Oper", Structure(DataValue.Integer(3))));
        }

        var peer = ied.Associate();
        var value = item == Limit ? Analogue(50) : DataValue.Integer(1);
        ied.Server.Handle(peer, "iq", new ConfirmedRequest(1, TestIed.Writing(item + "$Oper", Structure(value, test: isTest))));
        ied.Left.Clear();
        ied.Drain();
        var effects = ied.Left.Where(e => e is AcsiEffect.Respond or AcsiEffect.Notify).ToList();
        Assert.IsType<AcsiEffect.Respond>(effects[0]);
        Assert.Equal(item == Limit ? 2 : 1, effects.Count);
    }

    [Fact] // IEC 61850-7-3 §7.5: whatever is shown of an operation fits its type
    public void Every_status_attribute_of_a_control_keeps_its_type()
    {
        var ied = WithOperateStatus();
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, Limit + "$Oper", Structure(Analogue(50))));
        Assert.True(ied.Read(peer, "DWMX1$OR$WMaxSptPct$opRcvd").Value.AsBoolean());
        ied.Server.CommandAccepted(ied.Commands.Peek().Id);
        Assert.True(ied.Read(peer, "DWMX1$OR$WMaxSptPct$opOk").Value.AsBoolean());
        Assert.Equal(ied.Time.GetUtcNow(), Timestamp.FromValue(ied.Read(peer, "DWMX1$OR$WMaxSptPct$tOpOk").Value).ToDateTimeOffset());
        ied.HardwareObeys();
        Assert.False(ied.Read(peer, "DWMX1$OR$WMaxSptPct$opOk").Value.AsBoolean());
        foreach (var leaf in ied.Model.LogicalDevices[0].LogicalNode("DWMX1")!.DataObject("WMaxSptPct")!.Nodes.SelectMany(n => n.Leaves()))
        {
            Assert.Equal(ValueFault.None, leaf.Type.Accept(ied.Server.Values[leaf.FirstSlot], out _));
        }
    }

    [Fact] // a command whose end was sent is never written afterwards
    public void What_outlives_its_time_is_withdrawn_and_its_late_end_is_nobodys()
    {
        var peer = _ied.Associate();
        Assert.Null(Operate(peer, Limit, Analogue(50)));
        var id = _ied.Commands.Dequeue().Id;
        _ied.Advance(91);
        Assert.Equal([id], _ied.Withdrawn);
        Assert.Equal((int)AddCause.TimeLimitOver, Notice(peer).AddCause);
        _ied.Server.CommandCompleted(id, CommandOutcome.Success);
        Assert.Empty(_ied.Reports(peer));
    }

    [Fact] // orCat 0, not-supported: what common client libraries send unless told otherwise
    public void An_origin_of_no_category_commands_and_ranks_as_remote()
    {
        var peer = _ied.Associate();
        Assert.Null(_ied.Write(peer, Limit + "$Oper", Structure(Analogue(50), category: 0)));
        Assert.Equal(0, _ied.Read(peer, "DWMX1$MX$WMaxSptPct$origin$orCat").Value.AsInteger());
    }

    private static TestIed WithOperateStatus()
    {
        var scl = TestScl.Shipped;
        var at = scl.IndexOf("cdc=\"APC\"", StringComparison.Ordinal);
        at = scl.IndexOf('>', at) + 1;
        return new TestIed(scl.Insert(at, "<DA name=\"opRcvd\" fc=\"OR\" bType=\"BOOLEAN\" dchg=\"true\"/><DA name=\"tOpOk\" fc=\"OR\" bType=\"Timestamp\"/>"));
    }

    [Fact]
    public void A_command_under_way_outlives_its_association_and_nobody_is_told()
    {
        var peer = _ied.Associate();
        Operate(peer, Limit, Analogue(50));
        _ied.Server.Abort(peer, AssociationEndCause.PeerGone, "gone");
        _ied.HardwareObeys();
        Assert.Empty(_ied.Reports(peer));
        var next = _ied.Associate(id: "2");
        Assert.Null(Operate(next, Limit, Analogue(60)));
    }

    private DataAccessError? Operate(Association peer, string item, DataValue value) => _ied.Write(peer, item + "$Oper", Structure(value));

    private DataAccessError? Select(Association peer, string item, DataValue value) => _ied.Write(peer, item + "$SBOw", Structure(value));

    private ControlNotice Notice(Association peer) => ControlNotice.From(Assert.Single(_ied.Reports(peer)))!;

    private static DataValue Analogue(float value) => DataValue.Structure(DataValue.Float32(value));

    private DataValue Structure(DataValue value, int category = 3, bool test = false, bool check = true)
    {
        var whole = _ied.Command(value, category, test);
        return check ? whole : DataValue.Structure([.. whole.Items.SkipLast(1)]);
    }
}
