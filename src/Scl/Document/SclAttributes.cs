using System.Collections.Frozen;

namespace DerAgent.Scl;

/// <summary>Every attribute of SCL that the reader reads as a flag, a number or one of a list of words (IEC 61850-6 §9): there is no other way to read one.</summary>
internal static class SclAttributes
{
    public static readonly SclFlag Buffered = new("ReportControl", "buffered");
    public static readonly SclFlag Indexed = new("ReportControl", "indexed", true);
    public static readonly SclNumber BufferTime = new("ReportControl", "bufTime", 0);
    public static readonly SclNumber IntegrityPeriod = new("ReportControl LogControl", "intgPd", 0);
    public static readonly SclNumber ConfigurationRevision = new("ReportControl GSEControl SampledValueControl", "confRev", 0);
    public static readonly SclNumber Instances = new("RptEnabled", "max", 1, 1, 99);

    /// <summary>Defaults of the schema: everything off but gi, which is on.</summary>
    public static readonly SclFlag DataChange = new("TrgOps DA BDA", "dchg");
    public static readonly SclFlag QualityChange = new("TrgOps DA BDA", "qchg");
    public static readonly SclFlag DataUpdate = new("TrgOps DA BDA", "dupd");
    public static readonly SclFlag Integrity = new("TrgOps", "period");
    public static readonly SclFlag GeneralInterrogation = new("TrgOps", "gi", true);

    public static readonly SclFlag SequenceNumber = new("OptFields", "seqNum");
    public static readonly SclFlag TimeStamp = new("OptFields", "timeStamp");
    public static readonly SclFlag DataSetName = new("OptFields", "dataSet");
    public static readonly SclFlag ReasonCode = new("OptFields", "reasonCode");
    public static readonly SclFlag DataReference = new("OptFields", "dataRef");
    public static readonly SclFlag EntryId = new("OptFields", "entryID");
    public static readonly SclFlag ConfigurationReference = new("OptFields", "configRef");
    public static readonly SclFlag BufferOverflow = new("OptFields", "bufOvfl", true);

    public static readonly SclFlag LogEnabled = new("LogControl", "logEna", true);
    public static readonly SclWord GseType = new("GSEControl", "type", "GOOSE", "GOOSE", "GSSE");
    public static readonly SclFlag FixedOffsets = new("GSEControl", "fixedOffs");
    public static readonly SclNumber SampleRate = new("SampledValueControl", "smpRate", 0);
    public static readonly SclNumber Asdus = new("SampledValueControl", "nofASDU", 1, 0, ushort.MaxValue);
    public static readonly SclWord SampleMode = new("SampledValueControl", "smpMod", "SmpPerPeriod", "SmpPerPeriod", "SmpPerSec", "SecPerSmp");
    public static readonly SclFlag SampleRefreshTime = new("SmvOpts", "refreshTime");
    public static readonly SclFlag SampleShowsRate = new("SmvOpts", "sampleRate");
    public static readonly SclFlag SampleDataSet = new("SmvOpts", "dataSet");
    public static readonly SclFlag SampleSecurity = new("SmvOpts", "security");
    public static readonly SclFlag Multicast = new("SampledValueControl", "multicast", true);
    public static readonly SclNumber NumberOfGroups = new("SettingControl", "numOfSGs", 1, 1);
    public static readonly SclNumber ActiveGroup = new("SettingControl", "actSG", 1, 1);
    public static readonly SclNumber ReservationTime = new("SettingControl", "resvTms", 60, 0, ushort.MaxValue);

    public static readonly SclNumber MemberIndex = new("FCDA", "ix") { Otherwise = "the member is left out" };
    public static readonly SclNumber InstanceIndex = new("SDI DAI", "ix") { Otherwise = "what it says counts for no element" };
    public static readonly SclWord ValueKind = new("DA BDA DAI", "valKind", "Set", "Spec", "Conf", "RO", "Set");
    public static readonly SclNumber Ordinal = new("EnumVal", "ord", null, int.MinValue, int.MaxValue) { Otherwise = "the literal is left out" };

    /// <summary>Judged against the setting groups of its logical device (SCL045).</summary>
    public static readonly SclNumber Group = new("Val", "sGroup", null, 1) { IsJudgedElsewhere = true };

    public static readonly SclWord NameStructure = new("Header", "nameStructure", "IEDName", "IEDName", "FuncName");

    public static readonly SclNumber Associations = new("DynAssociation", "max") { Otherwise = "no limit is set" };
    public static readonly SclNumber MostDynamicDataSets = new("DynDataSet", "max", 16);
    public static readonly SclNumber MostDynamicMembers = new("DynDataSet", "maxAttributes", 100);
    public static readonly SclNumber MostMembers = new("ConfDataSet", "maxAttributes") { Otherwise = "no limit is checked" };
    public static readonly SclNumber Most = new("ConfDataSet ConfReportControl", "max") { Otherwise = "no limit is checked" };
    public static readonly SclNumber MostBuffered = new("ConfReportControl", "maxBuf") { Otherwise = "no limit is checked" };
    public static readonly SclWord ReportDataSet = Setting("datSet");
    public static readonly SclWord ReportId = Setting("rptID");
    public static readonly SclWord ReportOptionalFields = Setting("optFields");
    public static readonly SclWord ReportBufferTime = Setting("bufTime");
    public static readonly SclWord ReportTriggerOptions = Setting("trgOps");
    public static readonly SclWord ReportIntegrityPeriod = Setting("intgPd");
    public static readonly SclFlag ReportReservationTime = new("ReportSettings", "resvTms");
    public static readonly SclFlag ReportOwner = new("ReportSettings", "owner");
    public static readonly SclWord LogEnable = LogSetting("logEna");
    public static readonly SclWord LogDataSet = LogSetting("datSet");
    public static readonly SclWord LogTriggerOptions = LogSetting("trgOps");
    public static readonly SclWord LogIntegrityPeriod = LogSetting("intgPd");
    public static readonly SclFlag EditReservationTime = new("SGEdit", "resvTms");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SclAttribute> All { get; } =
    [
        Buffered, Indexed, BufferTime, IntegrityPeriod, ConfigurationRevision, Instances,
        DataChange, QualityChange, DataUpdate, Integrity, GeneralInterrogation,
        SequenceNumber, TimeStamp, DataSetName, ReasonCode, DataReference, EntryId, ConfigurationReference, BufferOverflow,
        LogEnabled, GseType, FixedOffsets, Multicast, SampleRate, Asdus, SampleMode, SampleRefreshTime, SampleShowsRate, SampleDataSet, SampleSecurity, NumberOfGroups, ActiveGroup, ReservationTime,
        MemberIndex, InstanceIndex, ValueKind, Ordinal, Group, NameStructure,
        Associations, MostDynamicDataSets, MostDynamicMembers, MostMembers, Most, MostBuffered,
        ReportDataSet, ReportId, ReportOptionalFields, ReportBufferTime, ReportTriggerOptions, ReportIntegrityPeriod,
        LogEnable, LogDataSet, LogTriggerOptions, LogIntegrityPeriod,
        ReportReservationTime, ReportOwner, EditReservationTime,
    ];

    private static readonly FrozenDictionary<string, SclAttribute[]> ByElement = All
        .SelectMany(a => a.Elements.Split(' ').Select(e => (Element: e, Attribute: a)))
        .GroupBy(p => p.Element, StringComparer.Ordinal)
        .ToFrozenDictionary(g => g.Key, g => g.Select(p => p.Attribute).ToArray(), StringComparer.Ordinal);

    /// <summary>Those of an element.</summary>
    public static ReadOnlySpan<SclAttribute> Of(string element) => ByElement.TryGetValue(element, out var attributes) ? attributes : [];

    private static SclWord Setting(string name) => new("ReportSettings", name, "Fix", "Dyn", "Conf", "Fix");

    private static SclWord LogSetting(string name) => new("LogSettings", name, "Fix", "Dyn", "Conf", "Fix");
}
