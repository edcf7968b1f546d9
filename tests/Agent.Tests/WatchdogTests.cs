using System.Net.Sockets;
using System.Text;
using DerAgent.Agent.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>The service manager is told that all is well while everything turns, and not one moment longer than it must.</summary>
public sealed class WatchdogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly TestLog _log = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Watchdog _watchdog;
    private int _fed;

    public WatchdogTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no systemd here.");
        var name = Path.Combine(_folder, "notify");
        _manager.Bind(new UnixDomainSocketEndPoint(name));
        _watchdog = new(new(name), _log, _time);
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        _manager.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void It_is_fed_while_all_turn()
    {
        _watchdog.Watch("a", static answer => answer());
        _watchdog.Watch("b", static answer => answer());
        Advance(600);
        Assert.Equal(60, Fed());
        Assert.Empty(_log.Lines);
    }

    [Fact] // SD cards do that
    public void A_store_that_blocks_for_half_a_minute_ends_nothing()
    {
        Action? late = null;
        _watchdog.Watch("The store", answer => late = answer);
        for (var times = 0; times < 10; times++)
        {
            Advance(30);
            late?.Invoke();
        }

        Assert.Equal(30, Fed());
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void What_does_not_turn_ends_the_feeding_and_is_said()
    {
        _watchdog.Watch("a", static answer => answer());
        Action? late = null;
        _watchdog.Watch("The server AP1", answer => late = answer);
        Advance(50);
        Assert.InRange(Fed(), 4, 5);
        Advance(600);
        Assert.Equal(0, Fed());
        Assert.Equal("Critical: The server AP1 has not turned for 45 s, which is a defect of the agent: the service manager is not told any more that all is well, and starts it anew", Assert.Single(_log.Lines));
        late!();
        Advance(10);
        Assert.Equal(1, Fed());
    }

    [Fact] // whoever is asked may do its work on our own thread, and hang on it
    public void Who_is_asked_and_does_not_come_back_ends_the_feeding()
    {
        var fed = -1;
        _watchdog.Watch("a", answer =>
        {
            Fed();
            for (var times = 0; times < 10; times++)
            {
                _watchdog.Look();
            }

            fed = Fed();
        });
        Advance(10);
        Assert.Equal(0, fed);
    }

    [Fact]
    public void A_third_line_that_hangs_within_an_hour_ends_the_feeding_for_a_while()
    {
        _watchdog.Hung();
        Advance(1200);
        _watchdog.Hung();
        Advance(1200);
        Assert.Equal(240, Fed());
        _watchdog.Hung();
        Advance(1190);
        Assert.Equal(0, Fed());
        Advance(30);
        Assert.True(Fed() > 0);
    }

    [Fact]
    public void What_is_no_more_is_not_missed()
    {
        _watchdog.Watch("a", static _ => { });
        Advance(10);
        _watchdog.Forget("a");
        Advance(600);
        Assert.Equal(61, Fed());
    }

    private void Advance(int seconds)
    {
        for (var passed = 0; passed < seconds; passed += 10)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            Take();
        }
    }

    /// <summary>How often the manager was told since the last time.</summary>
    private int Fed()
    {
        Take();
        var fed = _fed;
        _fed = 0;
        return fed;
    }

    /// <summary>The manager reads at once: few datagrams wait for it.</summary>
    private void Take()
    {
        for (var buffer = new byte[100]; _manager.Poll(0, SelectMode.SelectRead); _fed++)
        {
            Assert.Equal("WATCHDOG=1", Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer)));
        }
    }
}
