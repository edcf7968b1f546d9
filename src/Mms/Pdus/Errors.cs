namespace DerAgent.Mms;

/// <summary>Why a variable was not read or written (ISO 9506-2 §14.3.1).</summary>
internal enum DataAccessError
{
    /// <summary>The object is no longer there.</summary>
    ObjectInvalidated = 0,
    /// <summary>The hardware failed.</summary>
    HardwareFault = 1,
    /// <summary>Not now.</summary>
    TemporarilyUnavailable = 2,
    /// <summary>Not you, or not at all.</summary>
    ObjectAccessDenied = 3,
    /// <summary>The object is not defined.</summary>
    ObjectUndefined = 4,
    /// <summary>The address is no good.</summary>
    InvalidAddress = 5,
    /// <summary>The type is not supported.</summary>
    TypeUnsupported = 6,
    /// <summary>The value is of another type.</summary>
    TypeInconsistent = 7,
    /// <summary>An attribute contradicts the object.</summary>
    ObjectAttributeInconsistent = 8,
    /// <summary>That access is not supported.</summary>
    ObjectAccessUnsupported = 9,
    /// <summary>There is no such object.</summary>
    ObjectNonExistent = 10,
    /// <summary>The value is out of range.</summary>
    ObjectValueInvalid = 11,
}

/// <summary>Classes of a service error (ISO 9506-2 §7.4).</summary>
internal enum ErrorClass
{
    /// <summary>State of the VMD.</summary>
    VmdState,
    /// <summary>Application reference.</summary>
    ApplicationReference,
    /// <summary>Definition of an object.</summary>
    Definition,
    /// <summary>Resources.</summary>
    Resource,
    /// <summary>The service itself.</summary>
    Service,
    /// <summary>Preemption.</summary>
    ServicePreempt,
    /// <summary>Time resolution.</summary>
    TimeResolution,
    /// <summary>Access to an object.</summary>
    Access,
    /// <summary>Initiate.</summary>
    Initiate,
    /// <summary>Conclude.</summary>
    Conclude,
    /// <summary>Cancel.</summary>
    Cancel,
    /// <summary>Files.</summary>
    File,
    /// <summary>Anything else.</summary>
    Others,
}

/// <summary>Why a service failed (ISO 9506-2 §7.4).</summary>
/// <param name="Class">Class of the error.</param>
/// <param name="Code">Number within the class; <see cref="ErrorCode"/> names those in use.</param>
/// <param name="AdditionalDescription">A sentence for people.</param>
/// <param name="ObtainFile">Where a file was to be obtained: at which end it failed.</param>
internal sealed record ServiceError(ErrorClass Class, int Code, string? AdditionalDescription = null, ObtainFileError? ObtainFile = null)
{
    /// <summary>Name of the code, e.g. <c>object-non-existent</c>; the number where it has none.</summary>
    public string CodeName => NamedNumbers.NameOf(NamedNumbers.ErrorCodes(Class), Code) ?? Code.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => $"{NamedNumbers.NameOf(NamedNumbers.ErrorClasses, (int)Class)}/{CodeName}{(AdditionalDescription is null ? "" : ": " + AdditionalDescription)}";
}

/// <summary>At which end obtaining a file failed (ISO 9506-2 annex D.2).</summary>
internal enum ObtainFileError
{
    /// <summary>At the source.</summary>
    SourceFile = 0,
    /// <summary>At the destination.</summary>
    DestinationFile = 1,
}

/// <summary>The codes of service errors that IEC 61850 uses.</summary>
internal static class ErrorCode
{
    /// <summary>definition/object-undefined.</summary>
    public const int DefinitionObjectUndefined = 1;
    /// <summary>definition/invalid-address.</summary>
    public const int DefinitionInvalidAddress = 2;
    /// <summary>definition/type-inconsistent.</summary>
    public const int DefinitionTypeInconsistent = 4;
    /// <summary>definition/object-exists.</summary>
    public const int DefinitionObjectExists = 5;
    /// <summary>definition/object-attribute-inconsistent.</summary>
    public const int DefinitionObjectAttributeInconsistent = 6;
    /// <summary>resource/other.</summary>
    public const int ResourceOther = 0;
    /// <summary>resource/capability-unavailable.</summary>
    public const int ResourceCapabilityUnavailable = 4;
    /// <summary>service/pdu-size.</summary>
    public const int ServicePduSize = 3;
    /// <summary>service/object-constraint-conflict.</summary>
    public const int ServiceObjectConstraintConflict = 5;
    /// <summary>access/object-access-unsupported.</summary>
    public const int AccessObjectAccessUnsupported = 1;
    /// <summary>access/object-non-existent.</summary>
    public const int AccessObjectNonExistent = 2;
    /// <summary>access/object-access-denied.</summary>
    public const int AccessObjectAccessDenied = 3;
    /// <summary>initiate/other.</summary>
    public const int InitiateOther = 0;
    /// <summary>initiate/max-segment-insufficient.</summary>
    public const int InitiateMaxSegmentInsufficient = 2;
    /// <summary>initiate/nesting-level-insufficient.</summary>
    public const int InitiateNestingLevelInsufficient = 7;
    /// <summary>cancel/invoke-id-unknown.</summary>
    public const int CancelInvokeIdUnknown = 1;
    /// <summary>cancel/cancel-not-possible.</summary>
    public const int CancelNotPossible = 2;
    /// <summary>service-preempt/cancel.</summary>
    public const int PreemptCancel = 3;
    /// <summary>file/other.</summary>
    public const int FileOther = 0;
    /// <summary>file/file-busy.</summary>
    public const int FileBusy = 2;
    /// <summary>file/filename-syntax-error.</summary>
    public const int FileNameSyntaxError = 3;
    /// <summary>file/content-type-invalid.</summary>
    public const int FileContentTypeInvalid = 4;
    /// <summary>file/position-invalid.</summary>
    public const int FilePositionInvalid = 5;
    /// <summary>file/file-access-denied.</summary>
    public const int FileAccessDenied = 6;
    /// <summary>file/file-non-existent.</summary>
    public const int FileNonExistent = 7;
    /// <summary>file/insufficient-space-in-filestore.</summary>
    public const int FileInsufficientSpace = 9;
}

/// <summary>Which kind of PDU was rejected (ISO 9506-2 §7.6).</summary>
internal enum RejectedPdu
{
    /// <summary>A confirmed request.</summary>
    ConfirmedRequest,
    /// <summary>A confirmed response.</summary>
    ConfirmedResponse,
    /// <summary>A confirmed error.</summary>
    ConfirmedError,
    /// <summary>An unconfirmed PDU.</summary>
    Unconfirmed,
    /// <summary>Not even a PDU.</summary>
    PduError,
    /// <summary>A cancel request.</summary>
    CancelRequest,
    /// <summary>A cancel response.</summary>
    CancelResponse,
    /// <summary>A cancel error.</summary>
    CancelError,
    /// <summary>A conclude request.</summary>
    ConcludeRequest,
    /// <summary>A conclude response.</summary>
    ConcludeResponse,
    /// <summary>A conclude error.</summary>
    ConcludeError,
}

/// <summary>Why a PDU was rejected.</summary>
/// <param name="Pdu">Kind of the rejected PDU.</param>
/// <param name="Code">Number of the reason within that kind; <see cref="RejectCode"/> names those in use.</param>
internal readonly record struct RejectReason(RejectedPdu Pdu, int Code)
{
    /// <inheritdoc/>
    public override string ToString() => $"{NamedNumbers.NameOf(NamedNumbers.RejectedPdus, (int)Pdu)}/{NamedNumbers.NameOf(NamedNumbers.RejectCodes(Pdu), Code) ?? Code.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
}

/// <summary>The reasons for rejecting that IEC 61850 uses.</summary>
internal static class RejectCode
{
    /// <summary>Of a confirmed request: the service is unknown or not offered.</summary>
    public const int UnrecognizedService = 1;
    /// <summary>Of a confirmed request: an argument is wrong.</summary>
    public const int InvalidArgument = 4;
    /// <summary>Of a confirmed request: too many are outstanding.</summary>
    public const int MaxServOutstandingExceeded = 6;
    /// <summary>Of a confirmed request: nested too deep.</summary>
    public const int MaxRecursionExceeded = 8;
    /// <summary>Of a confirmed request: a number is out of range.</summary>
    public const int ValueOutOfRange = 9;
    /// <summary>Of an invalid PDU: its type is unknown.</summary>
    public const int UnknownPduType = 0;
    /// <summary>Of an invalid PDU: it cannot be read.</summary>
    public const int InvalidPdu = 1;
}
