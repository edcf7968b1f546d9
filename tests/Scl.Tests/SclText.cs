using System.Text;

namespace DerAgent.Scl.Tests;

/// <summary>Small SCL files for tests.</summary>
internal static class SclText
{
    /// <summary>A server with a measurement, a command, an array, setting groups, a data set and a report block.</summary>
    public const string Small = """
        <?xml version="1.0" encoding="UTF-8"?>
        <SCL xmlns="http://www.iec.ch/61850/2003/SCL" version="2007" revision="B" release="4">
          <Header id="t"/>
          <Communication><SubNetwork name="X" type="8-2"><ConnectedAP iedName="C1" apName="S1"><Address><P type="JID">c1@dso.example</P></Address></ConnectedAP></SubNetwork></Communication>
          <IED name="T1">
            <Services><SettingGroups><SGEdit/></SettingGroups><ConfDataSet max="4" maxAttributes="4"/><ReportSettings datSet="Conf"/></Services>
            <AccessPoint name="AP1"><Server><Authentication/><LDevice inst="LD0">
              <LN0 lnClass="LLN0" inst="" lnType="Z">
                <DataSet name="Ds"><FCDA ldInst="LD0" lnClass="GGIO" lnInst="1" doName="AnIn1" fc="MX"/></DataSet>
                <ReportControl name="rcb" datSet="Ds" confRev="1" buffered="true"><TrgOps dchg="true"/><OptFields/><RptEnabled max="2"><ClientLN iedName="C1" ldInst="x" lnClass="ITCI"/></RptEnabled></ReportControl>
                <SettingControl numOfSGs="3" actSG="2"/>
              </LN0>
              <LN lnClass="LPHD" inst="1" lnType="P"/>
              <LN lnClass="GGIO" inst="1" lnType="G">
                <DOI name="SPCSO1"><DAI name="ctlModel"><Val>direct-with-normal-security</Val></DAI></DOI>
                <DOI name="Set"><SDI name="setMag"><DAI name="f"><Val sGroup="1">1.5</Val><Val sGroup="2">2.5</Val><Val sGroup="3">3.5</Val></DAI></SDI></DOI>
                <DOI name="Har"><SDI name="har" ix="1"><DAI name="f"><Val>7</Val></DAI></SDI></DOI>
              </LN>
            </LDevice></Server></AccessPoint>
          </IED>
          <DataTypeTemplates>
            <LNodeType id="Z" lnClass="LLN0"><DO name="NamPlt" type="LPL"/><DO name="Beh" type="ENS"/><DO name="Health" type="ENH"/><DO name="Mod" type="ENC"/></LNodeType>
            <LNodeType id="P" lnClass="LPHD"><DO name="PhyNam" type="DPL"/><DO name="PhyHealth" type="ENH"/><DO name="Proxy" type="SPS"/></LNodeType>
            <LNodeType id="G" lnClass="GGIO"><DO name="Beh" type="ENS"/><DO name="AnIn1" type="MV"/><DO name="SPCSO1" type="SPC"/><DO name="Set" type="ASG"/><DO name="Har" type="H"/></LNodeType>
            <DOType id="LPL" cdc="LPL"><DA name="vendor" fc="DC" bType="VisString255"/><DA name="swRev" fc="DC" bType="VisString255"/><DA name="configRev" fc="DC" bType="VisString255"/><DA name="ldNs" fc="EX" bType="VisString255"/></DOType>
            <DOType id="DPL" cdc="DPL"><DA name="vendor" fc="DC" bType="VisString255"/></DOType>
            <DOType id="ENS" cdc="ENS"><DA name="stVal" fc="ST" bType="Enum" type="Kind" dchg="true"/><DA name="q" fc="ST" bType="Quality" qchg="true"/><DA name="t" fc="ST" bType="Timestamp"/></DOType>
            <DOType id="ENH" cdc="ENS"><DA name="stVal" fc="ST" bType="Enum" type="Health" dchg="true"/><DA name="q" fc="ST" bType="Quality" qchg="true"/><DA name="t" fc="ST" bType="Timestamp"/></DOType>
            <DOType id="ENC" cdc="ENC"><DA name="stVal" fc="ST" bType="Enum" type="Kind" dchg="true"/><DA name="q" fc="ST" bType="Quality" qchg="true"/><DA name="t" fc="ST" bType="Timestamp"/><DA name="ctlModel" fc="CF" bType="Enum" type="Ctl"><Val>status-only</Val></DA></DOType>
            <DOType id="SPS" cdc="SPS"><DA name="stVal" fc="ST" bType="BOOLEAN" dchg="true"/><DA name="q" fc="ST" bType="Quality" qchg="true"/><DA name="t" fc="ST" bType="Timestamp"/></DOType>
            <DOType id="MV" cdc="MV"><DA name="mag" fc="MX" bType="Struct" type="AV" dchg="true"/><DA name="q" fc="MX" bType="Quality" qchg="true"/><DA name="t" fc="MX" bType="Timestamp"/></DOType>
            <DOType id="ASG" cdc="ASG"><DA name="setMag" fc="SG" bType="Struct" type="AV" dchg="true"/></DOType>
            <DOType id="SPC" cdc="SPC"><DA name="stVal" fc="ST" bType="BOOLEAN" dchg="true"/><DA name="q" fc="ST" bType="Quality" qchg="true"/><DA name="t" fc="ST" bType="Timestamp"/><DA name="ctlModel" fc="CF" bType="Enum" type="Ctl"/><DA name="Oper" fc="CO" bType="Struct" type="Oper"/></DOType>
            <DOType id="H" cdc="HMV"><DA name="n" fc="CF" bType="INT16U"><Val>3</Val></DA><DA name="har" fc="MX" bType="Struct" type="AV" count="n"/></DOType>
            <DAType id="AV"><BDA name="f" bType="FLOAT32"/></DAType>
            <DAType id="Oper"><BDA name="ctlVal" bType="BOOLEAN"/><BDA name="T" bType="Timestamp"/><BDA name="Test" bType="BOOLEAN"/><BDA name="Check" bType="Check"/></DAType>
            <EnumType id="Kind"><EnumVal ord="1">on</EnumVal><EnumVal ord="2">blocked</EnumVal></EnumType>
            <EnumType id="Health"><EnumVal ord="1">Ok</EnumVal><EnumVal ord="2">Warning</EnumVal><EnumVal ord="3">Alarm</EnumVal></EnumType>
            <EnumType id="Ctl"><EnumVal ord="0">status-only</EnumVal><EnumVal ord="1">direct-with-normal-security</EnumVal><EnumVal ord="2">sbo-with-normal-security</EnumVal></EnumType>
          </DataTypeTemplates>
        </SCL>
        """;

    public static SclLoad Load(string text, SclOptions? options = null) => Load(Encoding.UTF8.GetBytes(text), options);

    public static SclLoad Load(byte[] bytes, SclOptions? options = null)
    {
        using var stream = new MemoryStream(bytes);
        return SclLoader.Load(stream, "t.cid", options);
    }

    public static SclInspection Inspect(string text, InspectionOptions? options = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return SclInspector.Inspect(stream, "t.cid", options);
    }
}
