namespace DerAgent.Mms;

/// <summary>GetDomainAttributes (ISO 9506-2 §11.10).</summary>
/// <param name="Domain">The domain.</param>
internal sealed record GetDomainAttributesRequest(string Domain) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.GetDomainAttributes;
}

/// <summary>Attributes of a domain.</summary>
/// <param name="Capabilities">Its capabilities.</param>
/// <param name="State">Its state; 2 ready.</param>
/// <param name="Deletable">Whether clients may delete it.</param>
/// <param name="Sharable">Whether programs share it.</param>
/// <param name="ProgramInvocations">Programs that use it.</param>
/// <param name="UploadInProgress">Uploads under way.</param>
internal sealed record GetDomainAttributesResponse(
    ValueList<string> Capabilities, int State, bool Deletable, bool Sharable, ValueList<string> ProgramInvocations, int UploadInProgress) : ServiceResponse;

/// <summary>StoreDomainContents (ISO 9506-2 §11.7): a domain is written into a file of the server's own file store.</summary>
/// <param name="Domain">The domain.</param>
/// <param name="FileName">Name of the file.</param>
internal sealed record StoreDomainContentsRequest(string Domain, string FileName) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.StoreDomainContents;
}

/// <summary>The file is there.</summary>
internal sealed record StoreDomainContentsResponse : ServiceResponse;
