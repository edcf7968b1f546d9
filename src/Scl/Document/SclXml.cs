using System.Xml;

namespace DerAgent.Scl;

/// <summary>A file while it is read. Elements count in the name space of its root only (IEC 61850-6 §8.1): what tools keep in others is passed over.</summary>
internal sealed class SclXml
{
    /// <summary>The name space of SCL, in all editions.</summary>
    public const string SclNamespace = "http://www.iec.ch/61850/2003/SCL";

    private readonly IXmlLineInfo _position;
    private readonly HashSet<string> _pool = new(StringComparer.Ordinal);

    /// <param name="reader">Stands on the root.</param>
    public SclXml(XmlReader reader) => (Reader, Namespace, _position) = (reader, reader.NamespaceURI, (IXmlLineInfo)reader);

    public XmlReader Reader { get; }

    /// <summary>The name space of the root.</summary>
    public string Namespace { get; }

    public int Line => _position.LineNumber;

    public int Column => _position.LinePosition;

    /// <summary>One string for a text that comes again and again, as names in a station file do.</summary>
    public string Pooled(string text)
    {
        if (_pool.TryGetValue(text, out var known))
        {
            return known;
        }

        _pool.Add(text);
        return text;
    }

    /// <summary>Elements passed over that are in no name space and called like ones of SCL.</summary>
    public int Unnamed { get; private set; }

    /// <summary>The first of them.</summary>
    public (string Name, int Line, int Column) FirstUnnamed { get; private set; }

    /// <summary>Passes over the element the reader stands on, which is in another name space, or in none.</summary>
    public void PassOver()
    {
        if (Reader.NamespaceURI.Length == 0 && ElementCheck.IsKnown(Reader.LocalName))
        {
            FirstUnnamed = Unnamed++ == 0 ? (Reader.LocalName, Line, Column) : FirstUnnamed;
        }

        Reader.Skip();
    }

    /// <summary>Whether the element the reader stands on is in the root's name space.</summary>
    public bool IsOwn => Reader.NamespaceURI == Namespace;
}
