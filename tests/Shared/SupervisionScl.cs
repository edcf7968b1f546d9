namespace DerAgent.Tests;

/// <summary>The shipped inverter with the logical nodes of the agent itself: its clock (LTMS, LTIM) and two connections (LCCH), the second one of a name.</summary>
internal static class SupervisionScl
{
    /// <summary>The SCL text.</summary>
    /// <param name="named">Name of the connection that the second LCCH stands for.</param>
    public static string Text(string named = "vpp")
    {
        var scl = TestScl.Shipped.Replace(
            "</LDevice>",
            $"""
            <LN lnClass="LTMS" inst="1" lnType="LTMS"/><LN lnClass="LTIM" inst="1" lnType="LTIM"/><LN lnClass="LCCH" inst="1" lnType="LCCH"/>
            <LN lnClass="LCCH" inst="2" lnType="LCCH"><DOI name="ApNam"><DAI name="setVal"><Val>{named}</Val></DAI></DOI></LN></LDevice>
            """,
            StringComparison.Ordinal);
        const string common = "<DO name=\"Mod\" type=\"ENC_Mod\"/><DO name=\"Beh\" type=\"ENS_Beh\"/>";
        scl = scl.Before("<LNodeType", $"""
            <LNodeType id="LTMS" lnClass="LTMS">{common}<DO name="TmAcc" type="INS"/><DO name="TmSrc" type="VSS_Sup"/><DO name="TmSrcTyp" type="ENS_Sup"/><DO name="TmSyn" type="ENS_Syn"/><DO name="TmChSt1" type="SPS"/><DO name="TmChSt2" type="SPS"/></LNodeType>
            <LNodeType id="LTIM" lnClass="LTIM">{common}<DO name="TmDT" type="SPS"/><DO name="TmOfsTmm" type="ING_Sup"/><DO name="TmUseDT" type="SPG"/></LNodeType>
            <LNodeType id="LCCH" lnClass="LCCH">{common}<DO name="ChLiv" type="SPS"/><DO name="FerCh" type="INS"/><DO name="RxCnt" type="BCR"/><DO name="TxCnt" type="BCR"/><DO name="ApNam" type="VSG_Sup"/></LNodeType>
            """);
        scl = scl.Before("<DOType", """
            <DOType id="VSS_Sup" cdc="VSS"><DA name="stVal" bType="VisString255" fc="ST" dchg="true"/><DA name="q" bType="Quality" fc="ST" qchg="true"/><DA name="t" bType="Timestamp" fc="ST"/></DOType>
            <DOType id="ENS_Sup" cdc="ENS"><DA name="stVal" bType="Enum" type="ClockSourceKind" fc="ST" dchg="true"/><DA name="q" bType="Quality" fc="ST" qchg="true"/><DA name="t" bType="Timestamp" fc="ST"/></DOType>
            <DOType id="ENS_Syn" cdc="ENS"><DA name="stVal" bType="Enum" type="ClockSyncKind" fc="ST" dchg="true"/><DA name="q" bType="Quality" fc="ST" qchg="true"/><DA name="t" bType="Timestamp" fc="ST"/></DOType>
            <DOType id="VSG_Sup" cdc="VSG"><DA name="setVal" bType="VisString255" fc="SP"/></DOType>
            <DOType id="ING_Sup" cdc="ING"><DA name="setVal" bType="INT32" fc="SP"/></DOType>
            """);
        return scl.Before("<EnumType", "<EnumType id=\"ClockSyncKind\"><EnumVal ord=\"0\">InternalClock</EnumVal><EnumVal ord=\"1\">LocalAreaClock</EnumVal><EnumVal ord=\"2\">GlobalAreaClock</EnumVal></EnumType><EnumType id=\"ClockSourceKind\"><EnumVal ord=\"1\">Unknown</EnumVal><EnumVal ord=\"2\">SNTP</EnumVal><EnumVal ord=\"3\">PTP</EnumVal><EnumVal ord=\"4\">IRIG-B</EnumVal><EnumVal ord=\"5\">Substation internal</EnumVal></EnumType>");
    }
}
