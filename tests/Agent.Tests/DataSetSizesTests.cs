using System.Text;
using DerAgent.Scl;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary>Members of data sets that no report can carry to a client that takes the smallest PDUs.</summary>
public sealed class DataSetSizesTests
{
    private const string Member = "<FCDA ldInst=\"LD0\" lnClass=\"MMXU\" lnInst=\"1\" doName=\"TotW\" fc=\"MX\"/>";
    private static readonly string Own = File.ReadAllText(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid"));

    private static List<SclFinding> Find(string scl)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(scl));
        var load = SclLoader.Load(stream, "t.cid");
        return [.. DataSetSizes.Find("t.cid", load.Model!, load)];
    }

    [Fact]
    public void What_fits_is_not_complained_of() => Assert.Empty(Find(Own));

    [Theory] // many small ones, and a few with long texts: forty of 250 characters
    [InlineData("bType=\"FLOAT32\" count=\"400\"", "")]
    [InlineData("bType=\"VisString255\" count=\"40\"", "x")]
    public void A_member_that_is_too_large_is_told_at_its_place(string attribute, string text)
    {
        Assert.Contains(Member, Own, StringComparison.Ordinal);
        var start = Own.IndexOf("<DOType ", Own.IndexOf("<DataTypeTemplates", StringComparison.Ordinal), StringComparison.Ordinal);
        var value = text.Length == 0 ? "" : $"<Val>{new string(text[0], 250)}</Val>";
        var scl = Own.Insert(start, $"<DOType id=\"Large\" cdc=\"MV\"><DA name=\"mag\" fc=\"MX\" {attribute}>{value}</DA></DOType>\n    ");
        scl = System.Text.RegularExpressions.Regex.Replace(scl, "<DO name=\"TotW\" type=\"[^\"]*\"", "<DO name=\"TotW\" type=\"Large\"", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5));
        var findings = Find(scl);
        Assert.NotEmpty(findings);
        Assert.All(findings, f => Assert.Equal((SclCodes.OverLimit, SclSeverity.Warning), (f.Code, f.Severity)));
        var place = scl[..scl.IndexOf(Member, StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        Assert.Contains(findings, f => f.Line == place && f.Text.Contains("MMXU1$MX$TotW takes", StringComparison.Ordinal));
    }
}
