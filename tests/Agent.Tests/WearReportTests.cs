using DerAgent.Acsi;
using DerAgent.Agent.Hosting;
using DerAgent.Storage;

namespace DerAgent.Agent.Tests;

/// <summary>What is written to flash is counted and told, the store's beside the whole program's.</summary>
public sealed class WearReportTests
{
    [Fact]
    public async Task What_the_store_wrote_is_told_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells what a thread has written.");
        // More than what is moved to its place before the next commit, whether the store is idle or not.
        const int octets = 6_000_000;
        var folder = Directory.CreateTempSubdirectory("der-agent-wear.").FullName;
        try
        {
            var log = new TestLog();
            using var store = SqliteStore.Open(folder, new(), TimeProvider.System);
            await store.Part("AP1").CommitAsync([new(StateChangeKind.Put, "a", Value: new byte[octets])], TestContext.Current.CancellationToken);

            // It counts behind a commit: one more, and the first one is counted.
            await store.Part("AP1").CommitAsync([new(StateChangeKind.Put, "b", Value: [1])], TestContext.Current.CancellationToken);
            Assert.InRange(store.Meter.Octets, octets, 20L * octets);
            Assert.NotNull(WriteMeter.OfProcess);

            var report = new WearReport(store.Meter, log);
            report.Tell();
            report.Tell();
            Assert.Matches(@"^Information: The store wrote [1-9]\d*\.\d MB today; the whole program \d+\.\d MB to its disks since it started$", log.Lines[0]);
            Assert.StartsWith("Information: The store wrote 0.0 MB today", log.Lines[1], StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
