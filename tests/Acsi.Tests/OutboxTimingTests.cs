using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>When commits are made: at once where somebody waits, gathered where nobody does, and how a store that has failed is tried.</summary>
public sealed class OutboxTimingTests
{
    private const string Brcb = "LLN0$BR$brcbStatus01";
    private readonly LateStore _store = new();
    private readonly TestIed _ied;

    public OutboxTimingTests() => _ied = TestIed.PvInverter(store: _store);

    [Fact] // lazyInterval: nobody has enabled a block
    public void Entries_that_nobody_waits_for_are_gathered()
    {
        var outbox = NewOutbox(out var server, out _);
        Change(server, outbox, 1);
        Assert.Null(outbox.NextCommit());
        Assert.Equal(_ied.Time.GetUtcNow().AddSeconds(2), outbox.NextDue);
        _ied.Time.Advance(TimeSpan.FromSeconds(2));
        // Four blocks and the log.
        Assert.Equal(5, outbox.NextCommit()!.Count(c => c.Kind == StateChangeKind.Append));
        Assert.Null(outbox.NextCommit());
        outbox.Succeeded(CommitResult.Done);

        // Not without bound.
        for (ulong i = 0; i < 52; i++)
        {
            Assert.Null(outbox.NextCommit());
            Change(server, outbox, i % 2);
        }

        Assert.Equal(260, outbox.NextCommit()!.Count);
    }

    [Fact] // commitInterval: one block is enabled
    public void An_entry_that_somebody_waits_for_is_committed_at_once_and_the_next_one_an_interval_later()
    {
        var outbox = NewOutbox(out var server, out var peer);
        server.Handle(peer, "1", new ConfirmedRequest(1, TestIed.Writing(Brcb + "$RptEna", DataValue.Boolean(true))));
        Commit(outbox);
        _ied.Time.Advance(TimeSpan.FromSeconds(1));
        Change(server, outbox, 1);
        Commit(outbox);
        Change(server, outbox, 2);
        Assert.Null(outbox.NextCommit());
        Assert.Equal(_ied.Time.GetUtcNow().AddMilliseconds(50), outbox.NextDue);

        // Whoever asks does not wait for others' reports.
        server.Handle(peer, "2", new ConfirmedRequest(2, TestIed.Writing("MMXU1$CF$TotW$db", DataValue.Unsigned(7))));
        Commit(outbox);
        Change(server, outbox, 1);
        Assert.Null(outbox.NextCommit());
        _ied.Time.Advance(TimeSpan.FromMilliseconds(50));
        Commit(outbox);

        void Commit(Outbox at)
        {
            at.Take();
            Assert.NotNull(at.NextCommit());
            at.Succeeded(CommitResult.Done);
        }
    }

    [Fact] // found with a disk that fails: what waits may be nothing to the store, and then a trial proves nothing
    public void A_trial_of_a_store_that_has_failed_always_writes()
    {
        var outbox = NewOutbox(out var server, out var peer);
        server.Handle(peer, "1", new ConfirmedRequest(1, TestIed.Writing(Brcb + "$RptEna", DataValue.Boolean(true))));
        Change(server, outbox, 1);
        for (var i = 0; i < 30 && !outbox.IsRefusing; i++)
        {
            Assert.NotNull(outbox.NextCommit());
            outbox.Failed("no");
            _ied.Time.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.True(outbox.IsRefusing);
        for (var i = 0; i < 3; i++)
        {
            _ied.Time.Advance(TimeSpan.FromSeconds(5));
            Assert.Single(outbox.NextCommit()!, c => c.Name == StoredKeys.Trial);
            outbox.Failed("no");
        }
    }

    private Outbox NewOutbox(out AcsiServer server, out Association peer)
    {
        server = new AcsiServer(_ied.Model, new(_ied, _store, new Security.Authority(), _ied), new(), _ied.Time);
        var key = new AssociationKey("dso", "new@dso.example/1", "1");
        server.Associate(new(key, new(key.BarePeer, Right.View | Right.Read | Right.Reporting | Right.Config, [])), new InitiateRequest { LocalDetailCalling = 65_000, DataStructureNestingLevel = 10, ParameterCbb = ParameterCbb.Iec61850 });
        peer = server.Find(key)!;
        return new Outbox(server, new(), _ied.Time);
    }

    private void Change(AcsiServer server, Outbox outbox, ulong position)
    {
        server.Update([new ProcessValue(_ied.Model.Node("PV1LD0", "CSWI1$ST$Pos$stVal")!.FirstSlot, DataValue.Bits(position, 2), Quality.Good, _ied.Time.GetUtcNow())]);
        outbox.Take();
    }
}
