namespace DerAgent.Mms;

/// <summary>Read (ISO 9506-2 §14.5): GetDataValues, GetAllDataValues, GetDataSetValues, Select.</summary>
/// <param name="Variables">What to read.</param>
/// <param name="SpecificationWithResult">Whether the answer repeats the specification.</param>
internal sealed record ReadRequest(VariableAccess Variables, bool SpecificationWithResult = false) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.Read;
}

/// <summary>Values read.</summary>
/// <param name="Results">One for each variable.</param>
/// <param name="Variables">The specification where it was asked for.</param>
internal sealed record ReadResponse(ValueList<AccessResult> Results, VariableAccess? Variables = null) : ServiceResponse;
