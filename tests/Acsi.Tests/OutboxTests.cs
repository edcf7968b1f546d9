using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>Durable before acknowledged: what waits for its commit, what does not, and what becomes of it when there is none (architecture).</summary>
public sealed class OutboxTests
{
    private const string Band = "MMXU1$CF$TotW$db";
    private const string Limit = "DWMX1$CO$WMaxSptPct";
    private const string Brcb = "LLN0$BR$brcbStatus01";
    private const string Urcb = "LLN0$RP$urcbMeas01";
    private readonly LateStore _store = new();
    private readonly TestIed _ied;
    private readonly Association _peer;
    private readonly Association _other;

    public OutboxTests()
    {
        _ied = TestIed.PvInverter(store: _store);
        (_peer, _other) = (_ied.Associate(), _ied.Associate("other@dso.example/1"));
    }

    [Fact] // the loop's state is what everybody reads; what waits is the answer
    public void A_write_is_answered_when_it_is_committed_and_read_by_everybody_before()
    {
        Assert.Null(_ied.Ask(_peer, TestIed.Writing(Band, DataValue.Unsigned(5))));
        Assert.True(_store.IsBusy);
        Assert.Equal(5u, _ied.Read(_other, Band).Value.AsUnsigned());
        Commit();
        Assert.Null(Result(_ied.LateAnswer(_peer)));
        Assert.Equal(5u, _ied.Read(_peer, Band).Value.AsUnsigned());
    }

    [Fact] // lanes: the answers of one association come in order, those of others are not delayed
    public void An_answer_waits_for_the_earlier_ones_of_its_association()
    {
        Assert.Null(_ied.Ask(_peer, TestIed.Writing(Band, DataValue.Unsigned(5))));
        Assert.Null(_ied.Ask(_peer, new IdentifyRequest()));
        Assert.NotNull(_ied.Ask(_other, new IdentifyRequest()));
        Commit();
        Assert.Null(Result(_ied.LateAnswer(_peer)));
        Assert.IsType<IdentifyResponse>(((ConfirmedResponse)_ied.LateAnswer(_peer)!).Service);
        Assert.Null(_ied.LateAnswer(_peer));
    }

    [Fact] // a group: what came while a commit was under way is committed together
    public void Steps_that_come_during_a_commit_are_the_next_one()
    {
        for (var i = 1u; i < 6; i++)
        {
            Assert.Null(_ied.Ask(i % 2 == 1 ? _peer : _other, TestIed.Writing(Band, DataValue.Unsigned(i))));
        }

        Assert.Single(_store.UnderWay, c => c.Kind == StateChangeKind.Put);
        Commit();
        Assert.NotNull(_ied.LateAnswer(_peer));
        Assert.Null(_ied.LateAnswer(_peer));
        Assert.Null(_ied.LateAnswer(_other));
        Commit();
        Assert.Equal(2, _store.Commits);
        Assert.Equal((2, 2), (Answers(_peer), Answers(_other)));
    }

    [Fact] // the first register write of a command waits for its record; the answer too
    public void A_command_reaches_the_hardware_when_its_record_is_committed()
    {
        Assert.Null(_ied.Ask(_peer, Operate(50)));
        Assert.Empty(_ied.Commands);
        Commit();
        Assert.Null(Result(_ied.LateAnswer(_peer)));
        Assert.Single(_ied.Commands);
        _ied.HardwareObeys();
        Assert.Empty(_ied.Reports(_peer));
        Commit();
        Assert.Single(_ied.Reports(_peer));
    }

    [Fact] // a command whose end was sent is never written afterwards
    public void A_command_that_ends_before_its_record_is_committed_never_reaches_the_hardware()
    {
        Assert.Null(_ied.Ask(_peer, TestIed.Writing("DGEN1$SP$WMax$setMag$f", DataValue.Float32(900))));
        _ied.Server.Tick();
        var (order, _) = (Assert.Single(_ied.Server.Door.Open), _store.IsBusy);
        _ied.Server.Door.Withdraw(order.Id);
        _ied.Drain();
        Commit();
        Commit();
        Assert.Empty(_ied.Commands);
        Assert.Empty(_ied.Withdrawn);
    }

    [Fact] // reports never delay a read, and a buffered one waits for its entry
    public void A_buffered_report_waits_for_its_entry_and_an_unbuffered_one_for_nothing()
    {
        Prompt(() =>
        {
            Assert.Null(_ied.Write(_peer, Brcb + "$RptEna", DataValue.Boolean(true)));
            Assert.Null(_ied.Write(_peer, Urcb + "$RptEna", DataValue.Boolean(true)));
        });
        _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(1, 2));
        Assert.Empty(_ied.Reports(_peer));
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(5));
        Assert.Single(_ied.Reports(_peer));
        Assert.NotNull(_ied.Ask(_peer, new IdentifyRequest()));
        Commit();
        Assert.Single(_ied.Reports(_peer));
    }

    [Fact] // a report also waits for the step that last wrote its block
    public void A_block_reports_when_its_enabling_is_committed()
    {
        Prompt(() => _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(1, 2)));
        Assert.Null(_ied.Ask(_peer, TestIed.Writing(Brcb + "$RptEna", DataValue.Boolean(true))));
        Assert.Empty(_ied.Reports(_peer));
        _ied.Left.Clear();
        Commit();
        Assert.Equal(["Respond", "SendReport"], _ied.Left.Select(e => e.GetType().Name));
    }

    [Fact] // response, status by measurement, termination
    public void The_termination_comes_after_the_reports_of_the_status_it_rests_on()
    {
        Prompt(() => Assert.Null(_ied.Write(_peer, Brcb + "$RptEna", DataValue.Boolean(true))));
        Assert.Null(_ied.Ask(_peer, Operate(50)));
        Commit();
        _ied.Left.Clear();
        _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(1, 2));
        _ied.HardwareObeys();
        Commit();
        Commit();
        Assert.Equal(["SendReport", "Notify"], _ied.Left.Select(e => e.GetType().Name).Where(n => n is "SendReport" or "Notify"));
    }

    [Fact] // a commit that fails is tried for 5 s
    public void A_store_that_recovers_in_time_is_noticed_by_nobody()
    {
        Assert.Null(_ied.Ask(_peer, TestIed.Writing(Band, DataValue.Unsigned(5))));
        _store.Fail();
        _ied.Drain();
        Assert.False(_store.IsBusy);
        _ied.Advance(0.25);
        Assert.True(_store.IsBusy);
        _store.Fail(isCarriedOut: true);
        _ied.Drain();
        _ied.Advance(0.25);
        Commit();
        Assert.Null(Result(_ied.LateAnswer(_peer)));
        Assert.DoesNotContain(_ied.Left, e => e is AcsiEffect.StoreState);
    }

    [Fact] // then what is uncommitted is undone, and said; commands: LastApplError AddCause 9 first, nothing was written
    public void What_cannot_be_committed_is_taken_back_and_answered_so()
    {
        Prompt(() => Assert.Null(_ied.Write(_other, Brcb + "$RptEna", DataValue.Boolean(true))));
        var before = _ied.Read(_other, Band).Value;
        Assert.Null(_ied.Ask(_peer, TestIed.Writing(Band, DataValue.Unsigned(77))));
        Assert.Null(_ied.Ask(_peer, Operate(50)));
        Assert.Null(_ied.Ask(_peer, new ReadRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", Band))]))));
        _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(1, 2));
        _ied.Left.Clear();
        FailForLong(isCarriedOut: true);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Result(_ied.LateAnswer(_peer)));
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Result(_ied.LateAnswer(_peer)));
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Assert.Single(((ReadResponse)((ConfirmedResponse)_ied.LateAnswer(_peer)!).Service).Results).Failure);
        Assert.Equal((long)AddCause.BlockedByProcess, Assert.Single(_ied.Reports(_peer)).Results[0].Value.Items[^1].AsInteger());
        Assert.Equal(["Respond", "Notify", "Respond", "Respond", "StoreState"], _ied.Left.Where(e => e is not AcsiEffect.Log).Select(e => e.GetType().Name));
        Assert.Equal(before, _ied.Read(_peer, Band).Value);
        Assert.Empty(_ied.Commands);
        Assert.Empty(_ied.Server.Door.Open);
        Assert.Empty(_ied.Reports(_other));

        // While it is so: writes and commands are refused, reads, unbuffered reports and measurements go on.
        Assert.Equal(DataAccessError.TemporarilyUnavailable, _ied.Write(_peer, Band, DataValue.Unsigned(78)));
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Result(_ied.Ask(_peer, Operate(60))));
        Assert.Single(_ied.Reports(_peer));
        Assert.Null(_ied.Write(_peer, Urcb + "$RptEna", DataValue.Boolean(true)));
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(5));
        Assert.Single(_ied.Reports(_peer));
        _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(2, 2));
        Assert.Empty(_ied.Reports(_other));

        // A trial works: everything does, and what was lost is said.
        _store.IsPrompt = true;
        _ied.Advance(5.1);
        Assert.Null(_ied.Write(_peer, Band, DataValue.Unsigned(79)));
        _ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(1, 2));
        Assert.True(Mapping.ReportFormat.Read(Assert.Single(_ied.Reports(_other)))!.BufferOverflow);
        Assert.Null(Result(_ied.Ask(_peer, Operate(60))));
        Assert.Single(_ied.Commands);
        Assert.Equal([true, false], _ied.Left.OfType<AcsiEffect.StoreState>().Select(s => s.Failure is not null));
    }

    [Fact] // a store that does not answer is one that fails; what it says later changes nothing
    public void A_store_that_hangs_is_given_up_and_what_it_wrote_in_the_end_is_taken_back_there_too()
    {
        var before = _ied.Read(_other, Band).Value;
        Assert.Null(_ied.Ask(_peer, TestIed.Writing(Band, DataValue.Unsigned(77))));
        _ied.Advance(5.1);
        Assert.Equal(DataAccessError.TemporarilyUnavailable, Result(_ied.LateAnswer(_peer)));
        _ied.Advance(60);
        Commit();
        Assert.Equal(77u, Stored(Band).AsUnsigned());
        Commit();
        Assert.Equal(before, Stored(Band));
        Assert.Equal(before, _ied.Read(_peer, Band).Value);
        Prompt(() => Assert.Null(_ied.Write(_peer, Band, DataValue.Unsigned(79))));
    }

    [Fact] // facts stay facts: the hardware has done it, the client is told, and the record is closed when that is possible
    public void The_end_of_a_command_is_told_also_when_it_cannot_be_stored()
    {
        Prompt(() => Assert.Null(Result(_ied.Ask(_peer, Operate(50)))));
        _ied.HardwareObeys();
        Assert.Empty(_ied.Reports(_peer));
        FailForLong();
        Assert.Single(_ied.Reports(_peer));
        Assert.Contains(_store.Load().Keys, k => k.StartsWith("control/", StringComparison.Ordinal));
        _store.IsPrompt = true;
        _ied.Advance(5.1);
        Assert.DoesNotContain(_store.Load().Keys, k => k.StartsWith("control/", StringComparison.Ordinal));
        Assert.Empty(_ied.Reports(_peer));
    }

    [Fact]
    public void An_association_that_ends_takes_what_it_waited_for_with_it()
    {
        Assert.Null(_ied.Ask(_peer, TestIed.Writing(Band, DataValue.Unsigned(5))));
        Assert.Null(_ied.Ask(_peer, TestIed.Writing(Brcb + "$ResvTms", DataValue.Integer(100))));
        _ied.Server.Abort(_peer, AssociationEndCause.PeerGone, "gone");
        _ied.Drain();
        Assert.Single(_ied.Ended);
        FailForLong();
        Assert.Null(_ied.LateAnswer(_peer));
        _store.IsPrompt = true;
        _ied.Advance(5.1);
        Assert.Null(_ied.Write(_other, Brcb + "$RptEna", DataValue.Boolean(true)));
    }

    [Fact] // what waits is bounded: the requests of an association by what was negotiated
    public void A_client_whose_answers_wait_is_held_to_its_outstanding_requests()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(_ied.Ask(_peer, TestIed.Writing(Band, DataValue.Unsigned((ulong)i + 1))));
        }

        Assert.Null(_ied.Ask(_peer, TestIed.Writing(Band, DataValue.Unsigned(9))));
        Commit();
        Commit();
        var answers = new List<MmsPdu>();
        while (_ied.LateAnswer(_peer) is { } answer)
        {
            answers.Add(answer);
        }

        Assert.Equal(6, answers.Count);
        Assert.Equal(RejectCode.MaxServOutstandingExceeded, Assert.IsType<RejectPdu>(answers[^1]).Reason.Code);
    }

    [Fact] // a store that takes its time: what waits for it is bounded in octets, and what is lost is said
    public void Entries_that_wait_for_their_commit_are_bounded_in_octets()
    {
        var store = new LateStore { IsPrompt = true };
        var ied = TestIed.PvInverter(new AcsiOptions { MaxUncommitted = 3_000 }, store);
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, Brcb + "$RptEna", DataValue.Boolean(true)));
        store.IsPrompt = false;
        for (var i = 0; i < 100; i++)
        {
            ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits((ulong)(i % 2) + 1, 2));
        }

        store.IsPrompt = true;
        store.Succeed();
        ied.Drain();
        Assert.InRange(ied.Reports(peer).Count, 2, 10);
        ied.Measure("CSWI1$ST$Pos$stVal", DataValue.Bits(3, 2));
        Assert.True(Mapping.ReportFormat.Read(Assert.Single(ied.Reports(peer)))!.BufferOverflow);
    }

    private WriteRequest Operate(float value) => TestIed.Writing(Limit + "$Oper", DataValue.Structure(
        DataValue.Structure(DataValue.Float32(value)), DataValue.Structure(DataValue.Integer(3), DataValue.Octets([1])), DataValue.Unsigned(1), Timestamp.From(_ied.Time.GetUtcNow()).ToValue(), DataValue.Boolean(false), DataValue.Bits(0, 2)));

    private static DataAccessError? Result(MmsPdu? answer) => Assert.Single(((WriteResponse)Assert.IsType<ConfirmedResponse>(answer).Service).Results);

    private int Answers(Association peer)
    {
        var count = 0;
        for (; _ied.LateAnswer(peer) is not null; count++)
        {
        }

        return count;
    }

    private DataValue Stored(string item) => StoredSetting.Read(_store.Load()["setting/PV1LD0/" + item])?.Value ?? default;

    private void Commit()
    {
        _store.Succeed();
        _ied.Drain();
    }

    /// <summary>The store does its work at once for a while.</summary>
    private void Prompt(Action action)
    {
        while (_store.IsBusy)
        {
            Commit();
        }

        _store.IsPrompt = true;
        action();
        _store.IsPrompt = false;
    }

    /// <summary>Every attempt fails until the outbox has had enough.</summary>
    private void FailForLong(bool isCarriedOut = false) => _store.FailForLong(_ied, isCarriedOut);
}
