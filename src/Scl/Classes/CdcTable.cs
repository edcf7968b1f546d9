namespace DerAgent.Scl;

/// <summary>An attribute or sub data object of a common data class.</summary>
/// <param name="Name">Name.</param>
/// <param name="Fc">Functional constraint; <c>DO</c> for a sub data object.</param>
/// <param name="Type">Basic type; <c>@Kind</c> an enumeration; <c>{Name}</c> a constructed attribute; of a sub data object its common data class.</param>
/// <param name="Triggers">Letters d, q and u for dchg, qchg and dupd.</param>
/// <param name="IsMandatory">Whether the class demands it.</param>
/// <param name="IsArray">Whether it is an array.</param>
internal sealed record CdcAttribute(string Name, string Fc, string Type, string Triggers, bool IsMandatory, bool IsArray)
{
    /// <summary>Whether it is a sub data object.</summary>
    public bool IsSubDataObject => Fc == "DO";

    /// <summary>Whether it is an enumeration.</summary>
    public bool IsEnumeration => Type.StartsWith('@');

    /// <summary>Name of the constructed attribute, or null.</summary>
    public string? Constructed => Type.StartsWith('{') ? Type[1..^1] : null;
}

/// <summary>The common data classes a DER uses (IEC 61850-7-3:2020) and their constructed attributes, without substitution and name-space attributes.
/// <c>!</c> marks what the class demands.</summary>
internal static class CdcTable
{
    private const string Classes = """
        SPS stVal:ST:BOOLEAN:d! q:ST:Quality:q! t:ST:Timestamp! blkEna:BL:BOOLEAN d:DC:VisString255
        DPS stVal:ST:Dbpos:d! q:ST:Quality:q! t:ST:Timestamp! blkEna:BL:BOOLEAN d:DC:VisString255
        INS stVal:ST:INT32:du! q:ST:Quality:q! t:ST:Timestamp! blkEna:BL:BOOLEAN units:CF:{Unit}:d d:DC:VisString255
        ENS stVal:ST:@:du! q:ST:Quality:q! t:ST:Timestamp! blkEna:BL:BOOLEAN d:DC:VisString255
        ACT general:ST:BOOLEAN:d! phsA:ST:BOOLEAN:d phsB:ST:BOOLEAN:d phsC:ST:BOOLEAN:d neut:ST:BOOLEAN:d q:ST:Quality:q! t:ST:Timestamp! originSrc:ST:{Originator} operTmPhsA:ST:Timestamp operTmPhsB:ST:Timestamp operTmPhsC:ST:Timestamp d:DC:VisString255
        ACD general:ST:BOOLEAN:d! dirGeneral:ST:@FaultDirectionKind:d! phsA:ST:BOOLEAN:d dirPhsA:ST:@PhaseFaultDirectionKind:d phsB:ST:BOOLEAN:d dirPhsB:ST:@PhaseFaultDirectionKind:d phsC:ST:BOOLEAN:d dirPhsC:ST:@PhaseFaultDirectionKind:d neut:ST:BOOLEAN:d dirNeut:ST:@PhaseFaultDirectionKind:d q:ST:Quality:q! t:ST:Timestamp! d:DC:VisString255
        SEC cnt:ST:INT32U:d! sev:ST:@SeverityKind! t:ST:Timestamp! addr:ST:Octet64 addInfo:ST:VisString64 d:DC:VisString255
        BCR actVal:ST:INT64:d frVal:ST:INT64:u frTm:ST:Timestamp q:ST:Quality:q! t:ST:Timestamp units:CF:{Unit}:d pulsQty:CF:FLOAT32:d! frEna:CF:BOOLEAN:d strTm:CF:Timestamp:d frPd:CF:INT32:d frRs:CF:BOOLEAN:d d:DC:VisString255
        VSS stVal:ST:VisString255:d! q:ST:Quality:q! t:ST:Timestamp! d:DC:VisString255
        ORS stVal:ST:ObjRef:d! q:ST:Quality:q! t:ST:Timestamp! d:DC:VisString255
        TCS stVal:ST:Timestamp:du! q:ST:Quality:q! t:ST:Timestamp! d:DC:VisString255
        MV instMag:MX:{AnalogueValue} mag:MX:{AnalogueValue}:du! range:MX:@RangeKind:d q:MX:Quality:q! t:MX:Timestamp! blkEna:BL:BOOLEAN units:CF:{Unit}:d db:CF:INT32U:d zeroDb:CF:INT32U:d rangeC:CF:{RangeConfig}:d smpRate:CF:INT32U:d dbRef:CF:FLOAT32:d zeroDbRef:CF:FLOAT32:d d:DC:VisString255
        CMV instCVal:MX:{Vector} cVal:MX:{Vector}:du! range:MX:@RangeKind:d rangeAng:MX:@RangeKind:d q:MX:Quality:q! t:MX:Timestamp! blkEna:BL:BOOLEAN units:CF:{Unit}:d db:CF:INT32U:d dbAng:CF:INT32U:d zeroDb:CF:INT32U:d rangeC:CF:{RangeConfig}:d rangeAngC:CF:{RangeConfig}:d angRef:CF:@PhaseAngleReferenceKind:d smpRate:CF:INT32U:d dbRef:CF:FLOAT32:d zeroDbRef:CF:FLOAT32:d dbAngRef:CF:FLOAT32:d d:DC:VisString255
        WYE phsA:DO:CMV phsB:DO:CMV phsC:DO:CMV neut:DO:CMV net:DO:CMV res:DO:CMV angRef:CF:@PhaseAngleReferenceKind:d phsToNeut:CF:BOOLEAN:d d:DC:VisString255
        DEL phsAB:DO:CMV phsBC:DO:CMV phsCA:DO:CMV angRef:CF:@PhaseAngleReferenceKind:d d:DC:VisString255
        SPC origin:ST:{Originator} ctlNum:ST:INT8U stVal:ST:BOOLEAN:d q:ST:Quality:q t:ST:Timestamp stSeld:ST:BOOLEAN:d blkEna:BL:BOOLEAN pulseConfig:CF:{PulseConfig}:d ctlModel:CF:@CtlModelKind:d! sboTimeout:CF:INT32U:d sboClass:CF:@SboClassKind:d operTimeout:CF:INT32U:d d:DC:VisString255
        DPC origin:ST:{Originator} ctlNum:ST:INT8U stVal:ST:Dbpos:d! q:ST:Quality:q! t:ST:Timestamp! stSeld:ST:BOOLEAN:d blkEna:BL:BOOLEAN pulseConfig:CF:{PulseConfig}:d ctlModel:CF:@CtlModelKind:d! sboTimeout:CF:INT32U:d sboClass:CF:@SboClassKind:d operTimeout:CF:INT32U:d d:DC:VisString255
        INC origin:ST:{Originator} ctlNum:ST:INT8U stVal:ST:INT32:du! q:ST:Quality:q! t:ST:Timestamp! stSeld:ST:BOOLEAN:d blkEna:BL:BOOLEAN ctlModel:CF:@CtlModelKind:d! sboTimeout:CF:INT32U:d sboClass:CF:@SboClassKind:d minVal:CF:INT32:d maxVal:CF:INT32:d stepSize:CF:INT32U:d operTimeout:CF:INT32U:d units:CF:{Unit}:d d:DC:VisString255
        ENC origin:ST:{Originator} ctlNum:ST:INT8U stVal:ST:@:d! q:ST:Quality:q! t:ST:Timestamp! stSeld:ST:BOOLEAN:d blkEna:BL:BOOLEAN ctlModel:CF:@CtlModelKind:d! sboTimeout:CF:INT32U:d sboClass:CF:@SboClassKind:d operTimeout:CF:INT32U:d d:DC:VisString255
        BSC origin:ST:{Originator} ctlNum:ST:INT8U valWTr:ST:{ValWithTrans}:d q:ST:Quality:q t:ST:Timestamp stSeld:ST:BOOLEAN:d blkEna:BL:BOOLEAN persistent:CF:BOOLEAN:d! ctlModel:CF:@CtlModelKind:d! sboTimeout:CF:INT32U:d sboClass:CF:@SboClassKind:d minVal:CF:INT8:d maxVal:CF:INT8:d operTimeout:CF:INT32U:d d:DC:VisString255
        ISC origin:ST:{Originator} ctlNum:ST:INT8U valWTr:ST:{ValWithTrans}:d q:ST:Quality:q t:ST:Timestamp stSeld:ST:BOOLEAN:d blkEna:BL:BOOLEAN ctlModel:CF:@CtlModelKind:d! sboTimeout:CF:INT32U:d sboClass:CF:@SboClassKind:d minVal:CF:INT8:d maxVal:CF:INT8:d operTimeout:CF:INT32U:d d:DC:VisString255
        APC origin:MX:{Originator} ctlNum:MX:INT8U mxVal:MX:{AnalogueValue}:d! q:MX:Quality:q! t:MX:Timestamp! stSeld:MX:BOOLEAN:d blkEna:BL:BOOLEAN ctlModel:CF:@CtlModelKind:d! sboTimeout:CF:INT32U:d sboClass:CF:@SboClassKind:d units:CF:{Unit}:d db:CF:INT32U:d minVal:CF:{AnalogueValue}:d maxVal:CF:{AnalogueValue}:d stepSize:CF:{AnalogueValue}:d operTimeout:CF:INT32U:d dbRef:CF:FLOAT32:d d:DC:VisString255
        BAC origin:MX:{Originator} ctlNum:MX:INT8U mxVal:MX:{AnalogueValue}:d! q:MX:Quality:q! t:MX:Timestamp! stSeld:MX:BOOLEAN:d blkEna:BL:BOOLEAN persistent:CF:BOOLEAN:d! ctlModel:CF:@CtlModelKind:d! sboTimeout:CF:INT32U:d sboClass:CF:@SboClassKind:d units:CF:{Unit}:d db:CF:INT32U:d minVal:CF:{AnalogueValue}:d maxVal:CF:{AnalogueValue}:d stepSize:CF:{AnalogueValue}:d operTimeout:CF:INT32U:d dbRef:CF:FLOAT32:d d:DC:VisString255
        SPG setVal:SP:BOOLEAN:d! d:DC:VisString255
        ING setVal:SP:INT32:d! minVal:CF:INT32:d maxVal:CF:INT32:d stepSize:CF:INT32U:d units:CF:{Unit}:d d:DC:VisString255
        ENG setVal:SP:@:d! d:DC:VisString255
        ORG setSrcRef:SP:ObjRef:d! setTstRef:SP:ObjRef:d setSrcCB:SP:ObjRef:d setTstCB:SP:ObjRef:d intAddr:SP:VisString255:d tstEna:SP:BOOLEAN:d purpose:DC:VisString255 d:DC:VisString255
        TSG setTm:SP:Timestamp:d setCal:SP:{CalendarTime}:d d:DC:VisString255
        VSG setVal:SP:VisString255:d! d:DC:VisString255
        ASG setMag:SP:{AnalogueValueCtl}:d! units:CF:{Unit}:d minVal:CF:{AnalogueValue}:d maxVal:CF:{AnalogueValue}:d stepSize:CF:{AnalogueValue}:d d:DC:VisString255
        CURVE setCharact:SP:@CurveCharKind:d! setParA:SP:FLOAT32:d setParB:SP:FLOAT32:d setParC:SP:FLOAT32:d setParD:SP:FLOAT32:d setParE:SP:FLOAT32:d setParF:SP:FLOAT32:d d:DC:VisString255
        CSG pointZ:SP:FLOAT32:d numPts:SP:INT16U:d! crvPts:SP:{Point}:d![] xUnits:CF:{Unit}:d! yUnits:CF:{Unit}:d! zUnits:CF:{Unit}:d maxPts:CF:INT16U:d! xD:DC:VisString255! xDU:DC:Unicode255 yD:DC:VisString255! yDU:DC:Unicode255 zD:DC:VisString255 zDU:DC:Unicode255 d:DC:VisString255
        DPL vendor:DC:VisString255! hwRev:DC:VisString255 swRev:DC:VisString255 serNum:DC:VisString255 model:DC:VisString255 location:DC:VisString255 name:DC:VisString64 owner:DC:VisString255 ePSName:DC:VisString255 primeOper:DC:VisString255 secondOper:DC:VisString255 latitude:DC:FLOAT32 longitude:DC:FLOAT32 altitude:DC:FLOAT32 mRID:DC:VisString255 d:DC:VisString255
        LPL paramRev:ST:INT32:d valRev:ST:INT32:d vendor:DC:VisString255! swRev:DC:VisString255! ldNs:EX:VisString255 lnNs:EX:VisString255 d:DC:VisString255 configRev:DC:VisString255
        """;

    private const string ConstructedAttributes = """
        AnalogueValue i:INT32 f:FLOAT32
        AnalogueValueCtl i:INT32 f:FLOAT32
        CalendarTime occ:INT16U! occType:@OccurrenceKind! occPer:@PeriodKind! weekDay:@WeekdayKind! month:@MonthKind! day:INT8U! hr:INT8U! mn:INT8U!
        Originator orCat:@OriginatorCategoryKind! orIdent:Octet64!
        Point xVal:FLOAT32! yVal:FLOAT32! zVal:FLOAT32
        PulseConfig cmdQual:@OutputSignalKind! onDur:INT32U! offDur:INT32U! numPls:INT32U!
        RangeConfig hhLim:{AnalogueValue} hLim:{AnalogueValue} lLim:{AnalogueValue} llLim:{AnalogueValue} min:{AnalogueValue}! max:{AnalogueValue}! limDb:INT32U
        Unit SIUnit:@SIUnitKind! multiplier:@MultiplierKind
        ValWithTrans posVal:INT8! transInd:BOOLEAN
        Vector mag:{AnalogueValue}! ang:{AnalogueValue}
        """;

    private static readonly Dictionary<string, IReadOnlyList<CdcAttribute>> ByName = Read(Classes);
    private static readonly Dictionary<string, IReadOnlyList<CdcAttribute>> Constructs = Read(ConstructedAttributes);

    /// <summary>The attributes of a class; null where the table does not know it.</summary>
    public static IReadOnlyList<CdcAttribute>? Find(string cdc) => ByName.GetValueOrDefault(cdc);

    /// <summary>The components of a constructed attribute.</summary>
    public static IReadOnlyList<CdcAttribute>? Constructed(string name) => Constructs.GetValueOrDefault(name);

    /// <summary>The attributes of all classes and constructed attributes.</summary>
    public static IEnumerable<CdcAttribute> All => ByName.Values.Concat(Constructs.Values).SelectMany(static a => a);

    /// <summary>Whether objects of the class can be controlled (IEC 61850-7-2 §20).</summary>
    public static bool IsControllable(string cdc) => cdc is "SPC" or "DPC" or "INC" or "ENC" or "BSC" or "ISC" or "APC" or "BAC";

    private static Dictionary<string, IReadOnlyList<CdcAttribute>> Read(string table) => table
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(l => l.Split(' '))
        .ToDictionary(f => f[0], f => (IReadOnlyList<CdcAttribute>)[.. f[1..].Select(ReadAttribute)], StringComparer.Ordinal);

    private static CdcAttribute ReadAttribute(string field)
    {
        var isArray = field.EndsWith("[]", StringComparison.Ordinal);
        var text = isArray ? field[..^2] : field;
        var parts = text.TrimEnd('!').Split(':');
        return parts.Length == 2
            ? new(parts[0], "", parts[1], "", text.EndsWith('!'), isArray)
            : new(parts[0], parts[1], parts[2], parts.Length > 3 ? parts[3] : "", text.EndsWith('!'), isArray);
    }
}
