using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Reads the plants that a site declares, and tells what of them makes no sense.</summary>
/// <param name="declared">The declared devices.</param>
/// <param name="profiles">Their profiles, by device.</param>
/// <param name="findings">Takes what is wrong.</param>
internal sealed class PlantChecks(IReadOnlyList<DeviceDeclaration> declared, IReadOnlyDictionary<string, DeviceProfile> profiles, List<SiteFinding> findings)
{
    private readonly Dictionary<string, DeviceDeclaration> _declared = declared.DistinctBy(d => d.Name, StringComparer.Ordinal).ToDictionary(d => d.Name, StringComparer.Ordinal);

    /// <summary>Whether a device is declared as a plant.</summary>
    public static bool IsPlant(DeviceDeclaration device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.Profile == PlantProfile.Name;
    }

    /// <summary>What a device that is no plant says as if it were one.</summary>
    public void CheckDevice(DeviceDeclaration device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Members is not null || device.Meter is not null || device.Share is not null)
        {
            findings.Add(SiteFinding.OfDevice(device.Name, $"Device \"{device.Name}\" has of, meter or share, which only a plant has.", $"Give it profile=\"{PlantProfile.Name}\", or remove them."));
        }

        if (device.Rating is { } rating && YamlScalars.Real(rating) is not > 0)
        {
            findings.Add(SiteFinding.OfDevice(device.Name, $"Device \"{device.Name}\": rating=\"{rating}\" is no power in W.", "Write a number, e.g. rating=\"10000\"."));
        }
    }

    /// <summary>The plant that a device declares; null where it makes none.</summary>
    public PlantSetup? Read(DeviceDeclaration plant)
    {
        ArgumentNullException.ThrowIfNull(plant);
        if (plant.Url.Length > 0 || plant.Variant is not null || plant.Release is not null)
        {
            findings.Add(SiteFinding.OfDevice(plant.Name, $"The plant \"{plant.Name}\" has url, variant or release: it is made of devices, and has none of its own.", "Remove them."));
        }

        var members = Members(plant).ToList();
        if (members.Count == 0)
        {
            findings.Add(SiteFinding.OfDevice(plant.Name, $"The plant \"{plant.Name}\" has no members.", "Write the names of its devices: of=\"inv1 inv2\"."));
            return null;
        }

        var share = plant.Share switch { null or "rating" => PlantShare.Rating, "headroom" => PlantShare.Headroom, _ => (PlantShare?)null };
        if (share is null)
        {
            findings.Add(SiteFinding.OfDevice(plant.Name, $"The plant \"{plant.Name}\" has share=\"{plant.Share}\".", "Write rating or headroom."));
        }

        var meter = plant.Meter is { } name && Device(plant, name, "meter") ? profiles.GetValueOrDefault(name) : null;
        return new(plant.Name, members, meter is null ? null : plant.Meter, share ?? PlantShare.Rating, PlantProfile.Of(members, meter));
    }

    /// <summary>What of a plant whose limit is commanded cannot be done; only a warning, for the others can.</summary>
    public void CheckLimit(PlantSetup plant)
    {
        ArgumentNullException.ThrowIfNull(plant);
        Warn(plant.Members.Where(m => m.Limit is null), "cannot be limited: what they can give is taken from the others", "Leave them out of the plant, or give their profile WMaxLimPct or WMaxLim.");
        Warn(plant.Members.Where(m => m is { Limit: not null, Base: null, Rating: null }), "do not say what they were built for (WMax, WRtg), and cannot be given a share", "Give each of them rating=\"…\" in W.");
        if (plant.Share == PlantShare.Headroom)
        {
            Warn(plant.Members.Where(m => m is { Limit: not null, IsVolatile: false }), "keep limits in memory that wears: they take no part in sharing headroom", "Write share=\"rating\", or leave it so.");
        }

        void Warn(IEnumerable<PlantMember> which, string what, string remedy)
        {
            if (which.Select(m => m.Name).ToList() is { Count: > 0 } names)
            {
                findings.Add(SiteFinding.OfDevice(plant.Name, $"Of the plant \"{plant.Name}\" {string.Join(", ", names.Take(5))}{(names.Count > 5 ? $" and {names.Count - 5} more" : "")} {what}.", remedy) with { IsError = false });
            }
        }
    }

    /// <summary>Of limits the strictest is in force, whoever set it; what else is commanded through a plant and through a member's own object is nobody's.</summary>
    public void CheckTwins(PlantSetup plant, IReadOnlyDictionary<string, List<DataNode>> commanders, BindingTable bindings)
    {
        ArgumentNullException.ThrowIfNull(plant);
        ArgumentNullException.ThrowIfNull(commanders);
        ArgumentNullException.ThrowIfNull(bindings);
        foreach (var (point, leaves) in commanders.Where(c => !PlantPoints.IsLimit(c.Key)))
        {
            foreach (var member in plant.Members.Where(m => m.Takes(point)))
            {
                if (bindings.CommandersOf(member.Name).TryGetValue(point, out var own))
                {
                    findings.Add(SiteFinding.OfBinding(own[0], $"{own[0].DataObject!.Reference} commands \"{point}\" of \"{member.Name}\", and {leaves[0].DataObject!.Reference} does through the plant \"{plant.Name}\"; it is no limit: the last one wins.", "Let one of them command it.", isError: false));
                }
            }
        }
    }

    private IEnumerable<PlantMember> Members(DeviceDeclaration plant)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in (plant.Members ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!seen.Add(name))
            {
                findings.Add(SiteFinding.OfDevice(plant.Name, $"The plant \"{plant.Name}\" names \"{name}\" twice.", "Name each device once."));
            }
            else if (Device(plant, name, "of") && profiles.TryGetValue(name, out var profile))
            {
                yield return new(name, profile, _declared[name].Rating is { } rating ? YamlScalars.Real(rating) : null);
            }
        }
    }

    private bool Device(DeviceDeclaration plant, string name, string key)
    {
        var device = _declared.GetValueOrDefault(name);
        if (device is null)
        {
            var near = Spelling.Nearest(name, _declared.Values.Where(d => !IsPlant(d)).Select(d => d.Name));
            findings.Add(SiteFinding.OfDevice(plant.Name, $"The plant \"{plant.Name}\" names \"{name}\" in {key}, which is no device of the IED.", near is null ? "Declare the device, or remove the name." : $"Did you mean \"{near}\"?"));
        }
        else if (IsPlant(device))
        {
            findings.Add(SiteFinding.OfDevice(plant.Name, $"The plant \"{plant.Name}\" names \"{name}\" in {key}, which is a plant itself.", "Name the devices of that plant."));
        }

        return device is not null && !IsPlant(device);
    }
}
