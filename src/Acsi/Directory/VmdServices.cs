using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Identify (ISO 9506-2 §10.5): who made the device.</summary>
internal sealed class IdentifyService(IedModel model) : ConfirmedService<IdentifyRequest>(MmsService.Identify)
{
    protected override ServiceOutcome Handle(ServiceCall call, IdentifyRequest request) => new IdentifyResponse(
        model.Identity.Manufacturer.Length > 0 ? model.Identity.Manufacturer : "der-agent",
        model.Identity.Type.Length > 0 ? model.Identity.Type : "DER agent",
        model.Identity.ConfigVersion);
}

/// <summary>Status (ISO 9506-2 §10.3).</summary>
internal sealed class StatusService() : ConfirmedService<StatusRequest>(MmsService.Status)
{
    protected override ServiceOutcome Handle(ServiceCall call, StatusRequest request) => new StatusResponse(Logical: 0, Physical: 0);
}

/// <summary>GetDomainAttributes (ISO 9506-2 §11.10): asked for by MMS conformance.</summary>
internal sealed class GetDomainAttributesService(IedModel model, Permissions permissions) : ConfirmedService<GetDomainAttributesRequest>(MmsService.GetDomainAttributes)
{
    protected override ServiceOutcome Handle(ServiceCall call, GetDomainAttributesRequest request) =>
        model.LogicalDevice(request.Domain) is { } device && device.LogicalNodes.Any(n => permissions.Sees(call.Peer, n))
            ? new GetDomainAttributesResponse([], State: 2, Deletable: false, Sharable: false, [], UploadInProgress: 0)
            : ServiceErrors.NonExistent(request.Domain);
}
