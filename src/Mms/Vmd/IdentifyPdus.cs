namespace DerAgent.Mms;

/// <summary>Identify (ISO 9506-2 §10.5).</summary>
internal sealed record IdentifyRequest : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.Identify;
}

/// <summary>Who made the device.</summary>
/// <param name="Vendor">Vendor.</param>
/// <param name="Model">Model.</param>
/// <param name="Revision">Revision.</param>
internal sealed record IdentifyResponse(string Vendor, string Model, string Revision) : ServiceResponse;
