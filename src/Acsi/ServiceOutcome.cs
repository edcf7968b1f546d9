using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>What came of a request: a response, the service error in its place, or neither yet.</summary>
internal readonly record struct ServiceOutcome(ServiceResponse? Response, ServiceError? Error, bool IsUnrecognized = false)
{
    /// <summary>The answer comes later.</summary>
    public static ServiceOutcome Pending => default;

    /// <summary>This form of the service is not served.</summary>
    public static ServiceOutcome Unrecognized => new(null, null, IsUnrecognized: true);

    public bool IsPending => Response is null && Error is null && !IsUnrecognized;

    public static implicit operator ServiceOutcome(ServiceResponse response) => new(response, null);

    public static implicit operator ServiceOutcome(ServiceError error) => new(null, error);

    /// <summary>The answer.</summary>
    public MmsPdu ToPdu(uint invokeId) => this switch
    {
        { Response: { } response } => new ConfirmedResponse(invokeId, response),
        { Error: { } error } => new ConfirmedError(invokeId, error),
        _ => new RejectPdu(invokeId, new(RejectedPdu.ConfirmedRequest, RejectCode.UnrecognizedService)),
    };
}

/// <summary>The service errors of the wire profile's table.</summary>
internal static class ServiceErrors
{
    /// <summary>failed-due-to-server-constraint.</summary>
    public static ServiceError Failed { get; } = new(ErrorClass.Resource, ErrorCode.ResourceOther, "the service failed in the server and changed nothing");

    public static ServiceError NonExistent(string what) => new(ErrorClass.Access, ErrorCode.AccessObjectNonExistent, $"{what} does not exist");

    public static ServiceError Denied(string what) => new(ErrorClass.Access, ErrorCode.AccessObjectAccessDenied, $"{what} may not be accessed so");

    public static ServiceError Unsupported(string why) => new(ErrorClass.Access, ErrorCode.AccessObjectAccessUnsupported, why);
}
