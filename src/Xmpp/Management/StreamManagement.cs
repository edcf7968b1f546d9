namespace DerAgent.Xmpp;

/// <summary>Stream management (XEP-0198): counts stanzas in both directions modulo 2^32 and keeps what is not acknowledged. Pure state; octets go in and out by its caller.</summary>
internal sealed class StreamManagement
{
    private readonly Queue<byte[]> _unacknowledged = new();
    private uint _acknowledged;

    /// <summary>Whether the server enabled it.</summary>
    public bool IsEnabled { get; private set; }

    /// <summary>Id to resume with; null where the server does not resume.</summary>
    public string? ResumptionId { get; private set; }

    /// <summary>Where the server wants to be dialled for resuming (XEP-0198 §3), or null.</summary>
    public string? Location { get; private set; }

    /// <summary>Stanzas received and taken over: the <c>h</c> we answer.</summary>
    public uint Handled { get; private set; }

    /// <summary>Stanzas sent and not acknowledged.</summary>
    public int Unacknowledged => _unacknowledged.Count;

    /// <summary>A new session: nothing is counted from before.</summary>
    public void Reset()
    {
        IsEnabled = false;
        ResumptionId = null;
        Location = null;
        Handled = 0;
        _acknowledged = 0;
        _unacknowledged.Clear();
    }

    /// <summary>We asked for it: from here every stanza sent counts (XEP-0198 §4).</summary>
    public void Requested()
    {
        Reset();
        IsEnabled = true;
    }

    /// <summary>The server enabled it: from here every stanza received counts.</summary>
    public void Enabled(string? resumptionId, string? location)
    {
        ResumptionId = resumptionId;
        Location = location;
        Handled = 0;
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
