namespace DerAgent.Xmpp;

/// <summary>
/// What one association, or whoever else has a lane, has waiting for the line. Lanes take turns; within one nothing overtakes. What waits is bounded in octets,
/// so that nobody's silence costs another's place.
/// </summary>
public sealed class XmppLane
{
    /// <summary>Octets that one lane may hold: the negotiated answers of an association and the reports under way.</summary>
    public const int DefaultLimit = 1 << 20;

    private readonly OctetBudget _connection;
    private volatile bool _isClosed;
    private volatile bool _wantsRoom;

    internal XmppLane(string name, OctetBudget connection, int limit)
    {
        (Name, _connection) = (name, connection);
        Budget = new(limit);
    }

    /// <summary>Whose it is, for people.</summary>
    public string Name { get; }

    /// <summary>Whether what may as well wait, a report, should be handed over now: at most half of the lane and of its connection is used. Who is told no is told by <see cref="XmppNotice.Room"/> when that changes.</summary>
    public bool HasRoom
    {
        get
        {
            if (IsRoomy)
            {
                return true;
            }

            // Said before looking again: what was given back in between would be told to nobody.
            _wantsRoom = true;
            return IsRoomy;
        }
    }

    /// <summary>What waits in it. Octets that are written leave it, and stay in the connection's budget until they are acknowledged.</summary>
    internal OctetBudget Budget { get; }

    internal Queue<OutgoingStanza> Waiting { get; } = new();

    /// <summary>Urgent stanzas among those that wait: the lane goes before others.</summary>
    internal int Urgent { get; set; }

    /// <summary>Whether it stands in the line of lanes.</summary>
    internal bool IsInTurn { get; set; }

    /// <summary>Whether it stands in the line of urgent lanes.</summary>
    internal bool IsInUrgentTurn { get; set; }

    /// <summary>Whether it takes nothing any more.</summary>
    internal bool IsClosed
    {
        get => _isClosed;
        set => _isClosed = value;
    }

    private bool IsRoomy => Budget.Used * 2 <= Budget.Limit && !_connection.IsBeyond(0.5);

    /// <summary>Takes octets of the lane and of its connection; false, and nothing is taken, where they do not fit.</summary>
    internal bool TryTake(long octets)
    {
        if (IsClosed || !Budget.TryTake(octets))
        {
            return false;
        }

        if (_connection.TryTake(octets))
        {
            return true;
        }

        Budget.Give(octets);
        return false;
    }

    /// <summary>Whether somebody waits for room, and there is; he is told once.</summary>
    internal bool TakeRoom()
    {
        if (!_wantsRoom || !IsRoomy)
        {
            return false;
        }

        _wantsRoom = false;
        return true;
    }
}
