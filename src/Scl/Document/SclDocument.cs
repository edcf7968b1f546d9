using System.Text;
using System.Xml;

namespace DerAgent.Scl;

/// <summary>The parts of an SCL file a server needs: header, communication and templates, and the IEDs asked for.
/// Everything else is passed over while reading, so that a station file of any size takes little memory.</summary>
internal sealed class SclDocument
{
    private static readonly HashSet<string> Sections = new(["Header", "Communication", "DataTypeTemplates"], StringComparer.Ordinal);

    private ILookup<string, SclElement>? _connected;
    private Dictionary<string, IedOutline>? _byName;

    private SclDocument(SclElement root) => Root = root;

    /// <summary>The root with its attributes and the sections kept.</summary>
    public SclElement Root { get; }

    /// <summary>The IEDs that were kept while reading.</summary>
    public IEnumerable<SclElement> Ieds => Root.All("IED");

    /// <summary>All IEDs of the file with their access points, kept or not.</summary>
    public List<IedOutline> Outline { get; } = [];

    /// <summary>IEDs that report control blocks of the servers looked at name as clients: their addresses count though they may not be in the file.</summary>
    public HashSet<string> Clients { get; } = new(StringComparer.Ordinal);

    /// <summary>What has an <c>sAddr</c> of another tool in the servers looked at.</summary>
    public ForeignAddressNote ForeignAddresses { get; } = new();

    public SclElement? Communication => Root.First("Communication");

    public SclElement? Templates => Root.First("DataTypeTemplates");

    /// <summary>The ConnectedAPs in order.</summary>
    public IEnumerable<SclElement> ConnectedAccessPoints => (Communication?.All("SubNetwork") ?? []).SelectMany(s => s.All("ConnectedAP"));

    /// <summary>The IED of that name, kept or not; the first one of several.</summary>
    public IedOutline? Ied(string? name) =>
        name is null ? null : (_byName ??= Outline.Where(i => i.Name is not null).DistinctBy(i => i.Name, StringComparer.Ordinal).ToDictionary(i => i.Name!, StringComparer.Ordinal)).GetValueOrDefault(name);

    /// <summary>The ConnectedAPs of an access point, or of all of an IED.</summary>
    public IEnumerable<SclElement> ConnectedAccessPointsOf(string ied, string? accessPoint) =>
        (_connected ??= ConnectedAccessPoints.ToLookup(c => c.Get("iedName"), StringComparer.Ordinal))[ied].Where(c => accessPoint is null || c["apName"] == accessPoint);

    /// <summary>Address parameters of an access point, or of all of an IED.</summary>
    public IEnumerable<(string Type, string Value)> Address(string ied, string? accessPoint) =>
        ConnectedAccessPointsOf(ied, accessPoint)
            .SelectMany(c => c.All("Address"))
            .SelectMany(a => a.All("P"))
            .Select(p => (p.Get("type"), p.Text.Trim()));

    /// <summary>Reads a file; null after a finding says why not.</summary>
    /// <param name="stream">The file; any encoding XML allows.</param>
    /// <param name="ied">IED to keep; null keeps the first one, which most files have alone.</param>
    /// <param name="findings">Where findings go.</param>
    public static SclDocument? Read(Stream stream, string? ied, SclFindings findings)
    {
        SclDocument? document = null;
        var whole = Walk(stream, findings, xml =>
        {
            if (document is null)
            {
                document = new(SclElementReader.Begin(xml));
                TellOfNamespace(xml, findings);
            }
            else if (xml.Reader.LocalName == "IED")
            {
                document.TakeIed(xml, ied is null ? document.Outline.Count == 0 : xml.Reader.GetAttribute("name") == ied);
            }
            else if (Sections.Contains(xml.Reader.LocalName))
            {
                document.Root.Add(SclElementReader.Read(xml));
            }
            else
            {
                if (!ElementCheck.IsInPlace(xml.Reader.LocalName, "SCL"))
                {
                    ElementCheck.Misplaced(xml.Reader.LocalName, xml.Line, xml.Column, "SCL", "", findings);
                }

                xml.Reader.Skip();
            }
        });
        return whole ? document : null;
    }

    /// <summary>Reads the IEDs again, one after the other; each is forgotten before the next comes.</summary>
    /// <param name="stream">The file, to be read from its start.</param>
    /// <param name="ied">IED wanted; null: all.</param>
    /// <param name="findings">Where findings go.</param>
    /// <param name="take">Called with each.</param>
    public static void ReadIeds(Stream stream, string? ied, SclFindings findings, Action<SclElement> take)
    {
        stream.Position = 0;
        var first = true;
        Walk(stream, findings, xml =>
        {
            if (first)
            {
                first = false;
            }
            else if (xml.Reader.LocalName == "IED" && (ied is null || xml.Reader.GetAttribute("name") == ied))
            {
                take(SclElementReader.Read(xml));
            }
            else
            {
                xml.Reader.Skip();
            }
        });
    }

    /// <summary>Tools of the first edition wrote files without any name space.</summary>
    private static void TellOfNamespace(SclXml xml, SclFindings findings)
    {
        if (xml.Namespace.Length == 0)
        {
            findings.Add(SclCodes.NoNamespace, SclSeverity.Warning, xml.Line, xml.Column, "", "The file is in no name space; it is read as SCL all the same.", $"Write <SCL xmlns=\"{SclXml.SclNamespace}\" …>.");
        }
    }

    private void TakeIed(SclXml xml, bool keep)
    {
        if (keep)
        {
            var ied = SclElementReader.Read(xml);
            Outline.Add(IedOutline.Of(ied));
            Root.Add(ied);
        }
        else
        {
            Outline.Add(IedOutline.Read(xml));
        }
    }

    /// <summary>Shows the root, then each element below it; <paramref name="take"/> consumes all but the root.</summary>
    private static bool Walk(Stream stream, SclFindings findings, Action<SclXml> take)
    {
        // Encodings of old Windows tools; registering again does nothing.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            using var reader = XmlReader.Create(stream, SclElementReader.Settings());
            var position = (IXmlLineInfo)reader;
            reader.MoveToContent();
            if (reader.LocalName != "SCL")
            {
                findings.Add(SclCodes.NotScl, SclSeverity.Error, position.LineNumber, position.LinePosition, "", $"The root element is <{reader.LocalName}>, not <SCL>.", "Choose an ICD, CID, IID or SCD file.");
                return false;
            }

            if (reader.NamespaceURI.Length > 0 && reader.NamespaceURI != SclXml.SclNamespace)
            {
                findings.Add(SclCodes.NotScl, SclSeverity.Error, position.LineNumber, position.LinePosition, "", $"The root element is <SCL> of the name space \"{reader.NamespaceURI}\", which is another language.", $"SCL is in the name space {SclXml.SclNamespace}.");
                return false;
            }

            var xml = new SclXml(reader);
            take(xml);
            SclElementReader.Children(xml, () => take(xml));

            if (xml.Unnamed > 0)
            {
                var (name, line, column) = xml.FirstUnnamed;
                findings.Add(SclCodes.NoNamespace, SclSeverity.Warning, line, column, "", $"{(xml.Unnamed == 1 ? $"<{name}> is" : $"{xml.Unnamed} elements, <{name}> the first, are")} in no name space and passed over, while the file is in that of SCL.", $"Write xmlns=\"{SclXml.SclNamespace}\" at the root, or the prefix of the root before each of them.");
            }

            // Whatever follows the root must still be well-formed.
            while (reader.Read())
            {
            }

            return true;
        }
        catch (XmlException e) when (e.Message.Contains("DTD", StringComparison.Ordinal))
        {
            findings.Add(SclCodes.NotXml, SclSeverity.Error, LineOfDtd(stream), 1, "", "The file has a document type definition (DTD); it is refused and nothing of it is expanded.", "Remove the <!DOCTYPE …> from the file.");
        }
        catch (XmlException e)
        {
            findings.Add(SclCodes.NotXml, SclSeverity.Error, Math.Max(1, e.LineNumber), Math.Max(1, e.LinePosition), "", $"The file is not well-formed XML: {Sentence(e.Message)}", "Export the file again, or mend it at that place.");
        }
        return false;
    }

    /// <summary>The reader refuses a DTD without saying where it is.</summary>
    private static int LineOfDtd(Stream stream)
    {
        var head = new byte[65_536];
        stream.Position = 0;
        var text = Encoding.Latin1.GetString(head, 0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)).Replace("\0", "", StringComparison.Ordinal);
        return text.AsSpan(0, Math.Max(0, text.IndexOf("<!DOCTYPE", StringComparison.Ordinal))).Count('\n') + 1;
    }

    /// <summary>The message without the place it repeats at its end, as one sentence.</summary>
    private static string Sentence(string message)
    {
        var end = message.LastIndexOf(" Line ", StringComparison.Ordinal);
        var text = end > 0 ? message[..end] : message;
        return text.EndsWith('.') ? text : text + ".";
    }
}
