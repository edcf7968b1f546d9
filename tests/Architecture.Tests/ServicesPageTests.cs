using System.Text.RegularExpressions;
using DerAgent.Tests;

namespace DerAgent.Architecture.Tests;

/// <summary>docs/services.md names a test for each service: they exist.</summary>
public sealed partial class ServicesPageTests
{
    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        var named = Name().Matches(File.ReadAllText(Path.Combine(Corpus.Root, "docs", "services.md"))).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var sources = Directory.EnumerateFiles(Path.Combine(Corpus.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        Assert.InRange(named.Count, 30, 200);
        Assert.DoesNotContain(named, n => !sources.Exists(s => s.Contains($" {n}(", StringComparison.Ordinal)));
    }

    /// <summary>A name of a test stands in backquotes and has several words.</summary>
    [GeneratedRegex("`(?<name>[A-Za-z0-9]+(?:_[A-Za-z0-9]+){2,})`", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Name();
}
