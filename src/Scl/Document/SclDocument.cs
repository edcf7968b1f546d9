using System.Xml;

namespace DerAgent.Scl;

/// <summary>The parts of an SCL file a server needs: IEDs, communication and templates. Substations and the like are passed over while reading.</summary>
internal sealed class SclDocument
{
    private static readonly HashSet<string> Wanted = new(["Communication", "IED", "DataTypeTemplates", "Header"], StringComparer.Ordinal);

    public required SclElement Root { get; init; }

    public IEnumerable<SclElement> Ieds => Root.All("IED");

    public SclElement? Communication => Root.First("Communication");

    public SclElement? Templates => Root.First("DataTypeTemplates");

    /// <summary>Reads a file; null after a finding says why not.</summary>
    /// <param name="stream">The file; any encoding XML allows.</param>
    /// <param name="ied">Name of the IED wanted, others are not kept; null keeps all.</param>
    /// <param name="findings">Where findings go.</param>
    public static SclDocument? Read(Stream stream, string? ied, SclFindings findings)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        try
        {
            using var reader = XmlReader.Create(stream, settings);
            reader.MoveToContent();
            var position = (IXmlLineInfo)reader;
            if (reader.LocalName != "SCL")
            {
                findings.Add(SclCodes.NotScl, SclSeverity.Error, position.LineNumber, position.LinePosition, "", $"The root element is <{reader.LocalName}>, not <SCL>.", "Choose an ICD, CID, IID or SCD file.");
                return null;
            }

            var root = Begin(reader, position);
            foreach (var section in Sections(reader))
            {
                if (Wanted.Contains(reader.LocalName) && (ied is null || reader.LocalName != "IED" || reader.GetAttribute("name") == ied))
                {
                    root.Add(ReadElement(section, position));
                }
                else
                {
                    reader.Skip();
                }
            }

            return new SclDocument { Root = root };
        }
        catch (XmlException e)
        {
            findings.Add(SclCodes.NotXml, SclSeverity.Error, e.LineNumber, e.LinePosition, "", $"The file is not well-formed XML: {e.Message}", "Export the file again, or mend it at that place.");
            return null;
        }
    }

    private static IEnumerable<XmlReader> Sections(XmlReader reader)
    {
        if (reader.IsEmptyElement)
        {
            yield break;
        }

        reader.Read();
        while (reader.NodeType != XmlNodeType.EndElement)
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                yield return reader;
            }
            else if (!reader.Read())
            {
                yield break;
            }
        }

        // Whatever follows the root must still be well-formed.
        while (reader.Read())
        {
        }
    }

    private static SclElement Begin(XmlReader reader, IXmlLineInfo position)
    {
        var element = new SclElement(reader.LocalName, reader.NamespaceURI, position.LineNumber, position.LinePosition);
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix != "xmlns" && reader.Name != "xmlns")
            {
                // A vendor attribute never hides the standard's own of the same local name.
                element.Add(reader.NamespaceURI.Length == 0 ? reader.LocalName : reader.Name, reader.Value);
            }
        }

        reader.MoveToElement();
        return element;
    }

    private static SclElement ReadElement(XmlReader reader, IXmlLineInfo position)
    {
        var top = Begin(reader, position);
        var open = new Stack<SclElement>();
        if (reader.IsEmptyElement)
        {
            reader.Read();
            return top;
        }

        open.Push(top);
        while (open.Count > 0 && reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var child = Begin(reader, position);
                    open.Peek().Add(child);
                    if (!reader.IsEmptyElement)
                    {
                        open.Push(child);
                    }

                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    open.Peek().Text += reader.Value;
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    break;
            }
        }

        reader.Read();
        return top;
    }
}
