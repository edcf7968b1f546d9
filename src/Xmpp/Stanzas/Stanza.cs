using System.Buffers;
using System.Security;
using System.Text;

namespace DerAgent.Xmpp;

/// <summary>Kinds of stanzas (RFC 6120 §8.2).</summary>
public enum StanzaKind
{
    /// <summary>iq: a question or its answer.</summary>
    Iq,
    /// <summary>message.</summary>
    Message,
    /// <summary>presence.</summary>
    Presence,
}

/// <summary>A stanza (RFC 6120 §8), received or to be sent.</summary>
public sealed class Stanza
{
    internal const string LanguageAttribute = "xml:lang";

    private Stanza(StanzaKind kind, string? type, string? id, Jid? from, Jid? to, XmlElement? element, ReadOnlyMemory<byte> payload, string? language = null)
    {
        Language = language;
        Kind = kind;
        Type = type;
        Id = id;
        From = from;
        To = to;
        Element = element;
        Payload = payload;
    }

    /// <summary>Kind.</summary>
    public StanzaKind Kind { get; }

    /// <summary>The type attribute.</summary>
    public string? Type { get; }

    /// <summary>The id attribute.</summary>
    public string? Id { get; }

    /// <summary>Sender; null where the server itself speaks.</summary>
    public Jid? From { get; }

    /// <summary>Addressee.</summary>
    public Jid? To { get; }

    /// <summary>The language of its texts (RFC 6120 §8.1.5), or null.</summary>
    public string? Language { get; }

    /// <summary>The element of a received stanza.</summary>
    public XmlElement? Element { get; }

    /// <summary>Content of a stanza to be sent, as XML. Of one beyond our limits: the stanza as it came, unless it was too long to be kept.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Whether it is an iq that must be answered.</summary>
    public bool IsRequest => Kind == StanzaKind.Iq && Type is "get" or "set";

    /// <summary>An iq to be sent.</summary>
    public static Stanza Iq(string type, string id, Jid? to, ReadOnlyMemory<byte> payload) => new(StanzaKind.Iq, type, id, null, to, null, payload);

    /// <summary>A message to be sent.</summary>
    public static Stanza Message(string type, Jid to, ReadOnlyMemory<byte> payload, string? id = null) => new(StanzaKind.Message, type, id, null, to, null, payload);

    /// <summary>A presence to be sent.</summary>
    public static Stanza Presence(string? type, Jid? to, ReadOnlyMemory<byte> payload = default) => new(StanzaKind.Presence, type, null, null, to, null, payload);

    /// <summary>The answer to an iq.</summary>
    public Stanza Answer(ReadOnlyMemory<byte> payload = default) => Iq("result", Id ?? "", From, payload);

    /// <summary>The error that answers an iq (RFC 6120 §8.3).</summary>
    public Stanza Error(StanzaErrorCondition condition, string? text = null) => IqError(Id ?? "", From, condition, text);

    /// <summary>An error that answers the iq of that id.</summary>
    public static Stanza IqError(string id, Jid? to, StanzaErrorCondition condition, string? text = null) => Iq("error", id, to, Encoding.UTF8.GetBytes(StanzaErrors.ToXml(condition, text)));

    /// <summary>The same to be sent, in a language.</summary>
    internal Stanza In(string language) => new(Kind, Type, Id, From, To, Element, Payload, language);

    /// <summary>A stanza of the same kind and id to who sent it.</summary>
    internal Stanza Reply(string type, ReadOnlyMemory<byte> payload, string? language) => new(Kind, type, Id, null, From, null, payload, language);

    /// <summary>A stanza from a received element; null where it is none.</summary>
    public static Stanza? Of(XmlElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        return KindOf(element.Name, element.Namespace) is { } kind
            ? new(kind, element["type"], element["id"], Jid.Read(element["from"]), Jid.Read(element["to"]), element, default, element[LanguageAttribute])
            : null;
    }

    /// <summary>A stanza of which only the head was kept; null where it is none.</summary>
    internal static Stanza? OfHead(string name, string ns, string? type, string? id, string? from, string? to, string? language = null) =>
        KindOf(name, ns) is { } kind ? new(kind, type, id, Jid.Read(from), Jid.Read(to), null, default, language) : null;

    /// <summary>The head of a stanza beyond our limits, with all of it as it came.</summary>
    internal Stanza WithRest(ReadOnlyMemory<byte> xml) => new(Kind, Type, Id, From, To, null, xml, Language);

    private static StanzaKind? KindOf(string name, string ns) => ns != Namespaces.Client ? null : name switch
    {
        "iq" => StanzaKind.Iq,
        "message" => StanzaKind.Message,
        "presence" => StanzaKind.Presence,
        _ => null,
    };

    /// <summary>Octets of the stanza on the wire; what stands for a character that XML has a use for is counted as that character.</summary>
    public int Octets => Element is not null ? Element.Xml.Length
        : "<".Length + KindName.Length + AttributeOctets("type", Type) + AttributeOctets("id", Id) + AttributeOctets("to", To?.ToString()) + AttributeOctets(LanguageAttribute, Language)
            + (Payload.Length == 0 ? "/>".Length : ">".Length + Payload.Length + "</>".Length + KindName.Length);

    private string KindName => Kind switch { StanzaKind.Iq => "iq", StanzaKind.Message => "message", _ => "presence" };

    /// <summary>The stanza as it goes on the wire.</summary>
    public byte[] ToArray()
    {
        if (Element is not null)
        {
            return Element.Xml.ToArray();
        }

        var name = KindName;
        var output = new ArrayBufferWriter<byte>(128 + Payload.Length);
        var head = new StringBuilder("<").Append(name);
        Append(head, "type", Type);
        Append(head, "id", Id);
        Append(head, "to", To?.ToString());
        Append(head, LanguageAttribute, Language);
        output.Write(Encoding.UTF8.GetBytes(head.Append(Payload.Length == 0 ? "/>" : ">").ToString()));
        if (Payload.Length > 0)
        {
            output.Write(Payload.Span);
            output.Write(Encoding.UTF8.GetBytes($"</{name}>"));
        }

        return output.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(ToArray());

    private static int AttributeOctets(string name, string? value) => value is null ? 0 : " =\"\"".Length + name.Length + Encoding.UTF8.GetByteCount(value);

    private static void Append(StringBuilder head, string name, string? value)
    {
        if (value is not null)
        {
            head.Append(' ').Append(name).Append("=\"").Append(SecurityElement.Escape(value)).Append('"');
        }
    }
}
