using System.Diagnostics;
using DerAgent.Tests;

namespace DerAgent.Modbus.Tests;

/// <summary>Alone in its process: threads and handles are counted.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>Serial ports as they are and as they go: on pseudo-terminals, which have no baud, parity or signals.</summary>
[Collection(nameof(AloneCollection))]
public sealed class SerialPortTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ModbusFraming.Rtu)]
    [InlineData(ModbusFraming.Ascii)]
    public async Task Master_and_slave_agree_over_a_line(ModbusFraming framing)
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        var memory = new Memory();
        await using var slave = await ModbusSerialSlave.OpenAsync(new(pair.Theirs, 9600), framing, u => u == 3 ? memory : null, TimeProvider.System, Cancel);
        await using var master = Master(pair, framing);
        Assert.Equal([7, 7], await master.ReadRegistersAsync(3, 10, 2, input: false, Cancel));
        await master.WriteRegistersAsync(3, 20, new ushort[] { 42, 43 }, Cancel);
        await master.MaskWriteAsync(3, 20, 0xFFF0, 0x0005, Cancel);
        await master.WriteCoilsAsync(3, 0, new[] { true, false, true }, Cancel);
        Assert.Equal([0x25, 43], memory.Registers[20..22]);
        Assert.Equal(new[] { true, false, true }, await master.ReadBitsAsync(3, 0, 3, input: false, Cancel));
        Assert.Equal(ModbusExceptionCode.IllegalDataAddress, (await Assert.ThrowsAsync<ModbusException>(() => master.ReadRegistersAsync(3, 500, 1, input: false, Cancel))).Code);
        Assert.Equal(100, (await master.ReadRegistersAsync(3, 0, 100, input: false, Cancel)).Length);
    }

    [Theory] // idle, reading, writing: a pulled adapter is back under its name, and leaves nothing behind
    [InlineData("idle")]
    [InlineData("reading")]
    [InlineData("writing")]
    public async Task A_port_that_vanishes_fifty_times_is_back_each_time_and_leaves_no_thread_or_handle(string doing)
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        await using var master = Master(pair, ModbusFraming.Rtu);
        var (threads, handles) = (0, 0);
        for (var round = 0; round < 50; round++)
        {
            var memory = new Memory();
            await using (var slave = await ModbusSerialSlave.OpenAsync(new(pair.Theirs, 9600), ModbusFraming.Rtu, _ => memory, TimeProvider.System, Cancel))
            {
                Assert.Equal([7], await master.ReadRegistersAsync(3, 10, 1, input: false, Cancel));
                slave.Behaviour.Spoil = static _ => [];
                var open = doing switch
                {
                    "reading" => master.ReadRegistersAsync(3, 10, 1, input: false, Cancel),
                    "writing" => master.WriteRegistersAsync(3, 0, new ushort[100], Cancel),
                    _ => Task.CompletedTask,
                };
                pair.Pull();
                if (doing != "idle")
                {
                    Assert.Equal(ModbusFailure.NoConnection, (await Assert.ThrowsAsync<ModbusException>(() => open)).Failure);
                }

                await UntilAsync(() => !master.IsConnected);
            }

            Assert.Contains("no such port", (await Assert.ThrowsAsync<ModbusException>(() => master.ReadRegistersAsync(3, 10, 1, input: false, Cancel))).Message, StringComparison.Ordinal);
            await pair.PlugAsync(Cancel);
            if (round == 9)
            {
                (threads, handles) = Count();
            }
        }

        var (threadsNow, handlesNow) = Count();
        Assert.Equal(50, master.Connections);

        // A close that hangs in the driver is given up and counted; it costs a thread, and is no rule.
        var givenUp = (int)master.ClosesGivenUp;
        Assert.InRange(givenUp, 0, 3);
        Assert.InRange(threadsNow, 0, threads + 6 + (2 * givenUp));
        Assert.InRange(handlesNow, 0, handles + 10 + (4 * givenUp));
    }

    [Theory] // lines of the kernel's table
    [InlineData("   1: 0100007F:D431 0100007F:01F6 01 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0", "127.0.0.1", 502, "socket:[4242]")]
    [InlineData("   1: 0100007F:D431 0100007F:01F6 06 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0", "127.0.0.1", 502, null)]
    [InlineData("   1: 0100007F:D431 0100007F:01F7 01 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0", "127.0.0.1", 502, null)]
    [InlineData("   1: 0000000000000000FFFF00000100007F:D431 0000000000000000FFFF00001401A8C0:01F6 01 0:0 00:0 0  1000        0 7 1 0", "192.168.1.20", 502, "socket:[7]")]
    [InlineData("   1: 00000000000000000000000001000000:D431 00000000000000000000000001000000:01F6 01 0:0 00:0 0  1000        0 8 1 0", "::1", 502, "socket:[8]")]
    [InlineData("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode", "127.0.0.1", 502, null)]
    [InlineData("   1: x y 01", "127.0.0.1", 502, null)]
    public void Who_is_connected_is_read_from_the_kernels_table(string line, string address, int port, string? socket) =>
        Assert.Equal(socket, TcpPeers.Of(line, [System.Net.IPAddress.Parse(address)], port).SingleOrDefault());

    [Fact]
    public async Task A_port_that_another_program_has_is_named_with_the_program()
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        using var holder = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec 3<>{pair.Ours}; echo ready; read line"]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false })!;
        try
        {
            Assert.Equal("ready", await holder.StandardOutput.ReadLineAsync(Cancel));
            await using var master = Master(pair, ModbusFraming.Rtu);
            var e = await Assert.ThrowsAsync<ModbusException>(() => master.ReadRegistersAsync(3, 10, 1, input: false, Cancel));
            Assert.Matches($@"sh \(process {holder.Id}\) has the port open", e.Message);
            Assert.False(e.WasSent);
        }
        finally
        {
            holder.Kill();
        }
    }

    [Fact]
    public async Task A_port_that_we_have_open_already_says_so()
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        await using var slave = await ModbusSerialSlave.OpenAsync(new(pair.Ours, 9600), ModbusFraming.Rtu, _ => null, TimeProvider.System, Cancel);
        await using var master = Master(pair, ModbusFraming.Rtu);
        Assert.Contains("this agent itself", (await Assert.ThrowsAsync<ModbusException>(() => master.ReadRegistersAsync(3, 10, 1, input: false, Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact] // TIOCSRS485: a pseudo-terminal has no such thing, and says so in words that help
    public async Task A_driver_that_turns_no_direction_says_so()
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        await using var master = new ModbusTurnMaster(new() { Transport = new ModbusTransport.Serial(pair.Ours, 9600) { UsesKernelRs485 = true } }, TimeProvider.System);
        Assert.Contains("leave rs485=kernel out", (await Assert.ThrowsAsync<ModbusException>(() => master.ReadRegistersAsync(3, 10, 1, input: false, Cancel))).Message, StringComparison.Ordinal);
    }

    private static ModbusTurnMaster Master(PtyPair pair, ModbusFraming framing) => new(new() { Transport = new ModbusTransport.Serial(pair.Ours, 9600), Framing = framing, Timeout = Patience }, TimeProvider.System);

    private static (int Threads, int Handles) Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (Directory.GetDirectories("/proc/self/task").Length, Directory.GetFileSystemEntries("/proc/self/fd").Length);
    }

    private static async Task UntilAsync(Func<bool> isDone)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!isDone())
        {
            await timer.WaitForNextTickAsync(Cancel);
        }
    }
}
