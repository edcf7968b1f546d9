namespace DerAgent.Devices;

/// <summary>The points of the SunSpec information models in use here, as the SunSpec Alliance defines them: name, type, registers, scale-factor point, access, unit.</summary>
internal static class SunSpecTables
{
    /// <summary>Common.</summary>
    public const string Model1 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        Mn|string|16||R||
        Md|string|16||R||
        Opt|string|8||R||
        Vr|string|8||R||
        SN|string|16||R||
        DA|uint16|1||RW||
        Pad|pad|1||R||
        """;

    /// <summary>Inverter three phase.</summary>
    public const string Model103 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        A|uint16|1|A_SF|R|A|
        AphA|uint16|1|A_SF|R|A|
        AphB|uint16|1|A_SF|R|A|
        AphC|uint16|1|A_SF|R|A|
        A_SF|sunssf|1||R||
        PPVphAB|uint16|1|V_SF|R|V|
        PPVphBC|uint16|1|V_SF|R|V|
        PPVphCA|uint16|1|V_SF|R|V|
        PhVphA|uint16|1|V_SF|R|V|
        PhVphB|uint16|1|V_SF|R|V|
        PhVphC|uint16|1|V_SF|R|V|
        V_SF|sunssf|1||R||
        W|int16|1|W_SF|R|W|
        W_SF|sunssf|1||R||
        Hz|uint16|1|Hz_SF|R|Hz|
        Hz_SF|sunssf|1||R||
        VA|int16|1|VA_SF|R|VA|
        VA_SF|sunssf|1||R||
        VAr|int16|1|VAr_SF|R|var|
        VAr_SF|sunssf|1||R||
        PF|int16|1|PF_SF|R|Pct|
        PF_SF|sunssf|1||R||
        WH|acc32|2|WH_SF|R|Wh|
        WH_SF|sunssf|1||R||
        DCA|uint16|1|DCA_SF|R|A|
        DCA_SF|sunssf|1||R||
        DCV|uint16|1|DCV_SF|R|V|
        DCV_SF|sunssf|1||R||
        DCW|int16|1|DCW_SF|R|W|
        DCW_SF|sunssf|1||R||
        TmpCab|int16|1|Tmp_SF|R|C|
        TmpSnk|int16|1|Tmp_SF|R|C|
        TmpTrns|int16|1|Tmp_SF|R|C|
        TmpOt|int16|1|Tmp_SF|R|C|
        Tmp_SF|sunssf|1||R||
        St|enum16|1||R||1=OFF 2=SLEEPING 3=STARTING 4=MPPT 5=THROTTLED 6=SHUTTING_DOWN 7=FAULT 8=STANDBY
        StVnd|enum16|1||R||
        Evt1|bitfield32|2||R||
        Evt2|bitfield32|2||R||
        EvtVnd1|bitfield32|2||R||
        EvtVnd2|bitfield32|2||R||
        EvtVnd3|bitfield32|2||R||
        EvtVnd4|bitfield32|2||R||
        """;

    /// <summary>Nameplate.</summary>
    public const string Model120 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        DERTyp|enum16|1||R||4=PV 82=PV_STOR
        WRtg|uint16|1|WRtg_SF|R|W|
        WRtg_SF|sunssf|1||R||
        VARtg|uint16|1|VARtg_SF|R|VA|
        VARtg_SF|sunssf|1||R||
        VArRtgQ1|int16|1|VArRtg_SF|R|var|
        VArRtgQ2|int16|1|VArRtg_SF|R|var|
        VArRtgQ3|int16|1|VArRtg_SF|R|var|
        VArRtgQ4|int16|1|VArRtg_SF|R|var|
        VArRtg_SF|sunssf|1||R||
        ARtg|uint16|1|ARtg_SF|R|A|
        ARtg_SF|sunssf|1||R||
        PFRtgQ1|int16|1|PFRtg_SF|R|cos()|
        PFRtgQ2|int16|1|PFRtg_SF|R|cos()|
        PFRtgQ3|int16|1|PFRtg_SF|R|cos()|
        PFRtgQ4|int16|1|PFRtg_SF|R|cos()|
        PFRtg_SF|sunssf|1||R||
        WHRtg|uint16|1|WHRtg_SF|R|Wh|
        WHRtg_SF|sunssf|1||R||
        AhrRtg|uint16|1|AhrRtg_SF|R|AH|
        AhrRtg_SF|sunssf|1||R||
        MaxChaRte|uint16|1|MaxChaRte_SF|R|W|
        MaxChaRte_SF|sunssf|1||R||
        MaxDisChaRte|uint16|1|MaxDisChaRte_SF|R|W|
        MaxDisChaRte_SF|sunssf|1||R||
        Pad|pad|1||R||
        """;

    /// <summary>Settings.</summary>
    public const string Model121 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        WMax|uint16|1|WMax_SF|RW|W|
        VRef|uint16|1|VRef_SF|RW|V|
        VRefOfs|int16|1|VRefOfs_SF|RW|V|
        VMax|uint16|1|VMinMax_SF|RW|V|
        VMin|uint16|1|VMinMax_SF|RW|V|
        VAMax|uint16|1|VAMax_SF|RW|VA|
        VArMaxQ1|int16|1|VArMax_SF|RW|var|
        VArMaxQ2|int16|1|VArMax_SF|RW|var|
        VArMaxQ3|int16|1|VArMax_SF|RW|var|
        VArMaxQ4|int16|1|VArMax_SF|RW|var|
        WGra|uint16|1|WGra_SF|RW|% WMax/sec|
        PFMinQ1|int16|1|PFMin_SF|RW|cos()|
        PFMinQ2|int16|1|PFMin_SF|RW|cos()|
        PFMinQ3|int16|1|PFMin_SF|RW|cos()|
        PFMinQ4|int16|1|PFMin_SF|RW|cos()|
        VArAct|enum16|1||RW||1=SWITCH 2=MAINTAIN
        ClcTotVA|enum16|1||RW||1=VECTOR 2=ARITHMETIC
        MaxRmpRte|uint16|1|MaxRmpRte_SF|RW|% WGra|
        ECPNomHz|uint16|1|ECPNomHz_SF|RW|Hz|
        ConnPh|enum16|1||RW||1=A 2=B 3=C
        WMax_SF|sunssf|1||R||
        VRef_SF|sunssf|1||R||
        VRefOfs_SF|sunssf|1||R||
        VMinMax_SF|sunssf|1||R||
        VAMax_SF|sunssf|1||R||
        VArMax_SF|sunssf|1||R||
        WGra_SF|sunssf|1||R||
        PFMin_SF|sunssf|1||R||
        MaxRmpRte_SF|sunssf|1||R||
        ECPNomHz_SF|sunssf|1||R||
        """;

    /// <summary>Controls.</summary>
    public const string Model123 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        Conn_WinTms|uint16|1||RW|Secs|
        Conn_RvrtTms|uint16|1||RW|Secs|
        Conn|enum16|1||RW||0=DISCONNECT 1=CONNECT
        WMaxLimPct|uint16|1|WMaxLimPct_SF|RW|% WMax|
        WMaxLimPct_WinTms|uint16|1||RW|Secs|
        WMaxLimPct_RvrtTms|uint16|1||RW|Secs|
        WMaxLimPct_RmpTms|uint16|1||RW|Secs|
        WMaxLim_Ena|enum16|1||RW||0=DISABLED 1=ENABLED
        OutPFSet|int16|1|OutPFSet_SF|RW|cos()|
        OutPFSet_WinTms|uint16|1||RW|Secs|
        OutPFSet_RvrtTms|uint16|1||RW|Secs|
        OutPFSet_RmpTms|uint16|1||RW|Secs|
        OutPFSet_Ena|enum16|1||RW||0=DISABLED 1=ENABLED
        VArWMaxPct|int16|1|VArPct_SF|RW|% WMax|
        VArMaxPct|int16|1|VArPct_SF|RW|% VArMax|
        VArAvalPct|int16|1|VArPct_SF|RW|% VArAval|
        VArPct_WinTms|uint16|1||RW|Secs|
        VArPct_RvrtTms|uint16|1||RW|Secs|
        VArPct_RmpTms|uint16|1||RW|Secs|
        VArPct_Mod|enum16|1||RW||0=NONE 1=WMax 2=VArMax 3=VArAval
        VArPct_Ena|enum16|1||RW||0=DISABLED 1=ENABLED
        WMaxLimPct_SF|sunssf|1||R||
        OutPFSet_SF|sunssf|1||R||
        VArPct_SF|sunssf|1||R||
        """;
}
