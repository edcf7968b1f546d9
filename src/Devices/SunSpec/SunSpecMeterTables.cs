namespace DerAgent.Devices;

/// <summary>The points of SunSpec models for meters and batteries, as the SunSpec Alliance defines them (see <see cref="SunSpecTables"/>).</summary>
internal static class SunSpecMeterTables
{
    /// <summary>Meter, three phases and neutral.</summary>
    public const string Model203 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        A|int16|1|A_SF|R|A|
        AphA|int16|1|A_SF|R|A|
        AphB|int16|1|A_SF|R|A|
        AphC|int16|1|A_SF|R|A|
        A_SF|sunssf|1||R||
        PhV|int16|1|V_SF|R|V|
        PhVphA|int16|1|V_SF|R|V|
        PhVphB|int16|1|V_SF|R|V|
        PhVphC|int16|1|V_SF|R|V|
        PPV|int16|1|V_SF|R|V|
        PhVphAB|int16|1|V_SF|R|V|
        PhVphBC|int16|1|V_SF|R|V|
        PhVphCA|int16|1|V_SF|R|V|
        V_SF|sunssf|1||R||
        Hz|int16|1|Hz_SF|R|Hz|
        Hz_SF|sunssf|1||R||
        W|int16|1|W_SF|R|W|
        WphA|int16|1|W_SF|R|W|
        WphB|int16|1|W_SF|R|W|
        WphC|int16|1|W_SF|R|W|
        W_SF|sunssf|1||R||
        VA|int16|1|VA_SF|R|VA|
        VAphA|int16|1|VA_SF|R|VA|
        VAphB|int16|1|VA_SF|R|VA|
        VAphC|int16|1|VA_SF|R|VA|
        VA_SF|sunssf|1||R||
        VAR|int16|1|VAR_SF|R|var|
        VARphA|int16|1|VAR_SF|R|var|
        VARphB|int16|1|VAR_SF|R|var|
        VARphC|int16|1|VAR_SF|R|var|
        VAR_SF|sunssf|1||R||
        PF|int16|1|PF_SF|R|Pct|
        PFphA|int16|1|PF_SF|R|Pct|
        PFphB|int16|1|PF_SF|R|Pct|
        PFphC|int16|1|PF_SF|R|Pct|
        PF_SF|sunssf|1||R||
        TotWhExp|acc32|2|TotWh_SF|R|Wh|
        TotWhExpPhA|acc32|2|TotWh_SF|R|Wh|
        TotWhExpPhB|acc32|2|TotWh_SF|R|Wh|
        TotWhExpPhC|acc32|2|TotWh_SF|R|Wh|
        TotWhImp|acc32|2|TotWh_SF|R|Wh|
        TotWhImpPhA|acc32|2|TotWh_SF|R|Wh|
        TotWhImpPhB|acc32|2|TotWh_SF|R|Wh|
        TotWhImpPhC|acc32|2|TotWh_SF|R|Wh|
        TotWh_SF|sunssf|1||R||
        TotVAhExp|acc32|2|TotVAh_SF|R|VAh|
        TotVAhExpPhA|acc32|2|TotVAh_SF|R|VAh|
        TotVAhExpPhB|acc32|2|TotVAh_SF|R|VAh|
        TotVAhExpPhC|acc32|2|TotVAh_SF|R|VAh|
        TotVAhImp|acc32|2|TotVAh_SF|R|VAh|
        TotVAhImpPhA|acc32|2|TotVAh_SF|R|VAh|
        TotVAhImpPhB|acc32|2|TotVAh_SF|R|VAh|
        TotVAhImpPhC|acc32|2|TotVAh_SF|R|VAh|
        TotVAh_SF|sunssf|1||R||
        TotVArhImpQ1|acc32|2|TotVArh_SF|R|varh|
        TotVArhImpQ1PhA|acc32|2|TotVArh_SF|R|varh|
        TotVArhImpQ1PhB|acc32|2|TotVArh_SF|R|varh|
        TotVArhImpQ1PhC|acc32|2|TotVArh_SF|R|varh|
        TotVArhImpQ2|acc32|2|TotVArh_SF|R|varh|
        TotVArhImpQ2PhA|acc32|2|TotVArh_SF|R|varh|
        TotVArhImpQ2PhB|acc32|2|TotVArh_SF|R|varh|
        TotVArhImpQ2PhC|acc32|2|TotVArh_SF|R|varh|
        TotVArhExpQ3|acc32|2|TotVArh_SF|R|varh|
        TotVArhExpQ3PhA|acc32|2|TotVArh_SF|R|varh|
        TotVArhExpQ3PhB|acc32|2|TotVArh_SF|R|varh|
        TotVArhExpQ3PhC|acc32|2|TotVArh_SF|R|varh|
        TotVArhExpQ4|acc32|2|TotVArh_SF|R|varh|
        TotVArhExpQ4PhA|acc32|2|TotVArh_SF|R|varh|
        TotVArhExpQ4PhB|acc32|2|TotVArh_SF|R|varh|
        TotVArhExpQ4PhC|acc32|2|TotVArh_SF|R|varh|
        TotVArh_SF|sunssf|1||R||
        Evt|bitfield32|2||R||
        """;

    /// <summary>Storage controls of an inverter.</summary>
    public const string Model124 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        WChaMax|uint16|1|WChaMax_SF|RW|W|
        WChaGra|uint16|1|WChaDisChaGra_SF|RW|% WChaMax/sec|
        WDisChaGra|uint16|1|WChaDisChaGra_SF|RW|% WChaMax/sec|
        StorCtl_Mod|bitfield16|1||RW||
        VAChaMax|uint16|1|VAChaMax_SF|RW|VA|
        MinRsvPct|uint16|1|MinRsvPct_SF|RW|% WChaMax|
        ChaState|uint16|1|ChaState_SF|R|% AhrRtg|
        StorAval|uint16|1|StorAval_SF|R|AH|
        InBatV|uint16|1|InBatV_SF|R|V|
        ChaSt|enum16|1||R||1=OFF 2=EMPTY 3=DISCHARGING 4=CHARGING 5=FULL 6=HOLDING 7=TESTING
        OutWRte|int16|1|InOutWRte_SF|RW|% WDisChaMax|
        InWRte|int16|1|InOutWRte_SF|RW| % WChaMax|
        InOutWRte_WinTms|uint16|1||RW|Secs|
        InOutWRte_RvrtTms|uint16|1||RW|Secs|
        InOutWRte_RmpTms|uint16|1||RW|Secs|
        ChaGriSet|enum16|1||RW||0=PV 1=GRID
        WChaMax_SF|sunssf|1||R||
        WChaDisChaGra_SF|sunssf|1||R||
        VAChaMax_SF|sunssf|1||R||
        MinRsvPct_SF|sunssf|1||R||
        ChaState_SF|sunssf|1||R||
        StorAval_SF|sunssf|1||R||
        InBatV_SF|sunssf|1||R||
        InOutWRte_SF|sunssf|1||R||
        """;

    /// <summary>Battery.</summary>
    public const string Model802 = """
        ID|uint16|1||R||
        L|uint16|1||R||
        AHRtg|uint16|1|AHRtg_SF|R|Ah|
        WHRtg|uint16|1|WHRtg_SF|R|Wh|
        WChaRteMax|uint16|1|WChaDisChaMax_SF|R|W|
        WDisChaRteMax|uint16|1|WChaDisChaMax_SF|R|W|
        DisChaRte|uint16|1|DisChaRte_SF|R|%WHRtg|
        SoCMax|uint16|1|SoC_SF|R|%WHRtg|
        SoCMin|uint16|1|SoC_SF|R|%WHRtg|
        SocRsvMax|uint16|1|SoC_SF|RW|%WHRtg|
        SoCRsvMin|uint16|1|SoC_SF|RW|%WHRtg|
        SoC|uint16|1|SoC_SF|R|%WHRtg|
        DoD|uint16|1|DoD_SF|R|%|
        SoH|uint16|1|SoH_SF|R|%|
        NCyc|uint32|2||R||
        ChaSt|enum16|1||R||1=OFF 2=EMPTY 3=DISCHARGING 4=CHARGING 5=FULL 6=HOLDING 7=TESTING
        LocRemCtl|enum16|1||R||0=REMOTE 1=LOCAL
        Hb|uint16|1||R||
        CtrlHb|uint16|1||RW||
        AlmRst|uint16|1||RW||
        Typ|enum16|1||R||0=NOT_APPLICABLE_UNKNOWN 1=LEAD_ACID 2=NICKEL_METAL_HYDRATE 3=NICKEL_CADMIUM 4=LITHIUM_ION 5=CARBON_ZINC 6=ZINC_CHLORIDE 7=ALKALINE 8=RECHARGEABLE_ALKALINE 9=SODIUM_SULFUR 10=FLOW 99=OTHER
        State|enum16|1||R||1=DISCONNECTED 2=INITIALIZING 3=CONNECTED 4=STANDBY 5=SOC_PROTECTION 6=SUSPENDING 99=FAULT
        StateVnd|enum16|1||R||
        WarrDt|uint32|2||R||
        Evt1|bitfield32|2||R||
        Evt2|bitfield32|2||R||
        EvtVnd1|bitfield32|2||R||
        EvtVnd2|bitfield32|2||R||
        V|uint16|1|V_SF|R|V|
        VMax|uint16|1|V_SF|R|V|
        VMin|uint16|1|V_SF|R|V|
        CellVMax|uint16|1|CellV_SF|R|V|
        CellVMaxStr|uint16|1||R||
        CellVMaxMod|uint16|1||R||
        CellVMin|uint16|1|CellV_SF|R|V|
        CellVMinStr|uint16|1||R||
        CellVMinMod|uint16|1||R||
        CellVAvg|uint16|1|CellV_SF|R|V|
        A|int16|1|A_SF|R|A|
        AChaMax|uint16|1|AMax_SF|R|A|
        ADisChaMax|uint16|1|AMax_SF|R|A|
        W|int16|1|W_SF|R|W|
        ReqInvState|enum16|1||R||0=NO_REQUEST 1=START 2=STOP
        ReqW|int16|1|W_SF|R|W|
        SetOp|enum16|1||RW||1=CONNECT 2=DISCONNECT
        SetInvState|enum16|1||RW||1=INVERTER_STOPPED 2=INVERTER_STANDBY 3=INVERTER_STARTED
        AHRtg_SF|sunssf|1||R||
        WHRtg_SF|sunssf|1||R||
        WChaDisChaMax_SF|sunssf|1||R||
        DisChaRte_SF|sunssf|1||R||
        SoC_SF|sunssf|1||R||
        DoD_SF|sunssf|1||R||
        SoH_SF|sunssf|1||R||
        V_SF|sunssf|1||R||
        CellV_SF|sunssf|1||R||
        A_SF|sunssf|1||R||
        AMax_SF|sunssf|1||R||
        W_SF|sunssf|1||R||
        """;
}
