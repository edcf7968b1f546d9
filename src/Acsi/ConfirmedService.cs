using DerAgent.Mms;

namespace DerAgent.Acsi;

/// <summary>A confirmed request under way: who is to be answered.</summary>
/// <param name="Peer">The association.</param>
/// <param name="InvokeId">Its invoke id.</param>
internal readonly record struct ServiceCall(Association Peer, uint InvokeId);

/// <summary>A confirmed service: turns a request into a response, or answers later.</summary>
internal interface IConfirmedService
{
    /// <summary>Which service it is.</summary>
    MmsService Service { get; }

    /// <summary>Serves a request. Where the outcome is pending, it is answered later by <see cref="AcsiServer"/> when the service completes the call.</summary>
    ServiceOutcome Handle(ServiceCall call, ServiceRequest request);
}

/// <summary>A confirmed service by the type of its request.</summary>
/// <typeparam name="TRequest">Type of the request.</typeparam>
internal abstract class ConfirmedService<TRequest>(MmsService service) : IConfirmedService
    where TRequest : ServiceRequest
{
    public MmsService Service => service;

    public ServiceOutcome Handle(ServiceCall call, ServiceRequest request) => Handle(call, (TRequest)request);

    protected abstract ServiceOutcome Handle(ServiceCall call, TRequest request);
}
