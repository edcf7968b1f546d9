using System.Globalization;
using System.Text;

namespace DerAgent.Acsi.Tests;

/// <summary>The shipped inverter with LTRK (IEC 61850-7-4), a data set of its objects, and a buffered block that reports them.</summary>
internal static class TrackingScl
{
    private const string Common = "objRef:ObjRef serviceType:Enum:ServiceNameKind errorCode:Enum:ServiceStatusKind originatorID:Octet64 t:Timestamp";
    private const string Control = " origin:Struct:Originator ctlNum:INT8U T:Timestamp Test:BOOLEAN Check:Check respAddCause:Enum:AddCauseKind";

    private static readonly (string Name, string Cdc, string Members)[] Objects =
    [
        ("SpcTrk", "CTS", Common + " ctlVal:BOOLEAN" + Control),
        ("DpcTrk", "CTS", Common + " ctlVal:BOOLEAN" + Control),
        ("EncTrk1", "CTS", Common + " ctlVal:Enum:HealthKind" + Control),
        ("EncTrk2", "CTS", Common + " ctlVal:Enum:BehaviourModeKind" + Control),
        ("ApcFTrk", "CTS", Common + " ctlVal:Struct:AnalogueValue operTm:Timestamp" + Control),
        ("BrcbTrk", "BTS", Common + " rptID:VisString129 rptEna:BOOLEAN datSet:ObjRef confRev:INT32U optFlds:OptFlds bufTm:INT32U sqNum:INT16U trgOps:TrgOps intgPd:INT32U gi:BOOLEAN purgeBuf:BOOLEAN entryID:EntryID timeOfEntry:EntryTime resvTms:INT16 owner:Octet64"),
        ("UrcbTrk", "UTS", Common + " rptID:VisString129 rptEna:BOOLEAN resv:BOOLEAN datSet:ObjRef confRev:INT32U optFlds:OptFlds bufTm:INT32U sqNum:INT8U trgOps:TrgOps intgPd:INT32U gi:BOOLEAN owner:Octet64"),
        ("LocbTrk", "LTS", Common + " logEna:BOOLEAN logRef:ObjRef datSet:ObjRef oldEntrTm:EntryTime newEntrTm:EntryTime oldEnt:EntryID newEnt:EntryID trgOps:TrgOps intgPd:INT32U"),
        ("SgcbTrk", "STS", Common + " numOfSG:INT8U actSG:INT8U editSG:INT8U cnfEdit:BOOLEAN lActTm:Timestamp resvTms:INT16U"),
        ("GenTrk", "CST", Common),
    ];

    /// <summary>The SCL text.</summary>
    /// <param name="without">Objects that are left out.</param>
    public static string Text(params string[] without)
    {
        var scl = TestScl.Shipped;
        var objects = Objects.Where(o => !without.Contains(o.Name)).ToList();
        scl = scl.Replace("</LN0>", "<LogControl name=\"log\" datSet=\"Status\" logName=\"\"/><SettingControl numOfSGs=\"2\"/></LN0><LN lnClass=\"LTRK\" inst=\"1\" lnType=\"LTRK\"/>", StringComparison.Ordinal);
        scl = scl.Insert(
            scl.IndexOf("<ReportControl", StringComparison.Ordinal),
            $"<DataSet name=\"Tracking\">{string.Concat(objects.Select(o => $"<FCDA ldInst=\"LD0\" lnClass=\"LTRK\" lnInst=\"1\" doName=\"{o.Name}\" fc=\"SR\"/>"))}</DataSet>"
            + "<ReportControl name=\"brcbTrk\" datSet=\"Tracking\" rptID=\"trk\" confRev=\"1\" buffered=\"true\" bufTime=\"0\"><TrgOps dupd=\"true\"/><OptFields entryID=\"true\" reasonCode=\"true\"/><RptEnabled max=\"1\"/></ReportControl>");
        var nodes = new StringBuilder("<LNodeType id=\"LTRK\" lnClass=\"LTRK\"><DO name=\"Beh\" type=\"ENS_Beh\"/>");
        var types = new StringBuilder();
        foreach (var (name, cdc, members) in objects)
        {
            nodes.Append(CultureInfo.InvariantCulture, $"<DO name=\"{name}\" type=\"T_{name}\"/>");
            types.Append(CultureInfo.InvariantCulture, $"<DOType id=\"T_{name}\" cdc=\"{cdc}\">");
            foreach (var member in members.Split(' '))
            {
                var parts = member.Split(':');
                types.Append(CultureInfo.InvariantCulture, $"<DA name=\"{parts[0]}\" fc=\"SR\" bType=\"{parts[1]}\"{(parts.Length > 2 ? $" type=\"{parts[2]}\"" : "")}{(parts[0] == "objRef" ? " dupd=\"true\"" : "")}/>");
            }

            types.Append("</DOType>");
        }

        scl = scl.Before("<LNodeType", nodes.Append("</LNodeType>").ToString());
        scl = scl.Before("<DOType", types.ToString());
        var literals = string.Concat(new[] { ("ServiceNameKind", 57), ("ServiceStatusKind", 12), ("AddCauseKind", 27) }.Select(e =>
            $"<EnumType id=\"{e.Item1}\">{string.Concat(Enumerable.Range(0, e.Item2 + 1).Select(i => $"<EnumVal ord=\"{i}\">v{i}</EnumVal>"))}</EnumType>"));
        return scl.Before("<EnumType", literals);
    }
}
