using DerAgent.Model;

namespace DerAgent.Mms;

/// <summary>Write (ISO 9506-2 §14.6): SetDataValues, control, control blocks.</summary>
/// <param name="Variables">What to write.</param>
/// <param name="Data">The values.</param>
internal sealed record WriteRequest(VariableAccess Variables, ValueList<DataValue> Data) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.Write;
}

/// <summary>Results of a write, one for each variable; null is success.</summary>
/// <param name="Results">The results.</param>
internal sealed record WriteResponse(ValueList<DataAccessError?> Results) : ServiceResponse;
