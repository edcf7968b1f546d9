using DerAgent.Model;
using static DerAgent.Devices.Tests.DeviceControlTests;

namespace DerAgent.Devices.Tests;

/// <summary>A plant is a device: read as one, commanded as one, in virtual time and over the lines of its members.</summary>
public sealed class PlantTests
{
    private const string Inverter = """
          WMax: {holding: 1, unit: W, poll: slow}
          W: {holding: 2, type: int16, unit: W, none: min, poll: fast}
          VAr: {holding: 3, type: int16, unit: VAr, poll: fast}
          Hz: {holding: 4, scale: 0.01, unit: Hz, poll: fast}
          TotWh: {holding: 5, unit: kWh, scale: 0.1, poll: normal}
          DERState: {holding: 6, map: {0: stopping, 4: running, 7: failed}, poll: fast}
          WMaxLimPct: {holding: 7, scale: 0.1, unit: "%", range: [0, 100], access: write, volatile: true, poll: fast, release: {value: 100}, effect: {point: W, of: WMax, tolerance: 3, within: 20s}}
          PFSpt: {holding: 8, scale: 0.01, access: write, volatile: true}
          VArSpt: {holding: 9, type: int16, unit: VAr, access: write, volatile: true}

        """;

    private static readonly (string Name, string Address, string Fc)[] All =
    [
        ("W", "plant/W", "MX"), ("VAr", "plant/VAr", "MX"), ("Hz", "plant/Hz", "MX"), ("Wh", "plant/TotWh", "MX"), ("WMax", "plant/WMax", "MX"), ("PF", "plant/PF", "MX"),
        ("Health", "plant/@health", "MX"), ("Online", "plant/@online", "MX"), ("Pct", "plant/WMaxLimPct", "CO"), ("Lim", "plant/WMaxLim", "CO"), ("Own", "inv1/WMaxLimPct", "CO"),
        ("Cos", "plant/PFSpt", "CO"), ("Var", "plant/VArSpt", "CO"),
    ];

    [Fact]
    public async Task Its_points_are_made_of_those_of_its_members()
    {
        await using var site = Plant();
        site.Advance(8);
        Assert.Equal(12_000, Value(site, "W"));
        Assert.Equal(900, Value(site, "VAr"));
        Assert.Equal(50, Value(site, "Hz")!.Value, 3);
        Assert.Equal(300_000, Value(site, "Wh"));
        Assert.Equal(20_000, Value(site, "WMax"));
        Assert.Equal(0.997, Value(site, "PF")!.Value, 3);
        Assert.Equal(1, Value(site, "Health"));
        Assert.Equal(1, Value(site, "Online"));
        Assert.Equal(100, Value(site, "Pct"));
        Assert.Equal(20_000, Value(site, "Lim"));
        Assert.Equal(Quality.Good, site.Last("W")!.Value.Quality);

        site.Line.Device(2).IsSilent = true;
        site.Advance(20);
        Assert.Equal(Validity.Invalid, site.Last("W")!.Value.Quality.Validity);
        Assert.Equal(2, Value(site, "Health"));
        Assert.Equal(0, Value(site, "Online"));
    }

    [Fact]
    public async Task A_limit_is_split_by_rating_and_released()
    {
        await using var site = Plant();
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Pct", 50), 120));
        Assert.Equal((500, 500), (site.Line.Device(1)[7], site.Line.Device(2)[7]));
        site.Advance(3);
        Assert.Equal(50, Value(site, "Pct")!.Value, 3);
        Assert.Equal(10_000, Value(site, "Lim")!.Value, 1);

        // The stricter of both is in force.
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 4000), 120));
        Assert.Equal((200, 200), (site.Line.Device(1)[7], site.Line.Device(2)[7]));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Pct", 100), 120));
        Assert.Equal((200, 200), (site.Line.Device(1)[7], site.Line.Device(2)[7]));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 20_000), 120));
        Assert.Equal((1000, 1000), (site.Line.Device(1)[7], site.Line.Device(2)[7]));
    }

    [Fact]
    public async Task Who_is_lost_counts_with_the_limit_it_has_and_who_is_back_gets_its_share()
    {
        await using var site = Plant();
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Lim", 10_000), 120));
        site.Line.Device(2).IsSilent = true;
        site.Advance(20);
        Assert.Equal(AddCause.AbortionDueToDeviation, await Ended(site, site.Command("Lim", 2000), 200));
        Assert.Equal(0, site.Line.Device(1)[7]);
        site.Line.Device(2).IsSilent = false;
        site.Advance(90);
        Assert.Equal((100, 100), (site.Line.Device(1)[7], site.Line.Device(2)[7]));
        Assert.Contains(site.States, s => s.Name == "plant" && s.Text.Contains("inv2 does not answer", StringComparison.Ordinal));
        Assert.Contains(site.States, s => s.Name == "plant" && s.Text.Contains("inv2 is back", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_refuses_is_named_and_the_others_keep_the_limit()
    {
        await using var site = Plant();
        site.Advance(3);
        site.Line.Device(2).OnWrite = (_, _) => Modbus.ModbusExceptionCode.IllegalDataValue;
        var command = site.Command("Lim", 12_000);
        Assert.Equal(AddCause.None, await Ended(site, command, 200));
        site.Advance(15);
        Assert.Equal((200, 1000), (site.Line.Device(1)[7], site.Line.Device(2)[7]));
        var impossible = site.Command("Lim", 5000);
        Assert.Equal(AddCause.AbortionDueToDeviation, await Ended(site, impossible, 300));
        Assert.Contains("inv2", impossible.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("inv1", impossible.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_was_limited_more_strictly_keeps_that()
    {
        await using var site = Plant();
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Own", 10), 120));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Pct", 40), 120));
        site.Advance(30);
        Assert.Equal((100, 400), (site.Line.Device(1)[7], site.Line.Device(2)[7]));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Own", 100), 120));
        Assert.Equal((400, 400), (site.Line.Device(1)[7], site.Line.Device(2)[7]));
    }

    [Fact]
    public async Task By_night_a_limit_is_taken_and_in_force_at_dawn()
    {
        await using var site = Plant(head: "night: expected");
        site.Advance(3);
        site.Line.Device(1)[2] = site.Line.Device(2)[2] = 0;
        site.Advance(3);
        site.Line.Device(1).IsSilent = site.Line.Device(2).IsSilent = true;
        site.Advance(60);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Pct", 30), 120));
        site.Line.Device(1).IsSilent = false;
        site.Advance(80);
        Assert.Equal(0, site.Line.Device(1)[7]);
        site.Line.Device(2).IsSilent = false;
        site.Advance(80);
        Assert.Equal((300, 300), (site.Line.Device(1)[7], site.Line.Device(2)[7]));
    }

    /// <summary>A plant after a restart of the agent: it had 50 % in force, and its first member lost that meanwhile.</summary>
    private static async Task<TestSite> AgainAsync()
    {
        var memory = new VolatileDeviceMemory();
        await using var first = Plant(memory: memory);
        first.Advance(3);
        Assert.Equal(AddCause.None, await Ended(first, first.Command("Pct", 50), 120));
        await first.DisposeAsync();
        first.Line.Device(1)[7] = 1000;
        return Plant(memory: memory, before: first);
    }

    [Fact]
    public async Task A_limit_outlives_a_restart_and_is_released_afterwards()
    {
        await using var second = await AgainAsync();
        second.Advance(20);
        Assert.Equal((500, 500), (second.Line.Device(1)[7], second.Line.Device(2)[7]));
        second.Site.LetGo(second.LeafOf("Pct"), isTold: true);
        second.Advance(20);
        Assert.Equal((1000, 1000), (second.Line.Device(1)[7], second.Line.Device(2)[7]));
    }

    [Fact] // a fail-safe with start="device"
    public async Task A_plant_that_is_left_as_it_is_leaves_its_members_so()
    {
        await using var second = await AgainAsync();
        second.Site.LetGo(second.LeafOf("Pct"), isTold: false);
        second.Advance(60);
        Assert.Equal((1000, 500), (second.Line.Device(1)[7], second.Line.Device(2)[7]));
        Assert.Equal(AddCause.None, await Ended(second, second.Command("Pct", 30), 120));
        Assert.Equal((300, 300), (second.Line.Device(1)[7], second.Line.Device(2)[7]));
    }

    [Fact]
    public async Task A_set_point_of_a_plant_and_of_its_member_is_a_finding_unless_it_is_a_limit()
    {
        await using var site = new TestSite(Inverter, [("Cos", "plant/PFSpt", "CO"), ("Own", "inv1/PFSpt", "CO"), ("Pct", "plant/WMaxLimPct", "CO"), ("Lim", "inv1/WMaxLimPct", "CO")], devices: 2, plant: "<da:Device name=\"plant\" profile=\"plant\" of=\"inv1 inv2\"/>");
        Assert.Contains("commands \"PFSpt\" of \"inv1\"", Assert.Single(site.Site.Findings, f => f.Text.Contains("through the plant", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_set_points_are_given_to_each_and_powers_are_split()
    {
        await using var site = Plant();
        site.Advance(3);
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Cos", 0.95F), 60));
        Assert.Equal((95, 95), (site.Line.Device(1)[8], site.Line.Device(2)[8]));
        Assert.Equal(AddCause.None, await Ended(site, site.Command("Var", 1000), 60));
        Assert.Equal((500, 500), (site.Line.Device(1)[9], site.Line.Device(2)[9]));
        Assert.Equal(AddCause.InconsistentParameters, await Ended(site, site.Command("Pct", 101), 60));
    }

    [Theory]
    [InlineData("of=\"inv1 inv9\"", "\"inv9\" in of, which is no device")]
    [InlineData("of=\"inv1 inv1\"", "names \"inv1\" twice")]
    [InlineData("of=\"\"", "has no members")]
    [InlineData("of=\"inv1\" share=\"equal\"", "share=\"equal\"")]
    [InlineData("of=\"inv1\" meter=\"met\"", "\"met\" in meter, which is no device")]
    [InlineData("of=\"inv1\" url=\"modbus-tcp://h\"", "has url, variant or release")]
    [InlineData("of=\"inv1 plant\"", "which is a plant itself")]
    public void What_makes_no_plant_is_a_finding(string attributes, string text)
    {
        var findings = SiteOf($"<da:Device name=\"inv1\" profile=\"p\" url=\"modbus-tcp://127.0.0.1\"/><da:Device name=\"plant\" profile=\"plant\" {attributes}/>");
        Assert.Contains(findings, f => f.IsError && f.Reference == "plant" && f.Text.Contains(text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("of=\"inv1\"", "which only a plant has")]
    [InlineData("meter=\"inv1\"", "which only a plant has")]
    [InlineData("rating=\"big\"", "is no power in W")]
    public void What_only_a_plant_has_is_a_finding_elsewhere(string attributes, string text)
    {
        var findings = SiteOf($"<da:Device name=\"inv1\" profile=\"p\" url=\"modbus-tcp://127.0.0.1\" {attributes}/>");
        Assert.Contains(findings, f => f.IsError && f.Reference == "inv1" && f.Text.Contains(text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("60", true, null)]
    [InlineData("160", true, "goes from 0 to 100")]
    [InlineData("60", false, "nothing of it commands a device")]
    public void A_fail_safe_that_leads_nowhere_or_too_far_is_a_finding(string value, bool isBound, string? text)
    {
        var scl = $"""
            <SCL xmlns="http://www.iec.ch/61850/2003/SCL" xmlns:da="urn:der-agent:scl:1"><IED name="I"><Private type="DerAgent:Devices"><da:Device name="inv1" profile="p" url="modbus-tcp://127.0.0.1"/></Private>
            <AccessPoint name="A"><Server><LDevice inst="L"><LN0 lnClass="LLN0" inst="" lnType="Z"><Private type="DerAgent:FailSafe"><da:FailSafe after="5s" value="{value}"/></Private>{(isBound ? "<DOI name=\"X\"><DAI name=\"ctlVal\" sAddr=\"inv1/WMaxLimPct\"/></DOI>" : "")}</LN0></LDevice></Server></AccessPoint></IED>
            <DataTypeTemplates><LNodeType id="Z" lnClass="LLN0"><DO name="X" type="CO"/></LNodeType><DOType id="CO" cdc="APC"><DA name="ctlVal" fc="CO" bType="FLOAT32"/></DOType></DataTypeTemplates></SCL>
            """;
        var findings = FindingsOf(scl);
        Assert.Equal(text is not null, findings.Any(f => f.Text.Contains("fail-safe", StringComparison.Ordinal)));
        Assert.True(text is null || findings.Any(f => f.Text.Contains(text, StringComparison.Ordinal)));
    }

    private static IReadOnlyList<SiteFinding> SiteOf(string devices)
    {
        var scl = $"""<SCL xmlns="http://www.iec.ch/61850/2003/SCL" xmlns:da="urn:der-agent:scl:1"><IED name="I"><Private type="DerAgent:Devices">{devices}</Private><AccessPoint name="A"><Server><LDevice inst="L"><LN0 lnClass="LLN0" inst="" lnType="Z"/></LDevice></Server></AccessPoint></IED><DataTypeTemplates><LNodeType id="Z" lnClass="LLN0"><DO name="X" type="MX"/></LNodeType><DOType id="MX" cdc="MV"><DA name="v" fc="MX" bType="FLOAT32"/></DOType></DataTypeTemplates></SCL>""";
        return FindingsOf(scl);
    }

    private static IReadOnlyList<SiteFinding> FindingsOf(string scl)
    {
        var profile = ProfileReader.Load(new StringReader($"profile: p\npoints:\n{Inverter}"), "p.yaml").Profile!;
        var model = Scl.SclLoader.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(scl)), "site.cid").Model!;
        return new Site([model], new Dictionary<string, DeviceProfile> { ["p"] = profile }, DeviceOverride.None, TimeProvider.System).Findings;
    }

    private static TestSite Plant(string head = "", IDeviceMemory? memory = null, TestSite? before = null)
    {
        var site = new TestSite(Inverter, All, devices: 2, head: head, memory: memory, before: before, plant: "<da:Device name=\"plant\" profile=\"plant\" of=\"inv1 inv2\"/>");
        for (byte unit = 1; unit <= 2 && before is null; unit++)
        {
            var device = site.Line.Device(unit);
            (device[1], device[2], device[3], device[4], device[5], device[6], device[7]) = (10_000, 6000, 450, 5000, 1500, 4, 1000);

            // It obeys at once.
            device.Written = (address, value) => device[2] = address == 7 ? (ushort)Math.Min(6000, value * 10) : device[2];
        }

        return site;
    }

    private static double? Value(TestSite site, string name) => site.Last(name)?.Value.AsDouble();
}
