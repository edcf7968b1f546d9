namespace DerAgent.Xmpp;

/// <summary>What the server grants with <c>enabled</c> (XEP-0198 §3).</summary>
/// <param name="ResumptionId">Id to resume with; null where the server does not resume.</param>
/// <param name="Location">Where the server wants to be dialled for resuming, or null.</param>
internal sealed record ManagementGrant(string? ResumptionId, XmppEndpoint? Location)
{
    /// <summary>Longest resumption id (XEP-0198 §3: 4000 octets).</summary>
    private const int MaxId = 4000;

    /// <summary>What an <c>enabled</c> element grants; what is beyond the limits of the protocol is not granted.</summary>
    public static ManagementGrant Of(XmlElement enabled) => new(
        enabled["resume"] is "true" or "1" && enabled["id"] is { Length: > 0 and <= MaxId } id ? id : null,
        XmppEndpoint.Read(enabled["location"]));
}

/// <summary>What is told to resume a session (XEP-0198 §5).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Handled">The stanzas that we handled of it: <c>h</c>.</param>
internal sealed record Resumption(string Id, uint Handled);
