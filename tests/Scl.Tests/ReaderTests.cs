using System.Text;
using DerAgent.Model;

namespace DerAgent.Scl.Tests;

/// <summary>What real files have: encodings, prefixes, extensions, arrays, setting groups, several servers.</summary>
public sealed class ReaderTests
{
    public ReaderTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Fact]
    public void The_small_file_is_clean()
    {
        var load = SclText.Load(SclText.Small);
        Assert.Empty(load.Findings);
        Assert.NotNull(load.Model);
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("iso-8859-1", false)]
    [InlineData("windows-1252", false)]
    [InlineData("us-ascii", false)]
    public void Every_encoding_is_read(string name, bool mark)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = SclText.Small.Replace("encoding=\"UTF-8\"", $"encoding=\"{(name.StartsWith("utf-16", StringComparison.Ordinal) ? "utf-16" : name)}\"", StringComparison.Ordinal);
        var expected = "T1";
        if (name != "us-ascii")
        {
            text = text.Replace("<Header id=\"t\"/>", "<Header id=\"Stra\u00DFe\"/>", StringComparison.Ordinal).Replace("name=\"T1\"", "name=\"T1\" manufacturer=\"M\u00FCller\"", StringComparison.Ordinal);
        }

        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
        var model = SclText.Load(bytes).Model!;
        Assert.Equal(expected, model.Name);
        Assert.Equal(name == "us-ascii" ? "" : "M\u00FCller", model.Identity.Manufacturer);
    }

    [Theory]
    [InlineData("encoding=\"UTF-8\"", "encoding=\"no-such-thing\"", new byte[0])]
    [InlineData("id=\"t\"", "id=\"t\"", new byte[] { 0xC3, 0x28 })]
    [InlineData("id=\"t\"", "id=\"t\"", new byte[] { 0xFF, 0xFE, 0x00 })]
    public void Text_that_cannot_be_decoded_is_a_finding(string old, string now, byte[] garbage)
    {
        var text = Encoding.UTF8.GetBytes(SclText.Small.Replace(old, now, StringComparison.Ordinal));
        var at = Encoding.UTF8.GetString(text).IndexOf("<IED", StringComparison.Ordinal);
        var finding = Assert.Single(SclText.Load([.. text[..at], .. garbage, .. text[at..]]).Findings);
        Assert.Equal((SclCodes.NotXml, SclSeverity.Error), (finding.Code, finding.Severity));
        Assert.True(finding.Line > 0);
    }

    [Theory] // SubNetwork type 8-XMPP, 8-MMS and none
    [InlineData(" type=\"8-XMPP\"")]
    [InlineData(" type=\"8-MMS\"")]
    [InlineData("")]
    public void Address_parameters_are_read_from_any_subnetwork(string type)
    {
        var text = SclText.Small.Replace("</Communication>", $"<SubNetwork name=\"n\"{type}><ConnectedAP iedName=\"T1\" apName=\"AP1\"><Address><P type=\"JID\">t1@example.net/IEC</P><P type=\"IP\">10.0.0.1</P></Address></ConnectedAP></SubNetwork></Communication>", StringComparison.Ordinal);
        var load = SclText.Load(text);
        Assert.Empty(load.Findings);
        Assert.Equal(("t1@example.net/IEC", "10.0.0.1"), (load.Model!.Address["JID"], load.Model.Address["IP"]));
    }

    [Fact]
    public void ProtNs_and_valImport_are_for_tools_and_valKind_is_kept()
    {
        var text = SclText.Small.Replace("<DAType id=\"Oper\">", "<DAType id=\"Oper\"><ProtNs type=\"8-MMS\">IEC 61850-8-1:2003</ProtNs>", StringComparison.Ordinal)
            .Replace("<DAI name=\"ctlModel\">", "<DAI name=\"ctlModel\" valKind=\"RO\" valImport=\"true\">", StringComparison.Ordinal)
            .Replace("<DA name=\"n\" fc", "<DA name=\"n\" valKind=\"Conf\" fc", StringComparison.Ordinal);
        var load = SclText.Load(text);
        Assert.Empty(load.Findings);
        ValueKind Kind(string reference) => load.Model!.Slots.Single(s => s.Reference == reference).ValueKind;
        Assert.Equal(ValueKind.ReadOnly, Kind("T1LD0/GGIO1$CF$SPCSO1$ctlModel"));
        Assert.Equal(ValueKind.Conf, Kind("T1LD0/GGIO1$CF$Har$n"));
        Assert.Equal(ValueKind.Set, Kind("T1LD0/LLN0$CF$Mod$ctlModel"));
        Assert.Contains(SclText.Load(text.Replace("\"RO\"", "\"Odd\"", StringComparison.Ordinal)).Findings, f => f.Code == SclCodes.BadAttribute && f.Text.Contains("Odd", StringComparison.Ordinal));
    }

    [Fact] // defaults of the schema: gi and bufOvfl are on, all else off
    public void Options_of_a_report_have_the_defaults_of_the_schema()
    {
        var report = SclText.Load(SclText.Small).Model!.LogicalDevices[0].LogicalNode("LLN0")!.ReportControls[0];
        Assert.Equal(TriggerConditions.DataChange | TriggerConditions.GeneralInterrogation, report.TriggerOptions);
        Assert.Equal(OptionalFields.BufferOverflow, report.OptionalFields);
    }

    [Fact]
    public void Services_bound_what_the_server_offers()
    {
        var bounded = SclText.Load(SclText.Small.Replace("<ReportSettings datSet=\"Conf\"/>", "<DynAssociation max=\"3\"/><DynDataSet max=\"2\" maxAttributes=\"7\"/><ReportSettings datSet=\"Conf\" rptID=\"Dyn\" resvTms=\"true\"/>", StringComparison.Ordinal)).Model!.Capabilities;
        Assert.Equal((3, 2, 7), (bounded.Associations, bounded.DynamicDataSets, bounded.DynamicDataSetMembers));
        Assert.Equal((SettingAccess.Configured, SettingAccess.Dynamic, true, false), (bounded.ReportDataSet, bounded.ReportId, bounded.ReportReservationTime, bounded.ReportOwner));
        Assert.Equal(0, SclText.Load(SclText.Small).Model!.Capabilities.DynamicDataSets);
    }

    [Fact]
    public void Any_prefix_of_the_namespace_is_read_and_foreign_elements_are_passed_over()
    {
        var text = System.Text.RegularExpressions.Regex.Replace(SclText.Small, "<(?<close>/?)(?=[A-Za-z])", "<${close}s:", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        text = text.Replace("<s:SCL xmlns=", "<s:SCL xmlns:x=\"urn:x\" xmlns:s=", StringComparison.Ordinal);
        text = text.Replace("<s:Header id=\"t\"/>", "<s:Header id=\"t\"/><x:Extra x:a=\"1\"><x:IED name=\"no\"/></x:Extra><s:Private type=\"Maker:Stuff\"><x:Deep><x:Deeper/></x:Deep></s:Private>", StringComparison.Ordinal);
        Assert.Equal(SclText.Load(SclText.Small).Model!.Slots.Select(s => s.Reference), SclText.Load(text).Model!.Slots.Select(s => s.Reference));
    }

    [Fact]
    public void A_DTD_is_refused_and_nothing_of_it_expanded()
    {
        var bomb = SclText.Small.Replace("<SCL ", "<!DOCTYPE SCL [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n<SCL ", StringComparison.Ordinal).Replace("id=\"t\"", "id=\"&b;\"", StringComparison.Ordinal);
        var load = SclText.Load(bomb);
        var finding = Assert.Single(load.Findings);
        Assert.Equal((SclCodes.NotXml, 2), (finding.Code, finding.Line));
        Assert.Contains("DTD", finding.Text, StringComparison.Ordinal);
        Assert.Null(load.Model);
    }

    [Fact] // IEC 61850-6 §9.5.4.2: count may name a sibling attribute
    public void Arrays_have_as_many_elements_as_their_sibling_says_and_values_by_index()
    {
        var har = SclText.Load(SclText.Small).Model!.LogicalDevices[0].LogicalNode("GGIO1")!.Constraint(FunctionalConstraint.MX)!.Child("Har")!.Child("har")!;
        Assert.True(har.IsArray);
        Assert.Equal(["(0)", "(1)", "(2)"], har.Children.Select(c => c.Name));
        Assert.Equal(7, har.Children[1].Children[0].InitialValue.AsDouble());
        Assert.Equal(DataKind.None, har.Children[0].Children[0].InitialValue.Kind);
    }

    [Fact]
    public void Setting_groups_have_their_values_and_the_active_one_shows()
    {
        var leaf = SclText.Load(SclText.Small).Model!.Slots.Single(s => s.Reference == "T1LD0/GGIO1$SG$Set$setMag$f");
        Assert.Equal(2.5, leaf.InitialValue.AsDouble());
        Assert.Equal([1.5, 2.5, 3.5], leaf.GroupValues.OrderBy(g => g.Key).Select(g => g.Value.AsDouble()));
    }

    [Fact]
    public void Report_instances_are_numbered_and_the_first_belongs_to_its_client()
    {
        var reports = SclText.Load(SclText.Small).Model!.LogicalDevices[0].LogicalNode("LLN0")!.ReportControls;
        Assert.Equal(["rcb01", "rcb02"], reports.Select(r => r.Name));
        Assert.Equal([["c1@dso.example"], []], reports.Select(r => r.Clients.ToArray()));
    }

    [Theory] // who it is for stands in the file, or the block is for nobody in particular
    [InlineData("iedName=\"C1\" ldInst=\"x\"", "iedName=\"C1\" apRef=\"S1\" ldInst=\"x\"", "c1@dso.example")]
    [InlineData("iedName=\"C1\" ldInst=\"x\"", "iedName=\"C1\" apRef=\"S2\" ldInst=\"x\"", null)]
    [InlineData("iedName=\"C1\" ldInst=\"x\"", "iedName=\"c2@dso.example/IEC\" ldInst=\"x\"", "c2@dso.example/IEC")]
    [InlineData("iedName=\"C1\" apName", "iedName=\"C3\" apName", null)]
    public void The_client_of_a_report_block_is_known_by_its_JID(string from, string to, string? jid)
    {
        var load = SclText.Load(SclText.Small.Replace(from, to, StringComparison.Ordinal));
        Assert.Equal(jid is null ? [] : [jid], load.Model!.LogicalDevices[0].LogicalNode("LLN0")!.ReportControls[0].Clients);
        Assert.Equal(jid is null, load.Findings.Any(f => f.Code == SclCodes.UnknownClient && f.Text.Contains("C1", StringComparison.Ordinal) && f.Line > 1));
    }

    [Fact]
    public void LDName_replaces_the_name_made_of_IED_and_inst()
    {
        var model = SclText.Load(SclText.Small.Replace("<LDevice inst=\"LD0\">", "<LDevice inst=\"LD0\" ldName=\"Plant_A\">", StringComparison.Ordinal)).Model!;
        Assert.Equal("Plant_A", Assert.Single(model.LogicalDevices).Name);
        Assert.Single(model.LogicalDevices[0].LogicalNode("LLN0")!.DataSets[0].Members);
    }

    [Fact]
    public void A_station_file_is_read_for_one_IED_and_needs_it_named()
    {
        var ied = SclText.Small[SclText.Small.IndexOf("<IED", StringComparison.Ordinal)..(SclText.Small.IndexOf("</IED>", StringComparison.Ordinal) + 6)];
        var station = SclText.Small.Replace("<DataTypeTemplates>", string.Concat(Enumerable.Range(2, 3).Select(i => ied.Replace("\"T1\"", $"\"T{i}\"", StringComparison.Ordinal))) + "<DataTypeTemplates>", StringComparison.Ordinal);
        Assert.Equal(SclCodes.SeveralServers, Assert.Single(SclText.Load(station).Findings).Code);
        Assert.Equal("T3LD0", SclText.Load(station, new() { Ied = "T3" }).Model!.LogicalDevices[0].Name);
        Assert.Equal(["T1", "T2", "T3", "T4"], SclText.Inspect(station).Servers.Select(s => s.Inventory.Ied!));
        Assert.Equal(SclCodes.NoServer, Assert.Single(SclText.Load(station, new() { Ied = "T9" }).Findings).Code);
    }

    [Fact]
    public void ServerAt_lends_the_server_of_another_access_point()
    {
        var text = SclText.Small.Replace("</AccessPoint>", "</AccessPoint><AccessPoint name=\"AP2\"><ServerAt apName=\"AP1\"/></AccessPoint><AccessPoint name=\"AP3\"><ServerAt apName=\"none\"/></AccessPoint>", StringComparison.Ordinal);
        var lent = SclText.Load(text, new() { AccessPoint = "AP2" });
        Assert.Equal(("AP2", "AP1"), (lent.Model!.AccessPoint, lent.ServerAccessPoint));
        Assert.Contains("\"none\"", Assert.Single(SclText.Load(text, new() { AccessPoint = "AP3" }).Findings).Text, StringComparison.Ordinal);
        Assert.Single(SclText.Inspect(text).Servers);
    }

    [Fact]
    public void IEDs_nobody_asked_for_are_not_kept()
    {
        var ied = SclText.Small[SclText.Small.IndexOf("<IED", StringComparison.Ordinal)..(SclText.Small.IndexOf("</IED>", StringComparison.Ordinal) + 6)];
        var others = string.Concat(Enumerable.Range(0, 6_000).Select(i => ied.Replace("\"T1\"", $"\"X{i}\"", StringComparison.Ordinal)));
        var station = Encoding.UTF8.GetBytes(SclText.Small.Replace("<DataTypeTemplates>", others + "<DataTypeTemplates>", StringComparison.Ordinal));
        Assert.True(station.Length > 5_000_000);
        using var stream = new MemoryStream(station);
        var document = SclDocument.Read(stream, "X5999", new("t.scd"))!;
        Assert.Equal(6_001, document.Outline.Count);
        Assert.Equal("X5999", Assert.Single(document.Ieds)["name"]);
        Assert.NotNull(SclText.Load(station, new() { Ied = "X5999" }).Model);
    }
}
