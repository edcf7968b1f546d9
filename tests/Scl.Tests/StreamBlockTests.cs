namespace DerAgent.Scl.Tests;

/// <summary>Where GOOSE and sampled values would be sent, and names of logs that are not written out (IEC 61850-6 §9.3.9 to §9.3.11, §9.4.4).</summary>
public sealed class StreamBlockTests
{
    private static readonly string Text = SclText.Small
        .Replace("<SettingControl", "<LogControl name=\"lcb\" datSet=\"Ds\" logName=\"\" lnClass=\"\"><TrgOps/></LogControl><Log name=\"\"/><GSEControl name=\"g\" datSet=\"Ds\" appID=\"a\"/><SettingControl", StringComparison.Ordinal)
        .Replace("</SubNetwork>", "<ConnectedAP iedName=\"T1\" apName=\"AP1\"><GSE ldInst=\"LD0\" cbName=\"g\"><Address><P type=\"MAC-Address\">01-0C-CD-01-00-0A</P><P type=\"APPID\">3001</P><P type=\"VLAN-PRIORITY\">4</P><P type=\"VLAN-ID\">07B</P></Address><MinTime>10</MinTime></GSE></ConnectedAP></SubNetwork>", StringComparison.Ordinal);

    [Fact]
    public void An_address_is_read()
    {
        var load = SclText.Load(Text);
        var address = Assert.Single(load.Model!.LogicalDevices[0].LogicalNode("LLN0")!.StreamControls).Address;
        Assert.Equal("010CCD01000A", Convert.ToHexString(address.Mac.Span));
        Assert.Equal((4, 0x07B, 0x3001), (address.Priority, address.VlanId, address.AppId));
    }

    [Theory]
    [InlineData("01-0C-CD-01-00-0A", "01-0C-CD-01-00")]
    [InlineData("01-0C-CD-01-00-0A", "01-0C-CD-01-00-0G")]
    [InlineData("01-0C-CD-01-00-0A", "01-0C-CD-01-00-A")]
    [InlineData(">3001<", ">30001<")]
    [InlineData("-PRIORITY\">4<", "-PRIORITY\">8<")]
    [InlineData(">07B<", ">107B<")]
    [InlineData("<MinTime>10<", "<MinTime>ten<")]
    public void What_cannot_be_read_of_it_is_told(string good, string bad)
    {
        var finding = Assert.Single(SclText.Load(Text.Replace(good, bad, StringComparison.Ordinal)).Findings, f => f.Code == SclCodes.BadAttribute);
        Assert.Contains("0 is shown", finding.Text, StringComparison.Ordinal);
    }

    [Fact] // a log without a name is the general one
    public void A_log_that_is_not_named_is_the_general_one()
    {
        var load = SclText.Load(Text);
        Assert.DoesNotContain(load.Findings, f => f.Code == SclCodes.UnknownLog);
        var node = load.Model!.LogicalDevices[0].LogicalNode("LLN0")!;
        Assert.Equal("T1LD0/LLN0$GeneralLog", Assert.Single(node.LogControls).LogReference);
        Assert.Equal("GeneralLog", Assert.Single(node.Logs));
    }
}
