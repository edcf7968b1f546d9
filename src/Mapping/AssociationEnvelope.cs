using System.Buffers;
using System.Text;
using DerAgent.Mms;
using DerAgent.Xml;

namespace DerAgent.Mapping;

/// <summary>What an association's stanza carries: <c>AssociationContext</c> with one <c>MMSpdu</c> (IEC TR 61850-80-3 §7.5.2). Reading and writing side by side.</summary>
/// <param name="AssociationId">Association id.</param>
/// <param name="Dialect">Dialect of the PDU.</param>
/// <param name="Pdu">The MMSpdu element.</param>
internal sealed record AssociationEnvelope(string AssociationId, MmsDialect Dialect, ReadOnlyMemory<byte> Pdu)
{
    /// <summary>Longest id, in characters.</summary>
    public const int MaxIdLength = 64;

    private const int Levels = 3;

    /// <summary>Whether an id is a token of 1 to 64 printable characters of ASCII.</summary>
    public static bool IsId(string? id) => id is { Length: > 0 and <= MaxIdLength } && id.All(c => c is > ' ' and < '\x7F');

    /// <summary>The content of a stanza with one MMSpdu.</summary>
    /// <param name="id">Association id.</param>
    /// <param name="pdu">The MMSpdu element.</param>
    public static byte[] Write(string id, ReadOnlySpan<byte> pdu)
    {
        // Made in its final length: segments of reports come this way.
        var head = new ArrayBufferWriter<byte>(256);
        Begin(head, id);
        return [.. head.WrittenSpan, .. pdu, .. "</AssociationContext>"u8];
    }

    /// <summary>The content of a stanza with one MMSpdu.</summary>
    public static byte[] Write(string id, MmsPdu pdu, MmsDialect dialect)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        Begin(output, id);
        MmsCodec.Write(output, pdu, dialect);
        output.Write("</AssociationContext>"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Whether a stanza claims to belong to an association.</summary>
    /// <param name="stanza">The whole stanza, well-formed.</param>
    public static bool IsPresent(ReadOnlySpan<byte> stanza)
    {
        var lexer = new XmlLexer(stanza, XmlLexer.MaxDepth, int.MaxValue);
        while (lexer.Read())
        {
            if (lexer.Token == XmlToken.Start && lexer.Depth == 2 && lexer.LocalName.SequenceEqual("AssociationContext"u8))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Reads the content of a stanza; null with a sentence where its form is wrong. What else stands in a message is passed over (RFC 6120 §8.4): servers write when
    /// it was delayed into one that they send again, or where they archived it; an iq has one child.
    /// </summary>
    /// <param name="stanza">The whole stanza, well-formed.</param>
    /// <param name="fault">What is wrong, for the peer.</param>
    public static AssociationEnvelope? Read(ReadOnlyMemory<byte> stanza, out string fault)
    {
        var lexer = new XmlLexer(stanza.Span, XmlLexer.MaxDepth, int.MaxValue);
        var around = new List<string>(Levels);
        var (contexts, pdus, others, start, end, isMessage, isInside) = (0, 0, false, 0, 0, false, false);
        string? id = null, ns = null;
        while (lexer.Read())
        {
            switch (lexer.Token)
            {
                case XmlToken.Start when lexer.Depth <= Levels:
                    around.RemoveRange(lexer.Depth - 1, around.Count - lexer.Depth + 1);
                    around.Add(Encoding.UTF8.GetString(lexer.Attributes));
                    isMessage |= lexer.Depth == 1 && lexer.LocalName.SequenceEqual("message"u8);
                    var isContext = lexer.Depth == 2 && lexer.LocalName.SequenceEqual("AssociationContext"u8);
                    isInside = lexer.Depth == 2 ? isContext : isInside;
                    var isPdu = lexer.Depth == Levels && isInside && contexts == 1 && lexer.LocalName.SequenceEqual("MMSpdu"u8);
                    (contexts, pdus, others) = (contexts + (isContext ? 1 : 0), pdus + (isPdu ? 1 : 0), others | (lexer.Depth == 2 && !isContext && !isMessage) | (lexer.Depth == Levels && isInside && !isPdu));
                    id = isContext && XmlAttributes.TryFind(lexer.Attributes, "id"u8, out var value) ? XmlText.Decode(value) : id;
                    (start, ns) = isPdu ? (lexer.TokenStart, NamespaceOf(lexer.Name, around)) : (start, ns);
                    break;
                case XmlToken.End when lexer.Depth == Levels - 1 && pdus == 1 && end == 0:
                    end = lexer.Position;
                    break;
                case XmlToken.Text when lexer.Depth == 2 && isInside && !XmlText.IsWhiteSpace(lexer.Text):
                    others = true;
                    break;
            }
        }

        var dialect = ns is null or "" or "jabber:client" ? MmsDialect.Tr2015 : MmsDialect.Of(ns);
        fault = contexts != 1 ? "the stanza needs exactly one child, AssociationContext"
            : !IsId(id) ? "AssociationContext needs an id of 1 to 64 printable characters without space"
            : pdus != 1 || others ? "AssociationContext needs exactly one child, MMSpdu"
            : dialect is null ? $"the namespace \"{(ns!.Length > 100 ? ns[..100] : ns)}\" of MMSpdu is unknown"
            : "";
        return fault.Length > 0 ? null : new(id!, dialect!, stanza[start..end]);
    }

    private static void Begin(ArrayBufferWriter<byte> output, string id)
    {
        output.Write("<AssociationContext id=\""u8);
        output.Write(Encoding.UTF8.GetBytes(System.Security.SecurityElement.Escape(id)));
        output.Write("\">"u8);
    }

    /// <summary>The namespace of an element by the declarations around it, innermost first; null where none is declared within the stanza.</summary>
    private static string? NamespaceOf(ReadOnlySpan<byte> name, List<string> around)
    {
        var colon = name.IndexOf((byte)':');
        var declaration = colon < 0 ? "xmlns"u8.ToArray() : [.. "xmlns:"u8, .. name[..colon]];
        for (var level = around.Count - 1; level >= 0; level--)
        {
            if (XmlAttributes.TryFind(Encoding.UTF8.GetBytes(around[level]), declaration, out var value))
            {
                return XmlText.Decode(value);
            }
        }

        return null;
    }
}
