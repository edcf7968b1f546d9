namespace DerAgent.Xmpp.Tests;

/// <summary>Whether a line is alive, second by second (wire profile §1.6, §1.7).</summary>
public sealed class LineWatchTests
{
    private static readonly XmppOptions Options = new() { Jid = Jid.Parse("a@b"), Password = "x" };
    private LineWatch _watch;
    private LineProgress _line = new(0, false, 0, 0, false);
    private long _unacknowledged;
    private int _now;

    private TimeSpan Now => TimeSpan.FromSeconds(_now);

    [Fact]
    public void Without_a_round_trip_the_server_is_pinged_whatever_else_comes_and_given_up()
    {
        Assert.Equal((25, WatchStep.Ping), Next(change: l => l with { Received = l.Received + 100 }));
        Ask();
        Assert.Equal((40, WatchStep.Silent), Next(change: l => l with { Received = l.Received + 100 }));
    }

    [Fact]
    public void A_round_trip_puts_the_ping_off()
    {
        _now = 20;
        _watch = _watch.Answered(Now, _line, isOwing: false);
        Assert.Equal((45, WatchStep.Ping), Next());
    }

    [Fact]
    public void Acknowledgement_is_asked_for_10_s_after_the_first_stanza_that_is_owed()
    {
        _now = 3;
        _watch = _watch.Wrote(Now);
        _now = 7;
        _watch = _watch.Wrote(Now);
        Assert.Equal((13, WatchStep.RequestAcknowledge), Next());
        Ask();
        Assert.Equal((28, WatchStep.Silent), Next());
    }

    [Fact]
    public void An_answer_that_leaves_something_unacknowledged_has_it_asked_for_again()
    {
        _watch = _watch.Wrote(Now);
        Assert.Equal((10, WatchStep.RequestAcknowledge), Next());
        Ask();
        _watch = _watch.Answered(Now, _line, isOwing: true);
        Assert.Equal((20, WatchStep.RequestAcknowledge), Next());
    }

    [Fact] // any dead line is noticed within 45 s: the worst moment is just after a round trip
    public void A_dead_line_is_noticed_within_45_s()
    {
        Assert.Equal((25, WatchStep.Ping), Next());
        _watch = _watch.Asked(Now, _line, position: null);
        Assert.InRange(Next().At, 26, 44);
    }

    [Fact]
    public void While_TCP_brings_the_question_there_its_time_stands_still_and_no_longer()
    {
        _line = _line with { Written = 60_000, Acknowledged = 1 };
        Ask(position: 60_010);

        // 1 kB/s: the question is there after a minute; only then does it count.
        Assert.Equal((76, WatchStep.Silent), Next(change: l => l with { Written = 60_010, Acknowledged = Math.Min(60_010, l.Acknowledged!.Value + 1_000) }));
    }

    [Fact]
    public void What_TCP_acknowledges_behind_the_question_proves_nothing()
    {
        Ask(position: 100);
        _line = _line with { Acknowledged = 100 };
        Assert.Equal((16, WatchStep.Silent), Next(change: l => l with { Acknowledged = l.Acknowledged + 1_000, Written = l.Written + 1_000 }));
    }

    [Fact]
    public void Where_TCP_tells_nothing_each_KiB_before_the_question_has_a_second()
    {
        _line = _line with { Written = 20 * 1024, Acknowledged = null };
        Ask();
        Assert.Equal((35, WatchStep.Silent), Next());
    }

    [Fact]
    public void A_question_that_waits_to_be_written_counts_when_it_is()
    {
        _watch = _watch.Asked(Now, _line, position: null);
        _line = _line with { Acknowledged = 5_000 };
        Assert.Equal((16, WatchStep.Silent), Next(stop: 16));
        _now = 10;
        _watch = default(LineWatch).Asked(Now, _line, position: null).Asked(Now, _line, position: 9_000);
        Assert.Equal(9_000, _watch.Question!.Value.Position);
        Assert.Equal(Now, _watch.Question.Value.Since);
    }

    [Fact]
    public void An_element_that_does_not_grow_by_a_KiB_in_15_s_is_the_end()
    {
        _line = _line with { IsMidElement = true };
        Assert.Equal((16, WatchStep.Dripping), Next(change: l => l with { Received = l.Received + 60 }));
    }

    [Fact]
    public void An_element_that_grows_is_waited_for_and_what_is_behind_it_too()
    {
        _line = _line with { IsMidElement = true };
        Ask();
        Assert.Equal((60, WatchStep.None), Next(stop: 60, change: l => l with { Received = l.Received + 1_000 }));
        _line = _line with { IsMidElement = false };
        Assert.Equal((75, WatchStep.Silent), Next());
    }

    [Fact] // a server that sends and sends, and never answers
    public void What_comes_before_an_answer_is_not_waited_for_for_ever()
    {
        _line = _line with { IsMidElement = true };
        Ask();
        Assert.Equal(WatchStep.Silent, Next(stop: 60, change: l => l with { Received = l.Received + 100_000 }).Step);
    }

    [Fact]
    public void While_nothing_is_read_the_clock_stands_still()
    {
        _line = _line with { IsMidElement = true, IsReadingPaused = true };
        Ask();
        Assert.Equal((100, WatchStep.None), Next(stop: 100));
        _line = _line with { IsReadingPaused = false };
        Assert.Equal((116, WatchStep.Dripping), Next());
    }

    [Fact]
    public void Too_much_that_is_unacknowledged_for_too_long_is_the_end_also_while_nothing_is_read()
    {
        (_unacknowledged, _line) = (Options.MaxUnacknowledged - 1, _line with { IsReadingPaused = true });
        Assert.Equal((20, WatchStep.None), Next(stop: 20));
        _unacknowledged = Options.MaxUnacknowledged;
        Assert.Equal((36, WatchStep.Overdue), Next());
    }

    [Fact] // Prosody 0.12 may keep half a stanza of the broken line, and hears nothing from then on
    public void A_server_that_resumed_and_does_not_hear_is_deaf_and_one_that_does_not_get_it_is_silent()
    {
        _watch = _watch.Asked(Now, _line, position: 50, isFirst: true);
        _line = _line with { Acknowledged = 50, Written = 50 };
        Assert.Equal((16, WatchStep.Deaf), Next(change: l => l with { Received = l.Received + 100 }));
        (_now, _watch, _line) = (0, default, new(0, false, 0, 0, false));
        _watch = _watch.Asked(Now, _line, position: 50, isFirst: true);
        Assert.Equal((15, WatchStep.Silent), Next());
    }

    private void Ask(long? position = null) => _watch = _watch.Asked(Now, _line, position ?? _line.Written);

    /// <summary>When something is due next, and what.</summary>
    private (int At, WatchStep Step) Next(int stop = 1_000, Func<LineProgress, LineProgress>? change = null)
    {
        while (_now < stop)
        {
            _now++;
            _line = change?.Invoke(_line) ?? _line;
            (_watch, var step) = _watch.Tick(Now, _line, _unacknowledged, Options);
            if (step != WatchStep.None)
            {
                return (_now, step);
            }
        }

        return (_now, WatchStep.None);
    }
}
