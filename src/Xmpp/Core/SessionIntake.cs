namespace DerAgent.Xmpp;

/// <summary>
/// Takes over the stanzas of a session: counts them (XEP-0198 §4), answers what every entity answers, hands the rest on, and keeps requests back while there is no
/// room for what they would bring about. Touched by the connection's loop only.
/// </summary>
/// <param name="services">Answers pings and the like.</param>
/// <param name="requests">Our requests that wait for answers.</param>
/// <param name="output">What waits to go out.</param>
/// <param name="budget">The connection's budget.</param>
/// <param name="effects">What is to be done.</param>
internal sealed class SessionIntake(PeerServices services, RequestTable requests, OutputQueue output, OctetBudget budget, Queue<ConnectionEffect> effects)
{
    /// <summary>Unasked, an acknowledgement goes out after so many stanzas: servers end sessions that let too many go unacknowledged.</summary>
    private const int StanzasPerAcknowledgement = 100;

    /// <summary>Octets of requests that are kept back; beyond it nothing more is read.</summary>
    private const long MostHeld = 1 << 20;

    /// <summary>Share of the connection's budget beyond which requests wait: answers to those that were taken still fit.</summary>
    private const double RequestsWaitBeyond = 0.75;

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

    /// <summary>Another session: nothing is counted from before, and nobody waits.</summary>
    public void Reset()
    {
        (Handled, _unacknowledged, _heldOctets) = (0, 0, 0);
        _held.Clear();
        requests.FailAll();
    }

    /// <summary>A stanza is taken over: what is not counted comes again after resuming.</summary>
    public void Count()
    {
        Handled = unchecked(Handled + 1);
        _unacknowledged++;
    }

    /// <summary>The server is told how many were taken over.</summary>
    public void Acknowledged() => _unacknowledged = 0;

    /// <summary>Called with every stanza that came from somebody who may know of us.</summary>
    public Action<bool, ReadOnlyMemory<byte>>? Trace { get; set; }

    /// <summary>Takes a stanza.</summary>
    /// <param name="stanza">The stanza; of one beyond our limits only the head is there.</param>
    /// <param name="own">Our address.</param>
    /// <param name="now">The time.</param>
    public void Take(Stanza stanza, Jid? own, TimeSpan now)
    {
        if (Trace is { } trace && stanza.Element is { } element && services.IsKnown(stanza.From))
        {
            trace(false, element.Xml);
        }

        if (services.TryTakeAnswer(stanza, now, out var send))
        {
            Send(send);
        }
        else if (stanza is { Kind: StanzaKind.Iq, Type: "result" or "error" })
        {
            if (!requests.Complete(stanza, own) && stanza.Element is not null && services.IsKnown(stanza.From))
            {
                // An answer to what was sent without waiting for it.
                effects.Enqueue(new ConnectionEffect.Tell(new XmppNotice.Received(stanza)));
            }
        }
        else if (stanza.Element is null)
        {
            Send(services.Refuse(stanza, now));
            effects.Enqueue(new ConnectionEffect.Tell(new XmppNotice.Dropped(stanza)));
        }
        else if (services.Take(stanza, now) is { } answers)
        {
            Send(answers);
        }
        else if (stanza.IsRequest && (_held.Count > 0 || budget.IsBeyond(RequestsWaitBeyond)))
        {
            _held.Enqueue(stanza);
            _heldOctets += stanza.Element.Xml.Length;
        }
        else
        {
            effects.Enqueue(new ConnectionEffect.Tell(new XmppNotice.Received(stanza)));
        }
    }

    /// <summary>Something was written or acknowledged: requests that were kept back are handed on while there is room.</summary>
    public void Release()
    {
        while (_held.Count > 0 && !budget.IsBeyond(RequestsWaitBeyond))
        {
            var request = _held.Dequeue();
            _heldOctets -= request.Element!.Xml.Length;
            effects.Enqueue(new ConnectionEffect.Tell(new XmppNotice.Received(request)));
        }
    }

    /// <summary>A session begins.</summary>
    public void Begin(Func<string> newId, TimeSpan now) => Send(services.Begin(newId, now));

    /// <summary>A second or so has passed.</summary>
    public void Tick(TimeSpan now) => Send(services.Tick(now));

    private void Send(IEnumerable<Stanza> stanzas)
    {
        foreach (var stanza in stanzas)
        {
            output.AddOwn(stanza);
        }
    }
}
