namespace DerAgent.Scl;

/// <summary>An element of an SCL file with its place in it. Names are local names: prefixes differ from tool to tool.</summary>
internal sealed class SclElement(string name, string ns, int line, int column)
{
    private static readonly List<SclElement> None = [];
    private List<SclElement>? _children;
    private string[] _attributes = [];

    public string Name { get; } = name;

    public string Namespace { get; } = ns;

    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>Of a type: whether anything that was looked at uses it.</summary>
    public bool IsUsed { get; set; }

    /// <summary>Character data directly in the element.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Child elements, to be looked at only. A list, because walking one takes no memory.</summary>
    public List<SclElement> Children => _children ?? None;

    public string? this[string attribute]
    {
        get
        {
            // Names and values in turns.
            var all = _attributes;
            for (var i = 0; i < all.Length; i += 2)
            {
                if (all[i] == attribute)
                {
                    return all[i + 1];
                }
            }

            return null;
        }
    }

    public void Append(string text) => Text = Text.Length == 0 ? text : Text + text;

    public void Add(SclElement child) => (_children ??= []).Add(child);

    /// <summary>Its attribute <c>name</c>, empty where it has none: instances are looked for by it again and again.</summary>
    public string Label { get; private set; } = "";

    /// <summary>Takes over names and values, in turns.</summary>
    public void SetAttributes(string[] namesAndValues)
    {
        _attributes = namesAndValues;
        Label = this["name"] ?? "";
    }

    /// <summary>Names of its attributes.</summary>
    public IEnumerable<string> AttributeNames => _attributes.Where((_, i) => i % 2 == 0);

    public IEnumerable<SclElement> All(string name)
    {
        foreach (var child in Children)
        {
            if (child.Name == name)
            {
                yield return child;
            }
        }
    }

    public SclElement? First(string name)
    {
        foreach (var child in Children)
        {
            if (child.Name == name)
            {
                return child;
            }
        }

        return null;
    }

    public string Get(string attribute, string otherwise = "") => this[attribute] ?? otherwise;

    /// <summary>An attribute as the schema reads words and numbers: white space around it means nothing, within it one blank is as good as many.</summary>
    public string? Token(string attribute) => this[attribute] is { } text ? Collapse(text) : null;

    /// <summary>White space collapsed (XML Schema Part 2 §4.3.6).</summary>
    public static string Collapse(string text) => text.AsSpan().IndexOfAny(" \t\r\n") < 0 ? text : string.Join(' ', text.Split((char[])[' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
