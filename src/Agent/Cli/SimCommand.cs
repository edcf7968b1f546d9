using System.CommandLine;
using System.Net;
using DerAgent.Devices;
using DerAgent.Modbus;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent sim</c>: a simulated device on Modbus TCP.</summary>
internal static class SimCommand
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var profile = new Argument<string>("profile") { Description = "Kind of device: sunspec-inverter." };
        var listen = new Option<string>("--listen") { Description = "Address and port; port 0 takes a free one.", DefaultValueFactory = _ => "127.0.0.1:1502" };
        var unit = new Option<byte>("--unit") { Description = "Unit id.", DefaultValueFactory = _ => 1 };
        var rating = new Option<int>("--rating") { Description = "Rated power in W, 100 to 32000.", DefaultValueFactory = _ => 10_000 };
        var sun = new Option<string>("--sun") { Description = "Share of the rating the sun gives, 0 to 1, or day for a sunny day by UTC.", DefaultValueFactory = _ => "0.8" };
        var fault = new Option<SimulatedFault>("--fault") { Description = "What goes wrong: None, Silent, Refuses, Reverts, Ignores, Night." };
        var command = new Command("sim", """
            Simulates a device: a Modbus TCP slave that behaves like a PV inverter with sun, ramp and a limit it obeys.

            Example: der-agent sim sunspec-inverter --listen 127.0.0.1:1502 --sun 0.8
            """)
        {
            profile, listen, unit, rating, sun, fault,
        };
        command.SetAction(async (parse, cancel) =>
        {
            if (parse.GetValue(profile) != "sunspec-inverter")
            {
                await Console.Error.WriteLineAsync($"There is no simulator for \"{parse.GetValue(profile)}\"; there is one for sunspec-inverter.");
                return ExitCodes.Configuration;
            }

            var text = parse.GetValue(sun)!;
            var share = text == "day" ? 1 : double.TryParse(text, out var number) ? number : double.NaN;
            if (!IPEndPoint.TryParse(parse.GetValue(listen)!, out var endpoint) || share is not (>= 0 and <= 1) || parse.GetValue(rating) is < 100 or > 32_000)
            {
                await Console.Error.WriteLineAsync("--listen is address:port, --sun is 0 to 1 or day, --rating is 100 to 32000.");
                return ExitCodes.Configuration;
            }

            var inverter = new PvInverterSimulator(parse.GetValue(rating), text == "day" ? PvInverterSimulator.SunnyDay : _ => share) { Fault = parse.GetValue(fault) };
            await RunAsync(inverter, endpoint, parse.GetValue(unit), cancel);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task RunAsync(PvInverterSimulator inverter, IPEndPoint endpoint, byte unit, CancellationToken cancel)
    {
        inverter.Step(TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(10));
        await using var slave = new ModbusTcpSlave(endpoint, id => id == unit && inverter.Fault != SimulatedFault.Silent ? inverter.Memory : null);
        Console.WriteLine($"modbus-tcp://{slave.Endpoint}?unit={unit}");
        using var timer = new PeriodicTimer(Step);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                inverter.Step(TimeProvider.System.GetUtcNow(), Step);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
