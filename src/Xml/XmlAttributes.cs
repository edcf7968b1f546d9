namespace DerAgent.Xml;

/// <summary>Steps through the attributes of a start tag.</summary>
internal ref struct XmlAttributes(ReadOnlySpan<byte> attributes)
{
    private readonly ReadOnlySpan<byte> _attributes = attributes;
    private int _position;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value as it stands, entities not resolved.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Read()
    {
        _position = XmlText.SkipWhiteSpace(_attributes, _position);
        var start = _position;
        if (start >= _attributes.Length || !XmlText.SkipAttribute(_attributes, ref _position))
        {
            return false;
        }

        var attribute = _attributes[start.._position];
        var equals = attribute.IndexOf((byte)'=');
        Name = attribute[..equals].TrimEnd(" \t\r\n"u8);
        Value = attribute[(equals + 1)..].TrimStart(" \t\r\n"u8)[1..^1];
        return true;
    }

    /// <summary>The value of one attribute; false where it is absent.</summary>
    public static bool TryFind(ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var list = new XmlAttributes(attributes);
        while (list.Read())
        {
            if (list.Name.SequenceEqual(name))
            {
                value = list.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}
