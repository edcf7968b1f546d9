using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests;

/// <summary>Setting groups whose values stand in a device: the agent as a process, a real XMPP server, a Modbus slave, and a kill.</summary>
public sealed class SettingGroupSiteTests : IAsyncDisposable
{
    private static readonly ObjectName Active = ObjectName.In("PV1LD0", "LLN0$SP$SGCB$ActSG");
    private readonly SettingSlave _slave = new();
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Tr2015")]
    [InlineData("Ed2018")]
    public async Task A_slave_that_refuses_the_third_of_five_has_its_old_values_again(string dialect)
    {
        await using var lab = await StartAsync();
        await using var client = await lab.ConnectAsync(dialect: MmsDialect.All.Single(d => d.Name == dialect));
        _slave.Refuses = static (register, _) => register == 2;
        Assert.Equal(DataAccessError.ObjectAccessDenied, await client.WriteAsync(Active, DataValue.Unsigned(2), Cancel));
        Assert.Equal([(0, 201), (1, 202), (2, 203), (1, 102), (0, 101)], _slave.Writes.Select(w => ((int)w.Register, (int)w.Value)));
        Assert.Equal(Values(1), _slave.Settings);
        Assert.Equal(1u, (await client.ReadAsync(Active, Cancel)).AsUnsigned());

        _slave.Refuses = static (_, _) => false;
        Assert.Null(await client.WriteAsync(Active, DataValue.Unsigned(2), Cancel));
        Assert.Equal(Values(2), _slave.Settings);
        Assert.Equal(2u, (await client.ReadAsync(Active, Cancel)).AsUnsigned());
        Assert.Equal(SettingScl.Value(2, 5), (await client.ReadAsync(ObjectName.In("PV1LD0", SettingScl.Item("SG", 5)), Cancel)).AsInteger());

        // Edited, confirmed into the active group, and there after a kill.
        Assert.Null(await client.WriteAsync(ObjectName.In("PV1LD0", "LLN0$SP$SGCB$EditSG"), DataValue.Unsigned(2), Cancel));
        Assert.Null(await client.WriteAsync(ObjectName.In("PV1LD0", SettingScl.Item("SE", 4)), DataValue.Integer(444), Cancel));
        Assert.Null(await client.WriteAsync(ObjectName.In("PV1LD0", "LLN0$SP$SGCB$CnfEdit"), DataValue.Boolean(true), Cancel));
        Assert.Equal(444, _slave.Settings[3]);
        await lab.RestartAsync();
        await using var again = await lab.ConnectAsync(resource: "again");
        Assert.Equal(2u, (await again.ReadAsync(Active, Cancel)).AsUnsigned());
        Assert.Equal(444, (await again.ReadAsync(ObjectName.In("PV1LD0", SettingScl.Item("SG", 4)), Cancel)).AsInteger());
    }

    [Fact] // the power goes between the second and the third value
    public async Task After_a_kill_between_two_values_the_old_ones_are_put_back()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var released = new ManualResetEventSlim();
        await using var lab = await StartAsync();
        await using (var client = await lab.ConnectAsync())
        {
            _slave.Refuses = (register, _) =>
            {
                if (register == 2 && reached.TrySetResult())
                {
                    released.Wait(TimeSpan.FromSeconds(30));
                    return true;
                }

                return false;
            };
            var write = client.WriteAsync(Active, DataValue.Unsigned(2), Cancel);
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
            lab.Agent.Kill();
            Assert.Equal([201, 202, 103, 104, 105], _slave.Settings);
            _ = write.ContinueWith(static w => _ = w.Exception, TaskScheduler.Default);
        }

        released.Set();
        await lab.RestartAsync();
        await using var after = await lab.ConnectAsync(resource: "after");
        Assert.Equal(1, await AgentLab.UntilAsync(after, Active, static v => v == 1));
        Assert.Equal(Values(1), _slave.Settings);
        Assert.Equal(SettingScl.Value(1, 1), (await after.ReadAsync(ObjectName.In("PV1LD0", SettingScl.Item("SG", 1)), Cancel)).AsInteger());
        Assert.Null(await after.WriteAsync(Active, DataValue.Unsigned(3), Cancel));
        Assert.Equal(Values(3), _slave.Settings);
    }

    [Fact] // pulseConfig of a switch: the relay of the device goes on and off as often and as long as asked
    public async Task A_relay_gives_its_pulses()
    {
        await using var lab = await StartAsync(static scl => scl.WithPulses(2, on: 700, off: 400));
        await using var client = await lab.ConnectAsync();
        var outcome = await new OperateCommand(client, TimeProvider.System).RunAsync("PV1LD0/CSWI1.Pos", "true", new(), Cancel);
        Assert.Equal(new OperateOutcome(null, null, "Termination"), outcome);
        var edges = _slave.Writes.Where(w => w.Register == SettingSlave.Relay).ToList();
        Assert.Equal([1, 0, 1, 0], edges.Select(e => (int)e.Value));

        // Never shorter than asked; how much longer is the machine's.
        var pauses = edges.Zip(edges.Skip(1), static (a, b) => (b.At - a.At).TotalMilliseconds).ToList();
        Assert.All(pauses.Zip([700.0, 400, 700]), static p => Assert.InRange(p.First, p.Second - 1, p.Second + 5_000));
    }

    public async ValueTask DisposeAsync()
    {
        await _slave.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<AgentLab> StartAsync(Func<string, string>? edit = null)
    {
        var lab = await AgentLab.StartAsync("pv-inverter.cid", [], options => _slave.Configure(options, _folder), edit: scl => SettingScl.Text(edit?.Invoke(scl) ?? scl));
        await lab.Agent.LineAsync("the device answers");
        return lab;
    }

    private static long[] Values(int group) => [.. Enumerable.Range(1, SettingScl.Count).Select(s => SettingScl.Value(group, s))];
}
