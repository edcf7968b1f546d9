using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DerAgent.Client;
using DerAgent.Mms;

namespace DerAgent.Integration.Tests;

/// <summary>A new configuration takes the place of the old one while partners are connected.</summary>
public sealed class ReloadTests
{
    private static readonly ObjectName TotW = ObjectName.In("PV1LD0", "MMXU1$MX$TotW$mag$f");
    private static readonly ObjectName Health = ObjectName.In("PV1LD0", "LLN0$ST$Health$stVal");
    private static readonly ObjectName ConfRev = ObjectName.In("PV1LD0", "LLN0$BR$brcbMeas01$ConfRev");
    private static readonly ObjectName ConfigRev = ObjectName.In("PV1LD0", "LLN0$DC$NamPlt$configRev");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_binding_changes_nothing_for_clients_but_where_values_come_from()
    {
        await using var lab = await AgentLab.StartAsync();
        await using var client = await lab.ConnectAsync();
        Assert.Equal(8000, await AgentLab.UntilAsync(client, TotW, v => v > 0));
        await ChangeAsync(lab, "sAddr=\"inv1/W\"", "sAddr=\"inv1/W*0.5\"");
        Assert.Equal(4000, await AgentLab.UntilAsync(client, TotW, v => v < 5000));

        // The same association still commands.
        var outcome = await new OperateCommand(client, TimeProvider.System).RunAsync("PV1LD0/DWMX1.WMaxSptPct", "50", new(), Cancel);
        Assert.Equal(new OperateOutcome(null, null, "Termination"), outcome);
        Assert.Single(Connections(lab));
    }

    [Fact]
    public async Task Another_model_aborts_associations_and_keeps_the_stream()
    {
        await using var lab = await AgentLab.StartAsync();
        await using (var client = await lab.ConnectAsync())
        {
            Assert.Equal(1UL, (await client.ReadAsync(ConfRev, Cancel)).AsUnsigned());
            Assert.Equal("1", (await client.ReadAsync(ConfigRev, Cancel)).AsText());
            await ChangeAsync(lab, "<FCDA ldInst=\"LD0\" lnClass=\"MMXU\" lnInst=\"1\" doName=\"A\" fc=\"MX\"/>", "");
            await lab.Agent.LineAsync("its associations are aborted");
            await client.Aborted.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
            await Assert.ThrowsAsync<AcsiException>(() => client.ReadAsync(TotW, Cancel));
        }

        await using var again = await lab.ConnectAsync(resource: "again");
        Assert.Equal(2UL, (await again.ReadAsync(ConfRev, Cancel)).AsUnsigned());
        Assert.StartsWith("1+", (await again.ReadAsync(ConfigRev, Cancel)).AsText(), StringComparison.Ordinal);
        Assert.Equal(1UL, (await again.ReadAsync(ObjectName.In("PV1LD0", "LLN0$BR$brcbStatus01$ConfRev"), Cancel)).AsUnsigned());
        Assert.Equal(8000, await AgentLab.UntilAsync(again, TotW, v => v > 0));
        Assert.Single(Connections(lab));
    }

    [Theory] // saved with a brace missing, or worse: what runs goes on
    [InlineData("sunspec-inverter.yaml", "{profile: [")]
    [InlineData("sunspec-inverter.yaml", "profile: sunspec-inverter\npoints: {P: {holding: 1, access: write, min-interval: 999999999h}}")]
    [InlineData("agent.json", "{ \"scl\": ")]
    [InlineData("agent.json", "null")]
    public async Task A_profile_or_agent_json_that_cannot_be_read_leaves_the_old_configuration_running(string file, string text)
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], o =>
        {
            var folder = (string)o["data"]!;
            File.Copy(Path.Combine(DerAgent.Tests.Corpus.Root, "device-profiles", "sunspec-inverter.yaml"), Path.Combine(folder, "sunspec-inverter.yaml"));
            o["profiles"] = new JsonArray(folder);
        });
        await using var client = await lab.ConnectAsync();
        Assert.Equal(8000, await AgentLab.UntilAsync(client, TotW, v => v > 0));
        await File.WriteAllTextAsync(Path.Combine(lab.Xmpp.Folder, file), text, Cancel);
        await lab.Agent.LineAsync("the old one goes on");
        Assert.Equal(8000, (await client.ReadAsync(TotW, Cancel)).AsDouble());
        Assert.Equal(2, await AgentLab.UntilAsync(client, Health, v => v == 2));
    }

    [Fact]
    public async Task A_bad_file_changes_nothing_and_raises_an_alarm_until_it_is_mended()
    {
        await using var lab = await AgentLab.StartAsync();
        await using var client = await lab.ConnectAsync();
        Assert.Equal(1, await AgentLab.UntilAsync(client, Health, v => v == 1));
        await ChangeAsync(lab, "</SCL>", "");
        Assert.Contains("SCL001", await lab.Agent.LineAsync("not well-formed"), StringComparison.Ordinal);
        await lab.Agent.LineAsync("the old one goes on");
        Assert.Equal(2, await AgentLab.UntilAsync(client, Health, v => v == 2));
        Assert.Equal(8000, (await client.ReadAsync(TotW, Cancel)).AsDouble());

        await File.AppendAllTextAsync(lab.SclFile, "</SCL>", Cancel);
        Assert.Equal(1, await AgentLab.UntilAsync(client, Health, v => v == 1));
    }

    [Fact]
    public async Task Rights_taken_away_end_the_association_that_had_them()
    {
        await using var lab = await AgentLab.StartAsync();
        await using var control = await lab.ConnectAsync();
        await using var view = await lab.ConnectAsync("view", "view");
        var options = JsonNode.Parse(await File.ReadAllTextAsync(lab.ConfigurationFile, Cancel))!;
        options["connections"]![0]!["access"]![0]!["roles"] = new JsonArray("MONITOR");
        await File.WriteAllTextAsync(lab.ConfigurationFile, options.ToJsonString(), Cancel);
        lab.Agent.HangUp();
        await control.Aborted.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(8000, (await view.ReadAsync(TotW, Cancel)).AsDouble());
        await using var again = await lab.ConnectAsync(resource: "again");
        var outcome = await new OperateCommand(again, TimeProvider.System).RunAsync("PV1LD0/DWMX1.WMaxSptPct", "50", new(), Cancel);
        Assert.Equal(20, outcome.AddCause);
        Assert.Single(Connections(lab));
    }

    [Fact]
    public async Task A_hang_up_signal_reads_the_access_list_again()
    {
        await using var lab = await AgentLab.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => lab.ConnectAsync("stranger"));
        var options = JsonNode.Parse(await File.ReadAllTextAsync(lab.ConfigurationFile, Cancel))!;
        options["connections"]![0]!["access"]!.AsArray().Add(new JsonObject { ["jid"] = "stranger@localhost", ["roles"] = new JsonArray("MONITOR") });
        await File.WriteAllTextAsync(lab.ConfigurationFile, options.ToJsonString(), Cancel);
        lab.Agent.HangUp();
        await lab.Agent.LineAsync("Reloading the configuration: SIGHUP");
        await lab.Agent.LineAsync("Serving PV1", 2);
        await using var client = await lab.ConnectAsync("stranger");
        Assert.Equal(8000, await AgentLab.UntilAsync(client, TotW, v => v > 0));
        Assert.Single(Connections(lab));
    }

    [Theory] // make before break: a partner that reads and commands meanwhile does not notice
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_trust_anchor_is_taken_while_a_partner_reads_and_commands(bool isEjabberd)
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], isEjabberd: isEjabberd);
        await using var client = await lab.ConnectAsync();
        Assert.Equal(8000, await AgentLab.UntilAsync(client, TotW, v => v > 0));
        for (var swap = 1; swap <= 3; swap++)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var other = new CertificateRequest($"CN=other {swap}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
            await File.AppendAllTextAsync(lab.Xmpp.Ca, other.ExportCertificatePem() + "\n", Cancel);
            lab.Agent.HangUp();
            var renewed = lab.Agent.LineAsync("trust anchors are in use", swap);
            do
            {
                Assert.True((await client.ReadAsync(TotW, Cancel)).AsDouble() > 0);
            }
            while (!renewed.IsCompleted);

            await renewed;
            var outcome = await new OperateCommand(client, TimeProvider.System).RunAsync("PV1LD0/DWMX1.WMaxSptPct", $"{50 + swap}", new(), Cancel);
            Assert.Equal(new OperateOutcome(null, null, "Termination"), outcome);
        }

        Assert.Single(Connections(lab));
        Assert.DoesNotContain(" ended: ", lab.Agent.Output, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Connections(AgentLab lab) => lab.Agent.Output.Split('\n').Where(l => l.Contains("connected as", StringComparison.Ordinal));

    /// <summary>Edits the SCL file as an editor does: writes a new one and renames it.</summary>
    private static async Task ChangeAsync(AgentLab lab, string old, string now)
    {
        var text = await File.ReadAllTextAsync(lab.SclFile, Cancel);
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(lab.SclFile + ".new", text.Replace(old, now, StringComparison.Ordinal), Cancel);
        File.Move(lab.SclFile + ".new", lab.SclFile, overwrite: true);
    }
}
