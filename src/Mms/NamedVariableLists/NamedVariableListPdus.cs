namespace DerAgent.Mms;

/// <summary>DefineNamedVariableList (ISO 9506-2 §14.11): CreateDataSet.</summary>
/// <param name="Name">Name of the data set.</param>
/// <param name="Members">Its members.</param>
internal sealed record DefineNamedVariableListRequest(ObjectName Name, ValueList<VariableSpecification> Members) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.DefineNamedVariableList;
}

/// <summary>The data set is there.</summary>
internal sealed record DefineNamedVariableListResponse : ServiceResponse;

/// <summary>GetNamedVariableListAttributes (ISO 9506-2 §14.12): GetDataSetDirectory.</summary>
/// <param name="Name">Name of the data set.</param>
internal sealed record GetNamedVariableListAttributesRequest(ObjectName Name) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.GetNamedVariableListAttributes;
}

/// <summary>Members of a data set.</summary>
/// <param name="Deletable">Whether clients may delete it.</param>
/// <param name="Members">Its members.</param>
internal sealed record GetNamedVariableListAttributesResponse(bool Deletable, ValueList<VariableSpecification> Members) : ServiceResponse;

/// <summary>What DeleteNamedVariableList deletes.</summary>
internal enum ScopeOfDelete
{
    /// <summary>The named lists.</summary>
    Specific,
    /// <summary>All of the association.</summary>
    AssociationSpecific,
    /// <summary>All of a domain.</summary>
    Domain,
    /// <summary>All of the device.</summary>
    Vmd,
}

/// <summary>DeleteNamedVariableList (ISO 9506-2 §14.13): DeleteDataSet.</summary>
/// <param name="Scope">What to delete.</param>
/// <param name="Names">Names of data sets.</param>
internal sealed record DeleteNamedVariableListRequest(ScopeOfDelete Scope, ValueList<ObjectName> Names) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.DeleteNamedVariableList;
}

/// <summary>How many there were and went.</summary>
/// <param name="Matched">Found.</param>
/// <param name="Deleted">Deleted.</param>
internal sealed record DeleteNamedVariableListResponse(uint Matched, uint Deleted) : ServiceResponse;
