using System.Collections.Concurrent;
using DerAgent.Modbus;
using DerAgent.Tests;

namespace DerAgent.Devices.Tests;

/// <summary>Two devices on one real port (a pseudo-terminal) that is pulled and plugged in again.</summary>
public sealed class SerialSiteTests
{
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Devices_of_a_port_are_read_and_back_within_ten_seconds_after_it_was_pulled()
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        var values = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        var states = new ConcurrentQueue<string>();
        await using var lines = new SiteLines(TimeProvider.System);
        DevicePlacement[] devices = [Placed("first", pair.Ours, 1), Placed("second", pair.Ours, 2)];
        Assert.Empty(LineChecks.Of(devices));
        await lines.UseAsync(devices, [], (url, traits) => LineMaster.OpenBus(url, traits, TimeProvider.System), null, new(
            (device, readings) => values[device] = readings[0].Value.Number,
            state => states.Enqueue(state.Text)));
        for (ushort round = 1; round <= 3; round++)
        {
            var (one, two) = (new RegisterMemory(16) { [7] = (ushort)(100 + round) }, new RegisterMemory(16) { [7] = (ushort)(200 + round) });
            var slave = await ModbusSerialSlave.OpenAsync(new(pair.Theirs, 9600), ModbusFraming.Rtu, u => u switch { 1 => one, 2 => two, _ => null }, TimeProvider.System, Cancel);
            var plugged = TimeProvider.System.GetTimestamp();
            await UntilAsync(() => values.GetValueOrDefault("first") == 100 + round && values.GetValueOrDefault("second") == 200 + round);
            Assert.InRange(TimeProvider.System.GetElapsedTime(plugged), TimeSpan.Zero, Back);
            pair.Pull();
            await slave.DisposeAsync();
            await UntilAsync(() => states.Count(s => s.Contains("no such port", StringComparison.Ordinal) || s.Contains("has gone", StringComparison.Ordinal)) >= 2 * round);
            await pair.PlugAsync(Cancel);
        }
    }

    private static DevicePlacement Placed(string name, string port, int unit)
    {
        var profile = ProfileReader.Load(new StringReader("profile: p\nmodbus: {timeout-ms: 500}\npolls: {fast: 200ms}\npoints:\n  W: {holding: 7, poll: fast}\n"), "p.yaml").Profile!;
        return new(new(name, profile, new HashSet<string> { "W" }), DeviceUrl.Parse($"modbus-rtu://{port}?unit={unit}", out _)!.With(profile.Modbus));
    }

    private static async Task UntilAsync(Func<bool> isDone)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isDone())
        {
            await timer.WaitForNextTickAsync(Cancel);
        }
    }
}
