namespace DerAgent.Mms;

/// <summary>Status (ISO 9506-2 §10.3).</summary>
/// <param name="ExtendedDerivation">Whether to look afresh.</param>
internal sealed record StatusRequest(bool ExtendedDerivation) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.Status;
}

/// <summary>State of the device.</summary>
/// <param name="Logical">vmdLogicalStatus; 0 state-changes-allowed.</param>
/// <param name="Physical">vmdPhysicalStatus; 0 operational.</param>
internal sealed record StatusResponse(int Logical, int Physical) : ServiceResponse;
