using System.Buffers;
using System.Text;

namespace DerAgent.Mms;

/// <summary>The element that names the association of an MMSpdu in a stanza (IEC TR 61850-80-3 §7.5.2).</summary>
public static class AssociationContext
{
    /// <summary>Element name.</summary>
    public const string ElementName = "AssociationContext";

    /// <summary>Longest id.</summary>
    public const int MaxIdLength = 64;

    /// <summary>Writes the context with one MMSpdu in it.</summary>
    public static byte[] Wrap(string id, MmsPdu pdu, MmsDialect dialect)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        output.Write("<AssociationContext id=\""u8);
        output.Write(Encoding.UTF8.GetBytes(id));
        output.Write("\">"u8);
        MmsCodec.Write(output, pdu, dialect);
        output.Write("</AssociationContext>"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Whether an id is a token of 1 to 64 characters.</summary>
    public static bool IsId(string? id) => id is { Length: > 0 and <= MaxIdLength } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '-' or '_');
}
