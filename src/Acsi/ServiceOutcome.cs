using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>A response, or the service error in its place.</summary>
internal readonly record struct ServiceOutcome(ServiceResponse? Response, ServiceError? Error)
{
    public static implicit operator ServiceOutcome(ServiceResponse response) => new(response, null);

    public static implicit operator ServiceOutcome(ServiceError error) => new(null, error);
}

/// <summary>The service errors of the wire profile's table.</summary>
internal static class ServiceErrors
{
    /// <summary>failed-due-to-server-constraint.</summary>
    public static ServiceError Failed { get; } = new(ErrorClass.Resource, ErrorCode.ResourceOther, "the service failed in the server and changed nothing");

    public static ServiceError NonExistent(string what) => new(ErrorClass.Access, ErrorCode.AccessObjectNonExistent, $"{what} does not exist");

    public static ServiceError Unsupported(string why) => new(ErrorClass.Access, ErrorCode.AccessObjectAccessUnsupported, why);
}
