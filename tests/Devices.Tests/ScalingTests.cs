using System.Text;
using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Devices.Tests;

/// <summary>Integers that stand for values: sVC, magSVC and angSVC (IEC 61850-7-3 §6.6).</summary>
public sealed class ScalingTests
{
    private static readonly ProfileLoad Profile = ProfileReader.Load(new StringReader("profile: p\npoints:\n  W: {holding: 1, unit: W}\n  Spt: {holding: 2, access: write, range: [0, 100], volatile: true, release: {value: 100}}\n"), "p.yaml");

    [Theory] // value = integer × scaleFactor + offset
    [InlineData(1234.4, "0.1", "0", 12344)]
    [InlineData(1234.4, "10", "0", 123)]
    [InlineData(1234.4, "0.5", "1000", 469)]
    [InlineData(-7, "-1", "0", 7)]
    [InlineData(1234.4, "0", "0", 1234)] // no integer could stand for anything
    [InlineData(1234.4, "", "", 1234)]
    public void A_measured_value_is_the_integer_that_stands_for_it(double measured, string factor, string offset, long due) =>
        Assert.Equal(DataValue.Integer(due), Evaluate("mag", measured, Svc("sVC", factor, offset)).Value);

    [Fact] // 3 000 000 W in tenths of a milliwatt are no INT32
    public void What_no_integer_can_stand_for_is_an_overflow()
    {
        var value = Evaluate("mag", 3e6, Svc("sVC", "0.0001", "0"));
        Assert.Equal((DataKind.None, new Quality(Validity.Invalid, QualityDetail.Overflow)), (value.Value.Kind, value.Quality));
    }

    [Theory]
    [InlineData("mag", 100)]
    [InlineData("ang", 10)]
    public void Magnitude_and_angle_have_scales_of_their_own(string part, long due) =>
        Assert.Equal(DataValue.Integer(due), Evaluate("cVal", 10, Svc("magSVC", "0.1", "0") + Svc("angSVC", "1", "0"), part).Value);

    [Fact]
    public void A_command_is_what_its_integer_stands_for()
    {
        var binding = BindingOf("<DOI name=\"D\"><SDI name=\"ctlVal\"><DAI name=\"i\" sAddr=\"d/Spt\"/></SDI>" + Svc("sVC", "0.5", "10") + "</DOI>", "C");
        Assert.Equal(40, binding.NumberOf(DataValue.Integer(60), ValueMap.Empty));
    }

    [Fact]
    public void A_factor_of_nothing_is_a_finding()
    {
        var findings = new List<SiteFinding>();
        BindingOf("<DOI name=\"D\"><SDI name=\"mag\"><DAI name=\"i\" sAddr=\"d/W\"/></SDI>" + Svc("sVC", "0", "0") + "<SDI name=\"units\"><DAI name=\"SIUnit\"><Val>W</Val></DAI></SDI></DOI>", "M", findings);
        Assert.Contains(findings, f => !f.IsError && f.Text.Contains("sVC.scaleFactor is 0", StringComparison.Ordinal));
    }

    private static string Svc(string name, string factor, string offset) => factor.Length == 0 ? "" : $"<SDI name=\"{name}\"><DAI name=\"scaleFactor\"><Val>{factor}</Val></DAI><DAI name=\"offset\"><Val>{offset}</Val></DAI></SDI>";

    private static ProcessValue Evaluate(string attribute, double measured, string scaling, string? part = null)
    {
        var leaf = $"<DAI name=\"i\" sAddr=\"d/W\"/>";
        var binding = BindingOf($"<DOI name=\"D\"><SDI name=\"{attribute}\">{(part is null ? leaf : $"<SDI name=\"{part}\">{leaf}</SDI>")}</SDI>{scaling}</DOI>", part is null ? "M" : "X");
        return binding.Evaluate(new Dictionary<(string, string), Reading> { [("d", "W")] = new("W", new(measured, null, false), Quality.Good, DateTimeOffset.UnixEpoch) })!.Value;
    }

    private static Binding BindingOf(string instance, string type, List<SiteFinding>? findings = null)
    {
        var scl = $"""
            <SCL xmlns="http://www.iec.ch/61850/2003/SCL" xmlns:da="urn:der-agent:scl:1"><IED name="I"><Private type="DerAgent:Devices"><da:Device name="d" profile="p" url="modbus-tcp://127.0.0.1:502?unit=1"/></Private>
            <AccessPoint name="A"><Server><LDevice inst="L"><LN0 lnClass="LLN0" inst="" lnType="Z">{instance}</LN0></LDevice></Server></AccessPoint></IED>
            <DataTypeTemplates><LNodeType id="Z" lnClass="LLN0"><DO name="D" type="{type}"/></LNodeType>
            <DOType id="M" cdc="MV"><DA name="mag" fc="MX" bType="Struct" type="A"/><DA name="units" fc="CF" bType="Struct" type="U"/><DA name="sVC" fc="CF" bType="Struct" type="S"/></DOType>
            <DOType id="X" cdc="CMV"><DA name="cVal" fc="MX" bType="Struct" type="V"/><DA name="magSVC" fc="CF" bType="Struct" type="S"/><DA name="angSVC" fc="CF" bType="Struct" type="S"/></DOType>
            <DOType id="C" cdc="APC"><DA name="ctlVal" fc="CO" bType="Struct" type="A"/><DA name="sVC" fc="CF" bType="Struct" type="S"/></DOType>
            <DAType id="A"><BDA name="i" bType="INT32"/></DAType><DAType id="V"><BDA name="mag" bType="Struct" type="A"/><BDA name="ang" bType="Struct" type="A"/></DAType>
            <DAType id="S"><BDA name="scaleFactor" bType="FLOAT32"/><BDA name="offset" bType="FLOAT32"/></DAType><DAType id="U"><BDA name="SIUnit" bType="Enum" type="E"/></DAType>
            <EnumType id="E"><EnumVal ord="62">W</EnumVal></EnumType></DataTypeTemplates></SCL>
            """;
        var model = SclLoader.Load(new MemoryStream(Encoding.UTF8.GetBytes(scl)), "site.cid").Model!;
        return Assert.Single(BindingTable.Of([model], new Dictionary<string, DeviceProfile> { ["d"] = Profile.Profile! }, findings ?? []).All);
    }
}
