namespace DerAgent.Mms;

/// <summary>Names of the numbers of ISO 9506-2: in XER a named INTEGER is an empty element of that name.</summary>
internal static class NamedNumbers
{
    public static IReadOnlyList<string> DataAccessErrors { get; } =
    [
        "object-invalidated", "hardware-fault", "temporarily-unavailable", "object-access-denied", "object-undefined", "invalid-address",
        "type-unsupported", "type-inconsistent", "object-attribute-inconsistent", "object-access-unsupported", "object-non-existent", "object-value-invalid",
    ];

    public static IReadOnlyList<string> ErrorClasses { get; } =
    [
        "vmd-state", "application-reference", "definition", "resource", "service", "service-preempt", "time-resolution", "access", "initiate", "conclude", "cancel", "file", "others",
    ];

    public static IReadOnlyList<string> RejectedPdus { get; } =
    [
        "confirmed-requestPDU", "confirmed-responsePDU", "confirmed-errorPDU", "unconfirmedPDU", "pdu-error",
        "cancel-requestPDU", "cancel-responsePDU", "cancel-errorPDU", "conclude-requestPDU", "conclude-responsePDU", "conclude-errorPDU",
    ];

    public static IReadOnlyList<string> ObjectClasses { get; } =
    [
        "namedVariable", "scatteredAccess", "namedVariableList", "namedType", "semaphore", "eventCondition", "eventAction", "eventEnrollment",
        "journal", "domain", "programInvocation", "operatorStation",
    ];

    public static IReadOnlyList<string> ScopesOfDelete { get; } = ["specific", "aa-specific", "domain", "vmd"];

    public static IReadOnlyList<string> LogicalStatuses { get; } = ["state-changes-allowed", "no-state-changes-allowed", "limited-services-permitted", "support-services-allowed"];

    public static IReadOnlyList<string> PhysicalStatuses { get; } = ["operational", "partially-operational", "inoperable", "needs-commissioning"];

    public static IReadOnlyList<string> DomainStates { get; } = ["non-existent", "loading", "ready", "in-use", "complete", "incomplete", "", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9"];

    public static IReadOnlyList<string> ObtainFileErrors { get; } = ["source-file", "destination-file"];

    private static readonly string[][] Codes =
    [
        ["other", "vmd-state-conflict", "vmd-operational-problem", "domain-transfer-problem", "state-machine-id-invalid"],
        ["other", "application-unreachable", "connection-lost", "application-reference-invalid", "context-unsupported"],
        ["other", "object-undefined", "invalid-address", "type-unsupported", "type-inconsistent", "object-exists", "object-attribute-inconsistent"],
        ["other", "memory-unavailable", "processor-resource-unavailable", "mass-storage-unavailable", "capability-unavailable", "capability-unknown"],
        ["other", "primitives-out-of-sequence", "object-state-conflict", "pdu-size", "continuation-invalid", "object-constraint-conflict"],
        ["other", "timeout", "deadlock", "cancel"],
        ["other", "unsupportable-time-resolution"],
        ["other", "object-access-unsupported", "object-non-existent", "object-access-denied", "object-invalidated"],
        ["other", "", "", "max-services-outstanding-calling-insufficient", "max-services-outstanding-called-insufficient", "service-CBB-insufficient", "parameter-CBB-insufficient", "nesting-level-insufficient"],
        ["other", "further-communication-required"],
        ["other", "invoke-id-unknown", "cancel-not-possible"],
        ["other", "filename-ambiguous", "file-busy", "filename-syntax-error", "content-type-invalid", "position-invalid", "file-access-denied", "file-non-existent", "duplicate-filename", "insufficient-space-in-filestore"],
        [],
    ];

    private static readonly string[][] Rejects =
    [
        ["other", "unrecognized-service", "unrecognized-modifier", "invalid-invokeID", "invalid-argument", "invalid-modifier", "max-serv-outstanding-exceeded", "", "max-recursion-exceeded", "value-out-of-range"],
        ["other", "unrecognized-service", "invalid-invokeID", "invalid-result", "", "max-recursion-exceeded", "value-out-of-range"],
        ["other", "unrecognized-service", "invalid-invokeID", "invalid-serviceError", "value-out-of-range"],
        ["other", "unrecognized-service", "invalid-argument", "max-recursion-exceeded", "value-out-of-range"],
        ["unknown-pdu-type", "invalid-pdu", "illegal-acse-mapping"],
        ["other", "invalid-invokeID"],
        ["other", "invalid-invokeID"],
        ["other", "invalid-invokeID", "invalid-serviceError", "value-out-of-range"],
        ["other", "invalid-argument"],
        ["other", "invalid-result"],
        ["other", "invalid-serviceError", "value-out-of-range"],
    ];

    public static IReadOnlyList<string> ErrorCodes(ErrorClass errorClass) => Codes[(int)errorClass];

    public static IReadOnlyList<string> RejectCodes(RejectedPdu pdu) => Rejects[(int)pdu];

    public static string? NameOf(IReadOnlyList<string> names, int number) => number >= 0 && number < names.Count && names[number].Length > 0 ? names[number] : null;
}
