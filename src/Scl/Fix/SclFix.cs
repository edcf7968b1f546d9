using System.Text;

namespace DerAgent.Scl;

/// <summary>A file as it was mended.</summary>
/// <param name="Octets">The file; that of before where there was nothing to mend.</param>
/// <param name="Diff">What changed, as a unified diff; empty: nothing.</param>
/// <param name="Mended">The findings that are gone.</param>
/// <param name="Added">Findings that came instead: none, if all went well.</param>
/// <param name="Remarks">What else there is to say.</param>
/// <param name="After">What there is to say about the file now.</param>
public sealed record SclFixed(ReadOnlyMemory<byte> Octets, string Diff, IReadOnlyList<SclFinding> Mended, IReadOnlyList<SclFinding> Added, IReadOnlyList<string> Remarks, SclInspection After);

/// <summary>Mends what can be mended for certain; everything else of the file stays octet for octet.</summary>
public static class SclFix
{
    /// <summary>Mends a file. Null after a sentence says why it cannot be.</summary>
    /// <param name="octets">The file.</param>
    /// <param name="before">Its name.</param>
    /// <param name="after">Name of the mended one.</param>
    /// <param name="inspect">Says what is wrong with a file of the name given.</param>
    /// <param name="now">For the entry in its history.</param>
    /// <param name="fault">Why it cannot be mended.</param>
    public static SclFixed? Run(byte[] octets, string before, string after, Func<Stream, string, SclInspection> inspect, DateTimeOffset now, out string fault)
    {
        ArgumentNullException.ThrowIfNull(octets);
        ArgumentNullException.ThrowIfNull(inspect);
        fault = "";
        var inspection = Inspect(octets, before, inspect);
        if (SourceText.Read(octets) is not { } source)
        {
            fault = "its octets are no text in the encoding it names, so that it could not be written again as it is";
            return null;
        }

        if (SourceNode.Read(source) is not { } root)
        {
            fault = "it is not well-formed XML";
            return null;
        }

        var rules = new FixRules(root, inspection.Findings);
        var edits = rules.Edits();
        if (edits.Count == 0)
        {
            return new(octets, "", [], [], [], inspection);
        }

        var gone = Difference(inspection.Findings, Inspect(source.Apply(edits), after, inspect).Findings);
        if (HistoryEntry.Of(root, What(gone), now) is { } entry)
        {
            edits.Add(entry);
        }
        else
        {
            rules.Remarks.Add("The file has no Header, so that its history says nothing of this.");
        }

        var mended = source.Apply(edits);
        var result = Inspect(mended, after, inspect);
        return new(mended, UnifiedDiff.Of(source, edits, before, after), Difference(inspection.Findings, result.Findings), Difference(result.Findings, inspection.Findings), rules.Remarks, result);
    }

    private static SclInspection Inspect(byte[] octets, string name, Func<Stream, string, SclInspection> inspect)
    {
        using var stream = new MemoryStream(octets);
        return inspect(stream, name);
    }

    /// <summary>What is in one list and not in the other, wherever it stands.</summary>
    private static List<SclFinding> Difference(IReadOnlyList<SclFinding> from, IReadOnlyList<SclFinding> other)
    {
        var counts = other.GroupBy(Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        return [.. from.Where(f => (counts[Key(f)] = counts.GetValueOrDefault(Key(f)) - 1) < 0)];
    }

    /// <summary>A finding without the lines it names: they change.</summary>
    private static string Key(SclFinding finding)
    {
        var text = new StringBuilder($"{finding.Code} {finding.Reference} ");
        var words = finding.Text.Split(' ');
        for (var i = 0; i < words.Length; i++)
        {
            text.Append(i > 0 && words[i - 1].EndsWith("line", StringComparison.Ordinal) ? "" : words[i]).Append(' ');
        }

        return text.ToString();
    }

    private static string What(List<SclFinding> mended) => $"mended: {string.Join(", ", mended.GroupBy(f => f.Code, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}"))}";
}
