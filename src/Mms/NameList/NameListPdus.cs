namespace DerAgent.Mms;

/// <summary>Classes of named objects (ISO 9506-2 §7.3.2).</summary>
internal enum ObjectClass
{
    /// <summary>namedVariable.</summary>
    NamedVariable = 0,
    /// <summary>namedVariableList: data sets.</summary>
    NamedVariableList = 2,
    /// <summary>journal: logs.</summary>
    Journal = 8,
    /// <summary>domain: logical devices.</summary>
    Domain = 9,
}

/// <summary>GetNameList (ISO 9506-2 §7.5.2): the directory services.</summary>
/// <param name="Class">Number of the class of objects; those in use are <see cref="ObjectClass"/>.</param>
/// <param name="Scope">Where the names live.</param>
/// <param name="Domain">The domain, or <c>LD/LN$FC$…</c> for the extended service; empty outside domain scope.</param>
/// <param name="ContinueAfter">Last name of the page before.</param>
/// <param name="Extended">extendedGetNameList: one level of the tree (2018).</param>
internal sealed record GetNameListRequest(ObjectClass Class, NameScope Scope, string Domain, string? ContinueAfter = null, bool Extended = false) : ServiceRequest
{
    /// <inheritdoc/>
    public override MmsService Service => MmsService.GetNameList;
}

/// <summary>Names.</summary>
/// <param name="Identifiers">The names.</param>
/// <param name="MoreFollows">Whether there are more.</param>
/// <param name="Extended">Answer of the extended service.</param>
internal sealed record GetNameListResponse(ValueList<string> Identifiers, bool MoreFollows, bool Extended = false) : ServiceResponse;
