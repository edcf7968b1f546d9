using System.Text;
using DerAgent.Xml;

namespace DerAgent.Xmpp;

/// <summary>A received XML element. Its octets were checked when they came; children and text are read when asked for.</summary>
public sealed class XmlElement
{
    private readonly NamespaceScope? _around;
    private NamespaceScope? _scope;
    private List<KeyValuePair<string, string>>? _attributes;
    private List<XmlElement>? _children;
    private string? _text;

    internal XmlElement(ReadOnlyMemory<byte> xml, NamespaceScope? around)
    {
        Xml = xml;
        _around = around;
        var lexer = new XmlLexer(xml.Span, XmlLexer.MaxDepth, int.MaxValue);
        lexer.Read();
        var qualified = Encoding.UTF8.GetString(lexer.Name);
        ReadAttributes(lexer.Attributes);
        var colon = qualified.IndexOf(':', StringComparison.Ordinal);
        Name = colon < 0 ? qualified : qualified[(colon + 1)..];
        Namespace = NamespaceScope.Find(_scope, colon < 0 ? "" : qualified[..colon]) ?? "";
    }

    /// <summary>Local name.</summary>
    public string Name { get; }

    /// <summary>Namespace; empty for none.</summary>
    public string Namespace { get; }

    /// <summary>The element as it came, tags included.</summary>
    public ReadOnlyMemory<byte> Xml { get; }

    /// <summary>Namespace declarations in force inside.</summary>
    internal NamespaceScope? Scope => _scope;

    /// <summary>Whether prefixes are declared by it that its content may use.</summary>
    internal bool DeclaresPrefixes
    {
        get
        {
            for (var scope = _scope; scope is not null && scope != _around; scope = scope.Around)
            {
                if (scope.Prefix.Length > 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>What stands between its tags, as it came.</summary>
    internal ReadOnlyMemory<byte> Content
    {
        get
        {
            var lexer = new XmlLexer(Xml.Span, XmlLexer.MaxDepth, int.MaxValue);
            lexer.Read();
            var start = lexer.Position;
            var end = Xml.Span.LastIndexOf("</"u8);
            return end < start ? default : Xml[start..end];
        }
    }

    /// <summary>Child elements.</summary>
    public IReadOnlyList<XmlElement> Children
    {
        get
        {
            ReadContent();
            return _children!;
        }
    }

    /// <summary>Text directly inside, entities resolved.</summary>
    public string Text
    {
        get
        {
            ReadContent();
            return _text!;
        }
    }

    /// <summary>The value of an attribute without prefix, or null.</summary>
    public string? this[string attribute]
    {
        get
        {
            foreach (var (name, value) in _attributes!)
            {
                if (name == attribute)
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>The first child of that name and namespace, or null.</summary>
    public XmlElement? Child(string name, string ns) => Children.FirstOrDefault(c => c.Name == name && c.Namespace == ns);

    /// <summary>The first child of that name in any namespace, or null.</summary>
    public XmlElement? Child(string name) => Children.FirstOrDefault(c => c.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Xml.Span);

    private void ReadAttributes(ReadOnlySpan<byte> attributes)
    {
        _attributes = [];
        _scope = _around;
        var list = new XmlAttributes(attributes);
        while (list.Read())
        {
            var name = Encoding.UTF8.GetString(list.Name);
            var value = XmlText.Decode(list.Value);
            if (name == "xmlns")
            {
                _scope = new NamespaceScope("", value, _scope);
            }
            else if (name.StartsWith("xmlns:", StringComparison.Ordinal))
            {
                _scope = new NamespaceScope(name[6..], value, _scope);
            }
            else
            {
                _attributes.Add(new(name, value));
            }
        }
    }

    private void ReadContent()
    {
        if (_children is not null)
        {
            return;
        }

        _children = [];
        var lexer = new XmlLexer(Xml.Span, XmlLexer.MaxDepth, int.MaxValue);
        var start = 0;
        var text = "";
        while (lexer.Read())
        {
            if (lexer.Token == XmlToken.Start && lexer.Depth == 2)
            {
                start = lexer.TokenStart;
            }
            else if (lexer.Token == XmlToken.End && lexer.Depth == 1)
            {
                _children.Add(new XmlElement(Xml[start..lexer.Position], _scope));
            }
            else if (lexer.Token == XmlToken.Text && lexer.Depth == 1)
            {
                text += XmlText.Decode(lexer.Text);
            }
        }

        _text = text;
    }
}

/// <summary>Namespace declarations in force, innermost first.</summary>
internal sealed record NamespaceScope(string Prefix, string Uri, NamespaceScope? Around)
{
    public static string? Find(NamespaceScope? scope, string prefix)
    {
        for (; scope is not null; scope = scope.Around)
        {
            if (scope.Prefix == prefix)
            {
                return scope.Uri;
            }
        }

        return prefix == "xml" ? "http://www.w3.org/XML/1998/namespace" : null;
    }
}
