using System.Text;
using DerAgent.Model;

namespace DerAgent.Scl.Tests;

/// <summary>Fail-safes of SCL files: what is read, and what makes no sense.</summary>
public sealed class FailSafeReaderTests
{
    [Fact]
    public void A_fail_safe_is_read()
    {
        var (rule, findings) = Read("<da:FailSafe after=\"900s\" value=\"60\" ramp=\"10/min\" start=\"value\" back=\"stay\"/>");
        Assert.Empty(findings);
        Assert.Equal(new FailSafeRule(TimeSpan.FromMinutes(15), 60) { Ramp = 10, StartsWithValue = true, Stays = true }, rule);
    }

    [Theory]
    [InlineData("after=\"15min\" value=\"keep\"", 900)]
    [InlineData("after=\"1h\" value=\"release\" ramp=\"1/s\" start=\"last\"", 3600)]
    [InlineData("after=\"PT90S\" value=\"0\"", 90)]
    public void Durations_are_written_as_people_do(string attributes, int seconds)
    {
        var (rule, findings) = Read($"<da:FailSafe {attributes}/>");
        Assert.Empty(findings);
        Assert.Equal(TimeSpan.FromSeconds(seconds), rule!.After);
    }

    [Theory]
    [InlineData("<da:FailSafe value=\"60\"/>", "after=\"\" is no duration")]
    [InlineData("<da:FailSafe after=\"soon\" value=\"60\"/>", "after=\"soon\" is no duration")]
    [InlineData("<da:FailSafe after=\"-5s\" value=\"60\"/>", "after=\"-5s\" is no duration")]
    [InlineData("<da:FailSafe after=\"5s\"/>", "value=\"\" is no value")]
    [InlineData("<da:FailSafe after=\"5s\" value=\"NaN\"/>", "value=\"NaN\" is no value")]
    [InlineData("<da:FailSafe after=\"5s\" value=\"schedule\"/>", "there are no schedules yet")]
    [InlineData("<da:FailSafe after=\"5s\" value=\"60\" ramp=\"fast\"/>", "ramp=\"fast\" is no ramp")]
    [InlineData("<da:FailSafe after=\"5s\" value=\"60\" start=\"now\"/>", "start=\"now\" is no start")]
    [InlineData("<da:FailSafe after=\"5s\" value=\"keep\" start=\"value\"/>", "value is no number")]
    [InlineData("<da:FailSafe after=\"5s\" value=\"60\" back=\"never\"/>", "back=\"never\" says nothing")]
    [InlineData("<da:FailSafe after=\"5s\" value=\"60\" until=\"then\"/>", "has no until")]
    [InlineData("60", "is one element FailSafe")]
    public void What_makes_no_sense_is_a_finding_and_no_rule(string content, string text)
    {
        var (rule, findings) = Read(content);
        Assert.Null(rule);
        Assert.Contains(findings, f => f.Code == SclCodes.BadPrivate && f.Severity == SclSeverity.Error && f.Text.Contains(text, StringComparison.Ordinal) && f.Line > 0);
    }

    private static (FailSafeRule? Rule, IReadOnlyList<SclFinding> Findings) Read(string content)
    {
        var scl = $"""
            <SCL xmlns="http://www.iec.ch/61850/2003/SCL" xmlns:da="urn:der-agent:scl:1"><IED name="I"><AccessPoint name="A"><Server><LDevice inst="L"><LN0 lnClass="LLN0" inst="" lnType="Z"/>
            <LN lnClass="DWMX" inst="1" lnType="W"><Private type="DerAgent:FailSafe">{content}</Private></LN></LDevice></Server></AccessPoint></IED>
            <DataTypeTemplates><LNodeType id="Z" lnClass="LLN0"><DO name="X" type="M"/></LNodeType><LNodeType id="W" lnClass="DWMX"><DO name="X" type="M"/></LNodeType><DOType id="M" cdc="MV"><DA name="v" fc="MX" bType="FLOAT32"/></DOType></DataTypeTemplates></SCL>
            """;
        var load = SclLoader.Load(new MemoryStream(Encoding.UTF8.GetBytes(scl)), "t.cid");
        return (load.Model?.FailSafes.Values.SingleOrDefault(), [.. load.Findings.Where(f => f.Code == SclCodes.BadPrivate)]);
    }
}
