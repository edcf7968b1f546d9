using DerAgent.Tests;

namespace DerAgent.Modbus.Tests;

/// <summary>On a line without transaction ids a late answer is taken for no other one.</summary>
public sealed class LateAnswerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory] // 0.2 to 3 s late, two blocks of one length; one answer in ten never comes
    [InlineData(ModbusFraming.Rtu)]
    [InlineData(ModbusFraming.Ascii)]
    [InlineData(ModbusFraming.Tcp)]
    public void Of_10_000_exchanges_none_gives_a_foreign_value(ModbusFraming framing)
    {
        var random = new Random(20);
        var line = new SlowLine(_time, framing, () => random.Next(10) == 0 ? null : TimeSpan.FromSeconds(random.Next(3) == 0 ? 0.2 + (2.8 * random.NextDouble()) : 0.05));
        var master = line.Master(Patience);
        var (taken, late, foreign) = (0, 0, 0);
        _ = AskAllAsync();
        while (taken + late < 10_000)
        {
            Assert.True(_time.Timers > 0, "nothing goes on");
            _time.RunUntil(_time.Now + TimeSpan.FromSeconds(10));
        }

        Assert.Equal(0, foreign);
        Assert.True(taken > 6_000 && late > 1_000, $"{taken} answers, {late} time-outs");
        Assert.True(master.DroppedAnswers > 500);

        async Task AskAllAsync()
        {
            for (var i = 0; i < 10_000; i++)
            {
                var address = (ushort)(i % 2 == 0 ? 100 : 200);
                try
                {
                    var values = await master.ReadRegistersAsync(1, address, 4, input: false, Cancel);
                    foreign += values[0] == address ? 0 : 1;
                    taken++;
                }
                catch (ModbusException e) when (e.Failure is ModbusFailure.Timeout or ModbusFailure.NoConnection)
                {
                    late++;
                }
            }
        }
    }

    [Fact]
    public async Task After_a_time_out_nothing_is_asked_until_the_answer_came()
    {
        var line = new SlowLine(_time, ModbusFraming.Rtu, new Queue<TimeSpan?>([TimeSpan.FromSeconds(1.4), TimeSpan.FromSeconds(0.1)]).Dequeue);
        var master = line.Master(Patience);
        var first = master.ReadRegistersAsync(1, 100, 4, input: false, Cancel);
        _time.RunUntil(TimeSpan.FromSeconds(1.1));
        Assert.Equal(ModbusFailure.Timeout, (await Assert.ThrowsAsync<ModbusException>(() => first)).Failure);
        var second = master.ReadRegistersAsync(1, 200, 4, input: false, Cancel);
        _time.RunUntil(TimeSpan.FromSeconds(1.39));
        Assert.Single(line.AskedAt);
        _time.RunUntil(TimeSpan.FromSeconds(1.6));
        Assert.Equal(200, (await second)[0]);
        Assert.Equal(1.4, line.AskedAt[1].TotalSeconds, 2);
        Assert.Equal(1, master.DroppedAnswers);
    }

    [Fact] // the time-out again, or twice the slowest answer where that is less
    public async Task A_device_that_is_known_to_be_quick_is_waited_for_no_longer_than_it_needs()
    {
        var line = new SlowLine(_time, ModbusFraming.Rtu, new Queue<TimeSpan?>([TimeSpan.FromSeconds(0.1), null, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.1)]).Dequeue);
        var master = line.Master(Patience);
        for (var i = 0; i < 2; i++)
        {
            var question = master.ReadRegistersAsync(1, 100, 4, input: false, Cancel);
            _time.RunUntil(_time.Now + Patience + TimeSpan.FromSeconds(0.5));
            _ = await Task.WhenAny(question);
        }

        var third = master.ReadRegistersAsync(2, 100, 4, input: false, Cancel);
        _time.RunUntil(TimeSpan.FromSeconds(4));
        await third;
        Assert.Equal([0, 1.5, 3], line.AskedAt.Select(a => Math.Round(a.TotalSeconds, 2)));
    }

    [Fact] // it may have been lost, and may be on its way: the answer that follows is asked for twice
    public async Task Where_nobody_can_tell_a_read_is_asked_again_and_a_write_never()
    {
        var line = new SlowLine(_time, ModbusFraming.Rtu, new Queue<TimeSpan?>([null, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.1)]).Dequeue);
        var master = line.Master(Patience);
        var lost = master.ReadRegistersAsync(1, 100, 4, input: false, Cancel);
        _time.RunUntil(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<ModbusException>(() => lost);
        var write = master.WriteRegisterAsync(1, 5, 60, Cancel);
        _time.RunUntil(TimeSpan.FromSeconds(3));
        await write;
        Assert.Equal(2, line.AskedAt.Count);
        var read = master.ReadRegistersAsync(1, 200, 4, input: false, Cancel);
        _time.RunUntil(TimeSpan.FromSeconds(4));
        Assert.Equal(200, (await read)[0]);
        Assert.Equal(4, line.AskedAt.Count);
        var further = master.ReadRegistersAsync(1, 300, 4, input: false, Cancel);
        _time.RunUntil(TimeSpan.FromSeconds(6));
        Assert.Equal(300, (await further)[0]);
        Assert.Equal(5, line.AskedAt.Count);
    }

    [Fact]
    public async Task A_question_that_was_withdrawn_is_waited_for_as_well()
    {
        var line = new SlowLine(_time, ModbusFraming.Rtu, new Queue<TimeSpan?>([TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.1)]).Dequeue);
        var master = line.Master(Patience);
        using var withdrawn = new CancellationTokenSource();
        var first = master.ReadRegistersAsync(1, 100, 4, input: false, withdrawn.Token);
        _time.RunUntil(TimeSpan.FromSeconds(0.2));
        await withdrawn.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var second = master.ReadRegistersAsync(1, 200, 4, input: false, Cancel);
        _time.RunUntil(TimeSpan.FromSeconds(2));
        Assert.Equal(200, (await second)[0]);
        Assert.Equal(0.5, line.AskedAt[1].TotalSeconds, 1);
    }

    [Fact]
    public async Task Units_that_nobody_has_are_no_questions_on_two_wires()
    {
        var line = new SlowLine(_time, ModbusFraming.Rtu, () => null);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => line.Master(Patience).ReadRegistersAsync(0, 1, 1, input: false, Cancel));
        var gateway = new SlowLine(_time, ModbusFraming.Tcp, () => TimeSpan.Zero);
        var read = gateway.Master(Patience).ReadRegistersAsync(0, 100, 1, input: false, Cancel);
        _time.RunUntil(TimeSpan.FromSeconds(1));
        Assert.Equal(100, (await read)[0]);
    }

    /// <summary>A device that answers one question after the other, each in its time, with its address in every register.</summary>
    private sealed class SlowLine(VirtualTime time, ModbusFraming framing, Func<TimeSpan?> delay)
    {
        private readonly IModbusFraming _framing = LineFraming.Of(framing, readsRequests: true);
        private TimeSpan _busyUntil;

        public List<TimeSpan> AskedAt { get; } = [];

        public ModbusTurnMaster Master(TimeSpan patience) => new(
            new() { Transport = framing == ModbusFraming.Tcp ? new ModbusTransport.Tcp("gateway", 502) : new ModbusTransport.Serial("/dev/line", 115_200), Framing = framing, Timeout = patience, AnswersInline = true },
            time,
            _ =>
            {
                DeviceStream stream = null!;
                stream = new DeviceStream(octets => Asked(octets.Span, answer => stream.Give(answer)));
                return ValueTask.FromResult<Stream>(stream);
            });

        private void Asked(ReadOnlySpan<byte> octets, Action<byte[]> give)
        {
            AskedAt.Add(time.Now);
            var frames = new List<LineFrame>();
            var parser = _framing.NewParser();
            parser.Feed(octets, frames);
            var frame = Assert.Single(frames);
            var pdu = frame.Pdu.ToArray();
            byte[] answer = pdu[0] == 3 ? [3, (byte)(pdu[4] * 2), .. Enumerable.Repeat(pdu.AsSpan(1, 2).ToArray(), pdu[4]).SelectMany(a => a)] : pdu;

            // What takes longer than it is waited for comes all the same, and what was asked meanwhile after it.
            if (delay() is { } takes)
            {
                _busyUntil = (_busyUntil > time.Now ? _busyUntil : time.Now) + takes;
                time.CreateTimer(_ => give(_framing.Frame(frame.Unit, answer)), null, _busyUntil - time.Now, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
