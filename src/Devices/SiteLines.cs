using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Takes what lines bring.</summary>
/// <param name="Readings">Called with the readings of each exchange of a device, on the loop of its line.</param>
/// <param name="State">Called when a device begins or ceases to answer, on the loop of its line.</param>
internal sealed record LineSink(Action<string, IReadOnlyList<Reading>> Readings, Action<DeviceState> State)
{
    /// <summary>Called with the endpoint of a line that was left behind, on any thread.</summary>
    public Action<string> Hung { get; init; } = static _ => { };
}

/// <summary>
/// The lines that run. A new configuration takes the place of the old one device by device: what did not change is not touched, with what is under way on it. To be used by one caller.
/// </summary>
/// <param name="time">Clock and timers.</param>
/// <param name="memory">Where what is in force on devices is kept; null: not over a restart of the agent.</param>
internal sealed class SiteLines(TimeProvider time, IDeviceMemory? memory = null) : IPointWriter, IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, RunningLine> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunningPlant> _plants = new(StringComparer.Ordinal);
    private readonly IDeviceMemory _memory = memory ?? new VolatileDeviceMemory();

    // Replaced as a whole: loops of plants and lines look at it.
    private volatile Routes _routes = new(new Dictionary<string, RunningLine>(StringComparer.Ordinal), []);

    // Read on the loops of lines.
    private volatile LineSink _sink = new(static (_, _) => { }, static _ => { });
    private volatile Func<string, double?>? _secret;

    private sealed record Routes(IReadOnlyDictionary<string, RunningLine> LineOf, IReadOnlyList<PlantLine> Plants);

    private sealed record RunningPlant(PlantLine Line, CancellationTokenSource Stop, Task? Running);

    /// <summary>Runs these devices in place of those that run; gives those that are new, or other than before.</summary>
    /// <param name="placements">The devices.</param>
    /// <param name="plants">The plants made of them.</param>
    /// <param name="open">Opens a line.</param>
    /// <param name="secret">The number in a secret file of the site; null where there is none.</param>
    /// <param name="sink">Where readings go from now on.</param>
    public async Task<IReadOnlySet<string>> UseAsync(IReadOnlyList<DevicePlacement> placements, IReadOnlyList<PlantSetup> plants, Func<DeviceUrl, ModbusTraits, IDeviceBus> open, Func<string, double?>? secret, LineSink sink)
    {
        (_sink, _secret) = (sink, secret);
        await StopPlantsAsync(p => !plants.Any(n => n.Name == p.Name && n.Fingerprint == p.Fingerprint));

        // Before there are lines: nothing that they bring is lost.
        MakePlants(plants);
        var wanted = placements.GroupBy(p => p.Url.Endpoint, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        foreach (var (endpoint, line) in _lines.ToList())
        {
            if (!wanted.TryGetValue(endpoint, out var devices) || Opening(devices) != line.Opening)
            {
                _lines.Remove(endpoint);
                await StopAsync(line);
            }
        }

        var fresh = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (endpoint, devices) in wanted)
        {
            fresh.UnionWith(_lines.TryGetValue(endpoint, out var line) ? Change(line, devices) : Start(endpoint, devices, open));
        }

        StartPlants();
        return fresh;
    }

    /// <inheritdoc/>
    public Task<CommandOutcome> WriteAsync(string device, string point, string source, Func<ValueMap, double> value, Action accepted, CancellationToken cancel)
    {
        var routes = _routes;
        return routes.LineOf.GetValueOrDefault(device) is { } line ? line.Line.WriteAsync(device, point, source, value, accepted, cancel)
            : routes.Plants.FirstOrDefault(p => p.Setup.Name == device) is { } plant ? plant.WriteAsync(point, value, accepted, cancel)
            : Task.FromResult(CommandOutcome.Refused($"there is no line to {device}"));
    }

    /// <summary>Set points that wait or are under way on all lines; see <see cref="DeviceLine.Waiting"/>.</summary>
    public int Waiting => _lines.Values.Sum(l => l.Line.Waiting) + _plants.Values.Sum(p => p.Line.Waiting);

    /// <inheritdoc/>
    public void LetGo(string device, string point, string source, bool isTold)
    {
        var routes = _routes;
        routes.LineOf.GetValueOrDefault(device)?.Line.LetGo(device, point, source, isTold);
        routes.Plants.FirstOrDefault(p => p.Setup.Name == device)?.LetGo(point, isTold);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopPlantsAsync(static _ => true);
        foreach (var line in _lines.Values)
        {
            await StopAsync(line);
        }

        _lines.Clear();
    }

    /// <summary>What is known already of devices that run on: plants that are new have not heard it.</summary>
    public void Recall(string device, IReadOnlyList<Reading> readings)
    {
        foreach (var plant in _routes.Plants)
        {
            plant.Recall(device, readings);
        }
    }

    private void MakePlants(IReadOnlyList<PlantSetup> plants)
    {
        foreach (var setup in plants.Where(p => !_plants.ContainsKey(p.Name)))
        {
            var line = new PlantLine(setup, this, _memory, time, (name, readings) => _sink.Readings(name, readings), state => _sink.State(state));
            _plants[setup.Name] = new(line, new(), null);
        }

        _routes = _routes with { Plants = [.. _plants.Values.Select(p => p.Line)] };
    }

    private void StartPlants()
    {
        var lineOf = _lines.Values.SelectMany(l => l.Devices.Select(d => (d.Name, l))).ToDictionary(d => d.Name, d => d.l, StringComparer.Ordinal);
        _routes = _routes with { LineOf = lineOf };
        foreach (var (name, plant) in _plants.Where(p => p.Value.Running is null).ToList())
        {
            _plants[name] = plant with { Running = plant.Line.RunAsync(plant.Stop.Token) };
        }
    }

    private async Task StopPlantsAsync(Func<PlantSetup, bool> which)
    {
        foreach (var (name, plant) in _plants.Where(p => which(p.Value.Line.Setup)).ToList())
        {
            _plants.Remove(name);
            await plant.Stop.CancelAsync();
            await (plant.Running ?? Task.CompletedTask);
            await plant.Line.DisposeAsync();
            plant.Stop.Dispose();
        }
    }

    /// <summary>What a device says goes to the plants that it is a part of, and to the site.</summary>
    private void Tell(string device, IReadOnlyList<Reading> readings)
    {
        foreach (var plant in _routes.Plants)
        {
            plant.Take(device, readings);
        }

        _sink.Readings(device, readings);
    }

    private static string Opening(IReadOnlyList<DevicePlacement> devices) => string.Join(' ', devices.Max(d => d.Opening.ConnectDelay), devices.Any(d => d.Opening.IgnoresTransactionId), devices[0].Opening.Settings);

    private IEnumerable<string> Start(string endpoint, IReadOnlyList<DevicePlacement> devices, Func<DeviceUrl, ModbusTraits, IDeviceBus> open)
    {
        // The line is opened for all of its devices: the one that needs longest decides.
        var traits = devices[0].Profile.Modbus with { ConnectDelay = devices.Max(d => d.Opening.ConnectDelay), IgnoresTransactionId = devices.Any(d => d.Opening.IgnoresTransactionId) };
        var line = new RunningLine(Opening(devices), () => open(devices[0].Url, traits), devices);
        line.Line = NewLine(endpoint, line.Bus, devices);
        _lines[endpoint] = line;
        line.Running = RunAsync(endpoint, line);
        return devices.Select(d => d.Name);
    }

    private IEnumerable<string> Change(RunningLine line, IReadOnlyList<DevicePlacement> devices)
    {
        var before = line.Devices.ToDictionary(d => d.Name, d => d.Fingerprint, StringComparer.Ordinal);
        var come = devices.Where(d => before.GetValueOrDefault(d.Name) != d.Fingerprint).ToList();
        var gone = before.Keys.Except(devices.Select(d => d.Name), StringComparer.Ordinal).ToList();
        if (come.Count + gone.Count == 0)
        {
            return [];
        }

        // A line that begins anew just now has what comes already: it takes the place of that too.
        line.Devices = devices;
        line.Line.Replace([.. gone, .. come.Select(d => d.Name)], [.. come.Select(d => NewDevice(d, line.Bus))]);
        return come.Select(d => d.Name);
    }

    /// <summary>Runs a line until it is stopped. Where its loop fails, which is a defect, it begins anew; where it hangs, it is left behind, and another one takes its place.</summary>
    private async Task RunAsync(string endpoint, RunningLine line)
    {
        var cancel = line.Stop.Token;
        using var look = time.CreateTimer(_ => line.Look(), null, Look, Look);
        while (!cancel.IsCancellationRequested)
        {
#pragma warning disable CA1031 // a line fails alone
            try
            {
                if (await line.RunAsync())
                {
                    return;
                }

                Tell(endpoint, $"its loop has not turned for {DurationText.Of(line.Patience)}, which is a defect of the agent or of a driver: it is left behind, and the line is opened anew");
                _sink.Hung(endpoint);
            }
            catch (Exception) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Tell(endpoint, $"the line failed, which is a defect of the agent ({e.GetType().Name}: {e.Message}); it begins anew in {Pause.TotalSeconds:0} s");
            }
#pragma warning restore CA1031

            await Task.Delay(Pause, time, cancel).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            for (IReadOnlyList<DevicePlacement>? with = null; with != line.Devices;)
            {
                with = line.Devices;
                line.Line = NewLine(endpoint, line.Bus, with);
            }
        }
    }

    private void Tell(string endpoint, string text)
    {
#pragma warning disable CA1031 // it may be whoever listens that has failed
        try
        {
            _sink.State(new(endpoint, true, false, text) { Severity = DeviceSeverity.Alarm });
        }
        catch (Exception)
        {
            // The line begins anew all the same.
        }
#pragma warning restore CA1031
    }

    private DeviceLine NewLine(string endpoint, IDeviceBus bus, IReadOnlyList<DevicePlacement> devices) => new([.. devices.Select(d => NewDevice(d, bus))], time, text => _sink.State(new(endpoint, true, true, text)));

    private Device NewDevice(DevicePlacement device, IDeviceBus bus) => new(
        device.Setup,
        bus.DriverOf(device),
        time,
        Tell,
        state => _sink.State(state),
        _secret,
        _memory);

    private static async Task StopAsync(RunningLine line)
    {
        await line.Stop.CancelAsync();
        await line.Running;
        await line.Line.DisposeAsync();
        await line.Bus.DisposeAsync();
        line.Stop.Dispose();
    }
}
