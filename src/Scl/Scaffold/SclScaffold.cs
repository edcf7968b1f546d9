using System.Security.Cryptography;
using System.Text;
using System.Xml;
using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Writes a documented, schema-valid SCL file (2007B4 or 2007C5) for devices, so that nobody starts from an empty one.</summary>
public static class SclScaffold
{
    private const string SclNamespace = "http://www.iec.ch/61850/2003/SCL";

    /// <summary>Names of the templates.</summary>
    public static IReadOnlyList<string> Templates => ScaffoldTemplates.Names;

    /// <summary>Editions of IEC 61850-6 that can be written.</summary>
    public static IReadOnlyList<string> Editions { get; } = ["2007B4", "2007C5"];

    /// <summary>Whether a text can name an IED (IEC 61850-6 §8.5.1) or a device: an sAddr carries nothing else.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= 64 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
    }

    /// <summary>What a template needs and none of the devices has; empty: it fits.</summary>
    public static IReadOnlyList<string> Missing(ScaffoldRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return [.. ScaffoldTemplates.Needs(request.Template).Where(n => !request.Devices.Any(n.Has)).Select(n => n.What)];
    }

    /// <summary>The same for the same IED and template, so that the same scaffold has the same octets (RFC 9562 §5.8).</summary>
    private static Guid Uuid(ScaffoldRequest request)
    {
        Span<byte> octets = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"der-agent scaffold {request.Ied} {request.Template}"), octets);
        octets[6] = (byte)(0x80 | (octets[6] & 0x0F));
        octets[8] = (byte)(0x80 | (octets[8] & 0x3F));
        return new(octets[..16], bigEndian: true);
    }

    /// <summary>Points of the devices that nothing in the file is bound to, each with the name of the contract that may have been meant; null: none is near, or the device has it.</summary>
    /// <exception cref="ArgumentException">There is no such template.</exception>
    public static IReadOnlyList<(string Device, string Point, string? Near)> Unused(ScaffoldRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request = ScaffoldPlant.Complete(request);
        var template = ScaffoldTemplates.Find(request.Template) ?? throw new ArgumentException($"There is no template \"{request.Template}\".", nameof(request));
        var used = new HashSet<(string Device, string Point)>();
        var near = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var device in new TemplateReader(request).Read(template))
        {
            foreach (var term in device.Nodes.SelectMany(n => n.Objects).SelectMany(o => o.Values).Select(v => v.Binding).OfType<string>().SelectMany(b => b.Split('+', ',')))
            {
                var name = term.Split('*')[0].Split('/');
                used.Add(name.Length > 1 ? (name[0], name[1]) : (device.Device!, name[0]));
            }
        }

        // What the plant shows is what its members read.
        foreach (var (plant, point) in used.Where(u => request.Devices.Any(d => d.Members is not null && d.Name == u.Device)).ToList())
        {
            used.UnionWith(request.Devices.First(d => d.Name == plant).Members!.Split(' ').Select(m => (m, point)));
        }

        return [.. request.Devices.Where(d => d.Members is null).SelectMany(d => d.Points.Keys.Where(p => !used.Contains((d.Name, p))).Select(p => (d.Name, p, NearOf(p) is { } known && !d.Points.ContainsKey(known) ? known : (string?)null)))];

        // Devices of a kind have the same points.
        string? NearOf(string point) => near.TryGetValue(point, out var known) ? known : near[point] = PointContract.Find(point) is null ? PointContract.Near(point) : null;
    }

    /// <summary>The file as text.</summary>
    /// <exception cref="ArgumentException">There is no such template, or it needs a device that is not given.</exception>
    public static string Write(ScaffoldRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request = ScaffoldPlant.Complete(request);
        var template = ScaffoldTemplates.Find(request.Template) ?? throw new ArgumentException($"There is no template \"{request.Template}\"; there are {string.Join(", ", Templates)}.", nameof(request));
        if (request.Devices.Count == 0)
        {
            throw new ArgumentException("A scaffold needs a device at least.", nameof(request));
        }

        if (!Editions.Contains(request.Edition, StringComparer.Ordinal))
        {
            throw new ArgumentException($"There is no edition \"{request.Edition}\" to write; there are {string.Join(", ", Editions)}.", nameof(request));
        }

        var devices = ScaffoldValues.Set(new TemplateReader(request).Read(template), request.Values);
        var types = new TypeCatalog();
        var text = new Utf8StringWriter();
        using (var xml = XmlWriter.Create(text, new() { Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartDocument();
            xml.WriteComment($" {devices[0].Description}. Change for your site: the address of each device (da:Device url), the name of the IED, the JID. Check it with: der-agent check FILE ");
            xml.WriteStartElement("SCL", SclNamespace);
            xml.WriteAttributeString("xmlns", "da", null, DeviceReader.Namespace);
            xml.WriteAttributeString("version", request.Edition[..4]);
            xml.WriteAttributeString("revision", request.Edition[4..5]);
            xml.WriteAttributeString("release", request.Edition[5..]);
            xml.WriteStartElement("Header");
            xml.WriteAttributeString("id", request.Template);
            if (request.Edition == "2007C5")
            {
                xml.WriteAttributeString("uuid", Uuid(request).ToString());
            }

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
