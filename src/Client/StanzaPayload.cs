using DerAgent.Mms;
using DerAgent.Xmpp;

namespace DerAgent.Client;

/// <summary>What an association's stanza carries: its context and one MMSpdu (IEC TR 61850-80-3 §7.5.2).</summary>
/// <param name="AssociationId">Association id.</param>
/// <param name="Dialect">Dialect of the PDU.</param>
/// <param name="Pdu">The MMSpdu element.</param>
public sealed record StanzaPayload(string AssociationId, MmsDialect Dialect, ReadOnlyMemory<byte> Pdu)
{
    /// <summary>Whether a stanza claims to belong to an association.</summary>
    public static bool IsPresent(Stanza stanza)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        return stanza.Element?.Children.Any(c => c.Name == AssociationContext.ElementName) ?? false;
    }

    /// <summary>Reads the payload; null with a sentence where its form is wrong.</summary>
    public static StanzaPayload? Read(Stanza stanza, out string fault)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        var children = stanza.Element?.Children ?? [];
        if (children is not [{ Name: AssociationContext.ElementName } context])
        {
            fault = "the stanza needs exactly one child, AssociationContext";
            return null;
        }

        if (context["id"] is not { } id || !AssociationContext.IsId(id))
        {
            fault = "AssociationContext needs an id of 1 to 64 letters, digits, '.', ':', '-', '_'";
            return null;
        }

        if (context.Children is not [{ Name: "MMSpdu" } pdu] || context.Text.Trim().Length > 0)
        {
            fault = "AssociationContext needs exactly one child, MMSpdu";
            return null;
        }

        // Without a namespace of its own the PDU inherits the stanza's; then it is taken for the older dialect.
        var dialect = pdu.Namespace is "" or Namespaces.Client ? MmsDialect.Tr2015 : MmsDialect.Of(pdu.Namespace);
        if (dialect is null)
        {
            fault = $"the namespace \"{pdu.Namespace}\" of MMSpdu is unknown";
            return null;
        }

        fault = "";
        return new(id, dialect, pdu.Xml);
    }
}
