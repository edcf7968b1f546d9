using System.CommandLine;
using System.Globalization;
using DerAgent.Devices;
using DerAgent.Modbus;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent probe</c>: asks a device what it says, and writes nothing.</summary>
internal static class ProbeCommand
{
    private static readonly TimeSpan ScanPatience = TimeSpan.FromMilliseconds(300);

    public static Command Create()
    {
        var url = new Argument<string>("url") { Description = "Where the device is, e.g. modbus-tcp://192.168.1.20:502?unit=1, modbus-rtu:///dev/ttyUSB0?baud=9600&unit=3." };
        var profile = new Option<string?>("--profile") { Description = "Profile, or its file, to read it with." };
        var variant = new Option<string[]>("--variant") { Description = "Variants of the profile that this site has." };
        var profiles = CommonOptions.Profiles();
        var repeat = new Option<int>("--repeat") { Description = "How often its points are read, 1 to 100.", DefaultValueFactory = _ => 1 };
        var units = new Option<string?>("--units") { Description = "Looks who is on the line instead, at these unit ids: 1-247, or 1,3,5." };
        var bauds = new Option<string?>("--bauds") { Description = "With --units on a serial port: speeds to try, e.g. 9600,19200." };
        var parities = new Option<string?>("--parities") { Description = "With --units on a serial port: parities to try, e.g. none,even." };
        var json = CommonOptions.Json();
        var command = new Command("probe", """
            Asks a device what it says of itself and, with a profile, what each of its points reads; and says what to set and to look at before it is put into service.
            It only reads. It needs no SCL file, no agent.json and no XMPP server. A serial port has one master: stop the agent first, where it has the port.

            Exit code 0: it answers; 1: it does not; 2: the command line or the profile is wrong; 3: there is no line to it, or another program has the port.
            Examples: der-agent probe modbus-tcp://192.168.1.20:502?unit=1
                      der-agent probe modbus-tcp://192.168.1.20:502?unit=3 --profile sma --repeat 5
                      der-agent probe modbus-rtu:///dev/ttyUSB0 --units 1-20 --bauds 9600,19200 --parities none,even
            """)
        {
            url, profile, variant, profiles, repeat, units, bauds, parities, json,
        };
        command.SetAction(async (parse, cancel) =>
        {
            DeviceProfile? with = null;
            if (parse.GetValue(profile) is { } name && (with = ProfileCommand.Find(name, parse.GetValue(profiles)!, parse.GetValue(variant) ?? [])) is null)
            {
                return ExitCodes.Configuration;
            }

            if (DeviceUrl.Parse(parse.GetValue(url)!, out var fault)?.With((with?.Modbus ?? new()) with { Unit = Math.Max((byte)1, with?.Modbus.Unit ?? 1) }) is not { } at)
            {
                return await ToldAsync(fault, ExitCodes.Configuration);
            }

            if (parse.GetValue(repeat) is < 1 or > 100)
            {
                return await ToldAsync("--repeat is 1 to 100.", ExitCodes.Configuration);
            }

            try
            {
                return parse.GetValue(units) is { } asked
                    ? await ScanAsync(at, asked, parse.GetValue(bauds), parse.GetValue(parities), parse.GetValue(json), cancel)
                    : await AskAsync(at, with, parse.GetValue(profiles)!, parse.GetValue(repeat), parse.GetValue(json), cancel);
            }
            catch (Exception e) when (e is ModbusException { Failure: ModbusFailure.NoConnection } or DeviceException { Failure: DeviceFailure.NoLine })
            {
                return await ToldAsync(with?.Modbus.IsSingleClient == true ? $"{e.Message}. It serves one client at a time: is the agent, or the maker's own tool, connected to it?" : $"{e.Message}.", ExitCodes.Connection);
            }
        });
        return command;
    }

    private static async Task<int> AskAsync(DeviceUrl url, DeviceProfile? profile, IReadOnlyList<string> folders, int repeat, bool isJson, CancellationToken cancel)
    {
        await using var master = LineMaster.Open(url, profile?.Modbus ?? new(), TimeProvider.System);
        var known = ProfileLibrary.Load(ProfileLibrary.Shipped.Concat(folders), "--profiles").Profiles.Values;
        var report = await WithProgressAsync(isJson, say => new DeviceProbe(master, TimeProvider.System, say).AskAsync(url, profile, known, repeat, cancel));
        if (isJson)
        {
            ProbeView.PrintJson(report);
        }

        foreach (var line in isJson ? [] : ProbeView.Lines(report))
        {
            Console.WriteLine(line);
        }

        return report.Answers ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static async Task<int> ScanAsync(DeviceUrl url, string asked, string? bauds, string? parities, bool isJson, CancellationToken cancel)
    {
        var units = YamlScalars.Numbers(asked.Split(','), out var fault);
        if (fault is not null || units.Count == 0 || !units.All(url.MayHaveUnit))
        {
            return await ToldAsync($"--units is a list such as 1-247 or 1,3,5, from {url.Units.First} to {url.Units.Last}.", ExitCodes.Configuration);
        }

        if (Settings(url, bauds, parities) is not { } settings)
        {
            return await ToldAsync("--bauds is a list such as 9600,19200, --parities one of none, even, odd; both are for serial ports.", ExitCodes.Configuration);
        }

        var found = 0;
        foreach (var setting in settings)
        {
            await using var master = LineMaster.Open(setting, new(), TimeProvider.System);
            await WithProgressAsync(isJson, async say =>
            {
                await foreach (var unit in UnitScan.FindAsync(master, [.. units.Select(u => (byte)u)], ScanPatience, (u, left) => say($"unit {u}, {setting.Settings}; {left} left, {(2 * left * ScanPatience).TotalSeconds:0} s at most"), cancel))
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

    private static Task<T> WithProgressAsync<T>(bool isJson, Func<Action<string>, Task<T>> run) =>
        isJson || Console.IsOutputRedirected || Console.IsErrorRedirected
            ? run(static _ => { })
            : AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).Status().StartAsync("asking", status => run(text => status.Status(Markup.Escape(text))));

    private static async Task<int> ToldAsync(string text, int code)
    {
        await Console.Error.WriteLineAsync(text);
        return code;
    }
}
