namespace DerAgent.Devices;

/// <summary>The points of the SunSpec models of IEEE 1547 beside those of control: enter service, curves, ports. Of curves, whose length the device chooses, the first one is here, with as many points as are usual.</summary>
internal static class SunSpecCurveTables
{
    /// <summary>Enter service.</summary>
    public const string Model703 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        ES|enum16|1||RW||0=DISABLED 1=ENABLED
        ESVHi|uint16|1|V_SF|RW|Pct|
        ESVLo|uint16|1|V_SF|RW|Pct|
        ESHzHi|uint32|2|Hz_SF|RW|Hz|
        ESHzLo|uint32|2|Hz_SF|RW|Hz|
        ESDlyTms|uint32|2||RW|Secs|
        ESRndTms|uint32|2||RW|Secs|
        ESRmpTms|uint32|2||RW|Secs|
        ESDlyRemTms|uint32|2||R|Secs|
        V_SF|sunssf|1||R||
        Hz_SF|sunssf|1||R||
        """;

    /// <summary>Volt-VAr.</summary>
    public const string Model705 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        Ena|enum16|1||RW||0=DISABLED 1=ENABLED
        AdptCrvReq|uint16|1||RW||
        AdptCrvRslt|enum16|1||R||0=IN_PROGRESS 1=COMPLETED 2=FAILED
        NPt|uint16|1||R||
        NCrv|uint16|1||R||
        RvrtTms|uint32|2||RW|Secs|
        RvrtRem|uint32|2||R|Secs|
        RvrtCrv|uint16|1||RW||
        V_SF|sunssf|1||R||
        DeptRef_SF|sunssf|1||R||
        RspTms_SF|sunssf|1||R||
        *Crv|1
        ActPt|uint16|1||RW||
        DeptRef|enum16|1||RW||0=W_MAX_PCT 1=VAR_MAX_PCT 2=VAR_AVAL_PCT 3=VA_MAX_PCT
        Pri|enum16|1||RW||0=ACTIVE 1=REACTIVE 2=VENDOR
        VRef|uint16|1|V_SF|RW|VNomPct|
        VRefAuto|uint16|1|V_SF|R|VNomPct|
        VRefAutoEna|enum16|1||RW||0=DISABLED 1=ENABLED
        VRefAutoTms|uint16|1||RW|Secs|
        RspTms|uint32|2|RspTms_SF|RW|Secs|
        ReadOnly|enum16|1||R||0=RW 1=R
        +Pt|8
        V|uint16|1|V_SF|RW|VNomPct|
        Var|int16|1|DeptRef_SF|RW|DeptRef|
        """;

    /// <summary>Volt-Watt.</summary>
    public const string Model706 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        Ena|enum16|1||RW||0=DISABLED 1=ENABLED
        AdptCrvReq|uint16|1||RW||
        AdptCrvRslt|enum16|1||R||0=IN_PROGRESS 1=COMPLETED 2=FAILED
        NPt|uint16|1||R||
        NCrv|uint16|1||R||
        RvrtTms|uint32|2||RW|Secs|
        RvrtRem|uint32|2||R|Secs|
        RvrtCrv|uint16|1||RW||
        V_SF|sunssf|1||R||
        DeptRef_SF|sunssf|1||R||
        RspTms_SF|sunssf|1||R||
        *Crv|1
        ActPt|uint16|1||RW||
        DeptRef|enum16|1||RW||0=W_MAX_PCT 1=W_AVAL_PCT
        RspTms|uint32|2|RspTms_SF|RW|Secs|
        ReadOnly|enum16|1||R||0=RW 1=R
        +Pt|8
        V|uint16|1|V_SF|RW|VNomPct|
        W|int16|1|DeptRef_SF|RW|DeptRef|
        """;

    /// <summary>Trip at low voltage; models 707 and 708 have one layout.</summary>
    public const string Model707 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        Ena|enum16|1||RW||0=DISABLED 1=ENABLED
        AdptCrvReq|uint16|1||RW||
        AdptCrvRslt|enum16|1||R||0=IN_PROGRESS 1=COMPLETED 2=FAILED
        NPt|uint16|1||R||
        NCrvSet|uint16|1||R||
        V_SF|sunssf|1||R||
        Tms_SF|sunssf|1||R||
        *Crv|1
        ReadOnly|enum16|1||R||0=RW 1=R
        -MustTrip
        ActPt|uint16|1||RW||
        +Pt|8
        V|uint16|1|V_SF|RW|VNomPct|
        Tms|uint32|2|Tms_SF|RW|Secs|
        -MayTrip
        ActPt|uint16|1||RW||
        +Pt|8
        V|uint16|1|V_SF|RW|VNomPct|
        Tms|uint32|2|Tms_SF|RW|Secs|
        -MomCess
        ActPt|uint16|1||RW||
        +Pt|8
        V|uint16|1|V_SF|RW|VNomPct|
        Tms|uint32|2|Tms_SF|RW|Secs|
        """;

    /// <summary>Trip at low frequency; models 709 and 710 have one layout.</summary>
    public const string Model709 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        Ena|enum16|1||RW||0=DISABLED 1=ENABLED
        AdptCrvReq|uint16|1||RW||
        AdptCrvRslt|enum16|1||R||0=IN_PROGRESS 1=COMPLETED 2=FAILED
        NPt|uint16|1||R||
        NCrvSet|uint16|1||R||
        Hz_SF|sunssf|1||R||
        Tms_SF|sunssf|1||R||
        *Crv|1
        ReadOnly|enum16|1||R||0=RW 1=R
        -MustTrip
        ActPt|uint16|1||RW||
        +Pt|8
        Hz|uint32|2|Hz_SF|RW|Hz|
        Tms|uint32|2|Tms_SF|RW|Secs|
        -MayTrip
        ActPt|uint16|1||RW||
        +Pt|8
        Hz|uint32|2|Hz_SF|RW|Hz|
        Tms|uint32|2|Tms_SF|RW|Secs|
        -MomCess
        ActPt|uint16|1||RW||
        +Pt|8
        Hz|uint32|2|Hz_SF|RW|Hz|
        Tms|uint32|2|Tms_SF|RW|Secs|
        """;

    /// <summary>Frequency droop.</summary>
    public const string Model711 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        Ena|enum16|1||RW||0=DISABLED 1=ENABLED
        AdptCtlReq|uint16|1||RW||
        AdptCtlRslt|enum16|1||R||0=IN_PROGRESS 1=COMPLETED 2=FAILED
        NCtl|uint16|1||R||
        RvrtTms|uint32|2||RW|Secs|
        RvrtRem|uint32|2||R|Secs|
        RvrtCtl|uint16|1||RW||
        Db_SF|sunssf|1||R||
        K_SF|sunssf|1||R||
        RspTms_SF|sunssf|1||R||
        *Ctl|3
        DbOf|uint32|2|Db_SF|RW|Hz|
        DbUf|uint32|2|Db_SF|RW|Hz|
        KOf|uint16|1|K_SF|RW||
        KUf|uint16|1|K_SF|RW||
        RspTms|uint32|2|RspTms_SF|RW|Secs|
        PMin|int16|1||RW|Pct|
        ReadOnly|enum16|1||R||0=RW 1=R
        """;

    /// <summary>Watt-VAr.</summary>
    public const string Model712 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        Ena|enum16|1||RW||0=DISABLED 1=ENABLED
        AdptCrvReq|uint16|1||RW||
        AdptCrvRslt|enum16|1||R||0=IN_PROGRESS 1=COMPLETED 2=FAILED
        NPt|uint16|1||R||
        NCrv|uint16|1||R||
        RvrtTms|uint32|2||RW|Secs|
        RvrtRem|uint32|2||R|Secs|
        RvrtCrv|uint16|1||RW||
        W_SF|sunssf|1||R||
        DeptRef_SF|sunssf|1||R||
        *Crv|1
        ActPt|uint16|1||RW||
        DeptRef|enum16|1||RW||0=W_MAX_PCT 1=VAR_MAX_PCT 2=VAR_AVAL_PCT 3=VA_MAX_PCT
        Pri|enum16|1||RW||0=ACTIVE 1=REACTIVE
        ReadOnly|enum16|1||R||0=RW 1=R
        +Pt|8
        W|int16|1|W_SF|RW|WMaxPct|
        Var|int16|1|DeptRef_SF|RW|VarPct|
        """;

    /// <summary>Ports on the side of direct current.</summary>
    public const string Model714 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        PrtAlrms|bitfield32|2||R||
        NPrt|uint16|1||R||
        DCA|int16|1|DCA_SF|R|A|
        DCW|int16|1|DCW_SF|R|W|
        DCWhInj|uint64|4|DCWH_SF|R|Wh|
        DCWhAbs|uint64|4|DCWH_SF|R|Wh|
        DCA_SF|sunssf|1||R||
        DCV_SF|sunssf|1||R||
        DCW_SF|sunssf|1||R||
        DCWH_SF|sunssf|1||R||
        Tmp_SF|sunssf|1||R||
        *Prt|6
        PrtTyp|enum16|1||R||0=PV 1=ESS 2=EV 3=INJ 4=ABS 5=BIDIR 6=DC_DC
        ID|uint16|1||R||
        IDStr|string|8||R||
        DCA|int16|1|DCA_SF|R|A|
        DCV|uint16|1|DCV_SF|R|V|
        DCW|int16|1|DCW_SF|R|W|
        DCWhInj|uint64|4|DCWH_SF|R|Wh|
        DCWhAbs|uint64|4|DCWH_SF|R|Wh|
        Tmp|int16|1|Tmp_SF|R|C|
        DCSta|enum16|1||R||0=OFF 1=ON 2=WARNING 3=ERROR
        DCAlrm|bitfield32|2||R||
        """;
}
