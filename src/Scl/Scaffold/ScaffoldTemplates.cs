namespace DerAgent.Scl;

/// <summary>
/// What a server for a kind of DER shows. One line each: a logical device, its logical nodes, their data objects with what feeds each attribute.
/// <list type="bullet">
/// <item><c>LD inst text</c>; <c>EACH kind inst text</c>: a logical device for each device of a kind, <c>#</c> being its number.</item>
/// <item><c>CLASSn text</c>; with <c>?</c> behind the name: only if a point it names exists.</item>
/// <item><c>- DO attribute=source …</c>; with <c>!</c> instead of <c>-</c>: always there, else only if a point exists.</item>
/// <item>Sources: a point, or several to choose the first existing one of (<c>WMax|WRtg</c>), scaled to the unit where the point has another, with what to write where none exists behind a colon
/// (<c>WRtg:10000</c>); <c>'text'</c> a value; <c>meter(W)</c> a point of the first device of that kind.</item>
/// <item><c>?'text'</c>, behind a colon or alone: nothing is made up, the installer must know the value; the text tells him which.</item>
/// <item><c>units=W</c> stands for the SIUnit.</item>
/// </list>
/// </summary>
internal static class ScaffoldTemplates
{
    private const string Zero = """
        LLN0
        ! NamPlt ldNs='IEC 61850-7-420:2019A4' configRev='1'
        ! Beh
        ! Mod ctlModel='sbo-with-normal-security' sboTimeout='30000'
        ! Health stVal=@health
        """;

    private const string Physical = """
        LPHD1 The device behind
        ! PhyNam vendor=Mn:'unknown' model=Md serNum=SN swRev=Vr
        ! PhyHealth stVal=@health
        ! Proxy stVal='true'
        """;

    private const string Ratings = """
        ! NamPlt
        ! Beh
        ! Health stVal=@health
        ! WMaxRtg setMag.f=WRtg:?'rated power in W, from the nameplate' units=W
        - VAMaxRtg setMag.f=VARtg units=VA
        - VArMaxRtg setMag.f=VArRtg units=VAr
        ! VMaxRtg setMag.f=VMaxRtg:?'highest voltage in V, from the nameplate' units=V
        ! WMax setMag.f=WMax|WRtg:?'highest power in W at this site' units=W
        ! VMax setMag.f=VMax:?'highest voltage in V at this site' units=V
        ! WRmp setMag.f=WRmp:?'ramp rate in % of WMax per second, as set in the device'
        ! PhsConnTyp setVal='3-phase wye / 4-wires'
        ! OutEcpRef setSrcRef=''
        """;

    private const string Measurements = """
        MMXU1 Measurements at the terminals
        ! NamPlt
        ! Beh
        - TotW mag.f=W units=W
        - TotVAr mag.f=VAr units=VAr
        - TotVA mag.f=VA units=VA
        - TotPF mag.f=PF units=cos(phi)
        - Hz mag.f=Hz units=Hz
        - PhV phsA.cVal.mag.f=PhVphA phsB.cVal.mag.f=PhVphB phsC.cVal.mag.f=PhVphC units=V
        - A phsA.cVal.mag.f=AphA phsB.cVal.mag.f=AphB phsC.cVal.mag.f=AphC units=A
        """;

    private const string PercentLimit = """
        ! NamPlt
        ! Beh
        ! Mod ctlModel='direct-with-normal-security'
        ! WMaxSptPct Oper.ctlVal.f=WMaxLimPct ctlModel='direct-with-enhanced-security' operTimeout='90000' minVal.f='0' maxVal.f='100'
        ! InEcpRef setSrcRef=''
        ! RmpRteUse setVal='false'
        """;

    private const string Limit = $"""
        DWMX1? Limit of active power
        {PercentLimit}
        """;

    private const string Switch = """
        CSWI1? Connect to the grid, disconnect
        ! NamPlt
        ! Beh
        ! Pos Oper.ctlVal=Conn ctlModel='sbo-with-enhanced-security' sboTimeout='30000' operTimeout='20000'
        """;

    private const string Pv = $"""
        LD LD0 PV inverter
        {Zero}
        {Physical}
        DGEN1 The generating unit
        {Ratings}
        ! DEROpSt stVal=DERState:'Not applicable or not known'
        ! DERTyp setVal='PV'
        - GnEnTot mag.f=TotWh units=Wh
        DPVC1? PV array controller
        ! NamPlt
        ! Beh
        ! PVCtlSt stVal=PVState
        {Measurements}
        MMTR1? Energy
        ! NamPlt
        ! Beh
        ! SupWh actVal=TotWh units=Wh pulsQty='1'
        SINV1? Temperatures
        ! NamPlt
        ! Beh
        - EnclTmp1 mag.f=TmpCab units=°C
        - HeatSinkTmp1 mag.f=TmpSnk units=°C
        {Limit}
        {Switch}
        """;

    private const string Battery = $"""
        LD LD0 Battery storage
        {Zero}
        {Physical}
        DSTO1 The storage system
        ! NamPlt
        ! Beh
        ! Health stVal=@health
        ! PhsConnTyp setVal='3-phase wye / 4-wires'
        ! OutEcpRef setSrcRef=''
        ! DEROpSt stVal=DERState:'Not applicable or not known'
        ! DERTyp setVal='Lithium Ion Battery Storage'
        ! EffWh mag.f=WhRtg:?'usable energy in Wh, from the nameplate' units=Wh
        - SocWh mag.f=WhAvail units=Wh
        - UseSocPct mag.f=SoC
        - SocHiAlm stVal=SocHi
        - SocLoAlm stVal=SocLo
        - AvlChaW mag.f=AvlChaW units=W
        - AvlDschW mag.f=AvlDschW units=W
        ! ChaWMax setMag.f=ChaWMax:?'highest power to charge with in W, from the nameplate' units=W
        - DschWMax setMag.f=DschWMax units=W
        - WhRtg setMag.f=WhRtg units=Wh
        - ChaWhTot mag.f=TotWhAbs units=Wh
        - DschWhTot mag.f=TotWh units=Wh
        ! EqSto setSrcRef=''
        DBAT1? The battery
        ! NamPlt
        ! Beh
        ! BatSt stVal=BatSt
        ! BatTyp setVal='Lithium ion'
        {Measurements}
        MMTR1? Energy
        ! NamPlt
        ! Beh
        ! SupWh actVal=TotWh units=Wh pulsQty='1'
        - DmdWh actVal=TotWhAbs units=Wh pulsQty='1'
        DAGC1? Power to discharge (positive) or charge (negative) with
        ! NamPlt
        ! Beh
        ! Mod ctlModel='direct-with-normal-security'
        ! WSpt Oper.ctlVal.f=WSpt ctlModel='direct-with-enhanced-security' operTimeout='90000' units=W
        ! ReqW mag.f=WSpt units=W
        ! InEcpRef setSrcRef=''
        ! RmpRteUse setVal='false'
        {Limit}
        """;

    private const string Chp = $"""
        LD LD0 Combined heat and power unit
        {Zero}
        {Physical}
        DGEN1 The generating unit
        {Ratings}
        ! DEROpSt stVal=DERState:'Not applicable or not known'
        ! DERTyp setVal='Diesel / gas engine'
        - GnEnTot mag.f=TotWh units=Wh
        - TotStrCnt stVal=Starts
        DCHC1 The unit as a whole
        ! NamPlt
        ! Beh
        ! HtTyp setVal='Water'
        ! EnCnvTyp setVal='Reciprocating engine'
        - OpModCHP setVal='Combined heat and generation driven'
        DCIP1? Combustion engine
        ! NamPlt
        ! Beh
        - EngOnOff stVal=EngOn
        - EngSpd mag.f=EngSpd
        - EngCtl Oper.ctlVal=Run ctlModel='sbo-with-enhanced-security' sboTimeout='30000' operTimeout='20000'
        DWMX1? Limit of active power
        ! NamPlt
        ! Beh
        ! Mod ctlModel='direct-with-normal-security'
        ! WMaxSptPct Oper.ctlVal.f=WSptPct ctlModel='direct-with-enhanced-security' operTimeout='20000' minVal.f='50' maxVal.f='100'
        ! InEcpRef setSrcRef=''
        ! RmpRteUse setVal='false'
        DCTS1? Heat storage
        ! NamPlt
        ! Beh
        - ThmOut mag.f=HeatW units=W
        ! ThmStoTyp setVal='Not applicable or not known'
        STMP1? Flow temperature
        ! NamPlt
        ! Beh
        ! Tmp mag.f=TmpFlow units=°C
        STMP2? Return temperature
        ! NamPlt
        ! Beh
        ! Tmp mag.f=TmpRtn units=°C
        STMP3? Temperature of the heat storage
        ! NamPlt
        ! Beh
        ! Tmp mag.f=TmpSto units=°C
        {Measurements}
        MMTR1? Energy
        ! NamPlt
        ! Beh
        ! SupWh actVal=TotWh units=Wh pulsQty='1'
        """;

    private const string Meter = $"""
        LD LD0 Meter at the connection point
        {Zero}
        {Physical}
        {Measurements}
        MMTR1 Energy taken from the grid (demand) and given to it (supply)
        ! NamPlt
        ! Beh
        - DmdWh actVal=TotWhImp units=Wh pulsQty='1'
        - SupWh actVal=TotWhExp units=Wh pulsQty='1'
        """;

    private const string Plant = $"""
        LD LD0 PV plant behind a data logger
        {Zero}
        LPHD1 The data logger
        ! PhyNam vendor='der-agent'
        ! PhyHealth stVal=@health d=@ill
        ! Proxy stVal='true'
        DGEN1 All inverters as one generating unit
        {Ratings}
        ! DEROpSt stVal=DERState:'Not applicable or not known'
        ! DERTyp setVal='PV'
        - GnEnTot mag.f=TotWh units=Wh
        MMXU1 All inverters together
        ! NamPlt
        ! Beh
        - TotW mag.f=W units=W
        - TotVAr mag.f=VAr units=VAr
        - TotVA mag.f=VA units=VA
        - TotPF mag.f=PF units=cos(phi)
        - Hz mag.f=Hz units=Hz
        MMXU2? Connection point, import positive
        ! NamPlt
        ! Beh
        - TotW mag.f=meter(W) units=W
        - TotVAr mag.f=meter(VAr) units=VAr
        - Hz mag.f=meter(Hz) units=Hz
        MMTR1? Energy of all inverters
        ! NamPlt
        ! Beh
        - SupWh actVal=TotWh units=Wh pulsQty='1'
        MMTR2? Energy at the connection point
        ! NamPlt
        ! Beh
        - DmdWh actVal=meter(TotWhImp) units=Wh pulsQty='1'
        - SupWh actVal=meter(TotWhExp) units=Wh pulsQty='1'
        DWMX1? Limit of active power of the plant in percent, split among the inverters
        {PercentLimit}
        DWMX2? The same in W; the stricter of both is in force
        ! NamPlt
        ! Beh
        ! Mod ctlModel='direct-with-normal-security'
        ! WMaxSpt Oper.ctlVal.f=WMaxLim ctlModel='direct-with-enhanced-security' operTimeout='90000' minVal.f='0' maxVal.f=WMax|WRtg units=W
        ! InEcpRef setSrcRef=''
        ! RmpRteUse setVal='false'
        EACH inverter INV# Inverter #
        LLN0
        ! NamPlt ldNs='IEC 61850-7-420:2019A4' configRev='1'
        ! Beh
        ! Mod ctlModel='sbo-with-normal-security' sboTimeout='30000'
        ! Health stVal=@health
        ! GrRef setSrcRef='@LD0'
        {Physical}
        DGEN1 The generating unit
        {Ratings}
        ! DEROpSt stVal=DERState:'Not applicable or not known'
        ! DERTyp setVal='PV'
        - GnEnTot mag.f=TotWh units=Wh
        {Measurements}
        {Limit}
        """;

    private const string GridOperator = $"""
        LD LD0 Generating unit in the grid operators' model
        {Zero}
        LPHD1 The generating unit behind
        ! PhyNam vendor=Mn:'unknown' model=Md serNum=SN swRev=Vr mRID='' primeOper=''
        ! PhyHealth stVal=@health
        ! Proxy stVal='true'
        ! PwrUp stVal='false'
        DRCT1 Controller, class of IEC 61850-7-420:2009
        ! NamPlt lnNs='IEC 61850-7-420:2009'
        ! Beh
        ! DERNum setVal='1'
        ! DERTyp setVal='PV'
        ! MaxWLim setMag.f=WRtg:?'highest power in W, from the nameplate' units=W
        ! MaxVArLim setMag.f=VArRtg:?'highest reactive power in VAr, from the nameplate' units=VAr
        ! WMax setMag.f=WMax:?'highest power in W at this site' units=W
        - VRef setMag.f=VRef units=V
        - OutPFSet setMag.f=PFSpt units=cos(phi)
        FSCH1 Schedule of the active-power limit
        ! NamPlt
        ! Beh
        ! SchdSt stVal='Not ready'
        ! SchdEnaErr stVal='None'
        ! SchdEntr stVal='0'
        ! NxtStrTm
        ! ActStrTm
        ! ValMV units=W
        ! EnaReq ctlModel='direct-with-normal-security'
        ! DsaReq ctlModel='direct-with-normal-security'
        ! SchdPrio setVal='10'
        ! NumEntr setVal='96'
        ! SchdIntv setVal='900' units=s
        ! StrTm1 setTm= setCal=
        ! EvtTrg setVal='false'
        ! InSyn setSrcRef=''
        ! SchdReuse setVal='false'
        *96 ValASG# setMag.f='0' units=W
        FSCC1 Picks the schedule in force
        ! NamPlt
        ! Beh
        ! ActSchdRef stVal=''
        ! CtlEnt setSrcRef='@LD0/DWMX1.WMaxSptPct'
        ! Schd1 setSrcRef='@LD0/FSCH1'
        ! ValMV units=W
        MMXU1 Measurements at the terminals
        ! NamPlt
        ! Beh
        - TotW mag.f=W units=W
        - TotVAr mag.f=VAr units=VAr
        MMXU2 Highest power of each quarter of an hour
        ! NamPlt
        ! Beh
        ! ClcMth setVal='MAX'
        ! ClcMod setVal='PERIOD'
        ! ClcIntvTyp setVal='MS'
        ! ClcIntvPer setVal='900000'
        ! ClcSrc setSrcRef='@LD0/MMXU1'
        ! ClcExp stVal='false'
        ! TotW units=W
        MMTR1? Energy
        ! NamPlt
        ! Beh
        ! TotWh actVal=TotWh units=Wh pulsQty='1'
        {Limit}
        """;

    /// <summary>What a template needs of the devices: a kind of device, or a point, and how people call it.</summary>
    public static IReadOnlyList<(Func<ScaffoldDevice, bool> Has, string What)> Needs(string name) => name switch
    {
        "pv" => [(Has("W"), "active power (W)"), (static d => d.Kind is "inverter", "an inverter")],
        "battery" => [(Has("SoC"), "a state of charge (SoC)"), (Has("W"), "active power (W)")],
        "chp" => [(Has("EngOn", "EngSpd"), "an engine (EngOn or EngSpd)"), (Has("W"), "active power (W)")],
        "meter" => [(Has("TotWhImp", "TotWhExp"), "energy counters (TotWhImp or TotWhExp)")],
        "plant" => [(static d => d.Kind == "inverter" && d.Points.ContainsKey("W"), "an inverter with active power (W)")],
        "grid-operator" => [(Has("W"), "active power (W)"), (Has("WMaxLimPct"), "a limit of active power (WMaxLimPct)")],
        _ => [],
    };

    private static Func<ScaffoldDevice, bool> Has(params string[] points) => device => points.Any(device.Points.ContainsKey);

    /// <summary>Names of the templates.</summary>
    public static IReadOnlyList<string> Names { get; } = ["pv", "battery", "chp", "meter", "plant", "grid-operator"];

    /// <summary>The lines of a template; null where there is none of that name.</summary>
    public static string? Find(string name) => name switch
    {
        "pv" => Pv,
        "battery" => Battery,
        "chp" => Chp,
        "meter" => Meter,
        "plant" => Plant,
        "grid-operator" => GridOperator,
        _ => null,
    };
}
