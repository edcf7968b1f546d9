using System.Diagnostics;
using System.Globalization;
using System.Net;
using DerAgent.Agent.Hosting;
using DerAgent.Devices;
using DerAgent.Modbus;
using DerAgent.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DerAgent.Integration.Tests;

/// <summary><c>der-agent probe --command</c> and <c>--scan</c> as an installer runs them.</summary>
public sealed class ProbeTrialTests : IAsyncDisposable
{
    private readonly PvInverterSimulator _inverter = new(10_000, static _ => 0.8);
    private readonly ModbusTcpSlave _slave;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _living;

    public ProbeTrialTests()
    {
        _inverter.Step(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(10));
        _slave = new(new(IPAddress.Loopback, 0), u => u == 1 ? _inverter.Registers : null);
        _living = LiveAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Url => $"modbus-tcp://{_slave.Endpoint}?unit=1";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _living;
        await _slave.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_command_shows_its_effect_and_is_let_go_of()
    {
        var (code, output) = await AgentLab.RunAsync(["probe", Url, "--profile", "sunspec-inverter", "--command", "WMaxLimPct=40", "--for", "1s", "--yes"]);
        Assert.True(code == 0, output);
        Assert.Matches("before: .*W 8000 W", output);
        Assert.Matches("WMaxLimPct = 40 % WMax works: .*W 4000 W", output);
        Assert.Matches("let go of it", output);
        Assert.Matches("after: .*W 8000 W", output);
        Assert.Contains("not as before: WMaxLim_Ena was DISABLED and reads ENABLED", output, StringComparison.Ordinal);
        Assert.Equal(100, _inverter.Limit);
    }

    [Fact] // whoever presses Ctrl-C leaves nothing behind
    public async Task Ctrl_C_lets_go_too()
    {
        // Who runs the tests in the background ignores the signal, and so would all that they start.
        using var probe = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "der-agent.dll"), "probe", Url, "--profile", "sunspec-inverter", "--command", "WMaxLimPct=40", "--for", "1h", "--yes"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        while (await probe.StandardOutput.ReadLineAsync(Cancel) is { } line && !line.Contains("works", StringComparison.Ordinal))
        {
            // It begins.
        }

        Assert.Equal(40, _inverter.Limit);
        using (var kill = Process.Start("kill", ["-INT", probe.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(Cancel);
        }

        var rest = await probe.StandardOutput.ReadToEndAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Contains("let go of it", rest, StringComparison.Ordinal);
        Assert.Equal(100, _inverter.Limit);
    }

    [Fact] // somebody else's limit is his again, not the agent's idea of no limit
    public async Task What_stood_there_is_put_back()
    {
        _inverter.Memory.Set(123, "WMaxLimPct", 800);
        _inverter.Memory.Set(123, "WMaxLim_Ena", 1);
        var (code, output) = await AgentLab.RunAsync(["probe", Url, "--profile", "sunspec-inverter", "--command", "WMaxLimPct=40", "--for", "1s", "--yes"]);
        Assert.True(code == 0, output);
        Assert.Contains("WMaxLimPct = 80 is put back", output, StringComparison.Ordinal);
        Assert.Equal(80, _inverter.Limit);
    }

    [Fact]
    public async Task What_cannot_be_restored_is_said_loudly()
    {
        var refuses = false;
        var accept = _inverter.Memory.OnWrite;
        _inverter.Memory.OnWrite = (model, point) => refuses ? ModbusExceptionCode.ServerDeviceFailure : accept(model, point);
        using var probe = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "der-agent.dll"), "probe", Url, "--profile", "sunspec-inverter", "--command", "WMaxLimPct=40", "--for", "2s", "--yes"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        while (await probe.StandardOutput.ReadLineAsync(Cancel) is { } line && !line.Contains("works", StringComparison.Ordinal))
        {
            // It begins.
        }

        refuses = true;
        Assert.Contains("NOT RESTORED: WMaxLimPct was 100 and reads 40", await probe.StandardOutput.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        await probe.WaitForExitAsync(Cancel);
        Assert.Equal(1, probe.ExitCode);
    }

    [Theory]
    [InlineData("needs --profile", "--command", "WMaxLimPct=40", "--for", "1s")]
    [InlineData("needs --for", "--profile", "sunspec-inverter", "--command", "WMaxLimPct=40")]
    [InlineData("at most 1h", "--profile", "sunspec-inverter", "--command", "WMaxLimPct=40", "--for", "2h")]
    [InlineData("goes from 0 to 100", "--profile", "sunspec-inverter", "--command", "WMaxLimPct=140", "--for", "1s", "--yes")]
    [InlineData("There is no data folder /nowhere", "--profile", "sunspec-inverter", "--data", "/nowhere")]
    [InlineData("is no set point of sunspec-inverter; it has", "--profile", "sunspec-inverter", "--command", "W=140", "--for", "1s", "--yes")]
    [InlineData("Nothing was written", "--profile", "sunspec-inverter", "--command", "WMaxLimPct=40", "--for", "1s")]
    public async Task What_makes_no_sense_writes_nothing(string says, params string[] arguments)
    {
        var (code, output) = await AgentLab.RunAsync(["probe", Url, .. arguments]);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.Equal(2, code);
        Assert.Equal(100, _inverter.Limit);
    }

    [Fact] // while the agent has its store open
    public async Task What_stood_there_before_the_agent_is_told_of_this_very_device()
    {
        var folder = Directory.CreateTempSubdirectory("probe").FullName;
        try
        {
            using var store = SqliteStore.Open(folder, new(), TimeProvider.System);
            await using var memory = new DeviceMemory(store.State(DeviceMemory.Part), TimeProvider.System, NullLogger.Instance);
            foreach (var (device, serial, value) in new[] { ("inv1", "SIM-0001", 80.0), ("inv2", "SIM-0002", 70.0) })
            {
                await memory.KeepAsync(device, new(serial, [], [], [], new Dictionary<string, double>(StringComparer.Ordinal) { ["WMaxLimPct"] = value }, []));
            }

            var (code, output) = await AgentLab.RunAsync(["probe", Url, "--profile", "sunspec-inverter", "--data", folder]);
            Assert.True(code == 0, output);
            Assert.Contains("WMaxLimPct: before the agent's first write ever (as inv1, serial number SIM-0001) it read 80 %", output, StringComparison.Ordinal);
            Assert.DoesNotContain("inv2", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_network_tells_who_is_in_it()
    {
        var (code, output) = await AgentLab.RunAsync(["probe", "--scan", "127.0.0.0/28", "--port", _slave.Endpoint.Port.ToString(CultureInfo.InvariantCulture), "--units", "1,2"]);
        Assert.Equal(0, code);
        Assert.Contains($"127.0.0.1:{_slave.Endpoint.Port}, unit 1: it answers", output, StringComparison.Ordinal);
        Assert.DoesNotContain("unit 2", output, StringComparison.Ordinal);
        Assert.Contains("Ask again with --profile sunspec-inverter", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("at most 1024 addresses", "--scan", "10.0.0.0/8")]
    [InlineData("not both", "modbus-tcp://127.0.0.1:1", "--scan", "127.0.0.0/28")]
    [InlineData("--port is 1 to 65535", "--scan", "127.0.0.0/28", "--port", "0")]
    [InlineData("Say which device")]
    public async Task What_cannot_be_scanned_is_told(string says, params string[] arguments)
    {
        var (code, output) = await AgentLab.RunAsync(["probe", .. arguments]);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.Equal(2, code);
    }

    private async Task LiveAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                _inverter.Step(DateTimeOffset.UnixEpoch, TimeSpan.FromMilliseconds(250));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
