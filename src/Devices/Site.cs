using System.Threading.Channels;
using DerAgent.Modbus;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>The hardware of a site: lines with their devices, and what feeds what. Readings of all lines meet in one loop, where bindings make snapshots of them.</summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly Channel<(string Device, IReadOnlyList<Reading> Readings)> _readings = Channel.CreateUnbounded<(string Device, IReadOnlyList<Reading> Readings)>(new() { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly Dictionary<string, DeviceLine> _lineOf = new(StringComparer.Ordinal);
    private readonly List<DeviceLine> _lines = [];
    private readonly List<IModbusMaster> _masters = [];
    private readonly Dictionary<string, DeviceProfile> _profileOf = new(StringComparer.Ordinal);
    private readonly BindingTable _bindings;
    private readonly Dictionary<LogicalDevice, IedModel> _modelOf;
    private readonly Dictionary<(string Device, string Point), Reading> _last = [];
    private readonly TimeProvider _time;
    private readonly Func<string, double?>? _secret;
    private readonly List<(string Endpoint, IReadOnlyList<string> Devices)> _endpoints = [];

    /// <summary>The site of the servers of an IED.</summary>
    /// <param name="models">The models with their devices and bindings; one for each server.</param>
    /// <param name="profiles">Device profiles by name.</param>
    /// <param name="urls">URLs that replace those of the SCL file, by device.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="secret">The number in a secret file of the site; null where there is none.</param>
    public Site(IReadOnlyList<IedModel> models, IReadOnlyDictionary<string, DeviceProfile> profiles, IReadOnlyDictionary<string, string> urls, TimeProvider time, Func<string, double?>? secret = null)
        : this(models, profiles, urls, time, (url, traits) => new ModbusTcpMaster(new() { Host = url.Host, Port = url.Port, ConnectDelay = traits.ConnectDelay, IgnoreTransactionId = traits.IgnoresTransactionId }, time), secret)
    {
    }

    /// <summary>The same with lines of another kind.</summary>
    internal Site(IReadOnlyList<IedModel> models, IReadOnlyDictionary<string, DeviceProfile> profiles, IReadOnlyDictionary<string, string> urls, TimeProvider time, Func<DeviceUrl, ModbusTraits, IModbusMaster> open, Func<string, double?>? secret = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentNullException.ThrowIfNull(urls);
        (_time, _secret) = (time, secret);
        _modelOf = models.SelectMany(m => m.LogicalDevices.Select(d => (Device: d, Model: m))).ToDictionary(d => d.Device, d => d.Model);
        var findings = new List<SiteFinding>();
        Devices = [.. models.SelectMany(m => m.Devices).DistinctBy(d => d.Name, StringComparer.Ordinal)];
        foreach (var device in Devices)
        {
            if (!profiles.TryGetValue(device.Profile, out var profile))
            {
                findings.Add(SiteFinding.OfDevice(device.Name, $"Device \"{device.Name}\" names the profile \"{device.Profile}\", which is in none of the profile folders.", "Correct the profile, or name its folder."));
                continue;
            }

            _profileOf[device.Name] = Lay(profile, device, findings);
        }

        findings.AddRange(urls.Keys.Where(k => Devices.All(d => d.Name != k)).Select(k => SiteFinding.OfDevice(k, $"\"devices\" in agent.json names \"{k}\", which is no device of the SCL file.", "Correct the name.")));
        _bindings = BindingTable.Of(models, _profileOf, findings);
        var placed = Devices.Where(d => _profileOf.ContainsKey(d.Name)).Select(d => (d.Name, Url: Place(d, urls, findings))).Where(d => d.Url is not null).ToList();
        foreach (var line in placed.GroupBy(d => d.Url!.Endpoint, StringComparer.Ordinal))
        {
            _endpoints.Add((line.Key, [.. line.Select(d => d.Name)]));
            AddLine([.. line.Select(d => (d.Name, d.Url!))], open);
        }

        Findings = findings;
    }

    /// <summary>What needs mending.</summary>
    public IReadOnlyList<SiteFinding> Findings { get; }

    /// <summary>The declared devices.</summary>
    public IReadOnlyList<DeviceDeclaration> Devices { get; }

    /// <summary>Called with each snapshot of values for a model, on the site's loop.</summary>
    public Action<IedModel, IReadOnlyList<ProcessValue>> OnValues { get; set; } = static (_, _) => { };

    /// <summary>Called when a device begins or ceases to answer, on the loop of its line.</summary>
    public Action<DeviceState> OnState { get; set; } = static _ => { };

    /// <summary>Whether some device is asked where its points are.</summary>
    public bool HasSunSpec => _profileOf.Values.Any(p => p.SunSpecBases.Count > 0);

    /// <summary>Number of attributes that are fed or written through.</summary>
    public int BindingCount => _bindings.All.Count;

    /// <summary>Whether the attribute is fed by, or written to, a device.</summary>
    public bool IsBound(DataNode leaf) => _bindings.OfLeaf(leaf) is not null;

    /// <summary>The exchanges planned for a device that has all points of its profile, for people to look at; SunSpec points stand at their model's number times 1000 until the device is asked.</summary>
    public IReadOnlyList<ReadBlock> PlanOf(string device)
    {
        if (!_profileOf.TryGetValue(device, out var profile))
        {
            return [];
        }

        var wanted = Wanted(device).Select(n => profile.Points.GetValueOrDefault(n)).OfType<PointDefinition>().Where(p => p.IsReadable).ToList();
        var factors = wanted.Select(p => p.ScaleFactor).OfType<string>().Where(n => wanted.TrueForAll(w => w.Name != n)).Distinct(StringComparer.Ordinal).Select(n => profile.Points[n]);
        return PollPlanner.Plan([.. wanted.Concat(factors).Select(p => p with { Address = p.Address + (p.Model * 1000) })], profile.Modbus with { Borders = [] }, profile.Polls, LineCost.Tcp(profile.Modbus), LearnedHoles.None);
    }

    /// <summary>For each line its devices, the share of its time that their polls take at least, and what it keeps instead where that is too much.</summary>
    public IEnumerable<(string Endpoint, IReadOnlyList<string> Devices, double Share, string? Overload)> Lines()
    {
        foreach (var (endpoint, devices) in _endpoints)
        {
            var blocks = devices.SelectMany(d => PlanOf(d).Select(b => (Block: b, Period: _profileOf[d].Polls.Of(b.Poll)))).Where(b => b.Period is not null).ToList();
            var fast = blocks.Where(b => b.Block.Poll == PollClass.Fast).Sum(b => b.Block.Expected / b.Period!.Value);
            var others = blocks.Where(b => b.Block.Poll != PollClass.Fast).Sum(b => b.Block.Expected / b.Period!.Value);
            yield return (endpoint, devices, fast + others, LineLoad.Say(fast, others));
        }
    }

    /// <summary>The profile with the variant that the site says.</summary>
    private static DeviceProfile Lay(DeviceProfile profile, DeviceDeclaration device, List<SiteFinding> findings)
    {
        if (device.Variant is not { Length: > 0 } name)
        {
            return profile;
        }

        var known = profile.Variants.Where(v => v.Point is null).Select(v => v.Name).ToList();
        if (!known.Contains(name, StringComparer.Ordinal))
        {
            findings.Add(SiteFinding.OfDevice(device.Name, $"Device \"{device.Name}\" names the variant \"{name}\", which the profile \"{profile.Name}\" does not leave to the site.", known.Count == 0 ? "Remove variant." : $"Use one of {string.Join(", ", known)}."));
            return profile;
        }

        return ProfileReader.Apply(profile, [name]).Profile ?? profile;
    }

    /// <summary>What is read of a device: what is bound, what its control needs, who it is and how big.</summary>
    private HashSet<string> Wanted(string device)
    {
        var profile = _profileOf[device];
        var needed = profile.Needs.Select(n => n.Point).Concat(["SN", "Mn", "Md", "WRtg", "WMax"]).Where(n => profile.Points.TryGetValue(n, out var point) && point.IsReadable);
        // Whether a limit is in force, the constants tell that its steps write.
        var bound = _bindings.PointsOf(device);
        var told = bound.Select(n => profile.Points.GetValueOrDefault(n)?.Writing).OfType<WriteRules>()
            .SelectMany(r => r.Steps.OfType<WriteStep.Write>().SelectMany(w => w.Values).Where(v => v.Value is StepValue.Constant).Select(v => v.Point).Append(r.Refresh?.From)).OfType<string>()
            .Where(n => profile.Points[n].IsReadable);
        return [.. bound, .. needed, .. told];
    }

    /// <summary>Polls all devices until cancelled. Values of constants are given first; a site without devices runs as well.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        Publish(_bindings.All.Where(b => b.Expression.Terms.Count == 0));
        await Task.WhenAll(_lines.Select(l => l.RunAsync(cancel)).Append(EvaluateAsync(cancel)));
    }

    /// <summary>Carries a value to the hardware.</summary>
    /// <param name="leaf">The bound attribute.</param>
    /// <param name="value">The value.</param>
    /// <param name="accepted">Called when every device it goes to took it and reads it back.</param>
    /// <param name="cancel">Withdraws it.</param>
    /// <returns>The outcome; of several devices the worst.</returns>
    public async Task<CommandOutcome> ExecuteAsync(DataNode leaf, DataValue value, Action accepted, CancellationToken cancel)
    {
        if (_bindings.OfLeaf(leaf) is not { } binding || (binding.Expression.Single is null && !binding.Expression.IsEach))
        {
            return CommandOutcome.Refused($"{leaf} is bound to no point that can be written");
        }

        return await TogetherAsync(binding.Expression.Terms, (term, taken) => ExecuteAsync(binding, term, value, taken, cancel), accepted);
    }

    /// <summary>Several writes as one, all begun at once: taken when every one is taken, ended like the first that failed.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="parts">The writes.</param>
    /// <param name="write">Begins one; its action is called when the device took it.</param>
    /// <param name="accepted">Called when all are taken.</param>
    public static async Task<CommandOutcome> TogetherAsync<T>(IReadOnlyList<T> parts, Func<T, Action, Task<CommandOutcome>> write, Action accepted)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var open = parts.Count;
        var outcomes = await Task.WhenAll(parts.Select(p => write(p, () =>
        {
            if (Interlocked.Decrement(ref open) == 0)
            {
                accepted();
            }
        })));
        return Array.FindIndex(outcomes, o => !o.Succeeded) is >= 0 and var failed ? outcomes[failed] : CommandOutcome.Success;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _readings.Writer.TryComplete();
        foreach (var line in _lines)
        {
            await line.DisposeAsync();
        }

        foreach (var master in _masters)
        {
            await master.DisposeAsync();
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

    private void AddLine(IReadOnlyList<(string Name, DeviceUrl Url)> placed, Func<DeviceUrl, ModbusTraits, IModbusMaster> open)
    {
        // The line is opened for all of its devices: the one that needs longest decides.
        var traits = placed.Select(d => _profileOf[d.Name].Modbus).ToList();
        var master = open(placed[0].Url, traits[0] with { ConnectDelay = traits.Max(t => t.ConnectDelay), IgnoresTransactionId = traits.Exists(t => t.IgnoresTransactionId) });
        _masters.Add(master);
        var devices = placed.Select(d => new Device(
            new(d.Name, _profileOf[d.Name], Wanted(d.Name)),
            new ModbusDriver(_profileOf[d.Name], master, d.Url.Unit ?? _profileOf[d.Name].Modbus.Unit, _time),
            _time,
            (device, readings) => _readings.Writer.TryWrite((device, readings)),
            s => OnState(s),
            _secret)).ToList();
        var line = new DeviceLine(devices, _time, text => OnState(new(placed[0].Url.Endpoint, true, true, text)));
        _lines.Add(line);
        devices.ForEach(d => _lineOf.Add(d.Name, line));
    }

    private Task<CommandOutcome> ExecuteAsync(Binding binding, BindingTerm term, DataValue value, Action accepted, CancellationToken cancel)
    {
        if (!_lineOf.TryGetValue(term.Device, out var line) || !_profileOf[term.Device].Points.TryGetValue(term.Point, out var point))
        {
            return Task.FromResult(CommandOutcome.Refused($"there is no device {term.Device} with a point {term.Point}"));
        }

        var number = ValueConversion.ToNumber(binding.Target.Type, value, point.Map);
        return line.WriteAsync(term.Device, term.Point, (number - binding.Expression.Offset) / term.Factor, accepted, cancel);
    }

    /// <summary>Makes a snapshot of each exchange: what it feeds, from the last readings of everything else.</summary>
    private async Task EvaluateAsync(CancellationToken cancel)
    {
        await foreach (var (device, readings) in _readings.Reader.ReadAllAsync(cancel))
        {
            foreach (var reading in readings)
            {
                _last[(device, reading.Point)] = reading;
            }

            Publish(_bindings.Touched(device, readings));
        }
    }

    private void Publish(IEnumerable<Binding> bindings)
    {
        var values = new Dictionary<IedModel, List<ProcessValue>>();
        foreach (var binding in bindings)
        {
            if (binding.Evaluate(_last) is { } value)
            {
                var model = _modelOf[binding.Target.LogicalNode.LogicalDevice];
                (values.TryGetValue(model, out var list) ? list : values[model] = []).Add(value);
            }
        }

        foreach (var (model, list) in values)
        {
            OnValues(model, list);
        }
    }
}
