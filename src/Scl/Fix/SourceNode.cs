using System.Xml;

namespace DerAgent.Scl;

/// <summary>An element of a file with where it stands in the text, and what is around it.</summary>
internal sealed class SourceNode(SclElement element, SourceTag tag, SourceNode? parent)
{
    /// <summary>Its name, attributes and place; without content.</summary>
    public SclElement Element => element;

    /// <summary>Its start tag.</summary>
    public SourceTag Tag => tag;

    /// <summary>What it stands in; null: the root.</summary>
    public SourceNode? Parent => parent;

    /// <summary>What stands in it, of the name space of the file.</summary>
    public List<SourceNode> Children { get; } = [];

    /// <summary>Offset of the <c>&lt;</c> of its end tag; of one without end tag that of its start tag.</summary>
    public int End { get; private set; } = tag.Start;

    /// <summary>Its text, tags included, with white space collapsed, and none between tags.</summary>
    public string Collapsed => SclElement.Collapse(tag.Source.Text[tag.Start..tag.EndOf(End)]).Replace("> <", "><", StringComparison.Ordinal);

    /// <summary>It and all in it.</summary>
    public IEnumerable<SourceNode> All() => Children.SelectMany(c => c.All()).Prepend(this);

    /// <summary>Reads a file that is well-formed; null where it is not.</summary>
    public static SourceNode? Read(SourceText source)
    {
        using var reader = XmlReader.Create(new StringReader(source.Text), SclElementReader.Settings());
        try
        {
            reader.MoveToContent();
            var xml = new SclXml(reader);
            SourceNode? root = null;
            var open = new Stack<SourceNode?>();
            do
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    var around = open.TryPeek(out var top) ? top : null;
                    var isOwn = xml.IsOwn && (root is null || around is not null);
                    var tag = SourceTag.At(source, xml.Line, xml.Column);
                    var node = isOwn ? new SourceNode(SclElementReader.Begin(xml), tag, around) : null;
                    around?.Children.AddRange(node is null ? [] : [node]);
                    root ??= node;
                    if (!reader.IsEmptyElement)
                    {
                        open.Push(node);
                    }
                }
                else if (reader.NodeType == XmlNodeType.EndElement && open.Pop() is { } ended)
                {
                    ended.End = source.OffsetOf(xml.Line, xml.Column) - "</".Length;
                }
            }
            while (reader.Read());

            return root;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
