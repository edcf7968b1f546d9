using System.Globalization;
using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>What is counted in a file is what an independent counter counts, column by column, digest included.</summary>
public sealed class InventoryTests
{
    public static TheoryData<string> Files() => OracleRows.Files();

    [Theory]
    [MemberData(nameof(Files))]
    public void Rows_are_those_of_the_oracle(string file)
    {
        var expected = OracleRows.Of(file).Where(r => r["ied"] != "error").ToList();
        var inspection = SclInspector.Inspect(Corpus.Path("scl", "public", file));
        Assert.Equal(expected.Select(Text), inspection.Servers.Select(s => Text(OracleRows.Columns(s.Inventory))));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_finding_has_a_place_a_code_and_words(string file)
    {
        var inspection = SclInspector.Inspect(Corpus.Path("scl", "public", file));
        Assert.All(inspection.Findings, f =>
        {
            Assert.True(f.Line > 0 && f.Column > 0, f.ToString());
            Assert.StartsWith("SCL", f.Code, StringComparison.Ordinal);
            Assert.EndsWith(".", f.Text, StringComparison.Ordinal);
        });
    }

    private static string Text(IReadOnlyDictionary<string, string> row) => string.Join(' ', row.Where(p => p.Key != "file").Select(p => $"{p.Key}={p.Value}"));
}

/// <summary>Rows of the oracle file, by column.</summary>
internal static class OracleRows
{
    public static TheoryData<string> Files()
    {
        var data = new TheoryData<string>();
        var index = Path.Combine(Corpus.Root, "..", "shared", "corpus", "scl", "index.tsv");
        foreach (var file in File.Exists(index) ? File.ReadLines(index).Skip(1).Select(l => l.Split('\t')[0]) : ["-"])
        {
            data.Add(file);
        }

        return data;
    }

    public static IEnumerable<IReadOnlyDictionary<string, string>> Of(string file)
    {
        var lines = File.ReadAllLines(Corpus.Path("scl", "oracle-public.tsv"));
        var head = lines[0].Split('\t');
        return lines.Skip(1).Select(l => l.Split('\t')).Where(f => f[0] == file)
            .Select(f => head.Zip(f).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal));
    }

    public static IReadOnlyDictionary<string, string> Columns(ServerInventory s)
    {
        var columns = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ied"] = s.Ied ?? "None",
            ["ap"] = s.AccessPoint ?? "None",
        };
        void Add(string name, int value) => columns[name] = value.ToString(CultureInfo.InvariantCulture);
        Add("ld", s.LogicalDevices);
        Add("ln", s.LogicalNodes);
        Add("leaves", s.Leaves);
        foreach (var (fc, count) in ServerInventory.CountedConstraints.Zip(s.ByConstraint))
        {
            Add(fc, count);
        }

        Add("val", s.Values);
        Add("ds", s.DataSets);
        Add("fcda", s.Fcdas);
        Add("member", s.Members);
        Add("fcda_bad", s.EmptyFcdas);
        Add("brcb", s.BufferedReports);
        Add("urcb", s.UnbufferedReports);
        Add("lcb", s.Logs);
        Add("gocb", s.Gooses);
        Add("svcb", s.SampledValues);
        Add("sgcb", s.SettingGroups);
        Add("unresolved", s.Unresolved);
        columns["sha"] = s.Sha;
        return columns;
    }
}
