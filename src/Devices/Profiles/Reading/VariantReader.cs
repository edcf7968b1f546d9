namespace DerAgent.Devices;

/// <summary>Reads what may be laid over a profile, and when.</summary>
internal static class VariantReader
{
    public static IReadOnlyList<ProfileVariant> Read(IReadOnlyDictionary<string, YamlMap> overlays, DeviceProfile profile, IReadOnlyList<string> keys)
    {
        var variants = new List<ProfileVariant>();
        var constants = new ConstantReader(profile.Points);
        foreach (var (name, overlay) in overlays)
        {
            foreach (var key in overlay.Keys.Where(k => !keys.Contains(k, StringComparer.Ordinal)))
            {
                overlay.Refuse(key, $"A variant has when, modbus, polls and points, not \"{key}\".");
            }

            variants.Add(When(name, overlay, constants));
        }

        for (var i = 0; i < variants.Count; i++)
        {
            foreach (var other in variants.Take(i).Where(o => !Exclude(o, variants[i])))
            {
                RefuseShared(overlays[variants[i].Name], overlays[other.Name], other.Name, "");
            }
        }

        return variants;
    }

    private static ProfileVariant When(string name, YamlMap overlay, ConstantReader constants)
    {
        if (overlay.IsText("when"))
        {
            if (overlay.Text("when") != "site")
            {
                overlay.Refuse("when", "\"when\" is site, or a point with the values it reads, e.g. {Type: [0x400]}.");
            }

            return new(name, null, []);
        }

        var when = overlay.Map("when");
        if (when?.Keys is not [var point])
        {
            overlay.Refuse("A variant needs when: site, or one point with the values it reads, e.g. {Type: [0x400]}.");
            return new(name, null, []);
        }

        return new(name, point, constants.Values(when, point));
    }

    /// <summary>Whether two can never hold at once: one point reads one value.</summary>
    private static bool Exclude(ProfileVariant one, ProfileVariant other) => one.Point is not null && one.Point == other.Point && !one.Values.Intersect(other.Values).Any();

    private static void RefuseShared(YamlMap one, YamlMap other, string name, string path)
    {
        foreach (var key in one.Keys.Intersect(other.Keys, StringComparer.Ordinal).Where(k => k != "when" || path.Length > 0))
        {
            if (one.IsMap(key) && other.IsMap(key))
            {
                RefuseShared(one.Map(key)!, other.Map(key)!, name, $"{path}{key}.");
            }
            else
            {
                one.Refuse(key, $"The variant \"{name}\" sets {path}{key}, too, and both may hold at once.");
            }
        }
    }
}
