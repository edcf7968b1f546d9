using DerAgent.Modbus;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>The hardware of a site: devices, their lines, and what feeds what.</summary>
public sealed class Site : IAsyncDisposable
{
    private readonly Dictionary<string, DeviceUnit> _units = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PointWriter> _writers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IModbusMaster> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeviceProfile> _profileOf = new(StringComparer.Ordinal);
    private readonly BindingTable _bindings;
    private readonly Dictionary<(string Device, string Point), Reading> _readings = [];
    private readonly Lock _gate = new();

    /// <summary>The site of the servers of an IED.</summary>
    /// <param name="models">The models with their devices and bindings; one for each server.</param>
    /// <param name="profiles">Device profiles by name.</param>
    /// <param name="urls">URLs that replace those of the SCL file, by device.</param>
    /// <param name="time">Clock and timers.</param>
    public Site(IReadOnlyList<IedModel> models, IReadOnlyDictionary<string, DeviceProfile> profiles, IReadOnlyDictionary<string, string> urls, TimeProvider time)
        : this(models, profiles, urls, time, (url, connectDelay) => new ModbusTcpMaster(new() { Host = url.Host, Port = url.Port, ConnectDelay = connectDelay }, time))
    {
    }

    /// <summary>The same with lines of another kind.</summary>
    internal Site(IReadOnlyList<IedModel> models, IReadOnlyDictionary<string, DeviceProfile> profiles, IReadOnlyDictionary<string, string> urls, TimeProvider time, Func<DeviceUrl, TimeSpan, IModbusMaster> open)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentNullException.ThrowIfNull(urls);
        var findings = new List<SiteFinding>();
        Devices = [.. models.SelectMany(m => m.Devices).DistinctBy(d => d.Name, StringComparer.Ordinal)];
        foreach (var device in Devices)
        {
            if (!profiles.TryGetValue(device.Profile, out var profile))
            {
                findings.Add(SiteFinding.OfDevice(device.Name, $"Device \"{device.Name}\" names the profile \"{device.Profile}\", which is in none of the profile folders.", "Correct the profile, or name its folder."));
                continue;
            }

            _profileOf[device.Name] = profile;
        }

        findings.AddRange(urls.Keys.Where(k => Devices.All(d => d.Name != k)).Select(k => SiteFinding.OfDevice(k, $"\"devices\" in agent.json names \"{k}\", which is no device of the SCL file.", "Correct the name.")));
        _bindings = BindingTable.Of(models, _profileOf, findings);
        var placed = Devices.Where(d => _profileOf.ContainsKey(d.Name)).Select(d => (Device: d, Url: Place(d, urls, findings))).Where(d => d.Url is not null).ToList();
        foreach (var line in placed.GroupBy(d => d.Url!.Endpoint, StringComparer.Ordinal))
        {
            // The line is opened for all of its devices: the one that needs longest decides.
            var master = _lines[line.Key] = open(line.First().Url!, line.Max(d => _profileOf[d.Device.Name].Modbus.ConnectDelay));
            foreach (var (device, url) in line)
            {
                AddUnit(device, url!, master, time);
            }
        }

        Findings = findings;
    }

    /// <summary>What needs mending.</summary>
    public IReadOnlyList<SiteFinding> Findings { get; }

    /// <summary>The declared devices.</summary>
    public IReadOnlyList<DeviceDeclaration> Devices { get; }

    /// <summary>Called with each snapshot of values for the model.</summary>
    public Action<IReadOnlyList<BoundValue>> OnValues { get; set; } = static _ => { };

    /// <summary>Called when a device begins or ceases to answer.</summary>
    public Action<DeviceState> OnState { get; set; } = static _ => { };

    /// <summary>Number of attributes that are fed or written through.</summary>
    public int BindingCount => _bindings.All.Count;

    /// <summary>Whether the attribute is fed by, or written to, a device.</summary>
    public bool IsBound(DataNode leaf) => _bindings.OfLeaf(leaf) is not null;

    /// <summary>The exchanges planned for a device that has all points of its profile, for people to look at.</summary>
    public IReadOnlyList<ReadBlock> PlanOf(string device) => !_profileOf.TryGetValue(device, out var profile) ? [] :
        [.. PollPlanner.Plan(PlannedPoints(profile, _bindings.PointsOf(device)), profile.Modbus, new HashSet<(RegisterKind Kind, int Address)>()).Where(b => b.Points.Any(p => _bindings.PointsOf(device).Contains(p.Name)))];

    /// <summary>The bound points and their scale factors; before discovery a SunSpec point stands at its model's number times 1000.</summary>
    private static IEnumerable<PointDefinition> PlannedPoints(DeviceProfile profile, IReadOnlySet<string> bound)
    {
        var wanted = profile.Points.Values.Where(p => bound.Contains(p.Name)).ToList();
        var factors = wanted.Select(p => p.ScaleFactor).OfType<string>().Distinct(StringComparer.Ordinal).Select(n => profile.Points[n] with { Poll = PollClass.Once });
        return wanted.Concat(factors).DistinctBy(p => p.Name, StringComparer.Ordinal).Select(p => p with { Address = p.Address + (p.Model * 1000) });
    }

    /// <summary>Polls all devices until cancelled. Values of constants are given first.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        OnValues([.. _bindings.All.Where(b => b.Expression.Terms.Count == 0).Select(b => b.Evaluate(_readings)).OfType<BoundValue>()]);
        // A site without devices runs as well: what nothing feeds is served invalid.
        await Task.WhenAll(_units.Values.Select(u => u.RunAsync(cancel)).Append(Task.Delay(Timeout.InfiniteTimeSpan, cancel)));
    }

    /// <summary>Carries a value to the hardware.</summary>
    /// <param name="leaf">The bound attribute.</param>
    /// <param name="value">The value.</param>
    /// <param name="accepted">Called when the device took it and reads it back.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<CommandResult> ExecuteAsync(DataNode leaf, DataValue value, Action accepted, CancellationToken cancel)
    {
        if (_bindings.OfLeaf(leaf) is not { } binding || (binding.Expression.Single is null && !binding.Expression.IsEach))
        {
            return new(CommandStatus.Refused, $"{leaf} is bound to no point that can be written");
        }

        if (!binding.Expression.IsEach)
        {
            return await ExecuteAsync(binding, binding.Expression.Terms[0], value, accepted, cancel);
        }

        // Accepted is what every device has accepted; the worst outcome is the command's.
        var open = binding.Expression.Terms.Count;
        var results = await Task.WhenAll(binding.Expression.Terms.Select(t => ExecuteAsync(binding, t, value, () =>
        {
            if (Interlocked.Decrement(ref open) == 0)
            {
                accepted();
            }
        }, cancel)));
        return Array.Find(results, r => r.Status != CommandStatus.Succeeded) is { Status: not CommandStatus.Succeeded } failed ? failed : results[0];
    }

    private async Task<CommandResult> ExecuteAsync(Binding binding, BindingTerm term, DataValue value, Action accepted, CancellationToken cancel)
    {
        if (!_writers.TryGetValue(term.Device, out var writer))
        {
            return new(CommandStatus.Refused, $"there is no device {term.Device}");
        }

        var point = _profileOf[term.Device].Points[term.Point];
        var number = ValueConversion.ToNumber(binding.Target.Type, value, point.Map);
        return await writer.WriteAsync(term.Point, (number - binding.Expression.Offset) / term.Factor, accepted, cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers.Values)
        {
            writer.Dispose();
        }

        foreach (var line in _lines.Values)
        {
            await line.DisposeAsync();
        }
    }

    private static DeviceUrl? Place(DeviceDeclaration device, IReadOnlyDictionary<string, string> urls, List<SiteFinding> findings)
    {
        var url = DeviceUrl.Parse(urls.GetValueOrDefault(device.Name, device.Url), out var fault);
        if (url is null)
        {
            findings.Add(SiteFinding.OfDevice(device.Name, $"Device \"{device.Name}\": {fault}", "Correct its url."));
        }

        return url;
    }

    private void AddUnit(DeviceDeclaration device, DeviceUrl url, IModbusMaster line, TimeProvider time)
    {
        var profile = _profileOf[device.Name];
        var unit = new DeviceUnit(device.Name, new ModbusDriver(profile, line, url.Unit ?? profile.Modbus.Unit, time), line, profile.Modbus, _bindings.PointsOf(device.Name), time)
        {
            OnReadings = Take,
            OnState = s => OnState(s),
        };
        _units.Add(device.Name, unit);
        _writers.Add(device.Name, new PointWriter(unit, profile, time));
    }

    private void Take(DeviceUnit unit, IReadOnlyList<Reading> readings)
    {
        var values = new List<BoundValue>();
        lock (_gate)
        {
            foreach (var reading in readings)
            {
                _readings[(unit.Name, reading.Point)] = reading;
            }

            foreach (var binding in _bindings.Touched(unit.Name, readings))
            {
                if (binding.Evaluate(_readings) is { } value)
                {
                    values.Add(value);
                }
            }
        }

        if (values.Count > 0)
        {
            OnValues(values);
        }
    }
}
