using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Modbus.Tests;

/// <summary>Lines that are of no use any more are made anew, nothing is sent twice, and an answer is taken for no other question.</summary>
public sealed class DeadLineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly FakeTimeProvider _time = new();
    private readonly List<ScriptedStream> _lines = [];
    private readonly List<MbapFrame> _asked = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact] // the rest of half a frame would be taken for the head of the next
    public async Task Half_a_frame_whose_rest_never_comes_ends_the_line()
    {
        await using var master = Master(frame => _lines.Count == 1 ? [Answer(frame, 1)[..6]] : [Answer(frame, 7)]);
        await TimesOutAsync(master, reads: 2);
        Assert.True(_lines[0].IsClosed);
        Assert.Equal([7], await master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        Assert.Equal((2, 2), (_lines.Count, (int)master.Connections));
    }

    [Fact] // a half-open connection never answers again
    public async Task Three_time_outs_in_a_row_without_any_answer_redial()
    {
        await using var master = Master(frame => _lines.Count == 1 ? [] : [Answer(frame, 7)]);
        await TimesOutAsync(master);
        await TimesOutAsync(master);
        Assert.Single(_lines);
        await TimesOutAsync(master);
        Assert.Equal([7], await master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        Assert.Equal(2, _lines.Count);
        Assert.Equal(4, _asked.Count);
    }

    [Fact]
    public async Task Two_time_outs_and_an_answer_keep_the_line()
    {
        var answers = new Queue<bool>([false, false, true, false, false, true]);
        await using var master = Master(frame => answers.Dequeue() ? [Answer(frame, 7)] : []);
        for (var i = 0; i < 2; i++)
        {
            await TimesOutAsync(master);
            await TimesOutAsync(master);
            Assert.Equal([7], await master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        }

        Assert.Single(_lines);
    }

    [Fact] // a device that answers each question after its time never catches up on this line
    public async Task Answers_that_are_always_late_are_dropped_counted_and_redialled()
    {
        await using var master = Master(frame => []);
        for (var i = 0; i < 6; i++)
        {
            var dropped = master.DroppedAnswers;
            await TimesOutAsync(master);
            if (!_lines[^1].IsClosed)
            {
                _lines[^1].Say(Answer(_asked[^1], 9));
                await UntilAsync(() => master.DroppedAnswers > dropped);
            }
        }

        Assert.True(master.DroppedAnswers >= 4);
        Assert.True(_lines.Count >= 2);
        Assert.Equal(6, _asked.Select(f => f.Transaction).Distinct().Count());
    }

    [Theory]
    [InlineData(ModbusFunction.WriteSingleRegister)]
    [InlineData(ModbusFunction.WriteMultipleRegisters)]
    public async Task No_write_is_sent_twice(ModbusFunction function)
    {
        await using var master = Master(frame => []);
        var write = function == ModbusFunction.WriteSingleRegister ? master.WriteRegisterAsync(1, 5, 50, Cancel) : master.WriteRegistersAsync(1, 5, new ushort[] { 50 }, Cancel);
        _time.Advance(Patience);
        Assert.True((await Assert.ThrowsAsync<ModbusException>(() => write)).WasSent);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_write_that_never_left_says_so()
    {
        await using var master = new ModbusTcpMaster(new() { Host = "nowhere" }, _time, _ => ValueTask.FromException<Stream>(new IOException("no route")));
        var e = await Assert.ThrowsAsync<ModbusException>(() => master.WriteRegisterAsync(1, 5, 50, Cancel));
        Assert.Equal((ModbusFailure.NoConnection, false), (e.Failure, e.WasSent));
    }

    [Fact] // complaint: gateways that need a pause before they turn to another unit
    public async Task Another_unit_is_asked_after_a_pause()
    {
        await using var master = Master(frame => [Answer(frame, 7)]);
        ModbusRequest Read() => ModbusRequest.Read(ModbusFunction.ReadHoldingRegisters, 0, 1).With(new(Patience, TimeSpan.Zero, TimeSpan.FromMilliseconds(100)));
        await master.ExchangeAsync(1, Read(), Cancel);
        await master.ExchangeAsync(1, Read(), Cancel);
        var other = master.ExchangeAsync(2, Read(), Cancel);
        Assert.Equal(2, _asked.Count);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await other;
        Assert.Equal([1, 1, 2], _asked.Select(f => (int)f.Unit));
    }

    [Fact] // complaint 32: a device that needs a pause after connecting, once
    public async Task The_first_question_waits_for_the_device_to_be_ready()
    {
        await using var master = Master(frame => [Answer(frame, 7)], TimeSpan.FromSeconds(1.5));
        var first = master.ReadRegistersAsync(1, 0, 1, input: false, Cancel);
        _time.Advance(TimeSpan.FromSeconds(1.4));
        Assert.Empty(_asked);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal([7], await first);
        Assert.Equal([7], await master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
    }

    [Fact]
    public async Task An_exception_without_a_name_is_told_by_its_number()
    {
        await using var master = Master(frame => [new MbapFrame(frame.Transaction, frame.Unit, new byte[] { 0x83, 0 }).ToArray()]);
        var e = await Assert.ThrowsAsync<ModbusException>(() => master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        Assert.Contains("unknown exception 0", e.Message, StringComparison.Ordinal);
    }

    private static byte[] Answer(MbapFrame question, ushort value) => new MbapFrame(question.Transaction, question.Unit, new byte[] { 3, 2, (byte)(value >> 8), (byte)value }).ToArray();

    private ModbusTcpMaster Master(Func<MbapFrame, byte[][]> script, TimeSpan connectDelay = default) => new(new() { Host = "device", Timeout = Patience, ConnectDelay = connectDelay }, _time, _ =>
    {
        _lines.Add(new(frame =>
        {
            _asked.Add(frame);
            return script(frame);
        }));
        return ValueTask.FromResult<Stream>(_lines[^1]);
    });

    private async Task TimesOutAsync(ModbusTcpMaster master, int reads = 0)
    {
        var asked = _asked.Count;
        var question = master.ReadRegistersAsync(1, 0, 1, input: false, Cancel);
        await UntilAsync(() => _asked.Count > asked && _lines[^1].Reads >= reads);
        _time.Advance(Patience);
        Assert.Equal(ModbusFailure.Timeout, (await Assert.ThrowsAsync<ModbusException>(() => question)).Failure);
    }

    private static async Task UntilAsync(Func<bool> isDone)
    {
        while (!isDone())
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
