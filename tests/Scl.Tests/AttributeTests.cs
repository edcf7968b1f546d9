using System.Globalization;
using System.Xml.Linq;
using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>Flags, numbers and words: what cannot be read is told, of every attribute that the reader knows, and white space around what can be read means nothing.</summary>
public sealed class AttributeTests
{
    private static readonly XNamespace Scl = "http://www.iec.ch/61850/2003/SCL";

    /// <summary>A file with every element that has such an attribute.</summary>
    private static readonly string Full = SclText.Small
        .Replace("<Services>", "<Services><DynAssociation max=\"5\"/><DynDataSet max=\"3\" maxAttributes=\"4\"/><ConfReportControl max=\"9\" maxBuf=\"9\"/><LogSettings logEna=\"Dyn\" datSet=\"Dyn\" trgOps=\"Dyn\" intgPd=\"Dyn\"/>", StringComparison.Ordinal)
        .Replace("<SettingControl", "<LogControl name=\"lcb\" datSet=\"Ds\" logName=\"L\"><TrgOps/></LogControl><Log name=\"L\"/><GSEControl name=\"g\" datSet=\"Ds\" appID=\"a\"/><SampledValueControl name=\"s\" datSet=\"Ds\" smvID=\"v\" smpRate=\"80\" nofASDU=\"1\"><SmvOpts/></SampledValueControl><SettingControl", StringComparison.Ordinal);

    private static readonly HashSet<string> Good = [.. SclText.Load(Full).Findings.Select(f => f.Code + f.Text)];

    public static TheoryData<string, string> Attributes()
    {
        var rows = new TheoryData<string, string>();
        foreach (var attribute in SclAttributes.All)
        {
            foreach (var element in attribute.Elements.Split(' '))
            {
                rows.Add(element, attribute.Name);
            }
        }

        return rows;
    }

    [Fact]
    public void The_file_of_these_tests_has_no_fault() => Assert.DoesNotContain(SclText.Load(Full).Findings, f => f.Code is SclCodes.BadAttribute or SclCodes.NotXml);

    [Fact] // a field that is not in the list would not be checked
    public void Every_attribute_is_in_the_list()
    {
        var fields = typeof(SclAttributes).GetFields().Select(f => f.GetValue(null)).OfType<SclAttribute>().ToList();
        Assert.Equal(fields.Count, SclAttributes.All.Count);
        Assert.All(fields, f => Assert.Contains(f, SclAttributes.All));
        Assert.Equal(fields.Sum(f => f.Elements.Split(' ').Length), fields.SelectMany(f => f.Elements.Split(' ').Select(e => (e, f.Name))).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Attributes))]
    public void What_cannot_be_read_is_told(string element, string name)
    {
        var attribute = Assert.Single(SclAttributes.All, a => a.Name == name && a.Elements.Split(' ').Contains(element));
        foreach (var bad in new[] { "banana", "", " ", "-1.5", "99999999999999999999", "TRUE", "١" })
        {
            var load = SclText.Load(With(element, name, bad));
            var finding = Assert.Single(load.Findings, f => f.Code == (attribute.IsJudgedElsewhere ? SclCodes.BadSettingControl : SclCodes.BadAttribute));
            Assert.Equal((SclSeverity.Warning, Line(element, name)), (finding.Severity, finding.Line));
            Assert.Contains($"\"{bad}\"", finding.Text, StringComparison.Ordinal);
            Assert.Contains(name, finding.Text, StringComparison.Ordinal);
            Assert.NotNull(load.Model);

            // One cause, one finding: what follows from the default is none of its own. (That an object cannot be commanded any more is worth its own.)
            Assert.Empty(load.Findings.Where(f => f.Code != SclCodes.ControlModel).Select(f => f.Code + f.Text).Except(Good).Except([finding.Code + finding.Text]));

            // The inspector says the same.
            Assert.Contains(SclText.Inspect(With(element, name, bad)).Findings, f => f.Code == finding.Code && f.Text == finding.Text);
        }
    }

    [Theory]
    [MemberData(nameof(Attributes))]
    public void What_can_be_read_may_have_white_space_around_it(string element, string name)
    {
        var attribute = Assert.Single(SclAttributes.All, a => a.Name == name && a.Elements.Split(' ').Contains(element));
        var at = new SclElement(element, Scl.NamespaceName, 1, 1);
        string[] good = attribute switch
        {
            SclFlag => ["true", "false", "1", "0"],
            SclWord word => word.Words,
            SclNumber number => [number.Min.ToString(CultureInfo.InvariantCulture), number.Max.ToString(CultureInfo.InvariantCulture), $"+{number.Max}"],
            _ => [],
        };
        foreach (var text in good)
        {
            at.SetAttributes([name, text]);
            var value = Value(attribute, at);
            Assert.Equal(text switch { "1" when attribute is SclFlag => "true", "0" when attribute is SclFlag => "false", _ => text.TrimStart('+') }, value);
            at.SetAttributes([name, $" \n\t{text} "]);
            Assert.Equal(value, Value(attribute, at));
            Assert.DoesNotContain(SclText.Load(With(element, name, $"  {text}\t")).Findings, f => f.Code == SclCodes.BadAttribute);
        }
    }

    [Fact] // a flag in the wrong case: it is told which one counts
    public void A_flag_is_not_taken_for_its_opposite_without_a_word()
    {
        var path = Path.Combine(Corpus.Path("xsd"), "..", "..", "cases", "scl", "40-buffered-TRUE.cid");
        Assert.SkipUnless(File.Exists(path), $"{path} is not here.");
        var finding = Assert.Single(SclLoader.Load(path).Findings, f => f.Code == SclCodes.BadAttribute);
        Assert.Contains("ReportControl@buffered=\"TRUE\" is not true or false; false is used.", finding.Text, StringComparison.Ordinal);
    }

    private static string? Value(SclAttribute attribute, SclElement at) => attribute switch
    {
        SclFlag flag => flag.Of(at) ? "true" : "false",
        SclNumber number => number.Find(at)?.ToString(CultureInfo.InvariantCulture),
        SclWord word => word.Of(at),
        _ => null,
    };

    private static string With(string element, string name, string value)
    {
        var document = XDocument.Parse(Full, LoadOptions.PreserveWhitespace);
        Target(document, element, name).SetAttributeValue(name, value);
        return "<?xml version=\"1.0\"?>" + document;
    }

    private static int Line(string element, string name) => ((System.Xml.IXmlLineInfo)Target(XDocument.Parse(Full, LoadOptions.PreserveWhitespace | LoadOptions.SetLineInfo), element, name)).LineNumber;

    /// <summary>The first element of that name, where it can be of the type the attribute is for.</summary>
    private static XElement Target(XDocument document, string element, string name) =>
        document.Descendants(Scl + element).First(e => name != "sGroup" || e.Attribute("sGroup") is not null);
}
