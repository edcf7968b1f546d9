using DerAgent.Model;
using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>Our own file, and what the reader says of broken ones.</summary>
public sealed class OwnFileTests
{
    private static string Own => Path.Combine(Corpus.Root, "scl", "pv-inverter.cid");

    [Fact]
    public void Our_file_loads_without_a_finding_and_holds_what_it_should()
    {
        var load = SclLoader.Load(Own);
        Assert.Empty(load.Findings);
        var model = load.Model!;
        Assert.Equal("pv1@example.net/IEC", model.Address["JID"]);
        Assert.Equal(new DeviceDeclaration("inv1", "sunspec-inverter", "modbus-tcp://192.168.1.20:502?unit=1"), Assert.Single(model.Devices));
        var lln0 = model.LogicalDevice("PV1LD0")!.LogicalNode("LLN0")!;
        Assert.Contains(lln0.ReportControls, r => r.Buffered);
        Assert.Contains(lln0.ReportControls, r => !r.Buffered);
        Assert.Single(lln0.LogControls);
        Assert.NotNull(lln0.SettingControl);
        var models = model.Slots.Where(s => s.Name == "ctlModel").Select(s => s.InitialValue.AsInteger()).Distinct().Order();
        Assert.Equal([0, 1, 2, 3, 4], models);
    }

    [Fact] // IEC 61850-6 schema 2007B4
    public void Our_file_is_valid_against_the_schema()
    {
        var settings = new System.Xml.XmlReaderSettings { ValidationType = System.Xml.ValidationType.Schema };
        settings.Schemas.XmlResolver = new System.Xml.XmlUrlResolver();
        settings.Schemas.Add(null, Corpus.Path("xsd", "2007B4", "SCL.xsd"));
        var faults = new List<string>();
        settings.ValidationEventHandler += (_, e) => faults.Add($"{e.Exception.LineNumber}: {e.Message}");
        using var reader = System.Xml.XmlReader.Create(Own, settings);
        while (reader.Read())
        {
        }

        Assert.Empty(faults);
    }

    [Theory] // the corpus's broken files: an error that names the cause and the place
    [InlineData("os-parsererror.iid", SclCodes.NotXml)]
    [InlineData("os-invalid.iid", SclCodes.NoServer)]
    [InlineData("os-invalid2007B.scd", SclCodes.NoServer)]
    [InlineData("os-templateerrors.scd", SclCodes.NoServer)]
    [InlineData("le-errors.icd", SclCodes.MissingAttribute)]
    [InlineData("os-multipleied.scd", SclCodes.SeveralServers)]
    public void A_broken_file_gets_an_error_with_its_place(string file, string code)
    {
        var load = SclLoader.Load(Corpus.Path("scl", "public", file));
        Assert.Null(load.Model);
        var finding = Assert.Single(load.Findings, f => f.Severity == SclSeverity.Error);
        Assert.Equal(code, finding.Code);
        Assert.True(finding is { Line: > 0, Column: > 0 });
        Assert.NotEqual("", finding.Remedy);
    }

    [Theory]
    [InlineData("<!DOCTYPE SCL [<!ENTITY a \"b\">]><SCL/>", SclCodes.NotXml)]
    [InlineData("<html/>", SclCodes.NotScl)]
    [InlineData("<SCL xmlns=\"http://www.iec.ch/61850/2003/SCL\"><IED name=\"x\">", SclCodes.NotXml)]
    public void What_is_no_SCL_is_refused(string xml, string code) =>
        Assert.Equal(code, Assert.Single(SclLoader.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(xml)), "x").Findings).Code);

    [Fact]
    public void A_missing_file_is_a_finding() => Assert.Equal(SclCodes.NoFile, Assert.Single(SclLoader.Load("none.cid").Findings).Code);
}
