using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DerAgent.Modbus.Tests;

/// <summary>The master against an independent server (pymodbus), the slave against an independent client (mbpoll).</summary>
public sealed class PeerTests
{
    private const string PymodbusServer = """
        import sys
        from pymodbus.datastore import ModbusSequentialDataBlock, ModbusSlaveContext, ModbusServerContext
        from pymodbus.server import StartTcpServer
        block = lambda: ModbusSequentialDataBlock(1, [7] * 100)
        slave = ModbusSlaveContext(di=ModbusSequentialDataBlock(1, [1, 0] * 50), co=block(), hr=block(), ir=ModbusSequentialDataBlock(1, list(range(100))))
        print("ready", flush=True)
        StartTcpServer(context=ModbusServerContext(slaves={3: slave}, single=False), address=("127.0.0.1", int(sys.argv[1])))
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact] // function codes 1 to 6, 15, 16
    public async Task The_master_agrees_with_pymodbus()
    {
        await SkipUnlessImportedAsync("pymodbus.server", "serial");
        var port = FreePort();
        using var server = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", PymodbusServer, $"{port}"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        try
        {
            var said = await server.StandardOutput.ReadLineAsync(Cancel);
            Assert.True(said == "ready", $"pymodbus said \"{said}\" and died of: {(said is null ? await server.StandardError.ReadToEndAsync(Cancel) : "")}");
            await using var master = await ReachAsync(port);
            Assert.Equal([7, 7], await master.ReadRegistersAsync(3, 10, 2, input: false, Cancel));
            Assert.Equal([20, 21, 22], await master.ReadRegistersAsync(3, 20, 3, input: true, Cancel));
            Assert.Equal(new[] { true, false, true }, await master.ReadBitsAsync(3, 0, 3, input: true, Cancel));
            await master.WriteRegisterAsync(3, 5, 0xABCD, Cancel);
            await master.WriteRegistersAsync(3, 6, new ushort[] { 1, 2, 3 }, Cancel);
            Assert.Equal([0xABCD, 1, 2, 3], await master.ReadRegistersAsync(3, 5, 4, input: false, Cancel));
            await master.WriteCoilAsync(3, 1, false, Cancel);
            await master.WriteCoilsAsync(3, 2, new[] { false, true, false }, Cancel);
            Assert.Equal(new[] { false, false, true, false }, await master.ReadBitsAsync(3, 1, 4, input: false, Cancel));
            var refused = await Assert.ThrowsAsync<ModbusException>(() => master.ReadRegistersAsync(3, 500, 1, input: false, Cancel));
            Assert.Equal(ModbusExceptionCode.IllegalDataAddress, refused.Code);
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public async Task The_slave_agrees_with_mbpoll()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/mbpoll"), "mbpoll is not installed.");
        var memory = new Memory();
        await using var slave = new ModbusTcpSlave(new(IPAddress.Loopback, 0), u => u == 3 ? memory : null);
        Assert.Contains("[11]: \t7", await MbpollAsync(slave, "-r", "11", "-c", "2", "-t", "4"), StringComparison.Ordinal);
        await MbpollAsync(slave, "-r", "21", "-t", "4", "127.0.0.1", "42", "43");
        Assert.Equal([42, 43], memory.Registers[20..22]);
        await MbpollAsync(slave, "-r", "31", "-t", "4", "127.0.0.1", "44");
        Assert.Equal(44, memory.Registers[30]);
        await MbpollAsync(slave, "-r", "1", "-t", "0", "127.0.0.1", "1", "0", "1");
        Assert.Equal([true, false, true], memory.Coils[..3]);
        Assert.Contains("Illegal data address", await MbpollAsync(slave, "-r", "5000", "-t", "4"), StringComparison.Ordinal);
    }

    /// <summary>Skips with the name of the module that cannot be imported; Debian's python3-pymodbus needs python3-serial and does not always bring it.</summary>
    private static async Task SkipUnlessImportedAsync(params string[] modules)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 is not installed.");
        foreach (var module in modules)
        {
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", $"import {module}"]) { RedirectStandardError = true, UseShellExecute = false })!;
            var errors = await process.StandardError.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            Assert.SkipUnless(process.ExitCode == 0, $"python3 cannot import {module}: {errors.Trim().Split('\n')[^1]}");
        }
    }

    private static async Task<string> MbpollAsync(ModbusTcpSlave slave, params string[] arguments)
    {
        // mbpoll takes its options, then the host, then values to write.
        var host = Array.IndexOf(arguments, "127.0.0.1");
        var (options, values) = host < 0 ? (arguments, []) : (arguments[..host], arguments[(host + 1)..]);
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/mbpoll", ["-m", "tcp", "-p", $"{slave.Endpoint.Port}", "-a", "3", "-1", .. options, "127.0.0.1", .. values]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return await output + await errors;
    }

    /// <summary>A server that says it is ready may listen a moment later.</summary>
    private static async Task<ModbusTcpMaster> ReachAsync(int port)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, Cancel);
                break;
            }
            catch (SocketException)
            {
                await timer.WaitForNextTickAsync(Cancel);
            }
        }

        return new ModbusTcpMaster(new() { Host = "127.0.0.1", Port = port }, TimeProvider.System);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
