using System.Text.RegularExpressions;
using System.Xml.Linq;
using DerAgent.Tests;

namespace DerAgent.Architecture.Tests;

/// <summary>Who may reference whom (docs/architecture.md): arrows only downwards, no circle.</summary>
public sealed class ReferenceRules
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Model"] = [],
        ["Xml"] = [],
        ["Xmpp"] = ["Xml"],
        ["Modbus"] = [],
        ["Scl"] = ["Model"],
        ["Mms"] = ["Model", "Xml"],
        ["Mapping"] = ["Model", "Mms", "Xml"],
        ["Acsi"] = ["Model", "Mms", "Mapping"],
        ["Security"] = ["Model", "Xml"],
        ["Storage"] = ["Model", "Acsi"],
        ["Devices"] = ["Model", "Modbus"],
        ["Client"] = ["Model", "Mms", "Mapping", "Xmpp", "Security"],
        ["Agent"] = ["Model", "Xml", "Scl", "Mms", "Mapping", "Acsi", "Security", "Storage", "Xmpp", "Modbus", "Devices", "Client"],
    };

    private static string Source => Path.Combine(Corpus.Root, "src");

    public static TheoryData<string> Projects() => [.. Allowed.Keys];

    [Fact]
    public void Every_project_has_a_rule() =>
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), Directory.GetDirectories(Source).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_its_rule_allows(string project)
    {
        var file = XDocument.Load(Path.Combine(Source, project, project + ".csproj"));
        var references = file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)).ToList();
        Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact] // who reads the table must be able to trust it
    public void The_table_in_the_docs_says_the_same()
    {
        var rows = File.ReadLines(Path.Combine(Corpus.Root, "docs", "architecture.md")).Where(l => l.StartsWith("| `src/", StringComparison.Ordinal)).Select(l => l.Split('|')).ToDictionary(r => r[1].Trim(' ', '`')[4..], r => r[3].Trim(), StringComparer.Ordinal);
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        foreach (var (project, row) in rows)
        {
            var told = row switch { "–" => [], "all" => Allowed.Keys.Where(p => p != "Agent"), _ => row.Split(", ") };
            Assert.Equal(Allowed[project].Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Every_rule_that_is_off_has_its_reason() =>
        Assert.DoesNotContain(File.ReadLines(Path.Combine(Corpus.Root, ".editorconfig")), l => l.Contains("severity = none", StringComparison.Ordinal) && !l.Contains('#', StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_namespaces_of_what_it_references(string project)
    {
        var others = Allowed.Keys.Except(Allowed[project]).Where(p => p != project).ToList();
        foreach (var file in SourceFiles(project))
        {
            var used = File.ReadLines(file).Where(l => l.StartsWith("using DerAgent.", StringComparison.Ordinal));
            Assert.DoesNotContain(used, line => others.Any(o => line.StartsWith($"using DerAgent.{o};", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_file_is_longer_than_400_lines(string project) =>
        Assert.Empty(SourceFiles(project).Where(f => File.ReadLines(f).Count() > 400).Select(Path.GetFileName));

    [Theory]
    [InlineData("Model")]
    [InlineData("Xml")]
    [InlineData("Mms")]
    [InlineData("Mapping")]
    [InlineData("Acsi")]
    [InlineData("Scl")]
    [InlineData("Security")]
    public void Cores_do_no_input_or_output_but_scl_files(string project)
    {
        string[] forbidden = ["System.Net.Sockets", "Thread" + ".Sleep", "Task.Run(", "DateTime.UtcNow", "DateTimeOffset.UtcNow", "lock (_"];
        foreach (var file in SourceFiles(project))
        {
            var text = File.ReadAllText(file);
            Assert.All(forbidden, word => Assert.False(text.Contains(word, StringComparison.Ordinal), $"{word} in {file}"));
        }
    }

    [Theory] // one writer for each thing; loops talk by messages. A simulator stands for hardware, which has a life of its own.
    [InlineData("Devices")]
    [InlineData("Acsi")]
    [InlineData("Mapping")]
    public void Nothing_is_locked_where_one_loop_writes(string project)
    {
        string[] forbidden = ["lock (", "Lock ", "SemaphoreSlim", "Concurrent", "Monitor.", "Mutex"];
        foreach (var file in SourceFiles(project).Where(f => !f.Contains("/Simulation/", StringComparison.Ordinal)))
        {
            var code = File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)).ToList();
            Assert.All(forbidden, word => Assert.False(code.Exists(l => l.Contains(word, StringComparison.Ordinal)), $"{word} in {file}"));
        }
    }

    [Fact] // any protocol stands behind it
    public void The_driver_port_and_the_line_know_no_Modbus() =>
        Assert.All(SourceFiles("Devices").Where(f => f.EndsWith("/IDeviceDriver.cs", StringComparison.Ordinal) || f.Contains("/Lines/", StringComparison.Ordinal)), f => Assert.DoesNotContain("Modbus", File.ReadAllText(f), StringComparison.Ordinal));

    [Fact] // the table of transitions alone assigns the state
    public void Only_the_table_assigns_the_state_of_a_set_point() =>
        Assert.All(
            SourceFiles("Devices").Where(f => !f.EndsWith("/WriteTransitions.cs", StringComparison.Ordinal)),
            f => Assert.False(File.ReadAllText(f) is var text && (text.Contains("Phase = WritePhase", StringComparison.Ordinal) || text.Contains("new WriteState(", StringComparison.Ordinal)), f));

    [Fact]
    public void Only_the_table_makes_the_state_of_a_control() =>
        Assert.All(
            SourceFiles("Acsi").Where(f => !f.EndsWith("/ControlTransitions.cs", StringComparison.Ordinal) && !f.EndsWith("/ControlState.cs", StringComparison.Ordinal)),
            f => Assert.False(File.ReadAllText(f) is var text && (text.Contains("Phase = ControlPhase", StringComparison.Ordinal) || text.Contains("new ControlState(", StringComparison.Ordinal)), f));

    [Fact] // names are resolved at load; the way of a value knows slots
    public void Report_blocks_reach_no_attribute_by_name()
    {
        foreach (var file in SourceFiles("Acsi").Where(f => f.Contains("/Reporting/", StringComparison.Ordinal) && !f.EndsWith("/ReportAttributes.cs", StringComparison.Ordinal)))
        {
            Assert.All((string[])[".Child(", "\"RptEna\"", "\"IntgPd\"", "\"TrgOps\"", "\"EntryID\"", "\"SqNum\""], word => Assert.DoesNotContain(word, File.ReadAllText(file), StringComparison.Ordinal));
        }
    }

    [Fact] // PDU records know no encoding, and neither does who serves them
    public void The_server_knows_no_codec()
    {
        string[] forbidden = ["MmsCodec", "Xer", "AssociationEnvelope", "ReportFormat", "MmsDialect"];
        foreach (var file in SourceFiles("Acsi"))
        {
            var code = File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal));
            Assert.All(forbidden, word => Assert.DoesNotContain(code, l => l.Contains(word, StringComparison.Ordinal)));
        }
    }

    [Fact] // no library is shipped but those that are of use on their own; what is public there, somebody outside may lean on
    public void Only_what_is_of_use_on_its_own_is_public()
    {
        string[] libraries = ["Model", "Scl", "Security", "Xmpp", "Modbus"];
        var types = new Regex(@"^\s*public (static |sealed |abstract |readonly |partial )*(record|class|struct|interface|enum|delegate)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        int Count(string project, Func<string, bool> counts) => SourceFiles(project).Sum(f => File.ReadLines(f).Count(l => types.IsMatch(l) && counts(l)));
        Assert.All(Allowed.Keys.Except(libraries), p => Assert.Equal(0, Count(p, l => !l.StartsWith(' '))));
        Assert.InRange(libraries.Sum(p => Count(p, _ => true)), 1, 149);
    }

    private static IEnumerable<string> SourceFiles(string project) =>
        Directory.EnumerateFiles(Path.Combine(Source, project), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));
}
