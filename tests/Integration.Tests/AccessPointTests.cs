using System.Text.Json.Nodes;
using DerAgent.Client;
using DerAgent.Mms;

namespace DerAgent.Integration.Tests;

/// <summary>Several access points, each served to its own connection (IEC 61850-6 §9.3.2).</summary>
public sealed class AccessPointTests
{
    private static readonly ObjectName TotW = ObjectName.In("PV1LD0", "MMXU1$MX$TotW$mag$f");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_access_point_lends_its_server_and_another_has_its_own()
    {
        await using var lab = await AgentLab.StartAsync(
            "pv-inverter.cid",
            [new("inv1", "sunspec-inverter")],
            options => options["connections"] = new JsonArray(Named(options, "dso", "pv1", "AP1"), Named(options, "vpp", "view", "AP2"), Named(options, "maker", "stranger", "AP3")),
            edit: text => text.Replace("</AccessPoint>", """
                </AccessPoint>
                <AccessPoint name="AP2"><ServerAt apName="AP1"/></AccessPoint>
                <AccessPoint name="AP3"><Server><Authentication/><LDevice inst="SVC"><LN0 lnClass="LLN0" inst="" lnType="LLN0"/><LN lnClass="MMXU" inst="1" lnType="MMXU"><DOI name="TotW"><SDI name="mag"><DAI name="f" sAddr="inv1/W"/></SDI></DOI></LN></LDevice></Server></AccessPoint>
                """, StringComparison.Ordinal));
        await lab.Agent.LineAsync("connected as view@localhost/IEC");
        await lab.Agent.LineAsync("connected as stranger@localhost/IEC");
        await using var dso = await lab.ConnectAsync();
        await using var vpp = await lab.ConnectAsync(resource: "vpp", server: "view@localhost/IEC");
        await using var maker = await lab.ConnectAsync(resource: "maker", server: "stranger@localhost/IEC");
        Assert.Equal(["PV1LD0"], await dso.GetServerDirectoryAsync(Cancel));
        Assert.Equal(["PV1LD0"], await vpp.GetServerDirectoryAsync(Cancel));
        Assert.Equal(["PV1SVC"], await maker.GetServerDirectoryAsync(Cancel));
        Assert.Equal(8000, await AgentLab.UntilAsync(dso, TotW, v => v > 0));
        Assert.Equal(8000, await AgentLab.UntilAsync(vpp, TotW, v => v > 0));
        Assert.Equal(8000, await AgentLab.UntilAsync(maker, ObjectName.In("PV1SVC", "MMXU1$MX$TotW$mag$f"), v => v > 0));

        // One server: what one partner reserves is reserved for the other.
        Assert.Null(await dso.WriteAsync(ObjectName.In("PV1LD0", "LLN0$BR$brcbMeas01$RptEna"), Model.DataValue.Boolean(true), Cancel));
        Assert.NotNull(await vpp.WriteAsync(ObjectName.In("PV1LD0", "LLN0$BR$brcbMeas01$RptEna"), Model.DataValue.Boolean(true), Cancel));
    }

    private static JsonObject Named(JsonObject options, string name, string account, string accessPoint)
    {
        var connection = options["connections"]![0]!.DeepClone().AsObject();
        (connection["name"], connection["jid"], connection["passwordFile"], connection["accessPoint"]) = (name, $"{account}@localhost/IEC", $"{account}.secret", accessPoint);
        return connection;
    }
}
