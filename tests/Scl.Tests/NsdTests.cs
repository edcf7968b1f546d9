using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>Files against the standards' own class definitions and schemas.</summary>
public sealed class NsdTests
{
    private static InspectionOptions Nsd => new() { NsdFolder = Corpus.Path("nsd") };

    [Theory]
    [InlineData("lnClass=\"GGIO\"", "lnClass=\"GGXX\"", SclCodes.NsdUnknownClass, "GGXX")]
    [InlineData("<DO name=\"AnIn1\" type=\"MV\"/>", "<DO name=\"AnXx1\" type=\"MV\"/>", SclCodes.NsdUnknownDataObject, "AnXx1")]
    [InlineData("<DO name=\"AnIn1\" type=\"MV\"/>", "<DO name=\"AnIn1\" type=\"SPS\"/>", SclCodes.NsdWrongClass, "MV")]
    [InlineData("<DA name=\"q\" fc=\"MX\"", "<DA name=\"qq\" fc=\"MX\"", SclCodes.NsdUnknownAttribute, "qq")]
    [InlineData("<DA name=\"q\" fc=\"MX\"", "<DA name=\"q\" fc=\"ST\"", SclCodes.NsdWrongConstraint, "MX")]
    [InlineData("<DA name=\"t\" fc=\"MX\" bType=\"Timestamp\"/>", "<DA name=\"t\" fc=\"MX\" bType=\"INT32U\"/>", SclCodes.NsdWrongType, "Timestamp")]
    [InlineData("<EnumVal ord=\"2\">blocked</EnumVal>", "<EnumVal ord=\"2\">offf</EnumVal>", SclCodes.NsdEnumeration, "\"offf\"")]
    [InlineData("<EnumVal ord=\"2\">blocked</EnumVal>", "<EnumVal ord=\"99\">blocked</EnumVal>", SclCodes.NsdEnumeration, "99")]
    [InlineData("<DO name=\"PhyNam\" type=\"DPL\"/>", "", SclCodes.NsdPresence, "PhyNam")] // M
    [InlineData("<DO name=\"NamPlt\" type=\"LPL\"/>", "", SclCodes.NsdPresence, "root logical device")] // MOrootLD
    [InlineData("<DA name=\"configRev\" fc=\"DC\" bType=\"VisString255\"/>", "", SclCodes.NsdPresence, "LLN0")] // MOln0
    [InlineData("<DA name=\"t\" fc=\"MX\" bType=\"Timestamp\"/>", "<DA name=\"t\" fc=\"MX\" bType=\"Timestamp\"/><DA name=\"db\" fc=\"CF\" bType=\"INT32U\"/>", SclCodes.NsdPresence, "beside db")] // MO(sibling)
    [InlineData("<DA name=\"t\" fc=\"MX\" bType=\"Timestamp\"/>", "<DA name=\"t\" fc=\"MX\" bType=\"Timestamp\"/><DA name=\"subEna\" fc=\"SV\" bType=\"BOOLEAN\"/>", SclCodes.NsdPresence, "substitution")] // MFsubst
    [InlineData("<BDA name=\"f\" bType=\"FLOAT32\"/>", "<BDA name=\"i\" bType=\"INT32\"/>", SclCodes.NsdPresence, "integers stand")] // MFscaledAV
    [InlineData("<DAType id=\"AV\"><BDA name=\"f\" bType=\"FLOAT32\"/></DAType>", "<DAType id=\"AV\"/>", SclCodes.NsdPresence, "at least one")] // AtLeastOne
    [InlineData("<Val>direct-with-normal-security</Val>", "<Val>sbo-with-normal-security</Val>", SclCodes.NsdPresence, "select-before-operate")] // MOsbo, MOsboNormal
    [InlineData("<DA name=\"Oper\" fc=\"CO\" bType=\"Struct\" type=\"Oper\"/>", "", SclCodes.NsdPresence, "can be commanded")] // MOctrl
    [InlineData("<DA name=\"stVal\" fc=\"ST\" bType=\"BOOLEAN\" dchg=\"true\"/><DA name=\"q\" fc=\"ST\" bType=\"Quality\" qchg=\"true\"/><DA name=\"t\" fc=\"ST\" bType=\"Timestamp\"/><DA name=\"ctlModel\"", "<DA name=\"q\" fc=\"ST\" bType=\"Quality\" qchg=\"true\"/><DA name=\"ctlModel\"", SclCodes.NsdPresence, "together or not at all")] // MAllOrNonePerGroup
    public void What_differs_from_the_definitions_is_told(string good, string bad, string code, string about)
    {
        var text = SclText.Small.Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(SclText.Small, text);
        var before = SclText.Inspect(SclText.Small, Nsd).Findings;
        var after = SclText.Inspect(text, Nsd).Findings;
        Assert.DoesNotContain(before, f => f.Code == code && f.Text.Contains(about, StringComparison.Ordinal));
        Assert.True(after.Any(f => f.Code == code && (f.Text + f.Reference).Contains(about, StringComparison.Ordinal)), string.Join('\n', after));
    }

    [Theory] // presence conditions of logical-node classes, by themselves
    [InlineData("AllOnlyOneGroup", "A1 B1 B2", "A1", "")]
    [InlineData("AllOnlyOneGroup", "A1 B1 B2", "B1 B2", "")]
    [InlineData("AllOnlyOneGroup", "A1 B1 B2", "B1", "exactly one of")]
    [InlineData("AllOnlyOneGroup", "A1 B1 B2", "A1 B1 B2", "exactly one of")]
    [InlineData("AllOnlyOneGroup", "A1 B1 B2", "", "exactly one of")]
    [InlineData("AllAtLeastOneGroup", "A1 B1 B2", "A1 B1", "")]
    [InlineData("AllAtLeastOneGroup", "A1 B1 B2", "B1", "all of")]
    [InlineData("AllOrNonePerGroup", "A1 B1 B2", "A1", "")]
    [InlineData("AllOrNonePerGroup", "A1 B1 B2", "B2", "together or not at all")]
    [InlineData("MFcond", "A1 B1 B2", "B2", "together or not at all")]
    [InlineData("AtMostOne", "A1 A2", "A1", "")]
    [InlineData("AtMostOne", "A1 A2", "A1 A2", "only one")]
    [InlineData("AtLeastOne", "A1 A2", "", "at least one")]
    [InlineData("Mmulti", "A1", "", "mandatory")]
    [InlineData("OF", "A1", "A1", "forbidden without S")]
    [InlineData("OF", "A1", "A1 S", "")]
    [InlineData("MF", "A1", "S", "mandatory beside S")]
    [InlineData("MF", "A1", "A1", "forbidden without S")]
    [InlineData("OM", "A1", "", "mandatory without S")]
    [InlineData("FM", "A1", "A1 S", "forbidden beside S")]
    [InlineData("MmultiF", "A1", "A1", "forbidden without S")]
    [InlineData("F", "A1", "A1", "forbidden")]
    [InlineData("na", "A1", "A1", "")]
    [InlineData("MFln0", "A1", "A1", "forbidden outside LLN0")]
    [InlineData("MOenhanced", "A1", "", "enhanced security")]
    [InlineData("MONamPlt", "A1", "", "another name space")]
    [InlineData("MOdataNs", "A1", "", "another name space")]
    public void Each_presence_condition_is_computed(string condition, string members, string present, string fault)
    {
        var grouped = condition is "MF" or "OF" or "OM" or "FM" or "MmultiF";
        var definition = members.Split(' ').Select(m => new NsdMember(m, "DataObject", null, "MV", "BASIC", null, condition, grouped ? "S" : condition is "AtMostOne" or "AtLeastOne" ? "1" : m[..1], "", false)).Append(new("S", "DataObject", null, "MV", "BASIC", null, "O", "", "", false)).ToList();
        var faults = PresenceConditions.Check(definition, present.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToLookup(p => p, StringComparer.Ordinal), new(false, false, 3, false, false, true, true)).Select(f => f.Text).ToList();
        if (fault.Length == 0)
        {
            Assert.Empty(faults);
        }
        else
        {
            Assert.Contains(faults, f => f.Contains(fault, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("TmAChr33", true)]
    [InlineData("TmAChr12", false)]
    public void A_number_out_of_its_range_is_told(string name, bool fits)
    {
        var member = new NsdMember("TmAChr", "DataObject", null, "CSG", "BASIC", null, "OmultiRange", "33, 48", "", false);
        var faults = PresenceConditions.Check([member], new[] { name }.ToLookup(_ => "TmAChr", StringComparer.Ordinal), new(false, false, null, false, false, false, false));
        Assert.Equal(fits, !faults.Any());
    }

    [Fact]
    public void A_folder_without_definitions_is_told() =>
        Assert.Contains(SclText.Inspect(SclText.Small, new() { NsdFolder = Path.GetTempPath() }).Findings, f => f.Code == SclCodes.BadReference && f.Severity == SclSeverity.Error);

    [Theory]
    [InlineData("version=\"2007\" revision=\"B\" release=\"4\"", "2007B4")]
    [InlineData("version=\"2007\" revision=\"B\"", "2007B")]
    [InlineData("", "2003")]
    [InlineData("version=\"2007\" revision=\"C\" release=\"5\"", "2007C5")]
    public void The_schema_of_the_edition_is_used(string attributes, string edition)
    {
        var text = SclText.Small.Replace("version=\"2007\" revision=\"B\" release=\"4\"", attributes, StringComparison.Ordinal).Replace("<Header id=\"t\"/>", "<Header id=\"t\" oops=\"1\"/>", StringComparison.Ordinal);
        var inspection = SclText.Inspect(text, new() { SchemaFolder = Corpus.Path("xsd") });
        Assert.Equal(edition, inspection.Edition);
        Assert.Contains(inspection.Findings, f => f.Code == SclCodes.Schema && f.Line == 3 && f.Text.Contains("oops", StringComparison.Ordinal));
        Assert.DoesNotContain(inspection.Findings, f => f.Code == SclCodes.Edition);
    }

    [Fact]
    public void An_edition_nobody_knows_is_told() =>
        Assert.Contains(SclText.Inspect(SclText.Small.Replace("version=\"2007\"", "version=\"2099\"", StringComparison.Ordinal)).Findings, f => f.Code == SclCodes.Edition);

    [Theory]
    [InlineData("pv-inverter.cid")]
    [InlineData("battery.cid")]
    [InlineData("chp.cid")]
    [InlineData("meter.cid")]
    [InlineData("pv-plant.cid")]
    [InlineData("grid-operator.cid")]
    public void Our_own_files_are_clean(string file)
    {
        var inspection = SclInspector.Inspect(Path.Combine(Corpus.Root, "scl", file), new() { NsdFolder = Corpus.Path("nsd"), SchemaFolder = Corpus.Path("xsd") });
        Assert.Equal("2007B4", inspection.Edition);
        Assert.True(inspection.Findings.All(f => f.Code == SclCodes.ToDo || (f.Severity == SclSeverity.Info && f.Text.Contains("DRCT", StringComparison.Ordinal))), string.Join('\n', inspection.Findings));
    }

    [Fact]
    public void Our_own_tables_agree_with_the_definitions()
    {
        var library = NsdLibrary.Load(Corpus.Path("nsd"), new SclFindings(""))!;
        Assert.All(LnClassTable.Names, name =>
        {
            var definition = library.LnClass(name)!;
            Assert.All(LnClassTable.Find(name)!, own =>
            {
                var member = definition.Find(own.Name);
                Assert.True(member is not null, $"{name}.{own.Name}");
                Assert.Equal(member.Type, own.Cdc);
                Assert.Equal(own.IsMandatory, member is { Presence: "M", IsDeprecated: false });
                Assert.Equal(own.IsMultiple, member.IsMultiple);
                Assert.True(own.Enumeration is null || own.Enumeration == member.UnderlyingType, $"{name}.{own.Name}");
            });
        });
        Assert.All(new[] { "BehaviourModeKind", "DERStateKind", "SIUnitKind", "PVControlStateKind" }, name =>
            Assert.All(EnumTable.Find(name)!, own => Assert.Equal(library.Enumeration(name)![own.Key], own.Value)));
    }
}
