using System.Globalization;
using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>
/// What the checker says of the public files, code by code, before it knew of editions and now: the tables lie beside this file. Written anew with WRITE_TABLE=1; a number
/// that changes is a change that somebody looked at.
/// </summary>
public sealed class CorpusTableTests
{
    private static readonly string Folder = Path.Combine(Corpus.Root, "tests", "Scl.Tests");

    /// <summary>The relays' files and that of the first edition, of which each warning that is left has a reason.</summary>
    private static readonly string[] Explained = ["abb-ref615.cid", "abb-ref620.cid", "abb-rex640.cid", "os-valid2003.scd"];

    [Fact]
    public void The_table_of_the_corpus_is_as_it_was_looked_at()
    {
        var now = Directory.EnumerateFiles(Corpus.Path("scl", "public")).Order(StringComparer.Ordinal).SelectMany(Rows).ToDictionary(r => r.Key, r => r.Count, StringComparer.Ordinal);
        var path = Path.Combine(Folder, "corpus-findings.tsv");
        var before = File.ReadAllLines(path).Skip(1).Select(l => l.Split('\t')).ToDictionary(f => string.Join('\t', f[..4]), f => (Before: f[4], After: int.Parse(f[5], CultureInfo.InvariantCulture)), StringComparer.Ordinal);
        var lines = before.Keys.Union(now.Keys).Order(StringComparer.Ordinal).Select(k => $"{k}\t{(before.TryGetValue(k, out var b) ? b.Before : "0")}\t{now.GetValueOrDefault(k)}").Prepend("file\tchecked\tcode\tseverity\tbefore\tafter").ToList();
        if (Environment.GetEnvironmentVariable("WRITE_TABLE") == "1")
        {
            File.WriteAllLines(path, lines);
        }

        Assert.Equal(File.ReadAllLines(path), lines);
    }

    [Fact]
    public void Each_warning_on_the_relays_has_a_reason()
    {
        var reasons = File.ReadAllLines(Path.Combine(Folder, "corpus-reasons.tsv")).Skip(1).Select(l => l.Split('\t')).ToList();
        Assert.All(reasons, r => Assert.True(r.Length == 3 && r[2].Length > 20, string.Join(' ', r)));
        var left = Explained.SelectMany(f => Rows(Corpus.Path("scl", "public", f))).Select(r => r.Key.Split('\t')).Where(k => k[3] == "warning" && k[1] != "xsd").Select(k => (File: k[0], Code: k[2])).Distinct().ToList();
        Assert.Equal(left.Order(), reasons.Select(r => (File: r[0], Code: r[1])).Order());
    }

    private static IEnumerable<(string Key, int Count)> Rows(string file)
    {
        foreach (var (name, options) in ((string, InspectionOptions)[])[("plain", new()), ("nsd", new() { NsdFolder = Corpus.Path("nsd") }), ("xsd", new() { SchemaFolder = Corpus.Path("xsd") })])
        {
            foreach (var group in SclInspector.Inspect(file, options).Findings.GroupBy(f => (f.Code, f.Severity)))
            {
                yield return ($"{Path.GetFileName(file)}\t{name}\t{group.Key.Code}\t{group.Key.Severity.ToString().ToLowerInvariant()}", group.Count());
            }
        }
    }
}
