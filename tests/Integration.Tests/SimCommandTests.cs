using System.Diagnostics;
using System.Text.RegularExpressions;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests;

/// <summary><c>der-agent sim</c> as somebody runs it who has no hardware: on a line of text, as a plant, and with faults while it runs.</summary>
public sealed partial class SimCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory] // the documented example on a real pseudo-terminal, and what goes wrong on lines
    [InlineData("None", true)]
    [InlineData("Unasked", true)]
    [InlineData("Doubled", true)]
    [InlineData("Noise", true)]
    [InlineData("WrongChecksum", false)]
    [InlineData("Silent", false)]
    public async Task A_unit_on_an_ASCII_line_is_read(string fault, bool answers)
    {
        using var pair = await PtyPair.StartAsync(Cancel);
        using var simulator = Start("sim", "ascii-chp", "--rating", "20000", "--unit", "3", "--listen", $"serial://{pair.Theirs}?baud=19200", "--fault", fault);
        try
        {
            Assert.Equal($"serial://{pair.Theirs}?baud=19200&parity=none&unit=3", await simulator.StandardOutput.ReadLineAsync(Cancel));
            var (code, output) = await AgentLab.RunAsync(["probe", $"serial://{pair.Ours}?baud=19200&unit=3", "--profile", "ascii-chp"]);
            Assert.Equal(answers ? 0 : 1, code);
            Assert.Equal(answers, Regex.IsMatch(output, "WRtg +20000 W", RegexOptions.NonBacktracking));
            Assert.Equal(fault == "WrongChecksum", output.Contains("wrong checksum", StringComparison.Ordinal));
        }
        finally
        {
            simulator.Kill();
        }
    }

    [Fact]
    public async Task A_plant_comes_with_the_file_that_serves_it()
    {
        var folder = Directory.CreateTempSubdirectory("sim").FullName;
        using var simulator = Start("sim", "plant", "--inverters", "12", "--endpoints", "3", "--seed", "7", "--listen", "127.0.0.1:0", "--control", "-o", Path.Combine(folder, "plant.cid"));
        try
        {
            var inverters = new List<Match>();
            while (await simulator.StandardOutput.ReadLineAsync(Cancel) is { } line && Inverter().Match(line) is { Success: true } match)
            {
                inverters.Add(match);
            }

            Assert.Equal(12, inverters.Count);

            // Another plant does not take the place of its file.
            var (other, told) = await AgentLab.RunAsync(["sim", "plant", "--inverters", "2", "--listen", "127.0.0.1:0", "-o", Path.Combine(folder, "plant.cid")]);
            Assert.Equal(1, other);
            Assert.Contains("is of another plant", told, StringComparison.Ordinal);
            Assert.Equal(3, inverters.Select(i => i.Groups["place"].Value).Distinct(StringComparer.Ordinal).Count());
            var (code, output) = await AgentLab.RunAsync(["check", Path.Combine(folder, "plant.cid")]);
            Assert.True(code == 0, output);
            var scl = await File.ReadAllTextAsync(Path.Combine(folder, "plant.cid"), Cancel);
            Assert.All(inverters, i => Assert.Contains($"name=\"{i.Groups["name"].Value}\" profile=\"sunspec-inverter\" url=\"{i.Groups["url"].Value}\"", scl, StringComparison.Ordinal));

            // One of them answers with its own rating, until somebody says otherwise while it runs.
            var fifth = inverters[4];
            (code, output) = await AgentLab.RunAsync(["probe", fifth.Groups["url"].Value, "--profile", "sunspec-inverter"]);
            Assert.True(code == 0, output);
            Assert.Matches($"WRtg +{fifth.Groups["rating"].Value} W", output);
            await simulator.StandardInput.WriteLineAsync("inv5 Silent");
            Assert.Equal("from now on: inv5 Silent", await simulator.StandardOutput.ReadLineAsync(Cancel));
            Assert.Equal(1, (await AgentLab.RunAsync(["probe", fifth.Groups["url"].Value])).ExitCode);
            await simulator.StandardInput.WriteLineAsync("inv99 Silent");
            Assert.Contains("is not understood", await simulator.StandardOutput.ReadLineAsync(Cancel), StringComparison.Ordinal);
        }
        finally
        {
            simulator.Kill();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("--inverters is 1 to 1000", "plant", "--inverters", "1001")]
    [InlineData("at most 247 for each", "plant", "--inverters", "248")]
    [InlineData("--listen is address:port", "plant", "--listen", "modbus-rtu:///dev/null")]
    [InlineData("listens on serial:", "ascii-chp", "--listen", "modbus-rtu:///dev/null")]
    [InlineData("Only ascii-chp speaks", "sunspec-meter", "--listen", "serial:///dev/null")]
    [InlineData("There is no simulator for", "sma")]
    public async Task What_cannot_be_simulated_is_told(string says, params string[] arguments)
    {
        var (code, output) = await AgentLab.RunAsync(["sim", .. arguments]);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.Equal(2, code);
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "der-agent.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false })!;

    [GeneratedRegex(@"^(?<name>inv\d+) (?<rating>\d+) W (?<url>modbus-tcp://(?<place>[0-9.:]+)\?unit=\d+)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Inverter();
}
