using System.Xml;

namespace DerAgent.Scl;

/// <summary>Reads elements with their places. What vendors keep in <c>Private</c> and what only other IEDs need is left out.</summary>
internal static class SclElementReader
{
    /// <summary>Nesting beyond which a file is refused: SCL needs two dozen, and a hostile file must not take the stack.</summary>
    private const int MaxDepth = 100;

    /// <summary>How XML of others is read: no DTD, nothing fetched, nothing that carries no meaning.</summary>
    public static XmlReaderSettings Settings() => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <summary>Calls <paramref name="each"/> on every child element of the file's own name space, which consumes it; the reader stands behind the element then.</summary>
    public static void Children(SclXml xml, Action each)
    {
        var reader = xml.Reader;
        var isEmpty = reader.IsEmptyElement;
        reader.Read();
        while (!isEmpty && reader.NodeType != XmlNodeType.EndElement && !reader.EOF)
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                reader.Read();
            }
            else if (xml.IsOwn)
            {
                each();
            }
            else
            {
                xml.PassOver();
            }
        }

        if (!isEmpty)
        {
            reader.Read();
        }
    }

    /// <summary>The element the reader stands on, without its content.</summary>
    public static SclElement Begin(SclXml xml)
    {
        var reader = xml.Reader;
        var element = new SclElement(reader.LocalName, reader.NamespaceURI, xml.Line, xml.Column);
        if (reader.AttributeCount == 0)
        {
            return element;
        }

        var attributes = new string[2 * reader.AttributeCount];
        var count = 0;
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix != "xmlns" && reader.Name != "xmlns")
            {
                // A vendor attribute never hides the standard's own of the same local name.
                attributes[count++] = reader.NamespaceURI.Length == 0 ? reader.LocalName : reader.Name;
                attributes[count++] = reader.Value;
            }
        }

        element.SetAttributes(count == attributes.Length ? attributes : attributes[..count]);
        reader.MoveToElement();
        return element;
    }

    /// <summary>The element the reader stands on with its content; the reader stands behind it then.</summary>
    public static SclElement Read(SclXml xml)
    {
        var reader = xml.Reader;
        var top = Begin(xml);
        if (reader.IsEmptyElement)
        {
            reader.Read();
            return top;
        }

        var open = new Stack<SclElement>();
        open.Push(top);
        reader.Read();
        while (open.Count > 0 && !reader.EOF)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when !xml.IsOwn && !HoldsOthers(open.Peek(), xml):
                    xml.PassOver();
                    continue;
                case XmlNodeType.Element:
                    var child = Begin(xml);
                    open.Peek().Add(child);
                    if (IsForeign(child))
                    {
                        reader.Skip();
                        continue;
                    }

                    if (!reader.IsEmptyElement)
                    {
                        open.Push(child);
                        if (open.Count > MaxDepth)
                        {
                            throw new XmlException($"Elements are nested deeper than {MaxDepth}.", null, xml.Line, xml.Column);
                        }
                    }

                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when open.Peek().Children.Count == 0:
                    // Values stand before anything else; text between elements is nobody's.
                    open.Peek().Append(reader.Value);
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
            }

            reader.Read();
        }

        return top;
    }

    /// <summary>Our Private holds elements of our own name space, and they what they like.</summary>
    private static bool HoldsOthers(SclElement around, SclXml xml) => around.Name == "Private" || around.Namespace != xml.Namespace;

    private static bool IsForeign(SclElement element) => element.Name switch
    {
        "Private" => element["type"]?.StartsWith("DerAgent:", StringComparison.Ordinal) != true,
        "Inputs" or "Text" or "History" => true,
        _ => false,
    };
}
