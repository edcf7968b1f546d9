namespace DerAgent.Xmpp;

/// <summary>What is particular about a stanza on its way out.</summary>
[Flags]
internal enum StanzaTraits
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>It is a message: a burst of them ends with a request for acknowledgement.</summary>
    Message = 1,
    /// <summary>Its lane goes before others until it is written.</summary>
    Urgent = 2,
    /// <summary>Its answer tells whether the server is alive.</summary>
    Question = 4,
}

/// <summary>A stanza on its way out.</summary>
/// <param name="Xml">Its octets.</param>
/// <param name="Traits">What is particular about it.</param>
/// <param name="Written">Told when its octets are handed to TLS for the first time, or null.</param>
internal sealed record OutgoingStanza(byte[] Xml, StanzaTraits Traits, Action? Written)
{
    /// <summary>What holding it costs beside its octets.</summary>
    private const int Overhead = 200;

    /// <summary>Octets of memory that it holds.</summary>
    public long Cost => Xml.Length + Overhead;

    /// <summary>Whether its lane goes before others.</summary>
    public bool IsUrgent => Is(StanzaTraits.Urgent);

    /// <summary>Whether it has a trait.</summary>
    public bool Is(StanzaTraits trait) => (Traits & trait) == trait;

    public static OutgoingStanza Of(Stanza stanza, StanzaTraits traits = StanzaTraits.None, Action? written = null) =>
        new(stanza.ToArray(), traits | (stanza.Kind == StanzaKind.Message ? StanzaTraits.Message : StanzaTraits.None), written);
}
