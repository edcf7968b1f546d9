using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Whether a point can be commanded as its profile says: what would leave a limit in force for ever, wear memory out, or verify nothing is told.</summary>
internal static class WriteChecks
{
    public static void Run(PointDefinition point, YamlMap map, DeviceProfile profile)
    {
        var rules = point.Writing!;
        CheckMemory(point, rules, map, profile);
        CheckRelease(point, rules, map);
        CheckUnits(point, rules, map, profile);
        CheckSteps(point, rules, map, profile);
        if (IsLimit(point))
        {
            CheckLimit(point, rules, map);
        }
    }

    /// <summary>Whether what is written bounds something, so that it must be releasable.</summary>
    public static bool IsLimit(PointDefinition point) => PointContract.Find(point.Name) is { } known ? known.Role == PointRole.Limit : point.Writing?.Effect is { IsLimit: true };

    /// <summary>Whether a point switches something: what somebody has opened or stopped on site is never closed or started again unasked.</summary>
    public static bool IsSwitch(PointDefinition point) => PointContract.Find(point.Name) is { Role: PointRole.Switch } || point.Map.RawOf("on") is not null;

    private static void CheckMemory(PointDefinition point, WriteRules rules, YamlMap map, DeviceProfile profile)
    {
        if (rules is { IsVolatile: true, Budget: not null })
        {
            map.Refuse("budget", $"\"{point.Name}\" is volatile or has a budget of writes, never both.");
        }

        if (rules is { Refresh: not null, IsVolatile: false })
        {
            map.Refuse("refresh", $"Only volatile points are refreshed: memory that wears is not written again and again. Give \"{point.Name}\" volatile: true if the manual says so.");
        }

        if (rules.Refresh?.From is { } from && profile.Points[from].Unit is not ("" or "s" or "Secs"))
        {
            map.Refuse("refresh", $"The device's time-out \"{from}\" is in {profile.Points[from].Unit}; seconds are meant.");
        }

        if (rules.Ends == point.Name)
        {
            map.Refuse("ends", $"\"{point.Name}\" cannot end itself.");
        }
    }

    private static void CheckRelease(PointDefinition point, WriteRules rules, YamlMap map)
    {
        if (rules is { Release: WriteRelease.After, Refresh: null })
        {
            map.Refuse("release", $"\"{point.Name}\" is let go when it is refreshed no longer, and nothing refreshes it; give refresh, or release: {{value: …}}.");
        }

        var duplicate = point.Map.Texts.GroupBy(t => t.Value, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (duplicate is not null)
        {
            map.Refuse("map", $"\"{duplicate.Key}\" stands for {string.Join(" and ", duplicate.Select(t => t.Key))}; what is written must be one.");
        }
    }

    private static void CheckUnits(PointDefinition point, WriteRules rules, YamlMap map, DeviceProfile profile)
    {
        Compare("effect", rules.Effect?.Point, rules.Effect?.Of);
        Compare("verify", rules.Verify?.Read, rules.Verify?.Of);

        void Compare(string key, string? other, string? of)
        {
            if (other is null || !profile.Points.TryGetValue(other, out var seen))
            {
                return;
            }

            if (!seen.IsReadable)
            {
                map.Refuse(key, $"The point \"{other}\" is write-only: nobody learns what it reads.");
            }

            var (own, its) = (PointUnit.Of(point.Unit), PointUnit.Of(seen.Unit));
            if (of is null && own.Name.Length > 0 && its.Name.Length > 0 && own != its)
            {
                map.Refuse(key, $"\"{point.Name}\" is in {point.Unit} and \"{other}\" in {seen.Unit}; give of, the point that a percentage relates to{(own.Name == its.Name ? ", or one unit" : "")}.");
            }

            if (of is not null && own.Name.Length > 0 && own.Name != "%")
            {
                map.Refuse(key, $"of makes \"{point.Name}\" a percentage, and it is in {point.Unit}.");
            }
        }
    }

    private static void CheckSteps(PointDefinition point, WriteRules rules, YamlMap map, DeviceProfile profile)
    {
        // What a step writes is a register; that another point's own steps write this one back would let two commands fight.
        foreach (var other in Written(rules).Where(n => n != point.Name))
        {
            if (Reaches(other, point.Name, profile, []))
            {
                map.Refuse("steps", $"The steps of \"{point.Name}\" write \"{other}\", whose own steps write \"{point.Name}\": they are circular.");
            }
        }
    }

    private static bool Reaches(string from, string to, DeviceProfile profile, HashSet<string> seen) =>
        from == to || (seen.Add(from) && profile.Points[from].Writing is { } rules && Written(rules).Any(n => n != from && Reaches(n, to, profile, seen)));

    private static IEnumerable<string> Written(WriteRules rules) => rules.Left.Select(v => v.Point);

    private static void CheckLimit(PointDefinition point, WriteRules rules, YamlMap map)
    {
        if (point.Range is not { } range)
        {
            map.Refuse($"The limit \"{point.Name}\" needs range, e.g. [0, 100]: its top is \"no limit\".");
        }
        else if (range.Low != 0)
        {
            map.Warn("range", $"The range of the limit \"{point.Name}\" begins at {range.Low}, not at 0: a client cannot command less.");
        }

        if (rules.Release is null && !point.IsReadable)
        {
            map.Refuse($"The limit \"{point.Name}\" cannot be let go: give release, because nobody can read what stood there before.");
        }
    }
}
