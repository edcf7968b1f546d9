namespace DerAgent.Xmpp;

/// <summary>
/// Counts what is taken over of a session (XEP-0198 §4), and keeps requests back while there is no room for what they would bring about. Touched by the
/// connection's loop only.
/// </summary>
internal sealed class SessionIntake
{
    /// <summary>Unasked, an acknowledgement goes out after so many stanzas: servers end sessions that let too many go unacknowledged.</summary>
    private const int StanzasPerAcknowledgement = 100;

    /// <summary>Octets of requests that are kept back; beyond it nothing more is read.</summary>
    private const long MostHeld = 1 << 20;

    private readonly Queue<Stanza> _held = new();
    private long _heldOctets;
    private int _unacknowledged;

    /// <summary>Stanzas taken over: the <c>h</c> we answer.</summary>
    public uint Handled { get; private set; }

    /// <summary>Whether the server is to be told how many they are, unasked.</summary>
    public bool OwesMuch => _unacknowledged >= StanzasPerAcknowledgement;

    /// <summary>Whether the server does not know of some that were taken over.</summary>
    public bool Owes => _unacknowledged > 0;

    /// <summary>Whether as much is kept back as may be.</summary>
    public bool IsFull => _heldOctets > MostHeld;

    /// <summary>Another session: nothing is counted from before.</summary>
    public void Reset()
    {
        (Handled, _unacknowledged, _heldOctets) = (0, 0, 0);
        _held.Clear();
    }

    /// <summary>A stanza is taken over: what is not counted comes again after resuming.</summary>
    public void Count()
    {
        Handled = unchecked(Handled + 1);
        _unacknowledged++;
    }

    /// <summary>The server is told how many were taken over.</summary>
    public void Acknowledged() => _unacknowledged = 0;

    /// <summary>Keeps a request back.</summary>
    public void Hold(Stanza request)
    {
        _held.Enqueue(request);
        _heldOctets += request.Element?.Xml.Length ?? 0;
    }

    /// <summary>A request that was kept back, or null.</summary>
    public Stanza? Release()
    {
        if (!_held.TryDequeue(out var request))
        {
            return null;
        }

        _heldOctets -= request.Element?.Xml.Length ?? 0;
        return request;
    }

    /// <summary>Whether requests are kept back: another must not overtake them.</summary>
    public bool IsHolding => _held.Count > 0;
}
