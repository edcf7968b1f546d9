using DerAgent.Tests;

namespace DerAgent.Modbus.Tests;

/// <summary>What a master on a line without ids makes of odd answers, in virtual time.</summary>
public sealed class TurnMasterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly RtuFraming Rtu = new();
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly List<DeviceStream> _lines = [];
    private readonly List<(TimeSpan At, byte[] Octets)> _asked = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(11)]
    public async Task Exceptions_are_the_device_s_own_words(byte code)
    {
        var master = Master(_ => [Rtu.Frame(1, [0x83, code])]);
        var e = await FailsAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        Assert.Equal((ModbusFailure.Exception, (ModbusExceptionCode?)code), (e.Failure, e.Code));
    }

    [Theory] // wrong byte count with a right CRC, half a frame, another unit's, another function's
    [InlineData("030400010002", ModbusFailure.Protocol)]
    [InlineData("", ModbusFailure.Timeout)]
    public async Task What_is_no_answer_gives_no_value_and_the_next_question_works(string pdu, ModbusFailure failure)
    {
        var first = true;
        var master = Master(_ => first ? pdu.Length == 0 ? [Right()[..4]] : [Rtu.Frame(1, Convert.FromHexString(pdu))] : [Right()]);
        Assert.Equal(failure, (await FailsAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel))).Failure);
        first = false;
        Assert.Equal([42], await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel)));
        Assert.Single(_lines);
    }

    [Fact] // in one piece, so that whoever asks sees the first one only
    public async Task A_late_answer_that_comes_with_the_next_one_is_not_taken_for_it()
    {
        var asked = 0;
        var master = Master(_ => ++asked switch { 1 => [], 2 => [[.. Rtu.Frame(1, [3, 2, 0, 1]), .. Right()]], _ => [Right()] });
        Assert.Equal(ModbusFailure.Timeout, (await FailsAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel))).Failure);
        Assert.Equal([42], await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel)));
        Assert.Equal([42], await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel)));
        Assert.Equal(4, asked);
    }

    [Fact]
    public async Task Frames_of_others_are_counted_and_answers_that_come_twice_are_not()
    {
        var master = Master(_ => [Rtu.Frame(2, [3, 2, 0, 9]), Rtu.Frame(1, [4, 2, 0, 9]), Right(), Right()]);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal([42], await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel)));
        }

        _lines[0].Give(Rtu.Frame(7, [3, 0, 0, 0, 1]));
        Assert.Equal((11, 5), ((int)master.ForeignFrames, (int)master.DroppedAnswers));
    }

    [Fact]
    public async Task A_line_that_gives_back_what_is_sent_is_named_as_one()
    {
        var master = Master(question => [question]);
        Assert.Contains("add echo=yes", (await FailsAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel))).Message, StringComparison.Ordinal);
        Assert.Equal(0, master.ForeignFrames);
    }

    [Fact]
    public async Task Own_octets_heard_back_are_dropped_and_others_are_a_collision()
    {
        var isClean = true;
        var master = Master(question => isClean ? [question[..3], [.. question[3..], .. Right()]] : [[.. question[..3], 0x55, 0x55]], hasEcho: true);
        Assert.Equal([42], await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel)));
        isClean = false;
        var e = await FailsAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        Assert.Contains("a collision", e.Message, StringComparison.Ordinal);
        isClean = true;
        Assert.Equal([42], await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel)));
    }

    [Fact] // FC 6 answers with the question's own octets: what is heard back is no answer
    public async Task An_echo_of_a_write_is_not_its_answer()
    {
        var answers = false;
        var master = Master(question => answers ? [question, question] : [question], hasEcho: true);
        Assert.Equal(ModbusFailure.Timeout, (await FailsAsync(master.WriteRegisterAsync(1, 5, 60, Cancel))).Failure);
        answers = true;
        await DoneAsync(master.WriteRegisterAsync(1, 5, 61, Cancel));
    }

    [Fact] // the rest of half a frame would be taken for the head of the next
    public async Task Half_a_frame_ends_a_connection_and_no_port()
    {
        foreach (var (isTcp, lines) in new[] { (true, 2), (false, 1) })
        {
            _lines.Clear();
            var isFirst = true;
            var master = Master(_ => isFirst ? [Right()[..4]] : [Right()], isTcp: isTcp);
            await FailsAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
            isFirst = false;
            Assert.Equal([42], await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel)));
            Assert.Equal(lines, _lines.Count);
        }
    }

    [Fact]
    public async Task A_connection_on_which_nothing_ever_answers_is_made_anew_and_a_port_is_not()
    {
        foreach (var (isTcp, lines) in new[] { (true, 2), (false, 1) })
        {
            _lines.Clear();
            var master = Master(_ => [], isTcp: isTcp);
            for (var i = 0; i < 4; i++)
            {
                await FailsAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
            }

            Assert.Equal(lines, _lines.Count);
        }
    }

    [Fact] // 3.5 octets of silence at 9600 bit/s, whoever spoke last; the gap of the device where it is longer
    public async Task The_line_is_silent_before_each_question()
    {
        var master = Master(_ => [Right()], baud: 9600);
        var gap = TimeSpan.FromMilliseconds(25);
        await DoneAsync(master.ExchangeAsync(1, Read(default), Cancel));
        await DoneAsync(master.ExchangeAsync(1, Read(default), Cancel));
        await DoneAsync(master.ExchangeAsync(1, Read(new(Patience, gap)), Cancel));
        await DoneAsync(master.ExchangeAsync(2, Read(new(Patience, gap, TimeSpan.FromMilliseconds(80))), Cancel), fails: true);
        var pauses = _asked.Zip(_asked.Skip(1), (a, b) => (b.At - a.At).TotalMilliseconds).ToList();
        Assert.InRange(pauses[0], 3.6, 5);
        Assert.InRange(pauses[1], 25, 26);
        Assert.InRange(pauses[2], 80, 81);

        static ModbusRequest Read(LineTiming timing) => timing == default ? ModbusRequest.Read(ModbusFunction.ReadHoldingRegisters, 0, 1) : ModbusRequest.Read(ModbusFunction.ReadHoldingRegisters, 0, 1).With(timing);
    }

    [Fact] // complaint 32: a device that needs a pause after connecting
    public async Task The_first_question_waits_for_the_device_to_be_ready()
    {
        var master = Master(_ => [Right()], connectDelay: TimeSpan.FromSeconds(1.5));
        var begun = _time.Now;
        await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        Assert.InRange((_asked[0].At - begun).TotalSeconds, 1.5, 1.51);
        Assert.InRange((_asked[1].At - _asked[0].At).TotalSeconds, 0, 0.1);
    }

    [Fact]
    public async Task A_line_that_is_never_quiet_is_asked_all_the_same()
    {
        var master = Master(_ => [Right()], baud: 9600);
        await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        var question = master.ReadRegistersAsync(1, 0, 1, input: false, Cancel);
        for (var i = 0; i < 2000 && !question.IsCompleted; i++)
        {
            _lines[0].Give([0x00]);
            _time.RunUntil(_time.Now + TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal([42], await question);
        Assert.InRange((_asked[1].At - _asked[0].At).TotalSeconds, 0.9, 1.1);
    }

    [Fact]
    public async Task A_port_that_has_gone_says_so_and_is_opened_anew()
    {
        var master = Master(_ => [Right()]);
        await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        _lines[0].End();
        Assert.False(master.IsConnected);
        await DoneAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        Assert.Equal((2, 2L), (_lines.Count, master.Connections));
    }

    [Fact]
    public async Task A_driver_that_hangs_holds_nobody_up()
    {
        var master = new ModbusTurnMaster(new() { Transport = new ModbusTransport.Serial("/dev/line", 9600), Timeout = Patience, AnswersInline = true }, _time, _ => ValueTask.FromResult<Stream>(new HangingStream()));
        Assert.Equal(ModbusFailure.Timeout, (await FailsAsync(master.ReadRegistersAsync(1, 0, 1, input: false, Cancel))).Failure);
        await DoneAsync(master.DisposeAsync().AsTask());
    }

    /// <summary>It takes what is written, gives nothing, and does not let go of who reads.</summary>
    private sealed class HangingStream : TestStream
    {
        private readonly TaskCompletionSource<int> _never = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_never.Task);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }

    private static byte[] Right() => Rtu.Frame(1, [3, 2, 0, 42]);

    private ModbusTurnMaster Master(Func<byte[], byte[][]> script, bool hasEcho = false, bool isTcp = false, int baud = 115_200, TimeSpan connectDelay = default) => new(
        new() { Transport = isTcp ? new ModbusTransport.Tcp("gateway", 4001) : new ModbusTransport.Serial("/dev/line", baud) { HasEcho = hasEcho }, Timeout = Patience, ConnectDelay = connectDelay, AnswersInline = true },
        _time,
        _ =>
        {
            DeviceStream stream = null!;
            stream = new DeviceStream(octets =>
            {
                _asked.Add((_time.Now, octets.ToArray()));
                foreach (var answer in script(octets.ToArray()))
                {
                    stream.Give(answer);
                }
            });
            _lines.Add(stream);
            return ValueTask.FromResult<Stream>(stream);
        });

    private async Task<T> DoneAsync<T>(Task<T> task)
    {
        Run(task);
        return await task;
    }

    private async Task DoneAsync(Task task, bool fails = false)
    {
        Run(task);
        if (fails)
        {
            await Assert.ThrowsAsync<ModbusException>(() => task);
            return;
        }

        await task;
    }

    private async Task<ModbusException> FailsAsync(Task task)
    {
        Run(task);
        return await Assert.ThrowsAsync<ModbusException>(() => task);
    }

    private void Run(Task task)
    {
        var limit = _time.Now + TimeSpan.FromSeconds(10);
        while (!task.IsCompleted && _time.Now < limit)
        {
            _time.RunUntil(_time.Now + TimeSpan.FromMilliseconds(1));
        }

        Assert.True(task.IsCompleted, "it does not end");
    }
}
