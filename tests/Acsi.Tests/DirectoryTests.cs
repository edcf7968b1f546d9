using DerAgent.Mms;

namespace DerAgent.Acsi.Tests;

public sealed class DirectoryTests
{
    private readonly TestIed _ied = TestIed.PvInverter();

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
