
namespace DerAgent.Acsi.Tests;

/// <summary>The shipped inverter with a process around its switch: interlocking (CILO), synchronism (RSYN), a second switch of the same scope, a tap changer.</summary>
internal static class ProcessScl
{
    private const string Nodes = """
        <LN lnClass="CILO" inst="1" lnType="CILO"/><LN lnClass="RSYN" inst="1" lnType="RSYN"/>
        <LN lnClass="CSWI" inst="2" lnType="CSWI"/>
        <LN lnClass="ATCC" inst="1" lnType="ATCC"><DOI name="TapChg"><DAI name="minVal"><Val>1</Val></DAI><DAI name="maxVal"><Val>9</Val></DAI></DOI></LN>
        """;

    private const string NodeTypes = """
        <LNodeType id="CILO" lnClass="CILO"><DO name="Beh" type="ENS_Beh"/><DO name="EnaOpn" type="SPS"/><DO name="EnaCls" type="SPS"/></LNodeType>
        <LNodeType id="RSYN" lnClass="RSYN"><DO name="Beh" type="ENS_Beh"/><DO name="Rel" type="SPS"/></LNodeType>
        <LNodeType id="ATCC" lnClass="ATCC"><DO name="Beh" type="ENS_Beh"/><DO name="TapChg" type="BSC"/></LNodeType>
        """;

    private const string ObjectTypes = """
        <DOType id="BSC" cdc="BSC">
          <DA name="valWTr" bType="Struct" type="ValWithTrans" fc="ST" dchg="true"/><DA name="q" bType="Quality" fc="ST" qchg="true"/><DA name="t" bType="Timestamp" fc="ST"/>
          <DA name="Oper" bType="Struct" type="Oper_Tcmd" fc="CO"/>
          <DA name="persistent" bType="BOOLEAN" fc="CF"/>
          <DA name="ctlModel" bType="Enum" type="CtlModelKind" fc="CF"><Val>direct-with-normal-security</Val></DA><DA name="minVal" bType="INT8" fc="CF"/><DA name="maxVal" bType="INT8" fc="CF"/>
        </DOType>
        """;

    private const string AttributeTypes = """
        <DAType id="ValWithTrans"><BDA name="posVal" bType="INT8"/><BDA name="transInd" bType="BOOLEAN"/></DAType>
        <DAType id="Oper_Tcmd">
          <BDA name="ctlVal" bType="Tcmd"/><BDA name="origin" bType="Struct" type="Originator"/><BDA name="ctlNum" bType="INT8U"/><BDA name="T" bType="Timestamp"/><BDA name="Test" bType="BOOLEAN"/><BDA name="Check" bType="Check"/>
        </DAType>
        """;

    /// <summary>The SCL text.</summary>
    /// <param name="position">What is asked of the switch CSWI1.Pos.</param>
    /// <param name="device">What is asked of all controls of the logical device.</param>
    public static string Text(string position = "", string device = "")
    {
        var scl = TestScl.Shipped;
        scl = scl.Replace("</LDevice>", Nodes + "</LDevice>", StringComparison.Ordinal);
        scl = scl.Before("<LNodeType", NodeTypes);
        scl = scl.Before("<DOType", ObjectTypes);
        scl = scl.Before("<DAType", AttributeTypes);
        if (position.Length > 0)
        {
            scl = scl.Replace("<DOI name=\"Pos\">", $"<DOI name=\"Pos\"><Private type=\"DerAgent:Control\">{position}</Private>", StringComparison.Ordinal);
        }

        return device.Length == 0 ? scl : scl.Before("<LN0", $"<Private type=\"DerAgent:Control\">{device}</Private>");
    }
}
