using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Xmpp.Tests;

/// <summary>Whether the server of a session is alive and hears, by a clock that stands still.</summary>
public sealed class SessionWatchTests
{
    private static readonly XmppOptions Options = new() { Jid = Jid.Parse("a@b"), Password = "x" };
    private readonly FakeTimeProvider _time = new();
    private readonly SessionWatch _watch;

    public SessionWatchTests() => _watch = new(Options, _time);

    [Fact] // XEP-0199; the wire profile: 60 s of silence, dead after 15 s more
    public void A_silent_server_is_pinged_and_given_up()
    {
        Assert.Equal(WatchStep.None, After(59));
        Assert.Equal(WatchStep.Ping, After(1));
        Assert.Equal(WatchStep.None, After(14));
        Assert.Equal(WatchStep.Silent, After(1));
    }

    [Fact]
    public void Whatever_comes_is_life()
    {
        Assert.Equal(WatchStep.Ping, After(60));
        _watch.Received();
        Assert.Equal(WatchStep.None, After(59));
        Assert.Equal(WatchStep.Ping, After(1));
        _watch.Answered();
        _watch.Received();
        Assert.Equal(WatchStep.None, After(20));
    }

    [Fact] // the wire profile: at the latest every 30 s with something unacknowledged
    public void Acknowledgement_is_asked_for_where_one_is_owed()
    {
        Assert.Equal(WatchStep.None, After(29, hasUnacknowledged: true));
        Assert.Equal(WatchStep.RequestAcknowledge, After(1, hasUnacknowledged: true));
        _watch.AcknowledgeRequested();
        Assert.Equal(WatchStep.None, After(29, hasUnacknowledged: true));
        _watch.Received();
        Assert.Equal(WatchStep.None, After(1));
    }

    [Fact]
    public void A_resumed_session_must_be_acknowledged_however_much_the_server_sends()
    {
        _watch.Resumed();
        Assert.Equal(WatchStep.None, After(14));
        _watch.Received();
        _watch.Answered();
        Assert.Equal(WatchStep.Deaf, After(1));
        _watch.Acknowledged();
        Assert.Equal(WatchStep.None, After(15));
    }

    private WatchStep After(int seconds, bool hasUnacknowledged = false)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return _watch.Next(hasUnacknowledged);
    }
}
