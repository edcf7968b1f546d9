namespace DerAgent.Xmpp;

/// <summary>
/// What goes out over a connection, and in which order: what was written and must be written again after resuming, then the lanes in turn. A stanza is numbered
/// for XEP-0198 when it is written, and kept until it is acknowledged. Touched by the connection's loop only.
/// </summary>
internal sealed class OutputQueue
{
    /// <summary>Lanes with something urgent go first, but not for ever: after so many the others have a turn.</summary>
    private const int UrgentInARow = 4;

    private readonly OctetBudget _budget;
    private readonly Queue<XmppLane> _ordinary = new();
    private readonly Queue<XmppLane> _urgent = new();
    private readonly HashSet<XmppLane> _open = [];
    private readonly Queue<OutgoingStanza> _sent = new();
    private readonly Queue<OutgoingStanza> _again = new();
    private int _urgentInARow;
    private int _waiting;
    private uint _acknowledged;

    /// <param name="budget">The connection's budget.</param>
    public OutputQueue(OctetBudget budget)
    {
        _budget = budget;
        Own = new("the agent itself", budget, XmppLane.DefaultLimit);
        Open(Own);
    }

    /// <summary>The lane of what we send in our own name: presence, pings, answers to those who ask who we are.</summary>
    public XmppLane Own { get; }

    /// <summary>Whether what is written is kept until it is acknowledged.</summary>
    public bool IsManaged { get; private set; }

    /// <summary>Stanzas written and not acknowledged.</summary>
    public int Unacknowledged => _sent.Count;

    /// <summary>Those of them that are still to be written again.</summary>
    public int ToRewrite => _again.Count;

    /// <summary>Octets of the unacknowledged ones.</summary>
    public long UnacknowledgedOctets { get; private set; }

    /// <summary>Whether nothing waits to be written.</summary>
    public bool IsEmpty => _waiting == 0 && _again.Count == 0;

    /// <summary>The open lanes.</summary>
    public IReadOnlyCollection<XmppLane> Lanes => _open;

    /// <summary>A lane is there from now on.</summary>
    public void Open(XmppLane lane) => _open.Add(lane);

    /// <summary>A lane takes nothing more.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="discard">Whether what waits in it is given up; else it still goes out.</param>
    public void Close(XmppLane lane, bool discard)
    {
        if (discard)
        {
            Discard(lane);
        }

        lane.IsClosed = true;
        if (lane.Waiting.Count == 0)
        {
            _open.Remove(lane);
        }
    }

    /// <summary>A stanza waits in a lane. Its octets are taken already.</summary>
    public void Add(XmppLane lane, OutgoingStanza stanza)
    {
        lane.Waiting.Enqueue(stanza);
        lane.Urgent += stanza.IsUrgent ? 1 : 0;
        _waiting++;
        if (!lane.IsInTurn)
        {
            lane.IsInTurn = true;
            _ordinary.Enqueue(lane);
        }

        if (stanza.IsUrgent && !lane.IsInUrgentTurn)
        {
            lane.IsInUrgentTurn = true;
            _urgent.Enqueue(lane);
        }
    }

    /// <summary>Something in our own name. Where there is no room for it, it is not sent: whoever waits for it asks again.</summary>
    public void AddOwn(Stanza stanza, StanzaTraits traits = StanzaTraits.None)
    {
        var outgoing = OutgoingStanza.Of(stanza, traits);
        if (Own.TryTake(outgoing.Cost))
        {
            Add(Own, outgoing);
        }
    }

    /// <summary>Octets of the next stanza; null where none waits.</summary>
    public int? NextLength => _again.TryPeek(out var again) ? again.Xml.Length : NextLane() is { } lane ? lane.Waiting.Peek().Xml.Length : null;

    /// <summary>The next stanza, which is written now; <paramref name="isFirst"/> tells whether it never was before.</summary>
    public OutgoingStanza Take(out bool isFirst)
    {
        if (_again.TryDequeue(out var again))
        {
            isFirst = false;
            return again;
        }

        var lane = NextLane() ?? throw new InvalidOperationException("nothing waits");
        isFirst = true;
        var stanza = lane.Waiting.Dequeue();
        Turn(lane, stanza);
        lane.Budget.Give(stanza.Cost);
        if (IsManaged)
        {
            _sent.Enqueue(stanza);
            UnacknowledgedOctets += stanza.Cost;
        }
        else
        {
            _budget.Give(stanza.Cost);
        }

        return stanza;
    }

    /// <summary>The server acknowledges; false where it acknowledges more than was sent (XEP-0198 §4: an error).</summary>
    /// <param name="h">Stanzas that it handled, modulo 2^32.</param>
    public bool Acknowledge(uint h)
    {
        var count = unchecked(h - _acknowledged);
        if (count > (uint)(_sent.Count - _again.Count))
        {
            return false;
        }

        _acknowledged = h;
        for (; count > 0; count--)
        {
            var stanza = _sent.Dequeue();
            UnacknowledgedOctets -= stanza.Cost;
            _budget.Give(stanza.Cost);
        }

        return true;
    }

    /// <summary>The session goes on over another line: what the server has not handled is written again, in order and under its old numbers.</summary>
    /// <param name="h">Stanzas that it handled.</param>
    public bool Resume(uint h)
    {
        _again.Clear();
        if (!Acknowledge(h))
        {
            return false;
        }

        foreach (var stanza in _sent)
        {
            _again.Enqueue(stanza);
        }

        return true;
    }

    /// <summary>Another session: nothing is kept from before. What its associations had waiting went with them.</summary>
    /// <param name="isManaged">Whether the new one is managed.</param>
    /// <returns>Stanzas that are given up.</returns>
    public int Reset(bool isManaged)
    {
        var lost = _sent.Count;
        foreach (var stanza in _sent)
        {
            _budget.Give(stanza.Cost);
        }

        foreach (var lane in _open.ToList())
        {
            lost += Discard(lane);
        }

        _sent.Clear();
        _again.Clear();
        (_acknowledged, UnacknowledgedOctets, IsManaged) = (0, 0, isManaged);
        return lost;
    }

    /// <summary>What waits in a lane is given up; how many stanzas that were.</summary>
    public int Discard(XmppLane lane)
    {
        var lost = lane.Waiting.Count;
        foreach (var stanza in lane.Waiting)
        {
            lane.Budget.Give(stanza.Cost);
            _budget.Give(stanza.Cost);
        }

        _waiting -= lost;
        lane.Waiting.Clear();
        lane.Urgent = 0;
        if (lane.IsClosed)
        {
            _open.Remove(lane);
        }

        return lost;
    }

    /// <summary>The lane whose turn it is. Lanes that have nothing more, or nothing urgent, leave the turns here.</summary>
    private XmppLane? NextLane()
    {
        while (_urgent.TryPeek(out var lane) && lane.Urgent == 0)
        {
            _urgent.Dequeue().IsInUrgentTurn = false;
        }

        while (_ordinary.TryPeek(out var lane) && lane.Waiting.Count == 0)
        {
            _ordinary.Dequeue().IsInTurn = false;
        }

        return IsUrgentTurn ? _urgent.Peek() : _ordinary.TryPeek(out var next) ? next : null;
    }

    private bool IsUrgentTurn => _urgent.Count > 0 && _urgentInARow < UrgentInARow;

    /// <summary>The lane had its turn: it stands behind the others again.</summary>
    private void Turn(XmppLane lane, OutgoingStanza written)
    {
        var turns = IsUrgentTurn ? _urgent : _ordinary;
        _urgentInARow = IsUrgentTurn ? _urgentInARow + 1 : 0;
        turns.Enqueue(turns.Dequeue());
        lane.Urgent -= written.IsUrgent ? 1 : 0;
        _waiting--;
        if (lane.IsClosed && lane.Waiting.Count == 0)
        {
            _open.Remove(lane);
        }
    }
}
