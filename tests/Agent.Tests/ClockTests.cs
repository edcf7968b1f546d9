using System.Buffers.Binary;
using DerAgent.Acsi;
using DerAgent.Agent.Clock;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>SNTP (RFC 4330): what is believed, who is outvoted, and what the clock does.</summary>
public sealed class ClockTests
{
    private const ulong Nonce = 0x0123_4567_89AB_CDEF;
    private static readonly DateTimeOffset Sent = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Received = Sent.AddMilliseconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void An_answer_tells_how_far_we_are_off()
    {
        var sample = Read(_ => { }) ?? throw new InvalidOperationException();
        Assert.Equal(5_000, sample.Offset.TotalMilliseconds, 0.01);
        Assert.Equal(20, sample.Delay.TotalMilliseconds, 0.01);
        Assert.Equal(7.8125, sample.Error.TotalMilliseconds, 0.01);
    }

    [Theory] // RFC 4330 §5
    [InlineData("mode")]
    [InlineData("version")]
    [InlineData("another request")]
    [InlineData("not synchronised")]
    [InlineData("stratum 16")]
    [InlineData("root delay")]
    [InlineData("negative root delay")]
    [InlineData("root dispersion")]
    [InlineData("no time")]
    [InlineData("backwards")]
    [InlineData("too long")]
    public void What_is_not_sane_is_ignored(string what) => Assert.Null(Read(packet =>
    {
        switch (what)
        {
            case "mode": packet[0] = (4 << 3) | 3; break;
            case "version": packet[0] = (2 << 3) | 4; break;
            case "another request": packet[24] ^= 1; break;
            case "not synchronised": packet[0] |= 0xC0; break;
            case "stratum 16": packet[1] = 16; break;
            case "root delay": BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), 0x10000); break;
            case "negative root delay": BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), -1); break;
            case "root dispersion": BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(8), 0x10000); break;
            case "no time": packet.AsSpan(40).Clear(); break;
            case "backwards": BinaryPrimitives.WriteUInt64BigEndian(packet.AsSpan(40), SntpPacket.ToTimestamp(Sent.AddSeconds(4))); break;
            default: BinaryPrimitives.WriteUInt64BigEndian(packet.AsSpan(40), SntpPacket.ToTimestamp(Sent.AddSeconds(8))); break;
        }
    }));

    [Fact]
    public void Whatever_comes_is_read_or_ignored()
    {
        var random = new Random(1);
        for (var i = 0; i < 100_000; i++)
        {
            var packet = new byte[random.Next(0, 80)];
            random.NextBytes(packet);
            if (packet.Length >= 48 && i % 2 == 0)
            {
                (packet[0], packet[1]) = ((4 << 3) | 4, 2);
                BinaryPrimitives.WriteUInt64BigEndian(packet.AsSpan(24), Nonce);
            }

            SntpPacket.Read(packet, Nonce, Sent, Received, out var fault, out _);
            Assert.NotNull(fault);
        }
    }

    [Fact] // RFC 4330 §3: the eras
    public void Times_are_those_of_1968_to_2104()
    {
        foreach (var time in new[] { new DateTimeOffset(1999, 12, 31, 23, 59, 59, TimeSpan.Zero), Sent, new DateTimeOffset(2036, 2, 7, 6, 28, 15, TimeSpan.Zero), new DateTimeOffset(2036, 2, 7, 6, 28, 17, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero) })
        {
            Assert.Equal(time, SntpPacket.ToTime(SntpPacket.ToTimestamp(time)), TimeSpan.FromMicroseconds(1));
        }
    }

    [Theory]
    [InlineData("0.001", "0.001")] // one alone is believed
    [InlineData("5.000", "5.000")]
    [InlineData("0.001 0.002", "0.001 0.002")]
    [InlineData("0.001 5.000", "")] // nobody knows which
    [InlineData("0.001 0.002 5.000", "0.001 0.002")] // outvoted
    [InlineData("0.001 3.000 5.000", "")]
    [InlineData("0.001 0.002 5.000 5.001", "")]
    [InlineData("0.001 0.002 0.003 5.000 5.001", "0.001 0.002 0.003")]
    public void A_majority_that_agrees_is_right(string offsets, string right) => Assert.Equal(right, Vote(offsets, null));

    [Theory] // a clock that was right a while ago has a voice
    [InlineData("0.001", "0.001")]
    [InlineData("5.000", "")]
    [InlineData("0.001 5.000", "0.001")]
    [InlineData("5.000 5.001", "5.000 5.001")]
    public void The_own_clock_has_a_voice_while_it_is_known_to_be_right(string offsets, string right) => Assert.Equal(right, Vote(offsets, TimeSpan.FromMilliseconds(20)));

    [Fact]
    public async Task Three_servers_one_five_seconds_off_one_silent_one_that_wants_no_more()
    {
        using var first = new SntpServer();
        using var second = new SntpServer();
        using var false5 = new SntpServer(TimeSpan.FromSeconds(5));
        using var silent = new SntpServer { Change = _ => [] };
        using var kiss = new SntpServer { Change = a => SntpServer.Kiss(a, "DENY") };
        var log = new TestLog();
        var clock = new DisciplinedTime(TimeProvider.System);
        var told = (Report: ClockState.Unknown.Report(TimeSpan.Zero), Alarm: 0);
        var service = Service(clock, log, (r, a) => told = (r, a), first, second, false5, silent, kiss);
        await service.RoundAsync(Cancel);
        Assert.Equal(0, (clock.GetUtcNow() - DateTimeOffset.UtcNow).TotalSeconds, 0.2);
        Assert.Equal((2, 2, 0), (told.Report.SourceKind, told.Report.SyncKind, told.Alarm));
        Assert.Equal([true, true, false, false, false], told.Report.Channels);
        Assert.Equal(0, told.Report.TimeQuality & 0x60);
        Assert.Contains(log.Lines, l => l.Contains("outvoted: " + false5.Name, StringComparison.Ordinal));
        Assert.Contains(log.Lines, l => l.Contains(kiss.Name + " does not want to be asked (DENY)", StringComparison.Ordinal));

        // Who does not want it is not asked again; who is silent is.
        await service.RoundAsync(Cancel);
        Assert.Equal((1, 2, 2), (kiss.Asked, silent.Asked, first.Asked));
    }

    [Fact] // and the alarms
    public async Task One_server_alone_is_believed_and_what_was_off_is_told()
    {
        using var server = new SntpServer(TimeSpan.FromSeconds(-3));
        var log = new TestLog();
        var clock = new DisciplinedTime(TimeProvider.System);
        var alarms = new List<int>();
        var service = Service(clock, log, (_, a) => alarms.Add(a), server);
        await service.RoundAsync(Cancel);
        Assert.Equal(-3, (clock.GetUtcNow() - DateTimeOffset.UtcNow).TotalSeconds, 0.2);
        await service.RoundAsync(Cancel);
        server.Offset = TimeSpan.FromSeconds(-1.5);
        await service.RoundAsync(Cancel);
        Assert.Equal([2, 0, 0], alarms);
        Assert.Contains(log.Lines, l => l.Contains("off by 3.0", StringComparison.Ordinal) || l.Contains("off by 2.9", StringComparison.Ordinal));

        // Against a clock that was right a moment ago one server has no majority.
        Assert.Contains(log.Lines, l => l.Contains("contradict each other", StringComparison.Ordinal));
        Assert.Equal(-3, (clock.GetUtcNow() - DateTimeOffset.UtcNow).TotalSeconds, 0.2);
    }

    [Fact] // somebody else's packet is not the answer, and does not end the waiting for it
    public async Task A_forged_answer_is_passed_over()
    {
        using var server = new SntpServer();
        var forged = true;
        server.Change = answer =>
        {
            answer[24] ^= (byte)(forged ? 1 : 0);
            return answer;
        };
        var told = new List<ClockReport>();
        var service = Service(new DisciplinedTime(TimeProvider.System), new TestLog(), (r, _) => told.Add(r), server);
        await service.RoundAsync(Cancel);
        forged = false;
        await service.RoundAsync(Cancel);
        Assert.Equal([1, 2], told.Select(t => t.SourceKind));
    }

    [Fact]
    public void Who_is_asked_too_often_is_asked_less_often()
    {
        var keeper = new ClockKeeper(["a", "b"], TimeSpan.FromSeconds(64));
        Assert.Equal(["a", "b"], keeper.Due(TimeSpan.Zero));
        keeper.Take([new("a", null, "", "RATE"), new("b", new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero))], TimeSpan.Zero);
        Assert.Equal(["b"], keeper.Due(TimeSpan.FromSeconds(64)));
        Assert.Equal(["a", "b"], keeper.Due(TimeSpan.FromSeconds(128)));
        keeper.Take([new("a", null, "", "RATE")], TimeSpan.FromSeconds(128));
        Assert.Equal(["b"], keeper.Due(TimeSpan.FromSeconds(300)));
        Assert.Equal(["a", "b"], keeper.Due(TimeSpan.FromSeconds(384)));
    }

    [Theory] // what is made up for gradually is still there for a while; what is made up for at once is not
    [InlineData(0, 8)]
    [InlineData(100, 3)]
    [InlineData(5_000, 8)]
    public void How_good_the_clock_is_said_to_be_is_how_good_it_is(int offset, int accuracy)
    {
        var keeper = new ClockKeeper(["a"], TimeSpan.FromSeconds(64));
        keeper.Take([new("a", new(TimeSpan.FromMilliseconds(offset), TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(1)))], TimeSpan.Zero);
        Assert.Equal((byte)(0x80 | accuracy), keeper.State.Report(TimeSpan.Zero).TimeQuality);
    }

    [Fact] // of two that are as good as each other the better one is another each time
    public void Who_is_followed_stays_so_while_he_is_right()
    {
        var keeper = new ClockKeeper(["a", "b"], TimeSpan.FromSeconds(64));
        for (var i = 0; i < 6; i++)
        {
            keeper.Take([Of("a", 2 + (i % 2)), Of("b", 3 - (i % 2))], TimeSpan.FromSeconds(i));
            Assert.Equal("a", keeper.State.Source);
        }

        Assert.Equal(["the clock follows a"], keeper.TakeTells());
        keeper.Take([new("a", null, "it does not answer"), Of("b", 2)], TimeSpan.FromSeconds(9));
        Assert.Equal(["the clock follows b"], keeper.TakeTells());
        SntpAnswer Of(string server, int delay) => new(server, new(TimeSpan.Zero, TimeSpan.FromMilliseconds(delay), TimeSpan.Zero));
    }

    [Fact] // holdover: what nobody confirms is called synchronised for an hour, less and less accurately
    public void A_clock_that_nobody_confirms_is_not_synchronised_any_more()
    {
        var keeper = new ClockKeeper(["a"], TimeSpan.FromSeconds(64));
        keeper.Take([new("a", new(TimeSpan.Zero, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(1)))], TimeSpan.Zero);
        Assert.Equal((byte)(0x80 | 8), keeper.State.Report(TimeSpan.FromSeconds(1)).TimeQuality);
        Assert.Equal((byte)(0x80 | 7), keeper.State.Report(TimeSpan.FromSeconds(100)).TimeQuality);
        Assert.Equal((byte)(0x80 | 2), keeper.State.Report(TimeSpan.FromMinutes(59)).TimeQuality);
        Assert.Equal((byte)(0x20 | 31), keeper.State.Report(TimeSpan.FromMinutes(61)).TimeQuality);
    }

    [Fact]
    public void A_small_offset_is_made_up_for_gradually_and_time_never_goes_back()
    {
        var system = new FakeTimeProvider(Sent);
        var clock = new DisciplinedTime(system);
        clock.Adjust(TimeSpan.FromMilliseconds(-100));
        var last = clock.GetUtcNow();
        for (var i = 0; i < 300; i++)
        {
            system.Advance(TimeSpan.FromSeconds(1));
            Assert.True(clock.GetUtcNow() > last);
            last = clock.GetUtcNow();
        }

        Assert.Equal(-100, (last - system.GetUtcNow()).TotalMilliseconds, 0.001);
    }

    [Fact] // whatever somebody does to the system's
    public void A_disciplined_clock_does_not_follow_the_systems()
    {
        var inner = new FakeTimeProvider(Sent);
        var system = new StepClock(inner);
        var clock = new DisciplinedTime(system);
        system.Offset = TimeSpan.FromHours(1);
        Assert.Equal(Sent.AddHours(1), clock.GetUtcNow());
        clock.Adjust(TimeSpan.FromHours(-1));
        Assert.Equal(Sent, clock.GetUtcNow());
        system.Offset = TimeSpan.FromDays(-9);
        inner.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(Sent.AddSeconds(3), clock.GetUtcNow());
    }

    [Theory]
    [InlineData("ntp.example", "ntp.example", 123)]
    [InlineData("ntp.example:1123", "ntp.example", 1123)]
    [InlineData("192.0.2.1", "192.0.2.1", 123)]
    [InlineData("[2001:db8::1]:124", "2001:db8::1", 124)]
    [InlineData("2001:db8::1", "2001:db8::1", 123)]
    [InlineData("ntp.example:0", null, 0)]
    [InlineData("ntp.example:99999", null, 0)]
    [InlineData("ntp example", null, 0)]
    [InlineData("", null, 0)]
    public void A_server_is_a_host_with_or_without_port(string text, string? host, int port) =>
        Assert.Equal(host is null ? null : (host, port), ClockService.Endpoint(text));

    [Fact]
    public void The_system_says_what_it_knows_of_its_clock() => Assert.InRange(SystemClock.Read().TimeQuality, 0, 0xBF);

    private static string Vote(string offsets, TimeSpan? own) => string.Join(' ', ClockVote.Choose(
        [.. offsets.Split(' ').Select(o => new ClockVoter(o, new(TimeSpan.FromSeconds(double.Parse(o, System.Globalization.CultureInfo.InvariantCulture)), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(2))))],
        own).Select(v => v.Server));

    private static SntpSample? Read(Action<byte[]> change)
    {
        var packet = SntpServer.Answer(SntpPacket.Request(Nonce), Sent.AddSeconds(5).AddMilliseconds(10));
        change(packet);
        var sample = SntpPacket.Read(packet, Nonce, Sent, Received, out var fault, out _);
        Assert.Equal(sample is null, fault.Length > 0);
        return sample;
    }

    private static ClockService Service(DisciplinedTime clock, TestLog log, Action<ClockReport, int> told, params SntpServer[] servers) =>
        new(new([.. servers.Select(s => s.Name)], TimeSpan.FromSeconds(64), (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2))), clock, TimeProvider.System, log.CreateLogger("test")) { OnReport = told };
}
