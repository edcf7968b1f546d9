using System.Globalization;
using System.Text.Json.Nodes;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests.Soak;

/// <summary>What soaks: a real server, the agent on a cable with moods, a device that counts, and partners on cables of their own.</summary>
internal sealed class SoakSite : IAsyncDisposable
{
    private const string Profile = """
        profile: soak
        maker: nobody
        models: [one that counts]
        verified: {manual: "tests/soak.sh", by: the soak}
        modbus: {timeout-ms: 3000, unit: 1, write-function: 16}
        points:
          Count: {holding: 10, type: uint32, poll: fast}
          SetPoint: {holding: 20, type: uint16, access: write, poll: normal, verify: {tolerance: 0, within: 10s}}
        """;

    private const string Scl = """
        <?xml version="1.0" encoding="UTF-8"?>
        <SCL xmlns="http://www.iec.ch/61850/2003/SCL" xmlns:da="urn:der-agent:scl:1" version="2007" revision="B" release="4">
          <Header id="soak"/>
          <IED name="PV1">
            <Private type="DerAgent:Devices"><da:Device name="dev1" profile="soak" url="modbus-tcp://127.0.0.1:502?unit=1"/></Private>
            <Services><ConfReportControl max="8"/><ReportSettings datSet="Conf" trgOps="Dyn" resvTms="true"/></Services>
            <AccessPoint name="AP1"><Server><Authentication/><LDevice inst="LD0">
              <LN0 lnClass="LLN0" inst="" lnType="Z">
                <DataSet name="Ds"><FCDA ldInst="LD0" lnClass="GGIO" lnInst="1" doName="IntIn1" fc="ST"/></DataSet>
                <ReportControl name="brcb" datSet="Ds" rptID="brcb" confRev="1" buffered="true" bufTime="0"><TrgOps dchg="true"/><OptFields seqNum="true" timeStamp="true" dataSet="true" reasonCode="true" entryID="true" configRef="true" bufOvfl="true"/><RptEnabled max="4"/></ReportControl>
              </LN0>
              <LN lnClass="LPHD" inst="1" lnType="P"/>
              <LN lnClass="GGIO" inst="1" lnType="G">
                <DOI name="IntIn1"><DAI name="stVal" sAddr="dev1/Count"/></DOI>
                <DOI name="ISCSO1"><DAI name="ctlModel"><Val>direct-with-enhanced-security</Val></DAI><SDI name="Oper"><DAI name="ctlVal" sAddr="dev1/SetPoint"/></SDI><DAI name="stVal" sAddr="dev1/SetPoint"/></DOI>
              </LN>
            </LDevice></Server></AccessPoint>
          </IED>
          <DataTypeTemplates>
            <LNodeType id="Z" lnClass="LLN0"><DO name="NamPlt" type="LPL"/><DO name="Beh" type="ENS"/><DO name="Health" type="ENS"/><DO name="Mod" type="ENC"/></LNodeType>
            <LNodeType id="P" lnClass="LPHD"><DO name="PhyNam" type="DPL"/><DO name="PhyHealth" type="ENS"/><DO name="Proxy" type="SPS"/></LNodeType>
            <LNodeType id="G" lnClass="GGIO"><DO name="Beh" type="ENS"/><DO name="IntIn1" type="INS"/><DO name="ISCSO1" type="INC"/></LNodeType>
            <DOType id="LPL" cdc="LPL"><DA name="vendor" fc="DC" bType="VisString255"/><DA name="swRev" fc="DC" bType="VisString255"/><DA name="configRev" fc="DC" bType="VisString255"/></DOType>
            <DOType id="DPL" cdc="DPL"><DA name="vendor" fc="DC" bType="VisString255"/></DOType>
            <DOType id="SPS" cdc="SPS"><DA name="stVal" fc="ST" bType="BOOLEAN" dchg="true"/><DA name="q" fc="ST" bType="Quality" qchg="true"/><DA name="t" fc="ST" bType="Timestamp"/></DOType>
            <DOType id="ENS" cdc="ENS"><DA name="stVal" fc="ST" bType="Enum" type="Health" dchg="true"/><DA name="q" fc="ST" bType="Quality" qchg="true"/><DA name="t" fc="ST" bType="Timestamp"/></DOType>
            <DOType id="ENC" cdc="ENC"><DA name="stVal" fc="ST" bType="Enum" type="Health" dchg="true"/><DA name="q" fc="ST" bType="Quality" qchg="true"/><DA name="t" fc="ST" bType="Timestamp"/><DA name="ctlModel" fc="CF" bType="Enum" type="CtlModels"/></DOType>
            <DOType id="INS" cdc="INS"><DA name="stVal" fc="ST" bType="INT32" dchg="true"/><DA name="q" fc="ST" bType="Quality" qchg="true"/><DA name="t" fc="ST" bType="Timestamp"/></DOType>
            <DOType id="INC" cdc="INC">
              <DA name="Oper" fc="CO" bType="Struct" type="Oper"/><DA name="stVal" fc="ST" bType="INT32" dchg="true"/><DA name="q" fc="ST" bType="Quality" qchg="true"/><DA name="t" fc="ST" bType="Timestamp"/><DA name="ctlModel" fc="CF" bType="Enum" type="CtlModels"/>
            </DOType>
            <DAType id="Oper"><BDA name="ctlVal" bType="INT32"/><BDA name="origin" bType="Struct" type="Originator"/><BDA name="ctlNum" bType="INT8U"/><BDA name="T" bType="Timestamp"/><BDA name="Test" bType="BOOLEAN"/><BDA name="Check" bType="Check"/></DAType>
            <DAType id="Originator"><BDA name="orCat" bType="Enum" type="OriginatorCategory"/><BDA name="orIdent" bType="Octet64"/></DAType>
            <EnumType id="Health"><EnumVal ord="1">Ok</EnumVal><EnumVal ord="2">Warning</EnumVal><EnumVal ord="3">Alarm</EnumVal></EnumType>
            <EnumType id="CtlModels"><EnumVal ord="0">status-only</EnumVal><EnumVal ord="1">direct-with-normal-security</EnumVal><EnumVal ord="2">sbo-with-normal-security</EnumVal><EnumVal ord="3">direct-with-enhanced-security</EnumVal><EnumVal ord="4">sbo-with-enhanced-security</EnumVal></EnumType>
            <EnumType id="OriginatorCategory"><EnumVal ord="0">not-supported</EnumVal><EnumVal ord="3">remote-control</EnumVal></EnumType>
          </DataTypeTemplates>
        </SCL>
        """;

    private SoakSite(XmppLab xmpp, SoakDevice device) => (Xmpp, Device, Cable) = (xmpp, device, new(xmpp.Port));

    public XmppLab Xmpp { get; }

    public SoakDevice Device { get; }

    /// <summary>The agent's.</summary>
    public FaultyCable Cable { get; }

    public WatchedProcess Agent { get; private set; } = null!;

    private string ConfigurationFile => Path.Combine(Xmpp.Folder, "agent.json");

    public static ObjectName Counter { get; } = ObjectName.In("PV1LD0", "GGIO1$ST$IntIn1$stVal");

    /// <summary>The object that is commanded.</summary>
    public const string SetPoint = "PV1LD0/GGIO1.ISCSO1";

    /// <param name="isEjabberd">Whose server.</param>
    /// <param name="native">The native program; null: the managed one.</param>
    /// <param name="pace">Time between two values of the device's counter.</param>
    public static async Task<SoakSite> StartAsync(bool isEjabberd, string? native, TimeSpan pace)
    {
        var site = new SoakSite(await XmppLab.StartAsync(isEjabberd), new(TimeProvider.System, pace));
        await WriteFilesAsync(
            site.Xmpp.Folder,
            site.Device,
            "pv1@localhost/IEC",
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{site.Cable.Port}"),
            ("control@localhost", "DSO_OPERATOR"),
            ("view@localhost", "MONITOR"),
            ("vpp@localhost", "MONITOR"));
        string[] program = native is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "der-agent.dll")] : [native];
        site.Agent = new WatchedProcess("env", ["--default-signal=HUP", .. program, "run", "--config", site.ConfigurationFile]);
        await site.Agent.LineAsync("connected as pv1@localhost/IEC");
        await site.Agent.LineAsync("the device answers");
        return site;
    }

    /// <summary>The three files of an agent, with the device of the soak; ca.pem and pv1.secret are there.</summary>
    public static async Task WriteFilesAsync(string folder, SoakDevice device, string jid, string server, params (string Jid, string Role)[] access)
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        await File.WriteAllTextAsync(Path.Combine(folder, "soak.yaml"), Profile);
        await File.WriteAllTextAsync(Path.Combine(folder, "site.cid"), Scl);
        var options = new JsonObject
        {
            ["scl"] = "site.cid",
            ["data"] = "data",
            ["profiles"] = new JsonArray("."),
            ["devices"] = new JsonObject { ["dev1"] = new JsonObject { ["url"] = device.Url } },
            ["connections"] = new JsonArray(new JsonObject
            {
                ["name"] = "dso",
                ["jid"] = jid,
                ["servers"] = new JsonArray(server),
                ["ca"] = "ca.pem",
                ["passwordFile"] = "pv1.secret",
                ["access"] = new JsonArray([.. access.Select(a => new JsonObject { ["jid"] = a.Jid, ["roles"] = new JsonArray(a.Role) })]),
            }),
        };
        await File.WriteAllTextAsync(Path.Combine(folder, "agent.json"), options.ToJsonString());
    }

    /// <summary>A client of a partner.</summary>
    /// <param name="account">Its account.</param>
    /// <param name="resource">Its resource.</param>
    /// <param name="cable">Its cable; null: none of its own.</param>
    /// <param name="cancel">Ends it.</param>
    public Task<AcsiClient> ConnectAsync(string account, string resource, FaultyCable? cable, CancellationToken cancel) => AcsiClient.ConnectAsync(
        new() { Xmpp = Xmpp.Options(account, resource, cable?.Port), Server = Jid.Parse("pv1@localhost/IEC"), RequestTimeout = TimeSpan.FromSeconds(20), ConnectTimeout = TimeSpan.FromSeconds(20) },
        TimeProvider.System,
        null,
        cancel);

    /// <summary>The agent gets another trust anchor more, or loses it again: it takes the line over with them, make before break.</summary>
    public async Task RenewAsync()
    {
        var anchors = await File.ReadAllTextAsync(Xmpp.Ca);
        const string Mark = "-----END CERTIFICATE-----";
        var other = await File.ReadAllTextAsync(Path.Combine(Xmpp.Folder, "certs", "localhost.crt"));
        var first = anchors[..(anchors.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)] + "\n";
        await File.WriteAllTextAsync(Path.Combine(Xmpp.Folder, "ca.new"), anchors.Trim() == first.Trim() ? first + other : first);
        File.Move(Path.Combine(Xmpp.Folder, "ca.new"), Xmpp.Ca, overwrite: true);
        Agent.HangUp();
    }

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        await Cable.DisposeAsync();
        await Device.DisposeAsync();
        await Xmpp.DisposeAsync();
    }
}
