using System.Text.Json.Nodes;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests;

/// <summary>A start that finds its files broken goes on with the configuration that ran last; one that never ran ends.</summary>
public sealed class LastConfigurationTests
{
    private static readonly ObjectName TotW = ObjectName.In("PV1LD0", "MMXU1$MX$TotW$mag$f");
    private static readonly ObjectName Health = ObjectName.In("PV1LD0", "LLN0$ST$Health$stVal");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("agent.json", "{ \"data\": \"DATA\", \"scl\": ")]
    [InlineData("site.cid", "<SCL")]
    [InlineData("site.cid", null)]
    [InlineData("mine.yaml", "{profile: [")]
    [InlineData("ca.pem", "nonsense")]
    public async Task A_start_with_broken_files_goes_on_with_the_last_configuration_that_ran(string file, string? text)
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], o =>
        {
            var folder = (string)o["data"]!;
            Directory.CreateDirectory(Path.Combine(folder, "own"));
            File.Copy(Path.Combine(Corpus.Root, "device-profiles", "sunspec-inverter.yaml"), Path.Combine(folder, "mine.yaml"));
            o["profiles"] = new JsonArray(folder);

            o["data"] = Path.Combine(folder, "own");
        });
        var revision = Revision(lab.Agent.Output);
        await lab.Agent.TerminateAsync();
        var path = Path.Combine(lab.Xmpp.Folder, file);
        var good = await File.ReadAllTextAsync(path, Cancel);
        if (text is null)
        {
            File.Delete(path);
        }
        else
        {
            await File.WriteAllTextAsync(path, text.Replace("DATA", Path.Combine(lab.Xmpp.Folder, "own"), StringComparison.Ordinal), Cancel);
        }

        await lab.RestartAsync();
        Assert.Contains("starts with the last configuration that ran", lab.Agent.Output, StringComparison.Ordinal);
        Assert.Contains("ERR The configuration cannot be used, and the last one that ran is in force", await lab.Agent.LineAsync("the last one that ran is in force"), StringComparison.Ordinal);
        Assert.Equal(revision, Revision(lab.Agent.Output));
        if (file == "ca.pem")
        {
            // The client of this test reads the same file.
            await File.WriteAllTextAsync(path, good, Cancel);
            await lab.Agent.LineAsync("Serving PV1", 2);
            return;
        }

        await using var client = await lab.ConnectAsync();
        Assert.Equal(8000, await AgentLab.UntilAsync(client, TotW, v => v > 0));
        Assert.Equal(2, (await client.ReadAsync(Health, Cancel)).AsInteger());

        // Mended, it is the one in force.
        await File.WriteAllTextAsync(path, good, Cancel);
        Assert.Equal(1, await AgentLab.UntilAsync(client, Health, v => v == 1));
    }

    /// <summary>The name of the configuration in force.</summary>
    private static string Revision(string log) => log.Split("starts with configuration ")[1].Split(' ')[0];

    [Fact]
    public async Task A_first_start_with_broken_files_ends_with_2()
    {
        var folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;
        try
        {
            var file = Path.Combine(folder, "agent.json");
            await File.WriteAllTextAsync(file, $"{{ \"data\": \"{folder}\", ", Cancel);
            Assert.Equal(2, (await AgentLab.RunAsync("run", "--config", file)).ExitCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Killed_it_is_bound_again_within_five_seconds_ten_times_in_a_row()
    {
        await using var lab = await AgentLab.StartAsync();
        for (var time = 0; time < 10; time++)
        {
            var from = TimeProvider.System.GetTimestamp();
            await lab.RestartAsync();
            Assert.InRange(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 0, 5);
        }

        await using var client = await lab.ConnectAsync();
        Assert.Equal(8000, await AgentLab.UntilAsync(client, TotW, v => v > 0));
    }
}
