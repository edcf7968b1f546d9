using System.Net;

namespace DerAgent.Modbus.Tests;

/// <summary>The master against an independent server (pymodbus), the slave against an independent client (mbpoll).</summary>
public sealed class PeerTests
{
    private const string TcpServer = """
        from pymodbus.server import StartTcpServer
        StartTcpServer(context=context, identity=identity, address=("127.0.0.1", int(sys.argv[1])))
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_master_agrees_with_pymodbus()
    {
        var port = Ports.Free();
        using var server = await Pymodbus.StartAsync(TcpServer, Cancel, $"{port}");
        try
        {
            await using var master = new ModbusTcpMaster(new() { Host = "127.0.0.1", Port = port }, TimeProvider.System);
            await Pymodbus.ReachAsync(master, Cancel);
            await Pymodbus.AgreesAsync(master, Cancel);
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
        Assert.Contains("[11]: \t7", await MbpollAsync(slave, ["-r", "11", "-c", "2", "-t", "4"]), StringComparison.Ordinal);
        await MbpollAsync(slave, ["-r", "21", "-t", "4"], "42", "43");
        Assert.Equal([42, 43], memory.Registers[20..22]);
        await MbpollAsync(slave, ["-r", "31", "-t", "4"], "44");
        Assert.Equal(44, memory.Registers[30]);
        await MbpollAsync(slave, ["-r", "1", "-t", "0"], "1", "0", "1");
        Assert.Equal([true, false, true], memory.Coils[..3]);
        Assert.Contains("Illegal data address", await MbpollAsync(slave, ["-r", "5000", "-t", "4"]), StringComparison.Ordinal);
    }

    private static Task<string> MbpollAsync(ModbusTcpSlave slave, string[] options, params string[] values) => Mbpoll.RunAsync(["-m", "tcp", "-p", $"{slave.Endpoint.Port}", .. options], "127.0.0.1", values, Cancel);
}
