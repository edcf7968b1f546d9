using DerAgent.Mms;

namespace DerAgent.Acsi.Tests;

public sealed class DirectoryTests
{
    private readonly TestIed _ied;

    public DirectoryTests()
        : this(TestIed.PvInverter())
    {
    }

    private DirectoryTests(TestIed ied) => _ied = ied;

    [Fact] // Srv1
    public void GetServerDirectory_names_the_logical_devices() =>
        Assert.Equal(["PV1LD0"], _ied.Ask<GetNameListResponse>(_ied.Associate(), new GetNameListRequest(ObjectClass.Domain, NameScope.Vmd, "")).Identifiers);

    [Fact] // Srv2: complete, in ASCII order, every level, control blocks too
    public void GetLogicalDeviceDirectory_names_every_variable_in_ascii_order()
    {
        var names = Page(new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0"), 65_000);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(names.Distinct(), names);
        string[] some = ["MMXU1", "MMXU1$MX", "MMXU1$MX$TotW", "MMXU1$MX$TotW$mag", "MMXU1$MX$TotW$mag$f", "LLN0$BR$brcbMeas01$RptEna", "LLN0$RP$urcbMeas01", "LLN0$LG$EventLog$LogEna", "LLN0$SP$SGCB$ActSG", "DWMX1$SE$RvrtTms$setVal", "DWMX1$SG$RvrtTms$setVal"];
        Assert.Empty(some.Except(names));
    }

    [Fact]
    public void Long_lists_come_in_pages_that_fit_the_PDU()
    {
        var whole = Page(new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0"), 65_000);
        Assert.Equal(whole, Page(new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0"), 8_192));
    }

    [Theory] // a model of 20 000 variables: the union of the pages is the directory, each name once
    [InlineData(8_192)]
    [InlineData(65_000)]
    public void A_directory_of_twenty_thousand_variables_comes_whole(int pduSize)
    {
        var nodes = string.Concat(Enumerable.Range(2, 200).Select(i => $"<LN lnClass=\"MMXU\" inst=\"{i}\" lnType=\"MMXU\"/>"));
        var large = new DirectoryTests(new TestIed(TestScl.Shipped.Replace("</LDevice>", nodes + "</LDevice>", StringComparison.Ordinal)));
        var names = large.Page(new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0"), pduSize);
        Assert.InRange(names.Count, 20_000, 40_000);
        Assert.Equal(names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), names);
        Assert.Equal(201, names.Count(n => n.EndsWith("$MX$TotW$mag$f", StringComparison.Ordinal)));
    }

    [Fact] // 2018: the union of all levels is the directory
    public void The_extended_service_names_one_level()
    {
        var peer = _ied.Associate();
        IReadOnlyList<string> Level(string of) => _ied.Ask<GetNameListResponse>(peer, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, of, Extended: true)).Identifiers;
        IEnumerable<string> Below(string item) => Level("PV1LD0/" + item).SelectMany(n => Below(n).Prepend(n));
        Assert.Contains("MMXU1", Level("PV1LD0"));
        Assert.Equal(["MMXU1$CF", "MMXU1$DC", "MMXU1$MX", "MMXU1$ST"], Level("PV1LD0/MMXU1"));
        Assert.Equal(["MMXU1$MX$TotW$instMag", "MMXU1$MX$TotW$mag", "MMXU1$MX$TotW$q", "MMXU1$MX$TotW$t"], Level("PV1LD0/MMXU1$MX$TotW"));
        Assert.Equal([], Level("PV1LD0/MMXU1$MX$TotW$q"));
        Assert.Equal(
            Page(new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0"), 65_000),
            Level("PV1LD0").SelectMany(n => Below(n).Prepend(n)).Order(StringComparer.Ordinal));

        Assert.True(_ied.Ask<GetNameListResponse>(peer, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0/MMXU1", "MMXU1$DC", Extended: true)) is { Extended: true, MoreFollows: false, Identifiers: ["MMXU1$MX", "MMXU1$ST"] });
        Assert.Equal(ErrorCode.AccessObjectNonExistent, Error(peer, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0/MMXU9", Extended: true)).Code);
        Assert.Equal(ErrorCode.AccessObjectNonExistent, Error(peer, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "NONE", Extended: true)).Code);

        // Who sees one logical node sees no more so.
        var viewer = _ied.Associate("view@dso.example/1", area: "PV1LD0/MMXU1");
        Assert.Equal(["MMXU1"], _ied.Ask<GetNameListResponse>(viewer, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0", Extended: true)).Identifiers);
        Assert.Equal(ErrorCode.AccessObjectNonExistent, Error(viewer, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0/LLN0$ST", Extended: true)).Code);
    }

    [Fact]
    public void An_unknown_continueAfter_starts_after_its_place()
    {
        var names = _ied.Ask<GetNameListResponse>(_ied.Associate(), new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0", "MMXU0zzz")).Identifiers;
        Assert.Equal("MMXU1", names[0]);
    }

    [Theory] // Dset1
    [InlineData(nameof(ObjectClass.NamedVariableList), "LLN0$Energy,LLN0$Measurements,LLN0$Status")]
    [InlineData(nameof(ObjectClass.Journal), "LLN0$GeneralLog")]
    public void Data_sets_and_logs_are_named(string kind, string expected) =>
        Assert.Equal(expected.Split(','), _ied.Ask<GetNameListResponse>(_ied.Associate(), new GetNameListRequest(Enum.Parse<ObjectClass>(kind), NameScope.Domain, "PV1LD0")).Identifiers);

    [Fact]
    public void Wrong_class_and_scope_pairs_and_unknown_domains_are_errors()
    {
        var peer = _ied.Associate();
        Assert.Equal(ErrorCode.AccessObjectAccessUnsupported, Error(peer, new GetNameListRequest(ObjectClass.Domain, NameScope.Domain, "PV1LD0")).Code);
        Assert.Equal(ErrorCode.AccessObjectNonExistent, Error(peer, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "NONE")).Code);
    }

    [Fact] // Srv: definition at every level
    public void Definitions_are_given_at_every_level()
    {
        var peer = _ied.Associate();
        var ln = Assert.IsType<TypeDescription.Structure>(Definition(peer, "MMXU1"));
        Assert.Equal(["MX", "CF", "DC"], ln.Components.Select(c => c.Name).Where(n => n is "MX" or "CF" or "DC"));
        var totW = Assert.IsType<TypeDescription.Structure>(Definition(peer, "MMXU1$MX$TotW"));
        Assert.Equal(["instMag", "mag", "q", "t"], totW.Components.Select(c => c.Name));
        Assert.Equal(new TypeDescription.Primitive(PrimitiveKind.FloatingPoint, 32, 8), Definition(peer, "MMXU1$MX$TotW$mag$f"));
        Assert.Equal(new TypeDescription.Primitive(PrimitiveKind.BitString, -13), Definition(peer, "MMXU1$MX$TotW$q"));
        var block = Assert.IsType<TypeDescription.Structure>(Definition(peer, "LLN0$BR$brcbMeas01"));
        Assert.Equal(["RptID", "RptEna", "DatSet", "ConfRev", "OptFlds", "BufTm", "SqNum", "TrgOps", "IntgPd", "GI", "PurgeBuf", "EntryID", "TimeofEntry", "ResvTms", "Owner"], block.Components.Select(c => c.Name));
        Assert.Equal(ErrorCode.AccessObjectNonExistent, Error(peer, new GetVariableAccessAttributesRequest(ObjectName.In("PV1LD0", "MMXU1$XX$TotW"))).Code);
    }

    [Fact]
    public void A_data_set_tells_its_members()
    {
        var directory = _ied.Ask<GetNamedVariableListAttributesResponse>(_ied.Associate(), new GetNamedVariableListAttributesRequest(ObjectName.In("PV1LD0", "LLN0$Energy")));
        Assert.False(directory.Deletable);
        Assert.Equal("PV1LD0/MMTR1$ST$SupWh", Assert.Single(directory.Members).Name.ToString());
    }

    private TypeDescription Definition(Association peer, string item) => _ied.Ask<GetVariableAccessAttributesResponse>(peer, new GetVariableAccessAttributesRequest(ObjectName.In("PV1LD0", item))).Type;

    private ServiceError Error(Association peer, ServiceRequest request) => Assert.IsType<ConfirmedError>(_ied.Ask(peer, request)).Error;

    private List<string> Page(GetNameListRequest request, int pduSize)
    {
        var peer = _ied.Associate(pduSize: pduSize, id: $"{pduSize}");
        var names = new List<string>();
        while (true)
        {
            var page = _ied.Ask<GetNameListResponse>(peer, request);
            Assert.True(MmsCodec.ToArray(new ConfirmedResponse(uint.MaxValue, page), MmsDialect.Tr2015).Length <= pduSize);
            names.AddRange(page.Identifiers);
            if (!page.MoreFollows)
            {
                return names;
            }

            request = request with { ContinueAfter = page.Identifiers[^1] };
        }
    }
}
