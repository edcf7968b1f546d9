using CsCheck;

namespace DerAgent.Acsi.Tests;

/// <summary>Whatever is asked, committed, lost and failed in whatever order: what was acknowledged is there, and what is there was acknowledged (architecture: durable before acknowledged).</summary>
public sealed class DurabilityTests
{
    private static readonly Gen<(int Kind, int Argument)[]> Moves = Gen.Select(Gen.Int[0, 13], Gen.Int[0, 1_000]).Array[1, 80];

    [Fact] // per association the answers come in order, none before its commit, none twice, none lost
    public void Answers_come_in_order_each_once_and_none_before_its_commit() => Moves.Sample(
        moves =>
        {
            var world = new DurableWorld();
            foreach (var (kind, argument) in moves)
            {
                world.Move(kind, argument);
            }

            world.End();
        },
        iter: 1500,
        threads: 2);

    [Fact] // a new server on what was committed so far, after every step
    public void A_power_cut_after_any_step_loses_nothing_that_was_acknowledged() => Moves.Sample(
        moves =>
        {
            var world = new DurableWorld();
            for (var i = 0; i < moves.Length; i++)
            {
                world.Move(moves[i].Kind, moves[i].Argument);
                world.CutPower(reads: i % 4 == 3);
            }
        },
        iter: 400,
        threads: 2);

    [Fact] // logs, setting groups, data sets
    public void A_power_cut_after_any_step_loses_no_log_entry_group_or_data_set_that_was_told()
    {
        var shown = 0;
        Gen.Select(Gen.Int[0, 12], Gen.Int[0, 1_000]).Array[20, 120].Sample(
            moves =>
            {
                var world = new DurableServicesWorld();
                foreach (var (kind, argument) in moves)
                {
                    world.Move(kind, argument);
                    world.CutPower();
                }

                Interlocked.Add(ref shown, world.Shown);
            },
            iter: 300,
            threads: 2);
        Assert.InRange(shown, 300, int.MaxValue);
    }
}
