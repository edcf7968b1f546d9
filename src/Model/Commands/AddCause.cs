namespace DerAgent.Model;

/// <summary>Why a control was refused or failed (IEC 61850-7-2 §20.5.2.9).</summary>
public enum AddCause
{
    /// <summary>No cause is known.</summary>
    Unknown = 0,
    /// <summary>The control model or service is not supported.</summary>
    NotSupported = 1,
    /// <summary>Local and remote, or a higher authority.</summary>
    BlockedBySwitchingHierarchy = 2,
    /// <summary>Selection failed.</summary>
    SelectFailed = 3,
    /// <summary>Cannot be reached from the present position.</summary>
    InvalidPosition = 4,
    /// <summary>Is there already.</summary>
    PositionReached = 5,
    /// <summary>A parameter change is under way.</summary>
    ParameterChangeInExecution = 6,
    /// <summary>At the end of its steps.</summary>
    StepLimit = 7,
    /// <summary>Mode does not allow it.</summary>
    BlockedByMode = 8,
    /// <summary>The process or device does not allow it.</summary>
    BlockedByProcess = 9,
    /// <summary>Interlocking.</summary>
    BlockedByInterlocking = 10,
    /// <summary>Synchrocheck.</summary>
    BlockedBySynchrocheck = 11,
    /// <summary>A command is under way.</summary>
    CommandAlreadyInExecution = 12,
    /// <summary>Health is alarm.</summary>
    BlockedByHealth = 13,
    /// <summary>Another control of the scope is active.</summary>
    OneOfNControl = 14,
    /// <summary>Cancelled.</summary>
    AbortionByCancel = 15,
    /// <summary>The time limit passed.</summary>
    TimeLimitOver = 16,
    /// <summary>Trip.</summary>
    AbortionByTrip = 17,
    /// <summary>Not selected.</summary>
    ObjectNotSelected = 18,
    /// <summary>Selected already.</summary>
    ObjectAlreadySelected = 19,
    /// <summary>The sender may not.</summary>
    NoAccessAuthority = 20,
    /// <summary>Went too far.</summary>
    EndedWithOvershoot = 21,
    /// <summary>The value deviates from the command.</summary>
    AbortionDueToDeviation = 22,
    /// <summary>The device does not answer.</summary>
    AbortionByCommunicationLoss = 23,
    /// <summary>A command blocks it: CmdBlk of the logical node.</summary>
    BlockedByCommand = 24,
    /// <summary>No cause: success.</summary>
    None = 25,
    /// <summary>Parameters contradict each other or the selection.</summary>
    InconsistentParameters = 26,
    /// <summary>Another client has it.</summary>
    LockedByOtherClient = 27,
}
