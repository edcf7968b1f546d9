using DerAgent.Tests;

namespace DerAgent.Devices.Tests;

/// <summary>Profiles of families against their facts: everything a profile says is told by some fact, so that a mistake in it cannot go unseen.</summary>
public sealed class FamilyTests
{
    /// <summary>All, or the one that the variable FAMILY names, for who works on it.</summary>
    public static TheoryData<string> Families() => Environment.GetEnvironmentVariable("FAMILY") is { Length: > 0 } one ? [.. one.Split(' ')] : [.. Directory.EnumerateFiles(Path.Combine(Corpus.Root, "tests", "Devices.Tests", "facts"), "*.tsv").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> FirstShapes() => [.. Families().Select(f => f.Data).Where(f => !f.Contains('+', StringComparison.Ordinal)).DefaultIfEmpty("sungrow-sg")];

    [Theory]
    [MemberData(nameof(Families))]
    public async Task A_profile_is_what_the_facts_say(string family)
    {
        var (profile, facts) = Load(family);
        Assert.True(facts.Reads.Count >= 8);
        var failures = string.Join("\n", await FamilyProof.FailuresAsync(profile, facts, all: true));
        Assert.True(failures.Length == 0, failures);
    }

    [Theory] // another shape of a device shows its profile's mistakes with the first one
    [MemberData(nameof(FirstShapes))]
    public async Task Each_mistake_in_a_profile_is_seen(string family)
    {
        var (profile, facts) = Load(family);
        var unseen = new List<string>();
        var count = 0;
        foreach (var (what, mutant) in FamilyMutants.Of(Narrowed(profile, facts)))
        {
            count++;
            if ((await FamilyProof.FailuresAsync(mutant, facts, all: false, what[..Math.Max(0, what.IndexOf(':', StringComparison.Ordinal))])).Count == 0)
            {
                unseen.Add(what);
            }
        }

        Assert.True(unseen.Count == 0, string.Join('\n', unseen));
        Assert.True(count > Math.Min(50, 4 * profile.Own.Count), $"{count}");
    }

    /// <summary>Of points that may be in several SunSpec models those that the device of the facts has: a mistake in another one is another device's.</summary>
    private static DeviceProfile Narrowed(DeviceProfile profile, FamilyFacts facts)
    {
        var registers = facts.Base.SelectMany(b => b.Values).GroupBy(r => r.Key).ToDictionary(r => r.Key, r => r.Last().Value);
        var models = new HashSet<int>();
        for (var at = 40_002; registers.TryGetValue(('h', at), out var id) && id != 0xFFFF; at += 2 + registers[('h', at + 1)])
        {
            models.Add(id);
        }

        PointDefinition Of(PointDefinition point) => (point.Alternatives.FirstOrDefault(a => models.Contains(a.Model) && !models.Contains(point.Model)) ?? point) with { Name = point.Name, Writing = point.Writing, Alternatives = [] };
        return profile with { Points = profile.Points.ToDictionary(p => p.Key, p => Of(p.Value), StringComparer.Ordinal) };
    }

    /// <summary>The profile and the facts of a file: <c>profile.tsv</c>, <c>profile@variant.tsv</c> of a variant that the site names, <c>profile+shape.tsv</c> of a device that has something else of what the profile knows.</summary>
    private static (DeviceProfile Profile, FamilyFacts Facts) Load(string family)
    {
        var parts = family.Split('@', '+');
        var load = ProfileReader.Load(Path.Combine(Corpus.Root, "device-profiles", $"{parts[0]}.yaml"));
        Assert.Empty(load.Findings);
        var profile = family.Contains('@', StringComparison.Ordinal) ? ProfileReader.Apply(load.Profile!, [parts[1]]).Profile! : load.Profile!;
        return (profile, FamilyFacts.Load(Path.Combine(Corpus.Root, "tests", "Devices.Tests", "facts", $"{family}.tsv")));
    }
}
