using DerAgent.Client;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>One real value, one real command, one real report, end to end.</summary>
public sealed class AgentTests
{
    private static readonly ObjectName TotW = ObjectName.In("PV1LD0", "MMXU1$MX$TotW");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Tr2015")]
    [InlineData("Ed2018")]
    public async Task A_partner_browses_reads_commands_and_gets_reports(string dialect)
    {
        await using var lab = await AgentLab.StartAsync();
        await using var client = await lab.ConnectAsync(dialect: MmsDialect.All.Single(d => d.Name == dialect));
        Assert.Equal(["PV1LD0"], await client.GetServerDirectoryAsync(Cancel));
        Assert.Contains("MMXU1$MX$TotW$mag$f", await client.GetVariablesAsync("PV1LD0", Cancel));

        var power = await client.ReadAsync(TotW, Cancel);
        Assert.Equal(8000, power.Items[1].Items[0].AsDouble());
        Assert.True(Quality.FromValue(power.Items[2]).IsGood);

        var outcome = await new OperateCommand(client, TimeProvider.System).RunAsync("PV1LD0/DWMX1.WMaxSptPct", "50", new(), Cancel);
        Assert.Equal(new OperateOutcome(null, null, "Termination"), outcome);
        Assert.InRange((await client.ReadAsync(TotW, Cancel)).Items[1].Items[0].AsDouble(), 0, 5300);

        Assert.Null(await client.WriteAsync(ObjectName.In("PV1LD0", "LLN0$BR$brcbMeas01$RptEna"), DataValue.Boolean(true), Cancel));
        Assert.Null(await client.WriteAsync(ObjectName.In("PV1LD0", "LLN0$BR$brcbMeas01$GI"), DataValue.Boolean(true), Cancel));
        while (true)
        {
            var report = ReportFormat.Read(await client.InformationReports.ReadAsync(Cancel));
            if (report?.Members[0].Reason == TriggerConditions.GeneralInterrogation)
            {
                Assert.Equal(6, report.Members.Count);
                break;
            }
        }
    }

    [Fact] // the model is served; what nothing feeds is invalid, and a maker's own sAddr is his business
    public async Task A_file_without_devices_is_served()
    {
        static string WithoutDevices(string scl)
        {
            var start = scl.IndexOf("<Private type=\"DerAgent:Devices\"", StringComparison.Ordinal);
            var end = scl.IndexOf("</Private>", start, StringComparison.Ordinal) + "</Private>".Length;
            return (scl[..start] + scl[end..]).Replace("sAddr=\"inv1/W\"", "sAddr=\"MBS,SPC,1\"", StringComparison.Ordinal);
        }

        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [], edit: WithoutDevices);
        await using var client = await lab.ConnectAsync();
        var power = await client.ReadAsync(TotW, Cancel);
        Assert.Equal(Validity.Invalid, Quality.FromValue(power.Items[2]).Validity);
        Assert.Equal("result", (await client.Connection.RequestAsync(Stanza.Iq("get", client.Connection.NewId(), Jid.Parse("pv1@localhost/IEC"), "<ping xmlns=\"urn:xmpp:ping\"/>"u8.ToArray()), TimeSpan.FromSeconds(5), Cancel)).Type);
    }

    [Theory]
    [InlineData("192.0.2.1:1502")]
    [InlineData("USED")]
    public async Task A_simulator_that_cannot_listen_says_so_in_one_sentence(string listen)
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var (code, output) = await AgentLab.RunAsync("sim", "sunspec-inverter", "--listen", listen == "USED" ? $"127.0.0.1:{((System.Net.IPEndPoint)taken.LocalEndpoint).Port}" : listen);
        Assert.Equal(1, code);
        Assert.Contains("cannot listen", Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory] // every failure at the hardware has its own AddCause
    [InlineData("Refuses", AddCause.BlockedByProcess)]
    [InlineData("Reverts", AddCause.AbortionDueToDeviation)]
    [InlineData("Silent", AddCause.AbortionByCommunicationLoss)]
    [InlineData("Slow", AddCause.AbortionByCommunicationLoss)]
    [InlineData("WrongTransaction", AddCause.AbortionByCommunicationLoss)]
    public async Task A_command_that_the_hardware_does_not_obey_ends_negatively(string fault, AddCause cause)
    {
        await using var lab = await AgentLab.StartAsync(fault);
        await using var client = await lab.ConnectAsync();
        var outcome = await new OperateCommand(client, TimeProvider.System).RunAsync("PV1LD0/DWMX1.WMaxSptPct", "40", new(), Cancel);
        Assert.Equal(new OperateOutcome(null, (int)cause, "Termination"), outcome);
    }

    [Fact]
    public async Task Not_implemented_values_come_as_invalid_and_never_as_numbers()
    {
        await using var lab = await AgentLab.StartAsync("Night");
        await using var client = await lab.ConnectAsync();
        var power = await client.ReadAsync(TotW, Cancel);
        Assert.Equal(0, power.Items[1].Items[0].AsDouble());
        Assert.Equal(Validity.Invalid, Quality.FromValue(power.Items[2]).Validity);
        Assert.True(Quality.FromValue((await client.ReadAsync(ObjectName.In("PV1LD0", "MMXU1$MX$Hz"), Cancel)).Items[2]).IsGood);
    }

    [Fact]
    public async Task Everybody_sees_and_commands_only_what_he_may()
    {
        await using var lab = await AgentLab.StartAsync();
        await using var viewer = await lab.ConnectAsync("view");
        Assert.Equal(8000, (await viewer.ReadAsync(TotW, Cancel)).Items[1].Items[0].AsDouble());
        Assert.Equal(DataAccessError.ObjectNonExistent, Assert.Single(await viewer.ReadAsync([ObjectName.In("PV1LD0", "DGEN1$SP$WMax")], Cancel)).Failure);
        var outcome = await new OperateCommand(viewer, TimeProvider.System).RunAsync("PV1LD0/DWMX1.WMaxSptPct", "0", new(), Cancel);
        Assert.Equal(new OperateOutcome(DataAccessError.ObjectAccessDenied, (int)AddCause.NoAccessAuthority, "Operate"), outcome);
        var refused = await Assert.ThrowsAsync<AcsiException>(() => lab.ConnectAsync("stranger"));
        Assert.Contains("service-unavailable", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_partner_that_goes_away_loses_its_association_at_once()
    {
        await using var lab = await AgentLab.StartAsync();
        var first = await lab.ConnectAsync(resource: "same", association: "1");
        Assert.Null(await first.WriteAsync(ObjectName.In("PV1LD0", "LLN0$RP$urcbMeas01$RptEna"), DataValue.Boolean(true), Cancel));
        await using var second = await lab.ConnectAsync(resource: "other");
        Assert.Equal(DataAccessError.TemporarilyUnavailable, await second.WriteAsync(ObjectName.In("PV1LD0", "LLN0$RP$urcbMeas01$RptEna"), DataValue.Boolean(true), Cancel));
        first.Connection.TrySend(Stanza.Presence("unavailable", Jid.Parse("pv1@localhost/IEC")));
        await lab.Agent.LineAsync("control@localhost/same#1 ended: the peer is unavailable");
        Assert.Null(await second.WriteAsync(ObjectName.In("PV1LD0", "LLN0$RP$urcbMeas01$RptEna"), DataValue.Boolean(true), Cancel));
        await first.DisposeAsync();
    }

    [Fact]
    public async Task The_trace_holds_every_stanza_and_no_secret()
    {
        await using var lab = await AgentLab.StartAsync();
        await using (var client = await lab.ConnectAsync(association: "1"))
        {
            await client.ReadAsync(TotW, Cancel);
        }

        // What is written aside is there at the latest when the agent has stopped.
        var file = Path.Combine(lab.Xmpp.Folder, "trace.txt");
        await lab.Agent.TerminateAsync();
        var trace = await File.ReadAllTextAsync(file, Cancel);
        Assert.Contains("<- dso #1 <iq", trace, StringComparison.Ordinal);
        Assert.Contains("-> dso #1 <iq", trace, StringComparison.Ordinal);
        Assert.DoesNotContain(lab.Xmpp.Secret("pv1"), trace, StringComparison.Ordinal);
        Assert.DoesNotContain("<auth", trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verbs_of_the_client_do_what_their_help_says()
    {
        await using var lab = await AgentLab.StartAsync();
        Assert.Contains("MMXU1", await lab.OkAsync("browse"), StringComparison.Ordinal);
        Assert.Contains("mag.f = 8000", await lab.OkAsync("read", "PV1LD0/MMXU1.TotW[MX]"), StringComparison.Ordinal);
        Assert.Contains("\"value\":{\"instMag\":{\"f\":8000},\"mag\":{\"f\":8000},\"q\":\"good\",\"t\":\"20", await lab.OkAsync("read", "PV1LD0/MMXU1.TotW[MX]", "--json"), StringComparison.Ordinal);
        Assert.Contains("RmpRteUse$setVal = true", await lab.OkAsync("write", "PV1LD0/DWMX1.RmpRteUse.setVal[SP]", "true"), StringComparison.Ordinal);
        Assert.Contains("CommandTermination, positive", await lab.OkAsync("operate", "PV1LD0/CSWI1.Pos", "true"), StringComparison.Ordinal);
        Assert.Contains("GeneralInterrogation", await lab.OkAsync("report", "PV1LD0/LLN0.urcbMeas01[RP]", "--gi", "--count", "1"), StringComparison.Ordinal);

        // Units as the object has them, literals as the standard names them, or as a file does.
        Assert.Contains("mag.f = 8000 W", await lab.OkAsync("read", "PV1LD0/MMXU1.TotW[MX]"), StringComparison.Ordinal);
        Assert.Contains("Beh.stVal = 1 (on)", (await lab.OkAsync("read", "PV1LD0/LLN0$ST$Beh")).Replace("PV1LD0/LLN0$ST$", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("stVal = 1 (on)", await lab.OkAsync("read", "PV1LD0/LLN0.Beh[ST]", "--scl", lab.SclFile), StringComparison.Ordinal);
        Assert.Equal(4, (await lab.ClientAsync("write", "PV1LD0/DGEN1.WMax.setMag.f[SP]", "9 kW")).ExitCode);
        var (wrong, why) = await lab.ClientAsync("write", "PV1LD0/DGEN1.WMax.setMag.f[SP]", "9 kV");
        Assert.Equal(2, wrong);
        Assert.Contains("is in W", why, StringComparison.Ordinal);
        Assert.Contains("1 (on)", (await lab.ClientAsync("operate", "PV1LD0/LLN0.Mod", "On")).Output, StringComparison.Ordinal);
        Assert.Contains("3 (test)", (await lab.ClientAsync("operate", "PV1LD0/LLN0.Mod", "on the moon")).Output, StringComparison.Ordinal);
        Assert.Equal(2, (await lab.ClientAsync("operate", "PV1LD0/CSWI1.Pos", "true", "--or-cat", "99")).ExitCode);

        var (code, output) = await lab.ClientAsync("operate", "PV1LD0/DWMX1.WMaxSptPct", "150");
        Assert.Equal(4, code);
        Assert.Contains("AddCause 26 (InconsistentParameters)", output, StringComparison.Ordinal);
        Assert.Equal(2, (await lab.ClientAsync("read", "nonsense")).ExitCode);
    }

    [Fact] // "who curtailed my plant?": while the agent runs, and when it does not
    public async Task The_records_tell_who_did_what()
    {
        await using var lab = await AgentLab.StartAsync();
        await lab.OkAsync("operate", "PV1LD0/DWMX1.WMaxSptPct", "50");
        Assert.Equal(4, (await lab.ClientAsync("operate", "PV1LD0/DWMX1.WMaxSptPct", "150")).ExitCode);
        await lab.Agent.LineAsync("refused with InconsistentParameters");
        foreach (var isRunning in new[] { true, false })
        {
            if (!isRunning)
            {
                await lab.Agent.TerminateAsync();
            }

            // What nobody waits for is written a little later.
            var (code, output) = (0, "");
            for (var tries = 0; tries < 40 && !output.Contains("refused with", StringComparison.Ordinal); tries++)
            {
                (code, output) = await AgentLab.RunAsync("audit", "show", "--config", lab.ConfigurationFile, "--object", "DWMX1");
            }

            Assert.Equal(0, code);
            Assert.Contains("PV1LD0/DWMX1.WMaxSptPct = 50: Operate of control@localhost (remote-control \"der-agent client\") accepted", output, StringComparison.Ordinal);
            Assert.Contains("PV1LD0/DWMX1.WMaxSptPct = 50: command of control@localhost was carried out: W measures ", output, StringComparison.Ordinal);
            Assert.Contains("PV1LD0/DWMX1.WMaxSptPct = 150: Operate of control@localhost (remote-control \"der-agent client\") refused with InconsistentParameters (26)", output, StringComparison.Ordinal);
        }

        var (_, later) = await AgentLab.RunAsync("audit", "show", "--config", lab.ConfigurationFile, "--since", "2100-01-01T00:00Z");
        Assert.Contains("before: ", later, StringComparison.Ordinal);
        Assert.Contains("There is no such record from 2100", later, StringComparison.Ordinal);
        var (_, failed) = await AgentLab.RunAsync("audit", "show", "--config", lab.ConfigurationFile, "--failed", "--json");
        Assert.Contains("\"addCause\":\"InconsistentParameters\"", Assert.Single(failed.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(2, (await AgentLab.RunAsync("audit", "show", "--config", lab.ConfigurationFile, "--around", "noon")).ExitCode);
        Assert.Equal(2, (await AgentLab.RunAsync("audit", "show", "--config", "/none/agent.json")).ExitCode);

        // The log has a first line, each command with who, from where and what was seen, and a last line.
        var log = lab.Agent.Output;
        Assert.Matches(@"INF der-agent \d+\.\d+\.\d+ \(commit [0-9a-z]+, \.NET [^)]*\) starts with configuration [0-9a-f]{12} of ", log);
        Assert.Contains("PV1LD0/DWMX1.WMaxSptPct = 50: Operate of control@localhost over dso (remote-control \"der-agent client\") accepted", log, StringComparison.Ordinal);
        Assert.Contains("der-agent has stopped after ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_native_program_serves_a_value_and_a_command()
    {
        var native = Environment.GetEnvironmentVariable("DER_AGENT_NATIVE");
        Assert.SkipUnless(File.Exists(native), "DER_AGENT_NATIVE names no native program; .ci/run builds one.");
        await using var lab = await AgentLab.StartAsync(native: native);
        Assert.Contains("mag.f = 8000", await lab.OkAsync("read", "PV1LD0/MMXU1.TotW[MX]"), StringComparison.Ordinal);
        Assert.Contains("CommandTermination, positive", await lab.OkAsync("operate", "PV1LD0/DWMX1.WMaxSptPct", "50"), StringComparison.Ordinal);
    }
}
