namespace DerAgent.Mms;

/// <summary>A confirmed service's request.</summary>
internal abstract record ServiceRequest
{
    /// <summary>Which service it is.</summary>
    public abstract MmsService Service { get; }
}

/// <summary>A confirmed service's response.</summary>
internal abstract record ServiceResponse;
