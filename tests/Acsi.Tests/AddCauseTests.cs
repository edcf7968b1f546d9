using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>Every AddCause that the server raises by itself (IEC 61850-7-2 §20.5.2.9), through requests, from the model and the process; what was refused has changed nothing.</summary>
public sealed class AddCauseTests
{
    private const string Limit = "DWMX1$CO$WMaxSptPct";
    private const string Position = "CSWI1$CO$Pos";
    private const string Other = "CSWI2$CO$Pos";
    private const string Tap = "ATCC1$CO$TapChg";
    private const string LocSta = "LLN0$CO$LocSta";
    private const string Mode = "LLN0$CO$Mod";
    private const string Parameter = "DWMX1$CF$WMaxSptPct$maxVal$f";
    private const ulong Synchro = 1;
    private const ulong Interlock = 2;

    /// <summary>Each cause with what raises it. Those that a device's answer alone brings are in <see cref="ControlTests"/>.</summary>
    private static readonly Dictionary<AddCause, Action<Bench>> Raised = new()
    {
        [AddCause.NotSupported] = b => b.Refused(Tap, CodedEnum.ToValue(2), DataAccessError.ObjectAccessDenied, bound: false),
        [AddCause.BlockedBySwitchingHierarchy] = b => b.With(() => b.Own(LocSta, DataValue.Boolean(true))).Refused(Limit, Analogue(50), DataAccessError.ObjectAccessDenied),
        [AddCause.SelectFailed] = b => b.Refused(Position, DataValue.Boolean(true), DataAccessError.ObjectAccessDenied, select: true, category: 9),
        [AddCause.InvalidPosition] = b => b.With(() => b.Switch(0)).Refused(Position, DataValue.Boolean(true), DataAccessError.ObjectAccessDenied, select: true),
        [AddCause.PositionReached] = b => b.With(() => b.Switch(2)).Refused(Position, DataValue.Boolean(true), DataAccessError.ObjectAccessDenied, select: true),
        [AddCause.ParameterChangeInExecution] = b => b.With(() => b.Ied.Ask(b.Peer, TestIed.Writing(Parameter, DataValue.Float32(90)))).Refused(Limit, Analogue(50), DataAccessError.ObjectAccessDenied),
        [AddCause.StepLimit] = b => b.With(() => b.Ied.Measure("ATCC1$ST$TapChg$valWTr$posVal", DataValue.Integer(9))).Refused(Tap, CodedEnum.ToValue(2), DataAccessError.ObjectAccessDenied),
        [AddCause.BlockedByMode] = b => b.With(() => b.Own(Mode, DataValue.Integer(2))).Refused(Limit, Analogue(50), DataAccessError.ObjectAccessDenied),
        [AddCause.BlockedByInterlocking] = b => b.With(() => b.Ied.Measure("CILO1$ST$EnaCls$stVal", DataValue.Boolean(false))).Refused(Position, DataValue.Boolean(true), DataAccessError.ObjectAccessDenied, select: true, check: Interlock),
        [AddCause.BlockedBySynchrocheck] = b => b.With(() => b.Ied.Measure("RSYN1$ST$Rel$stVal", DataValue.Boolean(false))).Refused(Position, DataValue.Boolean(true), DataAccessError.ObjectAccessDenied, select: true, check: Synchro),
        [AddCause.CommandAlreadyInExecution] = b => b.With(() => Assert.Null(b.Operate(Limit, Analogue(50)))).Refused(Limit, Analogue(60), DataAccessError.TemporarilyUnavailable),
        [AddCause.BlockedByHealth] = b => b.With(() => b.Alarm()).Refused(Limit, Analogue(50), DataAccessError.ObjectAccessDenied),
        [AddCause.OneOfNControl] = b => b.With(() => Assert.Null(b.Select(Position))).Refused(Other, DataValue.Boolean(true), DataAccessError.TemporarilyUnavailable, select: true),
        [AddCause.ObjectNotSelected] = b => b.Refused(Position, DataValue.Boolean(true), DataAccessError.ObjectAccessDenied),
        [AddCause.ObjectAlreadySelected] = b => b.With(() => Assert.Null(b.Select(Position))).Refused(Position, DataValue.Boolean(true), DataAccessError.TemporarilyUnavailable, select: true),
        [AddCause.NoAccessAuthority] = b => b.With(() => b.Peer = b.Ied.Associate("view@dso.example/1", Right.View | Right.Read)).Refused(Limit, Analogue(50), DataAccessError.ObjectAccessDenied),
        [AddCause.BlockedByCommand] = b => b.With(() => b.Block()).Refused(Limit, Analogue(50), DataAccessError.ObjectAccessDenied),
        [AddCause.InconsistentParameters] = b => b.Refused(Limit, Analogue(150), DataAccessError.ObjectValueInvalid),
        [AddCause.LockedByOtherClient] = b => b.With(() => Assert.Null(b.Select(Position))).With(() => b.Peer = b.Ied.Associate("other@dso.example/1")).Refused(Position, DataValue.Boolean(true), DataAccessError.TemporarilyUnavailable, select: true),
    };

    /// <summary>Those that end a command which was accepted, or wait for its answer; and the two that stand in records only.</summary>
    private static readonly AddCause[] Others =
    [
        AddCause.Unknown, AddCause.None,
        AddCause.BlockedByProcess, AddCause.AbortionByCancel, AddCause.TimeLimitOver, AddCause.AbortionByTrip, AddCause.EndedWithOvershoot, AddCause.AbortionDueToDeviation, AddCause.AbortionByCommunicationLoss,
    ];

    public static TheoryData<AddCause> Causes => [.. Raised.Keys];

    [Theory] // sCtlN: the check that fails first is the answer, before the negative write; nothing has changed
    [MemberData(nameof(Causes))]
    public void Each_cause_is_raised_by_what_it_is_for(AddCause cause)
    {
        var bench = new Bench(cause);
        Raised[cause](bench);
        Assert.True(bench.HasRefused);
    }

    [Fact]
    public void No_cause_is_forgotten() => Assert.Equal(Enum.GetValues<AddCause>(), Raised.Keys.Concat(Others).Order());

    [Fact] // the checks of the process are made where the command asks for them, or the file does; else it goes through
    public void What_nobody_asked_for_is_not_checked()
    {
        var plain = new Bench(AddCause.None, ProcessScl.Text());
        plain.Switch(2);
        Assert.Null(plain.Operate(Position, DataValue.Boolean(true), select: true));
        Assert.Null(plain.Operate(Other, DataValue.Boolean(true), select: true));

        var bench = new Bench(AddCause.None);
        bench.Switch(1);
        bench.Ied.Measure("CILO1$ST$EnaCls$stVal", DataValue.Boolean(false));
        bench.Ied.Measure("RSYN1$ST$Rel$stVal", DataValue.Boolean(false));
        Assert.Null(bench.Operate(Position, DataValue.Boolean(true), select: true));
    }

    [Fact] // opening asks for EnaOpn and never for synchronism; a decider that is not known forbids
    public void Interlocking_knows_the_direction()
    {
        var bench = new Bench(AddCause.None);
        bench.Switch(2);
        bench.Ied.Measure("CILO1$ST$EnaCls$stVal", DataValue.Boolean(false));
        bench.Ied.Measure("CILO1$ST$EnaOpn$stVal", DataValue.Boolean(true));
        Assert.Null(bench.Operate(Position, DataValue.Boolean(false), select: true, check: Interlock | Synchro));
        bench.Ied.Server.Abort(bench.Peer, AssociationEndCause.PeerGone, "gone");
        bench.Peer = bench.Ied.Associate(id: "2");
        bench.Ied.Measure("CILO1$ST$EnaOpn$stVal", DataValue.Boolean(true), Quality.Invalid);
        Assert.Equal(DataAccessError.ObjectAccessDenied, bench.Operate(Position, DataValue.Boolean(false), select: true, check: Interlock));
    }

    [Fact] // one that waits for its time is not active; at its time it is refused where another is
    public void A_scope_is_free_when_its_control_has_ended()
    {
        var bench = new Bench(AddCause.None, ProcessScl.Text(device: "one-of-n"));
        Assert.Null(bench.Operate(Limit, Analogue(50)));
        Assert.Equal(DataAccessError.TemporarilyUnavailable, bench.Operate(Other, DataValue.Boolean(true), select: true));
        bench.Ied.HardwareObeys();
        Assert.Null(bench.Operate(Other, DataValue.Boolean(true), select: true));
    }

    [Fact] // steps down stop at the lowest
    public void A_tap_changer_stops_at_either_end()
    {
        var bench = new Bench(AddCause.None);
        bench.Ied.Measure("ATCC1$ST$TapChg$valWTr$posVal", DataValue.Integer(1));
        Assert.Equal(DataAccessError.ObjectAccessDenied, bench.Operate(Tap, CodedEnum.ToValue(1)));
        bench.Ied.Ask(bench.Peer, TestIed.Writing(Tap + "$Oper", bench.Ied.Command(CodedEnum.ToValue(2))));
        Assert.Single(bench.Ied.Commands);
    }

    private static DataValue Analogue(float value) => DataValue.Structure(DataValue.Float32(value));

    /// <summary>A server with its process, and a client.</summary>
    private sealed class Bench
    {
        private readonly AddCause _cause;
        private readonly string _scl;

        public Bench(AddCause cause, string? scl = null)
        {
            (_cause, _scl) = (cause, scl ?? ProcessScl.Text("position", "one-of-n"));
            if (cause == AddCause.BlockedByCommand)
            {
                _scl = _scl.Replace("lnClass=\"DWMX\">", "lnClass=\"DWMX\"><DO name=\"CmdBlk\" type=\"SPS\"/>", StringComparison.Ordinal);
            }

            if (cause is AddCause.BlockedByHealth)
            {
                _scl = _scl.Replace("lnClass=\"DWMX\">", "lnClass=\"DWMX\"><DO name=\"Health\" type=\"ENS_Health\"/>", StringComparison.Ordinal);
            }

            Ied = new(_scl, isBound: n => n.Fc == FunctionalConstraint.CO || n.ItemId == Parameter);
            Peer = Ied.Associate();
        }

        public TestIed Ied { get; private set; }

        public Association Peer { get; set; }

        public bool HasRefused { get; private set; }

        public Bench With(Action arrange)
        {
            arrange();
            return this;
        }

        public void Own(string item, DataValue value)
        {
            if (item == LocSta)
            {
                Ied.Read(Peer, LocSta + "$SBO");
            }

            Assert.Null(Ied.Write(Peer, item + "$Oper", Ied.Command(value)));
        }

        public void Switch(long position) => Ied.Measure("CSWI1$ST$Pos$stVal", CodedEnum.ToValue(position));

        public void Alarm() => Ied.Measure("DWMX1$ST$Health$stVal", DataValue.Integer(3));

        public void Block() => Ied.Measure("DWMX1$ST$CmdBlk$stVal", DataValue.Boolean(true));

        public DataAccessError? Select(string item) => Ied.Write(Peer, item + "$SBOw", Ied.Command(DataValue.Boolean(true)));

        public DataAccessError? Operate(string item, DataValue value, bool select = false, ulong check = 0) =>
            Ied.Write(Peer, item + (select ? "$SBOw" : "$Oper"), WithCheck(Ied.Command(value), check));

        /// <summary>It is refused with the cause, said before the answer, and everything is as it was.</summary>
        public void Refused(string item, DataValue value, DataAccessError failure, bool select = false, int category = 3, ulong check = 0, bool bound = true)
        {
            if (!bound)
            {
                Ied = new(_scl, isBound: _ => false);
                Peer = Ied.Associate();
            }

            Ied.Reports(Peer);
            Ied.Left.Clear();
            var orders = Ied.Commands.Count;
            var before = Snapshot();
            Assert.Equal(failure, Ied.Write(Peer, item + (select ? "$SBOw" : "$Oper"), WithCheck(Ied.Command(value, category), check)));
            var notice = ControlNotice.From(Assert.Single(Ied.Reports(Peer)))!;
            Assert.Equal(($"PV1LD0/{item}{(select ? "$SBOw" : "$Oper")}", (int)_cause, false), (notice.Reference, notice.AddCause, notice.IsTermination));
            Assert.Equal(["Notify", "Respond"], Ied.Left.Where(e => e is AcsiEffect.Notify or AcsiEffect.Respond).Select(e => e.GetType().Name));
            Assert.Equal(orders, Ied.Commands.Count);
            Assert.Equal(before, Snapshot());
            HasRefused = true;
        }

        private DataValue[] Snapshot() => [.. Ied.Model.Slots.Select(s => Ied.Server.Values[s.FirstSlot])];

        private static DataValue WithCheck(DataValue command, ulong check) => DataValue.Structure([.. command.Items.SkipLast(1), DataValue.Bits(check, 2)]);
    }
}
