using DerAgent.Tests;

namespace DerAgent.Modbus.Tests;

/// <summary>RTU and ASCII against an independent server and an independent client, over pseudo-terminals and TCP, clean and disturbed.</summary>
public sealed class SerialPeerTests
{
    private const string SerialServer = """
        from pymodbus.server import StartSerialServer
        from pymodbus.transaction import ModbusRtuFramer, ModbusAsciiFramer
        StartSerialServer(context=context, identity=identity, framer=ModbusAsciiFramer if sys.argv[2] == "Ascii" else ModbusRtuFramer, port=sys.argv[1], baudrate=9600, timeout=1)
        """;

    private const string TcpServer = """
        from pymodbus.server import StartTcpServer
        from pymodbus.transaction import ModbusRtuFramer, ModbusAsciiFramer
        StartTcpServer(context=context, identity=identity, framer=ModbusAsciiFramer if sys.argv[2] == "Ascii" else ModbusRtuFramer, address=("127.0.0.1", int(sys.argv[1])))
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ModbusFraming.Rtu)]
    [InlineData(ModbusFraming.Ascii)]
    public async Task The_master_agrees_with_pymodbus_over_a_port(ModbusFraming framing)
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        using var server = await Pymodbus.StartAsync(SerialServer, Cancel, pair.Theirs, $"{framing}");
        try
        {
            await using var master = new ModbusTurnMaster(new() { Transport = new ModbusTransport.Serial(pair.Ours, 9600), Framing = framing, Timeout = TimeSpan.FromSeconds(1) }, TimeProvider.System);
            await Pymodbus.ReachAsync(master, Cancel);
            await Pymodbus.AgreesAsync(master, Cancel);
            Assert.Equal(0, master.ForeignFrames);
        }
        finally
        {
            server.Kill();
        }
    }

    [Theory]
    [InlineData(ModbusFraming.Rtu)]
    [InlineData(ModbusFraming.Ascii)]
    public async Task The_master_agrees_with_pymodbus_over_TCP(ModbusFraming framing)
    {
        var port = Ports.Free();
        using var server = await Pymodbus.StartAsync(TcpServer, Cancel, $"{port}", $"{framing}");
        try
        {
            await using var master = new ModbusTurnMaster(new() { Transport = new ModbusTransport.Tcp("127.0.0.1", port), Framing = framing, Timeout = TimeSpan.FromSeconds(1) }, TimeProvider.System);
            await Pymodbus.ReachAsync(master, Cancel);
            await Pymodbus.AgreesAsync(master, Cancel);
        }
        finally
        {
            server.Kill();
        }
    }

    [Theory] // noise before and behind, an answer in parts with pauses, the question heard back
    [InlineData("noise")]
    [InlineData("split")]
    [InlineData("echo")]
    [InlineData("others")]
    public async Task A_disturbed_line_gives_what_the_device_says(string disturbance)
    {
        using var ours = await PtyPair.StartAsync(Cancel);
        using var theirs = await PtyPair.StartAsync(Cancel);
        using var server = await Pymodbus.StartAsync(SerialServer, Cancel, theirs.Theirs, "Rtu");
        try
        {
            var random = new Random(3);
            var opener = new SerialOpener();
            var up = await opener.OpenAsync(new(ours.Theirs, 9600), TimeProvider.System, Cancel);
            var down = await opener.OpenAsync(new(theirs.Ours, 9600), TimeProvider.System, Cancel);
            byte[] Noise() => [.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => (byte)random.Next(256))];
            await using var relay = new Relay(
                up,
                down,
                down: disturbance switch
                {
                    "echo" => o => [(up, o, TimeSpan.Zero), (down, o, TimeSpan.Zero)],
                    "others" => o => [(up, new RtuFraming().Frame(9, ModbusRequest.Read(ModbusFunction.ReadHoldingRegisters, 5, 2).Pdu.Span), TimeSpan.Zero), (up, new RtuFraming().Frame(9, [3, 4, 0, 1, 0, 2]), TimeSpan.Zero), (down, o, TimeSpan.FromMilliseconds(20))],
                    _ => null,
                },
                up: disturbance switch
                {
                    "noise" => o => [(up, Noise(), TimeSpan.Zero), (up, o, TimeSpan.Zero), (up, Noise(), TimeSpan.Zero)],
                    "split" => o => o.Select(octet => (up, new[] { octet }, TimeSpan.FromMilliseconds(random.Next(3)))),
                    _ => null,
                });
            await using var master = new ModbusTurnMaster(new() { Transport = new ModbusTransport.Serial(ours.Ours, 9600) { HasEcho = disturbance == "echo" }, Timeout = TimeSpan.FromSeconds(2) }, TimeProvider.System);
            await Pymodbus.ReachAsync(master, Cancel);
            for (var i = 0; i < 15; i++)
            {
                Assert.Equal([20, 21, 22, 23], await master.ReadRegistersAsync(3, 20, 4, input: true, Cancel));
                await master.WriteRegisterAsync(3, 5, (ushort)i, Cancel);
                Assert.Equal([(ushort)i], await master.ReadRegistersAsync(3, 5, 1, input: false, Cancel));
            }

            Assert.Equal(disturbance == "others", master.ForeignFrames > 50);
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact] // a line of 9600 bit/s passes 960 octets a second: what the wire takes is no silence of the device
    public async Task A_slow_wire_is_no_silent_device()
    {
        using var ours = await PtyPair.StartAsync(Cancel);
        using var theirs = await PtyPair.StartAsync(Cancel);
        var opener = new SerialOpener();
        var memory = new Memory();
        await using var slave = await ModbusSerialSlave.OpenAsync(new(theirs.Theirs, 9600), ModbusFraming.Rtu, _ => memory, TimeProvider.System, Cancel);
        var up = await opener.OpenAsync(new(ours.Theirs, 9600), TimeProvider.System, Cancel);
        var down = await opener.OpenAsync(new(theirs.Ours, 9600), TimeProvider.System, Cancel);
        IEnumerable<(Stream, byte[], TimeSpan)> Slowly(Stream to, byte[] octets) => octets.Chunk(10).Select(part => (to, part, TimeSpan.FromSeconds(part.Length / 960.0)));
        await using var relay = new Relay(up, down, o => Slowly(down, o), o => Slowly(up, o));
        await using var master = new ModbusTurnMaster(new() { Transport = new ModbusTransport.Serial(ours.Ours, 9600), Timeout = TimeSpan.FromMilliseconds(150) }, TimeProvider.System);
        var start = TimeProvider.System.GetTimestamp();
        Assert.Equal(100, (await master.ReadRegistersAsync(1, 0, 100, input: false, Cancel)).Length);
        Assert.True(TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromMilliseconds(200), "the relay was not slow");
    }

    [Fact]
    public async Task The_slave_agrees_with_mbpoll_over_a_port()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/mbpoll"), "mbpoll is not installed.");
        using var pair = await PtyPair.StartAsync(Cancel);
        var memory = new Memory();
        await using var slave = await ModbusSerialSlave.OpenAsync(new(pair.Theirs, 9600), ModbusFraming.Rtu, u => u == 3 ? memory : null, TimeProvider.System, Cancel);
        Assert.Contains("[11]: \t7", await MbpollAsync(pair.Ours, ["-r", "11", "-c", "2", "-t", "4"]), StringComparison.Ordinal);
        await MbpollAsync(pair.Ours, ["-r", "21", "-t", "4"], "42", "43");
        Assert.Equal([42, 43], memory.Registers[20..22]);
        await MbpollAsync(pair.Ours, ["-r", "1", "-t", "0"], "1", "0", "1");
        Assert.Equal([true, false, true], memory.Coils[..3]);
        Assert.Contains("Illegal data address", await MbpollAsync(pair.Ours, ["-r", "5000", "-t", "4"]), StringComparison.Ordinal);
    }

    private static Task<string> MbpollAsync(string port, string[] options, params string[] values) => Mbpoll.RunAsync(["-m", "rtu", "-b", "9600", "-P", "none", .. options], port, values, Cancel);
}
