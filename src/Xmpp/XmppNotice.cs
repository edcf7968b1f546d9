namespace DerAgent.Xmpp;

/// <summary>What a connection tells its owner, in order.</summary>
public abstract record XmppNotice
{
    /// <summary>A session is up.</summary>
    /// <param name="Address">Our full JID.</param>
    /// <param name="IsResumed">Whether it is the old one: nothing was lost.</param>
    /// <param name="Lost">Stanzas of an old session that were given up: nobody knows whether they came.</param>
    public sealed record Connected(Jid Address, bool IsResumed, int Lost = 0) : XmppNotice;

    /// <summary>The stream is down.</summary>
    /// <param name="Failure">Why.</param>
    /// <param name="MayResume">Whether the session may be resumed: what is sent meanwhile waits.</param>
    public sealed record Disconnected(XmppFailure Failure, bool MayResume) : XmppNotice;

    /// <summary>No server could be reached or agreed with; another attempt follows.</summary>
    /// <param name="Failure">Why the last server failed.</param>
    /// <param name="Pause">Time until the next attempt.</param>
    public sealed record Waiting(XmppFailure Failure, TimeSpan Pause) : XmppNotice;

    /// <summary>There is room again for what can wait: <see cref="XmppLane.HasRoom"/>.</summary>
    public sealed record Room : XmppNotice;

    /// <summary>A stanza beyond our limits was read over.</summary>
    /// <param name="Head">Its head; the content is gone.</param>
    public sealed record Dropped(Stanza Head) : XmppNotice;

    /// <summary>Somebody wants to know whether the reader turns; it calls back.</summary>
    /// <param name="Answer">To be called.</param>
    internal sealed record Beat(Action Answer) : XmppNotice;

    /// <summary>A stanza came from somebody who may know of us; an answer only where nobody waits for it.</summary>
    /// <param name="Stanza">The stanza.</param>
    public sealed record Received(Stanza Stanza) : XmppNotice;
}
