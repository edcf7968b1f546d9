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

/// <summary>Status (ISO 9506-2 §10.3): whether anything can be changed now, and how the devices are.</summary>
internal sealed class StatusService(IedModel model, ValueStore values, StepJournal journal) : ConfirmedService<StatusRequest>(MmsService.Status)
{
    private const int NoStateChangesAllowed = 1;
    private const int PartiallyOperational = 1;
    private const int Inoperable = 2;

    /// <summary>Ordinals of HealthKind (IEC 61850-7-4 §6).</summary>
    private const long Warning = 2;
    private const long Alarm = 3;

    private readonly int[] _health = [.. model.LogicalDevices.SelectMany(d => d.LogicalNodes).Where(n => n.LnClass == "LPHD").Select(n => n.DataObject("PhyHealth")?.Attribute("stVal")).OfType<DataNode>().Select(n => n.FirstSlot)];

    protected override ServiceOutcome Handle(ServiceCall call, StatusRequest request) => new StatusResponse(
        Logical: journal.IsRefusing ? NoStateChangesAllowed : 0,
        Physical: _health.Length > 0 && Array.TrueForAll(_health, s => values[s].AsInteger() == Alarm) ? Inoperable : Array.Exists(_health, s => values[s].AsInteger() >= Warning) ? PartiallyOperational : 0);
}

/// <summary>GetDomainAttributes (ISO 9506-2 §11.10): asked for by MMS conformance.</summary>
internal sealed class GetDomainAttributesService(IedModel model, Permissions permissions) : ConfirmedService<GetDomainAttributesRequest>(MmsService.GetDomainAttributes)
{
    protected override ServiceOutcome Handle(ServiceCall call, GetDomainAttributesRequest request) =>
        model.LogicalDevice(request.Domain) is { } device && device.LogicalNodes.Any(n => permissions.Sees(call.Peer, n))
            ? new GetDomainAttributesResponse([], State: 2, Deletable: false, Sharable: false, [], UploadInProgress: 0)
            : ServiceErrors.NonExistent(request.Domain);
}
