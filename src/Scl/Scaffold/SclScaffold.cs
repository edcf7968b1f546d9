using System.Text;
using System.Xml;

namespace DerAgent.Scl;

/// <summary>Writes a documented, schema-valid SCL file (2007B4) for devices, so that nobody starts from an empty one.</summary>
public static class SclScaffold
{
    private const string SclNamespace = "http://www.iec.ch/61850/2003/SCL";

    /// <summary>Names of the templates.</summary>
    public static IReadOnlyList<string> Templates => ScaffoldTemplates.Names;

    /// <summary>The file as text.</summary>
    /// <exception cref="ArgumentException">There is no such template, or it needs a device that is not given.</exception>
    public static string Write(ScaffoldRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var template = ScaffoldTemplates.Find(request.Template) ?? throw new ArgumentException($"There is no template \"{request.Template}\"; there are {string.Join(", ", Templates)}.", nameof(request));
        if (request.Devices.Count == 0)
        {
            throw new ArgumentException("A scaffold needs a device at least.", nameof(request));
        }

        var devices = new TemplateReader(request).Read(template);
        var types = new TypeCatalog();
        var text = new Utf8StringWriter();
        using (var xml = XmlWriter.Create(text, new() { Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartDocument();
            xml.WriteComment($" {devices[0].Description}. Change for your site: the address of each device (da:Device url), the name of the IED, the JID. Check it with: der-agent check FILE ");
            xml.WriteStartElement("SCL", SclNamespace);
            xml.WriteAttributeString("xmlns", "da", null, DeviceReader.Namespace);
            xml.WriteAttributeString("version", "2007");
            xml.WriteAttributeString("revision", "B");
            xml.WriteAttributeString("release", "4");
            xml.WriteStartElement("Header");
            xml.WriteAttributeString("id", request.Template);
            xml.WriteAttributeString("version", "1");
            xml.WriteAttributeString("revision", "0");
            xml.WriteAttributeString("toolID", "der-agent");
            xml.WriteEndElement();
            WriteCommunication(xml, request);
            new ScaffoldServerWriter(xml, types).Write(request, devices);
            xml.WriteComment(" The types below are those of IEC 61850-7-3, 7-4 and 7-420; there is no need to change them. ");
            types.Write(xml);
            xml.WriteEndElement();
        }

        return text + "\n";
    }

    private static void WriteCommunication(XmlWriter xml, ScaffoldRequest request)
    {
        xml.WriteStartElement("Communication");
        xml.WriteStartElement("SubNetwork");
        xml.WriteAttributeString("name", "Internet");
        xml.WriteAttributeString("type", "8-XMPP");
        xml.WriteAttributeString("desc", "Outbound to the partners' XMPP servers");
        xml.WriteStartElement("ConnectedAP");
        xml.WriteAttributeString("iedName", request.Ied);
        xml.WriteAttributeString("apName", "AP1");
        xml.WriteStartElement("Address");
        xml.WriteStartElement("P");
        xml.WriteAttributeString("type", "JID");
        xml.WriteString(request.Jid);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private sealed class Utf8StringWriter : StringWriter
    {
        public Utf8StringWriter()
            : base(System.Globalization.CultureInfo.InvariantCulture)
        {
        }

        public override Encoding Encoding => Encoding.UTF8;
    }
}
