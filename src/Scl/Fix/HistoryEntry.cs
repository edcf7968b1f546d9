using System.Globalization;

namespace DerAgent.Scl;

/// <summary>The entry of a change in the history of a file (IEC 61850-6 §9.1.2).</summary>
internal static class HistoryEntry
{
    /// <summary>The change that adds it; null where the file has no Header.</summary>
    /// <param name="root">The file.</param>
    /// <param name="what">What was done.</param>
    /// <param name="now">When.</param>
    public static TextEdit? Of(SourceNode root, string what, DateTimeOffset now)
    {
        if (root.Children.Find(c => c.Element.Name == "Header") is not { } header)
        {
            return null;
        }

        var (source, prefix) = (header.Tag.Source, header.Tag.Name[..^"Header".Length]);
        var indent = header.Tag.Indent ?? "";
        var step = indent.Length > 0 ? indent : "  ";
        var (line, inner) = (source.NewLine + indent + step, source.NewLine + indent + step + step);
        var version = header.Element.Get("version") is { Length: > 0 } given ? given : "1";
        var entry = $"<{prefix}Hitem version=\"{Escaped(version)}\" revision=\"{Escaped(header.Element.Get("revision", "0"))}\" when=\"{now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}\" who=\"der-agent check --fix\" what=\"{Escaped(what)}\"/>";
        if (header.Children.Find(c => c.Element.Name == "History") is { } history)
        {
            return history.Tag.IsEmpty
                ? new(history.Tag.EndOfStart - 2, 2, $">{inner}{entry}{line}</{prefix}History>")
                : new(BeforeEndTag(history), 0, $"{step}{entry}{line}");
        }

        var whole = $"<{prefix}History>{inner}{entry}{line}</{prefix}History>";
        return header.Tag.IsEmpty
            ? new(header.Tag.EndOfStart - 2, 2, $">{line}{whole}{source.NewLine}{indent}</{prefix}Header>")
            : new(BeforeEndTag(header), 0, (EndsItsLine(header) ? step : line) + whole + source.NewLine + indent);
    }

    private static int BeforeEndTag(SourceNode node) => node.End;

    /// <summary>Whether the end tag stands on a line of its own.</summary>
    private static bool EndsItsLine(SourceNode node) => string.IsNullOrWhiteSpace(node.Tag.Source.Text[node.Tag.Source.StartOf(node.Tag.Source.LineOf(node.End))..node.End]);

    private static string Escaped(string text) => System.Security.SecurityElement.Escape(text);
}
