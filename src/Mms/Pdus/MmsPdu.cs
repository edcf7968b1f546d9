using DerAgent.Model;

namespace DerAgent.Mms;

/// <summary>An MMS PDU (ISO 9506-2 §7.1).</summary>
internal abstract record MmsPdu;

/// <summary>Asks for an association (ISO 9506-2 §8.2); Associate of IEC 61850-7-2 §8.3.2.2.</summary>
internal sealed record InitiateRequest : MmsPdu
{
    /// <summary>Greatest MMSpdu the caller takes, in octets of XML; null: no limit stated.</summary>
    public int? LocalDetailCalling { get; init; }
    /// <summary>Requests the caller may have outstanding.</summary>
    public int MaxServOutstandingCalling { get; init; } = 5;
    /// <summary>Requests the called side may have outstanding.</summary>
    public int MaxServOutstandingCalled { get; init; } = 5;
    /// <summary>Nesting of data, null: not stated.</summary>
    public int? DataStructureNestingLevel { get; init; }
    /// <summary>Version of MMS.</summary>
    public int VersionNumber { get; init; } = 1;
    /// <summary>Parameter conformance building blocks.</summary>
    public ParameterCbb ParameterCbb { get; init; }
    /// <summary>Services the caller supports.</summary>
    public ServiceSupport ServicesSupportedCalling { get; init; } = ServiceSupport.None;
}

/// <summary>Accepts an association, with what was negotiated.</summary>
internal sealed record InitiateResponse : MmsPdu
{
    /// <summary>Greatest MMSpdu of the association in octets of XML; null: no limit stated.</summary>
    public int? LocalDetailCalled { get; init; }
    /// <summary>Requests the caller may have outstanding.</summary>
    public int MaxServOutstandingCalling { get; init; } = 5;
    /// <summary>Requests the called side may have outstanding.</summary>
    public int MaxServOutstandingCalled { get; init; } = 5;
    /// <summary>Nesting of data, null: not stated.</summary>
    public int? DataStructureNestingLevel { get; init; }
    /// <summary>Version of MMS.</summary>
    public int VersionNumber { get; init; } = 1;
    /// <summary>Parameter conformance building blocks.</summary>
    public ParameterCbb ParameterCbb { get; init; }
    /// <summary>Services the called side supports.</summary>
    public ServiceSupport ServicesSupportedCalled { get; init; } = ServiceSupport.None;
}

/// <summary>Refuses an association.</summary>
/// <param name="Error">Why.</param>
internal sealed record InitiateError(ServiceError Error) : MmsPdu;

/// <summary>Asks to end an association; Release of IEC 61850-7-2 §8.3.2.4.</summary>
internal sealed record ConcludeRequest : MmsPdu;

/// <summary>Ends an association.</summary>
internal sealed record ConcludeResponse : MmsPdu;

/// <summary>Refuses to end an association.</summary>
/// <param name="Error">Why.</param>
internal sealed record ConcludeError(ServiceError Error) : MmsPdu;

/// <summary>A request that is answered.</summary>
/// <param name="InvokeId">Tells the answer.</param>
/// <param name="Service">What is asked.</param>
internal sealed record ConfirmedRequest(uint InvokeId, ServiceRequest Service) : MmsPdu;

/// <summary>The positive answer.</summary>
/// <param name="InvokeId">Of the request.</param>
/// <param name="Service">What is answered.</param>
internal sealed record ConfirmedResponse(uint InvokeId, ServiceResponse Service) : MmsPdu;

/// <summary>The negative answer.</summary>
/// <param name="InvokeId">Of the request.</param>
/// <param name="Error">Why.</param>
internal sealed record ConfirmedError(uint InvokeId, ServiceError Error) : MmsPdu;

/// <summary>Something nobody asked for: a report, a command termination, the error of a last application.</summary>
/// <param name="Report">The information report.</param>
internal sealed record UnconfirmedPdu(InformationReport Report) : MmsPdu;

/// <summary>A PDU could not be understood (ISO 9506-2 §7.6).</summary>
/// <param name="OriginalInvokeId">Of the request, where it could be read.</param>
/// <param name="Reason">Why.</param>
internal sealed record RejectPdu(uint? OriginalInvokeId, RejectReason Reason) : MmsPdu;

/// <summary>Asks to forget an outstanding request (ISO 9506-2 §7.5).</summary>
/// <param name="OriginalInvokeId">Of that request.</param>
internal sealed record CancelRequest(uint OriginalInvokeId) : MmsPdu;

/// <summary>The request is forgotten.</summary>
/// <param name="OriginalInvokeId">Of that request.</param>
internal sealed record CancelResponse(uint OriginalInvokeId) : MmsPdu;

/// <summary>The request is not forgotten.</summary>
/// <param name="OriginalInvokeId">Of that request.</param>
/// <param name="Error">Why.</param>
internal sealed record CancelError(uint OriginalInvokeId, ServiceError Error) : MmsPdu;

/// <summary>InformationReport (ISO 9506-2 §14.8): values of named variables, unasked.</summary>
/// <param name="Variables">Which variables.</param>
/// <param name="Results">Their values.</param>
internal sealed record InformationReport(VariableAccess Variables, ValueList<AccessResult> Results);

/// <summary>The value of one variable, or why there is none.</summary>
/// <param name="Value">The value where <see cref="Failure"/> is null.</param>
/// <param name="Failure">Why not.</param>
internal readonly record struct AccessResult(DataValue Value, DataAccessError? Failure = null)
{
    /// <summary>A value.</summary>
    public static implicit operator AccessResult(DataValue value) => new(value);

    /// <summary>A failure.</summary>
    public static implicit operator AccessResult(DataAccessError failure) => new(default, failure);
}
