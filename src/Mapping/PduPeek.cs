using System.Buffers.Text;
using DerAgent.Xml;

namespace DerAgent.Mapping;

/// <summary>What can be said of a PDU without decoding it, for those that are refused whatever they ask.</summary>
/// <param name="IsConfirmedRequest">Whether it claims to be a confirmed request: these are counted (ISO 9506-2 §8.2).</param>
/// <param name="IsInitiate">Whether it claims to ask for an association.</param>
/// <param name="InvokeId">Its invokeID, if it can be seen.</param>
internal readonly record struct PduPeek(bool IsConfirmedRequest, bool IsInitiate, uint? InvokeId)
{
    /// <summary>Looks at the first elements of an MMSpdu.</summary>
    public static PduPeek Of(ReadOnlySpan<byte> pdu)
    {
        var lexer = new XmlLexer(pdu, XmlLexer.MaxDepth, int.MaxValue);
        var (isRequest, isId) = (false, false);
        while (lexer.Read())
        {
            switch (lexer.Token)
            {
                case XmlToken.Start when lexer.Depth == 2:
                    // First letter in either case (wire profile §3).
                    var rest = lexer.LocalName.IsEmpty ? default : lexer.LocalName[1..];
                    isRequest = rest.SequenceEqual("onfirmed-RequestPDU"u8);
                    if (!isRequest)
                    {
                        return new(false, rest.SequenceEqual("nitiate-RequestPDU"u8), null);
                    }

                    break;
                case XmlToken.Start:
                    isId = lexer.Depth == 3 && lexer.LocalName.SequenceEqual("invokeID"u8);
                    if (lexer.Depth >= 3 && !isId)
                    {
                        return new(isRequest, false, null);
                    }

                    break;
                case XmlToken.Text when isId:
                    return new(true, false, Utf8Parser.TryParse(lexer.Text.Trim(" \t\r\n"u8), out uint id, out _) ? id : null);
            }
        }

        return new(isRequest, false, null);
    }
}
