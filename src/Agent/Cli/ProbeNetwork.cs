using DerAgent.Devices;
using DerAgent.Modbus;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent probe --scan</c>: which Modbus TCP devices a network has. Only when asked, and slowly.</summary>
internal static class ProbeNetwork
{
    /// <summary>Unit ids that devices on TCP usually have.</summary>
    public const string UsualUnits = "1,3,100,126,247";

    public static async Task<int> ScanAsync(string text, int port, string? asked, IReadOnlyList<string> folders, bool isJson, CancellationToken cancel)
    {
        if (ScannedNetwork.Parse(text) is not { } network)
        {
            return await ProbeCommand.ToldAsync($"--scan is an IPv4 network of at most {ScannedNetwork.Most} addresses, e.g. 192.168.1.0/24, not \"{text}\".", ExitCodes.Configuration);
        }

        if (port is < 1 or > 65_535 || ProbeLine.Units(asked ?? UsualUnits, new(LineKind.ModbusTcp, "")) is not { } units)
        {
            return await ProbeCommand.ToldAsync("--port is 1 to 65535, --units a list such as 1-247 or 1,3,5, from 0 to 255.", ExitCodes.Configuration);
        }

        var time = TimeProvider.System;
        var known = ProbeCommand.Known(folders);
        var found = 0;
        await ProbeCommand.WithProgressAsync(isJson, async say =>
        {
            await foreach (var address in NetworkScan.FindAsync(network, (a, c) => NetworkScan.KnockAsync(a, port, time, c), time, (a, left) => say($"{a}; {left} left, {(left * NetworkScan.Pace).TotalSeconds:0} s"), cancel))
            {
                found += await AskAsync(new(LineKind.ModbusTcp, address.ToString()) { Port = port }, units, known, isJson, say, cancel);
            }

            return found;
        });
        if (found == 0 && !isJson)
        {
            Console.WriteLine($"No Modbus TCP device answers at port {port} in {text}. Is Modbus switched on in the devices? Some have another port (--port) or unit id (--units).");
        }

        return found > 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task<int> AskAsync(DeviceUrl url, IReadOnlyList<byte> units, IEnumerable<DeviceProfile> known, bool isJson, Action<string> say, CancellationToken cancel)
    {
        var found = new List<FoundUnit>();
        try
        {
            await using (var master = LineMaster.Open(url, new(), TimeProvider.System))
            {
                await foreach (var unit in UnitScan.FindAsync(master, units, ProbeLine.Patience, (u, _) => say($"{url.Endpoint}, unit {u}"), cancel))
                {
                    found.Add(unit);
                }
            }

            foreach (var unit in found)
            {
                var report = await ProbeCommand.AskModbusAsync(url with { Unit = unit.Unit }, null, known, 1, say, cancel);
                ProbeView.Print(report, isJson);
            }
        }
        catch (Exception e) when (e is ModbusException { Failure: ModbusFailure.NoConnection } or DeviceException { Failure: DeviceFailure.NoLine })
        {
            // It took the connection, and hung up: one client at a time, or no Modbus at all.
            await Console.Error.WriteLineAsync($"{url.Endpoint}: {e.Message}; somebody is there who may serve one client at a time, or no Modbus at all");
        }

        return found.Count;
    }
}
