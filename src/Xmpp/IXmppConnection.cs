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

    /// <summary>Whether there is room for what can wait elsewhere: less than half of what may pile up has. Where there was none, <see cref="XmppNotice.Room"/> tells when there is again.</summary>
    bool HasRoom { get; }

    /// <summary>Sends a stanza, or keeps it for the resumed session. False where the connection takes nothing: nothing was sent.</summary>
    /// <param name="stanza">The stanza.</param>
    /// <param name="written">Called when its octets were handed to TLS, on the task that writes; never where the session ends before, also not where it is sent again by a resumed one.</param>
    bool TrySend(Stanza stanza, Action? written = null);
}
