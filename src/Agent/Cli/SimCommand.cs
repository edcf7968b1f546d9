using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using DerAgent.Devices;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent sim</c>: a simulated device, on TCP or a serial port.</summary>
internal static class SimCommand
{
    /// <summary>How often a simulated device goes on.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    /// <summary>The simulated device on a line of its own.</summary>
    private const string AsciiChp = "ascii-chp";
    private const string Kinds = "sunspec-inverter, sunspec-battery, sunspec-meter, chp-controller, ascii-chp";

    /// <summary>What can go wrong.</summary>
    public static string Faults => string.Join(", ", Enum.GetNames<SimulatedFault>());

    public static Command Create()
    {
        var profile = new Argument<string>("profile") { Description = $"Kind of device: {Kinds}." };
        var listen = Listen();
        var unit = new Option<byte>("--unit") { Description = "Unit id.", DefaultValueFactory = _ => 1 };
        var rating = new Option<int>("--rating") { Description = "Rated power in W, 100 to 32000.", DefaultValueFactory = _ => 10_000 };
        var sun = Sun();
        var charge = new Option<double>("--charge") { Description = "Battery: state of charge at the start, 0 to 1.", DefaultValueFactory = _ => 0.5 };
        var load = new Option<double>("--load") { Description = "Meter: power taken from the grid in W, negative for power given to it.", DefaultValueFactory = _ => 1500 };
        var fault = new Option<SimulatedFault>("--fault") { Description = $"What goes wrong: {Faults}. Night is the inverter's, Unasked the line protocol's." };
        var control = Control("a fault, e.g. Silent, or None");
        var command = new Command("sim", """
            Simulates a device: a Modbus slave, on TCP or a serial port, that behaves. A PV inverter with sun, ramp and a limit it obeys; a battery with state of charge and a
            power set point; a CHP unit with start-up, heat and minimum run time, with registers or on an ASCII line; a meter. sim plant is many inverters that differ.

            Examples: der-agent sim sunspec-inverter --listen 127.0.0.1:1502 --sun 0.8
                      der-agent sim sunspec-battery --charge 0.9
                      der-agent sim sunspec-meter --listen modbus-rtu:///dev/ttyUSB1?baud=9600 --unit 3
                      der-agent sim ascii-chp --listen serial:///dev/ttyUSB1?baud=9600
                      der-agent sim plant --inverters 50 -o plant.cid
            """)
        {
            profile, listen, unit, rating, sun, charge, load, fault, control, SimPlantCommand.Create(),
        };
        command.SetAction(async (parse, cancel) =>
        {
            if (SimListener.Place(parse.GetValue(listen)!) is not { } place || SunOf(parse.GetValue(sun)!) is not { } share || parse.GetValue(rating) is < 100 or > 32_000 || parse.GetValue(charge) is not (>= 0 and <= 1) || Math.Abs(parse.GetValue(load)) > 32_000)
            {
                await Console.Error.WriteLineAsync("--listen is address:port or a URL such as modbus-rtu:///dev/ttyUSB1?baud=9600, --sun is 0 to 1 or day, --charge is 0 to 1, --rating is 100 to 32000, --load is -32000 to 32000.");
                return ExitCodes.Configuration;
            }

            var power = parse.GetValue(rating);
            IDeviceSimulator? device = parse.GetValue(profile) switch
            {
                "sunspec-inverter" => new PvInverterSimulator(power, share),
                "sunspec-battery" => new BatterySimulator(power, 2 * power, parse.GetValue(charge)),
                "sunspec-meter" => new MeterSimulator(_ => parse.GetValue(load)),
                "chp-controller" or AsciiChp => new ChpSimulator(power, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)),
                _ => null,
            };
            if (device is null)
            {
                await Console.Error.WriteLineAsync($"There is no simulator for \"{parse.GetValue(profile)}\"; there are {Kinds}.");
                return ExitCodes.Configuration;
            }

            var isLine = parse.GetValue(profile) == AsciiChp;
            place = isLine && place.Kind == LineKind.ModbusTcp ? place with { Kind = LineKind.SerialTcp } : place;
            if (isLine == place.IsModbus)
            {
                await Console.Error.WriteLineAsync(isLine ? $"{AsciiChp} listens on serial: or serial-tcp:, e.g. --listen serial:///dev/ttyUSB1?baud=9600." : $"Only {AsciiChp} speaks a line protocol of its own; listen on one of the modbus- schemes.");
                return ExitCodes.Configuration;
            }

            device.Fault = parse.GetValue(fault);
            return await ListenAsync(place, async () =>
            {
                device.Step(TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(10));
                var id = parse.GetValue(unit);
                await using var listener = device is ChpSimulator chp && isLine
                    ? await SimListener.OpenAsync(place, new ChpLine(chp, id).ServeAsync, cancel)
                    : await SimListener.OpenAsync(place, u => u == id && device.Fault != SimulatedFault.Silent ? device.Registers : null, cancel);
                SimListener.Behave(listener.Behaviour, device.Fault);
                Console.WriteLine($"{listener.Url}{(listener.Url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}unit={id}");
                Obey(parse.GetValue(control), text =>
                {
                    if (FaultOf(text) is not { } next)
                    {
                        return false;
                    }

                    device.Fault = next;
                    SimListener.Behave(listener.Behaviour, next);
                    return true;
                });
                await RunAsync(device.Step, cancel);
            });
        });
        return command;
    }

    /// <summary>Where to listen.</summary>
    public static Option<string> Listen() => new("--listen") { Description = "Address and port; port 0 takes a free one. Or a URL: modbus-rtu-tcp://127.0.0.1:4001, modbus-rtu:///dev/pts/3?baud=9600, and the same with ascii; serial-tcp: and serial: for a line protocol.", DefaultValueFactory = _ => "127.0.0.1:1502" };

    /// <summary>The sun.</summary>
    public static Option<string> Sun() => new("--sun") { Description = "Inverter: share of the rating the sun gives, 0 to 1, or day for a sunny day by UTC.", DefaultValueFactory = _ => "0.8" };

    /// <summary>Whether faults come from standard input.</summary>
    public static Option<bool> Control(string lines) => new("--control") { Description = $"Takes what goes wrong from standard input while it runs, line by line: {lines}." };

    /// <summary>The sun as the command line says it; null where it says nothing that makes sense.</summary>
    public static Func<DateTimeOffset, double>? SunOf(string text) => text == "day" ? PvInverterSimulator.SunnyDay
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 ? _ => share : null;

    /// <summary>A fault by its name; null where there is none of that name.</summary>
    public static SimulatedFault? FaultOf(string text) => Enum.TryParse<SimulatedFault>(text.Trim(), ignoreCase: true, out var fault) && Enum.IsDefined(fault) ? fault : null;

    /// <summary>Takes lines of standard input for as long as the program runs; a thread of its own, because a terminal keeps whoever reads.</summary>
    /// <param name="isWanted">Whether to do so at all.</param>
    /// <param name="take">Takes a line; false: it makes no sense.</param>
    public static void Obey(bool isWanted, Func<string, bool> take)
    {
        if (!isWanted)
        {
            return;
        }

        new Thread(() =>
        {
            while (Console.In.ReadLine() is { } line)
            {
                if (line.Trim().Length > 0)
                {
                    Console.WriteLine(take(line.Trim()) ? $"from now on: {line.Trim()}" : $"\"{line.Trim()}\" is not understood; faults are {Faults}");
                }
            }
        })
        {
            IsBackground = true,
            Name = "takes faults",
        }.Start();
    }

    /// <summary>Lets time pass until stopped.</summary>
    public static async Task RunAsync(Action<DateTimeOffset, TimeSpan> step, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Step);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                step(TimeProvider.System.GetUtcNow(), Step);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <summary>Runs what listens, and says why it cannot.</summary>
    public static async Task<int> ListenAsync(DeviceUrl place, Func<Task> run)
    {
        try
        {
            await run();
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The simulator cannot listen on {place.Endpoint}: {e.Message}. Take another address or port with --listen, or port 0 for a free one.");
            return ExitCodes.Failure;
        }
    }
}
