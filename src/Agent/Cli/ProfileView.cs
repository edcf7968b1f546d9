using DerAgent.Devices;
using DerAgent.Model;

namespace DerAgent.Agent.Cli;

/// <summary>A profile in lines for people, and what two of them say otherwise.</summary>
internal static class ProfileView
{
    /// <summary>The device, its points, how they are written.</summary>
    public static IEnumerable<string> Lines(DeviceProfile profile)
    {
        yield return $"{profile.Name}{(profile.Applied.Count == 0 ? "" : $" as {string.Join(", ", profile.Applied)}")}";
        foreach (var fact in ProfileFacts.OfDevice(profile))
        {
            yield return $"  {fact.Path,-24} {fact.Value}";
        }

        yield return "points";
        foreach (var point in Points(profile))
        {
            var meaning = PointContract.Find(point.Name) is { } known ? $"{known.Meaning}{(known.Sign.Length > 0 ? $", positive {known.Sign}" : "")}" : "";
            yield return $"  {point.Name,-20} {meaning}".TrimEnd();
            foreach (var fact in ProfileFacts.OfPoint(point))
            {
                yield return $"    {fact.Path,-18} {fact.Value}";
            }
        }
    }

    /// <summary>What the second says otherwise: <c>-</c> the first, <c>+</c> the second.</summary>
    public static IEnumerable<string> Differences(DeviceProfile first, DeviceProfile second)
    {
        var (one, other) = (Facts(first), Facts(second));
        foreach (var path in one.Keys.Concat(other.Keys).Distinct(StringComparer.Ordinal).Where(p => one.GetValueOrDefault(p) != other.GetValueOrDefault(p)))
        {
            if (one.TryGetValue(path, out var before))
            {
                yield return $"- {path}: {before}";
            }

            if (other.TryGetValue(path, out var after))
            {
                yield return $"+ {path}: {after}";
            }
        }
    }

    /// <summary>Of a SunSpec device what the profile says itself, and what the models have only by that name.</summary>
    private static IEnumerable<PointDefinition> Points(DeviceProfile profile) =>
        profile.Points.Values.Where(p => !(p.Model > 0 && p.Name.StartsWith($"{p.Model}.", StringComparison.Ordinal))).OrderBy(p => p.Model).ThenBy(p => p.Kind).ThenBy(p => p.Address).ThenBy(p => p.Name, StringComparer.Ordinal);

    private static Dictionary<string, string> Facts(DeviceProfile profile) =>
        ProfileFacts.OfDevice(profile).Concat(Points(profile).SelectMany(p => ProfileFacts.OfPoint(p).Select(f => new ProfileFact($"points.{p.Name}.{f.Path}", f.Value)))).GroupBy(f => f.Path, f => f.Value, StringComparer.Ordinal).ToDictionary(f => f.Key, f => string.Join("; ", f), StringComparer.Ordinal);
}
