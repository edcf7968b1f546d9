using System.Net;
using Microsoft.Extensions.Logging.Abstractions;

namespace DerAgent.Agent.Tests;

/// <summary>What is known of servers outlives the process, and nothing depends on it.</summary>
public sealed class KnownServersFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;

    [Fact]
    public void The_last_eight_servers_are_there_after_a_restart_the_last_one_first()
    {
        var file = new KnownServersFile(_folder, "dso/../1", NullLogger.Instance);
        for (var i = 0; i < 10; i++)
        {
            file.Served(new(new($"s{i}.example", 5222), IPAddress.Parse($"10.0.0.{i}")));
        }

        file.Served(new(new("s5.example", 5222), IPAddress.Parse("10.0.0.5")));
        file.Served(new(new("2001:db8::1", 5223) { IsDirectTls = true }, IPAddress.Parse("2001:db8::1")));
        var again = new KnownServersFile(_folder, "dso/../1", NullLogger.Instance).Servers;
        Assert.Equal(["[2001:db8::1]:5223", "s5.example:5222", "s9.example:5222", "s8.example:5222", "s7.example:5222", "s6.example:5222", "s4.example:5222", "s3.example:5222"], again.Select(s => s.Server.ToString()));
        Assert.Equal((true, false, IPAddress.Parse("10.0.0.5")), (again[0].Server.IsDirectTls, again[1].Server.IsDirectTls, again[1].Address));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s.example:5222")]
    [InlineData("s.example:99999 10.0.0.1")]
    [InlineData("s.example:5222 10.0.0")]
    [InlineData("\0\0\0\0")]
    public void A_damaged_line_is_passed_over(string line)
    {
        File.WriteAllText(Path.Combine(_folder, "servers.dso"), $"{line}\ngood.example:5222 10.0.0.1\n");
        var servers = new KnownServersFile(_folder, "dso", NullLogger.Instance).Servers;
        Assert.Equal("good.example:5222", servers[^1].Server.ToString());
        Assert.True(servers.Count == (line.EndsWith("10.0.0", StringComparison.Ordinal) && IPAddress.TryParse("10.0.0", out _) ? 2 : 1));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told_once()
    {
        var blocked = Path.Combine(_folder, "file");
        File.WriteAllText(blocked, "");
        var log = new TestLog();
        var file = new KnownServersFile(Path.Combine(blocked, "data"), "dso", log);
        file.Served(new(new("a.example", 5222), IPAddress.Loopback));
        file.Served(new(new("b.example", 5222), IPAddress.Loopback));
        Assert.Equal(2, file.Servers.Count);
        Assert.Single(log.Lines);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
