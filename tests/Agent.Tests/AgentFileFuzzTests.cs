using System.Text;
using DerAgent.Tests;

namespace DerAgent.Agent.Tests;

/// <summary>Whatever agent.json holds is a finding; nothing is thrown.</summary>
public sealed class AgentFileFuzzTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Twenty_thousand_damaged_files_end_in_options_or_a_finding()
    {
        var source = File.ReadAllText(Path.Combine(Corpus.Root, "install", "agent.example.json"));
        var (good, bad) = (0, 0);
        for (var seed = 0; seed < 20_000; seed++)
        {
            var options = AgentFile.Read("agent.json", Encoding.UTF8.GetBytes(TextMutation.Apply(source, seed)), out _, out var finding);
            Assert.Equal(options is null, finding is not null);
            Assert.True(finding is null || (finding.IsError && finding.Place.StartsWith("agent.json", StringComparison.Ordinal) && finding.Text.Length > 0), $"seed {seed}: {finding}");
            _ = options is null ? bad++ : good++;
        }

        Assert.True(good > 500 && bad > 500, $"{good} good, {bad} bad");
    }

    [Fact] // through everything that is loaded by it
    public void Five_hundred_damaged_files_are_loaded_or_told()
    {
        var source = File.ReadAllText(Path.Combine(Corpus.Root, "install", "agent.example.json"));
        var file = Path.Combine(_folder, "agent.json");
        for (var seed = 0; seed < 500; seed++)
        {
            File.WriteAllBytes(file, Encoding.UTF8.GetBytes(TextMutation.Apply(source, seed)));
            var configuration = Configuration.Load(file);
            Assert.True(configuration.IsUsable || configuration.Findings.Any(f => f.IsError), $"seed {seed}");
            Assert.DoesNotContain(configuration.Findings, f => f.Text.Contains("a defect of the agent", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("null", "null")]
    [InlineData("{\"scl\": \"a\", \"connections\": [null]}", "null is no entry")]
    [InlineData("{\"scl\": \"a\", \"connections\": [], \"devices\": {\"a\": null}}", "null instead")]
    [InlineData("{\"scl\": \"a\\u0000b\", \"connections\": []}", "no path")]
    [InlineData("{\"scl\": \"\", \"connections\": []}", "no path")]
    [InlineData("DEEP", "depth")]
    [InlineData("BIG", "octets")]
    public void What_nobody_means_is_told(string json, string about)
    {
        var file = Path.Combine(_folder, "agent.json");
        File.WriteAllText(file, json switch { "DEEP" => new string('[', 200_000), "BIG" => "{}" + new string(' ', 1 << 20), _ => json });
        var configuration = Configuration.Load(file);
        Assert.False(configuration.IsUsable);
        Assert.Contains(configuration.Findings, f => f.IsError && f.Text.Contains(about, StringComparison.OrdinalIgnoreCase));
    }
}
