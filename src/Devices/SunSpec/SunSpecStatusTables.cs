namespace DerAgent.Devices;

/// <summary>The points of the SunSpec models of status, curves and strings of an inverter.</summary>
internal static class SunSpecStatusTables
{
    /// <summary>Measurements and status.</summary>
    public const string Model122 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        PVConn|bitfield16|1||R||
        StorConn|bitfield16|1||R||
        ECPConn|bitfield16|1||R||
        ActWh|acc64|4||R|Wh|
        ActVAh|acc64|4||R|VAh|
        ActVArhQ1|acc64|4||R|varh|
        ActVArhQ2|acc64|4||R|varh|
        ActVArhQ3|acc64|4||R|varh|
        ActVArhQ4|acc64|4||R|varh|
        VArAval|int16|1|VArAval_SF|R|var|
        VArAval_SF|sunssf|1||R||
        WAval|uint16|1|WAval_SF|R|var|
        WAval_SF|sunssf|1||R||
        StSetLimMsk|bitfield32|2||R||
        StActCtl|bitfield32|2||R||
        TmSrc|string|4||R||
        Tms|uint32|2||R|Secs|
        RtSt|bitfield16|1||R||
        Ris|uint16|1|Ris_SF|R|ohms|
        Ris_SF|sunssf|1||R||
        """;

    /// <summary>Volt-VAr curves.</summary>
    public const string Model126 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        ActCrv|uint16|1||RW||
        ModEna|bitfield16|1||RW||
        WinTms|uint16|1||RW|Secs|
        RvrtTms|uint16|1||RW|Secs|
        RmpTms|uint16|1||RW|Secs|
        NCrv|uint16|1||R||
        NPt|uint16|1||R||
        V_SF|sunssf|1||R||
        DeptRef_SF|sunssf|1||R||
        RmpIncDec_SF|sunssf|1||R||
        *curve|2
        ActPt|uint16|1||RW||
        DeptRef|enum16|1||RW||1=WMax 2=VArMax 3=VArAval
        V1|uint16|1|V_SF|RW|% VRef|
        VAr1|int16|1|DeptRef_SF|RW||
        V2|uint16|1|V_SF|RW|% VRef|
        VAr2|int16|1|DeptRef_SF|RW||
        V3|uint16|1|V_SF|RW|% VRef|
        VAr3|int16|1|DeptRef_SF|RW||
        V4|uint16|1|V_SF|RW|% VRef|
        VAr4|int16|1|DeptRef_SF|RW||
        V5|uint16|1|V_SF|RW|% VRef|
        VAr5|int16|1|DeptRef_SF|RW||
        V6|uint16|1|V_SF|RW|% VRef|
        VAr6|int16|1|DeptRef_SF|RW||
        V7|uint16|1|V_SF|RW|% VRef|
        VAr7|int16|1|DeptRef_SF|RW||
        V8|uint16|1|V_SF|RW|% VRef|
        VAr8|int16|1|DeptRef_SF|RW||
        V9|uint16|1|V_SF|RW|% VRef|
        VAr9|int16|1|DeptRef_SF|RW||
        V10|uint16|1|V_SF|RW|% VRef|
        VAr10|int16|1|DeptRef_SF|RW||
        V11|uint16|1|V_SF|RW|% VRef|
        VAr11|int16|1|DeptRef_SF|RW||
        V12|uint16|1|V_SF|RW|% VRef|
        VAr12|int16|1|DeptRef_SF|RW||
        V13|uint16|1|V_SF|RW|% VRef|
        VAr13|int16|1|DeptRef_SF|RW||
        V14|uint16|1|V_SF|RW|% VRef|
        VAr14|int16|1|DeptRef_SF|RW||
        V15|uint16|1|V_SF|RW|% VRef|
        VAr15|int16|1|DeptRef_SF|RW||
        V16|uint16|1|V_SF|RW|% VRef|
        VAr16|int16|1|DeptRef_SF|RW||
        V17|uint16|1|V_SF|RW|% VRef|
        VAr17|int16|1|DeptRef_SF|RW||
        V18|uint16|1|V_SF|RW|% VRef|
        VAr18|int16|1|DeptRef_SF|RW||
        V19|uint16|1|V_SF|RW|% VRef|
        VAr19|int16|1|DeptRef_SF|RW||
        V20|uint16|1|V_SF|RW|% VRef|
        VAr20|int16|1|DeptRef_SF|RW||
        CrvNam|string|8||RW||
        RmpTms|uint16|1||RW|Secs|
        RmpDecTmm|uint16|1|RmpIncDec_SF|RW|% ref_value/min|
        RmpIncTmm|uint16|1|RmpIncDec_SF|RW|% ref_value/min|
        ReadOnly|enum16|1||R||0=READWRITE 1=READONLY
        """;

    /// <summary>Strings.</summary>
    public const string Model160 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        DCA_SF|sunssf|1||R||
        DCV_SF|sunssf|1||R||
        DCW_SF|sunssf|1||R||
        DCWH_SF|sunssf|1||R||
        Evt|bitfield32|2||R||
        N|count|1||R||
        TmsPer|uint16|1||R||
        *module|8
        ID|uint16|1||R||
        IDStr|string|8||R||
        DCA|uint16|1|DCA_SF|R|A|
        DCV|uint16|1|DCV_SF|R|V|
        DCW|uint16|1|DCW_SF|R|W|
        DCWH|acc32|2|DCWH_SF|R|Wh|
        Tms|uint32|2||R|Secs|
        Tmp|int16|1||R|C|
        DCSt|enum16|1||R||1=OFF 2=SLEEPING 3=STARTING 4=MPPT 5=THROTTLED 6=SHUTTING_DOWN 7=FAULT 8=STANDBY 9=TEST 10=RESERVED_10
        DCEvt|bitfield32|2||R||
        """;
}
