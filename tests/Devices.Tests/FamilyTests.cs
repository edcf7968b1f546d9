using DerAgent.Tests;

namespace DerAgent.Devices.Tests;

/// <summary>Profiles of families against their facts: everything a profile says is told by some fact, so that a mistake in it cannot go unseen.</summary>
public sealed class FamilyTests
{
    public static TheoryData<string> Families() => [.. Directory.EnumerateFiles(Path.Combine(Corpus.Root, "tests", "Devices.Tests", "facts"), "*.tsv").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Families))]
    public async Task A_profile_is_what_the_facts_say(string family)
    {
        var (profile, facts) = Load(family);
        Assert.True(facts.Reads.Count >= 8);
        var failures = string.Join("\n", await FamilyProof.FailuresAsync(profile, facts, all: true));
        Assert.True(failures.Length == 0, failures);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Each_mistake_in_a_profile_is_seen(string family)
    {
        var (profile, facts) = Load(family);
        var unseen = new List<string>();
        var count = 0;
        foreach (var (what, mutant) in FamilyMutants.Of(profile))
        {
            count++;
            if ((await FamilyProof.FailuresAsync(mutant, facts, all: false, what[..Math.Max(0, what.IndexOf(':', StringComparison.Ordinal))])).Count == 0)
            {
                unseen.Add(what);
            }
        }

        Assert.True(unseen.Count == 0, string.Join('\n', unseen));
        Assert.True(count > 50, $"{count}");
    }

    private static (DeviceProfile Profile, FamilyFacts Facts) Load(string family)
    {
        var load = ProfileReader.Load(Path.Combine(Corpus.Root, "device-profiles", $"{family}.yaml"));
        Assert.Empty(load.Findings);
        return (load.Profile!, FamilyFacts.Load(Path.Combine(Corpus.Root, "tests", "Devices.Tests", "facts", $"{family}.tsv")));
    }
}
