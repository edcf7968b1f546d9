namespace DerAgent.Scl;

/// <summary>Literals of the enumerations the classes here use (IEC 61850-7-3:2020, IEC 61850-7-4:2020, IEC 61850-7-420:2020), without deprecated ones.</summary>
internal static class EnumTable
{
    private const string Table = """
        ACSystemKind|1=Single phase|2=Two phases|3=Three phases
        BatteryTypeKind|1=Lead-acid|2=Nickel-metal hydrate (NiMH)|3=Nickel-cadmium (NiCd)|5=Carbon zinc|4=Lithium ion|6=Zinc chloride|7=Alkaline|8=Rechargeable alkaline|9=Sodium sulphur (NaS)|10=Flow|98=Not applicable or not known
        BehaviourModeKind|1=on|2=blocked|3=test|4=test/blocked|5=off
        BoilerKind|1=Regular boiler|2=Condensing boiler|98=Not applicable or not known
        CHPEnergyConverterKind|1=Gas turbine|2=Fuel cell|3=Reciprocating engine|98=Not applicable or not known
        CHPOperatingModeKind|1=Heat-production driven|2=Electrical generation driven|3=Combined heat and generation driven|98=Not applicable or not known
        CalcIntervalKind|1=MS|2=PER_CYCLE|3=CYCLE|4=DAY|5=WEEK|6=MONTH|7=YEAR|8=EXTERNAL
        CalcMethodKind|1=UNSPECIFIED|2=TRUE_RMS|3=PEAK_FUNDAMENTAL|4=RMS_FUNDAMENTAL|5=MIN|6=MAX|7=AVG|8=SDV|11=P-CLASS|12=M-CLASS|13=DIFF
        CalcModeKind|1=TOTAL|2=PERIOD|3=SLIDING
        CeasetoEnergizeStateKind|1=CTE not authorized|2=CTE authorized but not requested|3=CTE auth and requested but DER not in CTE mode|4=DER in CTE mode but RTS not authorized|5=DER in CTE, RTS auth and not requested|6=RTS authorized and requested
        CeasetoEnergizeStateTransitionKind|1=Cease to energize|2=Return to service
        ClockSourceKind|1=Unknown|2=SNTP|3=PTP|4=IRIG-B|5=Substation internal
        ClockSyncKind|0=InternalClock|1=LocalAreaClock|2=GlobalAreaClock
        CtlModelKind|0=status-only|1=direct-with-normal-security|2=sbo-with-normal-security|3=direct-with-enhanced-security|4=sbo-with-enhanced-security
        CurveCharKind|0=None|1=ANSI Extremely Inverse|2=ANSI Very Inverse|4=ANSI Moderate Inverse|5=ANSI Definite Time|10=IEC Very Inverse|11=IEC Inverse|12=IEC Extremely Inverse|15=IEC Definite Time|16=Reserved|17=Polynom 1|18=Polynom 2|19=Polynom 3|20=Polynom 4|21=Polynom 5|22=Polynom 6|23=Polynom 7|24=Polynom 8|25=Polynom 9|26=Polynom 10|27=Polynom 11|28=Polynom 12|29=Polynom 13|30=Polynom 14|31=Polynom 15|32=Polynom 16|33=Multiline 1|34=Multiline 2|35=Multiline 3|36=Multiline 4|37=Multiline 5|38=Multiline 6|39=Multiline 7|40=Multiline 8|41=Multiline 9|42=Multiline 10|43=Multiline 11|44=Multiline 12|45=Multiline 13|46=Multiline 14|47=Multiline 15|48=Multiline 16
        DERStateKind|1=on but disconnected and not ready|2=starting up|3=disconnected and available|4=disconnected and authorized|5=synchronizing|6=running|7=stopping and disconnecting under emergency conditions|8=stopping|9=disconnected and blocked|10=disconnected and in maintenance|11=failed|98=Not applicable or not known
        DERStateTransitionKind|1=Start|2=Connect|3=Disconnect|4=Disconnect under emergency conditions|5=Get blocked|6=Get unblocked|7=Go to maintenance|8=Go out of maintenance|9=Stop|10=Turn off controller
        DERUnitKind|1=Diesel / gas engine|2=Gas Turbine engine|3=PV|4=PV plus Storage|5=Lithium Ion Battery Storage|6=Fuel cell|7=Hydro generator|8=Wind turbine|9=Flow battery storage|10=Air compression storage|11=Flywheel storage|12=Capacitor storage|13=Vehicle-to-Grid (V2G)|50=Mixed, hybrid DER|98=Not applicable or not known
        FaultDirectionKind|0=unknown|1=forward|2=backward|3=both
        FuelKind|0=BIT|1=LIG|2=SUB|3=WC|4=SC|5=DFO|6=JF|7=KER|8=PC|9=RFO|10=WO|11=NG|12=BFG|13=OG|14=PG|15=NUC|16=AB|17=MSW|18=OBS|19=TDF|20=WDS|21=OBL|22=BLQ|23=SLW|24=WDL|25=LFG|26=OBG|27=GEO|28=WAT|29=SUN|30=WND|31=HPS|32=PUR|33=WH
        HealthKind|1=Ok|2=Warning|3=Alarm
        MonthKind|0=reserved|1=January|2=February|3=March|4=April|5=May|6=June|7=July|8=August|9=September|10=October|11=November|12=December
        MultiplierKind|-24=y|-21=z|-18=a|-15=f|-12=p|-9=n|-6=µ|-3=m|-2=c|-1=d|0=|1=da|2=h|3=k|6=M|9=G|12=T|15=P|18=E|21=Z|24=Y
        OccurrenceKind|0=Time|1=WeekDay|2=WeekOfYear|3=DayOfMonth|4=DayOfYear|5=NONE
        OriginatorCategoryKind|0=not-supported|1=bay-control|2=station-control|3=remote-control|4=automatic-bay|5=automatic-station|6=automatic-remote|7=maintenance|8=process
        OutputSignalKind|0=pulse|1=persistent|2=persistent-feedback
        PFSignKind|1=IEC|2=EEI
        PVArrayControlModeKind|1=Maximum power point tracking (MPPT)|2=Power limiter controller|3=DC current limit|4=Array voltage control|98=Not applicable or not known
        PVAssemblyKind|1=Array|2=Sub-array|3=String|4=Module|5=Plant|98=Not applicable or not known
        PVControlStateKind|1=Not ready|2=Asleep|3=Awaking up|4=Awake|5=Shutdown / Sleep test|6=Under test
        PVGroundingKind|1=Positive ground|2=Negative ground|98=Not applicable or not known|3=Not grounded
        PeriodKind|0=Hour|1=Day|2=Week|3=Month|4=Year
        PhaseAngleReferenceKind|0=Va|1=Vb|2=Vc|3=Aa|4=Ab|5=Ac|6=Vab|7=Vbc|8=Vca|9=Vother|10=Aother|11=Synchrophasor
        PhaseFaultDirectionKind|0=unknown|1=forward|2=backward
        PhaseKind|1=Single phase to neutral|2=Split phase|3=2-phase|4=3-phase delta|5=3-phase wye / 4-wires|6=3-phase wye / 5-wires|9=DC|98=Not applicable or not known
        RangeKind|0=normal|1=high|2=low|3=high-high|4=low-low
        SIUnitKind|1=|2=m|3=kg|4=s|5=A|6=K|7=mol|8=cd|9=deg|10=rad|11=sr|21=Gy|22=Bq|23=°C|24=Sv|25=F|26=C|27=S|28=H|29=V|30=ohm|31=J|32=N|33=Hz|34=lx|35=Lm|36=Wb|37=T|38=W|39=Pa|41=m²|42=m³|43=m/s|44=m/s²|45=m³/s|46=m/m³|47=M|48=kg/m³|49=m²/s|50=W/m K|51=J/K|52=ppm|53=1/s|54=rad/s|55=W/m²|56=J/m²|57=S/m|58=K/s|59=Pa/s|60=J/kg K|61=VA|63=VAr|65=cos(phi)|66=Vs|67=V²|68=As|69=A²|70=A²t|71=VAh|72=Wh|73=VArh|74=V/Hz|75=Hz/s|76=char|77=char/s|78=kgm²|79=dB|80=J/Wh|81=W/s|82=l/s|83=dBm|84=h|85=min|86=Ohm/m|87=percent/s|88=A/V|89=A/Vs
        SboClassKind|0=operate-once|1=operate-many
        ScheduleEnablingErrorKind|1=None|2=Missing valid NumEntr|3=Missing valid SchdIntv|4=Missing valid schedule values|5=Inconsistent values CDC|6=Missing valid StrTm|99=Other
        ScheduleStateKind|1=Not ready|2=Start Time required|3=Ready|4=Running
        SeverityKind|0=unknown|1=critical|2=major|3=minor|4=warning
        ThermalEnergyMediumKind|1=Water|2=Steam|3=Air|98=Not applicable or not known
        ThermalEnergyStorageKind|1=For heating with storage|2=For heating without storage|3=For cooling with storage|4=For cooling without storage|98=Not applicable or not known
        WeekdayKind|0=reserved|1=Monday|2=Tuesday|3=Wednesday|4=Thursday|5=Friday|6=Saturday|7=Sunday
        """;

    private static readonly Dictionary<string, IReadOnlyList<KeyValuePair<int, string>>> Enumerations = Table
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(l => l.Split('|'))
        .ToDictionary(f => f[0], f => (IReadOnlyList<KeyValuePair<int, string>>)[.. f[1..].Select(Literal)], StringComparer.Ordinal);

    /// <summary>Ordinals and literals; null where the table does not know the enumeration.</summary>
    public static IReadOnlyList<KeyValuePair<int, string>>? Find(string name) => Enumerations.GetValueOrDefault(name);

    private static KeyValuePair<int, string> Literal(string field) => new(int.Parse(field[..field.IndexOf('=')]), field[(field.IndexOf('=') + 1)..]);
}
