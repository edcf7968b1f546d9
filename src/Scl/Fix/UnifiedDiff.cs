using System.Globalization;
using System.Text;

namespace DerAgent.Scl;

/// <summary>Changes of a text as people and tools read them: a unified diff.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The diff; empty where nothing changes.</summary>
    /// <param name="source">The text before.</param>
    /// <param name="edits">What changes.</param>
    /// <param name="before">Name of the file before.</param>
    /// <param name="after">Name of the file after.</param>
    public static string Of(SourceText source, IEnumerable<TextEdit> edits, string before, string after)
    {
        var blocks = Blocks(source, [.. edits.OrderBy(e => e.Offset)]);
        if (blocks.Count == 0)
        {
            return "";
        }

        var diff = new StringBuilder().Append(CultureInfo.InvariantCulture, $"--- {before}\n+++ {after}\n");
        var shift = 0;
        for (var i = 0; i < blocks.Count;)
        {
            var last = i;
            while (last + 1 < blocks.Count && blocks[last + 1].First - blocks[last].End <= 2 * Context)
            {
                last++;
            }

            shift += Hunk(diff, source, blocks[i..(last + 1)], shift);
            i = last + 1;
        }

        return diff.ToString();
    }

    private static int Hunk(StringBuilder diff, SourceText source, List<Block> blocks, int shift)
    {
        var (start, end) = (Math.Max(0, blocks[0].First - Context), Math.Min(LastLine(source), blocks[^1].End + Context));
        var grown = blocks.Sum(b => b.Lines.Count - (b.End - b.First));
        diff.Append(CultureInfo.InvariantCulture, $"@@ -{start + 1},{end - start} +{start + 1 + shift},{end - start + grown} @@\n");
        var at = start;
        foreach (var block in blocks)
        {
            Put(diff, ' ', Lines(source, at, block.First));
            Put(diff, '-', Lines(source, block.First, block.End));
            Put(diff, '+', block.Lines);
            at = block.End;
        }

        Put(diff, ' ', Lines(source, at, end));
        return grown;
    }

    /// <summary>Lines that change, with what they become.</summary>
    private static List<Block> Blocks(SourceText source, List<TextEdit> edits)
    {
        var blocks = new List<Block>();
        for (var i = 0; i < edits.Count;)
        {
            var (first, last, end) = (source.LineOf(edits[i].Offset), i, EndLine(source, edits[i]));
            while (last + 1 < edits.Count && source.LineOf(edits[last + 1].Offset) < end)
            {
                last++;
                end = Math.Max(end, EndLine(source, edits[last]));
            }

            var (text, at) = (new StringBuilder(), source.StartOf(first));
            foreach (var edit in edits[i..(last + 1)])
            {
                text.Append(source.Text, at, edit.Offset - at).Append(edit.Text);
                at = edit.Offset + edit.Length;
            }

            text.Append(source.Text, at, source.StartOf(end) - at);
            blocks.Add(new(first, end, Split(text.ToString())));
            i = last + 1;
        }

        return blocks;
    }

    /// <summary>The line behind the last one that a change touches.</summary>
    private static int EndLine(SourceText source, TextEdit edit)
    {
        var end = edit.Offset + edit.Length;
        var line = source.LineOf(end);

        // What ends with a line does not touch the next one, unless it began there.
        return end == source.StartOf(line) && edit.Length > 0 ? line : line + 1;
    }

    private static int LastLine(SourceText source) => source.StartOf(source.LineCount - 1) == source.Text.Length ? source.LineCount - 1 : source.LineCount;

    private static IEnumerable<string> Lines(SourceText source, int first, int end) => Enumerable.Range(first, Math.Max(0, end - first)).Select(l => Plain(source.Text[source.StartOf(l)..source.StartOf(l + 1)]));

    private static List<string> Split(string text) => text.Length == 0 ? [] : [.. (text.EndsWith('\n') ? text[..^1] : text).Split('\n').Select(Plain)];

    private static string Plain(string line) => line.TrimEnd('\r', '\n');

    private static void Put(StringBuilder diff, char mark, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            diff.Append(mark).Append(line).Append('\n');
        }
    }

    private sealed record Block(int First, int End, List<string> Lines);
}
