namespace DerAgent.Agent.Tests;

/// <summary>Whether a partner is there, by what it answers to pings (wire profile §1.7).</summary>
public sealed class PeerWatchTests
{
    private const string Peer = "control@dso.example/1";
    private readonly DateTimeOffset _start = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private readonly PeerWatch _watch;
    private DateTimeOffset _heard;
    private int _ids;

    public PeerWatchTests()
    {
        _watch = new(() => $"p{_ids++}");
        _heard = _start;
    }

    [Fact] // once right after the association, then after 5 minutes of silence, 60 s while it waits for reports
    public void It_is_pinged_at_once_and_then_when_it_has_been_quiet()
    {
        Assert.Equal("p0", _watch.Ping(Peer, _start));
        Assert.Equal(PeerStep.None, _watch.Answered(Peer, "p0", isError: false));
        Assert.Equal((PeerStep.None, PeerStep.Ping), (Due(299), Due(300)));
        Assert.Equal((PeerStep.None, PeerStep.Ping), (Due(59, listens: true), Due(60, listens: true)));
        _heard = _start.AddSeconds(290);
        Assert.Equal((PeerStep.None, PeerStep.Ping), (Due(589), Due(590)));
    }

    [Fact]
    public void Three_pings_20_s_apart_without_an_answer_say_that_it_is_gone()
    {
        Greet();
        Assert.Equal(PeerStep.Ping, Due(300));
        _watch.Ping(Peer, At(300));
        Assert.Equal((PeerStep.None, PeerStep.Ping), (Due(319), Due(320)));
        _watch.Ping(Peer, At(320));
        Assert.Equal(PeerStep.Ping, Due(340));
        _watch.Ping(Peer, At(340));
        Assert.Equal((PeerStep.None, PeerStep.Gone), (Due(359), Due(360)));
    }

    [Fact]
    public void One_answer_in_three_is_enough_and_so_is_anything_else()
    {
        Greet();
        _watch.Ping(Peer, At(300));
        _watch.Ping(Peer, At(320));
        _watch.Answered(Peer, "p1", isError: false);
        Assert.Equal(PeerStep.Ping, Due(340));
        _watch.Ping(Peer, At(340));
        _watch.Ping(Peer, At(360));
        _heard = At(361);
        Assert.Equal((PeerStep.None, PeerStep.None, PeerStep.Ping), (Due(380), Due(660), Due(661)));
    }

    [Fact] // a server answers for who is not there: service-unavailable
    public void An_error_of_one_that_answered_before_says_that_it_is_gone()
    {
        Greet();
        var id = _watch.Ping(Peer, At(300));
        Assert.Equal(PeerStep.None, _watch.Answered(Peer, "another", isError: true));
        Assert.Equal(PeerStep.Gone, _watch.Answered(Peer, id, isError: true));
    }

    [Fact]
    public void One_that_answers_the_first_ping_with_an_error_knows_none_and_is_left_alone()
    {
        Assert.Equal(PeerStep.None, _watch.Answered(Peer, _watch.Ping(Peer, _start), isError: true));
        Assert.Equal(PeerStep.None, Due(100_000, listens: true));
        Assert.Equal(PeerStep.None, _watch.Answered(Peer, _watch.Ping(Peer, _start), isError: true));

        // It has started anew, as something that may know.
        _watch.Begin(Peer, namesLanguage: true);
        Assert.True(_watch.NamesLanguage(Peer));
        Assert.Equal(PeerStep.Ping, Due(100_000));
    }

    [Fact] // it died before the ping came
    public void An_error_that_is_its_servers_for_certain_says_that_it_is_gone_be_it_the_first()
    {
        Assert.Equal(PeerStep.Gone, _watch.Answered(Peer, _watch.Ping(Peer, _start), isError: true, isOfServer: true));
        Assert.Equal(PeerStep.None, _watch.Answered(Peer, "another", isError: true, isOfServer: true));
    }

    [Fact]
    public void Only_those_who_are_there_are_remembered()
    {
        Greet();
        _watch.Keep(new HashSet<string>());
        Assert.Equal(PeerStep.None, _watch.Answered(Peer, "p0", isError: true));
    }

    private void Greet() => _watch.Answered(Peer, _watch.Ping(Peer, _start), isError: false);

    private DateTimeOffset At(double seconds) => _start.AddSeconds(seconds);

    private PeerStep Due(double seconds, bool listens = false) => _watch.Due(Peer, At(seconds), _heard, listens);
}
