using DerAgent.Tests;

namespace DerAgent.Integration.Tests;

/// <summary>The unit as shipped, under a real systemd.</summary>
public sealed class SystemdTests
{
    private const int CannotBeMade = 77;

    [Fact]
    public async Task The_unit_as_shipped_becomes_ready_and_stops_in_good_order()
    {
        var native = Environment.GetEnvironmentVariable("DER_AGENT_NATIVE") ?? "";
        Assert.SkipUnless(File.Exists(native), "DER_AGENT_NATIVE names no native program; .ci/run builds one.");
        var folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"der-agent-test.{Guid.NewGuid():n}")).FullName;
        try
        {
            var (code, output) = await WatchedProcess.RunAsync(Path.Combine(Corpus.Root, "tests", "Integration.Tests", "systemd-room.sh"), folder, native);
            Assert.SkipWhen(code == CannotBeMade, $"No systemd can be started here: {output.Trim().Split('\n')[^1]}");
            Assert.True(code == 0, output);
            var lines = output.Split('\n');
            Assert.True(lines.Contains("ActiveState=active") && lines.Contains("SubState=running") && lines.Contains("NRestarts=0"), output);
            Assert.Contains("StatusText=Serving PV1 over dso", lines);
            Assert.Contains("after stop: Result=success", lines);
        }
        finally
        {
            await WatchedProcess.RunAsync("rm", "-rf", "--one-file-system", folder);
        }
    }
}
