namespace DerAgent.Devices;

/// <summary>The points of the SunSpec DER models (IEEE 1547-2018), as the SunSpec Alliance defines them (see <see cref="SunSpecTables"/>). Points of a nested group carry its name.</summary>
internal static class SunSpecDerTables
{
    /// <summary>AC measurement.</summary>
    public const string Model701 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        ACType|enum16|1||R||0=SINGLE_PHASE 1=SPLIT_PHASE 2=THREE_PHASE
        St|enum16|1||R||0=OFF 1=ON
        InvSt|enum16|1||R||0=OFF 1=SLEEPING 2=STARTING 3=RUNNING 4=THROTTLED 5=SHUTTING_DOWN 6=FAULT 7=STANDBY
        ConnSt|enum16|1||R||0=DISCONNECTED 1=CONNECTED
        Alrm|bitfield32|2||R||
        DERMode|bitfield32|2||R||
        W|int16|1|W_SF|R|W|
        VA|int16|1|VA_SF|R|VA|
        Var|int16|1|Var_SF|R|Var|
        PF|int16|1|PF_SF|R||
        A|int16|1|A_SF|R|A|
        LLV|uint16|1|V_SF|R|V|
        LNV|uint16|1|V_SF|R|V|
        Hz|uint32|2|Hz_SF|R|Hz|
        TotWhInj|uint64|4|TotWh_SF|R|Wh|
        TotWhAbs|uint64|4|TotWh_SF|R|Wh|
        TotVarhInj|uint64|4|TotVarh_SF|R|Varh|
        TotVarhAbs|uint64|4|TotVarh_SF|R|Varh|
        TmpAmb|int16|1|Tmp_SF|R|C|
        TmpCab|int16|1|Tmp_SF|R|C|
        TmpSnk|int16|1|Tmp_SF|R|C|
        TmpTrns|int16|1|Tmp_SF|R|C|
        TmpSw|int16|1|Tmp_SF|R|C|
        TmpOt|int16|1|Tmp_SF|R|C|
        WL1|int16|1|W_SF|R|W|
        VAL1|int16|1|VA_SF|R|VA|
        VarL1|int16|1|Var_SF|R|Var|
        PFL1|int16|1|PF_SF|R||
        AL1|int16|1|A_SF|R|A|
        VL1L2|uint16|1|V_SF|R|V|
        VL1|uint16|1|V_SF|R|V|
        TotWhInjL1|uint64|4|TotWh_SF|R|Wh|
        TotWhAbsL1|uint64|4|TotWh_SF|R|Wh|
        TotVarhInjL1|uint64|4|TotVarh_SF|R|Varh|
        TotVarhAbsL1|uint64|4|TotVarh_SF|R|Varh|
        WL2|int16|1|W_SF|R|W|
        VAL2|int16|1|VA_SF|R|VA|
        VarL2|int16|1|Var_SF|R|Var|
        PFL2|int16|1|PF_SF|R||
        AL2|int16|1|A_SF|R|A|
        VL2L3|uint16|1|V_SF|R|V|
        VL2|uint16|1|V_SF|R|V|
        TotWhInjL2|uint64|4|TotWh_SF|R|Wh|
        TotWhAbsL2|uint64|4|TotWh_SF|R|Wh|
        TotVarhInjL2|uint64|4|TotVarh_SF|R|Varh|
        TotVarhAbsL2|uint64|4|TotVarh_SF|R|Varh|
        WL3|int16|1|W_SF|R|W|
        VAL3|int16|1|VA_SF|R|VA|
        VarL3|int16|1|Var_SF|R|Var|
        PFL3|int16|1|PF_SF|R||
        AL3|int16|1|A_SF|R|A|
        VL3L1|uint16|1|V_SF|R|V|
        VL3|uint16|1|V_SF|R|V|
        TotWhInjL3|uint64|4|TotWh_SF|R|Wh|
        TotWhAbsL3|uint64|4|TotWh_SF|R|Wh|
        TotVarhInjL3|uint64|4|TotVarh_SF|R|Varh|
        TotVarhAbsL3|uint64|4|TotVarh_SF|R|Varh|
        ThrotPct|uint16|1||R|Pct|
        ThrotSrc|bitfield32|2||R||
        A_SF|sunssf|1||R||
        V_SF|sunssf|1||R||
        Hz_SF|sunssf|1||R||
        W_SF|sunssf|1||R||
        PF_SF|sunssf|1||R||
        VA_SF|sunssf|1||R||
        Var_SF|sunssf|1||R||
        TotWh_SF|sunssf|1||R||
        TotVarh_SF|sunssf|1||R||
        Tmp_SF|sunssf|1||R||
        MnAlrmInfo|string|32||R||
        """;

    /// <summary>Capacity.</summary>
    public const string Model702 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        WMaxRtg|uint16|1|W_SF|R|W|
        WOvrExtRtg|uint16|1|W_SF|R|W|
        WOvrExtRtgPF|uint16|1|PF_SF|R||
        WUndExtRtg|uint16|1|W_SF|R|W|
        WUndExtRtgPF|uint16|1|PF_SF|R||
        VAMaxRtg|uint16|1|VA_SF|R|VA|
        VarMaxInjRtg|uint16|1|Var_SF|R|Var|
        VarMaxAbsRtg|uint16|1|Var_SF|R|Var|
        WChaRteMaxRtg|uint16|1|W_SF|R|W|
        WDisChaRteMaxRtg|uint16|1|W_SF|R|W|
        VAChaRteMaxRtg|uint16|1|VA_SF|R|VA|
        VADisChaRteMaxRtg|uint16|1|VA_SF|R|VA|
        VNomRtg|uint16|1|V_SF|R|V|
        VMaxRtg|uint16|1|V_SF|R|V|
        VMinRtg|uint16|1|V_SF|R|V|
        AMaxRtg|uint16|1|A_SF|R|A|
        PFOvrExtRtg|uint16|1|PF_SF|R||
        PFUndExtRtg|uint16|1|PF_SF|R||
        ReactSusceptRtg|uint16|1|S_SF|R|S|
        NorOpCatRtg|enum16|1||R||0=CAT_A 1=CAT_B
        AbnOpCatRtg|enum16|1||R||0=CAT_1 1=CAT_2 2=CAT_3
        CtrlModes|bitfield32|2||R||
        IntIslandCatRtg|bitfield16|1||R||
        WMax|uint16|1|W_SF|RW|W|
        WMaxOvrExt|uint16|1|W_SF|RW|W|
        WOvrExtPF|uint16|1|PF_SF|RW||
        WMaxUndExt|uint16|1|W_SF|RW|W|
        WUndExtPF|uint16|1|PF_SF|RW||
        VAMax|uint16|1|VA_SF|RW|VA|
        VarMaxInj|uint16|1|Var_SF|RW|Var|
        VarMaxAbs|uint16|1|Var_SF|RW|Var|
        WChaRteMax|uint16|1|W_SF|RW|W|
        WDisChaRteMax|uint16|1|W_SF|RW|W|
        VAChaRteMax|uint16|1|VA_SF|RW|VA|
        VADisChaRteMax|uint16|1|VA_SF|RW|VA|
        VNom|uint16|1|V_SF|RW|V|
        VMax|uint16|1|V_SF|RW|V|
        VMin|uint16|1|V_SF|RW|V|
        AMax|uint16|1|A_SF|RW|A|
        PFOvrExt|uint16|1|PF_SF|RW||
        PFUndExt|uint16|1|PF_SF|RW||
        IntIslandCat|bitfield16|1||RW||
        W_SF|sunssf|1||R||
        PF_SF|sunssf|1||R||
        VA_SF|sunssf|1||R||
        Var_SF|sunssf|1||R||
        V_SF|sunssf|1||R||
        A_SF|sunssf|1||R||
        S_SF|sunssf|1||R||
        """;

    /// <summary>AC controls.</summary>
    public const string Model704 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        PFWInjEna|enum16|1||RW||0=DISABLED 1=ENABLED
        PFWInjEnaRvrt|enum16|1||RW||0=DISABLED 1=ENABLED
        PFWInjRvrtTms|uint32|2||RW|Secs|
        PFWInjRvrtRem|uint32|2||R|Secs|
        PFWAbsEna|enum16|1||RW||0=DISABLED 1=ENABLED
        PFWAbsEnaRvrt|enum16|1||RW||0=DISABLED 1=ENABLED
        PFWAbsRvrtTms|uint32|2||RW|Secs|
        PFWAbsRvrtRem|uint32|2||R|Secs|
        WMaxLimPctEna|enum16|1||RW||0=DISABLED 1=ENABLED
        WMaxLimPct|uint16|1|WMaxLimPct_SF|RW|Pct|
        WMaxLimPctRvrt|uint16|1|WMaxLimPct_SF|RW|Pct|
        WMaxLimPctEnaRvrt|enum16|1||RW||0=DISABLED 1=ENABLED
        WMaxLimPctRvrtTms|uint32|2||RW|Secs|
        WMaxLimPctRvrtRem|uint32|2||R|Secs|
        WSetEna|enum16|1||RW||0=DISABLED 1=ENABLED
        WSetMod|enum16|1||RW||0=W_MAX_PCT 1=WATTS
        WSet|int32|2|WSet_SF|RW|W|
        WSetRvrt|int32|2|WSet_SF|RW|W|
        WSetPct|int16|1|WSetPct_SF|RW|Pct|
        WSetPctRvrt|int16|1|WSetPct_SF|RW|Pct|
        WSetEnaRvrt|enum16|1||RW||0=DISABLED 1=ENABLED
        WSetRvrtTms|uint32|2||RW|Secs|
        WSetRvrtRem|uint32|2||R|Secs|
        VarSetEna|enum16|1||RW||0=DISABLED 1=ENABLED
        VarSetMod|enum16|1||RW||0=W_MAX_PCT 1=VAR_MAX_PCT 2=VAR_AVAIL_PCT 3=VA_MAX_PCT 4=VARS
        VarSetPri|enum16|1||RW||0=ACTIVE 1=REACTIVE 2=VENDOR
        VarSet|int32|2|VarSet_SF|RW|Var|
        VarSetRvrt|int32|2|VarSet_SF|RW|Var|
        VarSetPct|int16|1|VarSetPct_SF|RW|Pct|
        VarSetPctRvrt|int16|1|VarSetPct_SF|RW|Pct|
        VarSetEnaRvrt|enum16|1||RW||0=DISABLED 1=ENABLED
        VarSetRvrtTms|uint32|2||RW|Secs|
        VarSetRvrtRem|uint32|2||R|Secs|
        WRmp|uint16|1||RW|%Max/Sec|
        WRmpRef|enum16|1||RW||0=A_MAX 1=W_MAX
        VarRmp|uint16|1||RW|%Max/Sec|
        AntiIslEna|enum16|1||RW||0=DISABLED 1=ENABLED
        PF_SF|sunssf|1||R||
        WMaxLimPct_SF|sunssf|1||R||
        WSet_SF|sunssf|1||R||
        WSetPct_SF|sunssf|1||R||
        VarSet_SF|sunssf|1||R||
        VarSetPct_SF|sunssf|1||R||
        PFWInj.PF|uint16|1|PF_SF|RW||
        PFWInj.Ext|enum16|1||RW||0=OVER_EXCITED 1=UNDER_EXCITED
        PFWInjRvrt.PF|uint16|1|PF_SF|RW||
        PFWInjRvrt.Ext|enum16|1||RW||0=OVER_EXCITED 1=UNDER_EXCITED
        PFWAbs.PF|uint16|1|PF_SF|RW||
        PFWAbs.Ext|enum16|1||RW||0=OVER_EXCITED 1=UNDER_EXCITED
        PFWAbsRvrt.PF|uint16|1|PF_SF|RW||
        PFWAbsRvrt.Ext|enum16|1||RW||0=OVER_EXCITED 1=UNDER_EXCITED
        """;

    /// <summary>Storage capacity.</summary>
    public const string Model713 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        WHRtg|uint16|1|WH_SF|R|WH|
        WHAvail|uint16|1|WH_SF|R|WH|
        SoC|uint16|1|Pct_SF|R|Pct|
        SoH|uint16|1|Pct_SF|R|Pct|
        Sta|enum16|1||R||0=OK 1=WARNING 2=ERROR
        WH_SF|sunssf|1||R||
        Pct_SF|sunssf|1||R||
        """;
}
