using System.Text;
using DerAgent.Xml;

namespace DerAgent.Xmpp;

/// <summary>What the own server answers to a stanza for a resource that does not exist.</summary>
/// <param name="Error">The error element.</param>
/// <param name="EchoesContent">Whether the content of the stanza comes back with it.</param>
/// <param name="IsErrorFirst">Whether the error stands before it.</param>
/// <param name="EchoesLanguage">Whether the language of the stanza comes back.</param>
/// <param name="HasText">Whether the error has a text, which depends on the language.</param>
internal sealed record AbsentAnswer(ReadOnlyMemory<byte> Error, bool EchoesContent, bool IsErrorFirst, bool EchoesLanguage, bool HasText)
{
    /// <summary>What RFC 6121 §8.5.3.2.3 lets a server say to an iq; it is given where the own server does not answer at all.</summary>
    public static AbsentAnswer Common { get; } = new(Encoding.UTF8.GetBytes(StanzaErrors.ToXml(StanzaErrorCondition.ServiceUnavailable, null)), EchoesContent: false, IsErrorFirst: true, EchoesLanguage: false, HasText: false);

    /// <summary>Wider than ours: content of a stanza beyond our limits comes back as well, as long as it is well-formed. What is not would end our own stream.</summary>
    private static readonly StreamLimits Echoed = new() { MaxDepth = XmlLexer.MaxDepth, MaxAttributes = 512, MaxElements = 65_536, MaxNameLength = 65_536 };

    /// <summary>Reads it from the answer of the server; null where that is no error.</summary>
    public static AbsentAnswer? Of(Stanza answer)
    {
        if (answer is not { Type: "error", Element: { } element } || element.Children.FirstOrDefault(c => c is { Name: "error", Namespace: Namespaces.Client }) is not { } error)
        {
            return null;
        }

        return new(error.Xml.ToArray(), element.Children.Count > 1, element.Children[0] == error, element[Stanza.LanguageAttribute] is not null, error.Child("text") is not null);
    }

    /// <summary>
    /// Whether an error is this one for certain, and not one that a client wrote in the same words: no client knows the server's text; and where the server names a
    /// language in all that its client writes, what comes without one is its own.
    /// </summary>
    /// <param name="error">The error.</param>
    /// <param name="namesLanguage">Whether what else comes from the same address names a language.</param>
    public bool Is(Stanza error, bool namesLanguage) => (HasText || (namesLanguage && !EchoesLanguage)) && Of(error) is { } other
        && other.Error.Span.SequenceEqual(Error.Span) && other.EchoesLanguage == EchoesLanguage;

    /// <summary>The same, for another stanza.</summary>
    /// <param name="stanza">The stanza of a stranger; of one beyond our limits the content may be gone.</param>
    public Stanza For(Stanza stanza)
    {
        var content = EchoesContent ? Content(stanza) : default;
        var payload = new byte[Error.Length + content.Length];
        Error.CopyTo(payload.AsMemory(IsErrorFirst ? 0 : content.Length));
        content.CopyTo(payload.AsMemory(IsErrorFirst ? Error.Length : 0));
        return stanza.Reply("error", payload, EchoesLanguage ? stanza.Language : null);
    }

    private static ReadOnlyMemory<byte> Content(Stanza stanza)
    {
        var element = stanza.Element;
        if (element is null)
        {
            if (stanza.Payload.Length == 0 || XmlCheck.Check(stanza.Payload.Span, null, Echoed) is not null)
            {
                return default;
            }

            element = new XmlElement(stanza.Payload, null);
        }

        return element.DeclaresPrefixes ? default : element.Content;
    }
}
