namespace DerAgent.Mms;

/// <summary>GetVariableAccessAttributes (ISO 9506-2 §14.9): GetDataDirectory, GetDataDefinition.</summary>
/// <param name="Name">The variable.</param>
internal sealed record GetVariableAccessAttributesRequest(ObjectName Name) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.GetVariableAccessAttributes;
}

/// <summary>The type of a variable.</summary>
/// <param name="Deletable">Whether clients may delete it.</param>
/// <param name="Type">Its type.</param>
internal sealed record GetVariableAccessAttributesResponse(bool Deletable, TypeDescription Type) : ServiceResponse;
