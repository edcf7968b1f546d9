namespace DerAgent.Devices;

/// <summary>Reads device profiles. A key that is not understood is refused, never passed over.</summary>
internal static class ProfileReader
{
    private static readonly string[] OverlayKeys = ["when", "modbus", "serial", "exchanges", "polls", "points"];

    /// <summary>Reads a file.</summary>
    public static ProfileLoad Load(string path)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(BoundedFile.Read(path)));
            return Load(reader, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, [new(path, 0, 0, $"The profile cannot be read: {e.Message}")]);
        }
    }

    /// <summary>Reads from a reader; <paramref name="name"/> stands for the file in findings.</summary>
    public static ProfileLoad Load(TextReader reader, string name)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return Load(new ProfileText(name, reader.ReadToEnd()), []);
    }

    /// <summary>A profile with variants laid over it.</summary>
    /// <param name="profile">A profile that was read.</param>
    /// <param name="variants">Names of its variants.</param>
    public static ProfileLoad Apply(DeviceProfile profile, IReadOnlyList<string> variants)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (variants.Count == 0 || variants.SequenceEqual(profile.Applied, StringComparer.Ordinal))
        {
            return new(profile, []);
        }

        var load = Load(profile.Text, variants);
        return load.Profile is { } laid && profile.SitePolls is { } own ? load with { Profile = laid with { SitePolls = own, Polls = own.Over(laid.Polls) } } : load;
    }

    private static ProfileLoad Load(ProfileText text, IReadOnlyList<string> variants)
    {
        var findings = new List<ProfileFinding>();
        if (YamlDocument.Read(text.Content, text.File, findings) is not { } map)
        {
            return new(null, findings);
        }

        var overlays = map.Map("variants")?.Maps().ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal) ?? [];
        var profile = Read(map) with { Text = text };
        profile = profile with { Variants = VariantReader.Read(overlays, profile, OverlayKeys) };
        map.RefuseRest();

        // Each variant must do by itself; what is wrong with it is told before a device has it.
        foreach (var (name, overlay) in overlays)
        {
            var laid = Read(map.Under(overlay));
            profile = variants.SequenceEqual([name], StringComparer.Ordinal) ? laid with { Text = text, Variants = profile.Variants, Applied = variants } : profile;
        }

        if (variants.Count > 1)
        {
            var all = variants.Where(overlays.ContainsKey).Aggregate(map, (below, name) => below.Under(overlays[name]));
            profile = Read(all) with { Text = text, Variants = profile.Variants, Applied = variants };
        }

        return new(findings.Exists(f => f.IsError) ? null : profile, findings) { Name = profile.Name };
    }

    private static DeviceProfile Read(YamlMap map)
    {
        map.Skip("variants");
        var (traits, serial) = map.Map("serial") is { } line ? SerialReader.Read(line, map) : (TraitsReader.ReadModbus(map.Map("modbus")), null);
        var verified = map.Map("verified");
        var sunSpec = map.Map("sunspec");
        var bases = sunSpec?.Numbers("bases") ?? [];
        var models = sunSpec?.Numbers("models") ?? [];
        sunSpec?.RefuseRest();
        if (sunSpec is not null && (bases.Count == 0 || models.Count == 0))
        {
            sunSpec.Refuse("sunspec needs bases and models, e.g. {bases: [40000, 0, 50000], models: [1, 103]}.");
        }

        if (bases.Any(b => b > 65_533))
        {
            sunSpec!.Refuse("bases", "bases are addresses from 0 to 65533: marker and first model must fit behind them.");
        }

        var (points, places) = ReadPoints(map, SunSpecProfilePoints.Of(models, sunSpec), traits, serial);
        var profile = new DeviceProfile
        {
            Name = map.Text("profile", required: true) ?? "",
            Maker = map.Text("maker") ?? "",
            Models = map.Texts("models"),
            Verified = verified is null ? "" : string.Join(", ", new[] { verified.Text("manual"), verified.Text("by"), verified.Text("date") }.OfType<string>()),
            Modbus = traits,
            Serial = serial,
            Polls = TraitsReader.ReadPolls(map.Map("polls")),
            WriteExceptions = TraitsReader.ReadWriteExceptions(map.Map("write-exceptions")),
            RefusedHint = map.Text("refused-hint") ?? "",
            IsWoken = map.Truth("wake") ?? false,
            IsSilentByNight = map.Word("night", "expected") is not null,
            SunSpecBases = [.. bases],
            Points = points,
            Own = [.. places.Keys],
        };
        verified?.RefuseRest();
        var constants = new ConstantReader(points);
        profile = profile with { Needs = TraitsReader.ReadNeeds(map, constants), NoneWhen = TraitsReader.ReadNoneWhen(map.Map("none-when"), constants) };
        ProfileChecks.Run(profile, map, places);
        return profile;
    }

    /// <summary>All points first, then how they are written: steps name other points.</summary>
    private static (Dictionary<string, PointDefinition> Points, Dictionary<string, YamlMap> Places) ReadPoints(YamlMap map, Dictionary<string, PointDefinition> points, ModbusTraits traits, SerialTraits? serial)
    {
        var said = serial is null ? null : new SaidPointReader(serial);
        var places = new Dictionary<string, YamlMap>(StringComparer.Ordinal);
        foreach (var (key, point) in map.Map("points")?.Maps() ?? [])
        {
            places[key] = point;
            if (said is not null)
            {
                points[key] = said.Read(key, point);
                continue;
            }

            points[key] = PointReader.Read(key, point, SunSpecProfilePoints.Basis(key, point, points));
        }

        if (points.Count == 0)
        {
            map.Refuse("A profile without points feeds nothing; give points, or sunspec models.");
        }

        var constants = new ConstantReader(points);
        foreach (var (key, point) in places)
        {
            points[key] = new WriteRulesReader(constants, traits, serial).Read(points[key], point);
            point.RefuseRest();
        }

        return (points, places);
    }
}
