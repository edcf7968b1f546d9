using System.Text;
using DerAgent.Xml;

namespace DerAgent.Xmpp;

/// <summary>Reads what is left of a stanza beyond our limits: its name and addresses, in time linear in its octets however many attributes it has.</summary>
internal static class StanzaHead
{
    /// <summary>The stanza of a start tag; null where the element is no stanza: then the server itself wrote it.</summary>
    /// <param name="tag">The start tag, or as much of it as came within the limits.</param>
    /// <param name="around">Namespaces of the stream.</param>
    public static Stanza? Read(ReadOnlySpan<byte> tag, NamespaceScope? around)
    {
        var end = 1;
        while (end < tag.Length && XmlText.IsNameByte(tag[end]))
        {
            end++;
        }

        if (end >= tag.Length || !Utf8Name(tag[1..end], out var name))
        {
            return null;
        }

        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var declaration = colon < 0 ? "xmlns" : "xmlns:" + name[..colon];
        string? type = null, id = null, from = null, to = null, language = null, declared = null;
        var list = new XmlAttributes(tag[end..^1].TrimEnd((byte)'/'));
        while (list.Read())
        {
            var attribute = Encoding.UTF8.GetString(list.Name);
            _ = attribute switch
            {
                "type" => type ??= Value(list.Value),
                "id" => id ??= Value(list.Value),
                "from" => from ??= Value(list.Value),
                "to" => to ??= Value(list.Value),
                Stanza.LanguageAttribute => language ??= Value(list.Value),
                _ when attribute == declaration => declared ??= Value(list.Value),
                _ => null,
            };
        }

        var ns = declared ?? NamespaceScope.Find(around, colon < 0 ? "" : name[..colon]);
        return Stanza.OfHead(name[(colon + 1)..], ns ?? "", type, id, from, to, language);
    }

    /// <summary>An id that is answered comes back with the answer: a value beyond any honest length counts as absent.</summary>
    private static string? Value(ReadOnlySpan<byte> value) => value.Length <= 4096 && XmlText.EntitiesAreKnown(value) ? XmlText.Decode(value) : null;

    private static bool Utf8Name(ReadOnlySpan<byte> name, out string text)
    {
        text = name.Length is > 0 and <= 256 ? Encoding.UTF8.GetString(name) : "";
        return text.Length > 0;
    }
}
