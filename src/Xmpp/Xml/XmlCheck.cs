using System.Text.Unicode;
using DerAgent.Xml;

namespace DerAgent.Xmpp;

/// <summary>Checks one complete stanza: well-formed, names of namespaces declared, attributes unique, within the limits (RFC 6120 §11).</summary>
internal static class XmlCheck
{
    public static StreamErrorCondition? Check(ReadOnlySpan<byte> xml, NamespaceScope? around, StreamLimits limits)
    {
        if (!Utf8.IsValid(xml))
        {
            return StreamErrorCondition.UnsupportedEncoding;
        }

        if (HasControlCharacter(xml))
        {
            return StreamErrorCondition.NotWellFormed;
        }

        var lexer = new XmlLexer(xml, limits.MaxDepth, limits.MaxAttributes);
        var declared = new List<(int Depth, byte[] Prefix)>();
        var elements = 0;
        while (lexer.Read())
        {
            if (lexer.Token == XmlToken.End)
            {
                var depth = lexer.Depth;
                declared.RemoveAll(d => d.Depth > depth);
            }
            else if (lexer.Token == XmlToken.Start && (++elements > limits.MaxElements || HasLongName(lexer, limits.MaxNameLength)))
            {
                return StreamErrorCondition.PolicyViolation;
            }
            else if (lexer.Token == XmlToken.Start && !CheckTag(lexer, declared, around))
            {
                // Inside of a stanza a stranger may have written it: ejabberd 23 hands on prefixes whose declaration it dropped. The head is the server's own.
                return lexer.Depth > 1 ? StreamErrorCondition.PolicyViolation : StreamErrorCondition.NotWellFormed;
            }
        }

        return lexer.Fault switch
        {
            XmlFault.None => null,
            XmlFault.Restricted => StreamErrorCondition.RestrictedXml,
            XmlFault.TooDeep or XmlFault.TooManyAttributes => StreamErrorCondition.PolicyViolation,
            _ => StreamErrorCondition.NotWellFormed,
        };
    }

    private static bool HasControlCharacter(ReadOnlySpan<byte> xml)
    {
        while (xml.IndexOfAnyInRange((byte)0, (byte)31) is var at and >= 0)
        {
            if (xml[at] is not (9 or 10 or 13))
            {
                return true;
            }

            xml = xml[(at + 1)..];
        }

        return false;
    }

    private static bool HasLongName(in XmlLexer lexer, int most)
    {
        if (lexer.Name.Length > most)
        {
            return true;
        }

        if (lexer.Attributes.Length > most)
        {
            var list = new XmlAttributes(lexer.Attributes);
            while (list.Read())
            {
                if (list.Name.Length > most)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool CheckTag(in XmlLexer lexer, List<(int Depth, byte[] Prefix)> declared, NamespaceScope? around)
    {
        if (lexer.Attributes.IndexOf((byte)'=') >= 0 && !CheckAttributes(lexer, declared))
        {
            return false;
        }

        return IsDeclared(lexer.Name, declared, around) && (lexer.Attributes.IndexOf((byte)':') < 0 || AttributePrefixesAreDeclared(lexer.Attributes, declared, around));
    }

    private static bool CheckAttributes(in XmlLexer lexer, List<(int Depth, byte[] Prefix)> declared)
    {
        var list = new XmlAttributes(lexer.Attributes);
        var index = 0;
        while (list.Read())
        {
            var before = new XmlAttributes(lexer.Attributes);
            for (var i = 0; i < index && before.Read(); i++)
            {
                if (before.Name.SequenceEqual(list.Name))
                {
                    return false;
                }
            }

            if (list.Name.StartsWith("xmlns:"u8))
            {
                declared.Add((lexer.Depth, list.Name[6..].ToArray()));
            }

            index++;
        }

        return true;
    }

    private static bool AttributePrefixesAreDeclared(ReadOnlySpan<byte> attributes, List<(int Depth, byte[] Prefix)> declared, NamespaceScope? around)
    {
        var list = new XmlAttributes(attributes);
        while (list.Read())
        {
            if (!list.Name.StartsWith("xmlns"u8) && !IsDeclared(list.Name, declared, around))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDeclared(ReadOnlySpan<byte> name, List<(int Depth, byte[] Prefix)> declared, NamespaceScope? around)
    {
        var colon = name.IndexOf((byte)':');
        if (colon < 0)
        {
            return true;
        }

        foreach (var (_, prefix) in declared)
        {
            if (name[..colon].SequenceEqual(prefix))
            {
                return true;
            }
        }

        return NamespaceScope.Find(around, System.Text.Encoding.UTF8.GetString(name[..colon])) is not null;
    }
}
