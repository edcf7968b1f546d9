using System.Text;
using DerAgent.Scl;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Devices.Tests;

/// <summary>Bindings that lead nowhere, whose units differ, or that nobody verifies.</summary>
public sealed class BindingCheckTests
{
    [Theory]
    [InlineData("inv1/W", "W", "", "")]
    [InlineData("inv1/W*0.001", "W", "k", "")]
    [InlineData("inv1/W", "W", "k", "multiplier 3")]
    [InlineData("inv1/W*0.001", "W", "", "multiplier 0")]
    [InlineData("inv1/Hz", "W", "", "is in Hz")]
    [InlineData("inv1/Wx", "W", "", "names the point \"Wx\"")]
    [InlineData("inv2/W", "W", "", "names the device \"inv2\"")]
    [InlineData("inv1/W,inv1/VA", "W", "", "has commas")]
    [InlineData("inv1/W*x", "W", "", "is no point")]
    [InlineData("inv1/@health", "W", "", "")]
    public void What_is_wrong_with_a_binding_is_told(string address, string unit, string multiplier, string about)
    {
        var finding = Site(address, unit, multiplier).Findings.SingleOrDefault();
        Assert.Equal(about.Length == 0, finding is null);
        Assert.Contains(about, finding?.Text ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_of_other_case_is_suggested() =>
        Assert.Equal("Did you mean \"W\"?", Assert.Single(Site("inv1/w", "W", "").Findings).Remedy);

    [Fact]
    public void A_set_point_nobody_verifies_is_told()
    {
        var profile = Profile("  P: {holding: 1, type: uint16, access: write}\n");
        var finding = Assert.Single(Site("inv1/P", "", "", profile, "CO").Findings);
        Assert.Equal((SiteFindingKind.Unverified, false), (finding.Kind, finding.IsError));
    }

    [Theory] // pauses + verify + effect
    [InlineData(20_000, true)]
    [InlineData(27_000, false)]
    [InlineData(0, false)]
    public void A_command_that_has_not_the_time_its_profile_takes_is_told(int timeout, bool isTold)
    {
        var profile = Profile("  P: {holding: 1, access: write, verify: {within: 5s}, effect: {point: P, within: 20s, kind: set-point}, steps: [{write: {P: value}}, {wait: 2s}]}\n");
        var findings = Site("inv1/P", "", "", profile, "CO", timeout).Findings;
        Assert.Equal(isTold, findings.Any(f => f.Text.Contains("may take 27000 ms", StringComparison.Ordinal) && f.Remedy.Contains("47000", StringComparison.Ordinal)));
    }

    [Fact]
    public void Points_with_commas_are_commanded_one_by_one_and_read_back_as_their_mean()
    {
        var expression = BindingExpression.Parse("inv1/L, inv2/L,inv3/L*2", null, out _)!;
        Assert.True(expression.IsEach);
        Assert.Null(expression.Single);
        Assert.Equal(["inv1", "inv2", "inv3"], expression.Terms.Select(t => t.Device));
        Assert.Null(BindingExpression.Parse("inv1/L,", null, out var fault));
        Assert.Contains("inv1/point,inv2/point", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_only_agent_json_knows_is_told_whatever_is_said_of_it()
    {
        var overrides = new Dictionary<string, DeviceOverride>(StringComparer.Ordinal) { ["inv7"] = new(Polls: new(TimeSpan.FromSeconds(1), null, null)) };
        var finding = Assert.Single(Site("inv1/W", "W", "", overrides: overrides).Findings);
        Assert.Contains("names \"inv7\"", finding.Text, StringComparison.Ordinal);
    }

    [Theory] // S says that there is no reading; on a line without ids 14 and 15 would have the length of another block
    [InlineData("modbus-tcp://127.0.0.1:502", "1+1 14+1 50+1")]
    [InlineData("modbus-rtu:///dev/ttyS0?baud=9600&parity=even", "1+1 14+2 49+3")]
    public void The_plan_that_is_shown_is_what_is_read(string url, string planned)
    {
        var profile = Profile("  W: {holding: 1}\n  S: {holding: 14}\n  More: {holding: 15}\n  H: {holding: 49}\n  K: {holding: 50}\n  L: {holding: 51}\n", "none-when: {S: [7]}\nmodbus: {max-gap: 0}\n");
        var site = Site("inv1/W+inv1/K", "", "", profile, url: url);
        Assert.Equal(planned, string.Join(' ', site.PlanOf("inv1").Cast<RegisterBlock>().Select(b => $"{b.Address}+{b.Count}")));
    }

    [Theory]
    [InlineData("modbus-tcp://127.0.0.1:502", "serial: {end: x}\nexchanges: {x: {send: x, answer: '(?<W>.*)'}}\n", "W: {in: x, unit: W}", "describes a line protocol of its own")]
    [InlineData("serial:///dev/ttyS1", "", "W: {holding: 1, unit: W}", "speaks Modbus")]
    public void A_profile_that_is_not_spoken_on_its_line_is_told(string url, string head, string point, string says)
    {
        var site = Site("inv1/W", "W", "", Profile($"  {point}\n", head), url: url);
        Assert.Contains(site.Findings, f => f.IsError && f.Text.Contains(says, StringComparison.Ordinal) && f.Remedy.Contains("in its url, or another profile", StringComparison.Ordinal));
    }

    private static DeviceProfile Profile(string points, string head = "") =>
        ProfileReader.Load(new StringReader($"profile: p\n{head}points:\n{points}"), "p.yaml").Profile!;

    private static Site Site(string address, string unit, string multiplier, DeviceProfile? profile = null, string fc = "MX", int timeout = 0, string url = "modbus-tcp://127.0.0.1:502", IReadOnlyDictionary<string, DeviceOverride>? overrides = null)
    {
        var enumeration = "<EnumType id=\"SI\"><EnumVal ord=\"33\">Hz</EnumVal><EnumVal ord=\"38\">W</EnumVal></EnumType><EnumType id=\"M\"><EnumVal ord=\"0\"/><EnumVal ord=\"3\">k</EnumVal></EnumType>";
        var text = $"""
            <SCL xmlns="http://www.iec.ch/61850/2003/SCL" xmlns:da="urn:der-agent:scl:1"><IED name="I"><Private type="DerAgent:Devices"><da:Device name="inv1" profile="p" url="{url.Replace("&", "&amp;", StringComparison.Ordinal)}"/></Private>
            <AccessPoint name="A"><Server><LDevice inst="L"><LN0 lnClass="LLN0" inst="" lnType="Z"><DOI name="D"><SDI name="mag"><DAI name="{(fc == "CO" ? "ctlVal" : "f")}" sAddr="{address}"/></SDI></DOI></LN0></LDevice></Server></AccessPoint></IED>
            <DataTypeTemplates><LNodeType id="Z" lnClass="LLN0"><DO name="D" type="D"/></LNodeType><DOType id="D" cdc="XX"><DA name="mag" fc="{fc}" bType="Struct" type="A"/><DA name="units" fc="CF" bType="Struct" type="U"/><DA name="operTimeout" fc="CF" bType="INT32U"><Val>{timeout}</Val></DA></DOType>
            <DAType id="A"><BDA name="{(fc == "CO" ? "ctlVal" : "f")}" bType="FLOAT32"/></DAType><DAType id="U"><BDA name="SIUnit" bType="Enum" type="SI">{(unit.Length > 0 ? $"<Val>{unit}</Val>" : "")}</BDA><BDA name="multiplier" bType="Enum" type="M"><Val>{multiplier}</Val></BDA></DAType>{enumeration}</DataTypeTemplates></SCL>
            """;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var model = SclLoader.Load(stream, "t.cid").Model!;
        profile ??= Profile("  W: {holding: 1, type: int16, unit: W}\n  VA: {holding: 2, type: int16, unit: VA}\n  Hz: {holding: 3, type: int16, unit: Hz}\n");
        return new Site([model], new Dictionary<string, DeviceProfile>(StringComparer.Ordinal) { ["p"] = profile }, overrides ?? DeviceOverride.None, new FakeTimeProvider());
    }
}
