using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Security;

namespace DerAgent.Acsi.Tests;

/// <summary>What each role may read and write, attribute by attribute of the shipped models (IEC 62351-8, security design §3).</summary>
public sealed class RightsTests
{
    public static TheoryData<string, string> RolesAndFiles()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Corpus.Root, "scl"), "*.cid").Order(StringComparer.Ordinal))
        {
            foreach (var role in Roles.All.Keys)
            {
                data.Add(role, Path.GetFileName(file));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(RolesAndFiles))]
    public void A_role_reads_and_writes_what_the_table_lets_through(string role, string file)
    {
        var model = SclLoader.Load(Path.Combine(Corpus.Root, "scl", file)).Model!;
        var resolver = new VariableResolver(model, new Permissions(new Authority(), TimeProvider.System));
        var ied = TestIed.PvInverter();
        var peer = ied.Associate(rights: Roles.RightsOf([role]));
        var asked = 0;
        foreach (var node in model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.Constraints.Values).SelectMany(Descendants))
        {
            foreach (var service in new[] { MmsService.Read, MmsService.Write })
            {
                var failure = resolver.Resolve(peer, service, new(ObjectName.In(node.LogicalNode.LogicalDevice.Name, node.ItemId))).Failure;
                var isAllowed = May(role, service, node);
                Assert.True(failure == (isAllowed ? null : DataAccessError.ObjectAccessDenied), $"{role} {service} {node}: {failure}");
                asked++;
            }
        }

        Assert.True(asked > 500);
    }

    [Fact] // access is checked before a value's type: who may not write learns nothing of what he may not write
    public void Who_may_not_write_gets_one_answer_whatever_the_value()
    {
        var ied = TestIed.PvInverter();
        var viewer = ied.Associate(rights: Roles.RightsOf(["VIEWER"]), area: ["PV1LD0/MMXU*", "PV1LD0/LLN0", "PV1LD0/DWMX*"]);
        DataValue[] values = [DataValue.Boolean(true), DataValue.Float32(1), DataValue.VisibleString("x"), DataValue.Integer(-5), DataValue.Structure([DataValue.Boolean(false)]), DataValue.Bits(1, 3), DataValue.Octets(new byte[100])];
        var nodes = ied.Model.LogicalDevices.SelectMany(d => d.LogicalNodes).SelectMany(n => n.Constraints.Values).SelectMany(Descendants).Where(n => n.Fc is not (FunctionalConstraint.BR or FunctionalConstraint.RP)).ToList();
        Assert.NotEmpty(nodes);
        foreach (var node in nodes)
        {
            var answers = values.Select(v => ied.Write(viewer, node.ItemId, v)).Distinct().ToList();
            var sees = node.LogicalNode.Name.StartsWith("MMXU", StringComparison.Ordinal) || node.LogicalNode.Name is "LLN0" || node.LogicalNode.Name.StartsWith("DWMX", StringComparison.Ordinal);
            Assert.True(answers is [{ } answer] && answer == (sees ? DataAccessError.ObjectAccessDenied : DataAccessError.ObjectNonExistent), $"{node}: {string.Join(", ", answers)}");
        }

        Assert.Empty(ied.Commands);
    }

    [Fact] // whom ClientLN names is compared whole: somebody of the same name at another server is somebody else
    public void A_block_is_written_by_the_client_it_is_assigned_to_and_by_nobody_of_like_name()
    {
        var text = TestScl.Shipped;
        var assigned = text.IndexOf("<RptEnabled max=\"4\"/>", StringComparison.Ordinal);
        var ied = new TestIed(text[..assigned] + "<RptEnabled max=\"4\"><ClientLN iedName=\"dso1@dso.example\" ldInst=\"x\" lnClass=\"ITCI\"/><ClientLN iedName=\"dso2@dso.example/B\" ldInst=\"x\" lnClass=\"ITCI\"/></RptEnabled>" + text[(assigned + 22)..]);
        DataAccessError? Enable(string who, int block, DataValue value) => ied.Write(ied.Associate(who), $"LLN0$BR$brcbStatus0{block}$RptEna", value);
        foreach (var stranger in new[] { "dso1@other.example/A", "xdso1@dso.example/A", "dso1@dso.example.net/A", "dso2@dso.example/A" })
        {
            Assert.Equal(DataAccessError.ObjectAccessDenied, Enable(stranger, 1, DataValue.Boolean(true)));
            Assert.Equal(DataAccessError.ObjectAccessDenied, Enable(stranger + "2", 1, DataValue.Float32(1)));
        }

        Assert.Null(Enable("DSO1@dso.example/any", 1, DataValue.Boolean(true)));
        Assert.Equal(DataAccessError.ObjectAccessDenied, Enable("dso2@dso.example/b", 2, DataValue.Boolean(true)));
        Assert.Null(Enable("dso2@dso.example/B", 2, DataValue.Boolean(true)));
        Assert.Null(Enable("anybody@dso.example/1", 3, DataValue.Boolean(true)));

        // Who it is assigned to may write ResvTms, and it stays what the file says.
        var assignee = ied.Associate("dso1@dso.example/other", id: "9");
        Assert.Equal(DataAccessError.TemporarilyUnavailable, ied.Write(assignee, "LLN0$BR$brcbStatus01$ResvTms", DataValue.Integer(30)));
        ied.Server.Abort(static _ => true, AssociationEndCause.PeerGone, "gone");
        assignee = ied.Associate("dso1@dso.example/other", id: "9");
        Assert.Null(ied.Write(assignee, "LLN0$BR$brcbStatus01$ResvTms", DataValue.Integer(30)));
        Assert.Equal(-1, ied.Read(assignee, "LLN0$BR$brcbStatus01$ResvTms").Value.AsInteger());
        Assert.Equal(DataAccessError.ObjectAccessDenied, ied.Write(ied.Associate("anybody@dso.example/2"), "LLN0$BR$brcbStatus01$ResvTms", DataValue.Integer(30)));
    }

    [Theory]
    [InlineData("VIEWER", true)]
    [InlineData("SECADM", true)]
    [InlineData(null, false)]
    public void Whoever_has_a_role_discovers(string? role, bool discovers)
    {
        var ied = TestIed.PvInverter();
        var peer = ied.Associate(rights: Roles.RightsOf(role is null ? [] : [role]));
        Assert.Equal(discovers, ied.Ask(peer, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0")) is ConfirmedResponse);
        Assert.IsType<ConfirmedResponse>(ied.Ask(peer, new IdentifyRequest()));
        Assert.IsType<ConfirmedResponse>(ied.Ask(peer, new StatusRequest(false)));
    }

    [Fact] // a member he may not read answers so, and he enables no block on it
    public void A_data_set_is_read_as_far_as_its_members_may_be_and_reported_only_as_a_whole()
    {
        var ied = TestIed.PvInverter();
        var peer = ied.Associate(rights: Roles.RightsOf(["MONITOR"]), area: ["PV1LD0/LLN0"]);
        var read = ied.Ask<ReadResponse>(peer, new ReadRequest(new VariableAccess.Named(ObjectName.In("PV1LD0", "LLN0$Measurements"))));
        Assert.All(read.Results, r => Assert.Equal(DataAccessError.ObjectNonExistent, r.Failure));
        Assert.Equal(DataAccessError.ObjectAccessDenied, ied.Write(peer, "LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true)));
        var other = ied.Associate("other@dso.example/1", Roles.RightsOf(["MONITOR"]));
        Assert.Null(ied.Write(other, "LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true)));
    }

    /// <summary>The table of the design, in words of its own.</summary>
    private static bool May(string role, MmsService service, DataNode node)
    {
        string[] reads = ["OPERATOR", "ENGINEER", "INSTALLER", "DSO_OPERATOR", "AGGREGATOR_OPERATOR", "MONITOR"];
        string[] controls = ["OPERATOR", "DSO_OPERATOR", "AGGREGATOR_OPERATOR"];
        string[] reports = ["OPERATOR", "ENGINEER", "DSO_OPERATOR", "AGGREGATOR_OPERATOR", "MONITOR"];
        string[] configures = ["ENGINEER", "INSTALLER", "DSO_OPERATOR", "AGGREGATOR_OPERATOR"];
        var isSelect = node is { Fc: FunctionalConstraint.CO, Name: "SBO" };
        var isSettingGroups = node.Fc == FunctionalConstraint.SE || (service == MmsService.Write && (node.Fc == FunctionalConstraint.SG || node.ItemId.Contains("$SP$SGCB", StringComparison.Ordinal)));
        return (isSettingGroups ? ["ENGINEER"]
            : isSelect || (service == MmsService.Write && node.Fc == FunctionalConstraint.CO) ? controls
            : service == MmsService.Read ? reads
            : node.Fc is FunctionalConstraint.BR or FunctionalConstraint.RP ? reports
            : node.Fc == FunctionalConstraint.LG ? [.. reports, "SECAUD"]
            : configures).Contains(role);
    }

    private static IEnumerable<DataNode> Descendants(DataNode node) => node.IsArray ? [node] : node.Children.SelectMany(Descendants).Prepend(node);
}
