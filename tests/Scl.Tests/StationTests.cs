namespace DerAgent.Scl.Tests;

/// <summary>Files with several servers: each is judged by itself, with the types it uses.</summary>
public sealed class StationTests
{
    /// <summary>Two IEDs; the second one uses a type that contains itself, and has a logical node more.</summary>
    private static string Station()
    {
        var small = SclText.Small;
        var start = small.IndexOf("<IED ", StringComparison.Ordinal);
        var end = small.IndexOf("</IED>", StringComparison.Ordinal) + "</IED>".Length;
        var second = small[start..end].Replace("\"T1\"", "\"T2\"", StringComparison.Ordinal).Replace("<AccessPoint name=\"AP1\">", "<AccessPoint>", StringComparison.Ordinal).Replace("lnType=\"G\"", "lnType=\"G2\"", StringComparison.Ordinal);
        return small.Insert(end, second)
            .Replace("<LNodeType id=\"G\"", "<LNodeType id=\"G2\" lnClass=\"GGIO\"><DO name=\"Beh\" type=\"ENS\"/><DO name=\"AnIn1\" type=\"Bad\"/></LNodeType><LNodeType id=\"G\"", StringComparison.Ordinal)
            .Replace("<DAType id=\"AV\">", "<DOType id=\"Bad\" cdc=\"MV\"><DA name=\"mag\" fc=\"MX\" bType=\"Gone\" dchg=\"maybe\"/></DOType><DAType id=\"AV\">", StringComparison.Ordinal);
    }

    [Fact]
    public void Each_server_has_its_own_verdict()
    {
        var inspection = SclText.Inspect(Station());
        Assert.Equal([("T1", 0, true), ("T2", 1, false)], inspection.Servers.Select(s => (s.Inventory.Ied!, s.Errors, s.WouldStart)));
        Assert.True(inspection is { HasErrors: true, HasFileErrors: false, WouldStart: true });
    }

    [Theory] // faults in shared types only where they are used
    [InlineData("T1", false)]
    [InlineData("T2", true)]
    [InlineData(null, true)]
    public void One_that_is_chosen_is_judged_alone(string? ied, bool isTold)
    {
        var inspection = SclText.Inspect(Station(), new() { Ied = ied });
        Assert.Equal(isTold, inspection.Findings.Any(f => f.Code is SclCodes.UnknownType or SclCodes.BadAttribute));
        Assert.Equal(isTold, SclText.Load(Station(), new() { Ied = ied ?? "T2" }).Findings.Any(f => f.Code == SclCodes.BadAttribute));
        Assert.Equal(ied != "T2", inspection.WouldStart);
    }

    [Fact]
    public void A_file_that_cannot_be_read_starts_nothing()
    {
        Assert.True(SclText.Inspect("<SCL").HasFileErrors);
        Assert.False(SclText.Inspect(SclText.Small, new() { SchemaFolder = Path.GetTempPath() }).WouldStart);
    }
}
