using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>How a service ended, as tracking objects tell it (IEC 61850-7-2 <c>ServiceStatusKind</c>).</summary>
internal enum ServiceStatus
{
    NoError = 0,
    InstanceNotAvailable = 1,
    InstanceInUse = 2,
    AccessViolation = 3,
    AccessNotAllowedInCurrentState = 4,
    ParameterValueInappropriate = 5,
    ParameterValueInconsistent = 6,
    ClassNotSupported = 7,
    InstanceLockedByOtherClient = 8,
    ControlMustBeSelected = 9,
    TypeConflict = 10,
    FailedDueToCommunicationsConstraint = 11,
    FailedDueToServerConstraint = 12,
}

/// <summary>The status of what was answered in other words.</summary>
internal static class ServiceStatuses
{
    /// <summary>The result of a write (IEC 61850-8-1 §9, table of ServiceError).</summary>
    public static ServiceStatus Of(DataAccessError? failure) => failure switch
    {
        null => ServiceStatus.NoError,
        DataAccessError.ObjectNonExistent or DataAccessError.ObjectUndefined or DataAccessError.ObjectInvalidated => ServiceStatus.InstanceNotAvailable,
        DataAccessError.ObjectAccessDenied => ServiceStatus.AccessViolation,
        DataAccessError.TemporarilyUnavailable => ServiceStatus.InstanceLockedByOtherClient,
        DataAccessError.ObjectValueInvalid => ServiceStatus.ParameterValueInappropriate,
        DataAccessError.ObjectAttributeInconsistent => ServiceStatus.ParameterValueInconsistent,
        DataAccessError.TypeInconsistent or DataAccessError.TypeUnsupported => ServiceStatus.TypeConflict,
        DataAccessError.ObjectAccessUnsupported => ServiceStatus.ClassNotSupported,
        DataAccessError.HardwareFault => ServiceStatus.FailedDueToCommunicationsConstraint,
        _ => ServiceStatus.FailedDueToServerConstraint,
    };

    /// <summary>The error of a service.</summary>
    public static ServiceStatus Of(ServiceError? error) => (error?.Class, error?.Code) switch
    {
        (null, _) => ServiceStatus.NoError,
        (ErrorClass.Access, ErrorCode.AccessObjectNonExistent) or (ErrorClass.Definition, ErrorCode.DefinitionObjectUndefined) => ServiceStatus.InstanceNotAvailable,
        (ErrorClass.Access, ErrorCode.AccessObjectAccessDenied) => ServiceStatus.AccessViolation,
        (ErrorClass.Access, ErrorCode.AccessObjectAccessUnsupported) => ServiceStatus.ClassNotSupported,
        (ErrorClass.Service, ErrorCode.ServiceObjectConstraintConflict) => ServiceStatus.InstanceInUse,
        (ErrorClass.Definition, ErrorCode.DefinitionObjectExists or ErrorCode.DefinitionObjectAttributeInconsistent) => ServiceStatus.ParameterValueInconsistent,
        (ErrorClass.Definition, _) or (ErrorClass.File, ErrorCode.FileNameSyntaxError or ErrorCode.FileContentTypeInvalid) => ServiceStatus.ParameterValueInappropriate,
        (ErrorClass.File, ErrorCode.FileNonExistent) => ServiceStatus.InstanceNotAvailable,
        (ErrorClass.File, ErrorCode.FileAccessDenied) => ServiceStatus.AccessViolation,
        (ErrorClass.File, ErrorCode.FileBusy) => ServiceStatus.InstanceInUse,
        _ => ServiceStatus.FailedDueToServerConstraint,
    };

    /// <summary>The cause of a control: it says more than the result of the write does.</summary>
    public static ServiceStatus Of(AddCause cause) => cause switch
    {
        AddCause.None => ServiceStatus.NoError,
        AddCause.NoAccessAuthority => ServiceStatus.AccessViolation,
        AddCause.ObjectNotSelected => ServiceStatus.ControlMustBeSelected,
        AddCause.LockedByOtherClient => ServiceStatus.InstanceLockedByOtherClient,
        AddCause.ObjectAlreadySelected or AddCause.CommandAlreadyInExecution => ServiceStatus.InstanceInUse,
        AddCause.InconsistentParameters or AddCause.SelectFailed => ServiceStatus.ParameterValueInconsistent,
        AddCause.NotSupported => ServiceStatus.ClassNotSupported,
        AddCause.AbortionByCommunicationLoss => ServiceStatus.FailedDueToCommunicationsConstraint,
        AddCause.Unknown or AddCause.BlockedByProcess or AddCause.TimeLimitOver or AddCause.AbortionByTrip or AddCause.EndedWithOvershoot or AddCause.AbortionDueToDeviation => ServiceStatus.FailedDueToServerConstraint,
        _ => ServiceStatus.AccessNotAllowedInCurrentState,
    };
}
