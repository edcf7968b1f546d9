using DerAgent.Client;
using DerAgent.Integration.Tests.Soak;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>The agent at one server, its partner at another one that federates with it.</summary>
public sealed class FederationTests
{
    private static readonly ObjectName Enable = ObjectName.In("PV1LD0", "LLN0$BR$brcb01$RptEna");
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_partner_of_another_server_is_served_and_when_that_is_killed_it_holds_nothing()
    {
        await using var lab = await FederatedLab.StartAsync();
        await using var device = new SoakDevice(TimeProvider.System, TimeSpan.FromSeconds(1));
        var secret = Path.Combine(lab.Folder, "pv1.secret");
        await File.WriteAllTextAsync(secret, "secret", Cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await SoakSite.WriteFilesAsync(lab.Folder, device, "pv1@a.test/IEC", lab.Server("a"), ("control@b.test", "DSO_OPERATOR"), ("view@a.test", "MONITOR"));
        await using var agent = new WatchedProcess("dotnet", Path.Combine(AppContext.BaseDirectory, "der-agent.dll"), "run", "--config", Path.Combine(lab.Folder, "agent.json"));
        await agent.LineAsync("connected as pv1@a.test/IEC");
        await agent.LineAsync("the device answers");
        await using var local = await ConnectAsync(lab, "view", "a");
        await using (var remote = await ConnectAsync(lab, "control", "b"))
        {
            // It reads, commands and gets reports through both servers.
            Assert.True((await remote.ReadAsync(SoakSite.Counter, Cancel)).AsInteger() > 0);
            Assert.Equal(new OperateOutcome(null, null, "Termination"), await new OperateCommand(remote, TimeProvider.System).RunAsync(SoakSite.SetPoint, "42", new(), Cancel));
            Assert.Null(await remote.WriteAsync(Enable, DataValue.Boolean(true), Cancel));
            await NextReportAsync(remote);
            await NextReportAsync(remote);
            Assert.Equal(DataAccessError.TemporarilyUnavailable, await local.WriteAsync(Enable, DataValue.Boolean(true), Cancel));

            // Its server is gone from one moment to the next: its reports come back, and with them its block.
            await lab.StopServerAsync("b");
            var killed = TimeProvider.System.GetTimestamp();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            while (await local.WriteAsync(Enable, DataValue.Boolean(true), Cancel) is not null)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(killed) < NoticedWithin, $"the block is not free:\n{agent.Output}");
                await timer.WaitForNextTickAsync(Cancel);
            }
        }

        Assert.Null(await local.WriteAsync(Enable, DataValue.Boolean(false), Cancel));
        Assert.Null(await local.WriteAsync(ObjectName.In("PV1LD0", "LLN0$BR$brcb01$ResvTms"), DataValue.Integer(0), Cancel));
        await lab.StartServerAsync("b");
        await using var again = await ConnectAsync(lab, "control", "b");
        Assert.Null(await again.WriteAsync(Enable, DataValue.Boolean(true), Cancel));
        await NextReportAsync(again);
        Assert.Equal([42], device.Written.Select(v => (int)v));
    }

    private static async Task NextReportAsync(AcsiClient client)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await foreach (var information in client.InformationReports.ReadAllAsync(limit.Token))
        {
            if (ReportFormat.Read(information) is not null)
            {
                return;
            }
        }

        Assert.Fail("no report came");
    }

    private static Task<AcsiClient> ConnectAsync(FederatedLab lab, string account, string server) =>
        AcsiClient.ConnectAsync(new() { Xmpp = lab.Options(account, server, "test"), Server = Jid.Parse("pv1@a.test/IEC") }, TimeProvider.System, null, Cancel);
}
