using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>Files of the first edition: what both editions allow is right, what no edition allows is not, and one note says what was not judged.</summary>
public sealed class EditionTests
{
    /// <summary>The small file as the first edition writes it: enumerations of the integer classes, and no version.</summary>
    private static readonly string First = SclText.Small
        .Replace(" version=\"2007\" revision=\"B\" release=\"4\"", "", StringComparison.Ordinal)
        .Replace("cdc=\"ENS\"", "cdc=\"INS\"", StringComparison.Ordinal).Replace("cdc=\"ENC\"", "cdc=\"INC\"", StringComparison.Ordinal);

    private static string Named(string text, string ldNs) => text.Replace("<DA name=\"ldNs\" fc=\"EX\" bType=\"VisString255\"/>", $"<DA name=\"ldNs\" fc=\"EX\" bType=\"VisString255\"><Val>{ldNs}</Val></DA>", StringComparison.Ordinal);

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(null, "IEC 61850-7-4:2003", false)]
    [InlineData(null, "IEC 61850-7-4:2007", false)]
    [InlineData("version=\"2003\"", null, false)]
    [InlineData("version=\"2007\" revision=\"B\"", null, true)]
    [InlineData("version=\"2007\" revision=\"B\"", "IEC 61850-7-4:2003", false)]
    [InlineData("version=\"2007\" revision=\"B\"", "Acme MICS:2015>IEC 61850-7-4:2003", false)]
    [InlineData("version=\"2003\"", "IEC 61850-7-4:2007B", false)]
    [InlineData("version=\"2007\" revision=\"A\"", "IEC 61850-7-4:2007A", true)]
    [InlineData("version=\"2007\" revision=\"B\" release=\"4\"", "IEC 61850-7-4:2007B5", true)]
    [InlineData("version=\"2007\" revision=\"B\"", "IEC 61850-7-420:2009", false)]
    public void The_edition_of_classes_is_that_of_the_name_space_else_of_the_file(string? version, string? ldNs, bool isTold)
    {
        var text = First.Replace("<SCL ", $"<SCL {version} ", StringComparison.Ordinal);
        text = ldNs is null ? text : Named(text, ldNs.Replace(">", "&gt;", StringComparison.Ordinal));
        Assert.Equal(isTold, SclText.Load(text).Findings.Any(f => f.Code == SclCodes.WrongClass));
        Assert.Equal(isTold, SclText.Load(text).Findings.Any(f => f.Code == SclCodes.WrongAttribute));
        var nsd = SclText.Inspect(text, new() { NsdFolder = Corpus.Path("nsd") }).Findings;
        Assert.Equal(isTold, nsd.Any(f => f.Code == SclCodes.NsdWrongClass));
        Assert.Equal(isTold, nsd.Any(f => f.Code == SclCodes.NsdWrongType && f.Text.Contains("not Enum", StringComparison.Ordinal)));
        
        // Only what is of the very edition at hand is judged whole.
        Assert.Equal(ldNs == "IEC 61850-7-4:2007B5" ? 0 : 1, nsd.Count(f => f.Code == SclCodes.NsdEdition));
        Assert.DoesNotContain(SclText.Inspect(text).Findings, f => f.Code == SclCodes.NsdEdition);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_no_edition_allows_is_told(bool isNamed)
    {
        var text = First.Replace("lnClass=\"GGIO\"", "lnClass=\"MMXU\"", StringComparison.Ordinal).Replace("<DO name=\"AnIn1\" type=\"MV\"/>", "<DO name=\"TotW\" type=\"SPS\"/>", StringComparison.Ordinal);
        text = isNamed ? Named(text, "IEC 61850-7-4:2003") : text;
        Assert.Contains("TotW is of class SPS; in MMXU it is MV", Assert.Single(SclText.Load(text).Findings, f => f.Code == SclCodes.WrongClass).Text, StringComparison.Ordinal);
        Assert.Contains(SclText.Inspect(text, new() { NsdFolder = Corpus.Path("nsd") }).Findings, f => f.Code == SclCodes.NsdWrongClass && f.Text.Contains("TotW", StringComparison.Ordinal));
    }

    [Fact] // classes that kept their name and got another content
    public void Classes_of_DER_are_judged_by_their_own_edition_only()
    {
        var text = First.Replace("lnClass=\"GGIO\"", "lnClass=\"DGEN\"", StringComparison.Ordinal);
        Assert.DoesNotContain(SclText.Load(text).Findings, f => f.Code == SclCodes.MissingDataObject);
        var nsd = SclText.Inspect(text, new() { NsdFolder = Corpus.Path("nsd") }).Findings;
        Assert.Contains("of DGEN nothing", Assert.Single(nsd, f => f.Code == SclCodes.NsdEdition).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(nsd, f => f.Code is SclCodes.NsdUnknownDataObject or SclCodes.NsdPresence);
        var second = text.Replace("<SCL ", "<SCL version=\"2007\" revision=\"B\" release=\"4\" ", StringComparison.Ordinal);
        Assert.Contains(SclText.Load(Named(second, "IEC 61850-7-420:2019A4")).Findings, f => f.Code == SclCodes.MissingDataObject);
    }

    [Fact] // IEC 61850-7-3:2020 demands dbRef beside db; a file of the edition before cannot have it
    public void What_a_later_edition_demands_is_not_demanded_of_an_earlier_one()
    {
        var text = SclText.Small.Replace("<DA name=\"q\" fc=\"MX\"", "<DA name=\"db\" fc=\"CF\" bType=\"INT32U\" dchg=\"true\"/><DA name=\"q\" fc=\"MX\"", StringComparison.Ordinal);
        Assert.Contains(SclText.Inspect(text, new() { NsdFolder = Corpus.Path("nsd") }).Findings, f => f.Code == SclCodes.NsdPresence && f.Text.Contains("dbRef", StringComparison.Ordinal));
        var earlier = SclText.Inspect(text.Replace(" release=\"4\"", "", StringComparison.Ordinal), new() { NsdFolder = Corpus.Path("nsd") }).Findings;
        Assert.DoesNotContain(earlier, f => f.Code == SclCodes.NsdPresence);
        Assert.Contains("the second one as it came out", Assert.Single(earlier, f => f.Code == SclCodes.NsdEdition).Text, StringComparison.Ordinal);
    }

    [Theory] // a class of later standing in a device of the first edition has data of the first
    [InlineData("IEC 61850-7-4:2007")]
    [InlineData("IEC 61850-7-4:2003")]
    public void A_class_of_its_own_edition_may_have_data_of_the_device(string lnNs)
    {
        var plate = First.Replace("<DO name=\"Beh\" type=\"ENS\"/><DO name=\"AnIn1\"", "<DO name=\"NamPlt\" type=\"Own\"/><DO name=\"Beh\" type=\"ENS\"/><DO name=\"AnIn1\"", StringComparison.Ordinal)
            .Replace("<DOType id=\"DPL\"", $"<DOType id=\"Own\" cdc=\"LPL\"><DA name=\"vendor\" fc=\"DC\" bType=\"VisString255\"/><DA name=\"swRev\" fc=\"DC\" bType=\"VisString255\"/><DA name=\"lnNs\" fc=\"EX\" bType=\"VisString255\"><Val>{lnNs}</Val></DA></DOType><DOType id=\"DPL\"", StringComparison.Ordinal);
        Assert.DoesNotContain(SclText.Load(Named(plate, "IEC 61850-7-4:2003")).Findings, f => f.Code == SclCodes.WrongClass);
    }

    [Theory] // names go by the same edition
    [InlineData(null, 12, null)]
    [InlineData(null, 13, "13 characters together; 12 are allowed")]
    [InlineData("IEC 61850-7-4:2003", 7, null)]
    [InlineData("IEC 61850-7-4:2003", 8, "8 characters together; 7 are allowed")]
    public void Prefix_and_inst_are_as_long_as_the_edition_allows(string? ldNs, int length, string? about)
    {
        var text = SclText.Small.Replace("<LN lnClass=\"LPHD\" inst=\"1\"", $"<LN lnClass=\"LPHD\" inst=\"1\" prefix=\"{new string('p', length - 1)}\"", StringComparison.Ordinal);
        var findings = SclText.Load(ldNs is null ? text : Named(text, ldNs)).Findings.Where(f => f.Code == SclCodes.NameTooLong).ToList();
        Assert.Equal(about is null ? 0 : 1, findings.Count);
        Assert.All(findings, f => Assert.Contains(about!, f.Text, StringComparison.Ordinal));
    }

    [Theory] // by the schema of the file
    [InlineData("AnInputNumber", false, SclCodes.NameTooLong, SclSeverity.Warning)]
    [InlineData("AnInputNumb", false, null, default(SclSeverity))]
    [InlineData("AnInputNumber", true, SclCodes.NameTooLong, SclSeverity.Info)]
    [InlineData("AnInputNum", true, null, default(SclSeverity))]
    [InlineData("anIn1", false, SclCodes.BadName, SclSeverity.Warning)]
    [InlineData("An_In1", false, SclCodes.BadName, SclSeverity.Warning)]
    [InlineData("AnInü", true, SclCodes.BadName, SclSeverity.Warning)]
    [InlineData("Änn", true, SclCodes.BadName, SclSeverity.Warning)]
    public void Names_of_data_objects_are_checked_with_a_DOI_or_without(string name, bool isFirst, string? code, SclSeverity severity)
    {
        var text = (isFirst ? First : SclText.Small).Replace("\"AnIn1\"", $"\"{name}\"", StringComparison.Ordinal);
        var findings = SclText.Load(text).Findings.Where(f => f.Code is SclCodes.NameTooLong or SclCodes.BadName).ToList();
        Assert.Equal(code is null ? [] : [(code, severity)], findings.Select(f => (f.Code, f.Severity)));
    }
}
