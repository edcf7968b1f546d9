namespace DerAgent.Xmpp;

/// <summary>What is due on a session.</summary>
internal enum WatchStep
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Ping the server (XEP-0199).</summary>
    Ping,
    /// <summary>Ask for acknowledgement (XEP-0198).</summary>
    RequestAcknowledge,
    /// <summary>Give up: the server does not answer a ping.</summary>
    Silent,
    /// <summary>Give up: the server resumed the session and does not hear.</summary>
    Deaf,
}

/// <summary>Judges by the clock whether the server of a session is alive and hears. Pure but for its clock; may be told things from several threads.</summary>
/// <param name="options">How long to wait for what.</param>
/// <param name="time">The clock.</param>
internal sealed class SessionWatch(XmppOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _lastReceived = time.GetTimestamp();
    private long _lastRequest = time.GetTimestamp();
    private long? _resumed;
    private bool _awaitsPing;

    /// <summary>How long nothing has come.</summary>
    public TimeSpan Silence
    {
        get
        {
            lock (_gate)
            {
                return time.GetElapsedTime(_lastReceived);
            }
        }
    }

    /// <summary>Octets came.</summary>
    public void Received()
    {
        lock (_gate)
        {
            _lastReceived = time.GetTimestamp();
        }
    }

    /// <summary>
    /// The session is the old one, and an acknowledgement was asked for at once. A server may hold half a stanza of the broken line and take all
    /// that follows for the rest of it: Prosody 0.12 does. It sends, so it is not silent; only an acknowledgement proves that it hears.
    /// </summary>
    public void Resumed()
    {
        lock (_gate)
        {
            _resumed = time.GetTimestamp();
        }
    }

    /// <summary>An acknowledgement was asked for.</summary>
    public void AcknowledgeRequested()
    {
        lock (_gate)
        {
            _lastRequest = time.GetTimestamp();
        }
    }

    /// <summary>The server acknowledged.</summary>
    public void Acknowledged()
    {
        lock (_gate)
        {
            _resumed = null;
        }
    }

    /// <summary>A request of ours was answered.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            _awaitsPing = false;
        }
    }

    /// <summary>What is due now.</summary>
    /// <param name="hasUnacknowledged">Whether the server owes an acknowledgement.</param>
    public WatchStep Next(bool hasUnacknowledged)
    {
        lock (_gate)
        {
            if (_resumed is { } since && time.GetElapsedTime(since) >= options.PingTimeout)
            {
                return WatchStep.Deaf;
            }

            var silence = time.GetElapsedTime(_lastReceived);
            _awaitsPing &= silence >= options.KeepAlive;
            if (_awaitsPing && silence >= options.KeepAlive + options.PingTimeout)
            {
                return WatchStep.Silent;
            }

            if (!_awaitsPing && silence >= options.KeepAlive)
            {
                _awaitsPing = true;
                return WatchStep.Ping;
            }

            return hasUnacknowledged && time.GetElapsedTime(_lastRequest) >= options.AcknowledgeInterval ? WatchStep.RequestAcknowledge : WatchStep.None;
        }
    }
}
