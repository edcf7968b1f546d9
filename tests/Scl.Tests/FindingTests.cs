using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>Each mistake has its code, its place and a sentence that names the cause; what is left is served.</summary>
public sealed class FindingTests
{
    [Theory]
    [InlineData("type=\"MV\"/>", "type=\"Gone\"/>", SclCodes.UnresolvedType, "\"Gone\"", true)]
    [InlineData("lnType=\"P\"", "lnType=\"Gone\"", SclCodes.UnresolvedType, "\"Gone\"", true)]
    [InlineData("bType=\"FLOAT32\"", "bType=\"FLOAT99\"", SclCodes.UnknownType, "FLOAT99", true)]
    [InlineData("name=\"stVal\" fc=\"ST\" bType=\"BOOLEAN\"", "name=\"stVal\" fc=\"XX\" bType=\"BOOLEAN\"", SclCodes.UnknownType, "\"XX\"", true)]
    [InlineData("<DO name=\"AnIn1\" type=\"MV\"/>", "<DO name=\"AnIn1\" type=\"MV\"/><DO name=\"AnIn1\" type=\"MV\"/>", SclCodes.DuplicateName, "AnIn1", true)]
    [InlineData("inst=\"1\" lnType=\"G\"", "inst=\"1\" prefix=\"AVeryLongPrefix\" lnType=\"G\"", SclCodes.NameTooLong, "16 characters", true)]
    [InlineData("lnClass=\"GGIO\" inst", "lnClass=\"GG-IO\" inst", SclCodes.BadName, "\"-\"", true)]
    [InlineData("<Val>7</Val>", "<Val>seven</Val>", SclCodes.BadValue, "\"seven\"", true)]
    [InlineData("<DOI name=\"Har\">", "<DOI name=\"Hra\">", SclCodes.InstanceWithoutType, "\"Hra\"", true)]
    [InlineData("count=\"n\"", "count=\"70000\"", SclCodes.BadCount, "70000", true)]
    [InlineData("doName=\"AnIn1\" fc=\"MX\"", "doName=\"AnIn9\" fc=\"MX\"", SclCodes.UnresolvedMember, "AnIn9", true)]
    [InlineData("datSet=\"Ds\"", "datSet=\"Sd\"", SclCodes.UnknownDataSet, "\"Sd\"", true)]
    [InlineData(" datSet=\"Ds\"", "", SclCodes.NoDataSet, "no data set", true)]
    [InlineData("confRev=\"1\"", "confRev=\"one\"", SclCodes.BadAttribute, "\"one\"", true)]
    [InlineData("maxAttributes=\"4\"", "maxAttributes=\"0\"", SclCodes.OverLimit, "allows 0", true)]
    [InlineData("actSG=\"2\"", "actSG=\"9\"", SclCodes.BadSettingControl, "\"9\"", true)]
    [InlineData("sGroup=\"3\"", "sGroup=\"4\"", SclCodes.BadSettingControl, "\"4\"", true)]
    [InlineData("<LN lnClass=\"LPHD\" inst=\"1\" lnType=\"P\"/>", "", SclCodes.MissingNode, "LPHD", true)]
    [InlineData("<DO name=\"Beh\" type=\"ENS\"/><DO name=\"AnIn1\"", "<DO name=\"AnIn1\"", SclCodes.MissingDataObject, "Beh", true)]
    [InlineData("cdc=\"MV\"><DA name=\"mag\" fc=\"MX\" bType=\"Struct\" type=\"AV\" dchg=\"true\"/>", "cdc=\"MV\">", SclCodes.MissingDataAttribute, "mag", true)]
    [InlineData("<DO name=\"AnIn1\" type=\"MV\"/>", "<DO name=\"AnIn1\" type=\"SPS\"/>", SclCodes.WrongClass, "MV", true)]
    [InlineData("<DA name=\"q\" fc=\"MX\" bType=\"Quality\"", "<DA name=\"q\" fc=\"MX\" bType=\"INT16\"", SclCodes.WrongAttribute, "Quality", true)]
    [InlineData("<DA name=\"Oper\" fc=\"CO\" bType=\"Struct\" type=\"Oper\"/>", "", SclCodes.ControlModel, "no Oper", true)]
    [InlineData("<Val>direct-with-normal-security</Val>", "<Val>sbo-with-normal-security</Val>", SclCodes.ControlModel, "no SBO", true)]
    [InlineData("<DOI name=\"Har\">", "<DOI name=\"Set\"/><DOI name=\"Har\">", SclCodes.DuplicateName, "\"Set\" stands twice", true)]
    [InlineData("<DAI name=\"f\"><Val>7</Val></DAI>", "<DAI name=\"f\"><Val>7</Val></DAI><DAI name=\"f\"><Val>8</Val></DAI>", SclCodes.DuplicateName, "the last one counts", true)]
    [InlineData("<SDI name=\"har\" ix=\"1\">", "<SDI name=\"har\" ix=\"3\">", SclCodes.InstanceWithoutType, "har has the elements 0 to 2", true)]
    [InlineData("<SDI name=\"setMag\">", "<SDI name=\"setMag\" ix=\"0\">", SclCodes.InstanceWithoutType, "setMag is no array", true)]
    [InlineData("<DAI name=\"ctlModel\"><Val>direct-with-normal-security</Val></DAI>", "<SDI name=\"ctlModel\"/>", SclCodes.InstanceWithoutType, "without components", true)]
    [InlineData("<SDI name=\"setMag\">", "<DAI name=\"setMag\"><Val>1</Val></DAI><SDI name=\"setMag\">", SclCodes.DuplicateName, "\"setMag\"", true)]
    [InlineData("count=\"n\"", "count=\"m\"", SclCodes.BadCount, "\"m\" names no attribute with a number", true)]
    [InlineData("bType=\"INT16U\"><Val>3</Val></DA>", "bType=\"INT16U\"/>", SclCodes.BadCount, "\"n\" names no attribute with a number", true)]
    [InlineData("<Server><Authentication/>", "<Server><LN lnClass=\"GGIO\" inst=\"9\" lnType=\"G\"/><Authentication/>", SclCodes.Misplaced, "<LN> stands in <Server>", true)]
    [InlineData("<DataTypeTemplates>", "<LNodeType id=\"X\" lnClass=\"GGIO\"/><DataTypeTemplates>", SclCodes.Misplaced, "<LNodeType> stands in <SCL>", true)]
    [InlineData("<TrgOps dchg=\"true\"/>", "<TrgOps dchg=\"true\"/><TrgOps/>", SclCodes.DuplicateName, "A second <TrgOps> in <ReportControl>", true)]
    [InlineData("</DataTypeTemplates>", "</DataTypeTemplates><DataTypeTemplates/>", SclCodes.DuplicateName, "A second <DataTypeTemplates>", true)]
    [InlineData("<SettingControl numOfSGs=\"3\" actSG=\"2\"/>", "", SclCodes.BadSettingControl, "has no SettingControl", true)]
    [InlineData("<LN lnClass=\"LPHD\" inst=\"1\"", "<LN lnClass=\"LPHD\"", SclCodes.MissingAttribute, "no inst", true)]
    [InlineData("iedName=\"C1\" apName=\"S1\"", "iedName=\"T1\" apName=\"S1\"", SclCodes.BadAddress, "\"S1\", which T1 does not have", true)]
    [InlineData("<P type=\"JID\">c1@dso.example</P>", "<P type=\"JID\">c1@dso.example</P><P type=\"JID\">c2@dso.example</P>", SclCodes.BadAddress, "two JIDs", true)]
    [InlineData("</SubNetwork>", "<ConnectedAP iedName=\"T1\" apName=\"AP1\"><Address><P type=\"JID\">c1@dso.example</P></Address></ConnectedAP></SubNetwork>", SclCodes.BadAddress, "another access point already", true)]
    [InlineData("<ClientLN iedName=\"C1\"", "<ClientLN iedName=\"C9\"", SclCodes.UnknownClient, "C9, an IED that the file does not have", true)]
    [InlineData("<ClientLN iedName=\"C1\" ldInst=\"x\" lnClass=\"ITCI\"/>", "<ClientLN iedName=\"T1\" ldInst=\"LD0\" lnClass=\"ITCI\" lnInst=\"1\"/>", SclCodes.UnknownClient, "LD0/ITCI1 of T1, a logical node that it does not have", true)]
    [InlineData("confRev=\"1\"", "confRev=\"0\"", SclCodes.BlockSettings, "confRev is 0", true)]
    [InlineData(" confRev=\"1\"", "", SclCodes.BlockSettings, "confRev is missing", true)]
    [InlineData("buffered=\"true\">", "buffered=\"true\" intgPd=\"1000\">", SclCodes.BlockSettings, "no integrity trigger", true)]
    [InlineData("<TrgOps dchg=\"true\"/>", "<TrgOps dchg=\"true\" period=\"true\"/>", SclCodes.BlockSettings, "no intgPd", true)]
    [InlineData("buffered=\"true\"><TrgOps", "buffered=\"true\" rptID=\"R\"><TrgOps dchg=\"true\"/></ReportControl><ReportControl name=\"b\" rptID=\"R\" datSet=\"Ds\" confRev=\"1\"><TrgOps", SclCodes.BlockSettings, "rptID=\"R\" is that of", true)]
    [InlineData("<SettingGroups><SGEdit/></SettingGroups>", "", SclCodes.BadSettingControl, "Services has no SGEdit", true)]
    [InlineData("type=\"AV\" dchg=\"true\"/></DOType>\n    <DOType id=\"SPC\"", "type=\"AV\" dchg=\"true\"/><DA name=\"minVal\" fc=\"CF\" bType=\"FLOAT32\"><Val>2</Val></DA></DOType>\n    <DOType id=\"SPC\"", SclCodes.BadValue, "The value 1.5 is below minVal 2", true)]
    [InlineData("type=\"AV\" dchg=\"true\"/></DOType>\n    <DOType id=\"SPC\"", "type=\"AV\" dchg=\"true\"/><DA name=\"maxVal\" fc=\"CF\" bType=\"FLOAT32\"><Val>3</Val></DA></DOType>\n    <DOType id=\"SPC\"", SclCodes.BadValue, "The value 3.5 is above maxVal 3", true)]
    [InlineData("type=\"AV\" dchg=\"true\"/></DOType>\n    <DOType id=\"SPC\"", "type=\"AV\" dchg=\"true\"/><DA name=\"stepSize\" fc=\"CF\" bType=\"FLOAT32\"><Val>0.4</Val></DA></DOType>\n    <DOType id=\"SPC\"", SclCodes.BadValue, "The value 1.5 is no step of stepSize 0.4", true)]
    [InlineData("<Val>direct-with-normal-security</Val>", "<Val>sbo-with-normal-security</Val>", SclCodes.ControlModel, "needs sboTimeout", true)]
    [InlineData("<LNodeType id=\"G\"", "<LNodeType id=\"Y\" lnClass=\"GGIO\"/><LNodeType id=\"X\" lnClass=\"GGIO\"/><LNodeType id=\"G\"", SclCodes.UnusedType, "Nothing uses 2 LNodeTypes; the first is \"Y\"", true)]
    [InlineData("<IED name=\"T1\">", "<IED name=\"1T\">", SclCodes.BadName, "\"1T\" is no name of an IED", true)]
    [InlineData("<AccessPoint name=\"AP1\">", "<AccessPoint>", SclCodes.MissingAttribute, "AccessPoint has no name", false)]
    [InlineData("<IED name=\"T1\">", "<IED>", SclCodes.MissingAttribute, "IED has no name", false)]
    [InlineData("</SCL>", "", SclCodes.NotXml, "well-formed", false)]
    [InlineData("SCL", "LCS", SclCodes.NotScl, "<LCS>", false)]
    [InlineData("<Server>", "<Server-less>", SclCodes.NotXml, "well-formed", false)]
    public void A_mistake_is_told_at_its_place(string good, string bad, string code, string about, bool isServed)
    {
        var text = SclText.Small.Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(SclText.Small, text);
        var load = SclText.Load(text);
        var finding = (code == SclCodes.UnusedType ? SclText.Inspect(text).Findings : load.Findings).FirstOrDefault(f => f.Code == code && (f.Text + f.Reference).Contains(about, StringComparison.Ordinal));
        Assert.True(finding is not null, string.Join('\n', load.Findings));
        Assert.True(finding.Line > 0 && finding.Column > 0 && finding.Remedy.Length > 0);
        Assert.Equal(isServed, load.Model is not null);

        // The inspector says the same; that nothing uses a type is a matter of the whole file.
        Assert.Contains(SclText.Inspect(text).Findings, f => f.Code == code);
    }

    [Fact] // a number for each instance, which the type leaves open
    public void The_size_of_an_array_may_stand_in_the_instance()
    {
        var load = SclText.Load(SclText.Small.Replace("bType=\"INT16U\"><Val>3</Val></DA>", "bType=\"INT16U\"/>", StringComparison.Ordinal).Replace("<DOI name=\"Har\">", "<DOI name=\"Har\"><DAI name=\"n\"><Val>5</Val></DAI>", StringComparison.Ordinal));
        Assert.DoesNotContain(load.Findings, f => f.Code == SclCodes.BadCount);
        Assert.Equal(5, load.Model!.LogicalDevices[0].LogicalNode("GGIO1")!.DataObject("Har")!.Nodes.Single(n => n.Fc == Model.FunctionalConstraint.MX).Child("har")!.Children.Count);
    }

    [Fact] // one cause, one finding
    public void A_faulty_type_names_all_objects_that_lose_something()
    {
        var text = SclText.Small.Replace("<DO name=\"AnIn1\" type=\"MV\"/>", string.Concat(Enumerable.Range(1, 6).Select(i => $"<DO name=\"AnIn{i}\" type=\"MV\"/>")), StringComparison.Ordinal).Replace("name=\"t\" fc=\"MX\" bType=\"Timestamp\"", "name=\"t\" fc=\"MX\" bType=\"Time\"", StringComparison.Ordinal);
        var finding = Assert.Single(SclText.Load(text).Findings, f => f.Code == SclCodes.UnknownType);
        Assert.Equal("T1LD0/GGIO1.AnIn1.t", finding.Reference);
        Assert.Equal(Enumerable.Range(2, 5).Select(i => $"T1LD0/GGIO1.AnIn{i}.t"), finding.Also);
        Assert.EndsWith("So have T1LD0/GGIO1.AnIn2.t, T1LD0/GGIO1.AnIn3.t, T1LD0/GGIO1.AnIn4.t and 2 more.", finding.ToString(), StringComparison.Ordinal);
    }

    [Fact] // arrays of arrays of structures without components: nothing to serve, and no end of it
    public void Arrays_of_nothing_come_to_an_end()
    {
        var text = SclText.Small.Replace("<DO name=\"AnIn1\" type=\"MV\"/>", "<DO name=\"AnIn1\" type=\"Deep\"/>", StringComparison.Ordinal).Replace("<DAType id=\"AV\">", "<DOType id=\"Deep\" cdc=\"MV\"><DA name=\"a\" fc=\"MX\" bType=\"Struct\" type=\"D1\" count=\"65535\"/></DOType><DAType id=\"D1\"><BDA name=\"b\" bType=\"Struct\" type=\"D2\" count=\"65535\"/></DAType><DAType id=\"D2\"><BDA name=\"c\" bType=\"Struct\" type=\"D3\" count=\"65535\"/></DAType><DAType id=\"D3\"/><DAType id=\"AV\">", StringComparison.Ordinal);
        Assert.Contains(SclText.Load(text).Findings, f => f.Code == SclCodes.TooLarge);
        Assert.Contains(SclText.Inspect(text).Findings, f => f.Code == SclCodes.TooLarge);
    }

    [Fact]
    public void Where_nothing_is_left_what_is_missing_is_an_error()
    {
        var inspection = SclInspector.Inspect(Corpus.Path("scl", "public", "of-broken.scd"));
        var errors = inspection.Findings.Where(f => f.Severity == SclSeverity.Error).ToList();
        Assert.All(new[] { "MISSING_DOType", "NONEXISTENT_TYPE", "missing_ds" }, name => Assert.Contains(errors, e => e.Text.Contains(name, StringComparison.Ordinal) && e.Line is >= 8 and <= 17));
    }

    [Theory]
    [InlineData("le-complex.icd", SclCodes.UnresolvedMember, 4)]
    [InlineData("le-errors.icd", SclCodes.MissingAttribute, 1)]
    [InlineData("os-parsererror.iid", SclCodes.NotXml, 1)]
    [InlineData("os-invalid.iid", SclCodes.NoServer, 1)]
    [InlineData("os-templateerrors.scd", SclCodes.NoServer, 1)]
    public void Files_with_known_faults_say_them(string file, string code, int count) =>
        Assert.Equal(count, SclInspector.Inspect(Corpus.Path("scl", "public", file)).Findings.Count(f => f.Code == code));

    [Theory] // with devices, mandatory data must be fed, and declarations must be whole
    [InlineData(" sAddr=\"inv1/PVState\"", "", SclCodes.UnboundData, "PVCtlSt")]
    [InlineData("profile=\"sunspec-inverter\"", "", SclCodes.BadPrivate, "no profile")]
    [InlineData("<da:Device ", "<da:Gadget ", SclCodes.BadPrivate, "Gadget")]
    [InlineData("<DOI name=\"Pos\">", "<DOI name=\"Pos\"><Private type=\"DerAgent:Control\">position nothing</Private>", SclCodes.BadPrivate, "position nothing")]
    [InlineData("<DOI name=\"Pos\">", "<DOI name=\"Pos\"><Private type=\"DerAgent:Control\"> </Private>", SclCodes.BadPrivate, "no check")]
    [InlineData("nameStructure=\"IEDName\"", "nameStructure=\"FuncName\"", SclCodes.NotServed, "FuncName")]
    public void What_a_site_lacks_is_told(string good, string bad, string code, string about)
    {
        var text = File.ReadAllText(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid")).Replace("<Header id=\"pv-inverter\"", "<Header id=\"pv-inverter\" nameStructure=\"IEDName\"", StringComparison.Ordinal);
        Assert.Empty(SclText.Load(text).Findings);
        Assert.Contains(SclText.Load(text.Replace(good, bad, StringComparison.Ordinal)).Findings, f => f.Code == code && f.Text.Contains(about, StringComparison.Ordinal) && f.Line > 0);
    }

    [Fact]
    public void A_template_used_often_is_found_faulty_once()
    {
        var text = SclText.Small.Replace("<DO name=\"AnIn1\" type=\"MV\"/>", string.Concat(Enumerable.Range(1, 20).Select(i => $"<DO name=\"AnIn{i}\" type=\"MV\"/>")), StringComparison.Ordinal).Replace("bType=\"FLOAT32\"", "bType=\"FLOAT99\"", StringComparison.Ordinal);
        Assert.Single(SclText.Load(text).Findings, f => f.Code == SclCodes.UnknownType);
    }

    [Fact]
    public void Counts_without_end_take_no_memory_without_end()
    {
        var text = SclText.Small.Replace("bType=\"FLOAT32\"/></DAType>", "bType=\"Struct\" type=\"B\" count=\"9999\"/></DAType><DAType id=\"B\"><BDA name=\"g\" bType=\"FLOAT32\" count=\"9999\"/></DAType>", StringComparison.Ordinal);
        var load = SclText.Load(text);
        Assert.Contains(load.Findings, f => f.Code == SclCodes.TooLarge && f.Severity == SclSeverity.Error);
        Assert.Null(load.Model);
    }

    [Fact]
    public void Types_in_types_without_end_take_no_stack()
    {
        var chain = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"<DOType id=\"C{i}\" cdc=\"MV\"><SDO name=\"s\" type=\"C{i + 1}\"/></DOType><DAType id=\"S{i}\"><BDA name=\"s\" bType=\"Struct\" type=\"S{i + 1}\"/></DAType>"));
        var text = SclText.Small.Replace("<DO name=\"AnIn1\" type=\"MV\"/>", "<DO name=\"AnIn1\" type=\"C0\"/>", StringComparison.Ordinal).Replace("<DAType id=\"AV\">", chain + "<DAType id=\"AV\"><BDA name=\"x\" bType=\"Struct\" type=\"S0\"/>", StringComparison.Ordinal);
        Assert.Contains(SclText.Load(text).Findings, f => f.Code == SclCodes.UnresolvedType && f.Text.Contains("more than 32", StringComparison.Ordinal));
        Assert.Single(SclText.Inspect(text, new() { NsdFolder = Directory.Exists(Path.Combine(Corpus.Root, "..", "shared")) ? Corpus.Path("nsd") : null }).Servers);
    }

    [Fact]
    public void Elements_in_elements_without_end_take_no_stack()
    {
        var text = SclText.Small.Replace("<DOI name=\"Har\">", "<DOI name=\"Har\">" + string.Concat(Enumerable.Repeat("<SDI name=\"a\">", 100_000)), StringComparison.Ordinal);
        var finding = Assert.Single(SclText.Load(text).Findings);
        Assert.Contains("nested deeper", finding.Text, StringComparison.Ordinal);
        Assert.True(finding.Line > 10);
    }

    [Fact]
    public void Arrays_of_arrays_of_nothing_take_no_time()
    {
        var text = SclText.Small.Replace("<DO name=\"AnIn1\" type=\"MV\"/>", "<DO name=\"AnIn1\" type=\"A\"/>", StringComparison.Ordinal)
            .Replace("<DOType id=\"LPL\"", "<DOType id=\"A\" cdc=\"X\"><SDO name=\"b\" type=\"B\" count=\"65535\"/></DOType><DOType id=\"B\" cdc=\"X\"><SDO name=\"c\" type=\"C\" count=\"65535\"/></DOType><DOType id=\"C\" cdc=\"X\"><SDO name=\"d\" type=\"D\" count=\"65535\"/></DOType><DOType id=\"D\" cdc=\"X\"/><DOType id=\"LPL\"", StringComparison.Ordinal);
        Assert.Contains(SclText.Inspect(text).Findings, f => f.Code == SclCodes.TooLarge);
        Assert.Null(SclText.Load(text).Model);
    }
}
