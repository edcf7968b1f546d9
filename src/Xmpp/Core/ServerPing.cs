using System.Text;

namespace DerAgent.Xmpp;

/// <summary>Our ping of the server (XEP-0199) that is not answered. Touched by the connection's loop only.</summary>
/// <param name="domain">Our server: only it speaks as its domain (RFC 6120 §8.1.2.1).</param>
/// <param name="newId">Makes ids of stanzas.</param>
internal sealed class ServerPing(string domain, Func<string> newId)
{
    private readonly Jid _server = Jid.Parse(domain);
    private string? _id;

    /// <summary>Sends one; it goes before what others have waiting.</summary>
    public void Send(OutputQueue output)
    {
        _id = newId();
        output.AddOwn(Stanza.Iq("get", _id, _server, Encoding.UTF8.GetBytes($"<ping xmlns=\"{Namespaces.Ping}\"/>")), StanzaTraits.Urgent | StanzaTraits.Question);
    }

    /// <summary>Whether a stanza answers it. An error does as well: the server is there.</summary>
    public bool IsAnsweredBy(Stanza stanza)
    {
        if (_id is null || stanza is not { Kind: StanzaKind.Iq, Type: "result" or "error" } || stanza.Id != _id || stanza.From != _server)
        {
            return false;
        }

        _id = null;
        return true;
    }
}
