using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using DerAgent.Agent.Conformance;
using DerAgent.Mapping;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary>The statements of conformance say what is served: they change with the SCL file and agent.json, and name tests that exist.</summary>
public sealed class ConformanceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-conformance.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact] // in the assemblies of the tests, built with this one
    public void Every_test_that_is_named_exists()
    {
        var named = ServiceConformance.Rows.SelectMany(r => $"{r.Positive} {r.Negative}".Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        var tests = Directory.EnumerateDirectories(Path.Combine(Corpus.Root, "tests"), "*.Tests")
            .Select(d => Path.Combine(d, "bin", "Release", "net10.0", $"DerAgent.{Path.GetFileName(d)}.dll")).Where(File.Exists)
            .SelectMany(Methods).ToHashSet(StringComparer.Ordinal);
        Assert.InRange(named.Count, 50, 200);
        Assert.Empty(named.Except(tests));
    }

    [Fact] // TR 61850-80-3 table 2, and what is advertised
    public void Every_service_has_a_row_and_every_row_a_test()
    {
        Assert.All(ServiceConformance.Rows, r => Assert.NotEmpty(r.Positive));
        Assert.Empty(ServiceTable.Rows.Select(r => r.Service).Except(ServiceConformance.Rows.SelectMany(r => r.Mms)));
        Assert.DoesNotContain(ServiceConformance.Rows.GroupBy(r => (r.Group, r.Name)), g => g.Count() > 1);
        Assert.DoesNotContain("| N |", Page("pics.md", TestScl.Shipped).Split("## Services")[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_SCL_file_changes_the_statements()
    {
        var before = Page("pics.md", TestScl.Shipped);
        Assert.Contains("| Log control | Y | 1; ", before, StringComparison.Ordinal);
        Assert.Contains("| Logging | QueryLogByTime | Y | ReadJournal |", before, StringComparison.Ordinal);
        Assert.Contains("| GOOSE control block (GoCB) | N | none in the SCL file |", before, StringComparison.Ordinal);
        Assert.Contains("| Control | TimeActivatedOperate | N (the SCL file has nothing to serve with it) |", before, StringComparison.Ordinal);

        var without = System.Text.RegularExpressions.Regex.Replace(TestScl.Shipped, "<LogControl.*?</LogControl>|<Log name=[^>]*/>", "", System.Text.RegularExpressions.RegexOptions.Singleline, TimeSpan.FromSeconds(1));
        var after = Page("pics.md", without);
        Assert.Contains("| Log control | N |", after, StringComparison.Ordinal);
        Assert.Contains("| Logging | QueryLogByTime | N (the SCL file has nothing to serve with it) |", after, StringComparison.Ordinal);
        Assert.Contains("| Control | TimeActivatedOperate | Y |", Page("pics.md", ActivationScl.Text()), StringComparison.Ordinal);
        Assert.Contains("3 groups in PV1LD0/LLN0", Page("pics.md", SettingScl.Text()), StringComparison.Ordinal);

        Assert.DoesNotContain("| LCCH1 | LCCH |", Page("mics.md", TestScl.Shipped), StringComparison.Ordinal);
        Assert.Contains("| LCCH1 | LCCH | Mod (ENC, O), Beh (ENS, M), ChLiv (SPS, M), FerCh (INS, O), ", Page("mics.md", SupervisionScl.Text()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "silence that ends an association | 1 h |")]
    [InlineData("", "disturbance records | off |")]
    [InlineData("", "servers (SNTP) | none: the system keeps its clock |")]
    [InlineData("", "age of entries | 365 d |")]
    [InlineData("", "octets of all files | 33 554 432 |")]
    [InlineData("\"time\": { \"servers\": [\"ntp.example\", \"10.0.0.1:124\"], \"poll\": \"5m\" },", "servers (SNTP) | ntp.example, 10.0.0.1:124 |")]
    [InlineData("\"time\": { \"servers\": [\"ntp.example\"], \"poll\": \"5m\" },", "asked | each 5 min |")]
    [InlineData("\"storage\": { \"logAge\": \"30d\" },", "age of entries | 30 d |")]
    [InlineData("\"storage\": { \"files\": \"64MB\" },", "octets of all files | 67 108 864 |")]
    [InlineData("\"storage\": { \"durability\": \"normal\" },", "durability | normal: the last moments may be lost with the power |")]
    [InlineData("\"persistSubstitution\": true,", "substitutes outlive a restart | yes |")]
    [InlineData("\"disturbance\": { \"before\": \"3s\", \"after\": \"4s\", \"keep\": 5, \"triggers\": [\"PV1LD0/MMXU1.Hz.mag.f > 51\"] },", "3 s before and 4 s after PV1LD0/MMXU1.Hz.mag.f > 51; 5 are kept |")]
    public void A_changed_value_of_agent_json_changes_the_statements(string settings, string line) => Assert.Contains(line, Page("pixit.md", TestScl.Shipped, settings), StringComparison.Ordinal);

    [Fact] // acsi-semantics: where a choice is ours
    public void Each_choice_is_stated()
    {
        var page = Page("pixit.md", TestScl.Shipped);
        foreach (var choice in new[] { "with Beh test", "implicit reservation", "LastApplError for normal security", "orCat 0", "Cancel of an object that is not selected", "lazyInterval" })
        {
            Assert.Contains(choice, page, StringComparison.Ordinal);
        }
    }

    [Fact] // docs/conformance is of install/agent.example.json and the SCL file it names: WRITE_CONFORMANCE=1 writes it
    public void The_pages_in_docs_are_those_of_the_example()
    {
        var docs = Path.Combine(Corpus.Root, "docs", "conformance");
        foreach (var (file, text) in ConformanceStatement.Pages(Load(TestScl.Shipped, "")))
        {
            if (Environment.GetEnvironmentVariable("WRITE_CONFORMANCE") == "1")
            {
                Directory.CreateDirectory(docs);
                File.WriteAllText(Path.Combine(docs, file), text);
            }

            Assert.Equal(text, File.ReadAllText(Path.Combine(docs, file)));
        }
    }

    private static IEnumerable<string> Methods(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.GetCustomAttributes().Count > 0)
            {
                yield return metadata.GetString(method.Name);
            }
        }
    }

    private string Page(string file, string scl, string settings = "") => ConformanceStatement.Pages(Load(scl, settings)).Single(p => p.File == file).Text;

    private Configuration Load(string scl, string settings)
    {
        File.WriteAllText(Path.Combine(_folder, "pv-inverter.cid"), scl);
        TestSecret.Write(_folder);

        var path = Path.Combine(_folder, "agent.json");
        File.WriteAllText(path, $$"""
            { "scl": "pv-inverter.cid", "data": ".", {{settings}} "connections": [ { "name": "dso", "jid": "pv1@dso.example/IEC", "servers": ["127.0.0.1:1"], "passwordFile": "secret",
              "access": [ { "jid": "control@dso.example", "roles": ["DSO_OPERATOR"] }, { "jid": "view@dso.example", "roles": ["MONITOR"] } ] } ] }
            """);
        var configuration = Configuration.Load(path);
        Assert.True(configuration.IsUsable, string.Join('\n', configuration.Findings));
        return configuration;
    }
}
