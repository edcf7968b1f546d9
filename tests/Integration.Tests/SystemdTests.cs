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
            Assert.Contains("without agent.json: ActiveState=inactive", lines);
            Assert.Contains("without agent.json: ConditionResult=no", lines);
            Assert.Contains("WatchdogUSec=1min", lines);
            Assert.Contains("runtime directory: der-agent 750", lines);
            Assert.Contains("logs directory: der-agent 750", lines);

            // Its devices, and its right to them.
            var serial = Assert.Single(lines, static l => l.StartsWith("serial: ", StringComparison.Ordinal)).Split(' ');
            Assert.Contains(serial[^1], serial[..^2]);
            Assert.Contains(lines, static l => l.StartsWith("DeviceAllow=", StringComparison.Ordinal) && l.Contains("char-ttyUSB rw", StringComparison.Ordinal));

            Assert.Contains("after watchdog: ActiveState=active", lines);
            Assert.Contains("after watchdog: NRestarts=1", lines);
            Assert.Contains("with broken files: ActiveState=active", lines);
            Assert.Contains("after stop: Result=success", lines);

            // Priorities: what is asked for by them is there, and nothing else.
            Assert.Contains(lines, static l => l.StartsWith("error: ", StringComparison.Ordinal) && l.Contains("the last one that ran is in force", StringComparison.Ordinal));
            Assert.DoesNotContain(lines, static l => l.StartsWith("error: ", StringComparison.Ordinal) && l.Contains(" starts with configuration ", StringComparison.Ordinal));
        }
        finally
        {
            await WatchedProcess.RunAsync("rm", "-rf", "--one-file-system", folder);
        }
    }
}
