using DerAgent.Agent.Cli;
using DerAgent.Scl;

namespace DerAgent.Agent.Tests;

/// <summary>What a terminal shows of many findings: a few of each kind, and how many more there are.</summary>
public sealed class FindingLinesTests
{
    private static List<SclFinding> Findings(params (string Code, SclSeverity Severity, int Count)[] kinds) =>
        [.. kinds.SelectMany(k => Enumerable.Range(1, k.Count).Select(i => new SclFinding(k.Code, k.Severity, "f.cid", i, 1, "", $"Fault {i}.", "Mend it."))).OrderBy(f => f.Line)];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(6, 4)]
    [InlineData(40, 4)]
    public void Of_many_warnings_a_few_are_shown(int count, int lines)
    {
        var shown = FindingLines.Of(Findings(("SCL046", SclSeverity.Warning, count)), all: false).ToList();
        Assert.Equal(lines, shown.Count);
        Assert.Equal(count > 5, shown[^1] == $"... and {count - 3} more like it (SCL046); --all shows each");
    }

    [Fact] // the one that matters is not lost among the others, and errors are shown
    public void Each_kind_is_counted_by_itself()
    {
        var findings = Findings(("SCL046", SclSeverity.Warning, 1_000), ("SCL034", SclSeverity.Warning, 1), ("SCL051", SclSeverity.Error, 20), ("SCL081", SclSeverity.Info, 30));
        var shown = FindingLines.Of(findings, all: false).ToList();
        Assert.Equal((1, 20), (shown.Count(l => l.Contains(" SCL034: ", StringComparison.Ordinal)), shown.Count(l => l.Contains(" SCL051: ", StringComparison.Ordinal))));

        // The sum of what is shown and what is counted is all of it.
        var more = shown.Where(l => l.StartsWith("... and ", StringComparison.Ordinal)).ToList();
        Assert.Equal(["... and 997 more like it (SCL046); --all shows each", "... and 27 more like it (SCL081); --all shows each"], more);
        Assert.Equal(findings.Count, shown.Count - more.Count + more.Sum(l => int.Parse(l.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void All_are_shown_where_they_are_asked_for_up_to_what_a_terminal_bears()
    {
        Assert.Equal(40, FindingLines.Of(Findings(("SCL046", SclSeverity.Warning, 40)), all: true).Count());
        var lines = FindingLines.Of(Findings(("SCL046", SclSeverity.Warning, 6_000)), all: true).ToList();
        Assert.Equal((5_001, "... and 1000 more; --json has them all"), (lines.Count, lines[^1]));
    }
}
