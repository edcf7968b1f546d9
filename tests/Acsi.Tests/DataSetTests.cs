using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>CreateDataSet, DeleteDataSet and what is done with data sets of clients (IEC 61850-7-2 §13.3).</summary>
public sealed class DataSetTests
{
    private static readonly IedModel Model = TestIed.Load(ArrayScl());
    private static readonly ObjectName Persistent = ObjectName.In("PV1LD0", "LLN0$mine");
    private static readonly ObjectName Own = new(NameScope.Association, "", "mine");
    private static readonly string[] Usual = ["MMXU1$MX$TotW", "MMXU1$MX$Hz$mag$f", "DWMX1$SG$RvrtTms$setVal"];
    private readonly MemoryStore _store = new();
    private readonly TestIed _ied;
    private readonly Association _peer;

    public DataSetTests()
    {
        _ied = new(Model, null, _store);
        _peer = _ied.Associate();
    }

    [Fact] // sDset10a: created, listed, read, set, deleted; it stands in its logical node and outlives its client
    public void A_data_set_is_created_and_deleted()
    {
        Create(Persistent, Usual);
        Assert.Contains("LLN0$mine", Names(NameScope.Domain));
        var directory = _ied.Ask<GetNamedVariableListAttributesResponse>(_peer, new GetNamedVariableListAttributesRequest(Persistent));
        Assert.True(directory.Deletable);
        Assert.Equal(Usual, directory.Members.Select(m => m.Name.Item));
        var values = _ied.Ask<ReadResponse>(_peer, new ReadRequest(new VariableAccess.Named(Persistent))).Results;
        Assert.Equal([DataKind.Structure, DataKind.Float32, DataKind.Integer], values.Select(v => v.Value.Kind));
        Assert.Equal([DataAccessError.ObjectAccessDenied, DataAccessError.ObjectAccessDenied, DataAccessError.ObjectAccessDenied], _ied.Ask<WriteResponse>(_peer, new WriteRequest(new VariableAccess.Named(Persistent), [.. values.Select(v => v.Value)])).Results);

        _ied.Server.Abort(_peer, AssociationEndCause.PeerGone, "gone");
        var after = new TestIed(Model, null, _store);
        var reader = after.Associate("reader@dso.example/1");
        Assert.Equal(Usual, after.Ask<GetNamedVariableListAttributesResponse>(reader, new GetNamedVariableListAttributesRequest(Persistent)).Members.Select(m => m.Name.Item));
        Assert.Equal((1u, 1u), Delete(after, reader, Persistent));
        Assert.Equal((0u, 0u), Delete(after, reader, Persistent));
        Assert.DoesNotContain(_store.Load().Keys, k => k.StartsWith(StoredKeys.DataSet, StringComparison.Ordinal));
        Assert.Equal(
            ["SetDataSetValues of control@dso.example refused with AccessViolation", "DeleteDataSet of reader@dso.example accepted", "CreateDataSet of control@dso.example accepted"],
            TestRecords.Of(_store).Select(r => r.ToString()["PV1LD0/LLN0.mine: ".Length..]).OrderDescending());
    }

    [Fact] // sDset10b: of the association alone, gone with it
    public void A_data_set_of_an_association_ends_with_it()
    {
        Create(Own, Usual);
        Assert.Equal(["mine"], Names(NameScope.Association));
        Assert.DoesNotContain("mine", Names(NameScope.Domain));
        Assert.Equal(3, _ied.Ask<ReadResponse>(_peer, new ReadRequest(new VariableAccess.Named(Own))).Results.Count);
        var other = _ied.Associate(id: "2");
        Assert.Equal(ErrorCode.AccessObjectNonExistent, Error(_ied.Ask(other, new ReadRequest(new VariableAccess.Named(Own)))).Code);
        Create(Own, Usual, other);
        Assert.Equal((1u, 1u), Delete(_ied, other, Own));
        Assert.Equal(["mine"], Names(NameScope.Association));
        _ied.Server.Abort(_peer, AssociationEndCause.PeerGone, "gone");
        var again = _ied.Associate();
        Assert.Empty(Names(NameScope.Association, again));
        Assert.DoesNotContain(_store.Load().Keys, k => k.StartsWith(StoredKeys.DataSet, StringComparison.Ordinal));
    }

    [Fact] // elements of arrays are reached by an index, and what of them is meant
    public void Members_may_be_elements_of_arrays()
    {
        VariableSpecification[] members = [Array(2), Array(3, "cVal", "mag", "f")];
        Assert.IsType<ConfirmedResponse>(_ied.Ask(_peer, new DefineNamedVariableListRequest(Persistent, [.. members])));
        Assert.Equal(members, _ied.Ask<GetNamedVariableListAttributesResponse>(_peer, new GetNamedVariableListAttributesRequest(Persistent)).Members);
        var after = new TestIed(Model, null, _store);
        Assert.Equal(members, after.Ask<GetNamedVariableListAttributesResponse>(after.Associate(), new GetNamedVariableListAttributesRequest(Persistent)).Members);
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "LLN0$Status", "MMXU1$MX$TotW", "definition/object-exists" },
        { "LLN9$mine", "MMXU1$MX$TotW", "access/object-non-existent" },
        { "LLN0", "MMXU1$MX$TotW", "definition/type-inconsistent" },
        { "LLN0$", "MMXU1$MX$TotW", "definition/type-inconsistent" },
        { "LLN0$a$b", "MMXU1$MX$TotW", "definition/type-inconsistent" },
        { "LLN0$mi ne", "MMXU1$MX$TotW", "definition/type-inconsistent" },
        { "LLN0$" + new string('n', 33), "MMXU1$MX$TotW", "definition/type-inconsistent" },
        { "LLN0$mine", "", "definition/type-inconsistent" },
        { "LLN0$mine", "MMXU1$MX$TotW MMXU1$MX$None", "definition/object-undefined" },
        { "LLN0$mine", "MMXU1", "definition/object-undefined" },
        { "LLN0$mine", "MMXU1$MX", "definition/object-undefined" },
        { "LLN0$mine", "LLN0$BR$brcbStatus01$RptEna", "definition/object-undefined" },
        { "LLN0$mine", "MMXU1$MX$TotW MMXU1$MX$TotW", "definition/object-attribute-inconsistent" },
        { "/LLN0$mine", "MMXU1$MX$TotW", "access/object-access-unsupported" },
    };

    [Theory] // sDsetN1: each refusal has its error, and nothing is there afterwards
    [MemberData(nameof(Refused))]
    public void What_cannot_be_created_is_refused(string name, string members, string error)
    {
        var before = _store.Load().Keys.Order();
        var answer = _ied.Ask(_peer, new DefineNamedVariableListRequest(name[0] == '/' ? ObjectName.Vmd(name[1..]) : ObjectName.In("PV1LD0", name), [.. members.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(m => new VariableSpecification(ObjectName.In("PV1LD0", m)))]));
        Assert.StartsWith(error + ":", Error(answer).ToString());
        Assert.DoesNotContain("LLN0$mine", Names(NameScope.Domain));
        Assert.Equal(before, _store.Load().Keys.Order());
    }

    [Fact] // an alternate access other than an index; an index that is not there
    public void Members_are_reached_by_an_index_only()
    {
        Assert.Equal("invalid-address", Error(_ied.Ask(_peer, new DefineNamedVariableListRequest(Persistent, [new(ObjectName.In("PV1LD0", "MMXU1$MX$TotW"), [new AccessStep.Component("mag")])]))).CodeName);
        Assert.Equal("invalid-address", Error(_ied.Ask(_peer, new DefineNamedVariableListRequest(Persistent, [new(ObjectName.In("PV1LD0", "MHAI1$MX$HA$phsAHar"), [new AccessStep.IndexRange(0, 2)])]))).CodeName);
        Assert.Equal("object-undefined", Error(_ied.Ask(_peer, new DefineNamedVariableListRequest(Persistent, [Array(5)]))).CodeName);
    }

    [Fact] // limits: of the SCL file for all of them, of the association for its own, of members
    public void There_are_as_many_as_the_file_allows()
    {
        var ied = new TestIed(TestScl.Shipped.Replace("<DynDataSet max=\"16\" maxAttributes=\"100\"/>", "<DynDataSet max=\"3\" maxAttributes=\"2\"/>", StringComparison.Ordinal));
        var peer = ied.Associate();
        MmsPdu? Try(NameScope scope, string name, params string[] members) => ied.Ask(peer, new DefineNamedVariableListRequest(scope == NameScope.Domain ? ObjectName.In("PV1LD0", "LLN0$" + name) : new(scope, "", name), [.. members.Select(m => new VariableSpecification(ObjectName.In("PV1LD0", m)))]));
        Assert.Equal("resource/capability-unavailable", Class(Try(NameScope.Domain, "a", Usual)));
        foreach (var scope in new[] { NameScope.Domain, NameScope.Association })
        {
            foreach (var name in new[] { "a", "b", "c" })
            {
                Assert.IsType<ConfirmedResponse>(Try(scope, name, Usual[0]));
            }

            Assert.Equal("resource/capability-unavailable", Class(Try(scope, "d", Usual[0])));
        }

        Assert.Equal((1u, 1u), Delete(ied, peer, ObjectName.In("PV1LD0", "LLN0$a")));
        Assert.IsType<ConfirmedResponse>(Try(NameScope.Domain, "d", Usual[0]));

        var none = new TestIed(TestScl.Shipped.Replace("<DynDataSet max=\"16\" maxAttributes=\"100\"/>", "", StringComparison.Ordinal));
        Assert.Equal("resource/capability-unavailable", Class(none.Ask(none.Associate(), new DefineNamedVariableListRequest(Own, [new(ObjectName.In("PV1LD0", Usual[0]))]))));
    }

    [Fact] // sDsetN2: predefined ones are not deleted, used ones refuse, other scopes are refused
    public void What_cannot_be_deleted_stays()
    {
        Assert.Equal((1u, 0u), Delete(_ied, _peer, ObjectName.In("PV1LD0", "LLN0$Status")));
        Assert.False(_ied.Ask<GetNamedVariableListAttributesResponse>(_peer, new GetNamedVariableListAttributesRequest(ObjectName.In("PV1LD0", "LLN0$Status"))).Deletable);
        foreach (var (name, reference, block) in new[] { (Persistent, "PV1LD0/LLN0$mine", "LLN0$BR$brcbStatus01"), (Own, "@mine", "LLN0$RP$urcbMeas01") })
        {
            Create(name, Usual);
            Assert.Null(_ied.Write(_peer, block + "$DatSet", DataValue.VisibleString(reference)));
            Assert.Equal("service/object-constraint-conflict", Class(_ied.Ask(_peer, new DeleteNamedVariableListRequest(ScopeOfDelete.Specific, [ObjectName.In("PV1LD0", "LLN0$Other"), name]))));
            Assert.Null(_ied.Write(_peer, block + "$DatSet", DataValue.VisibleString("")));
            Assert.Equal((1u, 1u), Delete(_ied, _peer, name));
        }

        foreach (var scope in new[] { ScopeOfDelete.AssociationSpecific, ScopeOfDelete.Domain, ScopeOfDelete.Vmd })
        {
            Assert.Equal("access/object-access-unsupported", Class(_ied.Ask(_peer, new DeleteNamedVariableListRequest(scope, []))));
        }
    }

    [Fact] // a buffered block outlives its association; what ends with that is none for it
    public void Reports_are_made_of_data_sets_of_clients()
    {
        Create(Own, ["MMXU1$MX$TotW"]);
        Assert.Equal(DataAccessError.ObjectValueInvalid, _ied.Write(_peer, "LLN0$BR$brcbStatus01$DatSet", DataValue.VisibleString("@mine")));
        Assert.Equal(DataAccessError.ObjectValueInvalid, _ied.Write(_ied.Associate(id: "2"), "LLN0$RP$urcbMeas01$DatSet", DataValue.VisibleString("@mine")));
        Assert.Null(_ied.Write(_peer, "LLN0$RP$urcbMeas01$DatSet", DataValue.VisibleString("@mine")));
        Assert.Null(_ied.Write(_peer, "LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true)));
        _ied.Measure("MMXU1$MX$TotW$mag$f", DataValue.Float32(5));
        Assert.Equal("@mine", ReportFormat.Read(Assert.Single(_ied.Reports(_peer)))!.DataSet);

        _ied.Server.Abort(_peer, AssociationEndCause.PeerGone, "gone");
        var other = _ied.Associate("other@dso.example/1");
        Assert.Equal(("", 3u), (_ied.Read(other, "LLN0$RP$urcbMeas01$DatSet").Value.AsText(), (uint)_ied.Read(other, "LLN0$RP$urcbMeas01$ConfRev").Value.AsUnsigned()));
        Assert.NotNull(_ied.Write(other, "LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true)));

        // The process may end before the association does.
        Create(Own, ["MMXU1$MX$TotW"], other);
        Assert.Null(_ied.Write(other, "LLN0$RP$urcbMeas01$DatSet", DataValue.VisibleString("@mine")));
        var after = new TestIed(Model, null, _store);
        Assert.Equal("", after.Read(after.Associate(), "LLN0$RP$urcbMeas01$DatSet").Value.AsText());
    }

    [Fact] // DATASET is a right of its own, and what a role may not view is not there
    public void Without_the_right_nothing_is_created_or_deleted()
    {
        var reader = _ied.Associate("view@dso.example/1", Right.View | Right.Read);
        Assert.Equal("access/object-access-denied", Class(_ied.Ask(reader, new DefineNamedVariableListRequest(Persistent, [new(ObjectName.In("PV1LD0", Usual[0]))]))));
        Assert.Equal("access/object-access-denied", Class(_ied.Ask(reader, new DefineNamedVariableListRequest(Own, [new(ObjectName.In("PV1LD0", Usual[0]))]))));
        Create(Persistent, Usual);
        Assert.Equal("access/object-access-denied", Class(_ied.Ask(reader, new DeleteNamedVariableListRequest(ScopeOfDelete.Specific, [Persistent]))));

        var narrow = _ied.Associate("narrow@dso.example/1", Right.View | Right.Read | Right.DataSet, area: ["PV1LD0/MMXU*"]);
        Assert.Equal("access/object-non-existent", Class(_ied.Ask(narrow, new DefineNamedVariableListRequest(ObjectName.In("PV1LD0", "LLN0$theirs"), [new(ObjectName.In("PV1LD0", Usual[0]))]))));
        Assert.Equal("definition/object-undefined", Class(_ied.Ask(narrow, new DefineNamedVariableListRequest(ObjectName.In("PV1LD0", "MMXU1$theirs"), [new(ObjectName.In("PV1LD0", Usual[2]))]))));
        Assert.Equal((0u, 0u), Delete(_ied, narrow, Persistent));
        Create(ObjectName.In("PV1LD0", "MMXU1$theirs"), [Usual[0]], narrow);
    }

    [Fact] // a file that has changed: what fits no more is told and not used
    public void Data_sets_that_fit_the_model_no_more_are_left()
    {
        Create(Persistent, Usual);
        var after = new TestIed(TestScl.Shipped.Replace("name=\"RvrtTms\"", "name=\"RvrtTim\"", StringComparison.Ordinal), null, _store);
        Assert.Equal((0u, 0u), Delete(after, after.Associate(), Persistent));
        Assert.Contains(after.Left.OfType<AcsiEffect.Log>(), l => l.Text.StartsWith("dataset/PV1LD0/LLN0$mine", StringComparison.Ordinal));
    }

    [Fact] // durable before acknowledged
    public void While_the_store_takes_nothing_none_is_created()
    {
        var store = new LateStore();
        var ied = new TestIed(Model, null, store);
        var peer = ied.Associate();
        Assert.Null(ied.Ask(peer, new DefineNamedVariableListRequest(Persistent, [new(ObjectName.In("PV1LD0", Usual[0]))])));
        Assert.Null(ied.Ask(peer, new GetNamedVariableListAttributesRequest(Persistent)));
        store.FailForLong(ied);
        Assert.Equal("resource/other", Class(ied.LateAnswer(peer)));
        ied.LateAnswer(peer);
        Assert.Equal("access/object-non-existent", Class(ied.Ask(peer, new GetNamedVariableListAttributesRequest(Persistent))));
        store.Recover(ied);
        Assert.IsType<ConfirmedResponse>(ied.Ask(peer, new DefineNamedVariableListRequest(Persistent, [new(ObjectName.In("PV1LD0", Usual[0]))])));
    }

    /// <summary>The shipped inverter with an array of harmonics.</summary>
    private static string ArrayScl()
    {
        var scl = TestScl.Shipped.Replace("</LDevice>", "<LN lnClass=\"MHAI\" inst=\"1\" lnType=\"MHAI\"/></LDevice>", StringComparison.Ordinal);
        scl = scl.Before("<LNodeType", "<LNodeType id=\"MHAI\" lnClass=\"MHAI\"><DO name=\"Beh\" type=\"ENS_Beh\"/><DO name=\"HA\" type=\"HWYE\"/></LNodeType>");
        scl = scl.Before("<DOType", "<DOType id=\"HWYE\" cdc=\"HWYE\"><DA name=\"phsAHar\" fc=\"MX\" bType=\"Struct\" type=\"HarVal\" count=\"5\" dchg=\"true\"/><DA name=\"q\" fc=\"MX\" bType=\"Quality\" qchg=\"true\"/><DA name=\"t\" fc=\"MX\" bType=\"Timestamp\"/></DOType>");
        return scl.Before("<DAType", "<DAType id=\"HarVal\"><BDA name=\"cVal\" bType=\"Struct\" type=\"HarMag\"/></DAType><DAType id=\"HarMag\"><BDA name=\"mag\" bType=\"Struct\" type=\"AnalogueValue\"/></DAType>");
    }

    private static VariableSpecification Array(uint index, params string[] components) =>
        new(ObjectName.In("PV1LD0", "MHAI1$MX$HA$phsAHar"), [new AccessStep.Index(index), .. components.Select(c => new AccessStep.Component(c))]);

    private static ServiceError Error(MmsPdu? answer) => Assert.IsType<ConfirmedError>(answer).Error;

    private static string Class(MmsPdu? answer) => Error(answer).ToString().Split(':')[0];

    private static (uint Matched, uint Deleted) Delete(TestIed ied, Association peer, ObjectName name)
    {
        var answer = ied.Ask<DeleteNamedVariableListResponse>(peer, new DeleteNamedVariableListRequest(ScopeOfDelete.Specific, [name]));
        return (answer.Matched, answer.Deleted);
    }

    private void Create(ObjectName name, string[] members, Association? peer = null) =>
        _ied.Ask<DefineNamedVariableListResponse>(peer ?? _peer, new DefineNamedVariableListRequest(name, [.. members.Select(m => new VariableSpecification(ObjectName.In("PV1LD0", m)))]));

    private IReadOnlyList<string> Names(NameScope scope, Association? peer = null) =>
        _ied.Ask<GetNameListResponse>(peer ?? _peer, new GetNameListRequest(ObjectClass.NamedVariableList, scope, scope == NameScope.Domain ? "PV1LD0" : "")).Identifiers;
}
