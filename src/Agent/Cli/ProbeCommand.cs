using System.CommandLine;
using DerAgent.Agent.Hosting;
using DerAgent.Devices;
using DerAgent.Modbus;
using DerAgent.Storage;
using Spectre.Console;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent probe</c>: asks a device what it says, and writes nothing unless a command is tried.</summary>
internal static class ProbeCommand
{
    public static Command Create()
    {
        var url = new Argument<string?>("url") { Description = "Where the device is, e.g. modbus-tcp://192.168.1.20:502?unit=1, modbus-rtu:///dev/ttyUSB0?baud=9600&unit=3.", Arity = ArgumentArity.ZeroOrOne };
        var profile = new Option<string?>("--profile") { Description = "Profile, or its file, to read it with." };
        var variant = new Option<string[]>("--variant") { Description = "Variants of the profile that this site has." };
        var profiles = CommonOptions.Profiles();
        var repeat = new Option<int>("--repeat") { Description = "How often its points are read, 1 to 100.", DefaultValueFactory = _ => 1 };
        var units = new Option<string?>("--units") { Description = "Looks who is on the line instead, at these unit ids: 1-247, or 1,3,5." };
        var bauds = new Option<string?>("--bauds") { Description = "With --units on a serial port: speeds to try, e.g. 9600,19200." };
        var parities = new Option<string?>("--parities") { Description = "With --units on a serial port: parities to try, e.g. none,even." };
        var scan = new Option<string?>("--scan") { Description = "Looks in this network instead, 20 addresses a second, e.g. 192.168.1.0/24; a /22 at most." };
        var port = new Option<int>("--port") { Description = "With --scan: the port to look at.", DefaultValueFactory = _ => 502 };
        var command = new Option<string?>("--command") { Description = "Writes a set point, the one thing that is ever written, e.g. WMaxLimPct=60; needs --for and --profile. It asks first, shows the effect and lets go of it again." };
        var duration = new Option<string?>("--for") { Description = "With --command: for how long, e.g. 60s." };
        var yes = new Option<bool>("--yes") { Description = "With --command: does not ask." };
        var data = new Option<string?>("--data") { Description = "With --profile: data folder of the agent, to show what points held before its first write. It may run meanwhile." };
        var json = CommonOptions.Json();
        var probe = new Command("probe", """
            Asks a device what it says of itself and, with a profile, what each of its points reads; and says what to set and to look at before it is put into service.
            It only reads, unless --command is given. It needs no SCL file, no agent.json and no XMPP server. A serial port has one master: stop the agent first, where it has the port.

            Exit code 0: it answers, or the command worked and was let go of; 1: not so; 2: the command line or the profile is wrong; 3: there is no line to it, or another program has the port.
            Examples: der-agent probe modbus-tcp://192.168.1.20:502?unit=1
                      der-agent probe modbus-tcp://192.168.1.20:502?unit=3 --profile sma --repeat 5
                      der-agent probe modbus-rtu:///dev/ttyUSB0 --units 1-20 --bauds 9600,19200 --parities none,even
                      der-agent probe --scan 192.168.1.0/24
                      der-agent probe modbus-tcp://192.168.1.20:502?unit=3 --profile sma --command WMaxLimPct=60 --for 60s
            """)
        {
            url, profile, variant, profiles, repeat, units, bauds, parities, scan, port, command, duration, yes, data, json,
        };
        probe.SetAction(async (parse, cancel) =>
        {
            DeviceProfile? with = null;
            if (parse.GetValue(profile) is { } name && (with = ProfileCommand.Find(name, parse.GetValue(profiles)!, parse.GetValue(variant) ?? [])) is null)
            {
                return ExitCodes.Configuration;
            }

            var folders = parse.GetValue(profiles)!;
            var isJson = parse.GetValue(json);
            if (parse.GetValue(scan) is { } network)
            {
                return parse.GetValue(url) is null ? await ProbeNetwork.ScanAsync(network, parse.GetValue(port), parse.GetValue(units), folders, isJson, cancel) : await ToldAsync("Give a device URL or --scan, not both.", ExitCodes.Configuration);
            }

            if (parse.GetValue(url) is not { } text)
            {
                return await ToldAsync("Say which device, e.g. der-agent probe modbus-tcp://192.168.1.20:502?unit=1, or --scan 192.168.1.0/24.", ExitCodes.Configuration);
            }

            if (DeviceUrl.Parse(text, out var fault) is not { } named)
            {
                return await ToldAsync(fault, ExitCodes.Configuration);
            }

            var at = named.With((with?.Modbus ?? new()) with { Unit = Math.Max((byte)1, with?.Modbus.Unit ?? 1) });
            if (with is null ? !at.IsModbus : !with.IsSpokenOn(at))
            {
                return await ToldAsync(with is null ? $"{at.Scheme}: speaks what a profile describes; name it with --profile." : $"The profile {with.Name} {(with.Serial is null ? "speaks Modbus: write one of the modbus- schemes" : "describes a line protocol of its own: write serial: or serial-tcp:")}.", ExitCodes.Configuration);
            }

            if (parse.GetValue(repeat) is < 1 or > 100)
            {
                return await ToldAsync("--repeat is 1 to 100.", ExitCodes.Configuration);
            }

            if (await OneClient.InTheWayAsync(at, with, cancel) is { } inTheWay)
            {
                return await ToldAsync($"{inTheWay}.", ExitCodes.Connection);
            }

            List<(string Device, DeviceRecord Record)> kept;
            try
            {
                kept = Kept(parse.GetValue(data));
            }
            catch (StorageException e)
            {
                return await ToldAsync(e.Message, ExitCodes.Configuration);
            }

            try
            {
                return parse.GetValue(command) is { } trial ? await ProbeTrial.RunAsync(at, with, trial, parse.GetValue(duration), parse.GetValue(yes), cancel)
                    : parse.GetValue(units) is { } asked ? await ProbeLine.ScanAsync(at, asked, parse.GetValue(bauds), parse.GetValue(parities), isJson, cancel)
                    : await AskAsync(at, named.Unit is not null, with, folders, parse.GetValue(repeat), kept, isJson, cancel);
            }
            catch (Exception e) when (e is ModbusException { Failure: ModbusFailure.NoConnection } or DeviceException { Failure: DeviceFailure.NoLine })
            {
                return await ToldAsync($"{e.Message}{(e.Message[^1] is '?' or '.' ? "" : ".")}", ExitCodes.Connection);
            }
        });
        return probe;
    }

    /// <summary>Runs with a sign of life on the terminal, where there is one.</summary>
    public static Task<T> WithProgressAsync<T>(bool isJson, Func<Action<string>, Task<T>> run) =>
        isJson || Console.IsOutputRedirected || Console.IsErrorRedirected
            ? run(static _ => { })
            : AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).Status().StartAsync("asking", status => run(text => status.Status(Markup.Escape(text))));

    /// <summary>Says what is wrong.</summary>
    public static async Task<int> ToldAsync(string text, int code)
    {
        await Console.Error.WriteLineAsync(text);
        return code;
    }

    private static async Task<int> AskAsync(DeviceUrl url, bool namesUnit, DeviceProfile? profile, IReadOnlyList<string> folders, int repeat, IReadOnlyList<(string Device, DeviceRecord Record)> kept, bool isJson, CancellationToken cancel)
    {
        var report = await WithProgressAsync(isJson, async say =>
        {
            if (!url.IsModbus)
            {
                return await AskSerialAsync(url, profile!, repeat, say, cancel);
            }

            // On two wires each unit that is not there costs its time: --units looks for them.
            var units = namesUnit || url.HasNoIds ? [] : await UnitsAsync(url, say, cancel);
            var at = units.Count == 0 || units.Contains(url.Unit!.Value) ? url : url with { Unit = units[0] };
            return (await AskModbusAsync(at, profile, Known(folders), repeat, say, cancel)) with { Units = units };
        });
        if (profile is not null)
        {
            report = report with { Sheet = [.. report.Sheet, .. CommissioningSheet.Before(profile, report.Points.FirstOrDefault(p => p.Name == "SN")?.Values[^1], kept)] };
        }

        ProbeView.Print(report, isJson);

        return report.Answers ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>The profiles that may be proposed.</summary>
    public static IEnumerable<DeviceProfile> Known(IReadOnlyList<string> folders) => ProfileLibrary.Load(ProfileLibrary.Shipped.Concat(folders), "--profiles").Profiles.Values;

    /// <summary>What the agent has kept of devices.</summary>
    private static List<(string Device, DeviceRecord Record)> Kept(string? folder) =>
        folder is null ? [] : [.. DeviceMemory.Read(StorePeek.State(folder, DeviceMemory.Part)).Where(r => r.Record is not null).Select(r => (r.Device, r.Record!))];

    /// <summary>Which of the usual unit ids, and of that of the profile, answer.</summary>
    private static async Task<IReadOnlyList<byte>> UnitsAsync(DeviceUrl url, Action<string> say, CancellationToken cancel)
    {
        var asked = ProbeLine.Units(ProbeNetwork.UsualUnits, url)!.Append(url.Unit!.Value).Distinct().Order().ToList();
        var found = new List<byte>();
        await using var master = LineMaster.Open(url, new(), TimeProvider.System);
        await foreach (var unit in UnitScan.FindAsync(master, asked, ProbeLine.Patience, (u, left) => say($"unit {u}; {left} left"), cancel))
        {
            found.Add(unit.Unit);
        }

        return found;
    }

    /// <summary>Everything a Modbus device says.</summary>
    public static async Task<ProbeReport> AskModbusAsync(DeviceUrl url, DeviceProfile? profile, IEnumerable<DeviceProfile> known, int repeat, Action<string> say, CancellationToken cancel)
    {
        await using var master = LineMaster.Open(url, profile?.Modbus ?? new(), TimeProvider.System);
        return await new DeviceProbe(master, TimeProvider.System, say).AskAsync(url, profile, known, repeat, cancel);
    }

    private static async Task<ProbeReport> AskSerialAsync(DeviceUrl url, DeviceProfile profile, int repeat, Action<string> say, CancellationToken cancel)
    {
        await using var bus = LineMaster.OpenBus(url, profile.Modbus, TimeProvider.System);
        var driver = bus.DriverOf(new(new(url.Endpoint, profile, new HashSet<string>(StringComparer.Ordinal)), url));
        return await new PointProbe(driver, profile, TimeProvider.System, say).ReadAsync(new() { Url = url.Endpoint, Unit = url.Unit!.Value, Profile = profile.Name }, repeat, cancel);
    }
}
