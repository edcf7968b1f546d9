using DerAgent.Scl;

namespace DerAgent.Agent.Cli;

/// <summary>Findings as lines for people: of many of a kind a few, and how many more there are; nobody reads a thousand lines, and the one that matters is lost in them.</summary>
internal static class FindingLines
{
    /// <summary>Of a kind with no more than that all are shown.</summary>
    private const int Few = 5;

    /// <summary>Else so many are, and of errors four times as many.</summary>
    private const int Shown = 3;
    private const int ErrorsShown = 20;

    /// <summary>Lines of a terminal beyond which no more are printed even where all are asked for.</summary>
    private const int MaxLines = 5_000;

    /// <summary>The lines, by place.</summary>
    /// <param name="findings">All findings, by place.</param>
    /// <param name="all">Whether each is shown.</param>
    public static IEnumerable<string> Of(IReadOnlyList<SclFinding> findings, bool all)
    {
        if (all)
        {
            foreach (var finding in findings.Take(MaxLines))
            {
                yield return finding.ToString();
            }

            if (findings.Count > MaxLines)
            {
                yield return $"... and {findings.Count - MaxLines} more; --json has them all";
            }

            yield break;
        }

        var counts = findings.GroupBy(Kind).ToDictionary(g => g.Key, g => g.Count());
        var shown = new Dictionary<(string, SclSeverity), int>();
        foreach (var finding in findings)
        {
            var kind = Kind(finding);
            var (count, most) = (counts[kind], finding.Severity == SclSeverity.Error ? ErrorsShown : Shown);
            var number = shown[kind] = shown.GetValueOrDefault(kind) + 1;
            if (number <= most || count <= Math.Max(Few, most))
            {
                yield return finding.ToString();
            }

            if (number == most && count > Math.Max(Few, most))
            {
                yield return $"... and {count - most} more like it ({finding.Code}); --all shows each";
            }
        }
    }

    private static (string Code, SclSeverity Severity) Kind(SclFinding finding) => (finding.Code, finding.Severity);
}
