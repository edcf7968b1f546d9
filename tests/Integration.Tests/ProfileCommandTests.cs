using DerAgent.Tests;

namespace DerAgent.Integration.Tests;

/// <summary>profile check, show and diff as a user runs them.</summary>
public sealed class ProfileCommandTests : IDisposable
{
    private const string Good = "profile: mine\nmaker: Somebody\npoints:\n  W: {holding: 1, unit: W}\n  WMaxLimPct: {holding: 2, unit: \"%\", range: [0, 100], access: write, release: {value: 100}}\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-profiles").FullName;

    [Fact]
    public async Task Check_tells_each_fault_with_its_place()
    {
        Write("a.yaml", Good);
        var (code, output) = await AgentLab.RunAsync(["profile", "check", _folder]);
        Assert.Equal(0, code);
        Assert.Contains("mine, 2 points, 1 of them can be commanded", output, StringComparison.Ordinal);

        Write("b.yml", Good.Replace("mine", "other", StringComparison.Ordinal).Replace("[0, 100]", "[100, 0]", StringComparison.Ordinal));
        Write("c.yaml", Good);
        (code, output) = await AgentLab.RunAsync(["profile", "check", _folder]);
        Assert.Equal(2, code);
        Assert.Contains("b.yml:5:46: error: range is two numbers", output, StringComparison.Ordinal);
        Assert.Contains("c.yaml:1:1: error:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_says_what_stands_in_it()
    {
        Write("a.yaml", Good);
        var (code, output) = await AgentLab.RunAsync(["profile", "show", "mine", "--profiles", _folder]);
        Assert.Equal(0, code);
        Assert.Contains("limit of active power at the device's terminals", output, StringComparison.Ordinal);
        Assert.Contains("write 100", output, StringComparison.Ordinal);

        (code, output) = await AgentLab.RunAsync(["profile", "show", "mime", "--profiles", _folder]);
        Assert.Equal(2, code);
        Assert.Contains("did you mean \"mine\"?", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_says_what_is_otherwise_whatever_the_form()
    {
        Write("a.yaml", Good);
        Write("b.yaml", "points:\n  WMaxLimPct:\n    holding: 0x2\n    access: write\n    unit: '%'\n    range: [0.0, 100]\n    release: {value: 100.0}\n  W: {unit: W, holding: 1}\nmaker: Somebody\nprofile: mine\n");
        Assert.Equal((0, ""), await AgentLab.RunAsync(["profile", "diff", Path.Combine(_folder, "a.yaml"), Path.Combine(_folder, "b.yaml")]));

        Write("b.yaml", Good.Replace("holding: 2", "holding: 3", StringComparison.Ordinal));
        var (code, output) = await AgentLab.RunAsync(["profile", "diff", Path.Combine(_folder, "a.yaml"), Path.Combine(_folder, "b.yaml")]);
        Assert.Equal(1, code);
        Assert.Equal("- points.WMaxLimPct.where: holding 2, uint16\n+ points.WMaxLimPct.where: holding 3, uint16\n", output.ReplaceLineEndings("\n").TrimEnd() + "\n");
    }

    [Fact]
    public async Task Scaffold_prints_its_points()
    {
        var (code, output) = await AgentLab.RunAsync(["scaffold", "--points"]);
        Assert.Equal(0, code);
        Assert.Contains(output.ReplaceLineEndings("\n").Trim(), File.ReadAllText(Path.Combine(Corpus.Root, "docs", "points.md")), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
