namespace DerAgent.Model;

/// <summary>A data set of the SCL file (IEC 61850-7-2 §13).</summary>
/// <param name="Name">Name without the logical node.</param>
/// <param name="Members">Members in order.</param>
public sealed record DataSetDefinition(string Name, IReadOnlyList<DataNode> Members);

/// <summary>Who may set an attribute of a control block at run time (SCL <c>ReportSettings</c> and the like: Fix, Conf, Dyn).</summary>
public enum SettingAccess
{
    /// <summary>Set by the SCL file or fixed; not writable.</summary>
    Configured,
    /// <summary>Writable by clients.</summary>
    Dynamic,
}

/// <summary>One instance of a report control block (IEC 61850-7-2 §17.2, §17.3).</summary>
public sealed record ReportControlDefinition
{
    /// <summary>Name with its instance number where the block is indexed.</summary>
    public required string Name { get; init; }
    /// <summary>BRCB or URCB.</summary>
    public required bool Buffered { get; init; }
    /// <summary>Report id from the file; empty where none is given.</summary>
    public string ReportId { get; init; } = "";
    /// <summary>Name of the data set, or null.</summary>
    public string? DataSet { get; init; }
    /// <summary>Configuration revision.</summary>
    public uint ConfigurationRevision { get; init; }
    /// <summary>Optional fields.</summary>
    public OptionalFields OptionalFields { get; init; }
    /// <summary>Trigger options.</summary>
    public TriggerConditions TriggerOptions { get; init; }
    /// <summary>Buffer time in milliseconds.</summary>
    public uint BufferTime { get; init; }
    /// <summary>Integrity period in milliseconds.</summary>
    public uint IntegrityPeriod { get; init; }
    /// <summary>Clients the instance is assigned to (SCL <c>ClientLN</c>), by JID, full or bare; empty: anybody.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];
    /// <summary>Attributes of the block in the value store: child of BR or RP.</summary>
    public DataNode Node { get; internal set; } = null!;
}

/// <summary>A log control block (IEC 61850-7-2 §17.3.2).</summary>
public sealed record LogControlDefinition
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }
    /// <summary>Log that is fed, e.g. <c>PV1LD0/LLN0$GeneralLog</c>.</summary>
    public string LogReference { get; init; } = "";
    /// <summary>Name of the data set, or null.</summary>
    public string? DataSet { get; init; }
    /// <summary>Enabled from start.</summary>
    public bool Enabled { get; init; }
    /// <summary>Trigger options.</summary>
    public TriggerConditions TriggerOptions { get; init; }
    /// <summary>Integrity period in milliseconds.</summary>
    public uint IntegrityPeriod { get; init; }
    /// <summary>Attributes of the block in the value store: child of LG.</summary>
    public DataNode Node { get; internal set; } = null!;
}

/// <summary>The setting-group control block (IEC 61850-7-2 §16).</summary>
public sealed record SettingControlDefinition
{
    /// <summary>Number of groups.</summary>
    public required uint NumberOfGroups { get; init; }
    /// <summary>Active group at start.</summary>
    public uint ActiveGroup { get; init; } = 1;
    /// <summary>Reservation time of the edit session in seconds.</summary>
    public uint ReservationTime { get; init; } = 60;
    /// <summary>Attributes of the block in the value store: <c>SP$SGCB</c>.</summary>
    public DataNode Node { get; internal set; } = null!;
}

/// <summary>A GOOSE or sampled-value control block (IEC 61850-7-2 §18, §19), shown and not served: XMPP carries no multicast.</summary>
public sealed record StreamControlDefinition
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }
    /// <summary>GO, MS or US.</summary>
    public required FunctionalConstraint Fc { get; init; }
    /// <summary>GoID or MsvID.</summary>
    public string Id { get; init; } = "";
    /// <summary>Name of the data set, or null.</summary>
    public string? DataSet { get; init; }
    /// <summary>Configuration revision.</summary>
    public uint ConfigurationRevision { get; init; }
    /// <summary>Where it would be sent.</summary>
    public StreamAddress Address { get; init; } = StreamAddress.None;
    /// <summary>Shortest and longest time between GOOSE messages in milliseconds.</summary>
    public (uint Min, uint Max) Times { get; init; }
    /// <summary>Whether GOOSE members have fixed offsets.</summary>
    public bool HasFixedOffsets { get; init; }
    /// <summary>Samples, of sampled values.</summary>
    public SampleSettings Samples { get; init; } = new(0, 0, 1, 0);
    /// <summary>Attributes of the block in the value store.</summary>
    public DataNode Node { get; internal set; } = null!;
}

/// <summary>Where a stream goes on the station bus (IEC 61850-8-1 §8.1.3.8, PHYCOMADDR).</summary>
/// <param name="Mac">Ethernet address, 6 octets.</param>
/// <param name="Priority">VLAN priority, 0 to 7.</param>
/// <param name="VlanId">VLAN.</param>
/// <param name="AppId">APPID.</param>
public sealed record StreamAddress(ReadOnlyMemory<byte> Mac, byte Priority, ushort VlanId, ushort AppId)
{
    /// <summary>The file says nothing.</summary>
    public static StreamAddress None { get; } = new(new byte[6], 0, 0, 0);
}

/// <summary>Settings of a sampled-value control block (IEC 61850-7-2 §19.2).</summary>
/// <param name="Rate">SmpRate.</param>
/// <param name="Mode">SmpMod: 0 samples a period, 1 samples a second, 2 seconds a sample.</param>
/// <param name="Asdus">noASDU.</param>
/// <param name="OptionalFields">OptFlds: refresh-time, sample-synchronized, sample-rate, data-set, security from bit 0 on.</param>
public sealed record SampleSettings(uint Rate, int Mode, uint Asdus, ulong OptionalFields);

/// <summary>What the SCL <c>Services</c> element allows the server to offer (IEC 61850-6 §9.3.2).</summary>
public sealed record ServerCapabilities
{
    /// <summary>Associations at a time (<c>DynAssociation max</c>); null: as many as the agent takes.</summary>
    public int? Associations { get; init; }
    /// <summary>Data sets that clients may create, over all; 0 = none.</summary>
    public int DynamicDataSets { get; init; }
    /// <summary>Members of a created data set.</summary>
    public int DynamicDataSetMembers { get; init; } = 100;
    /// <summary>May clients change DatSet of report control blocks.</summary>
    public SettingAccess ReportDataSet { get; init; }
    /// <summary>May clients change RptID.</summary>
    public SettingAccess ReportId { get; init; }
    /// <summary>May clients change OptFlds.</summary>
    public SettingAccess ReportOptionalFields { get; init; }
    /// <summary>May clients change BufTm.</summary>
    public SettingAccess ReportBufferTime { get; init; }
    /// <summary>May clients change TrgOps.</summary>
    public SettingAccess ReportTriggerOptions { get; init; }
    /// <summary>May clients change IntgPd.</summary>
    public SettingAccess ReportIntegrityPeriod { get; init; }
    /// <summary>May clients change LogEna of log control blocks.</summary>
    public SettingAccess LogEnable { get; init; } = SettingAccess.Dynamic;
    /// <summary>May clients change DatSet of log control blocks.</summary>
    public SettingAccess LogDataSet { get; init; } = SettingAccess.Dynamic;
    /// <summary>May clients change TrgOps of log control blocks.</summary>
    public SettingAccess LogTriggerOptions { get; init; } = SettingAccess.Dynamic;
    /// <summary>May clients change IntgPd of log control blocks.</summary>
    public SettingAccess LogIntegrityPeriod { get; init; } = SettingAccess.Dynamic;
    /// <summary>BRCBs have ResvTms.</summary>
    public bool ReportReservationTime { get; init; }
    /// <summary>RCBs have Owner.</summary>
    public bool ReportOwner { get; init; }
    /// <summary>SGCB has ResvTms.</summary>
    public bool SettingGroupReservationTime { get; init; }
}
