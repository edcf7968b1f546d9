using System.Text;
using DerAgent.Scl;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary>Statistics that cannot be calculated are told before the agent runs.</summary>
public sealed class StatisticsFindingsTests
{
    private static readonly string Own = File.ReadAllText(Path.Combine(Corpus.Root, "scl", "grid-operator.cid"));

    [Fact]
    public void What_works_is_not_complained_of() => Assert.Empty(Find(Own));

    [Theory]
    [InlineData("<Val>MAX</Val>", "<Val>TRUE_RMS</Val>", "ClcMth = TRUE_RMS is not calculated")]
    [InlineData("<Val>GU1LD0/MMXU1</Val>", "<Val>GU1LD0/MMXU9</Val>", "\"GU1LD0/MMXU9\" is no other logical node")]
    [InlineData("<Val>GU1LD0/MMXU1</Val>", "<Val>GU1LD0/LLN0</Val>", "none of its values has one of the same name in GU1LD0/LLN0")]
    [InlineData("<Val>900000</Val>", "<Val>20</Val>", "Nothing is calculated here")]
    public void What_cannot_be_calculated_is_told_at_its_logical_node(string present, string wrong, string due)
    {
        var at = Own.IndexOf(present, Own.IndexOf("<DOI name=\"ClcMth\">", StringComparison.Ordinal), StringComparison.Ordinal);
        var finding = Assert.Single(Find(Own.Remove(at, present.Length).Insert(at, wrong)));
        Assert.Equal((SclCodes.Statistics, SclSeverity.Warning), (finding.Code, finding.Severity));
        Assert.Contains(due, finding.Text, StringComparison.Ordinal);
        var line = Own[..Own.LastIndexOf("<LN ", at, StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        Assert.Equal(line, finding.Line);
    }

    [Theory] // it says of itself that nothing is calculated
    [InlineData("UNSPECIFIED")]
    [InlineData("PRES")]
    public void What_is_not_to_be_calculated_is_no_fault(string method) => Assert.Empty(Find(Own.Replace("<Val>MAX</Val>", $"<Val>{method}</Val>", StringComparison.Ordinal)));

    private static List<SclFinding> Find(string scl)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(scl));
        var load = SclLoader.Load(stream, "t.cid");
        return [.. StatisticsFindings.Find("t.cid", load.Model!, load)];
    }
}
