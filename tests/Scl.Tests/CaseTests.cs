using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>Small files, each the essence of something real that was read wrongly.</summary>
public sealed class CaseTests
{
    [Fact] // elements of other name spaces are other tools', whatever they are called
    public void What_stands_in_another_name_space_is_passed_over()
    {
        var load = Load("03b-foreign-namespace-same-name.icd");
        var device = Assert.Single(load.Model!.LogicalDevices);
        Assert.Equal(["LLN0", "LPHD1", "GGIO1"], device.LogicalNodes.Select(n => n.Name));
        Assert.Null(device.LogicalNode("GGIO1")!.DataObject("Secret"));
    }

    [Theory]
    [InlineData("<v:IED name=\"X\"><AccessPoint name=\"A\"><Server/></AccessPoint></v:IED><IED name=\"T1\">", "<IED name=\"T1\">")]
    [InlineData("<v:DataTypeTemplates><LNodeType id=\"Z\" lnClass=\"LLN0\"/></v:DataTypeTemplates><DataTypeTemplates>", "<DataTypeTemplates>")]
    [InlineData("<v:DataSet name=\"Ds\"/><DataSet name=\"Ds\">", "<DataSet name=\"Ds\">")]
    [InlineData("<v:Header id=\"other\"/><Header id=\"t\"/>", "<Header id=\"t\"/>")]
    [InlineData("<v:AccessPoint name=\"A0\"><Server/></v:AccessPoint><AccessPoint name=\"AP1\">", "<AccessPoint name=\"AP1\">")]
    [InlineData("<v:LDevice inst=\"X\"/><LDevice inst=\"LD0\">", "<LDevice inst=\"LD0\">")]
    public void Nothing_of_another_name_space_changes_anything(string with, string without)
    {
        Assert.Contains(without, SclText.Small, StringComparison.Ordinal);
        var plain = SclText.Load(SclText.Small);
        var other = SclText.Load(SclText.Small.Replace(without, with, StringComparison.Ordinal).Replace("<SCL ", "<SCL xmlns:v=\"urn:vendor:tool\" ", StringComparison.Ordinal));
        Assert.Equal(plain.Findings.Select(f => (f.Code, f.Text)), other.Findings.Select(f => (f.Code, f.Text)));
        Assert.Equal(plain.Model!.Slots.Select(s => s.Reference), other.Model!.Slots.Select(s => s.Reference));
    }

    [Fact] // any prefix is as good as none
    public void The_name_space_of_SCL_may_have_a_prefix()
    {
        var prefixed = System.Text.RegularExpressions.Regex.Replace(SclText.Small, "<(?<end>/?)(?=[A-Z])", "<${end}s:", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Replace("xmlns=\"http", "xmlns:s=\"http", StringComparison.Ordinal);
        var load = SclText.Load(prefixed);
        Assert.Equal(SclText.Load(SclText.Small).Model!.Slots.Select(s => s.Reference), load.Model!.Slots.Select(s => s.Reference));
        Assert.DoesNotContain(load.Findings, f => f.Code == SclCodes.NoNamespace);
    }

    [Fact] // tools of the first edition wrote such files
    public void A_file_without_a_name_space_is_read_with_one_warning_and_does_not_validate()
    {
        var finding = Assert.Single(Load("03d-no-namespace.icd").Findings, f => f.Code == SclCodes.NoNamespace);
        Assert.Equal((SclSeverity.Warning, 2), (finding.Severity, finding.Line));
        using var file = Open("03d-no-namespace.icd");
        var inspection = SclInspector.Inspect(file, "case", new() { SchemaFolder = Corpus.Path("xsd") });
        Assert.Single(inspection.Findings, f => f.Code == SclCodes.Schema && f.Line == 2);
    }

    [Fact] // a root with a prefix, and the rest without
    public void Elements_in_no_name_space_are_told_where_the_file_has_one()
    {
        var load = SclText.Load(SclText.Small.Replace("<SCL xmlns=\"http", "<s:SCL xmlns:s=\"http", StringComparison.Ordinal).Replace("</SCL>", "</s:SCL>", StringComparison.Ordinal));
        Assert.Contains("4 elements, <Header> the first, are in no name space", Assert.Single(load.Findings, f => f.Code == SclCodes.NoNamespace).Text, StringComparison.Ordinal);
        Assert.Null(load.Model);
    }

    [Fact]
    public void Another_language_with_a_root_of_that_name_is_not_SCL()
    {
        var load = SclText.Load(SclText.Small.Replace("http://www.iec.ch/61850/2003/SCL", "urn:somebody", StringComparison.Ordinal));
        Assert.Null(load.Model);
        Assert.Contains("urn:somebody", Assert.Single(load.Findings, f => f.Code == SclCodes.NotScl).Text, StringComparison.Ordinal);
    }

    [Fact] // IEC 61850 tissue 302: the index is that of the array in the path, wherever it stands
    public void An_index_belongs_to_the_array_in_the_path()
    {
        var load = Load("04-fcda-ix.cid");
        var members = load.Model!.LogicalDevices[0].LogicalNode("LLN0")!.DataSets.Single().Members;
        Assert.Equal(["MHAI1$MX$HA$phsAHar(3)", "MHAI1$MX$HA$phsAHar(3)$cVal$mag$f", "MHAI1$MX$HA$phsAHar(0)$q", "MHAI1$MX$HA$phsAHar(2)$cVal"], members.Select(m => m.Reference[(m.Reference.IndexOf('/', StringComparison.Ordinal) + 1)..]));
        var finding = Assert.Single(load.Findings, f => f.Code == SclCodes.UnresolvedMember);
        Assert.Equal(13, finding.Line);
        Assert.Contains("HA.phsAHar(9).cVal [MX]", finding.Text, StringComparison.Ordinal);
    }

    [Fact] // IEC 61850-7-3: the literals of both editions
    public void The_literals_of_Dbpos_are_those_of_both_editions()
    {
        var load = Load("01-dbpos-literals.icd");
        Assert.DoesNotContain(load.Findings, f => f.Code == SclCodes.BadValue);
        var leaf = new Model.AttributeType(Model.BasicType.BitString, 2, Model.CodedEnum.Dbpos);
        foreach (var (literal, bits) in new[] { ("intermediate", 0UL), ("intermediate-state", 0UL), ("off", 1UL), ("on", 2UL), ("bad", 3UL), ("bad-state", 3UL) })
        {
            Assert.True(ValueParser.TryParse(literal, leaf, out var value), literal);
            Assert.Equal((bits >> 1 & 1, bits & 1), ((ulong)(value.Bit(0) ? 1 : 0), (ulong)(value.Bit(1) ? 1 : 0)));
        }

        Assert.False(ValueParser.TryParse("off-state", leaf, out _));
        Assert.False(ValueParser.TryParse("bad-state", leaf with { Enumeration = Model.CodedEnum.Tcmd }, out _));
    }

    [Theory] // of the value of a file
    [InlineData("2026-11-26T06:00:00.123Z", "2026-11-26T06:00:00.123Z")]
    [InlineData("2026-11-26T07:00:00,999+01:00", "2026-11-26T06:00:00.999Z")]
    [InlineData("2026-11-26T06:00:00", "2026-11-26T06:00:00.000Z")]
    public void Time_stamps_keep_their_milliseconds(string text, string expected)
    {
        Assert.True(ValueParser.TryParse(text, Model.AttributeType.Timestamp, out var time));
        Assert.Equal(expected, Model.Timestamp.FromValue(time).ToString());
    }

    [Fact] // IEC 61850 tissue 615: what the type says counts where the logical node says nothing
    public void A_name_space_may_stand_in_the_template()
    {
        using var file = Open("11-lnns-in-template.cid");
        var inspection = SclInspector.Inspect(file, "case", new() { NsdFolder = Corpus.Path("nsd") });
        var finding = Assert.Single(inspection.Findings, f => f.Code == SclCodes.NsdUnknownClass);
        Assert.Equal(SclSeverity.Info, finding.Severity);
        Assert.Contains("Acme:2024", finding.Text, StringComparison.Ordinal);
    }

    [Theory] // blocks: what the file wants, what there can be, and what Services allows
    [InlineData("05a-buffered-not-indexed-max5.cid", SclCodes.OverLimit, 10, "one is served")]
    [InlineData("05c-maxbuf.cid", SclCodes.OverLimit, 4, "4 buffered report control blocks; Services allows 1")]
    [InlineData("17b-index-collision.cid", SclCodes.DuplicateName, 11, "\"r01\"")]
    [InlineData("18b-log-that-does-not-exist.cid", SclCodes.UnknownLog, 10, "\"Nowhere\" does not exist in D1/LLN0")]
    [InlineData("47-rptenabled-text.cid", SclCodes.BadAttribute, 10, "the text \"3\"")]
    public void Blocks_are_judged_against_each_other_and_Services(string file, string code, int line, string text)
    {
        var finding = Assert.Single(Load(file).Findings, f => f.Code == code);
        Assert.Equal((SclSeverity.Warning, line), (finding.Severity, finding.Line));
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_instances_of_one_name_the_first_one_is_served() =>
        Assert.Equal(["r01", "r02"], Load("17b-index-collision.cid").Model!.LogicalDevices[0].LogicalNode("LLN0")!.ReportControls.Select(r => r.Name));

    [Fact] // LogControl@ldInst
    public void A_log_may_be_in_another_logical_device()
    {
        var load = Load("18-log-in-other-ld.cid");
        Assert.Equal("PVD2/LLN0$Hist", load.Model!.LogicalDevices[0].LogicalNode("LLN0")!.LogControls.Single().LogReference);
        Assert.DoesNotContain(load.Findings, f => f.Code == SclCodes.UnknownLog);
    }

    [Theory] // what would be lost or wrong without a word
    [InlineData("10b-do-name-13-no-doi.cid", SclCodes.NameTooLong, "has 13 characters; 12 are allowed")]
    [InlineData("14-sgroup-without-settingcontrol.cid", SclCodes.BadSettingControl, "has no SettingControl")]
    [InlineData("23-connectedap-other-ied.icd", SclCodes.BadAddress, "\"TEMPLATE\", which is not in the file")]
    [InlineData("30-ln-without-inst-and-wrong-class.cid", SclCodes.MissingAttribute, "has no inst")]
    [InlineData("30-ln-without-inst-and-wrong-class.cid", SclCodes.WrongClass, "is of class MMXU, its LNodeType")]
    [InlineData("46-jid-not-a-jid.cid", SclCodes.BadAddress, "\"no jid, spaces\" is no JID: it has a space")]
    public void Nothing_is_lost_without_a_word(string file, string code, string text)
    {
        var finding = Assert.Single(Load(file).Findings, f => f.Code == code);
        Assert.Equal(SclSeverity.Warning, finding.Severity);
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Logical_nodes_inside_of_LN0_are_told()
    {
        var findings = Load("15-ln-inside-ln0.icd").Findings.Where(f => f.Code == SclCodes.Misplaced).ToList();
        Assert.Equal(2, findings.Count);
        Assert.All(findings, f => Assert.Contains("<LN> stands in <LN0>", f.Text, StringComparison.Ordinal));
    }

    [Theory] // what is right is not complained of: IEC 61850 tissue 949, and enumerations of the first edition
    [InlineData("10a-prefix-inst-12.cid", SclCodes.NameTooLong)]
    [InlineData("12-ed1-ins-enum.icd", SclCodes.WrongAttribute)]
    public void What_is_right_is_not_complained_of(string file, string code) => Assert.DoesNotContain(Load(file).Findings, f => f.Code == code);

    private static SclLoad Load(string file)
    {
        using var stream = Open(file);
        return SclLoader.Load(stream, file, new() { JidFault = static j => j.Contains(' ', StringComparison.Ordinal) ? "it has a space" : null });
    }

    private static FileStream Open(string file)
    {
        var path = Path.Combine(Path.GetDirectoryName(Corpus.Path("xsd"))!, "..", "cases", "scl", file);
        Assert.SkipUnless(File.Exists(path), $"{path} is not here.");
        return File.OpenRead(path);
    }
}
