using System.CommandLine;
using System.Globalization;
using System.Text;
using DerAgent.Devices;
using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary><c>der-agent sim plant</c>: a plant of inverters that differ, and the SCL file that an agent reads to serve it.</summary>
internal static class SimPlantCommand
{
    /// <summary>Inverters of one endpoint: more unit ids no gateway has.</summary>
    private const int MostUnits = 247;
    private const string Profile = "sunspec-inverter";

    public static Command Create()
    {
        var inverters = new Option<int>("--inverters") { Description = $"Number of inverters, 1 to {SimulatedPlant.Most}.", DefaultValueFactory = _ => 10 };
        var endpoints = new Option<int>("--endpoints") { Description = "TCP ports they share, one after the other from --listen on: on each of them units 1, 2, and so on.", DefaultValueFactory = _ => 1 };
        var listen = SimCommand.Listen();
        var seed = new Option<int>("--seed") { Description = "What makes it another plant: ratings, sun, clouds, noise, faults.", DefaultValueFactory = _ => 1 };
        var sun = SimCommand.Sun();
        var faults = new Option<double>("--faults") { Description = "Faults that each inverter has in an hour, on average; each lasts half a minute to five." };
        var ied = new Option<string>("--ied") { Description = "Name of the IED in the file.", DefaultValueFactory = _ => "PLANT1" };
        var output = new Option<string>("--output", "-o") { Description = "SCL file to write for it. One that is there already stays, and must say the same.", DefaultValueFactory = _ => "plant.cid" };
        var control = SimCommand.Control("an inverter and a fault, e.g. inv3 Silent, or inv3 None");
        var command = new Command("plant", """
            Simulates a plant: inverters with ratings, sun, clouds, noise and faults of their own, behind one or several TCP ports. It writes the SCL file with which an agent serves them.

            Example: der-agent sim plant --inverters 50 --endpoints 5 --seed 7 --faults 0.5 -o plant.cid
            """)
        {
            inverters, endpoints, listen, seed, sun, faults, ied, output, control,
        };
        command.SetAction(async (parse, cancel) =>
        {
            var (count, lines) = (parse.GetValue(inverters), parse.GetValue(endpoints));
            if (SimListener.Place(parse.GetValue(listen)!) is not { IsSerial: false, IsModbus: true, Port: { } port } place || SimCommand.SunOf(parse.GetValue(sun)!) is not { } share || !SclScaffold.IsName(parse.GetValue(ied)!)
                || count is < 1 or > SimulatedPlant.Most || lines < 1 || lines > count || (count + lines - 1) / lines > MostUnits || (port > 0 && port + lines - 1 > 65_535) || parse.GetValue(faults) is not (>= 0 and <= 60))
            {
                await Console.Error.WriteLineAsync($"--listen is address:port or a URL such as modbus-rtu-tcp://127.0.0.1:4001, --sun is 0 to 1 or day, --inverters is 1 to {SimulatedPlant.Most} with at most {MostUnits} for each of --endpoints, --faults is 0 to 60 an hour, --ied is a name.");
                return ExitCodes.Configuration;
            }

            var plant = new SimulatedPlant(count, parse.GetValue(seed), share, parse.GetValue(faults));
            plant.Step(TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(10));
            var listeners = new List<SimListener>();
            var code = ExitCodes.Success;
            try
            {
                var ended = await SimCommand.ListenAsync(place, async () =>
                {
                    foreach (var line in plant.Inverters.Select((inverter, i) => (inverter, i)).GroupBy(p => p.i % lines, p => p.inverter))
                    {
                        var devices = line.Select(p => p.Device).ToList();
                        listeners.Add(await SimListener.OpenAsync(place with { Port = port == 0 ? 0 : port + line.Key }, u => u >= 1 && u <= devices.Count && devices[u - 1].Fault != SimulatedFault.Silent ? devices[u - 1].Registers : null, cancel));
                    }

                    var file = parse.GetValue(output)!;
                    if (Put(file, Encoding.UTF8.GetBytes(Scl(plant, listeners, parse.GetValue(ied)!))) is { } failure)
                    {
                        await Console.Error.WriteLineAsync(failure);
                        code = ExitCodes.Failure;
                        return;
                    }

                    for (var i = 0; i < plant.Inverters.Count; i++)
                    {
                        Console.WriteLine($"{plant.Inverters[i].Name} {plant.Inverters[i].Rating} W {Url(listeners, i)}");
                    }

                    Console.WriteLine($"{count} inverters, {plant.Inverters.Sum(p => p.Rating) / 1000.0:0.#} kW; {file} serves them");
                    SimCommand.Obey(parse.GetValue(control), text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var name, var fault] && SimCommand.FaultOf(fault) is { } next && plant.Set(name, next));
                    await SimCommand.RunAsync(plant.Step, cancel);
                });
                return code == ExitCodes.Success ? ended : code;
            }
            finally
            {
                foreach (var listener in listeners)
                {
                    await listener.DisposeAsync();
                }
            }
        });
        return command;
    }

    /// <summary>Writes the file, unless it is there and says the same: the same plant has the same file. What went wrong, or null.</summary>
    private static string? Put(string file, byte[] text)
    {
        try
        {
            return !File.Exists(file) ? NewFile.Put(file, text)
                : File.ReadAllBytes(file).AsSpan().SequenceEqual(text) ? null
                : $"{file} is there already, and is of another plant, or at other ports. Take it away, or name another file with -o.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{file} cannot be read: {e.Message}";
        }
    }

    private static string Url(IReadOnlyList<SimListener> listeners, int inverter) => string.Create(CultureInfo.InvariantCulture, $"{listeners[inverter % listeners.Count].Url}?unit={(inverter / listeners.Count) + 1}");

    private static string Scl(SimulatedPlant plant, IReadOnlyList<SimListener> listeners, string ied)
    {
        var profile = ProfileLibrary.Load(ProfileLibrary.Shipped, "the folder beside the program").Profiles[Profile];
        return SclScaffold.Write(new()
        {
            Template = plant.Inverters.Count > 1 ? "plant" : "pv",
            Ied = ied,
            Jid = $"{ied.ToLowerInvariant()}@example.net/IEC",
            Devices = [.. plant.Inverters.Select((p, i) => ScaffoldDevices.Of(profile, p.Name, Url(listeners, i)))],
            Edition = SclScaffold.Editions[0],
            Values = new Dictionary<string, string>(StringComparer.Ordinal),
        });
    }
}
