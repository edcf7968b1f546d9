using DerAgent.Tests;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>Which wire a device is on: its URL, what devices of one wire agree on, what exchanges cost, what is odd on it.</summary>
public sealed class LineSetupTests
{
    [Theory]
    [InlineData("modbus-tcp://h", "h:502", "modbus-tcp")]
    [InlineData("modbus-tcp://[fe80::1]:503?unit=255", "fe80::1:503", "modbus-tcp")]
    [InlineData("modbus-tls://h?unit=0", "h:802", "modbus-tls")]
    [InlineData("modbus-rtu-tcp://h:4001?unit=3", "h:4001", "modbus-rtu-tcp")]
    [InlineData("modbus-ascii-tcp://h:4001?unit=3", "h:4001", "modbus-ascii-tcp")]
    [InlineData("modbus-rtu:///dev/serial/by-id/usb-FTDI_FT232R-if00-port0?unit=3", "/dev/serial/by-id/usb-FTDI_FT232R-if00-port0", "modbus-rtu 19200 bit/s, 8 data bits, parity even, 1 stop")]
    [InlineData("modbus-rtu:///COM3?baud=115200&parity=none&stop=2&unit=3&echo=yes&rs485=kernel", "COM3", "modbus-rtu 115200 bit/s, 8 data bits, parity none, 2 stop, echo, rs485=kernel")]
    [InlineData("modbus-ascii:///dev/ttyUSB0?bits=7&parity=odd", "/dev/ttyUSB0", "modbus-ascii 19200 bit/s, 7 data bits, parity odd, 1 stop")]
    public void URLs_say_the_wire_and_the_profile_the_rest(string text, string endpoint, string settings)
    {
        var url = DeviceUrl.Parse(text, out _)!.With(new() { Baud = 19_200, Parity = "even" });
        Assert.Equal((endpoint, settings), (url.Endpoint, url.Settings));
    }

    [Theory]
    [InlineData("modbus-rtu://dev/ttyUSB0", "three slashes")]
    [InlineData("modbus-rtu:///dev/ttyUSB0?unit=0", "unit=1..247")]
    [InlineData("modbus-rtu:///dev/ttyUSB0?unit=248", "unit=1..247")]
    [InlineData("modbus-rtu-tcp://h?unit=0", "unit=1..247")]
    [InlineData("modbus-rtu:///dev/ttyUSB0?baud=96", "baud=300..1000000")]
    [InlineData("modbus-rtu:///dev/ttyUSB0?parity=mark", "parity=none|even|odd")]
    [InlineData("modbus-rtu:///dev/ttyUSB0?bits=7", "RTU needs 8")]
    [InlineData("modbus-rtu:///dev/ttyUSB0?rs485=rts", "rs485=kernel")]
    [InlineData("modbus-tcp://h?baud=9600", "known is unit=0..255")]
    [InlineData("modbus-tcp:///dev/ttyUSB0", "names no host")]
    [InlineData("modbus-tcp://h/path", "names no host")]
    [InlineData("modbus-rtu-udp://h", "is not served by this version")]
    public void What_a_URL_cannot_say_is_told_with_what_it_can(string text, string says)
    {
        Assert.Null(DeviceUrl.Parse(text, out var fault));
        Assert.Contains(says, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modbus-rtu:///dev/a?unit=1", "modbus-rtu:///dev/a?unit=2", null)]
    [InlineData("modbus-rtu:///dev/a?unit=1", "modbus-rtu:///dev/a?unit=2&baud=19200", "a line has one setting")]
    [InlineData("modbus-rtu:///dev/a?unit=1", "modbus-rtu:///dev/a?unit=2&parity=even", "a line has one setting")]
    [InlineData("modbus-rtu:///dev/a?unit=1", "modbus-ascii:///dev/a?unit=2", "a line has one setting")]
    [InlineData("modbus-tcp://h:502?unit=1", "modbus-rtu-tcp://h:502?unit=2", "a line has one setting")]
    [InlineData("modbus-rtu:///dev/a?unit=1", "modbus-rtu:///dev/b?unit=2&baud=19200", null)]
    public void Devices_of_one_line_agree_on_it(string first, string second, string? says)
    {
        var findings = LineChecks.Of([Placed("a", first), Placed("b", second)]).ToList();
        Assert.Equal(says is null ? 0 : 1, findings.Count);
        Assert.All(findings, f => Assert.Contains(says!, f.Text, StringComparison.Ordinal));
    }

    [Theory] // messages have room for two digits; a profile of lines is asked on a line, one of registers is not
    [InlineData("serial:///dev/ttyS1?unit=99", null)]
    [InlineData("serial:///dev/ttyS1?unit=100", "have no room")]
    public void A_unit_id_fits_into_the_messages(string url, string? says)
    {
        var profile = ProfileReader.Load(Path.Combine(Corpus.Root, "device-profiles", "ascii-chp.yaml")).Profile!;
        var findings = LineChecks.Of([new(new("chp", profile, new HashSet<string>()), DeviceUrl.Parse(url, out _)!.With(profile.Modbus))]).ToList();
        Assert.Equal(says is null ? 0 : 1, findings.Count(f => f.Text.Contains(says ?? "", StringComparison.Ordinal)));
    }

    [Fact]
    public void One_port_under_two_names_is_found_out_and_a_profile_s_unit_0_on_two_wires()
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-port-");
        try
        {
            var link = Path.Combine(folder.FullName, "by-id");
            File.CreateSymbolicLink(link, "/dev/null");
            Assert.Contains("name one port, /dev/null", Assert.Single(LineChecks.Of([Placed("a", "modbus-rtu:///dev/null?unit=1"), Placed("b", $"modbus-rtu://{link}?unit=2")])).Text, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Assert.Contains("everybody (broadcast)", Assert.Single(LineChecks.Of([Placed("a", "modbus-rtu:///dev/a", new() { Unit = 0 })])).Text, StringComparison.Ordinal);
    }

    [Fact] // 9600 bit/s with eleven bits an octet: 100 registers take a quarter of a second
    public void Exchanges_cost_what_their_wire_takes()
    {
        var slow = Placed("a", "modbus-rtu:///dev/a?baud=9600&unit=1").Cost.Of(RegisterKind.Holding, 100);
        var quick = Placed("a", "modbus-rtu:///dev/a?baud=115200&unit=1").Cost.Of(RegisterKind.Holding, 100);
        Assert.InRange(slow.TotalMilliseconds, 230, 290);
        Assert.InRange(quick.TotalMilliseconds, 20, 40);
        Assert.InRange(Placed("a", "modbus-rtu-tcp://h?unit=1").Cost.Of(RegisterKind.Holding, 100).TotalMilliseconds, 5, 15);
    }

    [Fact]
    public void Blocks_of_one_length_become_different_where_the_map_allows()
    {
        PointDefinition Point(string name, int address) => new() { Name = name, Address = address, Type = PointType.UInt16 };
        PointDefinition[] wanted = [Point("A", 10), Point("B", 100), Point("C", 200)];
        PointDefinition[] map = [.. wanted, Point("B2", 101), Point("C0", 199), Point("C1", 201)];
        var traits = new ModbusTraits();
        string Lengths(IReadOnlyList<PointDefinition>? known, LearnedHoles? holes = null) => string.Join(' ', PollPlanner.Plan(wanted, traits, new(), LineCost.Serial(traits), holes ?? LearnedHoles.None, known).Select(b => $"{b.Address}+{b.Count}"));
        Assert.Equal("10+1 100+1 200+1", Lengths(null));
        Assert.Equal("10+1 100+2 199+3", Lengths(map));
        Assert.Equal("10+1 100+1 200+1", Lengths(wanted));
        Assert.Equal("10+1 100+2 200+1", Lengths(map, new(new HashSet<(RegisterKind, int)> { (RegisterKind.Holding, 199) }, new HashSet<(RegisterKind, int)>())));
    }

    [Fact]
    public void More_than_three_frames_a_minute_that_nobody_asked_for_are_another_master()
    {
        var told = new List<string>();
        var noise = new LineNoise(told.Add);
        noise.Look(new(0, 3, 0), TimeSpan.FromSeconds(10));
        noise.Look(new(0, 3, 0), TimeSpan.FromSeconds(69));
        noise.Look(new(0, 6, 0), TimeSpan.FromSeconds(80));
        Assert.Empty(told);
        noise.Look(new(0, 8, 0), TimeSpan.FromSeconds(90));
        noise.Look(new(0, 20, 0), TimeSpan.FromSeconds(95));
        Assert.StartsWith("another master on this bus", Assert.Single(told), StringComparison.Ordinal);
        noise.Look(new(2, 40, 1), TimeSpan.FromSeconds(200));
        Assert.Contains(told, t => t.StartsWith("2 answers came too late", StringComparison.Ordinal));
        Assert.Contains(told, t => t.Contains("did not close", StringComparison.Ordinal));
    }

    [Theory] // bits of one register: function 22 where the profile says so, else read, change, write in one turn
    [InlineData("write-function: 22, ", "MaskWriteRegister 7 1")]
    [InlineData("write-function: 6, ", "ReadHoldingRegisters 7 1 WriteSingleRegister 7 1")]
    [InlineData("", "ReadHoldingRegisters 7 1 WriteMultipleRegisters 7 1")]
    public async Task Bits_of_a_register_are_written_and_its_others_stay(string function, string exchanges)
    {
        var (driver, line) = Driver($"  Run: {{holding: 7, bits: [4, 5], map: {{0: \"off\", 2: \"on\"}}, {function}access: write}}");
        line.Device()[7] = 0xA50F;
        Assert.Equal(WriteAnswer.Taken, (await WriteAsync(driver, line, [new("Run", 2)])).Answer);
        Assert.Equal(0xA52F, line.Device()[7]);
        Assert.Equal(exchanges, string.Join(' ', line.Asked.Select(a => $"{a.Function} {a.Address} {a.Count}")));
        Assert.Equal(WriteAnswer.OutOfRange, (await WriteAsync(driver, line, [new("Run", 4)])).Answer);
    }

    [Fact]
    public async Task Several_bits_of_a_register_are_one_exchange()
    {
        var (driver, line) = Driver("  A: {holding: 7, bits: 0, write-function: 22, access: write}\n  B: {holding: 7, bits: 3, write-function: 22, access: write}");
        line.Device()[7] = 0x00F1;
        await WriteAsync(driver, line, [new("A", 0), new("B", 1)]);
        Assert.Equal(0x00F8, line.Device()[7]);
        Assert.Single(line.Asked);
    }

    [Theory]
    [InlineData("A: {holding: 7, write-function: 22, access: write}", "give \"A\" bits")]
    [InlineData("A: {holding: 7, type: bits, length: 2, bits: 17, access: write}", "bits of one register are written")]
    [InlineData("A: {holding: 7, bits: [0, 3], access: write, steps: [{write: {A: value, B: 1}}]}, B: {holding: 7, bits: 3}", "has bits that another point of the write has")]
    [InlineData("A: {holding: 7, bits: 3, access: write, steps: [{write: {A: value, B: 1}}]}, B: {holding: 8, bits: 3}", "are not bits of one register")]
    public void Bits_that_cannot_be_written_so_are_told(string points, string says) =>
        Assert.Contains(says, Assert.Single(ProfileReader.Load(new StringReader($"profile: p\npoints: {{{points}}}\n"), "p.yaml").Findings).Text, StringComparison.Ordinal);

    [Fact] // a port that is pulled is looked for every few seconds, a silent device ever more rarely
    public void A_port_that_is_not_there_is_looked_for_soon()
    {
        var line = new TestLine(new FakeTimeProvider()) { IsPulled = true };
        Assert.Equal(TimeSpan.FromSeconds(5), new ModbusDriver(Placed("a", "modbus-rtu:///dev/a?unit=1"), line, TimeProvider.System).LongestWait);
        Assert.Equal(TimeSpan.FromMinutes(1), new ModbusDriver(Placed("a", "modbus-tcp://h?unit=1"), line, TimeProvider.System).LongestWait);
        line.IsPulled = false;
        Assert.Equal(TimeSpan.FromMinutes(1), new ModbusDriver(Placed("a", "modbus-rtu:///dev/a?unit=1"), line, TimeProvider.System).LongestWait);
    }

    private static DevicePlacement Placed(string name, string url, ModbusTraits? traits = null)
    {
        var profile = new DeviceProfile { Name = "p", Modbus = traits ?? new(), Points = new Dictionary<string, PointDefinition>(StringComparer.Ordinal) };
        return new(new(name, profile, new HashSet<string>()), DeviceUrl.Parse(url, out _)!.With(profile.Modbus));
    }

    private static (ModbusDriver Driver, TestLine Line) Driver(string points)
    {
        var load = ProfileReader.Load(new StringReader($"profile: p\npoints:\n{points}\n"), "p.yaml");
        Assert.DoesNotContain(load.Findings, f => f.IsError);
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };
        var line = new TestLine(time) { Latency = TimeSpan.Zero };
        return (TestDriver.Of(load.Profile!, line, time), line);
    }

    private static async Task<WriteResult> WriteAsync(ModbusDriver driver, TestLine line, IReadOnlyList<PointWrite> values)
    {
        line.Asked.Clear();
        return await driver.WriteAsync(values, TestContext.Current.CancellationToken);
    }
}
