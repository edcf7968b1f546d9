using System.Threading.Channels;
using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>The hardware of a site: lines with their devices, and what feeds what. Readings of all lines meet in one loop, where bindings make snapshots of them.</summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>Of one command for many devices: what was seen of so many is told.</summary>
    private const int MostSeen = 3;

    private readonly Channel<(string Device, IReadOnlyList<Reading> Readings)> _readings = Channel.CreateUnbounded<(string Device, IReadOnlyList<Reading> Readings)>(new() { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly SiteDevices _devices;
    private readonly BindingTable _bindings;
    private readonly Dictionary<LogicalDevice, IedModel> _modelOf;
    private readonly Dictionary<(string Device, string Point), Reading> _last = [];
    private readonly Dictionary<(string Device, string Point), HashSet<string>> _shown = [];
    private readonly Func<DeviceUrl, ModbusTraits, IDeviceBus> _open;
    private readonly Func<string, double?>? _secret;
    private readonly TimeProvider _time;
    private SiteLines? _lines;
    private bool _ownsLines;

    /// <summary>The site of the servers of an IED.</summary>
    /// <param name="models">The models with their devices and bindings; one for each server.</param>
    /// <param name="profiles">Device profiles by name.</param>
    /// <param name="overrides">What the site says of devices otherwise, by device.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="secret">The number in a secret file of the site; null where there is none.</param>
    public Site(IReadOnlyList<IedModel> models, IReadOnlyDictionary<string, DeviceProfile> profiles, IReadOnlyDictionary<string, DeviceOverride> overrides, TimeProvider time, Func<string, double?>? secret = null)
        : this(models, profiles, overrides, time, (url, traits) => LineMaster.OpenBus(url, traits, time), secret)
    {
    }

    /// <summary>The same with lines of another kind.</summary>
    internal Site(IReadOnlyList<IedModel> models, IReadOnlyDictionary<string, DeviceProfile> profiles, IReadOnlyDictionary<string, DeviceOverride> overrides, TimeProvider time, Func<DeviceUrl, ModbusTraits, IDeviceBus> open, Func<string, double?>? secret = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentNullException.ThrowIfNull(overrides);
        (_open, _secret, _time) = (open, secret, time);
        _modelOf = models.SelectMany(m => m.LogicalDevices.Select(d => (Device: d, Model: m))).ToDictionary(d => d.Device, d => d.Model);
        var findings = new List<SiteFinding>();
        _devices = new([.. models.SelectMany(m => m.Devices).DistinctBy(d => d.Name, StringComparer.Ordinal)], profiles, overrides, findings);
        _bindings = BindingTable.Of(models, _devices.Profiles, findings);
        _devices.Place(_bindings, findings);
        models.ToList().ForEach(m => FailSafeChecks.Run(m, _bindings, _devices.Profiles, findings));
        Findings = findings;
    }

    /// <summary>What needs mending.</summary>
    public IReadOnlyList<SiteFinding> Findings { get; }

    /// <summary>The declared devices, each at the address in use on this site.</summary>
    public IReadOnlyList<DeviceDeclaration> Devices => _devices.Declared;

    /// <summary>Called with each snapshot of values for a model, on the site's loop.</summary>
    public Action<IedModel, IReadOnlyList<ProcessValue>> OnValues { get; set; } = static (_, _) => { };

    /// <summary>Called with the endpoint of a line that hung and was left behind, on any thread.</summary>
    public Action<string> OnHung { get; set; } = static _ => { };

    /// <summary>Called when a device begins or ceases to answer, on the loop of its line.</summary>
    public Action<DeviceState> OnState { get; set; } = static _ => { };

    /// <summary>Whether some device is asked where its points are.</summary>
    public bool HasSunSpec => _devices.Profiles.Values.Any(p => p.SunSpecBases.Count > 0);

    /// <summary>Number of attributes that are fed or written through.</summary>
    public int BindingCount => _bindings.All.Count;

    /// <summary>Whether the attribute is fed by, or written to, a device.</summary>
    public bool IsBound(DataNode leaf) => _bindings.OfLeaf(leaf) is not null;

    /// <summary>What must be set in a device before control works, for whoever puts it into service.</summary>
    public IReadOnlyList<ProfileNeed> NeedsOf(string device) => _devices.Profiles.TryGetValue(device, out var profile) ? profile.Needs : [];

    /// <summary>The exchanges planned for a device that has all points of its profile, for people to look at.</summary>
    public IReadOnlyList<ReadBlock> PlanOf(string device) => _devices.PlanOf(device);

    /// <summary>For each line its devices, the share of its time that their polls take at least, and what it keeps instead where that is too much.</summary>
    public IEnumerable<(string Endpoint, IReadOnlyList<string> Devices, double Share, string? Overload)> Lines() => _devices.Lines();

    /// <summary>Runs over lines that outlive it, in place of the site that ran before: devices that are the same go on untouched, with what is under way and what was read of them.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="before">The site before, whose loop has ended; null: none.</param>
    public async Task TakeOverAsync(SiteLines lines, Site? before)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var fresh = await lines.UseAsync(_devices.Placements, _devices.Plants, _open, _secret, new((device, readings) => _readings.Writer.TryWrite((device, readings)), s => OnState(s)) { Hung = endpoint => OnHung(endpoint) });
        _lines = lines;
        if (before is not null)
        {
            while (before._readings.Reader.TryRead(out var late))
            {
                before.Remember(late.Device, before.Sum(late.Device, late.Readings));
            }

            foreach (var (place, reading) in before._last.Where(r => _devices.Profiles.ContainsKey(r.Key.Device) && !fresh.Contains(r.Key.Device)))
            {
                _last[place] = reading;
            }

            foreach (var known in _last.GroupBy(r => r.Key.Device, StringComparer.Ordinal))
            {
                lines.Recall(known.Key, [.. known.Select(r => r.Value)]);
            }
        }
    }

    /// <summary>Polls all devices until cancelled, over lines of its own where it was given none. Values of constants are given first, and what is known already; a site without devices runs as well.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (_lines is null)
        {
            _ownsLines = true;
            await TakeOverAsync(new SiteLines(_time), null);
        }

        // What nobody has told yet is not so.
        foreach (var (device, point) in Devices.SelectMany(d => _bindings.PointsOf(d.Name).Where(p => p is "@failsafe" or "@expired" or "@blocked" or "@clock").Select(p => (d.Name, p))).Where(p => !_last.ContainsKey(p)))
        {
            _last[(device, point)] = new(point, new(0, null, false), Quality.Good, _time.GetUtcNow());
        }

        Publish(_bindings.All.Where(b => b.Expression.Terms.Count == 0 || b.Expression.Terms.Any(t => _last.ContainsKey((t.Device, t.Point)))));
        await EvaluateAsync(cancel);
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

    /// <summary>Nobody wants what was commanded through an attribute any more: what of it is in force is let go of, now or when its device is there again.</summary>
    /// <param name="leaf">The bound attribute.</param>
    /// <param name="isTold">Whether the devices are told; else they are left as they are.</param>
    public void LetGo(DataNode leaf, bool isTold)
    {
        foreach (var term in _bindings.OfLeaf(leaf)?.Expression.Terms ?? [])
        {
            _lines?.LetGo(term.Device, term.Point, leaf.Reference, isTold);
        }
    }

    /// <summary>Shows, at the devices that an attribute commands, what is known of its command; on any loop.</summary>
    /// <param name="leaf">The bound attribute.</param>
    /// <param name="states">Names of points that the agent makes, and whether they are on.</param>
    public void Show(DataNode leaf, IReadOnlyList<(string Point, bool IsOn)> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        foreach (var device in (_bindings.OfLeaf(leaf)?.Expression.Terms ?? []).Select(t => t.Device).Distinct(StringComparer.Ordinal))
        {
            foreach (var (point, isOn) in states)
            {
                Show(device, point, leaf.Reference, isOn);
            }
        }
    }

    /// <summary>Shows something of the agent itself at every device; on any loop.</summary>
    public void Show(string point, bool isOn)
    {
        foreach (var device in Devices)
        {
            Show(device.Name, point, "", isOn);
        }
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
        return Array.FindIndex(outcomes, o => !o.Succeeded) is >= 0 and var failed ? outcomes[failed]
            : CommandOutcome.Done(string.Join("; ", outcomes.Select(static o => o.Description).Where(static d => d.Length > 0).Distinct(StringComparer.Ordinal).Take(MostSeen)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _readings.Writer.TryComplete();
        if (_ownsLines && _lines is { } lines)
        {
            await lines.DisposeAsync();
        }
    }

    private Task<CommandOutcome> ExecuteAsync(Binding binding, BindingTerm term, DataValue value, Action accepted, CancellationToken cancel)
    {
        if (_lines is not { } lines || !_devices.Profiles.TryGetValue(term.Device, out var profile) || !profile.Points.ContainsKey(term.Point))
        {
            return Task.FromResult(CommandOutcome.Refused($"there is no device {term.Device} with a point {term.Point}"));
        }

        // What the device turned out to be may have other literals than its profile.
        return lines.WriteAsync(term.Device, term.Point, binding.Target.Reference, map => (binding.NumberOf(value, map) - binding.Expression.Offset) / term.Factor, accepted, cancel);
    }

    /// <summary>What a source says of a state is added up on the site's loop.</summary>
    private void Show(string device, string point, string source, bool isOn) =>
        _readings.Writer.TryWrite((device, [new(point, new(isOn ? 1 : 0, source, false), Quality.Good, _time.GetUtcNow())]));

    /// <summary>A state is on as long as it is for anybody.</summary>
    private IReadOnlyList<Reading> Sum(string device, IReadOnlyList<Reading> readings)
    {
        if (readings is not [{ Value.Text: { } source, Point: "@failsafe" or "@expired" or "@blocked" or "@clock" } said])
        {
            return readings;
        }

        var sources = _shown.TryGetValue((device, said.Point), out var known) ? known : _shown[(device, said.Point)] = new(StringComparer.Ordinal);
        _ = said.Value.Number != 0 ? sources.Add(source) : sources.Remove(source);
        return [said with { Value = new(sources.Count > 0 ? 1 : 0, null, false) }];
    }

    /// <summary>Makes a snapshot of each exchange: what it feeds, from the last readings of everything else.</summary>
    private async Task EvaluateAsync(CancellationToken cancel)
    {
        await foreach (var (device, came) in _readings.Reader.ReadAllAsync(cancel))
        {
            var readings = Sum(device, came);
            Remember(device, readings);
            Publish(_bindings.Touched(device, readings));
        }
    }

    private void Remember(string device, IReadOnlyList<Reading> readings)
    {
        foreach (var reading in readings)
        {
            _last[(device, reading.Point)] = reading;
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
