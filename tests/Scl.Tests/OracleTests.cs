using DerAgent.Model;
using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>Every file of the public corpus expands to exactly the leaves an independent counter finds.</summary>
public sealed class OracleTests
{
    public static TheoryData<string, string> Rows()
    {
        var data = new TheoryData<string, string>();
        var oracle = System.IO.Path.Combine(Corpus.Root, "..", "shared", "corpus", "scl", "oracle-public.tsv");
        foreach (var row in File.Exists(oracle) ? File.ReadLines(oracle).Skip(1).Select(l => l.Split('\t')).Where(r => r[1] != "error") : [["-", "-"]])
        {
            data.Add(row[0], row[1]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Expansion_agrees_with_the_oracle(string file, string ied)
    {
        var rows = File.ReadLines(Corpus.Path("scl", "oracle-public.tsv")).Select(l => l.Split('\t')).ToList();
        var head = rows[0];
        var row = rows.Single(r => r[0] == file && r[1] == ied);
        string Expected(string column) => row[Array.IndexOf(head, column)];

        // A file that breaks a rule still expands; the finding is tested elsewhere.
        var load = SclLoader.Load(Corpus.Path("scl", "public", file), new() { Ied = ied });
        if (load.HasErrors)
        {
            Assert.All(load.Findings.Where(f => f.Severity == SclSeverity.Error), f => Assert.True(f.Line > 0));
            Assert.True(Expected("ap") == "None" || Expected("leaves") == "0", "only a nameless access point, or nothing at all to serve, stands in the way");
            return;
        }

        var model = load.Model!;
        var leaves = model.Slots.Where(l => l.DataObject is not null && !l.IsMirror).ToList();
        Assert.Equal(Expected("leaves"), $"{leaves.Count}");
        Assert.Equal(Expected("ld"), $"{model.LogicalDevices.Count}");
        Assert.Equal(Expected("ln"), $"{model.LogicalDevices.Sum(d => d.LogicalNodes.Count)}");
        foreach (var fc in new[] { "ST", "MX", "SP", "SV", "CF", "DC", "SG", "SE", "SR", "OR", "BL", "EX", "CO" })
        {
            Assert.Equal(Expected(fc), $"{leaves.Count(l => l.Fc.ToString() == fc)}");
        }

        var nodes = model.LogicalDevices.SelectMany(d => d.LogicalNodes).ToList();
        Assert.Equal(Expected("ds"), $"{nodes.Sum(n => n.DataSets.Count)}");
        Assert.Equal(Expected("member"), $"{nodes.SelectMany(n => n.DataSets).SelectMany(d => d.Members).Sum(m => m.Leaves().Count(l => l.DataObject is not null))}");
        Assert.Equal(Expected("brcb"), $"{nodes.SelectMany(n => n.ReportControls).Count(r => r.Buffered)}");
        Assert.Equal(Expected("urcb"), $"{nodes.SelectMany(n => n.ReportControls).Count(r => !r.Buffered)}");
        Assert.Equal(Expected("lcb"), $"{nodes.Sum(n => n.LogControls.Count)}");
        Assert.Equal(Expected("sgcb"), $"{nodes.Count(n => n.SettingControl is not null)}");
        Assert.Equal(Expected("fcda_bad"), $"{load.Findings.Count(f => f.Code == SclCodes.UnresolvedMember)}");
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Names_of_all_leaves_agree_with_the_oracle(string file, string ied)
    {
        var row = File.ReadLines(Corpus.Path("scl", "oracle-public.tsv")).Select(l => l.Split('\t')).Single(r => r[0] == file && r[1] == ied);
        var load = SclLoader.Load(Corpus.Path("scl", "public", file), new() { Ied = ied });
        if (load.Model is not { } model)
        {
            Assert.Contains(load.Findings, f => f.Severity == SclSeverity.Error);
            return;
        }

        var lines = model.Slots.Where(l => l.DataObject is not null && !l.IsMirror)
            .Select(l => $"{Reference(l)} {l.Fc} ")
            .Order(StringComparer.Ordinal)
            .ToList();
        var expected = Oracle(Corpus.Path("scl", "scl_stats.py"), ied, Corpus.Path("scl", "public", file));
        Assert.Equal(expected, lines);
        Assert.Equal(16, row[^1].Length);
    }

    private static string Reference(DataNode leaf) =>
        $"{leaf.LogicalNode.Reference}." + leaf.Reference[(leaf.LogicalNode.Reference.Length + 4)..].Replace('$', '.');

    private static List<string> Oracle(string script, string ied, string file)
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, "python3"))), "The oracle needs python3.");
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("python3", [script, "--list", ied, file]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return [.. process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).Select(p => $"{p[0]} {p[1]} ").Order(StringComparer.Ordinal)];
    }
}
