using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Modbus.Tests;

/// <summary>What the master makes of odd answers.</summary>
public sealed class MasterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_of_other_transactions_units_and_functions_are_dropped_and_the_right_one_counts()
    {
        await using var server = new ScriptedServer(request =>
        [
            Frame((ushort)(request.Transaction + 7), 1, 3, 2, 0, 1),
            Frame(request.Transaction, 2, 3, 2, 0, 2),
            Frame(request.Transaction, 1, 4, 2, 0, 3),
            Frame(request.Transaction, 1, 3, 2, 0, 42),
            Frame(request.Transaction, 1, 3, 2, 0, 43),
        ]);
        await using var master = new ModbusTcpMaster(new() { Host = "127.0.0.1", Port = server.Port }, TimeProvider.System);
        Assert.Equal([42], await master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        Assert.Equal([42], await master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
        Assert.True(master.DroppedAnswers >= 6);
    }

    [Fact]
    public async Task A_silent_device_times_out_and_the_next_question_works()
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        var questions = new SemaphoreSlim(0);
        await using var server = new ScriptedServer(request =>
        {
            questions.Release();
            return ++asked == 1 ? [] : [Frame((ushort)(request.Transaction - 1), 1, 3, 2, 0, 1), Frame(request.Transaction, 1, 3, 2, 0, 9)];
        });
        await using var master = new ModbusTcpMaster(new() { Host = "127.0.0.1", Port = server.Port, Timeout = TimeSpan.FromSeconds(3) }, time);
        var silent = master.ReadRegistersAsync(1, 0, 1, input: false, Cancel);
        await questions.WaitAsync(Cancel);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(ModbusFailure.Timeout, (await Assert.ThrowsAsync<ModbusException>(() => silent)).Failure);
        Assert.Equal([9], await master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
    }

    [Fact]
    public async Task A_broken_line_is_dialled_again()
    {
        var memory = new Memory();
        var slave = new ModbusTcpSlave(new(IPAddress.Loopback, 0), _ => memory);
        var endpoint = slave.Endpoint;
        await using var master = new ModbusTcpMaster(new() { Host = "127.0.0.1", Port = endpoint.Port }, TimeProvider.System);
        await master.ReadRegistersAsync(1, 0, 1, input: false, Cancel);
        await slave.DisposeAsync();
        Assert.Equal(ModbusFailure.NoConnection, (await Assert.ThrowsAsync<ModbusException>(() => master.ReadRegistersAsync(1, 0, 1, input: false, Cancel))).Failure);
        await using var again = new ModbusTcpSlave(endpoint, _ => memory);
        Assert.Equal([7], await master.ReadRegistersAsync(1, 0, 1, input: false, Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(126)]
    public void Counts_are_bounded(int count) => Assert.Throws<ArgumentOutOfRangeException>(() => ModbusRequest.Read(ModbusFunction.ReadHoldingRegisters, 0, (ushort)count));

    [Fact]
    public void Frames_are_found_wherever_the_octets_are_cut()
    {
        byte[] octets = [.. Frame(1, 1, 3, 2, 0, 7), .. Frame(2, 1, 0x83, 2)];
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            var parser = new MbapParser();
            var frames = new List<MbapFrame>();
            Assert.True(parser.Feed(octets.AsSpan(0, cut), frames) && parser.Feed(octets.AsSpan(cut), frames));
            Assert.Equal([1, 2], frames.Select(f => (int)f.Transaction));
        }

        Assert.False(new MbapParser().Feed([0, 1, 0, 9, 0, 3, 1, 3, 2], []));
        Assert.False(new MbapParser().Feed([0, 1, 0, 0, 9, 9, 1, 3, 2], []));
    }

    private static byte[] Frame(ushort transaction, byte unit, params byte[] pdu) => new MbapFrame(transaction, unit, pdu).ToArray();

    /// <summary>Answers each question with the octets a script gives.</summary>
    private sealed class ScriptedServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public ScriptedServer(Func<MbapFrame, byte[][]> script)
        {
            _listener.Start();
            _serving = ServeAsync(script);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async ValueTask DisposeAsync()
        {
            _listener.Dispose();
            await _serving;
        }

        private async Task ServeAsync(Func<MbapFrame, byte[][]> script)
        {
            try
            {
                using var socket = await _listener.AcceptSocketAsync();
                var parser = new MbapParser();
                var frames = new List<MbapFrame>();
                var buffer = new byte[512];
                while (await socket.ReceiveAsync(buffer) is > 0 and var count && parser.Feed(buffer.AsSpan(0, count), frames))
                {
                    foreach (var frame in frames)
                    {
                        foreach (var answer in script(frame))
                        {
                            await socket.SendAsync(answer);
                        }
                    }

                    frames.Clear();
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The master is gone.
            }
        }
    }
}
