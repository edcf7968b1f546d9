using System.Text;

namespace DerAgent.Scl;

/// <summary>A change of a text: what stands at an offset, and what shall stand there.</summary>
/// <param name="Offset">Where, in characters.</param>
/// <param name="Length">How many characters go.</param>
/// <param name="Text">What comes.</param>
internal readonly record struct TextEdit(int Offset, int Length, string Text);

/// <summary>The text of an XML file with its encoding: what is not changed in it stays octet for octet.</summary>
internal sealed class SourceText
{
    private readonly Encoding _encoding;
    private readonly int _preamble;
    private readonly byte[] _octets;
    private readonly List<int> _lines = [0];

    private SourceText(byte[] octets, Encoding encoding, int preamble, string text)
    {
        (_octets, _encoding, _preamble, Text) = (octets, encoding, preamble, text);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                _lines.Add(i + 1);
            }
        }

        var end = text.IndexOf('\n', StringComparison.Ordinal);
        NewLine = end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
    }

    /// <summary>The characters.</summary>
    public string Text { get; }

    /// <summary>How its lines end.</summary>
    public string NewLine { get; }

    /// <summary>Number of lines.</summary>
    public int LineCount => _lines.Count;

    /// <summary>Reads a file; null where it cannot be written again as it was read.</summary>
    public static SourceText? Read(byte[] octets)
    {
        ArgumentNullException.ThrowIfNull(octets);
        try
        {
            var (encoding, preamble) = EncodingOf(octets);
            var text = encoding.GetString(octets, preamble, octets.Length - preamble);
            return encoding.GetBytes(text).AsSpan().SequenceEqual(octets.AsSpan(preamble)) ? new(octets, encoding, preamble, text) : null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Offset of a place as XML readers count it, from 1.</summary>
    public int OffsetOf(int line, int column) => _lines[line - 1] + column - 1;

    /// <summary>Line, from 0, that an offset is in.</summary>
    public int LineOf(int offset)
    {
        var at = _lines.BinarySearch(offset);
        return at >= 0 ? at : ~at - 1;
    }

    /// <summary>Offset of the first character of a line, from 0; of the one behind the last line the end.</summary>
    public int StartOf(int line) => line < _lines.Count ? _lines[line] : Text.Length;

    /// <summary>The octets with the changes made, which do not overlap.</summary>
    public byte[] Apply(IEnumerable<TextEdit> edits)
    {
        var text = new StringBuilder();
        var at = 0;
        foreach (var edit in edits.OrderBy(e => e.Offset))
        {
            text.Append(Text, at, edit.Offset - at).Append(edit.Text);
            at = edit.Offset + edit.Length;
        }

        text.Append(Text, at, Text.Length - at);
        return [.. _octets.AsSpan(0, _preamble), .. _encoding.GetBytes(text.ToString())];
    }

    private static (Encoding Encoding, int Preamble) EncodingOf(byte[] octets)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Encoding Strict(string name) => Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        switch (octets)
        {
            case [0xEF, 0xBB, 0xBF, ..]:
                return (Strict("utf-8"), 3);
            case [0xFF, 0xFE, 0, 0, ..]:
                return (Strict("utf-32"), 4);
            case [0xFF, 0xFE, ..]:
                return (Strict("utf-16"), 2);
            case [0xFE, 0xFF, ..]:
                return (Strict("utf-16BE"), 2);
            case [(byte)'<', 0, ..]:
                return (Strict("utf-16"), 0);
            case [0, (byte)'<', ..]:
                return (Strict("utf-16BE"), 0);
        }

        var head = Encoding.Latin1.GetString(octets, 0, Math.Min(octets.Length, 200));
        var declaration = head.StartsWith("<?xml", StringComparison.Ordinal) ? head.Split("?>")[0] : "";
        return (Strict(declaration.Split("encoding") is [_, var named, ..] && named.Split('"', '\'') is [_, var given, ..] ? given : "utf-8"), 0);
    }
}
