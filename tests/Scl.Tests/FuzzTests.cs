using System.Text;
using DerAgent.Tests;

namespace DerAgent.Scl.Tests;

/// <summary>Files with damage of every kind: always a finding or a load, never an exception out, never without end.</summary>
public sealed class FuzzTests
{
    private const int Mutations = 2_000;

    [Fact]
    public void Damaged_files_are_findings_or_load()
    {
        var sources = new[] { SclText.Small, File.ReadAllText(Path.Combine(Corpus.Root, "scl", "meter.cid")) }
            .Concat(Directory.Exists(Path.Combine(Corpus.Root, "..", "shared", "corpus")) ? Directory.EnumerateFiles(Corpus.Path("scl", "public")).Where(f => new FileInfo(f).Length < 60_000).Order(StringComparer.Ordinal).Select(File.ReadAllText) : [])
            .Select(Encoding.UTF8.GetBytes).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var seed = 0; seed < Mutations; seed++)
        {
            var bytes = SclMutation.Apply(sources[seed % sources.Count], seed);
            using var stream = new MemoryStream(bytes);
            try
            {
                var inspection = SclInspector.Inspect(stream, "t.scd");
                seen.UnionWith(inspection.Findings.Select(f => f.Code));
                stream.Position = 0;
                var load = SclLoader.Load(stream, "t.scd");
                Assert.True(load.Model is not null || load.HasErrors);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
        }

        // The damage reaches deeper than the XML.
        Assert.True(seen.Count > 15, string.Join(' ', seen.Order(StringComparer.Ordinal)));
    }
}
