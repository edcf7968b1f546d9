using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using DerAgent.Devices;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent sim</c>: a simulated device on Modbus TCP.</summary>
internal static class SimCommand
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var profile = new Argument<string>("profile") { Description = "Kind of device: sunspec-inverter, sunspec-battery, sunspec-meter, chp-controller." };
        var listen = new Option<string>("--listen") { Description = "Address and port; port 0 takes a free one. Or a URL: modbus-rtu-tcp://127.0.0.1:4001, modbus-rtu:///dev/pts/3?baud=9600, and the same with ascii.", DefaultValueFactory = _ => "127.0.0.1:1502" };
        var unit = new Option<byte>("--unit") { Description = "Unit id.", DefaultValueFactory = _ => 1 };
        var rating = new Option<int>("--rating") { Description = "Rated power in W, 100 to 32000.", DefaultValueFactory = _ => 10_000 };
        var sun = new Option<string>("--sun") { Description = "Inverter: share of the rating the sun gives, 0 to 1, or day for a sunny day by UTC.", DefaultValueFactory = _ => "0.8" };
        var charge = new Option<double>("--charge") { Description = "Battery: state of charge at the start, 0 to 1.", DefaultValueFactory = _ => 0.5 };
        var load = new Option<double>("--load") { Description = "Meter: power taken from the grid in W, negative for power given to it.", DefaultValueFactory = _ => 1500 };
        var fault = new Option<SimulatedFault>("--fault") { Description = "What goes wrong: None, Silent, Refuses, Reverts, Ignores, Slow, WrongTransaction, Truncated, Doubled, Noise, Night (inverter)." };
        var command = new Command("sim", """
            Simulates a device: a Modbus slave, on TCP or a serial port, that behaves. A PV inverter with sun, ramp and a limit it obeys; a battery with state of charge and a
            power set point; a CHP unit with start-up, heat and minimum run time; a meter.

            Examples: der-agent sim sunspec-inverter --listen 127.0.0.1:1502 --sun 0.8
                      der-agent sim sunspec-battery --charge 0.9
                      der-agent sim sunspec-meter --listen modbus-rtu:///dev/ttyUSB1?baud=9600 --unit 3
            """)
        {
            profile, listen, unit, rating, sun, charge, load, fault,
        };
        command.SetAction(async (parse, cancel) =>
        {
            var text = parse.GetValue(sun)!;
            var share = text == "day" ? 1 : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
            if (SimListener.Place(parse.GetValue(listen)!) is not { } place || share is not (>= 0 and <= 1) || parse.GetValue(rating) is < 100 or > 32_000 || parse.GetValue(charge) is not (>= 0 and <= 1) || Math.Abs(parse.GetValue(load)) > 32_000)
            {
                await Console.Error.WriteLineAsync("--listen is address:port or a URL such as modbus-rtu:///dev/ttyUSB1?baud=9600, --sun is 0 to 1 or day, --charge is 0 to 1, --rating is 100 to 32000, --load is -32000 to 32000.");
                return ExitCodes.Configuration;
            }

            var power = parse.GetValue(rating);
            IDeviceSimulator? device = parse.GetValue(profile) switch
            {
                "sunspec-inverter" => new PvInverterSimulator(power, text == "day" ? PvInverterSimulator.SunnyDay : _ => share),
                "sunspec-battery" => new BatterySimulator(power, 2 * power, parse.GetValue(charge)),
                "sunspec-meter" => new MeterSimulator(_ => parse.GetValue(load)),
                "chp-controller" => new ChpSimulator(power, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)),
                _ => null,
            };
            if (device is null)
            {
                await Console.Error.WriteLineAsync($"There is no simulator for \"{parse.GetValue(profile)}\"; there are sunspec-inverter, sunspec-battery, sunspec-meter, chp-controller.");
                return ExitCodes.Configuration;
            }

            device.Fault = parse.GetValue(fault);
            try
            {
                await RunAsync(device, place, parse.GetValue(unit), cancel);
                return ExitCodes.Success;
            }
            catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"The simulator cannot listen on {place.Endpoint}: {e.Message}. Take another address or port with --listen, or port 0 for a free one.");
                return ExitCodes.Failure;
            }
        });
        return command;
    }

    private static async Task RunAsync(IDeviceSimulator device, DeviceUrl place, byte unit, CancellationToken cancel)
    {
        device.Step(TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(10));
        await using var listener = await SimListener.OpenAsync(place, id => id == unit && device.Fault != SimulatedFault.Silent ? device.Registers : null, cancel);
        SimListener.Behave(listener.Behaviour, device.Fault);
        Console.WriteLine($"{listener.Url}{(listener.Url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}unit={unit}");
        using var timer = new PeriodicTimer(Step);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                device.Step(TimeProvider.System.GetUtcNow(), Step);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
