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

/// <summary>Stream management (XEP-0198): counts stanzas in both directions modulo 2^32 and keeps what is not acknowledged. Pure state; octets go in and out by its caller.</summary>
internal sealed class StreamManagement
{
    private readonly Queue<byte[]> _unacknowledged = new();
    private ManagementGrant? _grant;
    private uint _acknowledged;

    /// <summary>Whether the server enabled it.</summary>
    public bool IsEnabled => _grant is not null;

    /// <summary>How to resume; null where that is not possible.</summary>
    public Resumption? Resumption => _grant?.ResumptionId is { } id ? new(id, Handled) : null;

    /// <summary>Where the server wants to be dialled for resuming, or null.</summary>
    public XmppEndpoint? Location => _grant?.Location;

    /// <summary>Stanzas received and taken over: the <c>h</c> we answer.</summary>
    public uint Handled { get; private set; }

    /// <summary>Stanzas sent and not acknowledged.</summary>
    public int Unacknowledged => _unacknowledged.Count;

    /// <summary>A new session, or none any longer: nothing is counted from before.</summary>
    /// <param name="grant">What the server grants for the new session; null: nothing.</param>
    public void Reset(ManagementGrant? grant = null)
    {
        _grant = grant;
        Handled = 0;
        _acknowledged = 0;
        _unacknowledged.Clear();
    }

    /// <summary>A stanza goes out.</summary>
    public void Sent(byte[] stanza)
    {
        if (IsEnabled)
        {
            _unacknowledged.Enqueue(stanza);
        }
    }

    /// <summary>A stanza came in.</summary>
    public void Received() => Handled = unchecked(Handled + 1);

    /// <summary>The server acknowledges; false where it acknowledges more than was sent (XEP-0198 §4: an error).</summary>
    public bool Acknowledge(uint h)
    {
        var count = unchecked(h - _acknowledged);
        if (count > (uint)_unacknowledged.Count)
        {
            return false;
        }

        _acknowledged = h;
        for (; count > 0; count--)
        {
            _unacknowledged.Dequeue();
        }

        return true;
    }

    /// <summary>What must be sent again after resuming, in order. It stays unacknowledged.</summary>
    public IReadOnlyList<byte[]> ToResend() => [.. _unacknowledged];
}
