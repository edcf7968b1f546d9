using System.Net;
using System.Net.Sockets;

namespace DerAgent.Modbus.Tests;

/// <summary>Slaves that do what slaves in the field do, octet by octet, over real sockets.</summary>
public sealed class RawSlaveTests : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _clients = [];
    private readonly Task _accepting;
    private Func<int, byte[], (byte[] Answer, bool Resets)> _script = static (_, q) => (Right(q), false);
    private int _most = int.MaxValue;
    private int _standing;
    private int _connections;

    public RawSlaveTests()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public async Task An_exception_is_one_and_the_line_goes_on(byte code)
    {
        _script = (n, q) => n == 1 ? (Frame(q, 0x83, code), false) : (Right(q), false);
        await using var master = Master();
        var e = await Assert.ThrowsAsync<ModbusException>(() => ReadAsync(master));
        Assert.Equal((ModbusFailure.Exception, code), (e.Failure, (byte)e.Code!));
        Assert.Equal([42], await ReadAsync(master));
        Assert.Equal(1, _connections);
    }

    [Theory] // the frame ends half way, with a reset; node-modbus/stream#50: exception 11, and a reset behind it
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_ends_the_connection_and_the_next_question_makes_another(bool isInFrame)
    {
        _script = (n, q) => n == 1 ? (isInFrame ? Right(q)[..7] : Frame(q, 0x83, 11), true) : (Right(q), false);
        await using var master = Master();
        var e = await Assert.ThrowsAsync<ModbusException>(() => ReadAsync(master));
        Assert.Equal(isInFrame ? ModbusFailure.NoConnection : ModbusFailure.Exception, e.Failure);
        for (var i = 0; _connections < 2 && i < 3; i++)
        {
            // The reset may come between two questions, or meet the next one.
            await ReadAsync(master).ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        Assert.Equal([42], await ReadAsync(master));
        Assert.Equal(2, _connections);
    }

    [Fact] // complaint 31: one TCP client only
    public async Task Who_comes_too_many_is_told_and_gets_in_when_there_is_room()
    {
        _most = 1;
        var first = Master();
        await using var second = Master();
        Assert.Equal([42], await ReadAsync(first));
        Assert.Equal(ModbusFailure.NoConnection, (await Assert.ThrowsAsync<ModbusException>(() => ReadAsync(second))).Failure);
        Assert.Equal([42], await ReadAsync(first));
        await first.DisposeAsync();
        while (Volatile.Read(ref _standing) > 0)
        {
            await Task.Yield();
        }

        Assert.Equal([42], await ReadAsync(second));
    }

    [Theory] // one octet more than the byte count says, one less, a byte count of nothing; ha-sunspec#203: fewer registers than asked for, or none
    [InlineData("0303002A00")]
    [InlineData("0302002A00")]
    [InlineData("030100")]
    [InlineData("0300")]
    [InlineData("03020000002A")]
    public async Task An_answer_that_does_not_fit_gives_no_value(string pdu)
    {
        _script = (n, q) => n == 1 ? (Frame(q, Convert.FromHexString(pdu)), false) : (Right(q), false);
        await using var master = Master();
        Assert.Equal(ModbusFailure.Protocol, (await Assert.ThrowsAsync<ModbusException>(() => ReadAsync(master))).Failure);
        Assert.Equal([42], await ReadAsync(master));
    }

    [Fact]
    public async Task An_answer_that_comes_twice_counts_once()
    {
        _script = static (_, q) => ([.. Right(q), .. Right(q)], false);
        await using var master = Master();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal([42], await ReadAsync(master));
        }

        Assert.InRange(master.DroppedAnswers, 4, 5);
    }

    private static Task<ushort[]> ReadAsync(ModbusTcpMaster master) => master.ReadRegistersAsync(1, 0, 1, input: false, Cancel);

    private static byte[] Right(byte[] question) => Frame(question, 3, 2, 0, 42);

    /// <summary>A frame as it is on the wire: transaction id of the question, protocol 0, length, unit 1.</summary>
    private static byte[] Frame(byte[] question, params byte[] pdu) => [question[0], question[1], 0, 0, 0, (byte)(pdu.Length + 1), 1, .. pdu];

    private ModbusTcpMaster Master() => new(new() { Host = "127.0.0.1", Port = Port, Timeout = TimeSpan.FromSeconds(5) }, TimeProvider.System);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                if (Interlocked.Increment(ref _standing) > _most)
                {
                    Interlocked.Decrement(ref _standing);
                    socket.Dispose();
                    continue;
                }

                _connections++;
                _clients.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            var buffer = new byte[64];
            for (var n = 1; await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and var count; n++)
            {
                var (answer, resets) = _script(_connections == 1 ? n : n + 100, buffer[..count]);
                await socket.SendAsync(answer, _stop.Token);
                if (resets)
                {
                    socket.LingerState = new(true, 0);
                    break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // It has gone.
        }

        socket.Dispose();
        Interlocked.Decrement(ref _standing);
    }
}
