namespace DerAgent.Scl;

/// <summary>An element as it stands in the text.</summary>
/// <param name="Source">The text.</param>
/// <param name="Start">Offset of its <c>&lt;</c>.</param>
internal readonly record struct SourceTag(SourceText Source, int Start)
{
    /// <summary>The element at the place an XML reader says: that of its name.</summary>
    public static SourceTag At(SourceText source, int line, int column) => new(source, source.OffsetOf(line, column) - 1);

    /// <summary>Offset behind the <c>&gt;</c> of its start tag.</summary>
    public int EndOfStart
    {
        get
        {
            var quote = '\0';
            for (var i = Start; i < Source.Text.Length; i++)
            {
                var c = Source.Text[i];
                if (quote != '\0')
                {
                    quote = c == quote ? '\0' : quote;
                }
                else if (c is '"' or '\'')
                {
                    quote = c;
                }
                else if (c == '>')
                {
                    return i + 1;
                }
            }

            return Source.Text.Length;
        }
    }

    /// <summary>Whether it has no end tag.</summary>
    public bool IsEmpty => Source.Text[EndOfStart - 2] == '/';

    /// <summary>Its name with its prefix.</summary>
    public string Name
    {
        get
        {
            var end = Start + 1;
            while (end < Source.Text.Length && !char.IsWhiteSpace(Source.Text[end]) && Source.Text[end] is not ('>' or '/'))
            {
                end++;
            }

            return Source.Text[(Start + 1)..end];
        }
    }

    /// <summary>White space between the beginning of its line and the element; null where something else stands there.</summary>
    public string? Indent
    {
        get
        {
            var line = Source.StartOf(Source.LineOf(Start));
            var before = Source.Text[line..Start];
            return string.IsNullOrWhiteSpace(before) ? before : null;
        }
    }

    /// <summary>The value of an attribute, without its quotes; null where there is none.</summary>
    public TextEdit? Value(string attribute)
    {
        var (text, at, end) = (Source.Text, Start + 1 + Name.Length, EndOfStart);
        while (at < end)
        {
            while (at < end && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            var name = at;
            while (at < end && text[at] is not ('=' or '>' or '/') && !char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            var found = text[name..at];
            var open = text.AsSpan(at, end - at).IndexOfAny('"', '\'');
            if (found.Length == 0 || open < 0)
            {
                return null;
            }

            var start = at + open + 1;
            var close = text.IndexOf(text[start - 1], start);
            if (found == attribute)
            {
                return new(start, close - start, text[start..close]);
            }

            at = close + 1;
        }

        return null;
    }

    /// <summary>Offset behind the element.</summary>
    /// <param name="end">Offset of the <c>&lt;</c> of its end tag; of one without end tag that of the start tag.</param>
    public int EndOf(int end)
    {
        var at = IsEmpty ? EndOfStart - 1 : Source.Text.IndexOf('>', end);
        return at + 1;
    }

    /// <summary>A change that takes the element out, with its line where nothing else is on it.</summary>
    /// <param name="end">Offset of the <c>&lt;</c> of its end tag; ignored where it has none.</param>
    public TextEdit Removal(int end)
    {
        var (from, to) = (Start, EndOf(end));
        if (Indent is { } indent)
        {
            var (last, text) = (Source.LineOf(to - 1), Source.Text);
            var next = Source.StartOf(last + 1);
            if (string.IsNullOrWhiteSpace(text[to..next]))
            {
                (from, to) = (from - indent.Length, next);
            }
        }

        return new(from, to - from, "");
    }
}
