using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>The declared devices of a site: which profile each has, where it is, what is read of it, and what that costs its line.</summary>
internal sealed class SiteDevices
{
    private readonly Dictionary<string, DeviceProfile> _profileOf = new(StringComparer.Ordinal);
    private readonly List<DevicePlacement> _placements = [];
    private readonly List<PlantSetup> _plants = [];
    private readonly Dictionary<string, IReadOnlyList<ReadBlock>> _plans = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, DeviceOverride> _overrides;
    private readonly Dictionary<string, List<(PlantSetup Plant, PlantMember Member, IReadOnlyDictionary<string, List<DataNode>> Commanders)>> _ofPlants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _metered = new(StringComparer.Ordinal);
    private readonly PlantChecks _checks;
    private BindingTable? _bindings;

    /// <summary>Finds the profiles of devices.</summary>
    /// <param name="devices">The declared devices.</param>
    /// <param name="profiles">Device profiles by name.</param>
    /// <param name="overrides">What the site says of devices otherwise, by device.</param>
    /// <param name="findings">Takes what is wrong.</param>
    public SiteDevices(IReadOnlyList<DeviceDeclaration> devices, IReadOnlyDictionary<string, DeviceProfile> profiles, IReadOnlyDictionary<string, DeviceOverride> overrides, List<SiteFinding> findings)
    {
        _overrides = overrides;
        Declared = [.. devices.Select(d => overrides.GetValueOrDefault(d.Name)?.Url is { } url ? d with { Url = url } : d)];
        foreach (var device in devices.Where(d => !PlantChecks.IsPlant(d)))
        {
            if (!profiles.TryGetValue(device.Profile, out var profile))
            {
                findings.Add(SiteFinding.OfProfile(device.Name, device.Profile));
                continue;
            }

            var laid = Lay(profile, device, findings);
            _profileOf[device.Name] = overrides.GetValueOrDefault(device.Name)?.Polls is { } own ? laid with { SitePolls = own, Polls = own.Over(laid.Polls) } : laid;
        }

        _checks = new(devices, _profileOf, findings);
        ReadPlants();
    }

    /// <summary>The declared devices.</summary>
    public IReadOnlyList<DeviceDeclaration> Declared { get; }

    /// <summary>Their profiles by device.</summary>
    public IReadOnlyDictionary<string, DeviceProfile> Profiles => _profileOf;

    /// <summary>The devices that can be asked.</summary>
    public IReadOnlyList<DevicePlacement> Placements => _placements;

    /// <summary>The plants made of them.</summary>
    public IReadOnlyList<PlantSetup> Plants => _plants;

    /// <summary>Places the devices, once it is known what is bound to them.</summary>
    /// <param name="bindings">What is bound.</param>
    /// <param name="findings">Takes what is wrong.</param>
    public void Place(BindingTable bindings, List<SiteFinding> findings)
    {
        _bindings = bindings;
        findings.AddRange(_overrides.Keys.Where(k => Declared.All(d => d.Name != k)).Select(k => SiteFinding.OfOverride(k, $"\"devices\" in agent.json names \"{k}\", which is no device of the SCL file.", "Correct the name.")));
        PlacePlants();
        foreach (var device in Declared.Where(d => _profileOf.ContainsKey(d.Name) && !PlantChecks.IsPlant(d)))
        {
            Place(device, _profileOf[device.Name], findings);
        }

        findings.AddRange(LineChecks.Of(_placements));
    }

    private void ReadPlants()
    {
        foreach (var device in Declared.Where(d => !PlantChecks.IsPlant(d)))
        {
            _checks.CheckDevice(device);
        }

        foreach (var plant in Declared.Where(PlantChecks.IsPlant).Select(_checks.Read).OfType<PlantSetup>())
        {
            _plants.Add(plant);
            _profileOf[plant.Name] = plant.Profile;
        }
    }

    /// <summary>What is bound to a plant is read of its members, and commanded through them.</summary>
    private void PlacePlants()
    {
        for (var i = 0; i < _plants.Count; i++)
        {
            var commanders = _bindings!.CommandersOf(_plants[i].Name);
            var plant = _plants[i] = _plants[i] with { Wanted = _bindings.PointsOf(_plants[i].Name), IsLimited = commanders.Keys.Any(p => PlantPoints.IsLimit(p)) };
            if (plant.IsLimited)
            {
                _checks.CheckLimit(plant);
            }

            _checks.CheckTwins(plant, commanders, _bindings);
            foreach (var member in plant.Members)
            {
                _ofPlants.TryAdd(member.Name, []);
                _ofPlants[member.Name].Add((plant, member, commanders));
            }

            if (plant.Meter is { } meter)
            {
                _metered.TryAdd(meter, []);
                _metered[meter].UnionWith(plant.Wanted.Where(p => PlantPoints.All.GetValueOrDefault(p) is PlantMaking.AtMeter or PlantMaking.OfMeter));
            }
        }
    }

    private void Place(DeviceDeclaration device, DeviceProfile profile, List<SiteFinding> findings)
    {
        var own = _overrides.GetValueOrDefault(device.Name);
        if (DeviceUrl.Parse(own?.Url ?? device.Url, out var fault) is not { } url)
        {
            var (text, remedy) = ($"Device \"{device.Name}\": {fault}", "Correct its url.");
            findings.Add(own?.Url is null ? SiteFinding.OfDevice(device.Name, text, remedy) : SiteFinding.OfOverride(device.Name, text, remedy));
        }
        else if (!profile.IsSpokenOn(url))
        {
            findings.Add(SiteFinding.OfDevice(
                device.Name,
                $"Device \"{device.Name}\" is at {url.Scheme}:, and its profile \"{profile.Name}\" {(url.IsModbus ? "describes a line protocol of its own" : "speaks Modbus")}.",
                $"Write {(url.IsModbus ? "serial: or serial-tcp:" : "one of the modbus- schemes")} in its url, or another profile."));
        }
        else
        {
            var sources = SourcesOf(device.Name);
            _placements.Add(new(new(device.Name, profile, Wanted(device.Name, sources.Keys)) { Release = ReleaseOf(device, findings), Sources = sources }, url.With(profile.Modbus) with { Tls = own?.Tls }));
        }
    }

    /// <summary>The exchanges planned for a device that has all points of its profile, for people to look at; SunSpec points stand at their model's number times 1000 until the device is asked.</summary>
    public IReadOnlyList<ReadBlock> PlanOf(string device)
    {
        if (!_profileOf.TryGetValue(device, out var profile) || _plants.Exists(p => p.Name == device))
        {
            return [];
        }

        if (_plans.TryGetValue(device, out var known))
        {
            return known;
        }

        var placement = _placements.Find(p => p.Name == device);
        if (profile.Serial is { } serial)
        {
            return _plans[device] = SerialPlan.Of(PlannedPoints.Of(Wanted(device, SourcesOf(device).Keys), profile.Points, profile), serial, placement?.Cost ?? LineCost.Serial(profile.Modbus));
        }

        static PointDefinition Shifted(PointDefinition point) => point with { Address = point.Address + (point.Model * 1000) };
        return _plans[device] = PollPlanner.Plan(
            PlannedPoints.Of(Wanted(device, SourcesOf(device).Keys), profile.Points, profile).Select(Shifted),
            profile.Modbus,
            profile.Polls,
            placement?.Cost ?? LineCost.Tcp(profile.Modbus),
            LearnedHoles.None,
            placement?.HasNoIds == true ? [.. profile.Points.Values.Select(Shifted)] : null);
    }

    /// <summary>For each line its devices, the share of its time that their polls take at least, and what it keeps instead where that is too much.</summary>
    public IEnumerable<(string Endpoint, IReadOnlyList<string> Devices, double Share, string? Overload)> Lines()
    {
        foreach (var line in _placements.GroupBy(p => p.Url.Endpoint, StringComparer.Ordinal))
        {
            var blocks = line.SelectMany(d => PlanOf(d.Name).Select(b => (Block: b, Period: d.Profile.Polls.Of(b.Poll)))).Where(b => b.Period is not null).ToList();
            var fast = blocks.Where(b => b.Block.Poll == PollClass.Fast).Sum(b => b.Block.Expected / b.Period!.Value);
            var others = blocks.Where(b => b.Block.Poll != PollClass.Fast).Sum(b => b.Block.Expected / b.Period!.Value);
            yield return (line.Key, [.. line.Select(d => d.Name)], fast + others, LineLoad.Say(fast, others));
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

    /// <summary>What points go back to as the site says: <c>release="WMaxLimPct=100"</c>, several with spaces between.</summary>
    private Dictionary<string, double> ReleaseOf(DeviceDeclaration device, List<SiteFinding> findings)
    {
        var release = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var word in (device.Release ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (word[..at], word[(at + 1)..]) : (word, "");
            var point = _profileOf[device.Name].Points.GetValueOrDefault(name);
            if (point is not { IsWritable: true })
            {
                findings.Add(SiteFinding.OfDevice(device.Name, $"Device \"{device.Name}\": release names \"{name}\", which is no point of the profile \"{device.Profile}\" that is written.", "Write release=\"POINT=value\", several with spaces between."));
            }
            else if (YamlScalars.Real(value) is not { } number || (point.Range is { } range && (number < range.Low || number > range.High)) || !release.TryAdd(name, number))
            {
                findings.Add(SiteFinding.OfDevice(device.Name, $"Device \"{device.Name}\": \"{word}\" in release is no value of {name}{(point.Range is { } known ? $", which goes from {known.Low} to {known.High} {point.Unit}" : "")}, or not the only one.", "Write release=\"POINT=value\", several with spaces between."));
            }
        }

        return release;
    }

    /// <summary>Who commands which point of a device: attributes, and plants that it is a part of.</summary>
    private Dictionary<string, IReadOnlySet<string>> SourcesOf(string device)
    {
        var sources = _bindings!.CommandersOf(device).ToDictionary(p => p.Key, p => p.Value.Select(l => l.Reference).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (plant, member, commanders) in _ofPlants.GetValueOrDefault(device, []))
        {
            foreach (var point in commanders.Keys.Select(p => PlantPoints.IsLimit(p) ? member.Limit?.Name : member.Takes(p) ? p : null).OfType<string>())
            {
                sources.TryAdd(point, new(StringComparer.Ordinal));
                sources[point].Add(plant.Name);
            }
        }

        return sources.ToDictionary(s => s.Key, s => (IReadOnlySet<string>)s.Value, StringComparer.Ordinal);
    }

    /// <summary>What is read of a device: what is bound, what its control needs, who it is and how big.</summary>
    /// <param name="device">The device.</param>
    /// <param name="commanded">Its points that somebody commands, plants among them.</param>
    private HashSet<string> Wanted(string device, IEnumerable<string> commanded)
    {
        var profile = _profileOf[device];
        var needed = profile.Needs.Select(n => n.Point).Concat(["SN", "Mn", "Md", "WRtg", "WMax"]).Where(n => profile.Points.TryGetValue(n, out var point) && point.IsReadable);

        // Whether a set point is in force tells what it reads back, and the constants that its steps write.
        var bound = _bindings!.PointsOf(device)
            .Concat(_ofPlants.GetValueOrDefault(device, []).SelectMany(p => p.Plant.PointsOf(p.Member)))
            .Concat(commanded)
            .Concat(_metered.GetValueOrDefault(device, []).Where(profile.Points.ContainsKey))
            .ToHashSet(StringComparer.Ordinal);
        var told = bound.Select(n => profile.Points.GetValueOrDefault(n)?.Writing).OfType<WriteRules>()
            .SelectMany(r => r.Left.Where(v => v.Value is StepValue.Constant).Select(v => v.Point).Concat([r.Refresh?.From, r.Verify?.Read, r.Verify?.Of])).OfType<string>()
            .Where(n => profile.Points[n].IsReadable);
        return [.. bound, .. needed, .. told];
    }
}
