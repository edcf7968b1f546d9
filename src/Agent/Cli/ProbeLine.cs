using System.Globalization;
using DerAgent.Devices;
using DerAgent.Modbus;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent probe URL --units</c>: who is on a line.</summary>
internal static class ProbeLine
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    public static async Task<int> ScanAsync(DeviceUrl url, string asked, string? bauds, string? parities, bool isJson, CancellationToken cancel)
    {
        if (!url.IsModbus)
        {
            return await ProbeCommand.ToldAsync("--units asks on Modbus lines; a line protocol of its own is asked with --profile.", ExitCodes.Configuration);
        }

        if (Units(asked, url) is not { } units)
        {
            return await ProbeCommand.ToldAsync($"--units is a list such as 1-247 or 1,3,5, from {url.Units.First} to {url.Units.Last}.", ExitCodes.Configuration);
        }

        if (Settings(url, bauds, parities) is not { } settings)
        {
            return await ProbeCommand.ToldAsync("--bauds is a list such as 9600,19200, --parities one of none, even, odd; both are for serial ports.", ExitCodes.Configuration);
        }

        var found = 0;
        foreach (var setting in settings)
        {
            await using var master = LineMaster.Open(setting, new(), TimeProvider.System);
            await ProbeCommand.WithProgressAsync(isJson, async say =>
            {
                await foreach (var unit in UnitScan.FindAsync(master, units, Patience, (u, left) => say($"unit {u}, {setting.Settings}; {left} left, {(2 * left * Patience).TotalSeconds:0} s at most"), cancel))
                {
                    found += unit.IsGarbled ? 0 : 1;
                    if (isJson)
                    {
                        ProbeView.PrintJson(setting, unit);
                        continue;
                    }

                    Console.WriteLine($"unit {unit.Unit}{(setting.IsSerial ? $" at {setting.Baud} bit/s, parity {setting.ParityWord}" : "")}: {unit.Says}");
                }

                return found;
            });
        }

        if (found == 0 && !isJson)
        {
            Console.WriteLine("Nobody answers. Look at the wires (A and B may be swapped), the supply, speed and parity; and whether another master is on the line.");
        }

        return found > 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>The unit ids of a list; null where it is none.</summary>
    public static IReadOnlyList<byte>? Units(string asked, DeviceUrl url)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(url);
        var units = YamlScalars.Numbers(asked.Split(','), out var fault);
        return fault is null && units.Count > 0 && units.All(url.MayHaveUnit) ? [.. units.Select(u => (byte)u)] : null;
    }

    private static IReadOnlyList<DeviceUrl>? Settings(DeviceUrl url, string? bauds, string? parities)
    {
        if (bauds is null && parities is null)
        {
            return [url];
        }

        var speeds = (bauds ?? url.Baud?.ToString(CultureInfo.InvariantCulture) ?? "").Split(',').Select(b => int.TryParse(b, out var baud) && baud is >= DeviceUrlReader.LeastBaud and <= DeviceUrlReader.MostBaud ? baud : 0).ToList();
        var words = (parities ?? url.ParityWord).Split(',').Select(p => DeviceUrlReader.Parities.TryGetValue(p, out var parity) ? parity : (SerialParity?)null).ToList();
        return !url.IsSerial || speeds.Contains(0) || words.Contains(null) ? null : [.. speeds.SelectMany(b => words.Select(p => url with { Baud = b, Parity = p }))];
    }
}
