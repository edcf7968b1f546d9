using System.Diagnostics;
using System.Net;
using System.Text.Json;
using DerAgent.Devices;
using DerAgent.Modbus;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests;

/// <summary><c>der-agent probe</c> as an installer runs it: on TCP and on a pseudo-terminal, and nothing is ever written.</summary>
public sealed class ProbeCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unknown_device_says_who_it_is_and_which_profile_may_fit()
    {
        var inverter = new PvInverterSimulator(10_000, static _ => 0.8);
        await using var slave = Slave(inverter.Registers);
        var (code, output) = await AgentLab.RunAsync(["probe", Url(slave)]);
        Assert.Equal(0, code);
        Assert.Contains("Simulated PV inverter", output, StringComparison.Ordinal);
        Assert.Contains("models 1 at 40002, 103 at 40070", output, StringComparison.Ordinal);
        Assert.Contains("gives 125 registers in one answer", output, StringComparison.Ordinal);
        Assert.Contains("Ask again with --profile sunspec-inverter", output, StringComparison.Ordinal);
    }

    [Fact] // a unit id that nobody told
    public async Task Without_a_unit_id_the_usual_ones_are_looked_at()
    {
        var inverter = new PvInverterSimulator(10_000, static _ => 0.8);
        await using var slave = new ModbusTcpSlave(new(IPAddress.Loopback, 0), u => u is 3 or 126 ? new ReadOnlyMemory(inverter.Registers) : null);
        var (code, output) = await AgentLab.RunAsync(["probe", $"modbus-tcp://{slave.Endpoint}"]);
        Assert.Equal(0, code);
        Assert.Contains("unit 3: it answers", output, StringComparison.Ordinal);
        Assert.Contains("unit ids that answer: 3, 126", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_profile_each_point_is_read_and_what_to_look_at_is_told()
    {
        var inverter = new PvInverterSimulator(10_000, static _ => 0.8);
        inverter.Step(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(10));
        await using var slave = Slave(inverter.Registers);
        var (code, output) = await AgentLab.RunAsync(["probe", Url(slave), "--profile", "sunspec-inverter", "--repeat", "2", "--json"]);
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        var points = json.RootElement.GetProperty("points").EnumerateArray().ToDictionary(p => p.GetProperty("point").GetString()!, p => p, StringComparer.Ordinal);
        Assert.Equal(["8000", "8000"], points["W"].GetProperty("values").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal("SIM-0001", points["SN"].GetProperty("values")[0].GetString());
        Assert.DoesNotContain(points.Keys, p => p.EndsWith("_SF", StringComparison.Ordinal));
        Assert.Contains(json.RootElement.GetProperty("sheet").EnumerateArray(), l => l.GetString()!.Contains("100 % is WMax, which reads 10000 W", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_must_be_set_and_what_makes_no_sense_is_told()
    {
        var registers = new Dictionary<int, ushort> { [40_210] = 0, [40_211] = 303, [30_775] = 0x1388, [30_776] = 0, [30_233] = 0, [30_234] = 6000, [31_405] = 0, [31_406] = 6000, [41_195] = 0, [41_196] = 600, [30_803] = 0, [30_804] = 5000 };
        await using var slave = Slave(new SparseMemory(registers));
        var (code, output) = await AgentLab.RunAsync(["probe", Url(slave), "--profile", "sma"]);
        Assert.Equal(0, code);
        Assert.Contains("[ ] OpMod must be 1079, and is 303: set the operating mode", output, StringComparison.Ordinal);
        Assert.Matches(@"W +327680000 W +\? W reads 327680000 W, not within", output);
        Assert.Contains("the device lets go by itself after ComTms, which reads 600 s", output, StringComparison.Ordinal);
    }

    [Fact] // what was read for the points tells it: nothing is asked for twice
    public async Task Words_that_come_the_other_way_round_are_told()
    {
        var registers = new Dictionary<int, ushort> { [30_775] = 0x1388, [30_776] = 0, [30_233] = 6000, [30_234] = 0, [31_405] = 6000, [31_406] = 0 };
        await using var slave = Slave(new SparseMemory(registers));
        var (_, output) = await AgentLab.RunAsync(["probe", Url(slave), "--profile", "sma"]);
        Assert.Contains("the words of numbers seem to come the other way round", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_on_a_line_is_found_at_its_speed_by_any_answer()
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        var inverter = new PvInverterSimulator(10_000, static _ => 0.8);
        await using var slave = await ModbusSerialSlave.OpenAsync(new(pair.Theirs, 9600), ModbusFraming.Rtu, u => u is 2 or 5 ? inverter.Registers : null, TimeProvider.System, Cancel);
        var (code, output) = await AgentLab.RunAsync(["probe", $"modbus-rtu://{pair.Ours}", "--units", "1-6", "--bauds", "9600", "--parities", "none"]);
        Assert.Equal(0, code);
        Assert.Equal([2, 5], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => int.Parse(l.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Contains("IllegalDataAddress", output, StringComparison.Ordinal);
    }

    [Fact] // two devices with one address speak at once, and nobody understands either
    public async Task Two_devices_with_one_address_are_suspected()
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        var inverter = new PvInverterSimulator(10_000, static _ => 0.8);
        await using var slave = await ModbusSerialSlave.OpenAsync(new(pair.Theirs, 9600), ModbusFraming.Rtu, u => u == 3 ? inverter.Registers : null, TimeProvider.System, Cancel);
        slave.Behaviour.Spoil = static frame => [.. frame.Select(o => (byte)(o | 0x55))];
        var (code, output) = await AgentLab.RunAsync(["probe", $"modbus-rtu://{pair.Ours}", "--units", "3"]);
        Assert.Equal(1, code);
        Assert.Contains("have two devices this address", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_somebody_has_ends_with_3_and_his_name()
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        using var holder = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec 3<>{pair.Ours}; echo ready; read line"]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false })!;
        try
        {
            Assert.Equal("ready", await holder.StandardOutput.ReadLineAsync(Cancel));
            var (code, output) = await AgentLab.RunAsync(["probe", $"modbus-rtu://{pair.Ours}?unit=3"]);
            Assert.Equal(3, code);
            Assert.Contains($"sh (process {holder.Id}) has the port open", output, StringComparison.Ordinal);
        }
        finally
        {
            holder.Kill();
        }
    }

    [Fact] // a second client would throw the first one out
    public async Task A_device_of_one_client_that_somebody_has_ends_with_3_and_his_name()
    {
        var inverter = new PvInverterSimulator(10_000, static _ => 0.8);
        await using var slave = Slave(inverter.Registers);
        using var holder = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", $"exec 3<>/dev/tcp/127.0.0.1/{slave.Endpoint.Port}; echo ready; read line"]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false })!;
        try
        {
            Assert.Equal("ready", await holder.StandardOutput.ReadLineAsync(Cancel));
            var (code, output) = await AgentLab.RunAsync(["probe", Url(slave), "--profile", "solaredge"]);
            Assert.Equal(3, code);
            Assert.Contains($"bash (process {holder.Id}) is connected to {slave.Endpoint}, which serves one client at a time", output, StringComparison.Ordinal);
        }
        finally
        {
            holder.Kill();
        }
    }

    [Theory] // a simulated device on two wires, with what goes wrong there
    [InlineData("modbus-rtu", "None", true)]
    [InlineData("modbus-ascii", "None", true)]
    [InlineData("modbus-rtu", "Noise", true)]
    [InlineData("modbus-rtu", "Doubled", true)]
    [InlineData("modbus-rtu", "Truncated", false)]
    public async Task A_simulated_device_on_a_port_is_read_as_on_TCP(string scheme, string fault, bool answers)
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        using var simulator = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "der-agent.dll"), "sim", "sunspec-meter", "--load", "1234", "--unit", "3", "--listen", $"{scheme}://{pair.Theirs}?baud=19200", "--fault", fault]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            Assert.Equal($"{scheme}://{pair.Theirs}?baud=19200&parity=none&unit=3", await simulator.StandardOutput.ReadLineAsync(Cancel));
            var (code, output) = await AgentLab.RunAsync(["probe", $"{scheme}://{pair.Ours}?baud=19200&unit=3", "--profile", "sunspec-meter"]);
            Assert.Equal(answers ? 0 : 1, code);
            Assert.Equal(answers, output.Contains("1234 W", StringComparison.Ordinal));
        }
        finally
        {
            simulator.Kill();
        }
    }

    [Theory]
    [InlineData(3, "cannot be reached", "modbus-tcp://127.0.0.1:1?unit=1")]
    [InlineData(3, "serves one client at a time", "modbus-tcp://127.0.0.1:1?unit=1", "--profile", "solaredge")]
    [InlineData(2, "is no device URL", "192.168.1.20")]
    [InlineData(2, "did you mean \"sma\"", "modbus-tcp://127.0.0.1:1", "--profile", "smaa")]
    [InlineData(2, "--units is a list", "modbus-rtu:///dev/null", "--units", "0-5")]
    [InlineData(2, "for serial ports", "modbus-tcp://127.0.0.1:1", "--units", "1", "--bauds", "9600")]
    [InlineData(2, "--repeat is 1 to 100", "modbus-tcp://127.0.0.1:1", "--repeat", "0")]
    public async Task What_cannot_be_asked_is_told(int code, string says, params string[] arguments)
    {
        var (ended, output) = await AgentLab.RunAsync(["probe", .. arguments]);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.Equal(code, ended);
    }

    private static string Url(ModbusTcpSlave slave) => $"modbus-tcp://{slave.Endpoint}?unit=1";

    private static ModbusTcpSlave Slave(IModbusMemory memory) => new(new(IPAddress.Loopback, 0), u => u == 1 ? new ReadOnlyMemory(memory) : null);

    /// <summary>A write is a failed test.</summary>
    private sealed class ReadOnlyMemory(IModbusMemory memory) : IModbusMemory
    {
        public ushort[]? ReadRegisters(ushort address, ushort count, bool input) => memory.ReadRegisters(address, count, input);

        public bool[]? ReadBits(ushort address, ushort count, bool input) => memory.ReadBits(address, count, input);

        public ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values) => throw new InvalidOperationException("a probe writes nothing");

        public ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values) => throw new InvalidOperationException("a probe writes nothing");
    }

    /// <summary>Registers that are there one by one; the others are refused.</summary>
    private sealed class SparseMemory(Dictionary<int, ushort> registers) : IModbusMemory
    {
        public ushort[]? ReadRegisters(ushort address, ushort count, bool input) => Enumerable.Range(address, count).All(registers.ContainsKey) ? [.. Enumerable.Range(address, count).Select(a => registers[a])] : null;

        public bool[]? ReadBits(ushort address, ushort count, bool input) => null;

        public ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values) => ModbusExceptionCode.IllegalFunction;

        public ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values) => ModbusExceptionCode.IllegalFunction;
    }
}
