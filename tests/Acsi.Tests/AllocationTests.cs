using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>What the way of a value allocates: a data logger polls for years.</summary>
public sealed class AllocationTests
{
    private readonly TestIed _ied = TestIed.PvInverter();
    private readonly int _slot;

    public AllocationTests() => _slot = _ied.Model.Node("PV1LD0", "MMXU1$MX$TotW$mag$f")!.FirstSlot;

    [Fact]
    public void An_update_that_changes_nothing_allocates_nothing()
    {
        Enable();
        ProcessValue[] batch = [Value(1, 0)];
        Assert.Equal(0, PerRound(_ =>
        {
            _ied.Server.Update(batch);
            Run();
        }));
    }

    [Fact] // entry and report included, encoding not
    public void A_changed_value_in_one_buffered_and_one_enabled_unbuffered_block_allocates_little()
    {
        Enable();
        var batch = new ProcessValue[1];
        var allocated = PerRound(i =>
        {
            batch[0] = Value(i, i);
            _ied.Server.Update(batch);
            Run();
        });
        Assert.InRange(allocated, 1, 400);
    }

    [Fact]
    public void Asking_for_the_next_due_moment_allocates_nothing()
    {
        Enable();
        Assert.Equal(0, PerRound(_ => Assert.True(_ied.Server.NextDue > DateTimeOffset.UnixEpoch)));
    }

    private ProcessValue Value(float value, int milliseconds) =>
        new(_slot, DataValue.Float32(value), Quality.Good, _ied.Time.GetUtcNow().AddMilliseconds(milliseconds));

    /// <summary>What the agent's loop does after a message, the octets on the line at once.</summary>
    private void Run()
    {
        _ied.Outbox.Take();
        while (_ied.Outbox.NextCommit() is { } changes)
        {
            var commit = _ied.Store.CommitAsync(changes, CancellationToken.None);
            _ied.Outbox.Succeeded(commit.IsCompletedSuccessfully ? commit.Result : throw new InvalidOperationException("a store in memory commits at once"));
        }

        while (_ied.Outbox.TryTake(out var effect))
        {
            if (effect is AcsiEffect.SendReport report)
            {
                _ied.Server.ReportSent(report.Association, report.Ticket);
                _ied.Outbox.Take();
            }
        }
    }

    private void Enable()
    {
        var peer = _ied.Associate();
        Assert.Null(_ied.Write(peer, "LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true)));
    }

    private static long PerRound(Action<int> step)
    {
        const int rounds = 2_000;
        for (var i = 0; i < rounds; i++)
        {
            step(i);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = rounds; i < 2 * rounds; i++)
        {
            step(i);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / rounds;
    }
}
