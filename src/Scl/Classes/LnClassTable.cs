namespace DerAgent.Scl;

/// <summary>A data object of a logical-node class.</summary>
/// <param name="Name">Name without instance number.</param>
/// <param name="Cdc">Common data class.</param>
/// <param name="Enumeration">Enumeration of its value, or null.</param>
/// <param name="IsMandatory">Whether the class demands it.</param>
/// <param name="IsMultiple">Whether it may stand several times, with a number at the end.</param>
internal sealed record ClassDataObject(string Name, string Cdc, string? Enumeration, bool IsMandatory, bool IsMultiple);

/// <summary>The logical-node classes a DER shows, with the data objects asked for first (IEC 61850-7-4:2020, IEC 61850-7-420:2020, IEC 61850-90-10).
/// <c>!</c> marks what the class demands, <c>*</c> what may stand several times.</summary>
internal static class LnClassTable
{
    private const string Common = "NamPlt:LPL Beh:ENS=BehaviourModeKind! Health:ENS=HealthKind Mod:ENC=BehaviourModeKind";

    private const string Table = """
        CSWI Loc:SPS Pos:DPC!
        DAGC InEcpRef:ORG! RmpRteUse:SPG! ReqW:MV! WSpt:APC WSptPct:APC
        DBAT BatSt:SPS Amp:MV Watt:MV BatTyp:ENG=BatteryTypeKind!
        DCHB BoilRdy:SPS! BoilCtl:SPC! BoilTyp:ENG=BoilerKind!
        DCHC MaintTms:INS HtPwrEfc:MV HtTyp:ENG=ThermalEnergyMediumKind! MaxHtCap:ASG EnCnvTyp:ENG=CHPEnergyConverterKind! OpModCHP:ENG=CHPOperatingModeKind
        DCIP EngOnOff:SPS EngSpd:MV EngTorq:MV EngCtl:DPC SpdTgt:ASG
        DCTE InEcpRef:ORG! CeaEgzReqSt:ENS=CeasetoEnergizeStateKind! CeaEgzReq:SPS! CeaEgzReqCtl:ENC=CeasetoEnergizeStateTransitionKind! RtnSvcAuto:SPG! RtnRmpTmms:ING! RtnDlTmms:ING! VArLimPct:ASG! VHiLim:ASG! VLoLim:ASG! HzHiLim:ASG! HzLoLim:ASG!
        DCTS ThmCapTot:MV ThmCapPct:MV ThmIn:MV ThmOut:MV ThmStoTyp:ENG=ThermalEnergyStorageKind!
        DECP ElcRefId:VSG! VRef:ASG! VARtg:ASG WRtg:ASG RefFrm:SPG!
        DFPF InEcpRef:ORG! RmpRteUse:SPG! ReqPFExt:SPS! ReqPF:MV! PFGnTgtSpt:APC! PFGnExtQud:SPC
        DGEN EEHealth:ENS=HealthKind OutEcpRef:ORG! PhsConnTyp:ENG=PhaseKind! DERTyp:ENG=DERUnitKind! AvlUpW:MV AvlDnW:MV DEROpSt:ENS=DERStateKind! DEROpStCtl:ENC=DERStateTransitionKind WSpt:APC VArSpt:APC WMax:ASG! WRmp:ASG! VMax:ASG! WMaxRtg:ASG! VAMaxRtg:ASG VArMaxRtg:ASG VMaxRtg:ASG! TotStrCnt:INS GnEnTot:MV GnOpSt:ENS=DERGeneratorStateKind OpTmsRs:INS GnCtl:DPC
        DHFW InEcpRef:ORG! RmpRteUse:SPG! ReqW:MV! SnptBarEna:SPG! HzWCrv:CSG WGra:ASG HzStr:ASG HzStop:ASG
        DINV ACTyp:ENG=ACSystemKind! OutWSet:ASG InvDCLosAlm:SPS! InvGriLosAlm:SPS! GriModSt:ENS=GridConnectStateKind WRtg:ASG! VARtg:ASG!
        DLFW InEcpRef:ORG! RmpRteUse:SPG! ReqW:MV! SnptBarEna:SPG! HzWCrv:CSG WGra:ASG HzStr:ASG HzStop:ASG
        DMDR OutEcpRef:ORG! PhsConnTyp:ENG=PhaseKind! DERTyp:ENG=DERUnitKind! DEROpSt:ENS=DERStateKind! InclGn:ORG* InclSto:ORG* InclLod:ORG*
        DPCC ElcRefId:VSG! VRef:ASG! VARtg:ASG WRtg:ASG RefFrm:SPG! AreaEpsEcpId:VSG! AreaEpsWMax:ASG!
        DPMC WTopFct:ORS* ReqW:MV* ReqTotW:MV WSpt:APC* WMinSpt:APC* WMaxSpt:APC* VArSpt:APC* PFSpt:APC* DERRef:ORG! OutEcpRef:ORG!
        DPVA Typ:ENG=PVAssemblyKind! GndConn:ENG=PVGroundingKind ArrWRtg:ASG Tilt:ASG Azi:ASG
        DPVC CtlModSt:INS PVCtlSt:ENS=PVControlStateKind! ArrModCtl:ENC=PVArrayControlModeKind
        DSTO OutEcpRef:ORG! PhsConnTyp:ENG=PhaseKind! DERTyp:ENG=DERUnitKind! DEROpSt:ENS=DERStateKind! EffWh:MV EffWhPct:MV ChaWMax:ASG! DschWMax:ASG WhRtg:ASG SocHiAlm:SPS SocLoAlm:SPS SocWh:MV UseSocPct:MV ChaWhTot:MV DschWhTot:MV AvlDschW:MV AvlChaW:MV EqSto:ORG!
        DTCD InEcpRef:ORG! RmpRteUse:SPG! ReqW:MV! WSpt:APC SocUseTgtPct:ING! DateTgt:TSG!
        DVAR InEcpRef:ORG! RmpRteUse:SPG! ReqVAr:MV! VArTgtSpt:APC VArTgtSptPct:APC
        DVVR InEcpRef:ORG! RmpRteUse:SPG! ReqVAr:MV! VRefEsp:MV! VVArCrv:CSG
        DVWC InEcpRef:ORG! RmpRteUse:SPG! ReqW:MV! SnptBarEna:SPG! VRefEsp:MV! VWCrv:CSG
        DWFL InEcpRef:ORG! RmpRteUse:SPG! ReqW:MV! WSpt:APC FolWThr:ASG! FolWPct:ASG! FolWTgt:ASG!
        DWGC InEcpRef:ORG! RmpRteUse:SPG! ReqW:MV! WSpt:APC
        DWMN InEcpRef:ORG! RmpRteUse:SPG! WMinSptPct:APC WMinSpt:APC
        DWMX InEcpRef:ORG! RmpRteUse:SPG! ReqWMax:MV WMaxSptPct:APC WMaxSpt:APC
        DWVR InEcpRef:ORG! RmpRteUse:SPG! ReqVAr:MV! WVArCrv:CSG! WBarEna:SPG!
        FSCC ActSchdRef:ORS! ValMV:MV CtlEnt:ORG! Schd:ORG*
        FSCH SchdSt:ENS=ScheduleStateKind! SchdEntr:INS ValINS:INS ValSPS:SPS ValENS:ENS ActStrTm:TCS NxtStrTm:TCS! SchdEnaErr:ENS=ScheduleEnablingErrorKind! ValMV:MV EnaReq:SPC! DsaReq:SPC! SchdPrio:ING NumEntr:ING! SchdIntv:ING! ValASG:ASG* ValING:ING* ValSPG:SPG* ValENG:ENG* StrTm:TSG* EvtTrg:SPG InSyn:ORG SchdReuse:SPG!
        GGIO IntIn:INS* Alm:SPS* Wrn:SPS* Ind:SPS* CntVal:BCR* AnIn:MV* AnOut:APC* SPCSO:SPC* DPCSO:DPC*
        GSAL AuthFail:SEC! AcsCtlFail:SEC! SvcViol:SEC! Ina:SEC! OpCntRs:INC!
        KFUL FuelTyp:ENG=FuelKind!
        LCCH ChLiv:SPS! FerCh:INS RxCnt:BCR TxCnt:BCR ApNam:VSG
        LLN0 NamPlt:LPL Beh:ENS=BehaviourModeKind! Health:ENS=HealthKind LocKey:SPS Loc:SPS Mod:ENC=BehaviourModeKind LocSta:SPC LEDRs:SPC GrRef:ORG MltLev:SPG
        LPHD PhyNam:DPL! PhyHealth:ENS=HealthKind! Proxy:SPS! NumPwrUp:INS PwrUp:SPS RsStat:SPC
        LTIM TmDT:SPS! TmOfsTmm:ING! TmUseDT:SPG!
        LTMS TmSrc:VSS! TmSrcTyp:ENS=ClockSourceKind! TmSyn:ENS=ClockSyncKind TmChSt:SPS*
        LTRK
        MMDC Watt:MV Amp:MV Vol:MV
        MMET EnvTmp:MV HorInsol:MV HorWdSpd:MV
        MMTR TotVAh:BCR TotWh:BCR SupWh:BCR SupVArh:BCR DmdWh:BCR DmdVArh:BCR
        MMXU ClcExp:SPS ClcMth:ENG=CalcMethodKind ClcMod:ENG=CalcModeKind ClcIntvTyp:ENG=CalcIntervalKind ClcIntvPer:ING ClcSrc:ORG TotW:MV TotVAr:MV TotVA:MV TotPF:MV Hz:MV PPV:DEL PNV:WYE PhV:WYE A:WYE W:WYE VAr:WYE VA:WYE PF:WYE AvWPhs:MV MaxWPhs:MV PFSign:ENG=PFSignKind
        SBAT
        SINV TmpHiAlm:SPS EnclTmp:MV* HeatSinkTmp:MV*
        STMP Tmp:MV
        XCBR Loc:SPS! OpCnt:INS! Pos:DPC! BlkOpn:SPC! BlkCls:SPC!
        """;

    private static readonly Dictionary<string, IReadOnlyList<ClassDataObject>> Classes = Table
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(l => l.Split(' '))
        .ToDictionary(f => f[0], f => Read(f[0] is "LPHD" ? f[1..] : [.. Common.Split(' '), .. f[1..]]), StringComparer.Ordinal);

    private static readonly Dictionary<string, Dictionary<string, ClassDataObject>> ByName =
        Classes.ToDictionary(c => c.Key, c => c.Value.ToDictionary(o => o.Name, StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>All classes.</summary>
    public static IEnumerable<string> Names => Classes.Keys;

    /// <summary>The data objects of a class; null where the table does not know it.</summary>
    public static IReadOnlyList<ClassDataObject>? Find(string lnClass) => Classes.GetValueOrDefault(lnClass);

    /// <summary>A data object of a class by the name it has in a file, number included.</summary>
    public static ClassDataObject? Find(string lnClass, string name)
    {
        if (!ByName.TryGetValue(lnClass, out var objects))
        {
            return null;
        }

        return objects.TryGetValue(name, out var found) || (name.Length > 0 && char.IsAsciiDigit(name[^1]) && objects.TryGetValue(SclNames.WithoutNumber(name), out found) && found.IsMultiple) ? found : null;
    }

    private static IReadOnlyList<ClassDataObject> Read(string[] fields) =>
        [.. fields.DistinctBy(f => f.Split(':')[0], StringComparer.Ordinal).Select(Read)];

    private static ClassDataObject Read(string field)
    {
        var text = field.TrimEnd('!', '*');
        var (name, type) = (text[..text.IndexOf(':')], text[(text.IndexOf(':') + 1)..]);
        var enumeration = type.IndexOf('=') is var at && at > 0 ? type[(at + 1)..] : null;
        return new(name, at > 0 ? type[..at] : type, enumeration, field.EndsWith('!'), field.EndsWith('*'));
    }
}
