using System.Text.Json;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests;

/// <summary>check, show and scaffold as a user runs them.</summary>
public sealed class SclCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;

    public static TheoryData<string, string> Sites() => new()
    {
        { "battery.cid", "bat1=sunspec-battery@modbus-tcp://192.168.1.30:502?unit=1 --template battery --ied BAT1" },
        { "chp.cid", "chp1=chp-controller@modbus-tcp://192.168.1.40:502?unit=1 --template chp --ied CHP1" },
        { "meter.cid", "met1=sunspec-meter@modbus-tcp://192.168.1.50:502?unit=1 --template meter --ied MET1" },
        { "pv-plant.cid", "inv1=sunspec-inverter@modbus-tcp://192.168.1.21:502?unit=1 inv2=sunspec-inverter@modbus-tcp://192.168.1.22:502?unit=1 inv3=sunspec-inverter@modbus-tcp://192.168.1.23:502?unit=1 met1=sunspec-meter@modbus-tcp://192.168.1.50:502?unit=1 --template plant --ied PLANT1" },
        { "grid-operator.cid", "inv1=sunspec-inverter@modbus-tcp://192.168.1.20:502?unit=1 --template grid-operator --ied GU1" },
    };

    private static string[] Profiles => ["--profiles", Path.Combine(Corpus.Root, "device-profiles")];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Sites))]
    public async Task The_shipped_files_are_what_scaffold_writes(string file, string arguments)
    {
        var written = Path.Combine(_folder, file);
        var (code, output) = await AgentLab.RunAsync(["scaffold", .. arguments.Split(' '), .. Profiles, "-o", written]);
        Assert.True(code == 0, output);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Corpus.Root, "scl", file), TestContext.Current.CancellationToken), await File.ReadAllTextAsync(written, TestContext.Current.CancellationToken));

        // An existing file is nobody's to overwrite.
        Assert.Equal(1, (await AgentLab.RunAsync(["scaffold", .. arguments.Split(' '), .. Profiles, "-o", written])).ExitCode);
    }

    [Theory]
    [InlineData("nothing --template pv", "There is no profile \"nothing\"")]
    [InlineData("sunspec-inverter --template boat", "There is no template \"boat\"")]
    [InlineData("sunspec-inverter --ied 1PV", "is no name of an IED")]
    public async Task A_scaffold_that_cannot_be_says_what_there_is(string arguments, string about)
    {
        var (code, output) = await AgentLab.RunAsync(["scaffold", .. arguments.Split(' '), .. Profiles]);
        Assert.Equal(2, code);
        Assert.Contains(about, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_prints_the_rows_of_the_oracle_as_JSON()
    {
        var files = Directory.GetFiles(Corpus.Path("scl", "public")).Order(StringComparer.Ordinal).ToArray();
        var (code, output) = await AgentLab.RunAsync(["check", "--json", .. files]);
        Assert.Equal(2, code);
        var oracle = File.ReadAllLines(Corpus.Path("scl", "oracle-public.tsv")).Select(l => l.Split('\t')).ToList();
        using var json = JsonDocument.Parse(output);
        foreach (var file in json.RootElement.GetProperty("files").EnumerateArray())
        {
            var name = Path.GetFileName(file.GetProperty("file").GetString()!);
            var expected = oracle.Where(r => r[0] == name && r[1] != "error").ToList();
            var servers = file.GetProperty("servers").EnumerateArray().ToList();
            Assert.Equal(expected.Count, servers.Count);
            foreach (var (row, server) in expected.Zip(servers))
            {
                Assert.Equal(oracle[0].Skip(1), server.EnumerateObject().Select(p => p.Name));
                Assert.Equal(row.Skip(1), server.EnumerateObject().Select(p => p.Value.ValueKind == JsonValueKind.Null ? "None" : p.Value.ToString()));
            }

            Assert.All(file.GetProperty("findings").EnumerateArray(), f => Assert.Equal(["code", "severity", "line", "column", "ref", "text", "remedy"], f.EnumerateObject().Select(p => p.Name)));
        }
    }

    [Theory]
    [InlineData("pv-inverter.cid", "", 0)]
    [InlineData("pv-inverter.cid", "sAddr=\"inv1/W\"|sAddr=\"inv1/w\"", 2)]
    [InlineData("pv-inverter.cid", "sAddr=\"inv1/W\"|sAddr=\"inv9/W\"", 2)]
    [InlineData("pv-inverter.cid", "profile=\"sunspec-inverter\"|profile=\"none\"", 2)]
    [InlineData("pv-inverter.cid", "sAddr=\"inv1/W\"|sAddr=\"inv1/Hz\"", 1)]
    [InlineData("pv-inverter.cid", "unit=1|unit=999", 2)]
    [InlineData("pv-inverter.cid", "sAddr=\"inv1/PF*0.01\"|sAddr=\"inv1/WMaxLimPct_WinTms\"", 1)]
    [InlineData("chp.cid", "sAddr=\"chp1/WSptPct\"|sAddr=\"chp1/TmpRtn\"", 2)]
    public async Task Bindings_are_checked_at_their_line(string file, string edit, int exit)
    {
        var path = Path.Combine(_folder, file);
        var text = await File.ReadAllTextAsync(Path.Combine(Corpus.Root, "scl", file), TestContext.Current.CancellationToken);
        var parts = edit.Split('|');
        var at = parts.Length == 2 ? text.IndexOf(parts[0], StringComparison.Ordinal) : 0;
        Assert.True(at >= 0);
        await File.WriteAllTextAsync(path, parts.Length == 2 ? text[..at] + parts[1] + text[(at + parts[0].Length)..] : text, TestContext.Current.CancellationToken);
        var (code, output) = await AgentLab.RunAsync(["check", path, "--strict", .. Profiles]);
        Assert.True(code == exit, output);
        if (exit > 0)
        {
            var line = text[..at].Count(c => c == '\n') + 1;
            Assert.Contains($"{path}:{line}:", output, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("the agent would start with it", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sarif_names_rule_level_file_and_line()
    {
        var (_, output) = await AgentLab.RunAsync("check", "--sarif", Corpus.Path("scl", "public", "le-complex.icd"));
        using var json = JsonDocument.Parse(output);
        Assert.Equal("2.1.0", json.RootElement.GetProperty("version").GetString());
        var run = Assert.Single(json.RootElement.GetProperty("runs").EnumerateArray());
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("id").GetString()).ToList();
        var results = run.GetProperty("results").EnumerateArray().Where(r => r.GetProperty("ruleId").GetString() == "SCL040").ToList();
        Assert.Equal([36, 37, 38, 39], results.Select(r => r.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startLine").GetInt32()));
        Assert.All(results, r =>
        {
            Assert.Equal("warning", r.GetProperty("level").GetString());
            Assert.Equal("SCL040", rules[r.GetProperty("ruleIndex").GetInt32()]);
            Assert.EndsWith("le-complex.icd", r.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString(), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("bean-test2.icd", "IEDBiogas")]
    [InlineData("le-mhai-array.cid", "test")]
    [InlineData("os-multipleied.scd", "IED4")]
    [InlineData("abb-rex640.cid", "ZS1550REX640")]
    public async Task Show_flat_is_what_the_independent_counter_lists(string file, string ied)
    {
        var path = Corpus.Path("scl", "public", file);
        var (code, ours) = await AgentLab.RunAsync("show", path, "--ied", ied, "--flat");
        Assert.Equal(0, code);
        var (_, theirs) = await WatchedProcess.RunAsync("python3", Corpus.Path("scl", "scl_stats.py"), "--list", ied, path);
        Assert.Equal(theirs.Split('\n'), ours.Split('\n'));
    }

    [Fact]
    public async Task Show_draws_the_tree()
    {
        var (code, output) = await AgentLab.RunAsync("show", Path.Combine(Corpus.Root, "scl", "pv-inverter.cid"), "--depth", "4");
        Assert.Equal(0, code);
        Assert.All(new[] { "PV1 (AP1, pv1@example.net/IEC)", "MMXU1", "TotW MV ← inv1/W", "MX$TotW$mag$f FLOAT32 ← inv1/W", "data set Measurements: 6 members", "BRCB brcbMeas01" }, t => Assert.Contains(t, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_works_in_a_browser_and_needs_nothing_else()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/chromium"), "Chromium is not installed (apt-get install chromium).");
        var page = Path.Combine(_folder, "page.html");
        var (code, html) = await AgentLab.RunAsync("show", Path.Combine(Corpus.Root, "scl", "pv-inverter.cid"), "--html");
        Assert.Equal(0, code);
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await File.WriteAllTextAsync(page, html, TestContext.Current.CancellationToken);

        var all = await DumpAsync(page, "");
        Assert.Contains("MMXU1", all, StringComparison.Ordinal);
        Assert.Matches(@"id=""count""[^>]*>[3-9]\d\d attributes<", all);

        // The script ran: a search leaves what it names and hides the rest.
        var found = await DumpAsync(page, "#totw%20mag");
        Assert.Matches(@"id=""count""[^>]*>\d of [3-9]\d\d attributes<", found);
        Assert.Matches(@"class=""a"" data-ref=""pv1ld0/mmxu1\$mx\$totw\$mag\$f", found);
        Assert.Matches(@"class=""a hidden"" data-ref=""pv1ld0/mmxu1\$mx\$hz\$mag\$f", found);
    }

    [Theory]
    [InlineData("show", "none.cid")]
    [InlineData("check", "none.cid")]
    public async Task A_file_that_is_not_there_is_told(string verb, string file)
    {
        var (code, output) = await AgentLab.RunAsync(verb, file);
        Assert.Equal(2, code);
        Assert.Contains("cannot be read", output, StringComparison.Ordinal);
    }

    private async Task<string> DumpAsync(string page, string search)
    {
        string[] headless = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
        var (code, dom) = await WatchedProcess.RunAsync("/usr/bin/chromium", [.. headless, $"--user-data-dir={Path.Combine(_folder, "profile")}", "--dump-dom", $"file://{page}{search}"]);
        Assert.True(code == 0, dom);
        return dom;
    }
}
