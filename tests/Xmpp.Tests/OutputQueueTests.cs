using CsCheck;

namespace DerAgent.Xmpp.Tests;

/// <summary>Who goes out first, what is kept, and that no octet of a budget is lost (wire profile §1.6).</summary>
public sealed class OutputQueueTests
{
    [Fact]
    public void Lanes_take_turns_and_within_one_nothing_overtakes()
    {
        var core = TestCore.Served();
        var (one, other) = (core.Lane("one"), core.Lane("other"));
        core.IsStuck = true;
        core.Send(core.Lane("first"), "0");
        for (var i = 1; i <= 3; i++)
        {
            core.Send(one, $"a{i}");
        }

        core.Send(other, "b1");
        core.Send(other, "b2");
        core.IsStuck = false;
        core.Flush();
        Assert.Equal(["0", "a1", "b1", "a2", "b2", "a3"], core.Bodies());
    }

    [Fact] // priority chooses between associations, never within one; and nobody waits for ever
    public void A_lane_with_something_urgent_goes_first_four_times_in_a_row()
    {
        var core = TestCore.Served();
        var (calm, hasty) = (core.Lane("calm"), core.Lane("hasty"));
        core.IsStuck = true;
        core.Send(core.Lane("first"), "0");
        core.Send(calm, "c1");
        core.Send(calm, "c2");
        core.Send(hasty, "h0");
        for (var i = 1; i <= 5; i++)
        {
            core.Send(hasty, $"h{i}", isUrgent: true);
        }

        core.IsStuck = false;
        core.Flush();
        Assert.Equal(["0", "h0", "h1", "h2", "h3", "c1", "h4", "h5", "c2"], core.Bodies());
    }

    [Fact]
    public void A_closed_lane_takes_nothing_more_and_what_it_has_goes_out_or_not()
    {
        var core = TestCore.Served();
        var (released, aborted) = (core.Lane("released"), core.Lane("aborted"));
        core.IsStuck = true;
        core.Send(core.Lane("first"), "0");
        core.Send(released, "r");
        core.Send(aborted, "a");
        core.Core.Output.Close(released, discard: false);
        core.Core.Output.Close(aborted, discard: true);
        Assert.False(core.Send(released, "late"));
        core.IsStuck = false;
        core.Flush();
        Assert.Equal(["0", "r"], core.Bodies());
        Assert.Equal(2, core.Core.Output.Lanes.Count);
    }

    [Fact] // one that asks for much does not take another's place
    public void A_lane_is_bounded_by_itself_and_all_by_their_connection_and_all_connections_by_the_process()
    {
        var process = new OctetBudget(3_000);
        var (dso, vpp) = (new OctetBudget(2_000, process), new OctetBudget(2_000, process));
        var (one, other, third) = (new XmppLane("1", dso, 1_500), new XmppLane("2", dso, 1_500), new XmppLane("3", vpp, 5_000));
        Assert.True(one.TryTake(1_500));
        Assert.False(one.TryTake(1));
        Assert.True(other.TryTake(500));
        Assert.False(other.TryTake(1));
        Assert.False(third.TryTake(1_001));
        Assert.True(third.TryTake(1_000));
        Assert.Equal((3_000, 2_000, 500), (process.Used, dso.Used, other.Budget.Used));
    }

    [Fact] // random interleavings: each stanza goes out once a session, in its lane's order, and the budgets come to nothing in the end
    public void Whatever_happens_order_is_kept_and_every_octet_comes_back() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 100]).Array[1, 120].Sample(moves =>
        {
            var core = TestCore.Served();
            XmppLane[] lanes = [core.Lane("0"), core.Lane("1"), core.Lane("2")];
            int[] next = [0, 0, 0];
            var (line, handled, sessions, start) = (1L, 2u, 0, 0);
            var all = new List<string>();
            foreach (var (kind, argument) in moves)
            {
                switch (kind)
                {
                    case <= 3:
                        var lane = argument % 3;
                        Assert.True(core.Send(lanes[lane], $"{sessions}.{lane}.{next[lane]++}", isUrgent: argument % 5 == 0));
                        break;
                    case 4:
                        core.IsStuck = !core.IsStuck;
                        if (!core.IsStuck)
                        {
                            core.Flush(line);
                        }

                        break;
                    case 5 when core.Core.Line != 0:
                        handled += (uint)(argument % (core.Core.Output.Unacknowledged - core.Core.Output.ToRewrite + 1));
                        core.Come($"<a xmlns='urn:xmpp:sm:3' h='{handled}'/>", line);
                        break;
                    case 6 when core.Core.Line != 0:
                        core.Core.Broke(line, new(XmppFailureKind.Connection, "cut"));
                        core.Drain();
                        LineEnds();
                        break;
                    case 7 when core.Core.Line == 0:
                        handled += (uint)(argument % (core.Core.Output.Unacknowledged + 1));
                        start = Math.Max(0, (int)handled - 2);
                        core.Resume(++line, handled);
                        break;
                    case 8 when core.Core.Line == 0:
                        all.Clear();
                        (next, sessions, handled, start) = ([0, 0, 0], sessions + 1, 0, 0);
                        core.Bind(++line, $"s{line}");
                        break;
                }
            }

            if (core.Core.Line == 0)
            {
                start = Math.Max(0, (int)handled - 2);
                core.Resume(++line, handled);
            }

            core.IsStuck = false;
            core.Flush(line);
            LineEnds();
            Assert.All(Enumerable.Range(0, 3), l => Assert.Equal(Enumerable.Range(0, next[l]).Select(n => $"{sessions}.{l}.{n}"), all.Where(s => s.Split('.')[1] == $"{l}")));
            core.Come($"<a xmlns='urn:xmpp:sm:3' h='{handled + (uint)core.Core.Output.Unacknowledged}'/>", line);
            Assert.Equal((0, 0L), (core.Core.Output.Unacknowledged, core.Budget.Used));
            Assert.All(lanes, l => Assert.Equal(0, l.Budget.Used));

            // What a line wrote is what came before it and was not handled, in order, and then what is new.
            void LineEnds()
            {
                foreach (var (body, place) in core.Bodies().Select((b, i) => (b, start + i)))
                {
                    if (place < all.Count)
                    {
                        Assert.Equal(all[place], body);
                    }
                    else
                    {
                        all.Add(body);
                    }
                }
            }
        }, iter: 3_000, threads: 2);
}
