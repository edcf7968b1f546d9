namespace DerAgent.Scl.Tests;

/// <summary>Whose an sAddr is: ours where it reads as one, in a file with devices of ours; others bind nothing and are told once.</summary>
public sealed class ShortAddressTests
{
    private const string Devices = "<IED name=\"T1\"><Private type=\"DerAgent:Devices\"><da:Device xmlns:da=\"urn:der-agent:scl:1\" name=\"inv1\" profile=\"sunspec-inverter\" url=\"modbus-tcp://10.0.0.1:502?unit=1\"/></Private>";

    private static string With(string sAddr, bool hasDevices = true, string? around = null) => SclText.Small
        .Replace("<DOI name=\"SPCSO1\">", $"{(around is null ? "" : $"<Private type=\"DerAgent:Device\">{around}</Private>")}<DOI name=\"AnIn1\"><SDI name=\"mag\"><DAI name=\"f\" sAddr=\"{sAddr}\"/></SDI></DOI><DOI name=\"SPCSO1\">", StringComparison.Ordinal)
        .Replace("<IED name=\"T1\">", hasDevices ? Devices : "<IED name=\"T1\">", StringComparison.Ordinal);

    private static string? Bound(string text)
    {
        var load = SclText.Load(text);
        var bound = load.Model!.Slots.Single(s => s.Reference.EndsWith("AnIn1$mag$f", StringComparison.Ordinal)).ShortAddress;
        var notes = load.Findings.Where(f => f.Code == SclCodes.ForeignAddress).ToList();
        Assert.Equal(bound is null ? 1 : 0, notes.Count);
        Assert.All(notes, n => Assert.Equal(SclSeverity.Info, n.Severity));
        Assert.Equal(notes.Count, SclText.Inspect(text).Findings.Count(f => f.Code == SclCodes.ForeignAddress));
        return bound;
    }

    [Theory] // reads as ours, be it right or wrong: what is wrong with it stays an error
    [InlineData("inv1/W", null)]
    [InlineData("inv9/W", null)]
    [InlineData("inv1/W*0.001+0", null)]
    [InlineData("inv1/W+inv2/W", null)]
    [InlineData("inv1/WMaxLimPct,inv2/WMaxLimPct", null)]
    [InlineData("inv1/", null)]
    [InlineData("inv1/W*abc", null)]
    [InlineData("=5", null)]
    [InlineData("=five", null)]
    [InlineData("W", "inv1")]
    [InlineData("Wx*0.1", "inv1")]
    [InlineData("@health", "inv1")]
    [InlineData("802.SoC-1", "inv1")]
    public void What_reads_as_ours_is_ours(string sAddr, string? around) => Assert.Equal(sAddr, Bound(With(sAddr, around: around)));

    [Theory]
    [InlineData("MBS,SPC,4711", null)]
    [InlineData("MBS,SPC,4711", "inv1")]
    [InlineData("MBS,SPC", "inv1")]
    [InlineData("W", null)]
    [InlineData("0x2A", null)]
    [InlineData("12/34", null)]
    [InlineData("$A.B:7", "inv1")]
    [InlineData("IED.LD.LN;1", null)]
    public void What_does_not_is_another_tools(string sAddr, string? around) => Assert.Null(Bound(With(sAddr, around: around)));

    [Theory]
    [InlineData("inv1/W")]
    [InlineData("=5")]
    [InlineData("MBS,SPC,4711")]
    public void Without_devices_nothing_is_ours(string sAddr) => Assert.Null(Bound(With(sAddr, hasDevices: false)));

    [Fact] // all four kinds
    public void One_file_has_one_note_whatever_its_kinds()
    {
        var text = With("inv1/W").Replace("<DOI name=\"Har\">", "<DOI name=\"Beh\"><DAI name=\"stVal\" sAddr=\"=1\"/><DAI name=\"q\" sAddr=\"MBS,SPC,1\"/><DAI name=\"t\" sAddr=\"MBS,SPC,2\"/></DOI><DOI name=\"Har\">", StringComparison.Ordinal)
            .Replace("<DAI name=\"f\"><Val>7</Val></DAI>", "<DAI name=\"f\" sAddr=\"nobody/W\"><Val>7</Val></DAI>", StringComparison.Ordinal);
        var load = SclText.Load(text);
        Assert.Equal(["nobody/W", "inv1/W", "=1"], load.Model!.Slots.Select(s => s.ShortAddress).OfType<string>().OrderDescending(StringComparer.Ordinal));
        var note = Assert.Single(load.Findings, f => f.Code == SclCodes.ForeignAddress);
        Assert.StartsWith("2 attributes have an sAddr of another tool, as \"MBS,SPC,1\"", note.Text, StringComparison.Ordinal);
    }
}
