namespace DerAgent.Integration.Tests;

/// <summary>A wrong command line is said to be one, by word and by exit code (docs/commands.md).</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("--bogus")]
    [InlineData("")]
    [InlineData("serve")]
    [InlineData("run")]
    [InlineData("check --strikt x.cid")]
    [InlineData("client read")]
    [InlineData("sim sunspec-inverter --listen")]
    public async Task A_wrong_command_line_ends_with_2(string arguments)
    {
        var (code, output) = await AgentLab.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, code);
        Assert.NotEmpty(output);
    }

    [Fact] // a person at a terminal wants to know, not to wait
    public async Task A_server_that_refuses_is_told_at_once()
    {
        var password = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(password, "secret", TestContext.Current.CancellationToken);
            var from = TimeProvider.System.GetTimestamp();
            var (code, output) = await AgentLab.RunAsync("client", "browse", "--jid", "a@localhost", "--password-file", password, "--to", "b@localhost/IEC", "--server", "127.0.0.1:1");
            Assert.Equal(3, code);
            Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
            Assert.True(TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(15), "it waited");
        }
        finally
        {
            File.Delete(password);
        }
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("client read --help")]
    public async Task Who_asks_for_help_is_not_at_fault(string arguments) => Assert.Equal(0, (await AgentLab.RunAsync(arguments.Split(' '))).ExitCode);
}
