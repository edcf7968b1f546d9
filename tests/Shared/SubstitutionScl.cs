namespace DerAgent.Tests;

/// <summary>The shipped inverter with a logical node whose objects can be substituted and blocked: a status (SPS), a measurement with range and deadband (MV) and a phase (CMV).</summary>
internal static class SubstitutionScl
{
    private const string Types = """
        <DOType id="SPS_Sub" cdc="SPS">
          <DA name="stVal" bType="BOOLEAN" fc="ST" dchg="true"/><DA name="q" bType="Quality" fc="ST" qchg="true"/><DA name="t" bType="Timestamp" fc="ST"/>
          <DA name="subEna" bType="BOOLEAN" fc="SV"/><DA name="subVal" bType="BOOLEAN" fc="SV"/><DA name="subQ" bType="Quality" fc="SV"/><DA name="subID" bType="VisString64" fc="SV"/><DA name="blkEna" bType="BOOLEAN" fc="BL"/>
        </DOType>
        <DOType id="MV_Sub" cdc="MV">
          <DA name="instMag" bType="Struct" type="AnalogueValue" fc="MX"/><DA name="mag" bType="Struct" type="AnalogueValue" fc="MX" dchg="true"/><DA name="range" bType="Enum" type="RangeKind" fc="MX" dchg="true"/><DA name="q" bType="Quality" fc="MX" qchg="true"/><DA name="t" bType="Timestamp" fc="MX"/>
          <DA name="subEna" bType="BOOLEAN" fc="SV"/><DA name="subMag" bType="Struct" type="AnalogueValue" fc="SV"/><DA name="subQ" bType="Quality" fc="SV"/><DA name="subID" bType="VisString64" fc="SV"/><DA name="blkEna" bType="BOOLEAN" fc="BL"/>
          <DA name="db" bType="INT32U" fc="CF"/><DA name="zeroDb" bType="INT32U" fc="CF"/><DA name="rangeC" bType="Struct" type="RangeConfig" fc="CF"/>
        </DOType>
        <DOType id="CMV_Sub" cdc="CMV">
          <DA name="instCVal" bType="Struct" type="MagAng" fc="MX"/><DA name="cVal" bType="Struct" type="MagAng" fc="MX" dchg="true"/><DA name="q" bType="Quality" fc="MX" qchg="true"/><DA name="t" bType="Timestamp" fc="MX"/>
          <DA name="subEna" bType="BOOLEAN" fc="SV"/><DA name="subCVal" bType="Struct" type="MagAng" fc="SV"/><DA name="subQ" bType="Quality" fc="SV"/><DA name="subID" bType="VisString64" fc="SV"/>
          <DA name="db" bType="INT32U" fc="CF"><Val>10000</Val></DA><DA name="dbRef" bType="FLOAT32" fc="CF"><Val>100</Val></DA><DA name="dbAng" bType="INT32U" fc="CF"><Val>1000</Val></DA><DA name="dbAngRef" bType="FLOAT32" fc="CF"><Val>360</Val></DA>
        </DOType>
        """;

    private const string Structures = """
        <DAType id="MagAng"><BDA name="mag" bType="Struct" type="AnalogueValue"/><BDA name="ang" bType="Struct" type="AnalogueValue"/></DAType>
        <DAType id="RangeConfig"><BDA name="hhLim" bType="Struct" type="AnalogueValue"/><BDA name="hLim" bType="Struct" type="AnalogueValue"/><BDA name="lLim" bType="Struct" type="AnalogueValue"/><BDA name="llLim" bType="Struct" type="AnalogueValue"/><BDA name="min" bType="Struct" type="AnalogueValue"/><BDA name="max" bType="Struct" type="AnalogueValue"/><BDA name="limDb" bType="INT32U"/></DAType>
        """;

    /// <summary>The SCL text.</summary>
    /// <param name="limits">Values of <c>rangeC</c> by name; limDb among them.</param>
    /// <param name="config">Values of other attributes of the measurement, db and zeroDb.</param>
    public static string Text((string Name, string Value)[]? limits = null, (string Name, string Value)[]? config = null)
    {
        var range = string.Concat((limits ?? []).Select(l => l.Name == "limDb" ? $"<DAI name=\"limDb\"><Val>{l.Value}</Val></DAI>" : $"<SDI name=\"{l.Name}\"><DAI name=\"f\"><Val>{l.Value}</Val></DAI></SDI>"));
        var others = string.Concat((config ?? []).Select(c => $"<DAI name=\"{c.Name}\"><Val>{c.Value}</Val></DAI>"));
        var scl = TestScl.Shipped.Replace("</LDevice>", $"<LN lnClass=\"GGIO\" inst=\"9\" lnType=\"GGIO\"><DOI name=\"AnIn1\">{others}<SDI name=\"rangeC\">{range}</SDI></DOI></LN></LDevice>", StringComparison.Ordinal);
        scl = scl.Before("<ReportControl", "<DataSet name=\"Sub\"><FCDA ldInst=\"LD0\" lnClass=\"GGIO\" lnInst=\"9\" doName=\"Ind1\" fc=\"ST\"/><FCDA ldInst=\"LD0\" lnClass=\"GGIO\" lnInst=\"9\" doName=\"AnIn1\" fc=\"MX\"/></DataSet>"
            + "<ReportControl name=\"urcbSub\" datSet=\"Sub\" confRev=\"1\" buffered=\"false\"><TrgOps dchg=\"true\" qchg=\"true\"/><OptFields reasonCode=\"true\"/><RptEnabled max=\"1\"/></ReportControl>");
        scl = scl.Before("<LNodeType", "<LNodeType id=\"GGIO\" lnClass=\"GGIO\"><DO name=\"Mod\" type=\"ENC_Mod\"/><DO name=\"Beh\" type=\"ENS_Beh\"/><DO name=\"Ind1\" type=\"SPS_Sub\"/><DO name=\"AnIn1\" type=\"MV_Sub\"/><DO name=\"Ph1\" type=\"CMV_Sub\"/></LNodeType>");
        scl = scl.Before("<DOType", Types);
        scl = scl.Before("<DAType", Structures);
        return scl.Before("<EnumType", "<EnumType id=\"RangeKind\"><EnumVal ord=\"0\">normal</EnumVal><EnumVal ord=\"1\">high</EnumVal><EnumVal ord=\"2\">low</EnumVal><EnumVal ord=\"3\">high-high</EnumVal><EnumVal ord=\"4\">low-low</EnumVal></EnumType>");
    }
}
