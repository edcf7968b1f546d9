using System.Threading.Channels;

namespace DerAgent.Xmpp;

/// <summary>What the owner of a connection sees of it.</summary>
public interface IXmppConnection
{
    /// <summary>What happens, in order. To be read without pause: a full channel stops the reading from the line, and a reader may run on the reading thread.</summary>
    ChannelReader<XmppNotice> Notices { get; }

    /// <summary>Our full JID once bound.</summary>
    Jid? Address { get; }

    /// <summary>A stanza id that is new on this connection.</summary>
    string NewId();

    /// <summary>Keeps the connection up until cancelled, then ends it in good order.</summary>
    Task RunAsync(CancellationToken cancel);

    /// <summary>Sends a stanza, or keeps it for the resumed session. False where the connection takes nothing: nothing was sent.</summary>
    bool TrySend(Stanza stanza);
}
