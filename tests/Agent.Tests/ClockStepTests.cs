using DerAgent.Acsi;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Security;
using DerAgent.Storage;
using DerAgent.Tests;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>The clock is set while the agent runs: periods and time-outs go on as if it had not been; what is due at a time of day is due at that time of day.</summary>
public sealed class ClockStepTests : IProcessOutput, IDisposable
{
    private readonly FakeTimeProvider _inner = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly StepClock _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly IedLoop _loop;
    private readonly AssociationKey _peer = new("dso", "a@dso.example/1", "1");
    private readonly List<(DateTimeOffset Real, DateTimeOffset Told)> _reports = [];
    private readonly List<MmsPdu> _answers = [];
    private readonly List<long> _orders = [];
    private readonly List<string> _log = [];
    private uint _invokeId;

    public ClockStepTests()
    {
        _time = new(_inner);
        var model = SclLoader.Load(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid")).Model!;
        var store = new MemoryStore();
        var server = new AcsiServer(model, new(this, store, new Authority(), new XerMeasure()), new(), _time);
        _loop = new(server, store, this, new FileWorker(null).Serve, new() { CommitInterval = TimeSpan.Zero, LazyInterval = TimeSpan.Zero }, _time) { OnEffect = Take, OnDefect = (what, e) => throw new InvalidOperationException(what, e) };
        _ = _loop.RunAsync(_stop.Token);
        _loop.Post(s => s.Associate(new(_peer, new("a@dso.example", Right.View | Right.Read | Right.Reporting | Right.Control, [])), new() { LocalDetailCalling = 65_000 }));
    }

    bool IProcessOutput.IsBound(DataNode leaf) => leaf.ShortAddress is not null;

    void IProcessOutput.Start(ProcessCommand command) => _orders.Add(command.Id);

    void IProcessOutput.LetGo(DataNode leaf)
    {
    }

    void IProcessOutput.ShowFailSafe(DataNode leaf, bool isActive, bool isExpired, bool isBlocked)
    {
        // Nobody looks.
    }

    void IProcessOutput.Withdraw(long id)
    {
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    [Theory]
    [InlineData(3_600)]
    [InlineData(-3_600)]
    [InlineData(0.7)]
    [InlineData(-0.7)]
    public void Integrity_reports_come_each_second_whatever_the_clock_does(double seconds)
    {
        Write("LLN0$RP$urcbMeas01$TrgOps", DataValue.Bits((ulong)TriggerConditions.Integrity, 6));
        Write("LLN0$RP$urcbMeas01$IntgPd", DataValue.Unsigned(1_000));
        Write("LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true));
        Pass(10.5);
        Assert.Equal(10, _reports.Count);
        Step(seconds);
        Pass(10);
        Assert.Equal(20, _reports.Count);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => TimeSpan.FromSeconds(i)), _reports.Select(r => r.Real - new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero)));

        // What they tell is the new time.
        Assert.Equal(seconds, (_reports[^1].Told - _reports[^1].Real).TotalSeconds, 0.06);
        Assert.Contains(_log, l => l.StartsWith("The clock was set by ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(3_600)]
    [InlineData(-3_600)]
    public void A_selection_lasts_as_long_as_it_should(double seconds)
    {
        Select();
        Pass(10);
        Step(seconds);
        Pass(19);
        Assert.True(IsSelected);
        Pass(2);
        Assert.False(IsSelected);
    }

    [Theory]
    [InlineData(7_200)]
    [InlineData(-7_200)]
    public void A_silent_association_ends_when_it_has_been_silent_for_an_hour(double seconds)
    {
        Pass(1_800);
        Step(seconds);
        Pass(1_700);
        Assert.True(IsThere);
        Pass(200);
        Assert.False(IsThere);
    }

    [Fact] // a drift is none: it is followed when it has become one
    public void A_clock_that_is_slewed_disturbs_nothing()
    {
        Write("LLN0$RP$urcbMeas01$TrgOps", DataValue.Bits((ulong)TriggerConditions.Integrity, 6));
        Write("LLN0$RP$urcbMeas01$IntgPd", DataValue.Unsigned(1_000));
        Write("LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true));
        for (var i = 0; i < 100; i++)
        {
            Pass(1);
            _time.Offset += TimeSpan.FromMilliseconds(-0.5);
        }

        Assert.InRange(_reports.Count, 99, 100);
        Assert.Empty(_log);
    }

    private bool IsThere
    {
        get
        {
            var found = false;
            _loop.Post(s => found = s.Find(_peer) is not null);
            return found;
        }
    }

    private bool IsSelected
    {
        get
        {
            var found = false;
            _loop.Post(s => found = s.Values[s.Values.Model.Node("PV1LD0", "CSWI1$ST$Pos$stSeld")!.FirstSlot].AsBoolean());
            return found;
        }
    }

    private void Take(AcsiEffect effect)
    {
        switch (effect)
        {
            case AcsiEffect.SendReport report:
                _reports.Add((_inner.GetUtcNow(), report.Entry.Time));
                _loop.Post(s => s.ReportSent(report.Association, report.Ticket));
                break;
            case AcsiEffect.Respond respond:
                _answers.Add(respond.Pdu);
                break;
            case AcsiEffect.Log log:
                _log.Add(log.Text);
                break;
        }
    }

    private void Step(double seconds)
    {
        _time.Offset += TimeSpan.FromSeconds(seconds);

        // Whatever happens next, it is seen before.
        _loop.Post(static _ => { });
    }

    private void Pass(double seconds)
    {
        for (var i = 0; i < (int)Math.Round(seconds * 20); i++)
        {
            _inner.Advance(TimeSpan.FromMilliseconds(50));
        }
    }

    private void Select() => Write("CSWI1$CO$Pos$SBOw", DataValue.Structure(
        DataValue.Boolean(true),
        DataValue.Structure(DataValue.Integer(3), DataValue.Octets([1])),
        DataValue.Unsigned(7),
        Timestamp.From(_time.GetUtcNow()).ToValue(),
        DataValue.Boolean(false),
        DataValue.Bits(0, 2)));

    private void Write(string item, DataValue value)
    {
        var write = new WriteRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", item))]), [value]);
        _loop.Post(s => s.Handle(s.Find(_peer)!, "iq", new ConfirmedRequest(_invokeId++, write)));
        Assert.Null(Assert.IsType<WriteResponse>(Assert.IsType<ConfirmedResponse>(_answers[^1]).Service).Results[0]);
    }
}
