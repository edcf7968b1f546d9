namespace DerAgent.Model;

/// <summary>Trigger options and reasons for inclusion: flag <c>1 &lt;&lt; i</c> is bit i of the packed list (IEC 61850-7-2 §6.1.2.11, §17.2.3.2.2.9).</summary>
[Flags]
public enum TriggerConditions
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Data change.</summary>
    DataChange = 1 << 1,
    /// <summary>Quality change.</summary>
    QualityChange = 1 << 2,
    /// <summary>Data update.</summary>
    DataUpdate = 1 << 3,
    /// <summary>Integrity period.</summary>
    Integrity = 1 << 4,
    /// <summary>General interrogation.</summary>
    GeneralInterrogation = 1 << 5,
}

/// <summary>Optional fields of a report (IEC 61850-7-2 §17.2.3.2.2.8): flag <c>1 &lt;&lt; i</c> is bit i of the packed list.</summary>
[Flags]
public enum OptionalFields
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Sequence number.</summary>
    SequenceNumber = 1 << 1,
    /// <summary>Time of entry.</summary>
    ReportTimeStamp = 1 << 2,
    /// <summary>Reason for inclusion.</summary>
    ReasonForInclusion = 1 << 3,
    /// <summary>Data-set name.</summary>
    DataSetName = 1 << 4,
    /// <summary>Data references.</summary>
    DataReference = 1 << 5,
    /// <summary>Buffer overflow (BRCB only).</summary>
    BufferOverflow = 1 << 6,
    /// <summary>Entry id (BRCB only).</summary>
    EntryId = 1 << 7,
    /// <summary>Configuration revision.</summary>
    ConfigurationRevision = 1 << 8,
    /// <summary>Segmentation.</summary>
    Segmentation = 1 << 9,
}
