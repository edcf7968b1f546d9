namespace DerAgent.Mms;

/// <summary>A confirmed service's request.</summary>
public abstract record ServiceRequest;

/// <summary>A confirmed service's response.</summary>
public abstract record ServiceResponse;
