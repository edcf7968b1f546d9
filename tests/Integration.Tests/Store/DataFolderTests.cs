using System.Text.Json.Nodes;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests.Store;

/// <summary>A data folder that cannot be used is refused with a sentence, and nothing is made in its place.</summary>
public sealed class DataFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-data.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task One_that_is_not_there()
    {
        var (code, output) = await RunAsync("gone");
        Assert.Equal(1, code);
        Assert.Contains($"der-agent does not start: The data folder {Path.Combine(_folder, "gone")} does not exist. Create it", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "gone")));
    }

    [Fact]
    public async Task One_that_cannot_be_written_in()
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder, "fixed")).FullName;
        Assert.SkipUnless((await WatchedProcess.RunAsync("mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", data)).ExitCode == 0, "A file system cannot be mounted here; it needs root.");
        try
        {
            var (code, output) = await RunAsync("fixed");
            Assert.Equal(1, code);
            Assert.Contains($"der-agent does not start: The data folder {data} cannot be written in. Give the user that runs the agent the right", output, StringComparison.Ordinal);
        }
        finally
        {
            await WatchedProcess.RunAsync("umount", "-l", data);
        }
    }

    [Fact]
    public async Task One_of_a_newer_program()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "der-agent.db"), await File.ReadAllBytesAsync(Path.Combine(Corpus.Root, "tests", "Storage.Tests", "Stored", "v2.db"), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        using (var database = new Storage.SqliteDatabase(Path.Combine(_folder, "der-agent.db"), Microsoft.Data.Sqlite.SqliteOpenMode.ReadWrite, 65_536))
        {
            database.Execute("PRAGMA user_version = 77");
        }

        var (code, output) = await RunAsync(".");
        Assert.Equal(1, code);
        Assert.Contains("is of a newer der-agent (version 77", output, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string data)
    {
        var secret = Path.Combine(_folder, "secret");
        await File.WriteAllTextAsync(secret, "x", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var file = Path.Combine(_folder, "agent.json");
        await File.WriteAllTextAsync(
            file,
            new JsonObject
            {
                ["scl"] = Path.Combine(Corpus.Root, "scl", "meter.cid"),
                ["data"] = data,
                ["profiles"] = new JsonArray(Path.Combine(Corpus.Root, "device-profiles")),
                ["connections"] = new JsonArray(new JsonObject
                {
                    ["name"] = "dso",
                    ["jid"] = "meter1@dso.example",
                    ["servers"] = new JsonArray("127.0.0.1:1"),
                    ["passwordFile"] = secret,
                    ["access"] = new JsonArray(new JsonObject { ["jid"] = "a@dso.example", ["roles"] = new JsonArray("MONITOR") }),
                }),
            }.ToJsonString(),
            TestContext.Current.CancellationToken);
        return await AgentLab.RunAsync("run", "--config", file);
    }
}
