using System.Text;
using DerAgent.Tests;

namespace DerAgent.Devices.Tests;

/// <summary>The control parts of common families, as their makers' registers want them, can be written in the format of profiles.</summary>
public sealed class ProfileFragmentTests
{
    private static readonly string[] Measured = ["W", "WMax", "WRtg", "WMaxBase", "Pmax"];

    public static TheoryData<string> Families() => [.. Fragments().Keys];

    [Theory]
    [MemberData(nameof(Families))]
    public void Each_family_can_be_said(string family)
    {
        Assert.SkipWhen(family == Absent, "../shared/design is not beside this checkout.");
        var text = Fragments()[family];
        using var reader = new StringReader(text);
        var load = ProfileReader.Load(reader, $"{family}.yaml");
        Assert.True(load.Profile is not null, $"{string.Join('\n', load.Findings)}\n{text}");
        Assert.All(load.Findings, f => Assert.Matches("begins at 1|not yet acted upon", f.Text));
        Assert.Contains(load.Profile.Points.Values, p => p.Writing is not null);
        Assert.NotEmpty(ProfileFacts.OfPoint(load.Profile.Points.Values.First(p => p.Writing is not null)));
    }

    private const string Absent = "(no fragments here)";

    /// <summary>Each family as a profile of its own; what only other parts of its profile measure is added.</summary>
    private static Dictionary<string, string> Fragments()
    {
        var file = Path.Combine(Corpus.Root, "..", "shared", "design", "profile-fragments.yaml");
        if (!File.Exists(file))
        {
            return new(StringComparer.Ordinal) { [Absent] = "" };
        }

        var families = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
        StringBuilder? current = null;
        foreach (var line in File.ReadLines(file).Where(l => !l.StartsWith('#')))
        {
            if (line.Length > 0 && line[0] != ' ')
            {
                current = families[line.TrimEnd(':', ' ')] = new StringBuilder($"profile: {line.TrimEnd(':', ' ')}\n");
            }
            else
            {
                current?.Append(line.Length > 2 ? line[2..] : line).Append('\n');
            }
        }

        return families.ToDictionary(f => f.Key, f => f.Value.ToString() is var text ? text.Replace("\npoints:\n", "\npoints:\n" + string.Concat(Measured.Where(m => !text.Contains($"\n  {m}:", StringComparison.Ordinal)).Select((m, i) => $"  {m}: {{holding: {60_000 + i}, unit: W}}\n")), StringComparison.Ordinal) : "", StringComparer.Ordinal);
    }
}
