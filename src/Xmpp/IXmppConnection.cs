using System.Threading.Channels;

namespace DerAgent.Xmpp;

/// <summary>A connection to an XMPP server that is kept up, whatever it takes.</summary>
public interface IXmppConnection
{
    /// <summary>What happens, in order. To be read by one reader; who does not read stops the line.</summary>
    ChannelReader<XmppNotice> Notices { get; }

    /// <summary>Our full JID while a session is there or may be resumed.</summary>
    Jid? Address { get; }

    /// <summary>A fresh id for a stanza.</summary>
    string NewId();

    /// <summary>Runs until cancelled; never throws for what a server or the line does.</summary>
    Task RunAsync(CancellationToken cancel);

    /// <summary>
    /// Takes other credentials or trust anchors, make before break: another line takes the session over with them, and nothing is lost. Where it cannot, the old
    /// line goes on as it was; not so where its server is trusted only by an anchor that is no longer among them. Where no line serves, the next one is with them.
    /// </summary>
    /// <param name="options">The same account at the same servers. One renewal at a time.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Why the line could not be renewed, or had to end; null: it is renewed.</returns>
    Task<XmppFailure?> RenewAsync(XmppOptions options, CancellationToken cancel);

    /// <summary>A lane of one's own: what waits in it takes turns with the others' and is bounded by itself.</summary>
    /// <param name="name">Whose it is, for people.</param>
    XmppLane OpenLane(string name);

    /// <summary>Nothing more goes into a lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="discard">Whether what waits in it is given up as well.</param>
    void CloseLane(XmppLane lane, bool discard);

    /// <summary>Sends stanzas that belong together, or waits with them until the session is resumed. False, and nothing is sent, where there is no session or no room for all of them.</summary>
    /// <param name="stanzas">The stanzas, in order.</param>
    /// <param name="lane">The lane they wait in; null: the connection's own.</param>
    /// <param name="isUrgent">Whether the lane goes before others until they are written. Within a lane nothing overtakes.</param>
    /// <param name="written">Called when the octets of the last one are handed to TLS for the first time; not where the session ends before.</param>
    bool TrySend(IReadOnlyList<Stanza> stanzas, XmppLane? lane = null, bool isUrgent = false, Action? written = null);

    /// <summary>Asks whether it turns, whatever its server does.</summary>
    /// <param name="answer">Called when its loop, and whoever reads <see cref="Notices"/>, have come to it.</param>
    void Beat(Action answer);
}

/// <summary>Shorter ways to say common things to a connection.</summary>
public static class XmppConnectionExtensions
{
    /// <summary>Sends one stanza.</summary>
    public static bool TrySend(this IXmppConnection connection, Stanza stanza, XmppLane? lane = null, bool isUrgent = false, Action? written = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.TrySend([stanza], lane, isUrgent, written);
    }
}
