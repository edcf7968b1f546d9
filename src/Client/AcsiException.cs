using DerAgent.Mms;

namespace DerAgent.Client;

/// <summary>A server answered a service with an error.</summary>
internal sealed class AcsiException(string message, ServiceError? error = null) : Exception(message)
{
    /// <summary>The service error, where there was one.</summary>
    public ServiceError? Error { get; } = error;
}
